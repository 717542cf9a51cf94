"""Intraclass correlations: six forms with their F tests and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.stats.checks import Degenerate, as_ratings, mark_constant, mark_missing
from pqs_coder.stats.results import Coefficient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


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
    """The six intraclass correlations of Shrout & Fleiss (1979)."""

    icc1: Coefficient
    icc2: Coefficient
    icc3: Coefficient
    icc1k: Coefficient
    icc2k: Coefficient
    icc3k: Coefficient


def mean_squares(ratings: FloatArray) -> MeanSquares:
    """Two-way analysis of variance without replication, ``(..., raters, items)``."""
    k, n = ratings.shape[-2:]
    item_mean = ratings.mean(axis=-2)
    between = k * item_mean.var(axis=-1) * n
    # Differences from the first rater hold no item effect: perfect agreement is exactly zero here.
    apart = ratings - ratings[..., :1, :]
    apart -= apart.mean(axis=-2, keepdims=True)
    within = np.einsum("...ri,...ri->...", apart, apart)
    shift = apart.mean(axis=-1)
    raters = n * np.einsum("...r,...r->...", shift, shift)
    apart -= shift[..., None]
    error = np.einsum("...ri,...ri->...", apart, apart)
    return MeanSquares(
        items=np.asarray(between / (n - 1)),
        within=np.asarray(within / (n * (k - 1))),
        raters=np.asarray(raters / (k - 1)),
        error=np.asarray(error / ((n - 1) * (k - 1))),
        k=k,
        n=n,
    )


def icc(
    ratings: ArrayLike, confidence: float = 0.95, *, degenerate: Degenerate = "raise"
) -> IccResult:
    """Six intraclass correlations of ``(..., raters, items)``; every field has shape ``(...)``."""
    values = as_ratings(ratings, raters=2)
    missing = mark_missing(values, degenerate)
    square = mean_squares(values)
    void = (square.items == 0) & (square.within == 0)
    mark_constant(void & ~missing, degenerate, "ratings")
    with np.errstate(divide="ignore", invalid="ignore"):
        one = _one_way(square, confidence)
        three = _consistency(square, confidence)
        two = _agreement(square, confidence)
        return IccResult(one, two, three, *(_stepped_up(c, square.k) for c in (one, two, three)))


def _limits(f: FloatArray, k: int, df1: int, df2: int, confidence: float) -> list[FloatArray]:
    tail = 0.5 + confidence / 2
    low = f / special.fdtri(df1, df2, tail)
    high = f * special.fdtri(df2, df1, tail)
    return [np.where(np.isposinf(f), 1.0, (x - 1) / (x + k - 1)) for x in (low, high)]


def _f_form(top: FloatArray, below: FloatArray, k: int, df2: int, n: int, c: float) -> Coefficient:
    f = np.asarray(top / below)
    low, high = _limits(f, k, n - 1, df2, c)
    value = (top - below) / (top + (k - 1) * below)
    p = special.fdtrc(n - 1, df2, f)
    df = [np.full(f.shape, float(x)) for x in (n - 1, df2)]
    return Coefficient(value[()], low[()], high[()], f[()], df[0][()], df[1][()], p)


def _one_way(m: MeanSquares, confidence: float) -> Coefficient:
    return _f_form(m.items, m.within, m.k, m.n * (m.k - 1), m.n, confidence)


def _consistency(m: MeanSquares, confidence: float) -> Coefficient:
    return _f_form(m.items, m.error, m.k, (m.n - 1) * (m.k - 1), m.n, confidence)


def _agreement(m: MeanSquares, confidence: float) -> Coefficient:
    k, n = m.k, m.n
    value = (m.items - m.error) / (m.items + (k - 1) * m.error + k / n * (m.raters - m.error))
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    v = (a * m.raters + b * m.error) ** 2 / (
        (a * m.raters) ** 2 / (k - 1) + (b * m.error) ** 2 / ((n - 1) * (k - 1))
    )
    tail = 0.5 + confidence / 2
    fl, fu = special.fdtri(n - 1, v, tail), special.fdtri(v, n - 1, tail)
    rest = k * m.raters + (k * n - k - n) * m.error
    low = n * (m.items - fl * m.error) / (fl * rest + n * m.items)
    high = n * (fu * m.items - m.error) / (rest + n * fu * m.items)
    low, high = (np.where(value == 1, 1.0, x) for x in (low, high))
    f = np.asarray(m.items / m.error)
    df2 = (n - 1) * (k - 1)
    p = special.fdtrc(n - 1, df2, f)
    df = [np.full(f.shape, float(x)) for x in (n - 1, df2)]
    return Coefficient(value[()], low[()], high[()], f[()], df[0][()], df[1][()], p)


def _stepped_up(single: Coefficient, k: int) -> Coefficient:
    """Spearman-Brown of a single-rater form and of its limits."""
    value, low, high = (
        np.asarray(k * x / (1 + (k - 1) * x))[()] for x in (single.value, single.low, single.high)
    )
    return Coefficient(value, low, high, single.f, single.df1, single.df2, single.p)
