"""Piles given as lists of items: a column for each pile, its cells holding item numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pqs_coder.exchange.options import ReadOptions
from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.scales import scales_of, whole_number
from pqs_coder.exchange.tables_in import TextTable, cell_count_problem
from pqs_coder.model.item_set import ItemSet

_PILE = re.compile(r"(?:pile|category|column|col|p)?[\s._]*([+-]?[0-9]{1,2})", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;|/]+")


def list_columns(table: TextTable, item_set: ItemSet) -> dict[int, int] | None:
    """Column of each pile, by the pile's value, where the table has one for every pile.

    The columns are named by the values of one of the item set's scales, alone or after ``pile``.
    """
    numbers: dict[int, int] = {}
    for place, name in enumerate(table.header):
        match = _PILE.fullmatch(name.strip())
        number = whole_number(match[1]) if match else None
        if number is not None:
            if number in numbers:
                return None
            numbers[number] = place
    for scale in scales_of(item_set):
        if set(scale.piles) == set(numbers):
            return {scale.piles[number]: place for number, place in numbers.items()}
    return None


def list_sorts(
    table: TextTable, item_set: ItemSet, options: ReadOptions, where: Mapping[int, int]
) -> SortReading:
    """The sorts of such a table, a row each; items may be parted by blanks, commas and the like."""
    session = table.place(options.session_column, "--session-column")
    rater = table.place(options.rater_column, "--rater-column")
    raw = []
    for line, cells in table.rows:
        row = cells + [""] * (len(table.header) - len(cells))
        piles, problems = place_items(((v, row[at]) for v, at in where.items()), item_set)
        counted = cell_count_problem(cells, table.header)
        raw.append(
            RawSort(
                row[session].strip(),
                row[rater].strip(),
                {n: piles.get(n, "") for n in item_set.numbers},
                line,
                "; ".join([counted] * bool(counted) + problems[:3]),
            )
        )
    columns = {
        "layout": "a list of items for each pile",
        "session": table.header[session],
        "rater": table.header[rater],
        "piles": ", ".join(table.header[where[value]] for value in item_set.values),
    }
    return build_reading(raw, item_set, table.file, columns)


def place_items(
    piles: Iterable[tuple[int, str]], item_set: ItemSet
) -> tuple[dict[int, str], list[str]]:
    """Pile of each item, as text, from lists of items; and what is wrong with the lists."""
    placed: dict[int, str] = {}
    problems = []
    for value, items in piles:
        for word in filter(None, _SEPARATORS.split(items.strip())):
            number = whole_number(word)
            if number is None or not item_set.has_item(number):
                problems.append(f"no item {word[:20]!r} (pile {value})")
            elif number in placed:
                problems.append(f"item {number} lies in pile {placed[number]} and in {value}")
            else:
                placed[number] = str(value)
    return placed, problems
