"""Prototypes that are known from the literature: where they stand, without their scores."""

from __future__ import annotations

from pqs_coder.errors import StudyError
from pqs_coder.model.names import find_name
from pqs_coder.model.prototype import Prototype
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_toml
from pqs_coder.store.shipped import shipped_folder

KNOWN = "known_prototypes.toml"


def known_prototypes(item_set: str) -> list[Prototype]:
    """The entries that ship for an item set, in order; none of them has scores."""
    path = shipped_folder("item_sets") / item_set / KNOWN
    if not files.exists(path):
        return []
    return [
        Prototype(
            id=table["id"],
            scores={},
            title=table["title"],
            citation=table["citation"],
            panel=table.get("panel", ""),
            how=table.get("how", ""),
            item_set=item_set,
        )
        for table in read_toml(path)["prototype"]
    ]


def known_prototype(item_set: str, identifier: str) -> Prototype:
    """The entry of that id; `StudyError` where there is none."""
    known = {one.id: one for one in known_prototypes(item_set)}
    found = find_name(identifier, list(known))
    if found is None:
        listed = ", ".join(known) or f"none for '{item_set}'"
        raise StudyError(f"No prototype '{identifier}' is known.", f"Known: {listed}.")
    return known[found]
