"""A row for each item and a column for each sort, as programs for Q analysis like it."""

from __future__ import annotations

from pqs_coder.exchange.long import USUAL
from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.scales import whole_number
from pqs_coder.exchange.sort_names import SortNames
from pqs_coder.exchange.tables_in import TextTable, cell_count_problem
from pqs_coder.model.item_set import ItemSet


def item_column(table: TextTable, item_set: ItemSet) -> int | None:
    """The column that numbers the items, each once, where there is one."""
    for place in {0, *(table.find(name) or 0 for name in USUAL["item"])}:
        numbers = [whole_number(cells[place]) for _, cells in table.rows if place < len(cells)]
        if sorted(n for n in numbers if n is not None) == list(item_set.numbers):
            return place
    return None


def column_sorts(table: TextTable, item_set: ItemSet, place: int, names: SortNames) -> SortReading:
    """The sorts of such a table; a sort's line is the number of its column.

    Columns that hold words (the wording of items) are passed over and named.
    """
    sorts = [at for at in range(len(table.header)) if at != place and _numbers(table, at)]
    names.check([table.header[at] for at in sorts], table.file)
    problems = [
        f"line {line}: {problem}"
        for line, cells in table.rows
        if (problem := cell_count_problem(cells, table.header))
    ]
    raw = []
    for at in sorts:
        session, rater, problem = names.split(table.header[at])
        cells = {
            int(number): row[at] if at < len(row) else ""
            for _, row in table.rows
            if (number := whole_number(row[place])) is not None
        }
        said = [problem] * bool(problem) + problems[:2]
        raw.append(RawSort(session, rater, cells, at + 1, "; ".join(said)))
    columns = {"layout": "a column for each sort", "item": table.header[place]}
    other = [n for at, n in enumerate(table.header) if at != place and at not in sorts]
    notes = [f"Not read: {', '.join(other[:12])}."] if other else []
    notes.append("The lines given are the numbers of columns.")
    return build_reading(raw, item_set, table.file, columns, notes)


def _numbers(table: TextTable, place: int) -> bool:
    cells = [row[place] for _, row in table.rows if place < len(row)]
    return any(whole_number(cell) is not None for cell in cells)
