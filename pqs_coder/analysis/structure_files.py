"""Interaction structures as a lead keeps them: ``structures/CASE.toml``, names and items."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tomlkit

from pqs_coder.analysis.variables import Structure
from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.names import check_name, find_name
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_toml

if TYPE_CHECKING:
    from pqs_coder.store.study import Study


SAMPLE = "all-cases"
"""What the sample of all sessions is called, and the file its structures are kept in."""


def structures_file(study: Study, case: str) -> Path:
    """Where the structures of a case are kept; the case must be one that can name a file."""
    return study.folder / "structures" / f"{check_name(case, 'case')}.toml"


def load_structures(study: Study, case: str) -> list[Structure]:
    """The structures that are kept for a case; `StudyError` where there are none."""
    path = structures_file(study, case)
    found = find_name(path.stem, [one.stem for one in files.list_folder(path.parent)])
    if found is None:
        raise StudyError(
            f"No structures are kept for case '{case}'.",
            "Find and keep them first: pqs structures CASE --keep.",
        )
    path = path.with_name(f"{found}.toml")
    tables = read_toml(path).get("structure", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise DataError(f"{path}: structure is no list of tables.", "Write [[structure]].")
    return [_structure(table, n, path, study) for n, table in enumerate(tables, 1)]


def _structure(table: dict[str, object], n: int, path: Path, study: Study) -> Structure:
    numbers = table.get("items")
    name = str(table.get("name") or n)
    if not isinstance(numbers, list) or not numbers:
        raise DataError(
            f"{path}: structure {name} has no items.", "Write items = [3, 5, -9]; - is reversed."
        )
    for one in numbers:
        known = isinstance(one, int) and not isinstance(one, bool)
        if not known or not study.item_set.has_item(abs(one)):
            raise DataError(
                f"{path}: structure {name} has no item {one!r}.",
                f"Items of {study.item_set.id} run to {study.item_set.numbers[-1]}.",
            )
    return Structure(
        name,
        tuple(one for one in numbers if one > 0),
        tuple(-one for one in numbers if one < 0),
    )


def save_structures(study: Study, case: str, structures: Sequence[Structure]) -> Path:
    """Keep the structures of a case, in place of those that were kept before; for leads."""
    if not study.viewer.leads:
        raise UsageError("Structures are kept by leads.", "Ask the lead of the study.")
    path = structures_file(study, case)
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Interaction structures of a case; a minus marks a reversed item.")
    )
    tables = tomlkit.aot()
    for one in structures:
        table = tomlkit.table()
        table["name"] = one.name
        table["items"] = sorted([*one.items, *(-item for item in one.reversed_items)], key=abs)
        tables.append(table)
    document["structure"] = tables
    files.make_folder(path.parent)
    files.write_whole(path, tomlkit.dumps(document).encode())
    return path
