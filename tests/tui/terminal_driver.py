"""Drives a program in a real pseudo-terminal and reads its screen. No waiting by the clock: whoever
waits, reads what the program writes until the screen says what was hoped for.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte
from ptyprocess import PtyProcess

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
ENTER, ESCAPE, BACKSPACE, TAB = "\r", "\x1b", "\x7f", "\t"

# A program asks whether the terminal can hold a frame back until it is whole, and then marks where
# each frame begins and ends. We say yes, so that no half-painted screen is ever judged.
_ASKS, _YES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"

PATIENCE = 60.0
"""Seconds after which a program that says nothing more is given up."""


def pqs(*arguments: str | Path) -> list[str]:
    """The command line of ``pqs`` with the Python that runs the tests."""
    return [sys.executable, "-m", "pqs_coder", *map(str, arguments)]


def settled_home(folder: Path) -> dict[str, str]:
    """The environment of somebody who has seen the tour of the room; ``folder`` is the home."""
    settings = folder / "pqs" / "settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("tour_seen = true\n")
    return {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


class TerminalDriver:
    """A program in a pseudo-terminal, and the screen that a person would see."""

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        cells, rows = size
        self.screen = pyte.Screen(cells, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = bytearray()
        # COLUMNS and LINES, where a test runner has set them, would hide the terminal's own size.
        left = ("PQS_", "COLUMNS", "LINES")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(left)}
        self._process = PtyProcess.spawn(
            list(command),
            dimensions=(rows, cells),
            env={**clean, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(environ or {})},
        )

    def __enter__(self) -> TerminalDriver:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.isalive():
            self.kill9()
        self._process.close(force=True)

    @property
    def bytes_read(self) -> int:
        """How much the program has written so far."""
        return len(self.written)

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._process.pid)

    def lines(self) -> list[str]:
        """The rows of the screen, without blanks at their ends."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.lines())

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._process.fd, keys.encode())

    def resize(self, cells: int, rows: int) -> None:
        """Give the terminal another size."""
        self.screen.resize(rows, cells)
        self._process.setwinsize(rows, cells)

    def read(self, most: int = 1 << 16, patience: float = PATIENCE) -> bool:
        """Take in what the program writes next; False where it has ended."""
        ready, _, _ = select.select([self._process.fd], [], [], max(0.0, patience))
        if not ready:
            raise AssertionError(f"Nothing more was written. The screen:\n{self.text}")
        data = b""
        with contextlib.suppress(OSError):  # a terminal whose program has ended can't be read
            data = os.read(self._process.fd, most)
        asked = self.written.count(_ASKS)
        self.written += data
        if self.written.count(_ASKS) > asked:
            os.write(self._process.fd, _YES)
        self._stream.feed(data)
        return bool(data)

    @property
    def whole(self) -> bool:
        """Whether the screen shows whole frames, not the beginning of one."""
        return self.written.rfind(_BEGIN) <= self.written.rfind(_END)

    def wait_until(
        self, holds: Callable[[list[str]], bool], hope: str, patience: float = PATIENCE
    ) -> None:
        """Read until ``holds`` is true of the rows of a whole screen; AssertionError with the screen
        if the program ends or is silent for too long before.
        """
        end = time.monotonic() + patience
        while not (self.whole and holds(self.lines())):
            if not self.read(patience=end - time.monotonic()):
                raise AssertionError(f"It ended before this held: {hope}. The screen:\n{self.text}")

    def wait_for(self, words: str) -> None:
        """Read until ``words`` stand somewhere on the screen."""
        self.wait_until(lambda rows: any(words in row for row in rows), f"'{words}' is shown")

    def press(self, keys: str, words: str) -> None:
        """Type, then wait for words that were not on the screen before."""
        assert words not in self.text, f"'{words}' was there before:\n{self.text}"
        self.send(keys)
        self.wait_for(words)

    def drain(self) -> None:
        """Read to the end of what a program wrote that has ended or will end now."""
        while self.read():
            pass

    def kill9(self) -> None:
        """End the program at once, as a power cut would; then take in what it had written."""
        os.kill(self.pid, signal.SIGKILL)
        self.drain()
        self._process.wait()

    def wait_for_end(self) -> int:
        """Read until the program ends; its exit code."""
        self.drain()
        self._process.wait()
        return int(self._process.exitstatus if self._process.exitstatus is not None else -1)
