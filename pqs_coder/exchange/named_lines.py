"""Sorts given as lines: a name that says whose sort it is, and a value for each item in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.sort_names import SortNames
from pqs_coder.model.item_set import ItemSet

NamedLine = tuple[int, str, list[str]]
"""The line in the file, the name of the sort, its values in the order of the item set."""


def read_named_lines(
    lines: Sequence[NamedLine],
    item_set: ItemSet,
    file: str,
    names: SortNames,
    columns: Mapping[str, str],
) -> SortReading:
    """Check such lines against an item set; ``columns`` says what was recognised.

    A line with another number of values is kept with its problem. Raises `UsageError` where the
    names don't tell session and rater and nothing was said of them.
    """
    names.check([name for _, name, _ in lines], file)
    raw = []
    for line, name, values in lines:
        session, rater, problem = names.split(name)
        if len(values) != len(item_set.items):
            said = f"{len(values)} values for {len(item_set.items)} items"
            problem = f"{problem}; {said}" if problem else said
        padded = values + [""] * len(item_set.items)
        cells = dict(zip(item_set.numbers, padded, strict=False))
        raw.append(RawSort(session, rater, cells, line, problem))
    return build_reading(raw, item_set, file, columns)
