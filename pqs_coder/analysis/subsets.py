"""Named item subsets: patient, therapist, interaction, and a lab's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pqs_coder.analysis.provenance import incomplete
from pqs_coder.errors import DataError, StudyError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.tables import read_table

if TYPE_CHECKING:
    from pqs_coder.model.prototype import Prototype
    from pqs_coder.store.study import Study

Subsets = Mapping[str, tuple[int, ...]]


def item_groups(item_set: ItemSet) -> dict[str, tuple[int, ...]]:
    """The groups that the item set itself names (its column ``about``), in order of appearance."""
    groups: dict[str, list[int]] = {}
    for item in item_set.items:
        if item.about:
            groups.setdefault(item.about, []).append(item.number)
    return {name: tuple(numbers) for name, numbers in groups.items()}


def study_subsets(study: Study) -> dict[str, tuple[int, ...]]:
    """The item set's groups and the study's own: ``subsets/ID.csv`` with the column item.

    A subset of the study hides a group of the same name. Raises `DataError` with file and line.
    """
    found = item_groups(study.item_set)
    for path in files.list_folder(study.folder / "subsets"):
        if path.suffix == ".csv":
            _, lines = read_table(path, ["item"])
            numbers: list[int] = []
            for line, cells in lines:
                text = cells["item"].strip()
                if not text.isdecimal() or not study.item_set.has_item(int(text)):
                    raise DataError(
                        f"{path}, line {line}: there is no item {text!r}.",
                        f"Items of {study.item_set.id} run to {study.item_set.numbers[-1]}.",
                    )
                numbers.append(int(text))
            found[path.stem] = tuple(sorted(set(numbers)))
    return found


def subset_items(subsets: Subsets, name: str) -> tuple[int, ...]:
    """The items of a subset; `StudyError` where there is none of that name."""
    known = find_name(name, list(subsets))
    if known is None:
        raise StudyError(
            f"There is no item subset '{name}'.", f"Subsets: {', '.join(subsets) or 'none'}."
        )
    return subsets[known]


def chosen_items(study: Study, name: str | None) -> tuple[int, ...] | None:
    """The items of a subset of a study; None (all of them) where no name is given."""
    return subset_items(study_subsets(study), name) if name else None


def over_subset(
    study: Study, prototypes: Sequence[Prototype], name: str | None
) -> tuple[list[Prototype], list[str]]:
    """Prototypes over the items of a subset, and the words on items that don't count."""
    chosen = chosen_items(study, name)
    if chosen is None:
        return list(prototypes), incomplete(prototypes, study.item_set)
    words = f"Over the {plural(len(chosen), 'item')} of the subset '{name}' only."
    return [one.over(chosen) for one in prototypes], [words]


def in_subset(
    items: Sequence[int] | NDArray[np.intp], subset: Sequence[int] | None
) -> NDArray[np.bool_]:
    """Which of the items belong to a subset ``(items,)``; all where there is none."""
    numbers = np.asarray(items)
    if subset is None:
        return np.ones(len(numbers), dtype=np.bool_)
    return np.isin(numbers, np.asarray(subset, dtype=np.intp))
