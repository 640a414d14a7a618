"""Peak additional memory of each contest, in a process of its own.

On Linux the kernel keeps the high-water mark of a process's resident set, and resets it when asked. In a fresh process
whose allocator gives every block above 64 KiB back at once (`MALLOC_MMAP_THRESHOLD_`), and after one warm run, the mark
during a second run less the resident set before it is what the run needed beyond its inputs: results, gradients,
temporaries and hidden buffers alike, whichever library or thread took them, to half a megabyte. On a GPU torch's own
mark is read.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .libraries import Work

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def peaks(losses: Sequence[str], against: Sequence[str], device: str, sizes: dict[str, int]) -> dict[str, list[Any]]:
    """Bytes of ours and of theirs, by the key of the contest; empty where there is no way to measure.

    Compiled torch is left out: its memory is that of the code it makes, and compiling is slow.
    """
    if device == "cpu" and not RESET.exists():
        return {}
    asked = json.dumps({"losses": list(losses), "against": list(against), "device": device, "sizes": sizes})
    found: dict[str, list[Any]] = {}
    done = subprocess.run(
        [sys.executable, "-m", __name__, asked],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **ALLOCATOR},
    )
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            found |= json.loads(line)
    if done.returncode:
        raise RuntimeError(f"the measurement of memory failed: {done.stderr.strip().splitlines()[-1:]}")
    return found


def peak(work: Work | None, device: str) -> int | None:
    """Bytes that a run needs beyond what is there before it."""
    if work is None:
        return None
    work.finish(work.run())
    gc.collect()
    before = mark(device, reset=True)
    out = work.run()
    work.finish(out)
    taken = mark(device, reset=False)
    del out
    return max(0, taken - before)


def mark(device: str, *, reset: bool) -> int:
    """The high-water mark so far, or what is in use, from where the mark starts again."""
    if device == "cuda":
        import torch

        if reset:
            torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated() if reset else torch.cuda.max_memory_allocated()
    if reset:
        RESET.write_text("5")
    return field("VmRSS" if reset else "VmHWM")


def field(name: str) -> int:
    return int(STATUS.read_text().partition(f"{name}:")[2].split()[0]) * 1024


def main(asked: dict[str, Any]) -> None:
    """Print a line of JSON for each contest; what is measured once is not measured again."""
    from .cases import cases
    from .comparison import arrays_of, plan, works

    device, ours_seen = asked["device"], {}
    for case in cases():
        size = asked["sizes"].get(case.name)
        if size is None or case.loss not in asked["losses"]:
            continue
        arrays = arrays_of(case, size)
        for contest in plan([case], asked["against"], device, size, ("eager", "jit")):
            if device == "cuda" and contest.library != "torch":
                continue
            mine = (case.name, contest.what, contest.library, contest.mode)
            ours, theirs = works(contest, device, arrays)
            if mine not in ours_seen:
                ours_seen[mine] = peak(ours, device)
            print(json.dumps({contest.key: [ours_seen[mine], peak(theirs, device)]}), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
