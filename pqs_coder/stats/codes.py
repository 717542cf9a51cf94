"""Sorts in long form: one row a sort, with integer codes for session, rater and case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


def as_codes(labels: ArrayLike, sorts: int, what: str) -> NDArray[np.intp]:
    """Codes from 0 in sorted order of the labels, one a sort; StatisticsError on a wrong length."""
    given = np.asarray(labels)
    if given.shape != (sorts,):
        raise StatisticsError(
            f"{what} has shape {given.shape} for {sorts} sorts", f"Give one {what} a sort."
        )
    return np.unique(given, return_inverse=True)[1]


def joint_codes(codes: Sequence[NDArray[np.intp]], sorts: int) -> NDArray[np.intp]:
    """One code for each combination that occurs; all sorts in one group where no code is given."""
    group = np.zeros(sorts, dtype=np.intp)
    for code in codes:
        group = np.unique(group * (code.max(initial=0) + 1) + code, return_inverse=True)[1]
    return group


def group_sums(rows: FloatArray, group: NDArray[np.intp]) -> FloatArray:
    """Sums of the rows ``(sorts, items)`` of each group, ``(groups, items)``; no group is empty."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    return np.asarray(np.add.reduceat(rows[order], starts, axis=0))


def pairs_within(group: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of all unordered pairs of rows with the same code."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first: list[NDArray[np.intp]] = []
    second: list[NDArray[np.intp]] = []
    step = 1
    while step < group.size:
        same = ordered[step:] == ordered[:-step]
        if not same.any():
            break
        place = np.flatnonzero(same)
        first.append(order[place])
        second.append(order[place + step])
        step += 1
    none = np.zeros(0, dtype=np.intp)
    return np.concatenate([none, *first]), np.concatenate([none, *second])
