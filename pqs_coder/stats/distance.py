"""How far apart two sorts lie, item by item. What chance alone gives is in ``chance``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.stats.checks import as_ratings

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def _by_pair(sorts: FloatArray, judge: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """``judge`` of the differences of each pair: ``(..., raters, raters)``, one rater at a time."""
    raters = sorts.shape[-2]
    answer = np.empty((*sorts.shape[:-2], raters, raters))
    for one in range(raters):
        answer[..., one, :] = judge(sorts - sorts[..., one : one + 1, :])
    return answer


def squared_distance(sorts: ArrayLike) -> FloatArray:
    """Sum over the items of squared pile differences, ``(..., raters, raters)``.

    In a forced sort r = 1 - distance / (2 SS), SS the sum of squares of one sort (432 in the PQS).
    """
    return _by_pair(as_ratings(sorts), lambda d: np.einsum("...i,...i->...", d, d))


def exact_agreement(sorts: ArrayLike) -> FloatArray:
    """Proportion of items in the same pile, ``(..., raters, raters)``."""
    return _by_pair(as_ratings(sorts), lambda d: np.mean(d == 0, axis=-1))


def within_one_agreement(sorts: ArrayLike) -> FloatArray:
    """Proportion of items at most one pile value apart, ``(..., raters, raters)``."""
    return _by_pair(as_ratings(sorts), lambda d: np.mean(np.abs(d) <= 1, axis=-1))
