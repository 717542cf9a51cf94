"""Where the prototypes of a result come from: words and hashes that go with it."""

from __future__ import annotations

from collections.abc import Sequence

from pqs_coder.model.prototype import Prototype
from pqs_coder.model.words import plural

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


def _sentence(one: Prototype) -> str:
    source = (one.citation or "no source is given").rstrip(".")
    invented = "" if not one.invented or "invented" in source.lower() else "invented; "
    items = plural(len(one.scores), "item")
    return f"Prototype {one.id}: {invented}{source}; {items}, SHA-256 {one.hash[:DIGITS]}."
