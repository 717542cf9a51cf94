"""Bootstrap over items: which agreement other items like these would have shown.

Drawing items with replacement breaks the forced piles: a sample may hold nine items of pile 9 and
none of pile 1. The interval therefore treats the items as a random sample from a large pool and
the piles as ordinary ratings; for forced sorts the F interval is the better founded one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.bootstrap import bca_interval, percentile_interval, resample_counts
from pqs_coder.stats.checks import Degenerate, as_ratings, check_confidence
from pqs_coder.stats.correlation import pair_mean, unit_sorts
from pqs_coder.stats.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


def mean_r_bootstrap(
    sorts: ArrayLike,
    confidence: float = 0.95,
    *,
    samples: int = 2000,
    rng: np.random.Generator,
    method: Literal["bca", "percentile"] = "bca",
    degenerate: Degenerate = "raise",
) -> Interval:
    """Interval of the mean correlation of the raters by resampling items, ``(..., r, n) -> (...)``.

    BCa (Efron 1987) or percentile. Samples are weightings of the items' cross-products, so the work
    is one matrix product a session. Perfect agreement is 1 to 1. Errors as in ``mean_r``.
    """
    check_confidence(confidence)
    if method not in ("bca", "percentile"):
        raise StatisticsError(f"no method {method!r}", 'Use "bca" or "percentile".')
    unit = unit_sorts(as_ratings(sorts, raters=2), degenerate)
    value = pair_mean(unit)
    low, high = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    items = unit.shape[-1]
    left_out = 1 - np.eye(items)
    for cell in np.ndindex(value.shape):
        if np.isnan(value[cell]):
            continue
        drawn = weighted_mean_r(unit[cell], resample_counts(rng, items, samples))
        if method == "bca":
            jackknife = weighted_mean_r(unit[cell], left_out)
            limits = bca_interval(drawn, value[cell], jackknife, confidence)
        else:
            limits = percentile_interval(drawn, confidence)
        low[cell], high[cell] = limits
    return Interval(low[()], high[()])


def weighted_mean_r(sorts: FloatArray, weights: NDArray[np.int64] | FloatArray) -> FloatArray:
    """Mean r of the sorts ``(raters, items)`` with items weighted by each row of ``weights``.

    ``(samples, items) -> (samples,)``; nan where a sort is constant under the weights.
    """
    k = sorts.shape[0]
    one, other = np.triu_indices(k)
    w = np.asarray(weights, dtype=np.float64)
    total = w.sum(axis=1)[:, None]
    mean = w @ sorts.T / total
    second = w @ (sorts[one] * sorts[other]).T / total
    product = second - mean[:, one] * mean[:, other]
    own = one == other
    spread = np.sqrt(np.where(product > 1e-12 * second, product, np.nan)[:, own])
    apart = one != other
    r = product[:, apart] / (spread[:, one[apart]] * spread[:, other[apart]])
    return np.asarray(np.clip(_snap(r), -1.0, 1.0).mean(axis=1))


def _snap(r: FloatArray) -> FloatArray:
    """Correlations within a few roundings of 1 are 1: equal sorts stay equal in every sample."""
    return np.where(np.abs(r) > 1 - 1e-12, np.sign(r), r)
