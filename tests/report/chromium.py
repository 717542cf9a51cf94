"""Headless Chromium by its own debugging pipe: pages opened, every message and request kept."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 120.0
"""Seconds until a browser that says nothing counts as broken."""


def find_chromium() -> str | None:
    """Where Chromium is, if it is here."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """A page in Chromium; ``events`` are all messages that came without being asked for."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._out, self._in = to_browser, from_browser
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(end - time.monotonic(), 0))
            assert ready, "Chromium says nothing"
            data = os.read(self._in, 1 << 20)
            assert data, "Chromium has gone"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def wait_for(self, method: str) -> None:
        """Until an event of that name has come."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._next())

    def open(self, url: str) -> None:
        """Open a page and wait until it and everything in it is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        answer = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = answer["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def media(self, *, dark: bool = False, paper: bool = False) -> None:
        """Let the page be seen on a dark screen, or on paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])

    def picture(self) -> bytes:
        """The whole page as PNG."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    def named(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all events of that name."""
        return [event["params"] for event in self.events if event.get("method") == method]


def _pipe_with(there: int) -> tuple[int, int]:
    """A pipe as (our end, the browser's end); the latter, 0 or 1, has a number out of the way."""
    ends = list(os.pipe())
    far = fcntl.fcntl(ends[there], fcntl.F_DUPFD, 20)
    os.close(ends[there])
    return ends[1 - there], far


@contextlib.contextmanager
def chromium(path: str, profile: Path) -> Iterator[Browser]:
    """A browser for the time of the block, ended by its own word."""
    read_here, write_there = _pipe_with(1)
    write_here, read_there = _pipe_with(0)
    command = (
        f'exec "$0" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage '
        f"--no-first-run --disable-background-networking --window-size=1100,900 "
        f'--user-data-dir="$1" --remote-debugging-pipe 3<&{read_there} 4>&{write_there}'
    )
    process = subprocess.Popen(
        ["/bin/bash", "-c", command, path, str(profile)],
        pass_fds=(read_there, write_there),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_there)
    os.close(write_there)
    browser = Browser(write_here, read_here)
    try:
        yield browser
        browser._session = None
        browser.call("Browser.close")
    finally:
        os.close(write_here)
        os.close(read_here)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
