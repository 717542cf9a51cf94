"""Many items, many p: Holm and Benjamini-Hochberg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


def holm(p: ArrayLike) -> FloatArray:
    """p adjusted by Holm (1979) over the last axis; nan stays nan and is not counted.

    ``(..., items) -> (..., items)``: the i-th smallest of m times m - i + 1, none below that of a
    smaller p. Holds the chance of any false positive at the level, whatever the items have to do
    with one another.
    """
    return _adjust(p, _holm)


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """p adjusted by Benjamini & Hochberg (1995) over the last axis; nan stays nan, uncounted.

    ``(..., items) -> (..., items)``: p times items / rank, none above that of a larger p. Holds the
    expected share of false ones among the positives. Proven for independent or positively related
    items; the items of a forced sort are slightly negatively related, on which Holm, or the
    familywise p of the permutation tests, does not depend.
    """
    return _adjust(p, _step_up)


def _adjust(p: ArrayLike, method: Callable[[FloatArray], FloatArray]) -> FloatArray:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim < 1:
        raise StatisticsError("one p needs no correction", "Give the p of all items.")
    there = ~np.isnan(values)
    if np.any((values[there] < 0.0) | (values[there] > 1.0)):
        raise StatisticsError("a p is not between 0 and 1", "Give probabilities.")
    adjusted = np.full(values.shape, np.nan)
    for place in np.ndindex(values.shape[:-1]):
        row = there[place]
        adjusted[place][row] = method(values[place][row])
    return adjusted


def _holm(p: FloatArray) -> FloatArray:
    order = np.argsort(p, kind="stable")
    left = np.arange(p.size, 0, -1)
    stepped = np.minimum(1.0, np.maximum.accumulate(p[order] * left))
    return _back(stepped, order)


def _step_up(p: FloatArray) -> FloatArray:
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, p.size + 1)
    scaled = p[order] * p.size / rank
    stepped = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return _back(stepped, order)


def _back(stepped: FloatArray, order: NDArray[np.intp]) -> FloatArray:
    adjusted = np.empty_like(stepped)
    adjusted[order] = stepped
    return adjusted
