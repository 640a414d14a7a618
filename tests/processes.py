"""Scripts that run as the processes of a group, side by side."""

import subprocess
import sys


def two_processes(script, folder):
    """What each of two processes prints; a script gets its rank and the path of a file to meet at."""
    command = [sys.executable, "-c", script]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([*command, str(rank), str(folder / "store")], **pipes) for rank in range(2)]
    done = [each.communicate(timeout=300) for each in both]
    return [out or err[-2000:] for out, err in done]
