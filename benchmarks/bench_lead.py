"""A large study as a lead meets it: commands and desk from a cold start, and how they grow.

    python -m benchmarks.bench_lead [--quick]

Makes studies in a temporary folder (real files, each with its digest) and runs the commands in
fresh interpreters. Times are wall-clock seconds, the median of three, and behind the stroke the
processor's seconds, which other work on the machine does not stretch. "Cold" is a new process; the
files were written a moment before and are in the system's cache. The desk is opened in a
pseudo-terminal of 120x40: the frame stands when its pages can be chosen, figures when they are in.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.terminal import Terminal
from pqs_coder.store import files
from pqs_coder.store.making import make_study
from pqs_coder.store.sorts import SORT_SCHEMA, digest_path, to_parquet
from pqs_coder.store.study import open_study

PILES = np.repeat(np.arange(1, 10), [5, 8, 12, 16, 18, 16, 12, 8, 5])
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
RATERS = ("anna", "ben", "cleo", "dan", "eve")
COMMANDS = (
    ("status",),
    ("agreement",),
    ("agreement", "--by", "study"),
    ("agreement", "--by", "pair"),
    ("composite",),
)


def make_large_study(folder: Path, sessions: int, seed: int = 1) -> int:
    """A study of so many sessions, two raters each and a third on every second; sorts made."""
    make_study(folder)
    study = open_study(folder)
    rng = np.random.default_rng(seed)
    picture = rng.normal(size=100)
    made = 0
    for n in range(sessions):
        code = f"s{n:05}"
        truth = picture + rng.normal(size=100)
        sorts = folder / "sessions" / code / "sorts"
        sorts.mkdir(parents=True)
        for turn in range(2 + n % 2):
            rater = RATERS[(n + turn) % len(RATERS)]
            piles = np.empty(100, dtype=np.int64)
            piles[np.argsort(truth + rng.normal(size=100))] = PILES
            rows = _rows(code, rater, piles, study.item_set.hash)
            when = BEGUN + timedelta(hours=3 * n + turn)
            _write(sorts / f"{rater}.parquet", rows.with_columns(submitted_at=pl.lit(when)))
            made += 1
    lines = [f"s{n:05},case{n // 20},{n % 20 + 1}" for n in range(sessions)]
    files.write_whole(
        folder / "facts.csv", ("session,case,number\n" + "\n".join(lines) + "\n").encode()
    )
    return made


def _rows(code: str, rater: str, piles: np.ndarray, item_set_hash: str) -> pl.DataFrame:
    same = {
        "session": code,
        "rater": rater,
        "kind": "rater",
        "occasion": 1,
        "revision": 1,
        "item_set": "pqs",
        "item_set_hash": item_set_hash,
        "forced": True,
        "seconds": 40.0,
        "moves": 2,
        "unsure": False,
    }
    items = pl.DataFrame({"item": np.arange(1, 101), "pile": piles})
    columns = [
        pl.col(name) if name in items.columns else pl.lit(same.get(name), dtype=kind).alias(name)
        for name, kind in SORT_SCHEMA.items()
    ]
    return items.select(columns).cast(pl.Schema(SORT_SCHEMA))


def _write(path: Path, frame: pl.DataFrame) -> None:
    """As `write_submitted` does, without its fsyncs: they would take most of the time here."""
    data = to_parquet(frame.cast(pl.Schema(SORT_SCHEMA)))
    digest_path(path).write_bytes(files.digest(data).encode("ascii") + b"\n")
    path.write_bytes(data)


def processor() -> float:
    """Seconds that ended children have had of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cold(folder: Path, command: tuple[str, ...], times: int = 3) -> tuple[float, float]:
    """Seconds and processor seconds of a command in a fresh interpreter, its table as CSV."""
    root = Path(__file__).resolve().parents[1]
    taken = []
    for _ in range(times):
        start, before = time.perf_counter(), processor()
        subprocess.run(
            [sys.executable, "-m", "pqs_coder", *command, "--study", folder, "--format", "csv"],
            cwd=root,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        taken.append((time.perf_counter() - start, processor() - before))
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


DESK = "home, then the desk: its "
SCREENS = (
    ("home lists the sessions", None, "enter opens"),
    (f"{DESK}frame", "d", "2 agreement"),
    (f"{DESK}progress", None, "sorts submitted"),
    (f"{DESK}agreement", "2", "mean r"),
    (f"{DESK}matrix", "3", "lowest"),
    (f"{DESK}raters", "4", "higher by"),
    (f"{DESK}drift", "5", "level"),
)
"""What is waited for: its name, the key that asks for it, and words that are on it alone."""


class Asked(Terminal):
    """A terminal whose clock can be started again by a key."""

    def ask(self, key: str) -> None:
        """Send a key; what is waited for next counts from here."""
        self.started = time.perf_counter()
        os.write(self._process.fd, key.encode())


def on_screen(folder: Path) -> list[float]:
    """Seconds until each of `SCREENS` can be read, from the start or from its key."""
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "pqs_coder", "--study", str(folder.resolve())]
    taken: list[float] = []
    terminal = Asked(command, 120, 40, {"PYTHONPATH": str(root)})
    with terminal:
        for _, key, words in SCREENS:
            if key is not None:
                terminal.settle()
                terminal.ask(key)
            taken.append(terminal.wait_for(words, 120))
    return taken


def print_row(name: str, cells: Sequence[str]) -> None:
    print(f"{name:32}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


def main(quick: bool) -> None:
    """Print a table: commands down, sizes of study across."""
    sizes = (80, 400) if quick else (80, 800, 2000, 8000)
    results: dict[str, list[tuple[float, float]]] = {" ".join(command): [] for command in COMMANDS}
    screens: list[list[float]] = []
    heads = []
    for sessions in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "study"
            sorts = make_large_study(folder, sessions)
            heads.append(f"{sorts:,} sorts")
            for command in COMMANDS:
                taken = cold(folder, command, 1 if sorts > 10_000 else 3)
                results[" ".join(command)].append(taken)
            screens.append(on_screen(folder))
    print_row("seconds, on a study of", heads)
    for name, seconds in results.items():
        print_row(f"pqs {name}", [f"{wall:.2f} /{cpu:5.2f}" for wall, cpu in seconds])
    for (name, *_), times in zip(SCREENS, zip(*screens, strict=True), strict=True):
        print_row(name, [f"{one:.2f}" for one in times])


if __name__ == "__main__":
    main("--quick" in sys.argv)
