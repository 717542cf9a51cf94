"""Which numbers of a file mean which pile: the item set's own values, or a scale like -4..4."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pqs_coder.errors import UsageError
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


def read_values(text: str) -> tuple[int, ...]:
    """``10,20,30`` as numbers; `UsageError` where it is no such list."""
    numbers = [whole_number(word) for word in text.replace(",", " ").split()]
    found = tuple(number for number in numbers if number is not None)
    if len(found) != len(numbers) or len(set(found)) != len(found):
        raise UsageError(
            f"'{text}' is no list of different values.", "Write the lowest pile's first: 10,20,30."
        )
    return found


def in_values(item_set: ItemSet, values: Sequence[int]) -> ItemSet:
    """The item set with these values of its piles, as a file that has another scale gives them."""
    if len(values) != len(item_set.piles):
        raise UsageError(
            f"{len(values)} values for the {len(item_set.piles)} piles of {item_set.id}.",
            "Give one for each pile, the lowest pile's first.",
        )
    piles = zip(values, item_set.piles, strict=True)
    return replace(item_set, piles=tuple(replace(pile, value=value) for value, pile in piles))


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


def strange_scale(sorts: Sequence[Mapping[int, int | None]], item_set: ItemSet) -> list[str]:
    """A word where the file has as many values as there are piles, in no scale that is known."""
    found = sorted({n for numbers in sorts for n in numbers.values() if n is not None})
    known = scales_of(item_set)
    if len(found) != len(item_set.piles) or any(set(found) == set(one.piles) for one in known):
        return []
    listed = ",".join(map(str, found))
    usual = ", ".join(one.words for one in known)
    return [
        f"The values {listed} are none of the scales {usual}. What they mean is not guessed: "
        f"--values {listed} says it, the lowest pile's first."
    ]


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
