"""Weighted kappa of two sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.stats.checks import Degenerate, as_ratings, mark_constant, mark_missing

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def quadratic_kappa(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Kappa with quadratic weights, every rater with every other (Cohen 1968).

    ``(..., raters, items) -> (..., raters, raters)``. Disagreement is weighted by the squared
    difference of the pile values. 1 - observed / expected weighted disagreement comes to
    2 cov / (var + var + squared difference of means), divisors n (Fleiss & Cohen 1973; the same as
    Lin's concordance). In forced sorts means and variances are equal and kappa is r.

    Raises ConstantRatingsError where both of a pair give every item the same one value (0/0); nan,
    as asked. One constant rater against another who is not has kappa 0.
    """
    values = as_ratings(sorts)
    missing = mark_missing(values, degenerate)[..., None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = values.mean(axis=-1)
        centred = values - mean[..., None]
        covariance = centred @ np.swapaxes(centred, -1, -2) / values.shape[-1]
        variance = np.diagonal(covariance, axis1=-2, axis2=-1)
        apart = mean[..., :, None] - mean[..., None, :]
        expected = variance[..., :, None] + variance[..., None, :] + apart**2
        constant = (values == values[..., :1]).all(axis=-1)
        both = constant[..., :, None] & constant[..., None, :]
        void = both & (values[..., :, None, 0] == values[..., None, :, 0])
        mark_constant(void & ~missing, degenerate, "two sorts")
        kappa = 2 * covariance / expected
    return np.where(void | missing, np.nan, np.clip(kappa, -1.0, 1.0))
