"""The long layout: a row for each item of each sort, with session, rater, item and pile."""

from __future__ import annotations

import re

from pqs_coder.errors import DataError
from pqs_coder.exchange.options import ReadOptions
from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.tables_in import TextTable, cell_count_problem
from pqs_coder.model.item_set import ItemSet

USUAL = {
    "session": ("session", "target_id", "target", "person", "case"),
    "rater": ("rater", "rater_id", "coder", "judge", "sorter"),
    "item": ("item", "item_id", "item_number", "item_no", "statement", "card"),
    "pile": ("pile", "category", "placement", "score", "rating", "value"),
}
"""Names that are understood; the first that is there is taken."""
_NUMBER = re.compile(r"(?:item|q|s|i|v)?[\s._-]*0*([0-9]{1,4})(?:\.0+)?", re.IGNORECASE)


def long_columns(table: TextTable, options: ReadOptions) -> dict[str, int] | None:
    """Where session, rater, item and pile stand; None where one of them is missing."""
    named = {
        "session": options.session_column,
        "rater": options.rater_column,
        "item": options.item_column,
        "pile": options.pile_column,
    }
    found = {}
    for what, usual in USUAL.items():
        given = named[what]
        names = [given] if given not in (None, what) else usual
        places = [table.find(name) for name in names if name is not None]
        place = next((one for one in places if one is not None), None)
        if place is None:
            return None
        found[what] = place
    return found if len(set(found.values())) == len(found) else None


def long_sorts(table: TextTable, item_set: ItemSet, options: ReadOptions) -> SortReading:
    """The sorts of a long table; a sort's line is that of its first row.

    Rows of one sort need not stand together. Raises `DataError` where a column is missing.
    """
    where = long_columns(table, options)
    if where is None:
        raise DataError(
            f"{table.where}: no columns for session, rater, item and pile.",
            "Call them so, or name them with --session-column, --rater-column, --item-column and "
            "--pile-column.",
        )
    begun: dict[tuple[str, str], _Begun] = {}
    for line, cells in table.rows:
        row = cells + [""] * (len(table.header) - len(cells))
        session, rater = row[where["session"]].strip(), row[where["rater"]].strip()
        sort = begun.setdefault((session, rater), _Begun(line))
        if problem := cell_count_problem(cells, table.header):
            sort.problems.append(f"line {line}: {problem}")
        sort.add(row[where["item"]], row[where["pile"]], line, item_set)
    raw = [
        RawSort(
            session,
            rater,
            {n: sort.cells.get(n, "") for n in item_set.numbers},
            sort.line,
            "; ".join(sort.problems[:3]),
        )
        for (session, rater), sort in begun.items()
    ]
    columns = {what: table.header[place] for what, place in where.items()}
    other = [name for place, name in enumerate(table.header) if place not in where.values()]
    notes = [f"Not read: {', '.join(other[:12])}."] if other else []
    return build_reading(raw, item_set, table.file, {"layout": "long", **columns}, notes)


class _Begun:
    """A sort whose rows are being gathered."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.cells: dict[int, str] = {}
        self.problems: list[str] = []

    def add(self, item: str, pile: str, line: int, item_set: ItemSet) -> None:
        match = _NUMBER.fullmatch(item.strip())
        number = int(match[1]) if match else None
        if number is None or not item_set.has_item(number):
            self.problems.append(f"line {line}: no item {item.strip()[:20]!r}")
        elif number in self.cells:
            self.problems.append(f"line {line}: item {number} for the second time")
        else:
            self.cells[number] = pile
