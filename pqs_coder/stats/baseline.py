"""What sorts of different sessions share: the baseline that agreement is read beside."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import NoOverlapError, StatisticsError
from pqs_coder.stats.checks import Degenerate, as_ratings
from pqs_coder.stats.correlation import unit_sorts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


@dataclass(frozen=True, slots=True)
class Baseline:
    """Mean r over pairs of different raters, sessions and cases, whole and for each session.

    ``by_session`` follows ``sessions`` (the sorted distinct session codes) and is nan where a
    session has nobody to be compared with.
    """

    value: float
    n_pairs: int
    sessions: NDArray[np.int64]
    by_session: FloatArray
    pairs_by_session: NDArray[np.int64]


def baseline_r(
    sorts: ArrayLike,
    session: ArrayLike,
    rater: ArrayLike,
    case: ArrayLike,
    *,
    degenerate: Degenerate = "raise",
) -> Baseline:
    """Mean r over pairs of sorts of different raters, different sessions and different cases.

    ``sorts`` is ``(n_sorts, items)``; ``session``, ``rater`` and ``case`` are integer codes
    ``(n_sorts,)``. No pair is ever formed: by inclusion and exclusion over group sums the work and
    the memory grow with the number of sorts. Raises NoOverlapError where there is no such pair.
    """
    unit = unit_sorts(as_ratings(sorts, items=2), degenerate)
    codes = [np.unique(np.asarray(c), return_inverse=True)[1] for c in (session, rater, case)]
    if any(c.shape != unit.shape[:1] for c in codes):
        raise StatisticsError("session, rater and case need one code a sort", "Check the lengths.")
    usable = np.asarray(np.isfinite(unit).all(axis=-1))
    unit = np.where(usable[:, None], unit, 0.0)
    dot, pairs = np.zeros(len(unit)), np.zeros(len(unit), dtype=np.int64)
    for size in range(4):
        for chosen in combinations(codes, size):
            group = _joint(list(chosen), len(unit))
            sums = np.zeros((group.max(initial=0) + 1, unit.shape[1]))
            np.add.at(sums, group, unit)
            sign = (-1) ** size
            dot += sign * np.einsum("si,si->s", unit, sums[group])
            pairs += sign * np.bincount(group, weights=usable).astype(np.int64)[group]
    pairs = np.where(usable, pairs, 0)
    if degenerate == "raise" and pairs.sum() == 0:
        raise NoOverlapError(
            "no two sorts differ in rater, session and case", "A baseline needs a second case."
        )
    names, place = np.unique(np.asarray(session), return_inverse=True)
    dots = np.bincount(place, weights=dot)
    counts = np.bincount(place, weights=pairs).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_session = np.where(counts > 0, dots / counts, np.nan)
        value = float(np.float64(dot.sum()) / np.float64(pairs.sum()))
    return Baseline(value, int(pairs.sum() // 2), names, by_session, counts)


def _joint(codes: list[NDArray[np.intp]], n: int) -> NDArray[np.intp]:
    """One code for each combination that occurs; a single group where no code is given."""
    group = np.zeros(n, dtype=np.intp)
    for code in codes:
        group = np.unique(group * (code.max() + 1) + code, return_inverse=True)[1]
    return group
