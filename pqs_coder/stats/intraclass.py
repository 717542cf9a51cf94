"""Intraclass correlations: six forms with their F tests and intervals.

======  ================  ===============  ====================================================
here    Shrout & Fleiss   McGraw & Wong    asks
======  ================  ===============  ====================================================
icc1    ICC(1,1)          ICC(1)           one rating, every item rated by other raters
icc2    ICC(2,1)          ICC(A,1)         one rating, same raters, their level counts
icc3    ICC(3,1)          ICC(C,1)         one rating, same raters, their level does not count
icc1k   ICC(1,k)          ICC(k)           the mean of the k ratings, as above
icc2k   ICC(2,k)          ICC(A,k)
icc3k   ICC(3,k)          ICC(C,k)         equals Cronbach's alpha
======  ================  ===============  ====================================================

Shrout & Fleiss (1979), Psychological Bulletin 86; McGraw & Wong (1996), Psychological Methods 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import (
    Degenerate,
    as_ratings,
    check_confidence,
    mark_constant,
    mark_missing,
)
from pqs_coder.stats.results import Coefficient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

Convention: TypeAlias = Literal["psych", "irr"]


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Mean squares of the items x raters table, each ``(...)``; ``k`` raters, ``n`` items."""

    items: FloatArray
    within: FloatArray
    raters: FloatArray
    error: FloatArray
    k: int
    n: int


@dataclass(frozen=True, slots=True)
class IccResult:
    """The six intraclass correlations of ``k`` raters and ``n`` items; fields are ``(...)``."""

    icc1: Coefficient
    icc2: Coefficient
    icc3: Coefficient
    icc1k: Coefficient
    icc2k: Coefficient
    icc3k: Coefficient
    k: int
    n: int

    @property
    def mcgraw_wong(self) -> dict[str, Coefficient]:
        """The same coefficients by the names of McGraw & Wong (1996)."""
        return {
            "ICC(1)": self.icc1,
            "ICC(A,1)": self.icc2,
            "ICC(C,1)": self.icc3,
            "ICC(k)": self.icc1k,
            "ICC(A,k)": self.icc2k,
            "ICC(C,k)": self.icc3k,
        }


def icc(
    ratings: ArrayLike,
    confidence: float = 0.95,
    *,
    convention: Convention = "psych",
    degenerate: Degenerate = "raise",
) -> IccResult:
    """Six intraclass correlations of ``(..., raters, items)``; every field has shape ``(...)``.

    ``p`` tests that the items do not differ. Programs differ on the agreement forms, ``icc2`` and
    ``icc2k``, and nowhere else:

    - ``convention="psych"`` (as R ``psych::ICC`` and pingouin, and the default): F has
      (n - 1)(k - 1) denominator degrees of freedom, which is exact when items do not differ; the
      limits of icc2k are those of icc2 stepped up by Spearman-Brown.
    - ``convention="irr"`` (as R ``irr::icc``, 0.82 and later): df2 is Satterthwaite's v at the
      estimate, so p is larger; for icc2k v is taken at icc2k, so its limits differ a little.

    In forced sorts the raters' means are equal, their mean square is 0 and icc2 lies slightly
    farther from zero than icc3: that is no error. Perfect agreement is 1 with limits 1 and 1.
    Negative values stay negative; where item means do not differ at all the mean forms are
    minus infinity. Raises TooFewRatersError, TooFewItemsError, and ConstantRatingsError where no
    rater tells the items apart; with ``degenerate="nan"`` such a cell is nan.
    """
    check_confidence(confidence)
    if convention not in ("psych", "irr"):
        raise StatisticsError(f"no convention {convention!r}", 'Use "psych" or "irr".')
    values = as_ratings(ratings, raters=2)
    missing = mark_missing(values, degenerate)
    constant = (values == values[..., :1]).all(axis=(-2, -1))
    mark_constant(constant & ~missing, degenerate, "ratings")
    void = np.asarray(constant | missing)
    square = mean_squares(np.where(void[..., None, None], np.nan, values) if void.any() else values)
    with np.errstate(divide="ignore", invalid="ignore"):
        one = _f_form(square, square.within, square.n * (square.k - 1), confidence)
        two = _agreement(square, confidence, convention)
        three = _f_form(square, square.error, (square.n - 1) * (square.k - 1), confidence)
    return IccResult(one[0], two[0], three[0], one[1], two[1], three[1], square.k, square.n)


def mean_squares(ratings: FloatArray) -> MeanSquares:
    """Two-way analysis of variance without replication, ``(..., raters, items)``."""
    k, n = ratings.shape[-2:]
    items = k * np.var(ratings.mean(axis=-2), axis=-1, ddof=1)
    # Differences from the first rater hold no item effect: perfect agreement is exactly zero here.
    apart = ratings - ratings[..., :1, :]
    apart -= apart.mean(axis=-2, keepdims=True)
    within = np.einsum("...ri,...ri->...", apart, apart)
    shift = apart.mean(axis=-1)
    raters = n * np.einsum("...r,...r->...", shift, shift)
    apart -= shift[..., None]
    error = np.einsum("...ri,...ri->...", apart, apart)
    return MeanSquares(
        items=np.asarray(items),
        within=np.asarray(within / (n * (k - 1))),
        raters=np.asarray(raters / (k - 1)),
        error=np.asarray(error / ((n - 1) * (k - 1))),
        k=k,
        n=n,
    )


def f_limits(f: FloatArray, df1: float, df2: float, confidence: float) -> list[FloatArray]:
    """F divided by, and multiplied with, its critical values: limits of the variance ratio."""
    tail = 0.5 + confidence / 2
    return [f / special.fdtri(df1, df2, tail), f * special.fdtri(df2, df1, tail)]


def single_of_f(f: FloatArray, k: float) -> FloatArray:
    """(F - 1) / (F + k - 1), which is 1 where F is infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isposinf(f), 1.0, (f - 1) / (f + k - 1))


def mean_of_f(f: FloatArray) -> FloatArray:
    """1 - 1 / F, which is 1 where F is infinite and minus infinity where it is 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 - 1 / f)


def _f_form(
    m: MeanSquares, below: FloatArray, df2: int, confidence: float
) -> tuple[Coefficient, Coefficient]:
    """A form that is a function of F alone, for one rater and for the mean of all."""
    f = np.asarray(m.items / below)
    df1 = m.n - 1
    p = special.fdtrc(df1, df2, f)
    ends = f_limits(f, df1, df2, confidence)
    single = [single_of_f(x, m.k) for x in (f, *ends)]
    mean = [mean_of_f(x) for x in (f, *ends)]
    return coefficient_of(single, f, df1, df2, p), coefficient_of(mean, f, df1, df2, p)


def _agreement(
    m: MeanSquares, confidence: float, convention: Convention
) -> tuple[Coefficient, Coefficient]:
    """ICC(2,1) and ICC(2,k), whose limits need Satterthwaite's degrees of freedom v."""
    k, n = m.k, m.n
    single = (m.items - m.error) / (m.items + (k - 1) * m.error + k / n * (m.raters - m.error))
    mean = (m.items - m.error) / (m.items + (m.raters - m.error) / n)
    v = _satterthwaite(m, single)
    ends = _agreement_limits(m, v, confidence)
    v_mean, ends_mean = v, ends
    if convention == "irr":
        v_mean = _satterthwaite(m, mean)
        ends_mean = _agreement_limits(m, v_mean, confidence)
    stepped = [np.asarray(k * x / (1 + (k - 1) * x)) for x in ends_mean]
    f, df1 = np.asarray(m.items / m.error), n - 1
    exact = np.full(f.shape, float((n - 1) * (k - 1)))
    df2, df2_mean = (exact, exact) if convention == "psych" else (v, v_mean)
    p, p_mean = (np.asarray(special.fdtrc(df1, d, f), float) for d in (df2, df2_mean))
    return (
        coefficient_of([single, *ends], f, df1, df2, p),
        coefficient_of([mean, *stepped], f, df1, df2_mean, p_mean),
    )


def _satterthwaite(m: MeanSquares, rho: FloatArray) -> FloatArray:
    """Degrees of freedom v of ``a MS_raters + b MS_error`` at the correlation ``rho``."""
    k, n = m.k, m.n
    odds = k * rho / (n * (1 - rho))
    a, b = odds * m.raters, (1 + odds * (n - 1)) * m.error
    v = (a + b) ** 2 / (a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1)))
    return np.where(m.within == 0, float((n - 1) * (k - 1)), v)


def _agreement_limits(m: MeanSquares, v: FloatArray, confidence: float) -> list[FloatArray]:
    k, n, tail = m.k, m.n, 0.5 + confidence / 2
    rest = k * m.raters + (k * n - k - n) * m.error
    # 1 / F(tail; n - 1, v), which is finite where v is next to nothing and F is not
    inverse, wide = special.fdtri(v, n - 1, 1 - tail), special.fdtri(v, n - 1, tail)
    low = n * (m.items * inverse - m.error) / (rest + n * m.items * inverse)
    high = n * (wide * m.items - m.error) / (rest + n * wide * m.items)
    return [np.where(m.within == 0, 1.0 + 0 * m.items, x) for x in (low, high)]


def coefficient_of(
    estimates: list[FloatArray], f: FloatArray, df1: float, df2: FloatArray | float, p: FloatArray
) -> Coefficient:
    """Put estimate, limits and F test together; degrees of freedom take the shape of F."""
    df = [np.broadcast_to(np.asarray(d, dtype=np.float64), f.shape) for d in (df1, df2)]
    value, low, high = estimates
    fields = (value, low, high, f, *df, p)
    return Coefficient(*(np.asarray(x)[()] for x in fields))
