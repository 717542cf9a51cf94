"""Sessions nested in cases: the case is the unit, its sessions are not independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


@dataclass(frozen=True, slots=True)
class ClusterMeans:
    """Means of the sessions of each case ``(cases, ...)``, the case codes, sessions per case."""

    means: FloatArray
    codes: NDArray[np.generic]
    counts: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ClusterDifferences:
    """Second phase minus first within each case ``(cases, ...)``.

    codes: the cases that have both; left_out: cases without one of the two.
    """

    differences: FloatArray
    codes: NDArray[np.generic]
    left_out: int


def cluster_means(values: ArrayLike, clusters: ArrayLike | None = None) -> ClusterMeans:
    """Mean of each case over its sessions: ``(sessions, ...)`` and codes ``(sessions,)``.

    Every case counts once, however many sessions it has. Without ``clusters`` every row is a case.
    Raises StatisticsError where values are missing or the codes don't fit.
    """
    data = as_sessions(values)
    codes = np.arange(len(data)) if clusters is None else as_codes(clusters, len(data))
    names, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), *data.shape[1:]))
    np.add.at(sums, place.reshape(-1), data)
    spread = counts.reshape(-1, *[1] * (data.ndim - 1))
    return ClusterMeans(means=sums / spread, codes=names, counts=counts)


def case_differences(
    values: ArrayLike, phases: ArrayLike, clusters: ArrayLike
) -> ClusterDifferences:
    """Mean of the second phase minus mean of the first, case by case.

    ``values`` ``(sessions, ...)``, ``phases`` ``(sessions,)`` 0 or 1 (False or True), ``clusters``
    ``(sessions,)``. Cases without sessions in both phases are left out and counted. For two raters
    who sorted the same sessions, the raters are the phases and the sessions the clusters.
    """
    data = as_sessions(values)
    codes = as_codes(clusters, len(data))
    second = as_two_groups(phases, len(data))
    both = np.intersect1d(codes[second], codes[~second])
    left_out = len(np.unique(codes)) - len(both)
    if not len(both):
        raise StatisticsError(
            "no case has sessions in both phases", "Choose phases that the cases share."
        )
    kept = np.isin(codes, both)
    late = cluster_means(data[kept & second], codes[kept & second]).means
    early = cluster_means(data[kept & ~second], codes[kept & ~second]).means
    return ClusterDifferences(differences=late - early, codes=both, left_out=left_out)


def as_sessions(values: ArrayLike, *, least: int = 1) -> FloatArray:
    """Complete values ``(sessions, ...)`` as floats, at least so many rows."""
    data = np.asarray(values, dtype=np.float64)
    if data.ndim < 1 or len(data) < least:
        raise StatisticsError(
            f"{len(data) if data.ndim else 0} case(s) where at least {least} are needed",
            "Compare groups with more cases.",
        )
    if not np.isfinite(data).all():
        raise StatisticsError(
            "values are missing or infinite", "Leave incomplete sessions or items out."
        )
    return data


def as_codes(codes: ArrayLike, sessions: int) -> NDArray[np.generic]:
    """One code a session."""
    given = np.asarray(codes)
    if given.shape != (sessions,):
        raise StatisticsError(
            f"codes have the shape {given.shape} for {sessions} sessions", "Give one a session."
        )
    return given


def as_two_groups(groups: ArrayLike, rows: int) -> NDArray[np.bool_]:
    """Group of each row as booleans; raises StatisticsError unless both groups occur."""
    given = as_codes(groups, rows)
    if not np.isin(given, (0, 1)).all():
        raise StatisticsError("groups are not 0 and 1", "Code the two groups 0 and 1.")
    second = given.astype(np.bool_)
    if second.all() or not second.any():
        raise StatisticsError("one of the two groups is empty", "Give cases of both groups.")
    return second
