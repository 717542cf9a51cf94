"""The wide layout: a row for each sort, with session, rater and a column for each item."""

from __future__ import annotations

import re
from pathlib import Path

from pqs_coder.errors import DataError
from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.sort_names import SortNames
from pqs_coder.exchange.tables_in import TextTable, cell_count_problem, read_csv_table
from pqs_coder.model.item_set import ItemSet

_ITEM = re.compile(r"(?P<letters>[^\W\d]*)[\s._-]*(?P<number>[0-9]{1,4})")


def read_wide(
    path: Path,
    item_set: ItemSet,
    session_column: str = "session",
    rater_column: str = "rater",
) -> SortReading:
    """Read a wide CSV or TSV; every sort is checked, none is dropped.

    Item columns are the number, alone or after letters (1, item1, Q1). Raises `DataError` where
    the table itself can't be read: no such column, an item without one, quotes that don't match.
    """
    table = read_csv_table(path)
    return wide_sorts(table, item_set, session_column, rater_column)


def wide_sorts(
    table: TextTable, item_set: ItemSet, session_column: str, rater_column: str
) -> SortReading:
    """The sorts of a wide table."""
    session = table.place(session_column, "--session-column")
    rater = table.place(rater_column, "--rater-column")
    taken = {session, rater}
    occasion = table.header.index("occasion") if "occasion" in table.header else None
    items = item_columns(table, item_set, taken)
    raw = []
    for line, cells in table.rows:
        problem = cell_count_problem(cells, table.header)
        row = cells + [""] * (len(table.header) - len(cells))
        raw.append(
            RawSort(
                session=row[session].strip(),
                rater=row[rater].strip(),
                # In a row that is shifted no pile is known to be the item's.
                cells={} if problem else {n: row[place] for n, place in items.items()},
                line=line,
                problem=problem,
                occasion=2 if occasion is not None and row[occasion].strip() == "2" else 1,
            )
        )
    columns = {
        "layout": "wide",
        "session": table.header[session],
        "rater": table.header[rater],
        "items": item_words(table, items),
    }
    used = {*taken, *items.values(), occasion}
    other = [name for place, name in enumerate(table.header) if place not in used]
    notes = [f"Not read: {', '.join(other[:12])}{' ...' * (len(other) > 12)}."] if other else []
    return build_reading(raw, item_set, table.file, columns, notes)


def named_sorts(table: TextTable, item_set: ItemSet, names: SortNames) -> SortReading:
    """The sorts of a wide table whose first column names each sort by one word."""
    items = item_columns(table, item_set, set())
    place = next(at for at in range(len(table.header)) if at not in items.values())
    told = [cells[place] if place < len(cells) else "" for _, cells in table.rows]
    names.check(told, table.file)
    raw = []
    for (line, cells), name in zip(table.rows, told, strict=True):
        session, rater, problem = names.split(name.strip())
        counted = cell_count_problem(cells, table.header)
        row = cells + [""] * (len(table.header) - len(cells))
        values = {} if counted else {number: row[at] for number, at in items.items()}
        raw.append(
            RawSort(session, rater, values, line, "; ".join(filter(None, [counted, problem])))
        )
    columns = {
        "layout": "wide",
        "name": table.header[place],
        "items": item_words(table, items),
    }
    return build_reading(raw, item_set, table.file, columns)


def item_words(table: TextTable, places: dict[int, int]) -> str:
    """The item columns in words, and their order where it is not that of the numbers."""
    names = [table.header[place] for place in places.values()]
    words = f"{names[0]} to {names[-1]}"
    order = sorted(places, key=lambda number: places[number])
    if order != sorted(order):
        first = ", ".join(table.header[places[number]] for number in order[:3])
        words += f" (each by its number; the file begins with {first})"
    return words


def has_items(table: TextTable, item_set: ItemSet) -> bool:
    """Whether a table has a column for every item, and one more."""
    try:
        return len(item_columns(table, item_set, set())) < len(table.header)
    except DataError:
        return False


def item_columns(table: TextTable, item_set: ItemSet, taken: set[int]) -> dict[int, int]:
    """Where the column of each item stands, by item number.

    The columns of one beginning (``item``, ``Q``, none) must hold every item once and no other
    number. Raises `DataError` where no beginning does, or more than one.
    """
    groups: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(table.header):
        match = _ITEM.fullmatch(name)
        if match and place not in taken:
            letters = match["letters"].casefold()
            groups.setdefault(letters, []).append((int(match["number"]), place))
    wanted = set(item_set.numbers)
    whole = [found for found in groups.values() if wanted <= {number for number, _ in found}]
    if len(whole) > 1:
        both = " and ".join(table.header[found[0][1]] for found in whole[:2])
        raise DataError(
            f"{table.where}: {both} both begin columns for every item.",
            "Leave only the columns of the sort in the file.",
        )
    if not whole:
        raise _missing(table, item_set, max(groups.values(), key=len, default=[]))
    numbers = [number for number, _ in whole[0]]
    for number, place in whole[0]:
        if number not in wanted or numbers.count(number) > 1:
            wrong = "stands there twice" if number in wanted else "is not in the item set"
            raise DataError(
                f"{table.where}: item {number} (column '{table.header[place]}') {wrong}.",
                f"The item set {item_set.id} has the items 1 to {len(wanted)}, each one column.",
            )
    places = dict(whole[0])
    return {number: places[number] for number in item_set.numbers}


def _missing(table: TextTable, item_set: ItemSet, found: list[tuple[int, int]]) -> DataError:
    there = {number for number, _ in found}
    missing = [str(n) for n in item_set.numbers if n not in there]
    some = ", ".join(missing[:8]) + (" ..." if len(missing) > 8 else "")
    return DataError(
        f"{table.where}: no column for item {some} of the item set {item_set.id}.",
        "Call the columns by the item's number, alone or after letters: 1, item1, Q1.",
    )
