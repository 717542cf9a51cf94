"""The wide layout, written: a row for each sort, a column for each item."""

from __future__ import annotations

import io

import polars as pl

from pqs_coder.exchange.formulas import guard_frame
from pqs_coder.store.sorts import SORT_SCHEMA

KEYS = ("session", "rater", "kind", "occasion", "revision")
SortKey = tuple[str, str, str, int, int]
"""What tells sorts apart: the values of `KEYS`."""
_USUAL = {"kind": "rater", "occasion": 1}


def sorts_by_key(frame: pl.DataFrame) -> dict[SortKey, dict[int, int | None]]:
    """Pile of each item for each sort of a tidy table, in the order of the table."""
    sorts: dict[SortKey, dict[int, int | None]] = {}
    for *key, item, pile in frame.select(*KEYS, "item", "pile").iter_rows():
        sorts.setdefault((key[0], key[1], key[2], key[3], key[4]), {})[item] = pile
    return sorts


def wide_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """session, rater, then ``item1``, ``item2`` ...; a row a sort, in the order of the tidy table.

    Columns for kind, occasion and revision stand there only where they tell sorts apart.
    """
    telling = [key for key, usual in _USUAL.items() if (frame[key] != usual).any()]
    keys = ["session", "rater", *telling]
    if frame.n_unique([*keys, "revision"]) > frame.n_unique(keys):
        keys.append("revision")
    numbers = sorted(frame["item"].unique().to_list())
    wide = (
        frame.select(*keys, "item", "pile").pivot(
            on="item", on_columns=numbers, index=keys, values="pile", maintain_order=True
        )
        if numbers
        else pl.DataFrame(schema={key: SORT_SCHEMA[key] for key in keys})
    )
    return wide.rename({str(n): f"item{n}" for n in numbers})


def wide_csv(frame: pl.DataFrame) -> bytes:
    """`wide_frame` as CSV: UTF-8, LF, an item without a pile is an empty cell."""
    buffer = io.BytesIO()
    guard_frame(wide_frame(frame)).write_csv(buffer, line_terminator="\n")
    return buffer.getvalue()
