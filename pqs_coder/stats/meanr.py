"""The mean correlation of the raters of a session, and intervals of correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import Degenerate, as_ratings, check_confidence
from pqs_coder.stats.correlation import pair_mean, q_correlation, unit_sorts
from pqs_coder.stats.intraclass import f_limits, single_of_f
from pqs_coder.stats.item_bootstrap import mean_r_bootstrap
from pqs_coder.stats.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def mean_r(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Plain mean of the Pearson correlations of all pairs of raters.

    ``(..., raters, items) -> (...)``. In forced sorts it is ICC(3,1), and Spearman-Brown of it is
    Cronbach's alpha. Raises TooFewRatersError, ConstantRatingsError; or nan, as asked.
    """
    return pair_mean(unit_sorts(as_ratings(sorts, raters=2), degenerate))[()]


def mean_r_z(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Mean of the correlations of all pairs of raters over Fisher's z, back as a correlation.

    ``(..., raters, items) -> (...)``. Always at least as far from zero as the plain mean of
    correlations of one sign; one pair in perfect agreement makes it 1. Not for Spearman-Brown,
    which belongs to the plain mean.
    """
    r = q_correlation(as_ratings(sorts, raters=2), degenerate=degenerate)
    one, other = np.triu_indices(r.shape[-1], 1)
    return average_r(r[..., one, other])


def average_r(r: ArrayLike, axis: int = -1) -> FloatArray:
    """Mean of correlations along an axis over Fisher's z, tanh(mean atanh r), nan left out.

    ``(..., pairs) -> (...)`` by default; nan where no correlation is known, 1 where one is 1.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.arctanh(np.asarray(r, dtype=np.float64))
        known = ~np.isnan(z)
        return np.asarray(np.tanh(z.sum(axis=axis, where=known) / known.sum(axis=axis)))[()]


def fisher_interval(r: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Interval of a correlation over ``n`` items by Fisher's z; broadcasts.

    atanh r has standard error 1 / sqrt(n - 3) (Fisher 1921), so r = 1 gives 1 to 1. Under four
    items the limits are nan. It takes the items as a sample from many like them. It is honest for
    two raters, in forced sorts too; for the mean r of more raters it is far too wide: use
    :func:`mean_r_interval`.
    """
    check_confidence(confidence)
    value = np.asarray(r, dtype=np.float64)
    items = np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = 1 / np.sqrt(np.where(items > 3, items - 3, np.nan))
        reach = special.ndtri(0.5 + confidence / 2) * error
        z = np.arctanh(value)
        return Interval(np.tanh(z - reach)[()], np.tanh(z + reach)[()])


def mean_r_interval(
    sorts: ArrayLike,
    confidence: float = 0.95,
    *,
    method: Literal["F", "bootstrap"] = "F",
    samples: int = 2000,
    rng: np.random.Generator | None = None,
    degenerate: Degenerate = "raise",
) -> Interval:
    """Interval of :func:`mean_r`, ``(..., raters, items) -> (...)``.

    - ``"F"``: the F interval of ICC(3,1) of the standardised sorts (Shrout & Fleiss 1979). In
      forced sorts mean r is ICC(3,1) and standardising changes nothing, so the interval is the
      coefficient's own. In unforced sorts it is an approximation that takes ratings as normal:
      for skewed ones it holds the truth 86 to 92 times where 95 are said. Perfect agreement is 1
      to 1.
    - ``"bootstrap"``: BCa over items (Efron 1987), for unforced sorts; needs ``rng``, see
      :func:`mean_r_bootstrap`.

    Both hold for these raters and for items like these; they say nothing of other sessions.
    """
    check_confidence(confidence)
    values = as_ratings(sorts, raters=2)
    if method == "bootstrap":
        if rng is None:
            raise StatisticsError(
                "a bootstrap needs a generator", "Pass rng=np.random.default_rng(seed)."
            )
        return mean_r_bootstrap(values, confidence, samples=samples, rng=rng, degenerate=degenerate)
    if method != "F":
        raise StatisticsError(f"no method {method!r}", 'Use "F" or "bootstrap".')
    k, n = values.shape[-2:]
    r = np.asarray(mean_r(values, degenerate=degenerate))
    with np.errstate(divide="ignore", invalid="ignore"):
        f = (1 + (k - 1) * r) / (1 - r)
        low, high = f_limits(f, n - 1, (n - 1) * (k - 1), confidence)
    return Interval(single_of_f(low, k)[()], single_of_f(high, k)[()])
