"""The mean correlation of the raters of a session, and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.stats.checks import Degenerate, as_ratings
from pqs_coder.stats.correlation import q_correlation, unit_sorts
from pqs_coder.stats.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def mean_r(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Plain mean of the Pearson correlations of all pairs of raters, ``(..., r, n) -> (...)``."""
    unit = unit_sorts(as_ratings(sorts, raters=2), degenerate)
    k = unit.shape[-2]
    total = unit.sum(axis=-2)
    r = (np.einsum("...i,...i->...", total, total) - k) / (k * (k - 1))
    return np.asarray(np.clip(r, -1.0, 1.0))[()]


def mean_r_z(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Mean of the correlations of all pairs over Fisher's z, ``(..., raters, items) -> (...)``."""
    r = q_correlation(as_ratings(sorts, raters=2), degenerate=degenerate)
    one, other = np.triu_indices(r.shape[-1], 1)
    with np.errstate(divide="ignore"):
        return np.asarray(np.tanh(np.arctanh(r[..., one, other]).mean(axis=-1)))[()]


def fisher_interval(r: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Interval of a correlation over ``n`` items by Fisher's z; r = 1 gives 1 to 1 (Fisher 1921).

    z = atanh r has standard error 1 / sqrt(n - 3).
    """
    value = np.asarray(r, dtype=np.float64)
    items = np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = special.ndtri(0.5 + confidence / 2) / np.sqrt(items - 3)
        z = np.arctanh(value)
        return Interval(np.tanh(z - reach)[()], np.tanh(z + reach)[()])


def mean_r_interval(
    sorts: ArrayLike, confidence: float = 0.95, *, degenerate: Degenerate = "raise"
) -> Interval:
    """Interval of :func:`mean_r`: the F interval of ICC(3,1), which mean r is in forced sorts."""
    values = as_ratings(sorts, raters=2)
    k, n = values.shape[-2:]
    r = np.asarray(mean_r(values, degenerate=degenerate))
    df1, df2 = n - 1, (n - 1) * (k - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = (1 + (k - 1) * r) / (1 - r)
        low = f / special.fdtri(df1, df2, 0.5 + confidence / 2)
        high = f * special.fdtri(df2, df1, 0.5 + confidence / 2)
        limits = [np.where(r == 1, 1.0, (x - 1) / (x + k - 1)) for x in (low, high)]
    return Interval(limits[0][()], limits[1][()])
