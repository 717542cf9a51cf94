"""How far apart two sorts lie, item by item. What chance alone gives is in ``chance``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.stats.checks import Degenerate, as_ratings, mark_missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def squared_distance(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Sum over the items of squared pile differences of every rater with every other.

    ``(..., raters, items) -> (..., raters, raters)``. In a forced sort r = 1 - distance / (2 SS),
    SS the sum of squares of one sort (432 in the PQS). Raises StatisticsError where a rating is
    missing; with ``degenerate="nan"`` the row and column of that sort are nan.
    """
    return _by_pair(sorts, lambda d: np.einsum("...i,...i->...", d, d), degenerate)


def exact_agreement(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Proportion of items in the same pile, ``(..., raters, items) -> (..., raters, raters)``.

    Read it beside :func:`chance_exact`; missing ratings as in :func:`squared_distance`.
    """
    return _by_pair(sorts, lambda d: np.mean(d == 0, axis=-1), degenerate)


def within_one_agreement(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Proportion of items at most one pile value apart, ``(..., raters, raters)``.

    Read it beside :func:`chance_within_one`; missing ratings as in :func:`squared_distance`.
    """
    return _by_pair(sorts, lambda d: np.mean(np.abs(d) <= 1, axis=-1), degenerate)


def _by_pair(
    sorts: ArrayLike, judge: Callable[[FloatArray], FloatArray], degenerate: Degenerate
) -> FloatArray:
    """``judge`` of the differences of each pair, one rater at a time to spare memory."""
    values = as_ratings(sorts, items=1)
    mark_missing(values, degenerate)
    raters = values.shape[-2]
    answer = np.empty((*values.shape[:-2], raters, raters))
    for one in range(raters):
        answer[..., one, :] = judge(values - values[..., one : one + 1, :])
    missing = np.asarray(~np.isfinite(values).all(axis=-1))
    if missing.any():
        answer[missing[..., :, None] | missing[..., None, :]] = np.nan
    return answer
