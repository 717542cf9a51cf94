"""The tidy table read back into sorts, with notes, evidence and times."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.tables_in import TextTable
from pqs_coder.exchange.tidy import typed
from pqs_coder.exchange.wide_out import KEYS
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.sorts import SORT_SCHEMA


def tidy_sorts(frame: pl.DataFrame, file: str, item_set: ItemSet) -> SortReading:
    """The sorts by raters of a tidy table, each with its own rows.

    Consensus and criterion sorts and practice are passed over, and so is every revision but the
    latest; sorts of another item set are refused one by one. A sort's line is its first row's.
    """
    lines = frame.with_row_index("_line", 2)
    other = frame.filter(pl.col("kind") != "rater").n_unique(list(KEYS))
    own = lines.filter(pl.col("kind") == "rater")
    newest = pl.col("revision") == pl.col("revision").max().over("session", "rater", "occasion")
    latest = own.filter(newest)
    older = own.filter(~newest).n_unique(list(KEYS))
    raw = []
    for key, rows in latest.group_by(["session", "rater", "occasion"], maintain_order=True):
        hashes = rows["item_set_hash"].unique().to_list()
        whole = sorted(rows["item"].to_list(), key=lambda n: n or 0) == list(item_set.numbers)
        problem = "" if whole else "not one row for each item"
        if hashes != [item_set.hash]:
            problem = "sorted with another item set or another wording of it"
        piles = dict(rows.select("item", "pile").iter_rows())
        tidy = rows.drop("_line").sort("item")
        raw.append(
            RawSort(
                session=str(key[0] or ""),
                rater=str(key[1] or ""),
                cells={n: _cell(piles.get(n)) for n in item_set.numbers},
                line=int(rows["_line"][0]),
                problem=problem,
                occasion=int(key[2] if key[2] in (1, 2) else 1),
                tidy=tidy,
            )
        )
    notes = [f"{other} consensus, criterion or practice sorts are not read."] * bool(other)
    notes += [f"{older} older revisions are not read."] * bool(older)
    return build_reading(raw, item_set, file, {"layout": "tidy"}, notes)


def tidy_of_texts(table: TextTable, path: Path) -> pl.DataFrame:
    """The tidy table from texts, as a sheet has it (empty cells are missing)."""
    width = len(table.header)
    rows = [(cells + [""] * width)[:width] for _, cells in table.rows]
    columns = {
        name: [row[place].replace("\r\n", "\n") or None for row in rows]
        for place, name in enumerate(table.header)
        if name in SORT_SCHEMA
    }
    return typed(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), path)


def _cell(pile: int | None) -> str:
    return "" if pile is None else str(pile)
