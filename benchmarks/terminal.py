"""Times a program through a pseudo-terminal: what a person at the keyboard would wait for."""

from __future__ import annotations

import contextlib
import os
import select
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte
from ptyprocess import PtyProcess

QUIET = 0.12
"""Seconds without a byte after which a screen is taken to be painted."""


@dataclass(frozen=True)
class Painted:
    """Seconds from a start to the first and the last byte, how many bytes were written, and the
    seconds of processor time that it took (0 where the system does not tell).
    """

    first: float
    last: float
    amount: int
    worked: float = 0.0


class Terminal:
    """A command in a pseudo-terminal of a given size, with the screen that it paints."""

    def __init__(
        self,
        command: Sequence[str],
        cells: int,
        rows: int,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(cells, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.started = time.perf_counter()
        self._process = PtyProcess.spawn(
            list(command),
            dimensions=(rows, cells),
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                **(environ or {}),
            },
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close(force=True)

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._process.fd], [], [], max(0.0, seconds))
        if not ready:
            return b""
        try:
            return os.read(self._process.fd, 1 << 16)
        except OSError:  # the program has ended
            return b""

    def wait_for(self, words: str, seconds: float = 30.0) -> float:
        """Seconds from the start until ``words`` are on the screen."""
        while words not in "\n".join(self.screen.display):
            left = self.started + seconds - time.perf_counter()
            data = self._read(left)
            if not data:
                raise TimeoutError(f"'{words}' never showed:\n" + "\n".join(self.screen.display))
            self._stream.feed(data)
        return time.perf_counter() - self.started

    def settle(self) -> float:
        """Read until it is quiet; seconds from the start to the last byte."""
        last = time.perf_counter()
        while data := self._read(QUIET):
            last = time.perf_counter()
            self._stream.feed(data)
        return last - self.started

    def worked(self) -> float:
        """Seconds that the program has had a processor, all its threads; Linux alone tells."""
        spent = 0
        for thread in Path(f"/proc/{self._process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                spent += int(thread.read_text().split()[0])
        return spent / 1e9

    def key(self, keys: str) -> Painted:
        """Send a key and wait until its painting has ended. The bytes are not looked into while the
        clock runs.
        """
        chunks: list[bytes] = []
        before = self.worked()
        start = time.perf_counter()
        os.write(self._process.fd, keys.encode())
        first = last = 0.0
        while data := self._read(QUIET if chunks else 2.0):
            last = time.perf_counter() - start
            first = first or last
            chunks.append(data)
        for data in chunks:
            self._stream.feed(data)
        return Painted(first, last, sum(map(len, chunks)), self.worked() - before)


@dataclass
class Series:
    """Keys to be sent to one terminal, and what was measured."""

    terminal: Terminal
    keys: Sequence[str]
    before: str = ""
    """A key that is sent before each of them, not measured."""


def median_keys(series: Sequence[Series], warm_up: int = 4) -> list[Painted]:
    """Medians of each series; the first few keys are not counted.

    One key of each series in turn, so that whatever else the machine does falls on all alike.
    """
    found: list[list[Painted]] = [[] for _ in series]
    for n in range(max(len(one.keys) for one in series)):
        for one, painted in zip(series, found, strict=True):
            if n < len(one.keys):
                if one.before:
                    one.terminal.key(one.before)
                painted.append(one.terminal.key(one.keys[n]))
    return [
        Painted(
            statistics.median(one.first for one in painted[warm_up:]),
            statistics.median(one.last for one in painted[warm_up:]),
            round(statistics.median(one.amount for one in painted[warm_up:])),
            statistics.median(one.worked for one in painted[warm_up:]),
        )
        for painted in found
    ]


def median_starts(
    starts: Sequence[tuple[Callable[[], Terminal], str]], repeats: int = 5
) -> list[tuple[float, ...]]:
    """For each program: median seconds until its words are seen, until all is painted, and that it
    has worked till then.

    One start of each in turn; the first round warms up.
    """
    found: list[list[tuple[float, ...]]] = [[] for _ in starts]
    for _ in range(repeats + 1):
        for times, (start, words) in zip(found, starts, strict=True):
            with start() as terminal:
                seen, painted = terminal.wait_for(words), terminal.settle()
                times.append((seen, painted, terminal.worked()))
    return [tuple(map(statistics.median, zip(*times[1:], strict=True))) for times in found]
