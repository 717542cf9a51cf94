"""Where the table begins: the sheet with the sorts, its header below a title, the usual names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pqs_coder.errors import UsageError
from pqs_coder.exchange.options import ReadOptions
from pqs_coder.exchange.tables_in import TextTable
from pqs_coder.exchange.tidy import is_tidy
from pqs_coder.exchange.wide import has_items
from pqs_coder.model.item_set import ItemSet

_TITLE_LINES = 20
"""How far down a header is looked for."""
USUAL_SESSION = ("session_id", "session_code", "session_no", "target_id", "target")
USUAL_RATER = ("rater_id", "rater_name", "coder", "judge", "sorter", "observer")
"""Other names of the columns session and rater in a wide table."""


def choose_table(
    path: object,
    tables: Sequence[TextTable],
    sheet: str | None,
    item_set: ItemSet,
    is_known: Callable[[TextTable], bool],
) -> TextTable:
    """The sheet that is meant: the one named, else the only one that is tidy or has every item.

    ``is_known`` tells whether a table has a layout that is known as it is; else its header may
    stand farther down. `UsageError` where there are several sheets and none is named.
    """
    tables = [one if is_known(one) else with_header(one, item_set) for one in tables]
    if sheet is None and len(tables) == 1:
        return tables[0]
    listed = ", ".join(table.sheet for table in tables)
    if sheet is None:
        for fits in (
            [table for table in tables if is_tidy(table.header)],
            [table for table in tables if has_items(table, item_set)],
        ):
            if len(fits) == 1:
                return fits[0]
        raise UsageError(f"{path} has several sheets: {listed}.", "Name one with --sheet NAME.")
    found = [table for table in tables if table.sheet.casefold() == sheet.casefold()]
    if not found:
        raise UsageError(f"{path} has no sheet '{sheet}'.", f"Its sheets: {listed}.")
    return found[0]


def with_header(table: TextTable, item_set: ItemSet) -> TextTable:
    """The table from the first line that has a column for every item, where lines stand above it.

    A table without such a line near its beginning stays as it is.
    """
    for at, (line, cells) in enumerate(table.rows[:_TITLE_LINES]):
        if len(cells) <= len(item_set.items):
            continue
        header = [cell.strip() for cell in cells]
        # The numbers of a sort look like items too: a header has words beside them.
        below = replace(table, header=header, rows=table.rows[at + 1 :], line=line)
        if any(_is_word(cell) for cell in header) and has_items(below, item_set):
            return below
    return table


def _is_word(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def usual_names(table: TextTable, options: ReadOptions) -> ReadOptions:
    """The options with the names of the columns session and rater as this table has them.

    Only where an option says nothing, no column has the plain name, and one other name is clear.
    """

    def found(given: str, plain: str, usual: tuple[str, ...]) -> str:
        there = [name for name in usual if table.find(name) is not None]
        plainly = given != plain or table.find(plain) is not None
        return given if plainly or len(there) != 1 else there[0]

    return replace(
        options,
        session_column=found(options.session_column, "session", USUAL_SESSION),
        rater_column=found(options.rater_column, "rater", USUAL_RATER),
    )


def where_words(table: TextTable) -> list[str]:
    """Which sheet and line the header was taken from, where that is not plain."""
    words = [f"sheet {table.sheet}"] if table.sheet else []
    if table.line > 1:
        words.append(f"the column names are on line {table.line}")
    return [f"Read: {', '.join(words)}."] if words else []
