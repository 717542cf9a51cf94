"""A large study as a lead meets it: status and agreement from a cold start, and how they grow.

    python -m benchmarks.bench_lead [--quick]

Makes studies in a temporary folder (real files, each with its digest) and runs the commands in
fresh interpreters. Times are wall-clock seconds, the median of three, and behind the stroke the
processor's seconds, which other work on the machine does not stretch. "Cold" is a new process; the
files were written a moment before and are in the system's cache.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pqs_coder.store import files
from pqs_coder.store.making import make_study
from pqs_coder.store.sorts import SORT_SCHEMA, digest_path, to_parquet
from pqs_coder.store.study import open_study

PILES = np.repeat(np.arange(1, 10), [5, 8, 12, 16, 18, 16, 12, 8, 5])
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
            _write(sorts / f"{rater}.parquet", _rows(code, rater, piles, study.item_set.hash))
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
    when = pl.datetime(2025, 1, 1, time_unit="us", time_zone="UTC").alias("submitted_at")
    return items.select(columns).with_columns(when).cast(pl.Schema(SORT_SCHEMA))


def _write(path: Path, frame: pl.DataFrame) -> None:
    """As `write_submitted` does, without its fsyncs: they would take most of the time here."""
    data = to_parquet(frame)
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


def main(quick: bool) -> None:
    """Print a table: commands down, sizes of study across."""
    sizes = (80, 400) if quick else (80, 800, 2000, 8000)
    results: dict[str, list[tuple[float, float]]] = {" ".join(command): [] for command in COMMANDS}
    heads = []
    for sessions in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "study"
            sorts = make_large_study(folder, sessions)
            heads.append(f"{sorts:,} sorts")
            for command in COMMANDS:
                taken = cold(folder, command, 1 if sorts > 10_000 else 3)
                results[" ".join(command)].append(taken)
    print("pqs ... on a study of    " + "".join(f"{head:>14}" for head in heads))
    for name, seconds in results.items():
        print(f"{name:25}" + "".join(f"{wall:7.2f} /{cpu:5.2f}" for wall, cpu in seconds))


if __name__ == "__main__":
    main("--quick" in sys.argv)
