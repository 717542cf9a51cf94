"""Sorts in and out in bulk: 5,000 from one wide CSV into a study, 100,000 into files.

    python -m benchmarks.bench_exchange [--quick]

Wall-clock seconds, and the most memory that the process has held so far (MiB). The import writes
real files with every fsync; the exports go to memory, as the program makes them before it writes.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pqs_coder.exchange.any_file import read_sorts_file
from pqs_coder.exchange.formats import FORMATS
from pqs_coder.exchange.importing import carry_out, plan_import
from pqs_coder.store.making import make_study
from pqs_coder.store.sorts import SORT_SCHEMA
from pqs_coder.store.study import open_study

EXPORTS = (
    ("tidy", ".parquet"),
    ("tidy", ".csv"),
    ("wide", ".csv"),
    ("sav", ".sav"),
    ("ratings", ".csv"),
    ("r", ".r"),
    ("kade", ".zip"),
)
BOOK = 1_000
"""Sorts in the workbook, which is slow; Excel holds 10,485 sorts of 100 items and no more."""


def wide_lines(sorts: int, item_set_piles: list[int]) -> str:
    """A wide CSV of invented sorts, two raters a session."""
    rng = np.random.default_rng(1)
    piles = rng.permuted(np.tile(item_set_piles, (sorts, 1)), axis=1)
    head = ",".join(["session", "rater", *(f"item{n}" for n in range(1, piles.shape[1] + 1))])
    rows = [
        f"S{n // 2},{'ab'[n % 2]},{','.join(map(str, row))}" for n, row in enumerate(piles.tolist())
    ]
    return "\n".join([head, *rows]) + "\n"


def tidy_frame(sorts: int, item_set_piles: list[int]) -> pl.DataFrame:
    """The tidy table of invented sorts."""
    rng = np.random.default_rng(2)
    items = len(item_set_piles)
    piles = rng.permuted(np.tile(item_set_piles, (sorts, 1)), axis=1).ravel()
    number = pl.Series("n", np.repeat(np.arange(sorts), items))
    known = {
        "session": pl.concat_str(pl.lit("S"), pl.col("n") // 2),
        "rater": pl.when(pl.col("n") % 2 == 0).then(pl.lit("a")).otherwise(pl.lit("b")),
        "kind": pl.lit("rater"),
        "occasion": pl.lit(1),
        "revision": pl.lit(1),
        "item_set": pl.lit("pqs"),
        "item_set_hash": pl.lit("0" * 64),
        "forced": pl.lit(True),
        "item": pl.Series(np.tile(np.arange(1, items + 1), sorts)),
        "pile": pl.Series(piles),
        "unsure": pl.lit(False),
    }
    columns = [
        known.get(name, pl.lit(None)).cast(kind).alias(name)
        if not isinstance(known.get(name), pl.Series)
        else known[name].cast(kind).alias(name)
        for name, kind in SORT_SCHEMA.items()
    ]
    return number.to_frame().select(columns)


def timed(name: str, work: Callable[[], object]) -> object:
    """Do it, and print how long it took."""
    start = time.perf_counter()
    result = work()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:44}{time.perf_counter() - start:9.2f}s{most:9,} MiB")
    return result


def main(quick: bool) -> None:
    """Print a line for each thing done."""
    taken, given = (500, 5_000) if quick else (5_000, 100_000)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        make_study(folder)
        study = open_study(folder)
        piles = [pile.value for pile in study.item_set.piles for _ in range(pile.size)]
        source = Path(place) / "sorts.csv"
        source.write_text(wide_lines(taken, piles), encoding="utf-8")
        reading = read_sorts_file(source, study.item_set)
        timed(
            f"read and check {taken:,} sorts (wide CSV)",
            lambda: read_sorts_file(source, study.item_set),
        )
        plan = plan_import(study, reading)
        timed(f"write {taken:,} sorts into a study", lambda: carry_out(plan, study))
        frame = tidy_frame(given, piles)
        for name, suffix in EXPORTS:
            form = FORMATS[name]

            def render(form=form, suffix=suffix):
                return form.render(frame, study.item_set, suffix)

            timed(f"export {given:,} sorts, {name} {suffix}", render)
        book = frame.head(min(BOOK, given) * len(piles))
        timed(
            f"export {min(BOOK, given):,} sorts, xlsx .xlsx",
            lambda: FORMATS["xlsx"].render(book, study.item_set, ".xlsx"),
        )


if __name__ == "__main__":
    main("--quick" in sys.argv)
