"""Which numbers of a file mean which pile: the item set's own values, or a scale like -4..4."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pqs_coder.model.item_set import ItemSet

_WHOLE = re.compile(r"([+-]?[0-9]{1,6})(?:[.,]0+)?")
MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})


@dataclass(frozen=True, slots=True)
class Scale:
    """A way to write piles as numbers: ``words`` for people, ``piles`` from number to value."""

    words: str
    piles: Mapping[int, int]


def scales_of(item_set: ItemSet) -> list[Scale]:
    """Scales in which sorts of this item set are written; the item set's own values first."""
    values, k = item_set.values, len(item_set.values)
    ways = [tuple(values), tuple(range(1, k + 1)), tuple(range(k))]
    if k % 2:
        ways.insert(1, tuple(range(-(k // 2), k // 2 + 1)))
    return [
        Scale(f"{way[0]}..{way[-1]}", dict(zip(way, values, strict=True)))
        for way in dict.fromkeys(ways)
    ]


def whole_number(cell: str) -> int | None:
    """The whole number that a cell holds, or None.

    >>> [whole_number(cell) for cell in (" 4 ", "-4", "4.0", "4,00", "4.5", "")]
    [4, -4, 4, 4, None, None]
    """
    match = _WHOLE.fullmatch(cell.strip().translate(MINUS))
    return int(match[1]) if match else None


def choose_scale(sorts: Sequence[Mapping[int, int | None]], item_set: ItemSet) -> Scale:
    """The scale in which most sorts are exactly forced, else in which most are whole.

    Where two do equally well, the item set's own values (then the order of `scales_of`).
    """

    def fit(scale: Scale) -> tuple[int, int]:
        forced = whole = 0
        for numbers in sorts:
            piles = [scale.piles.get(n) if n is not None else None for n in numbers.values()]
            if len(piles) == len(item_set.items) and None not in piles:
                whole += 1
                forced += not off_counts([p for p in piles if p is not None], item_set)
        return forced, whole

    return max(scales_of(item_set), key=fit)


def off_counts(piles: Sequence[int], item_set: ItemSet) -> str:
    """Which piles have not their number, in words; empty for a forced sort."""
    counts = Counter(piles)
    off = [pile for pile in item_set.piles if counts[pile.value] != pile.size]
    if len(off) > 4:
        has = "-".join(str(counts[value]) for value in item_set.values)
        return f"the piles hold {has}, not {'-'.join(map(str, item_set.sizes))}"
    return "; ".join(
        f"pile {pile.value} has {counts[pile.value]} of {pile.size} "
        f"({counts[pile.value] - pile.size:+d})"
        for pile in off
    )
