"""Two groups of cases compared, item by item: Welch's t, Mann-Whitney, effect sizes.

Rows are cases, ``(cases, ...)``. Where a case has several sessions, give the means of the cases
(``cluster_means``), never the sessions. Items of a forced sort are ipsative: over all items the
differences between two groups sum to zero, so some must fall where others rise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from pqs_coder.stats.checks import check_confidence
from pqs_coder.stats.clusters import as_sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

# Below this share of the largest value a spread is rounding.
ROUNDING = 1e-12
MOST_EXACT = 8  # cases in the smaller group up to which the exact Mann-Whitney table is used


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """First mean minus second, with its interval, t, df and two-sided p; every field ``(...)``.

    nan in t, p and the interval where neither group varies.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    t: FloatArray
    df: FloatArray
    p: FloatArray


@dataclass(frozen=True, slots=True)
class RankDifference:
    """Mann-Whitney: U of the first group, two-sided p, and superiority; every field ``(...)``.

    superiority: the probability that a case of the first group lies above one of the second, ties
    counting half; exact: whether p comes from the exact table.
    """

    u: FloatArray
    p: FloatArray
    superiority: FloatArray
    exact: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EffectSize:
    """A standardized difference with its interval; every field ``(...)``; nan without variance."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def welch(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> GroupDifference:
    """Welch's t for ``(cases, ...)`` against ``(other cases, ...)``, item by item (Welch 1947).

    Variances need not be equal. Raises StatisticsError with fewer than two cases in a group.
    """
    check_confidence(confidence)
    a, b = _two(first, second)
    va, vb = _error(a), _error(b)
    both = va + vb
    difference = np.asarray(a.mean(axis=0) - b.mean(axis=0))
    both = np.where(_is_rounding(both, a, b), np.nan, both)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = both * both / (va * va / (len(a) - 1) + vb * vb / (len(b) - 1))
        error = np.sqrt(both)
        t = difference / error
    reach = special.stdtrit(df, 0.5 + confidence / 2) * error
    return GroupDifference(
        difference=difference[()],
        low=difference - reach,
        high=difference + reach,
        t=t,
        df=df,
        p=2.0 * special.stdtr(df, -np.abs(t)),
    )


def mann_whitney(first: ArrayLike, second: ArrayLike) -> RankDifference:
    """Mann-Whitney's U for ``(cases, ...)`` against ``(other cases, ...)``, item by item.

    p is exact where no value occurs twice and the smaller group has up to eight cases, else the
    normal approximation with corrections for ties and continuity (Mann & Whitney 1947). nan where
    all values are equal. scipy does the counting.
    """
    from scipy import stats

    a, b = _two(first, second)
    shape = a.shape[1:]
    columns = a.reshape(len(a), -1), b.reshape(len(b), -1)
    u = np.empty(columns[0].shape[1])
    p, exact = np.full_like(u, np.nan), np.zeros(u.shape, dtype=np.bool_)
    for item in range(u.size):
        one, other = columns[0][:, item], columns[1][:, item]
        values = np.concatenate([one, other])
        distinct = len(np.unique(values))
        exact[item] = distinct == values.size and min(len(one), len(other)) <= MOST_EXACT
        if distinct == 1:
            u[item] = len(one) * len(other) / 2
            continue
        method: Literal["exact", "asymptotic"] = "exact" if exact[item] else "asymptotic"
        found = stats.mannwhitneyu(
            one.tolist(), other.tolist(), alternative="two-sided", method=method
        )
        u[item], p[item] = found.statistic, found.pvalue
    return RankDifference(
        u=u.reshape(shape)[()],
        p=p.reshape(shape)[()],
        superiority=(u / (len(a) * len(b))).reshape(shape)[()],
        exact=exact.reshape(shape)[()],
    )


def cohens_d(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> EffectSize:
    """Cohen's d of two groups ``(cases, ...)``: difference of means / pooled SD (Cohen 1988).

    The interval is exact for normal values, from noncentral t (Cumming & Finch 2001).
    """
    a, b = _two(first, second)
    df = len(a) + len(b) - 2
    pooled = (_squares(a) + _squares(b)) / df
    pooled = np.where(_is_rounding(pooled, a, b), np.nan, pooled)
    d = (a.mean(axis=0) - b.mean(axis=0)) / np.sqrt(pooled)
    return _with_interval(d, np.sqrt(len(a) * len(b) / (len(a) + len(b))), df, confidence)


def hedges_g(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> EffectSize:
    """Hedges' g: Cohen's d freed of its bias in small groups (Hedges 1981), interval likewise.

    ``(cases, ...)`` and ``(other cases, ...)`` as in :func:`cohens_d`; d times gamma(df/2) /
    (sqrt(df/2) gamma((df - 1)/2)), df the cases less two.
    """
    df = len(as_sessions(first)) + len(as_sessions(second)) - 2
    return _shrink(cohens_d(first, second, confidence=confidence), df)


def paired_d(differences: ArrayLike, *, confidence: float = 0.95) -> EffectSize:
    """Mean difference within cases / SD of the differences, ``(cases, ...)``, known as d_z.

    ``case_differences`` gives the differences of phases. The interval is from noncentral t. d_z is
    not on the scale of Cohen's d between groups: it grows with the correlation of the phases.
    """
    values = as_sessions(differences, least=2)
    variance = _squares(values) / (len(values) - 1)
    variance = np.where(_is_rounding(variance, values, values), np.nan, variance)
    d = values.mean(axis=0) / np.sqrt(variance)
    return _with_interval(d, np.sqrt(len(values)), len(values) - 1, confidence)


def paired_g(differences: ArrayLike, *, confidence: float = 0.95) -> EffectSize:
    """:func:`paired_d` of ``(cases, ...)`` freed of its bias in small samples, df = cases - 1.

    nan for two cases: the correction is 0 at one degree of freedom, so there is no such effect.
    """
    df = len(as_sessions(differences, least=2)) - 1
    return _shrink(paired_d(differences, confidence=confidence), df)


def _two(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    return as_sessions(first, least=2), as_sessions(second, least=2)


def _squares(values: FloatArray) -> FloatArray:
    return np.asarray(np.square(values - values.mean(axis=0)).sum(axis=0))


def _error(values: FloatArray) -> FloatArray:
    return _squares(values) / (len(values) * (len(values) - 1))


def _is_rounding(variance: FloatArray, first: FloatArray, second: FloatArray) -> NDArray[np.bool_]:
    size = np.maximum(np.abs(first).max(axis=0), np.abs(second).max(axis=0))
    return np.asarray(np.sqrt(variance) <= ROUNDING * size)


def _with_interval(d: FloatArray, root: float, df: int, confidence: float) -> EffectSize:
    """Noncentralities of which t = d * root is the upper or lower limit, back on the scale of d."""
    check_confidence(confidence)
    tail = 0.5 - confidence / 2
    t = np.asarray(d * root)
    with np.errstate(invalid="ignore"):
        low = special.nctdtrinc(float(df), 1.0 - tail, t) / root
        high = special.nctdtrinc(float(df), tail, t) / root
    return EffectSize(value=np.asarray(d)[()], low=low, high=high)


def _shrink(d: EffectSize, df: int) -> EffectSize:
    if df < 2:
        nothing = np.full(np.shape(d.value), np.nan)
        return EffectSize(value=nothing[()], low=nothing, high=nothing)
    log_gamma: Callable[[float], float] = special.gammaln
    j = np.exp(log_gamma(df / 2) - log_gamma((df - 1) / 2)) / np.sqrt(df / 2)
    return EffectSize(value=d.value * j, low=d.low * j, high=d.high * j)
