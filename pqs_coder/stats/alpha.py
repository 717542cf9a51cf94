"""Krippendorff's alpha: units are the items, coders are the raters, nan is a missing rating.

alpha = 1 - observed / expected disagreement (Krippendorff 2011, 2019). Both are sums of squared
differences over pairs of ratings, within units and over all. No matrix over values is built where
a closed form exists, so composites with hundreds of different values cost no more than piles:

- interval: sums of squares within units and in all;
- ordinal: the same on mid-ranks, because the ordinal difference of two values is the difference of
  their mid-ranks among all pairable ratings;
- nominal: numbers of unequal pairs;
- ratio: pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import ConstantRatingsError, NoOverlapError, StatisticsError
from pqs_coder.stats.checks import Degenerate, as_ratings
from pqs_coder.stats.intraclass import mean_squares
from pqs_coder.stats.ranks import mid_ranks, pile_codes, pile_counts, tie_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
Metric: TypeAlias = Callable[..., Any]
"""A difference function as the krippendorff package takes it: (v1, v2, i1, i2, n_v, dtype)."""


_BLOCK = 60_000
"""Ratings measured at a time."""


def krippendorff_alpha(
    ratings: ArrayLike, *, level: Level | Metric = "interval", degenerate: Degenerate = "raise"
) -> FloatArray:
    """Krippendorff's alpha, ``(..., raters, items) -> (...)``; nan is a missing rating.

    ``level`` is "nominal", "ordinal", "interval" or "ratio", or a difference function of one's own,
    which is handed to the ``krippendorff`` package cell by cell.

    Raises NoOverlapError where no item has two ratings and ConstantRatingsError where all pairable
    ratings are equal (0/0); with ``degenerate="nan"`` these cells are nan. The ratio level refuses
    negative ratings: it has no meaning without a zero.

    In a forced sort the interval form is 1 - (1 - mean r)(kn - 1)/(kn) for k raters and n items.
    """
    values = pairable_ratings(as_ratings(ratings, raters=2, items=1))
    void = mark_void(values, degenerate)
    if callable(level):
        return _by_package(values, void, level)
    observed, expected = _in_blocks(disagreement_of(level), values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(void, np.nan, 1 - observed / expected))[()]


def pairable_ratings(values: FloatArray) -> FloatArray:
    """Ratings ``(..., raters, items)`` with items that fewer than two raters rated set to nan."""
    if np.isfinite(values).all():
        return values
    if np.any(np.isinf(values)):
        raise StatisticsError("ratings are infinite", "Mark a missing rating by nan.")
    lone = (~np.isnan(values)).sum(axis=-2, keepdims=True) < 2
    return np.where(lone, np.nan, values)


def mark_void(values: FloatArray, degenerate: Degenerate) -> NDArray[np.bool_]:
    """Cells ``(...)`` with nothing to pair or nothing that differs; raises their named errors."""
    flat = _flat(values)
    low, high = np.fmin.reduce(flat, axis=-1), np.fmax.reduce(flat, axis=-1)
    if degenerate not in ("raise", "nan"):
        raise StatisticsError(f"degenerate={degenerate!r} is unknown", 'Use "raise" or "nan".')
    if degenerate == "raise" and np.any(np.isnan(low)):
        raise NoOverlapError(
            "no item was rated by two raters", "Alpha needs a second rater for some of the items."
        )
    if degenerate == "raise" and np.any(low == high):
        raise ConstantRatingsError(
            "all ratings are the same value", "Alpha has no meaning here: look at the sorts."
        )
    return np.asarray(~(low < high))


Disagreement: TypeAlias = "Callable[[FloatArray], tuple[FloatArray, FloatArray]]"
"""Observed and expected disagreement ``(...)``, in one common unit, of pairable ratings."""


def _flat(values: FloatArray) -> FloatArray:
    """All ratings of a cell in one row, ``(..., raters * items)``."""
    raters, items = values.shape[-2:]
    return values.reshape(*values.shape[:-2], raters * items)


def _in_blocks(measure: Disagreement, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Measure some cells at a time: their scratch arrays then stay in the processor's cache."""
    raters, items = values.shape[-2:]
    cells = values.reshape(-1, raters, items)
    step = max(1, _BLOCK // (raters * items))
    answer = np.empty((2, len(cells)))
    for start in range(0, len(cells), step):
        answer[:, start : start + step] = measure(cells[start : start + step])
    observed, expected = answer.reshape(2, *values.shape[:-2])
    return observed, expected


def disagreement_of(level: Level) -> Disagreement:
    """The function that measures disagreement at a level; StatisticsError for an unknown one."""
    known = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio}
    if level not in known:
        raise StatisticsError(f"no level of measurement {level!r}", f"Use {', '.join(known)}.")
    return known[level]


def _interval(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sums of squares within units and in all: ``2 k/(k - 1) SSW`` and ``2 N/(N - 1) SST``."""
    if np.isnan(values).any():
        return _interval_with_gaps(values)
    k, n = values.shape[-2:]
    if n == 1:  # the only unit is all there is
        total = k * np.asarray(values[..., 0].var(axis=-1))
        return 2 * k / (k - 1) * total, 2 * k / (k - 1) * total
    square = mean_squares(values)
    within = square.within * (n * (k - 1))
    total = square.items * (n - 1) + within
    return 2 * k / (k - 1) * within, 2 * k * n / (k * n - 1) * total


def _interval_with_gaps(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    present = ~np.isnan(values)
    coders = present.sum(axis=-2)
    number = coders.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        grand = np.asarray(values.sum(axis=(-2, -1), where=present) / number)
        apart = values - grand[..., None, None]
        total = np.square(apart).sum(axis=(-2, -1), where=present)
        middle = apart.sum(axis=-2, where=present) / coders
        within = np.square(apart - middle[..., None, :]).sum(axis=-2, where=present)
        unit = 2 * coders * within / (coders - 1)
        observed = unit.sum(axis=-1, where=coders >= 2)
        return observed, np.asarray(2 * number * total / (number - 1))


def _ordinal(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    ranks = mid_ranks(_flat(values))
    return _interval(ranks.reshape(values.shape))


def _nominal(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    flat = _flat(values)
    number = np.isfinite(flat).sum(axis=-1)
    complete = not np.isnan(flat).any()
    observed = unit_disagreement(values, np.not_equal if complete else unequal).sum(axis=-1)
    same = tie_sum(flat)
    with np.errstate(invalid="ignore", divide="ignore"):
        return observed, np.asarray((np.square(number) - same) / (number - 1))


def _ratio(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    if np.any(values < 0):
        raise StatisticsError(
            "negative ratings have no ratio level", "Use the interval or the ordinal level."
        )
    flat = _flat(values)
    number = np.isfinite(flat).sum(axis=-1)
    piles = pile_codes(flat)
    if piles is None:
        total = np.zeros(flat.shape[:-1])
        for one in range(flat.shape[-1]):  # one rating at a time: memory grows with the data
            total += ratio_difference(flat, flat[..., one : one + 1]).sum(axis=-1)
    else:
        count = pile_counts(*piles)[..., :-1].astype(np.float64)
        value = np.nanmin(flat) + np.arange(count.shape[-1])
        apart = ratio_difference(value[:, None], value)
        total = np.einsum("...v,...v->...", count @ apart, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = unit_disagreement(values, ratio_difference).sum(axis=-1)
        return observed, np.asarray(total / (number - 1))


def ratio_difference(a: FloatArray, b: FloatArray) -> FloatArray:
    """((a - b) / (a + b)) squared; 0 for two zeros and where one is missing."""
    both = a + b
    part = np.divide(a - b, both, out=np.zeros(both.shape), where=both > 0)
    return np.asarray(part * part)


def unit_disagreement(
    values: FloatArray, difference: Callable[[Any, Any], NDArray[Any]]
) -> FloatArray:
    """Differences of the ordered pairs of each unit, divided by coders - 1: ``(..., units)``."""
    raters = values.shape[-2]
    pairs = np.zeros((*values.shape[:-2], values.shape[-1]))
    for one in range(raters):
        for other in range(one + 1, raters):
            pairs += difference(values[..., one, :], values[..., other, :])
    if not np.isnan(values).any():
        return np.asarray(2 / (raters - 1) * pairs)
    coders = np.isfinite(values).sum(axis=-2)
    return np.asarray(2 * pairs / np.maximum(coders - 1, 1))


def unequal(a: FloatArray, b: FloatArray) -> NDArray[np.bool_]:
    """Whether two ratings differ; a comparison with nan is false both ways, so missing is no."""
    return np.asarray((a < b) | (a > b))


def _by_package(values: FloatArray, void: NDArray[np.bool_], metric: Metric) -> FloatArray:
    import krippendorff

    answer = np.full(values.shape[:-2], np.nan)
    for cell in np.ndindex(answer.shape):
        if not void[cell]:
            answer[cell] = krippendorff.alpha(values[cell], level_of_measurement=metric)
    return answer[()]
