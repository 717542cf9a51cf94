"""The formats in which a study's sorts leave, by name and by suffix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pqs_coder.errors import UsageError
from pqs_coder.exchange.codebook import codebook_frame, evidence_frame, render_workbook
from pqs_coder.exchange.kade import render_kade
from pqs_coder.exchange.pqmethod import STATEMENTS, render_pqmethod
from pqs_coder.exchange.rater_columns import render_ratings
from pqs_coder.exchange.scripts_out import render_python, render_r
from pqs_coder.exchange.spss import render_sav
from pqs_coder.exchange.table_files import table_bytes
from pqs_coder.exchange.tidy import tidy_arrow, tidy_csv, tidy_parquet
from pqs_coder.exchange.wide_out import wide_csv
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store import files

EVERYTHING = frozenset(
    ["notes", "evidence", "heaps", "doubts", "times", "kinds", "occasions", "hashes"]
)


def _sorts(frame: pl.DataFrame, _item_set: ItemSet) -> tuple[int, str]:
    sorts = frame.n_unique(["session", "rater", "kind", "occasion", "revision"])
    return sorts, "sort" if sorts == 1 else "sorts"


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write sorts.

    ``render`` gives the bytes of one file for each suffix it writes; ``holds`` tells which of
    `EVERYTHING` come back when the file is read again. ``by_suffix``: the format that a suffix
    alone means; ``reads_back``: whether it holds sorts at all; ``count`` how many of what it holds.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    render: Callable[[pl.DataFrame, ItemSet, str], Mapping[str, bytes]]
    holds: frozenset[str] = frozenset()
    by_suffix: bool = True
    reads_back: bool = True
    count: Callable[[pl.DataFrame, ItemSet], tuple[int, str]] = _sorts


def _tidy(frame: pl.DataFrame, _item_set: ItemSet, suffix: str) -> Mapping[str, bytes]:
    writers = {".csv": tidy_csv, ".parquet": tidy_parquet}
    return {suffix: writers.get(suffix, tidy_arrow)(frame)}


def _wide(frame: pl.DataFrame, _item_set: ItemSet, suffix: str) -> Mapping[str, bytes]:
    return {suffix: wide_csv(frame)}


def _evidence(frame: pl.DataFrame, _item_set: ItemSet, suffix: str) -> Mapping[str, bytes]:
    return {suffix: table_bytes(evidence_frame(frame), suffix)}


def _codebook(_frame: pl.DataFrame, item_set: ItemSet, suffix: str) -> Mapping[str, bytes]:
    return {suffix: table_bytes(codebook_frame(item_set), suffix)}


KEYS_ONLY = frozenset(["kinds", "occasions"])
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "tidy",
            "a row for each item",
            (".csv", ".parquet", ".arrow"),
            _tidy,
            EVERYTHING,
        ),
        Format(
            "wide",
            "a row for each sort, a column for each item",
            (".csv",),
            _wide,
            KEYS_ONLY,
            by_suffix=False,
        ),
        Format(
            "evidence",
            "notes, evidence and doubts, a row for each item that has any",
            (".csv", ".parquet"),
            _evidence,
            frozenset(["notes", "evidence", "doubts", *KEYS_ONLY]),
            by_suffix=False,
            reads_back=False,
            count=lambda frame, _: (evidence_frame(frame).height, "rows of notes and evidence"),
        ),
        Format(
            "codebook",
            "the items and their wording",
            (".csv",),
            _codebook,
            EVERYTHING,
            by_suffix=False,
            reads_back=False,
            count=lambda _, item_set: (len(item_set.items), "items"),
        ),
        Format("xlsx", "a workbook with a codebook", (".xlsx",), render_workbook, EVERYTHING),
        Format("sav", "SPSS, a row for each sort, with labels", (".sav",), render_sav, KEYS_ONLY),
        Format("pqmethod", "PQMethod, with its statements", (".dat",), render_pqmethod),
        Format(
            "ratings",
            "a column for each rater, as jamovi and JASP want it",
            (".csv",),
            render_ratings,
            by_suffix=False,
        ),
        Format("r", "an R script and its data", (".r",), render_r, KEYS_ONLY),
        Format("python", "a Python script and its data", (".py",), render_python, KEYS_ONLY),
        Format("kade", "KADE and Ken-Q Analysis", (".zip", ".xlsx", ".csv"), render_kade),
    )
}


ARCHIVE = "archive"
"""The name of the study as a whole, which is no format of sorts."""
ALIASES = {"jamovi": "ratings", "jasp": "ratings", "spss": "sav", "excel": "xlsx"}


_SLOW_ROWS = 100_000


def choose_format(output: Path, name: str | None = None) -> Format:
    """The format of that name, else the one that the suffix means; `UsageError` for none."""
    known = ", ".join([*FORMATS, ARCHIVE])
    suffix = output.suffix.lower()
    if name is not None:
        found = FORMATS.get(ALIASES.get(name.lower(), name.lower()))
        if found is None:
            raise UsageError(f"There is no format '{name}'.", f"Formats: {known}.")
        if suffix not in found.suffixes:
            raise UsageError(
                f"{output}: the format {found.name} is not written as '{suffix}'.",
                f"Call the file .{found.suffixes[0].lstrip('.')}.",
            )
        return found
    for one in FORMATS.values():
        if one.by_suffix and suffix in one.suffixes:
            return one
    raise UsageError(
        f"{output}: the suffix '{suffix}' is no format.", f"Name one with --format: {known}."
    )


def losses(frame: pl.DataFrame, form: Format) -> list[str]:
    """What these sorts have and the format can't hold, in words."""
    has = {
        "notes": frame["note"].is_not_null().any(),
        "evidence": frame["evidence"].is_not_null().any(),
        "heaps": frame["heap"].is_not_null().any(),
        "doubts": frame["unsure"].any(),
        "times": frame["seconds"].is_not_null().any() or frame["started_at"].is_not_null().any(),
        "kinds": (frame["kind"] != "rater").any(),
        "occasions": (frame["occasion"] != 1).any(),
        "hashes": frame["item_set_hash"].n_unique() > 1,
    }
    return [what for what, there in has.items() if there and what not in form.holds]


def beside(output: Path, suffix: str) -> Path:
    """Where a further file of an export lies: its suffix after the whole name of the first.

    So files of two exports are never the same. Only PQMethod wants its statements as NAME.STA.
    """
    if suffix == STATEMENTS:
        return output.with_suffix(suffix)
    return output.with_name(output.name + suffix)


def write_sorts(
    frame: pl.DataFrame,
    output: Path,
    name: str | None,
    item_set: ItemSet,
    tell: Callable[[str], object] = lambda _words: None,
) -> str:
    """Write sorts to ``output``; returns words on what was written.

    ``frame`` is the tidy table (`SORT_SCHEMA`). What the format can't hold is told before anything
    is written. Some formats write more files beside ``output``.
    """
    form = choose_format(output, name)
    lost = losses(frame, form)
    if lost:
        tell(f"The format {form.name} can't hold their {', '.join(lost)}.")
    if output.suffix.lower() == ".xlsx" and frame.height > _SLOW_ROWS:
        tell(f"A workbook of {frame.height:,} rows takes a while; .csv and .parquet do not.")
    rendered = form.render(frame, item_set, output.suffix.lower())
    own = output.suffix.lower()
    paths = {s: output if s.lower() == own else beside(output, s) for s in rendered}
    for suffix, data in rendered.items():
        files.write_whole(paths[suffix], data, mode=0o644)
    count, what = form.count(frame, item_set)
    names = " and ".join(map(str, paths.values()))
    return f"{count} {what} in {names} ({form.name}: {form.title})."
