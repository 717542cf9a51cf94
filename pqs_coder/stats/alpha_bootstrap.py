"""Intervals of Krippendorff's alpha by drawing units.

Units (the items of a sort, the rows of a reliability study) are drawn with replacement and the
raters stay together: raters are never drawn. A sample is a weighting of the units' disagreements,
so that ten thousand samples are one matrix product and not ten thousand tables.

Krippendorff's own algorithm (2006, revised 2011) keeps the expected disagreement of the data and
varies the observed one only; ``expected="kept"`` does that with units drawn whole. Its intervals
are too narrow where agreement is high, in forced sorts as well, although the piles fix the expected
disagreement there (simulated: docs/methods.md). Hence "drawn" is the default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.alpha import (
    Level,
    disagreement_of,
    krippendorff_alpha,
    pairable_ratings,
    ratio_difference,
    unequal,
    unit_disagreement,
)
from pqs_coder.stats.bootstrap import bca_interval, percentile_interval, resample_counts
from pqs_coder.stats.checks import Degenerate, as_ratings, check_confidence
from pqs_coder.stats.ranks import mid_ranks
from pqs_coder.stats.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

Expected: TypeAlias = Literal["drawn", "kept"]

_BLOCK = 4_000_000
"""Numbers held at a time while samples are weighed."""


def alpha_interval(
    ratings: ArrayLike,
    confidence: float = 0.95,
    *,
    level: Level = "interval",
    samples: int = 10_000,
    rng: np.random.Generator,
    method: Literal["percentile", "bca"] = "percentile",
    expected: Expected = "drawn",
    degenerate: Degenerate = "raise",
) -> Interval:
    """Bootstrap interval of Krippendorff's alpha, ``(..., raters, items) -> (...)``.

    Only units with two ratings or more are drawn. ``expected="drawn"`` computes the expected
    disagreement anew in each sample, ``"kept"`` holds that of the data (see the module's note).
    Samples in which alpha does not exist are left out. Perfect agreement is 1 to 1. Errors as in
    :func:`krippendorff_alpha`.
    """
    check_confidence(confidence)
    if method not in ("percentile", "bca") or expected not in ("drawn", "kept"):
        raise StatisticsError(
            f"no method {method!r} with expected={expected!r}",
            'Use "percentile" or "bca", and "drawn" or "kept".',
        )
    values = as_ratings(ratings, raters=2, items=1)
    value = np.asarray(krippendorff_alpha(values, level=level, degenerate=degenerate))
    low, high = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    for cell in np.ndindex(value.shape):
        if np.isnan(value[cell]):
            continue
        units = _drawable(values[cell])
        drawn = weighted_alpha(
            units, resample_counts(rng, units.shape[1], samples), level=level, expected=expected
        )
        if method == "percentile":
            low[cell], high[cell] = percentile_interval(drawn, confidence)
        else:
            left_out = 1 - np.eye(units.shape[1])
            jackknife = weighted_alpha(units, left_out, level=level, expected=expected)
            known = jackknife[np.isfinite(jackknife)]
            low[cell], high[cell] = bca_interval(drawn, value[cell], known, confidence)
    return Interval(low[()], high[()])


def alpha_samples(
    ratings: ArrayLike,
    *,
    level: Level = "interval",
    samples: int = 10_000,
    rng: np.random.Generator,
    expected: Expected = "drawn",
) -> FloatArray:
    """Alphas of bootstrap samples of the units of one table ``(raters, items) -> (samples,)``."""
    values = as_ratings(ratings, raters=2, items=1)
    krippendorff_alpha(values, level=level)  # raises what can't be computed
    units = _drawable(values)
    return weighted_alpha(
        units, resample_counts(rng, units.shape[1], samples), level=level, expected=expected
    )


def _drawable(values: FloatArray) -> FloatArray:
    paired = pairable_ratings(values)
    return paired[:, ~np.isnan(paired).all(axis=0)]


def weighted_alpha(
    ratings: FloatArray,
    weights: NDArray[np.int64] | FloatArray,
    *,
    level: Level = "interval",
    expected: Expected = "drawn",
) -> FloatArray:
    """Alpha of pairable ratings ``(raters, units)`` with units weighted, ``(samples,)``.

    ``weights`` ``(samples, units)`` says how often a unit occurs; nan where there is no alpha.
    """
    drawn = np.asarray(weights, dtype=np.float64)
    if expected == "kept":
        return _kept(ratings, drawn, level)
    parts = {"interval": _interval_parts, "ordinal": _ordinal_parts}.get(level, _metric_parts)
    block = max(1, _BLOCK // ratings.size)
    answer = np.empty(drawn.shape[0])
    for start in range(0, drawn.shape[0], block):
        observed, chance = parts(ratings, drawn[start : start + block], level)
        with np.errstate(divide="ignore", invalid="ignore"):
            alpha = np.where(chance > 0, 1 - observed / chance, np.nan)
        answer[start : start + block] = alpha
    return answer


def _coders(ratings: FloatArray) -> FloatArray:
    return np.asarray(np.isfinite(ratings).sum(axis=0), dtype=np.float64)


def _squared(a: FloatArray, b: FloatArray) -> FloatArray:
    """Squared difference, 0 where one is missing."""
    return np.asarray(np.nan_to_num(a - b) ** 2)


def _kept(ratings: FloatArray, weights: FloatArray, level: Level) -> FloatArray:
    """Observed disagreement drawn, expected disagreement and difference function of the data."""
    scores, difference = ratings, _DIFFERENCE[level]
    if level == "ordinal":
        scores = mid_ranks(ratings.ravel()).reshape(ratings.shape)
    units, coders = unit_disagreement(scores, difference), _coders(ratings)
    chance = disagreement_of(level)(ratings)[1] / coders.sum()
    return np.asarray(1 - (weights @ units) / (weights @ coders) / chance)


def _interval_parts(
    ratings: FloatArray, weights: FloatArray, _level: Level
) -> tuple[FloatArray, FloatArray]:
    """From each unit's number, sum and sum of squares, measured from the grand mean."""
    apart = ratings - np.nanmean(ratings)
    coders, units = _coders(ratings), unit_disagreement(apart, _squared)
    by_unit = np.stack([units, coders, np.nansum(apart, axis=0), np.nansum(apart**2, axis=0)])
    observed, number, first, second = (weights @ by_unit.T).T
    total = second - first**2 / number
    total = np.where(total > 1e-12 * second, total, 0.0)  # a sample of equal ratings
    return observed, 2 * number * total / (number - 1)


def _value_counts(ratings: FloatArray) -> tuple[FloatArray, NDArray[np.intp], FloatArray]:
    """Distinct values, their codes ``(raters, units)`` (-1 is missing), counts ``(units, v)``."""
    missing = np.isnan(ratings)
    values = np.unique(ratings[~missing])
    codes = np.where(missing, -1, np.searchsorted(values, ratings))
    counts = np.zeros((ratings.shape[1], values.size + 1))
    np.add.at(counts, (np.arange(ratings.shape[1]), codes), 1.0)
    return values, codes, counts[:, :-1]


def _metric_parts(
    ratings: FloatArray, weights: FloatArray, level: Level
) -> tuple[FloatArray, FloatArray]:
    """For a difference function that does not depend on the sample: nominal and ratio."""
    values, _, counts = _value_counts(ratings)
    difference = _DIFFERENCE[level]
    margin = weights @ counts
    apart = np.asarray(difference(values[:, None], values), dtype=np.float64)
    chance = np.einsum("bv,bv->b", margin @ apart, margin) / (margin.sum(axis=1) - 1)
    return weights @ unit_disagreement(ratings, difference), chance


def _ordinal_parts(
    ratings: FloatArray, weights: FloatArray, _level: Level
) -> tuple[FloatArray, FloatArray]:
    """Mid-ranks differ in every sample, so pairs of values are counted and weighed by them."""
    _, codes, counts = _value_counts(ratings)
    low, high, pairs = _pair_counts(codes)
    margin = weights @ counts
    number = margin.sum(axis=1)
    middle = margin.cumsum(axis=1) - (margin + number[:, None]) / 2  # mid-ranks from their mean
    chance = 2 * number * np.einsum("bv,bv,bv->b", margin, middle, middle) / (number - 1)
    apart = middle[:, high] - middle[:, low]
    return np.einsum("bp,bp,bp->b", weights @ pairs, apart, apart), chance


def _pair_counts(
    codes: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    """Unequal pairs of values that occur: both codes ``(p,)``, weighted counts ``(units, p)``."""
    raters, units = codes.shape
    one, other = np.triu_indices(raters, 1)
    low, high = np.minimum(codes[one], codes[other]), np.maximum(codes[one], codes[other])
    unit = np.broadcast_to(np.arange(units), low.shape)
    keep = (low >= 0) & (low != high)
    span = int(codes.max()) + 1
    named, place = np.unique(low[keep] * span + high[keep], return_inverse=True)
    counts = np.zeros((units, named.size))
    weight = 2 / np.maximum((codes >= 0).sum(axis=0) - 1, 1)
    np.add.at(counts, (unit[keep], place), weight[unit[keep]])
    return named // span, named % span, counts


_DIFFERENCE = {
    "nominal": unequal,
    "ordinal": _squared,
    "interval": _squared,
    "ratio": ratio_difference,
}
