"""Times a program through a pseudo-terminal: what a person at the keyboard would wait for."""

from __future__ import annotations

import os
import select
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyte
from ptyprocess import PtyProcess

QUIET = 0.12
"""Seconds without a byte after which a screen is taken to be painted."""


@dataclass(frozen=True)
class Painted:
    """Seconds from a start to the first and the last byte, and how many bytes were written."""

    first: float
    last: float
    amount: int


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

    def key(self, keys: str) -> Painted:
        """Send a key and wait until its painting has ended. The bytes are not looked into while the
        clock runs.
        """
        chunks: list[bytes] = []
        start = time.perf_counter()
        os.write(self._process.fd, keys.encode())
        first = last = 0.0
        while data := self._read(QUIET if chunks else 2.0):
            last = time.perf_counter() - start
            first = first or last
            chunks.append(data)
        for data in chunks:
            self._stream.feed(data)
        return Painted(first, last, sum(map(len, chunks)))


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
        )
        for painted in found
    ]


def median_starts(
    starts: Sequence[tuple[Callable[[], Terminal], str]], repeats: int = 5
) -> list[tuple[float, float]]:
    """For each program: median seconds until its words are seen and until all is painted.

    One start of each in turn; the first round warms up.
    """
    seen: list[list[float]] = [[] for _ in starts]
    painted: list[list[float]] = [[] for _ in starts]
    for _ in range(repeats + 1):
        for n, (start, words) in enumerate(starts):
            with start() as terminal:
                seen[n].append(terminal.wait_for(words))
                painted[n].append(terminal.settle())
    return [
        (statistics.median(one[1:]), statistics.median(two[1:]))
        for one, two in zip(seen, painted, strict=True)
    ]
