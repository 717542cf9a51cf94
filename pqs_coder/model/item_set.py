"""Item sets (Q-sets): the items, and the piles with their values, sizes and labels."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Pile:
    """A category of the forced distribution."""

    value: int
    size: int
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One card: its number, what it is about, and its wording.

    ``text``, ``definition`` and ``example`` hold a lab's licensed wording, where it has loaded one.
    """

    number: int
    about: str
    label: str
    high: str
    low: str
    see: tuple[int, ...] = ()
    hint: str = ""
    text: str = ""
    definition: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of a rating form; no items where the lab has yet to give the key."""

    name: str
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class ItemSet:
    """A deck: items in ascending number, piles in ascending value.

    A rating form (kind ``ratings``) has ``scales``; ``reversed_items`` count from the other end.
    """

    id: str
    title: str
    version: str
    language: str
    rights: str
    kind: str
    piles: tuple[Pile, ...]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...] = ()
    reversed_items: tuple[int, ...] = ()

    @cached_property
    def has_key(self) -> bool:
        """Whether the scales say which items belong to them."""
        return any(scale.items for scale in self.scales)

    @cached_property
    def without_key(self) -> ItemSet:
        """The form as it is before the lab has given the key: scales by name, nothing reversed."""
        names = tuple(Scale(scale.name) for scale in self.scales)
        return replace(self, scales=names, reversed_items=())

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Item numbers, ascending."""
        return tuple(item.number for item in self.items)

    @cached_property
    def values(self) -> tuple[int, ...]:
        """Pile values, ascending."""
        return tuple(pile.value for pile in self.piles)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Pile sizes, in the order of `values`."""
        return tuple(pile.size for pile in self.piles)

    @cached_property
    def _items(self) -> dict[int, Item]:
        return {item.number: item for item in self.items}

    @cached_property
    def _piles(self) -> dict[int, Pile]:
        return {pile.value: pile for pile in self.piles}

    def item(self, number: int) -> Item:
        """The item of that number; KeyError where there is none."""
        return self._items[number]

    def has_item(self, number: int) -> bool:
        """Whether there is an item of that number."""
        return number in self._items

    def pile(self, value: int) -> Pile:
        """The pile of that value; KeyError where there is none."""
        return self._piles[value]

    def has_pile(self, value: int) -> bool:
        """Whether there is a pile of that value."""
        return value in self._piles

    @cached_property
    def mean(self) -> float:
        """Mean pile value of every complete sort (5 for the PQS)."""
        return sum(p.value * p.size for p in self.piles) / len(self.items)

    @cached_property
    def sum_of_squares(self) -> float:
        """Sum of squares about the mean of every complete sort (432 for the PQS)."""
        return sum(p.size * (p.value - self.mean) ** 2 for p in self.piles)

    @cached_property
    def digits(self) -> dict[str, int]:
        """Which digit means which pile: its value where all are single digits, else its place."""
        if all(0 <= value <= 9 for value in self.values):
            return {str(value): value for value in self.values}
        return {str(n): value for n, value in enumerate(self.values, 1) if n <= 9}

    def digit(self, value: int) -> str:
        """The digit that means this pile, or '' where piles outnumber digits."""
        return next((d for d, v in self.digits.items() if v == value), "")

    @cached_property
    def hash(self) -> str:
        """SHA-256 over canonical JSON of the content: it changes with any wording."""
        content = asdict(self)
        for later in ("scales", "reversed_items"):  # sets without them keep the hash they had
            if not content[later]:
                del content[later]
        return content_hash(content)


def content_hash(content: Any) -> str:
    """SHA-256 (hex) over canonical JSON: sorted keys, no blanks, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
