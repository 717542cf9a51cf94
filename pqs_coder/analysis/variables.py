"""Process variables of sessions: items, adherence to prototypes, scores of structures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqs_coder.analysis.adherence import prototype_r
from pqs_coder.analysis.arrays import FloatArray
from pqs_coder.analysis.composites import Profiles
from pqs_coder.errors import UsageError
from pqs_coder.model.prototype import Prototype
from pqs_coder.stats import structure_scores

PILE, CORRELATION = "pile", "r"
"""Scales: means of pile values, and correlations, which are averaged and fitted over Fisher's z."""


@dataclass(frozen=True, eq=False)
class Variables:
    """Values of sessions ``(sessions, variables)``, nan where a session has none.

    ``names``, ``labels`` and ``scales`` have one entry a variable; a name is ``item 47``,
    ``prototype X`` or ``structure X``. Values of scale r are correlations, not z.
    """

    sessions: NDArray[Any]
    values: FloatArray
    names: tuple[str, ...]
    labels: tuple[str | None, ...]
    scales: tuple[str, ...]
    hashes: tuple[str | None, ...] = ()

    def hash_of(self, column: int) -> str | None:
        """The hash of the prototype behind a variable."""
        return self.hashes[column] if self.hashes else None

    def fitted(self) -> FloatArray:
        """The values as they are fitted and averaged: correlations as Fisher's z.

        An r of 1 or -1 has no finite z and is nan.
        """
        of_r = np.array([scale == CORRELATION for scale in self.scales], dtype=bool)
        z = np.full(self.values.shape, np.nan)
        inside = np.abs(self.values) < 1
        np.arctanh(self.values, out=z, where=inside)
        return np.where(of_r, z, self.values)

    def shown(self, fitted: FloatArray) -> FloatArray:
        """Fitted values ``(..., variables)`` back on the scale that people read."""
        of_r = np.array([scale == CORRELATION for scale in self.scales], dtype=bool)
        return np.where(of_r, np.tanh(np.where(of_r, fitted, 0.0)), fitted)


@dataclass(frozen=True)
class Structure:
    """An interaction structure: items that belong, reversed ones negative, and a name."""

    name: str
    items: tuple[int, ...]
    reversed_items: tuple[int, ...] = ()


def process_variables(
    found: Profiles,
    *,
    items: Sequence[int] = (),
    prototypes: Sequence[Prototype] = (),
    structures: Sequence[Structure] = (),
    labels: Mapping[int, str] | None = None,
    middle: float = 5.0,
) -> Variables:
    """The values of these variables in every profile.

    Raises `UsageError` for an item that no sort has.
    """
    columns: list[FloatArray] = []
    names: list[str] = []
    words: list[str | None] = []
    place = {int(item): n for n, item in enumerate(found.items)}
    for item in items:
        if item not in place:
            raise UsageError(f"No sort has an item {item}.", "Name items of the item set.")
        columns.append(found.mean[:, place[item]])
        names.append(f"item {item}")
        words.append((labels or {}).get(item))
    for one in prototypes:
        columns.append(prototype_r(found.mean, found.items, one)[0])
        names.append(f"prototype {one.id}")
        words.append(one.title or None)
    for structure in structures:
        columns.append(structure_values(found, structure, middle))
        names.append(f"structure {structure.name}")
        words.append(None)
    scales = [PILE] * len(items) + [CORRELATION] * len(prototypes) + [PILE] * len(structures)
    shape = (len(found.sessions), 0)
    values = np.stack(columns, axis=1) if columns else np.zeros(shape)
    hashes = [None] * len(items) + [one.hash for one in prototypes] + [None] * len(structures)
    return Variables(
        found.sessions, values, tuple(names), tuple(words), tuple(scales), tuple(hashes)
    )


def structure_values(found: Profiles, structure: Structure, middle: float) -> FloatArray:
    """Score of a structure in each session ``(sessions,)``, nan where one of its items lacks."""
    sign = np.zeros(len(found.items))
    sign[np.isin(found.items, structure.items)] = 1
    sign[np.isin(found.items, structure.reversed_items)] = -1
    scores = np.full(len(found.sessions), np.nan)
    belongs = sign != 0
    whole = np.isfinite(found.mean[:, belongs]).all(axis=1)
    if belongs.any() and whole.any():
        values = found.mean[whole][:, belongs]
        scores[whole] = structure_scores(values, sign[belongs][:, None], middle=middle)[:, 0]
    return scores
