"""A real browser without a window and without a network, driven over a pipe by the Chrome DevTools protocol."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
START = """
import os, sys
for given, wanted in zip(sys.argv[1:3], (3, 4)):
    os.dup2(int(given), wanted)
    os.close(int(given))
os.execv(sys.argv[3], sys.argv[3:])
"""
"""What starts the browser, which reads commands from file 3 and answers to file 4."""


def installed(what):
    """The browser's path; where there is none, the test fails in CI and is skipped elsewhere."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"none of {', '.join(NAMES)} is installed: {what} is not tried in a browser"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return found


class LeavingError(Exception):
    """A page went away for another before it had answered."""


class Browser:
    """One tab. `asked` are the addresses that it wanted, `errors` what its console says is wrong."""

    def __init__(self, path, profile):
        ends = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (*os.pipe(), *os.pipe())]
        theirs, self.to, self.of, back = ends  # above 9: the browser's are 3 and 4
        command = [sys.executable, "-c", START, str(theirs), str(back), path, *OPTIONS, f"--user-data-dir={profile}"]
        # no `preexec_fn`: a process in which JAX runs may not fork in Python
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, pass_fds=(theirs, back))
        os.close(theirs)
        os.close(back)
        self.number, self.rest, self.session = 0, b"", None
        self.asked, self.errors = [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        os.close(self.of)
        self.process.kill()
        self.process.wait()

    def call(self, method, **parameters):
        """The answer to one command."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        os.write(self.to, json.dumps(message | ({"sessionId": self.session} if self.session else {})).encode() + b"\0")
        while (answer := self.read()).get("id") != self.number:
            self.notice(answer)
        if "navigated" in str(answer.get("error")):
            raise LeavingError
        assert "error" not in answer, answer
        return answer["result"]

    def read(self):
        while b"\0" not in self.rest:
            assert select.select([self.of], [], [], 120)[0], "the browser does not answer"
            found = os.read(self.of, 1 << 20)
            assert found, "the browser has ended"
            self.rest += found
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def notice(self, event):
        name, said = event.get("method"), event.get("params", {})
        if name == "Network.requestWillBeSent":
            self.asked.append(said["request"]["url"])
        elif name == "Runtime.exceptionThrown":
            self.errors.append(said["exceptionDetails"]["text"])
        elif name == "Log.entryAdded" and said["entry"]["level"] == "error":
            self.errors.append(said["entry"]["text"])

    def run(self, script):
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def run_or_leave(self, script):
        """The value of an expression; None where the page goes away meanwhile."""
        try:
            return self.run(script)
        except LeavingError:
            return None

    def wait(self, script, seconds=60):
        """The value of an expression, once it is true."""
        end = time.monotonic() + seconds
        while not (value := self.run_or_leave(script)):
            assert time.monotonic() < end, f"{script} has not come true at {self.run('location.href')}"
            time.sleep(0.05)
        return value

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.wait(f"document.readyState == 'complete' && location.href.startsWith({json.dumps(address)})")

    def follow(self, selector):
        """Click on what a selector finds, and wait until another page is there."""
        self.run("window.before = true")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait("window.before === undefined && document.readyState == 'complete'")
