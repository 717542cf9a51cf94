"""The items on which two raters of a session differ most, with what each of them noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.agreement import agreement_table
from pqs_coder.analysis.result import Result
from pqs_coder.errors import StudyError
from pqs_coder.model.names import find_name

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

COLUMNS = ("session", "rater", "kind", "occasion", "revision", "item_set", "item_set_hash")
DETAILS = (*COLUMNS, "forced", "item", "pile", "note", "evidence", "unsure")
_OF_ONE = ("pile", "note", "evidence", "unsure")

DIFFERENCE_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "rater_a": pl.String,
    "rater_b": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "pile_a": pl.Int64,
    "pile_b": pl.Int64,
    "difference": pl.Int64,
    "share": pl.Float64,
    **dict.fromkeys(("note_a", "note_b", "evidence_a", "evidence_b"), pl.String),
    **dict.fromkeys(("unsure_a", "unsure_b"), pl.Boolean),
}


def differences_of(
    study: Study, session: str, rater_a: str | None = None, rater_b: str | None = None
) -> Result:
    """Two raters of a session item by item, see `differences_table`."""
    labels = {item.number: item.label for item in study.item_set.items}
    code = study.session_folder(session).name
    return differences_table(session_sorts(study, code), code, rater_a, rater_b, labels)


def session_sorts(study: Study, code: str) -> pl.DataFrame:
    """The submitted sorts of one session that the viewer may see, with notes and evidence."""
    from pqs_coder.store.reading import read_sorts

    return read_sorts(study, sessions=[code], columns=DETAILS)


def differences_table(
    frame: pl.DataFrame,
    session: str,
    rater_a: str | None = None,
    rater_b: str | None = None,
    labels: Mapping[int, str] | None = None,
) -> Result:
    """A row an item, the largest difference first.

    ``difference`` is pile_a - pile_b, ``share`` the item's part of the sum of squared differences.
    Without names the pair of the session that agrees least is taken, and a note says so. Raises
    `StudyError` where the session has no two sorts or not those that are asked for.
    """
    here = frame.filter(pl.col("session") == session)
    one, other, notes = _the_pair(here, session, rater_a, rater_b)
    sides = [
        here.filter(pl.col("rater") == name).select(
            "item", *(pl.col(column).alias(f"{column}_{side}") for column in _OF_ONE)
        )
        for name, side in ((one, "a"), (other, "b"))
    ]
    table = sides[0].join(sides[1], on="item", how="inner")
    apart = pl.col("pile_a") - pl.col("pile_b")
    squares = apart.pow(2).cast(pl.Float64)
    names = pl.col("item").replace_strict(dict(labels or {}), default=None, return_dtype=pl.String)
    table = table.with_columns(
        pl.lit(session).alias("session"),
        pl.lit(one).alias("rater_a"),
        pl.lit(other).alias("rater_b"),
        names.alias("label"),
        apart.alias("difference"),
        pl.when(squares.sum() > 0).then(squares / squares.sum()).alias("share"),
    )
    ordered = table.sort(pl.col("difference").abs(), "item", descending=[True, False])
    return Result(ordered.select(list(DIFFERENCE_SCHEMA)).cast(pl.Schema(DIFFERENCE_SCHEMA)), notes)


def _the_pair(
    here: pl.DataFrame, session: str, rater_a: str | None, rater_b: str | None
) -> tuple[str, str, tuple[str, ...]]:
    names = here["rater"].unique(maintain_order=True).to_list()
    if rater_a is not None and rater_b is not None:
        chosen = [find_name(name, names) for name in (rater_a, rater_b)]
        for asked, found in zip((rater_a, rater_b), chosen, strict=True):
            if found is None:
                raise StudyError(
                    f"{asked} has submitted no sort of {session} that you may see.",
                    f"Sorted by: {', '.join(names) or 'nobody yet'}.",
                )
        return str(chosen[0]), str(chosen[1]), ()
    pairs = agreement_table(here, "pair").frame
    if rater_a or rater_b:
        asked = find_name(rater_a or rater_b or "", names) or ""
        pairs = pairs.filter((pl.col("rater_a") == asked) | (pl.col("rater_b") == asked))
    if pairs.height == 0:
        raise StudyError(
            f"{session} has no two sorts to compare.", "It needs a second submitted sort."
        )
    lowest = pairs.sort("r", nulls_last=True, maintain_order=True).row(0, named=True)
    one, other = lowest["rater_a"], lowest["rater_b"]
    if pairs.height == 1:
        return one, other, ()
    note = f"{one} and {other}: of {pairs.height} pairs the one that agrees least."
    return one, other, (note,)
