"""Where the prototypes of a result come from: words and hashes that go with it."""

from __future__ import annotations

from collections.abc import Sequence

from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.prototype import Prototype
from pqs_coder.model.words import listed, plural

MOST_TOLD = 8
"""So many prototypes are told apart in the notes; every row holds its hash in any case."""
DIGITS = 12
HASHES = ("prototype_hash", "holding_hash", "hash_a", "hash_b")
"""Columns that a table for people leaves to the notes."""


def provenance(prototypes: Sequence[Prototype]) -> list[str]:
    """A sentence a prototype: its source, how many items have a score, and its hash."""
    told = [_sentence(one) for one in prototypes[:MOST_TOLD]]
    more = len(prototypes) - len(told)
    return [*told, f"{more} more prototypes: pqs prototypes list."] if more > 0 else told


def incomplete(prototypes: Sequence[Prototype], item_set: ItemSet) -> list[str]:
    """A warning of prototypes that lack items of the set that they are for."""
    every = len(item_set.items)
    told = [
        f"{one.id} ({sum(map(item_set.has_item, one.scores))} of {every} items)"
        for one in prototypes
        if one.item_set in ("", item_set.id) and not set(item_set.numbers) <= set(one.scores)
    ]
    if not told:
        return []
    return [
        f"Incomplete: {listed(told)}. r rests on those items alone: don't set it beside r over all."
    ]


def _sentence(one: Prototype) -> str:
    source = (one.citation or "no source is given").rstrip(".")
    invented = "" if not one.invented or "invented" in source.lower() else "invented; "
    items = plural(len(one.scores), "item")
    return f"Prototype {one.id}: {invented}{source}; {items}, SHA-256 {one.hash[:DIGITS]}."
