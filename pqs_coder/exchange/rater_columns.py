"""A row for each session and item, a column for each rater, as programs for reliability want it."""

from __future__ import annotations

import io

import polars as pl

from pqs_coder.errors import UsageError
from pqs_coder.exchange.formulas import guard_frame
from pqs_coder.exchange.long import USUAL
from pqs_coder.exchange.options import ReadOptions
from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.scales import whole_number
from pqs_coder.exchange.tables_in import TextTable
from pqs_coder.model.item_set import ItemSet

PREFIX = "rater_"


def render_ratings(frame: pl.DataFrame, item_set: ItemSet, suffix: str) -> dict[str, bytes]:
    """session, item, label, then ``rater_NAME`` for each rater; empty where a rater sorted not.

    Raises `UsageError` where a rater has two sorts of one session.
    """
    if frame.n_unique(["session", "rater", "item"]) < frame.height:
        raise UsageError(
            "A column for each rater holds one sort of each session by each rater.",
            "Export one occasion and revision, or use another format.",
        )
    raters = frame["rater"].unique(maintain_order=True).to_list()
    table = (
        frame.select("session", "item", "rater", "pile").pivot(
            on="rater", on_columns=raters, index=["session", "item"], values="pile",
            maintain_order=True,
        )
        if raters
        else pl.DataFrame(schema={"session": pl.String, "item": pl.Int64})
    )  # fmt: skip
    labels = {item.number: item.label for item in item_set.items}
    label = pl.col("item").replace_strict(labels, default=None, return_dtype=pl.String)
    table = table.select(
        "session", "item", label.alias("label"), *(pl.col(n).alias(PREFIX + n) for n in raters)
    )
    buffer = io.BytesIO()
    guard_frame(table).write_csv(buffer, line_terminator="\n")
    return {suffix: buffer.getvalue()}


def rater_places(table: TextTable, options: ReadOptions) -> tuple[int, int, dict[str, int]] | None:
    """Where session and item stand, and the column of each rater; None for another layout."""
    session = table.find(options.session_column)
    named = [options.item_column] if options.item_column else USUAL["item"]
    item = next((at for name in named if (at := table.find(name)) is not None), None)
    raters = {
        name.removeprefix(PREFIX): place
        for place, name in enumerate(table.header)
        if name.startswith(PREFIX)
    }
    return (session, item, raters) if session is not None and item is not None and raters else None


def rater_column_sorts(
    table: TextTable, item_set: ItemSet, where: tuple[int, int, dict[str, int]]
) -> SortReading:
    """The sorts of such a table; a rater without any pile in a session has no sort of it."""
    session, item, raters = where
    begun: dict[tuple[str, str], tuple[int, dict[int, str], list[str]]] = {}
    for line, cells in table.rows:
        row = cells + [""] * (len(table.header) - len(cells))
        number = whole_number(row[item])
        for rater, place in raters.items():
            key = (row[session].strip(), rater)
            _, piles, problems = begun.setdefault(key, (line, {}, []))
            if number is None or not item_set.has_item(number):
                problems.append(f"line {line}: no item {row[item][:20]!r}")
            elif number in piles:
                problems.append(f"line {line}: item {number} for the second time")
            else:
                piles[number] = row[place]
    raw = [
        RawSort(
            name, rater, {n: piles.get(n, "") for n in item_set.numbers}, line, "; ".join(bad[:3])
        )
        for (name, rater), (line, piles, bad) in begun.items()
        if any(pile.strip() for pile in piles.values())
    ]
    columns = {
        "layout": "a column for each rater",
        "session": table.header[session],
        "item": table.header[item],
        "raters": ", ".join(table.header[place] for place in raters.values()),
    }
    return build_reading(raw, item_set, table.file, columns)
