"""Comparing correlations that share their items: is a session nearer to this prototype or to that?

In all of them the sample is the items of one sort (or the cases of one study), ``n`` of them. In a
forced sort items are not drawn from anywhere: the test asks whether the difference holds for other
items of the same kind. For a difference over sessions, use ``mean_z_difference``, whose sample is
the cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError, TooFewItemsError
from pqs_coder.stats.checks import check_confidence

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

# A determinant this far below zero is rounding; below it the three correlations can't be.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class DependentComparison:
    """Two correlations compared, every field ``(...)``.

    difference: r1 - r2; z_difference: the same over Fisher's z, with its interval low and high;
    statistic: z, or t with df degrees of freedom; p: two-sided.
    """

    difference: FloatArray
    z_difference: FloatArray
    low: FloatArray
    high: FloatArray
    statistic: FloatArray
    df: FloatArray
    p: FloatArray


def meng_comparison(
    r1: ArrayLike, r2: ArrayLike, r12: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> DependentComparison:
    """Two correlations with one variable in common (Meng, Rosenthal & Rubin 1992).

    ``r1`` and ``r2`` are of a profile with two prototypes, ``r12`` that of the prototypes, ``n``
    the items; all broadcast. With m = (r1^2 + r2^2) / 2, f = (1 - r12) / (2 (1 - m)), at most 1,
    and h = (1 - f m) / (1 - m): z = (z1 - z2) sqrt((n - 3) / (2 (1 - r12) h)). The interval is
    that of z1 - z2. Raises StatisticsError where r is 1 or -1, or where the three can't occur
    together.
    """
    a, b, c, items = _checked(r1, r2, r12, n)
    m = (a * a + b * b) / 2.0
    f = np.minimum((1.0 - c) / (2.0 * (1.0 - m)), 1.0)
    h = (1.0 - f * m) / (1.0 - m)
    return _normal(a, b, np.sqrt(2.0 * (1.0 - c) * h / (items - 3.0)), confidence)


def steiger_comparison(
    r1: ArrayLike, r2: ArrayLike, r12: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> DependentComparison:
    """Two correlations with one variable in common (Steiger 1980, equations 10 and 14).

    Dunn & Clark's z with the mean of the two correlations in the covariance. Arguments broadcast;
    they and the errors are those of :func:`meng_comparison`.
    """
    a, b, c, items = _checked(r1, r2, r12, n)
    mean = (a + b) / 2.0
    square = mean * mean
    covariance = c * (1.0 - 2.0 * square) - square * (1.0 - 2.0 * square - c * c) / 2.0
    share = covariance / np.square(1.0 - square)
    return _normal(a, b, np.sqrt((2.0 - 2.0 * share) / (items - 3.0)), confidence)


def steiger_comparison_apart(
    r12: ArrayLike,
    r34: ArrayLike,
    between: ArrayLike,
    n: ArrayLike,
    confidence: float = 0.95,
) -> DependentComparison:
    """Two correlations without a common variable (Steiger 1980, equations 12 and 15).

    One profile with its prototype (``r12``) against another profile with another (``r34``), over
    the same ``n`` items. ``between`` ``(..., 4)`` holds r13, r14, r23, r24; the rest broadcasts.
    """
    a, b = np.asarray(r12, dtype=np.float64), np.asarray(r34, dtype=np.float64)
    others = np.asarray(between, dtype=np.float64)
    if others.shape[-1:] != (4,):
        raise StatisticsError("four correlations between the pairs are needed", "Give four.")
    items = _check_sizes(n, a, b)
    r13, r14, r23, r24 = np.moveaxis(others, -1, 0)
    mean = (a + b) / 2.0
    products = (
        (r13 - mean * r23) * (r24 - r23 * mean)
        + (r14 - r13 * mean) * (r23 - mean * r13)
        + (r13 - r14 * mean) * (r24 - mean * r14)
        + (r14 - mean * r24) * (r23 - r24 * mean)
    )
    share = products / 2.0 / np.square(1.0 - mean * mean)
    return _normal(a, b, np.sqrt((2.0 - 2.0 * share) / (items - 3.0)), confidence)


def williams_comparison(
    r1: ArrayLike, r2: ArrayLike, r12: ArrayLike, n: ArrayLike
) -> DependentComparison:
    """Two correlations with one variable in common: Williams' t (1959; Steiger 1980, equation 7).

    t = (r1 - r2) sqrt((n - 1)(1 + r12) / (2 |R| (n - 1)/(n - 3) + m^2 (1 - r12)^3)), df = n - 3, m
    the mean of r1 and r2 and |R| the determinant of the three correlations. Broadcasts. It has no
    interval of its own: low and high are nan.
    """
    a, b, c, items = _checked(r1, r2, r12, n)
    mean = (a + b) / 2.0
    determinant = _determinant(a, b, c)
    below = 2.0 * determinant * (items - 1.0) / (items - 3.0) + np.square(mean) * (1.0 - c) ** 3
    t = (a - b) * np.sqrt((items - 1.0) * (1.0 + c) / below)
    df = np.broadcast_to(items - 3.0, np.shape(t))
    nothing = np.full(np.shape(t), np.nan)
    return DependentComparison(
        difference=a - b,
        z_difference=np.arctanh(a) - np.arctanh(b),
        low=nothing[()],
        high=nothing[()],
        statistic=t,
        df=df[()],
        p=2.0 * special.stdtr(df, -np.abs(t)),
    )


def _normal(
    a: FloatArray, b: FloatArray, error: FloatArray, confidence: float
) -> DependentComparison:
    check_confidence(confidence)
    difference = np.arctanh(a) - np.arctanh(b)
    reach = special.ndtri(0.5 + confidence / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        z = difference / error
    return DependentComparison(
        difference=a - b,
        z_difference=difference,
        low=difference - reach,
        high=difference + reach,
        statistic=z,
        df=np.full(np.shape(z), np.inf)[()],
        p=2.0 * special.ndtr(-np.abs(z)),
    )


def _checked(
    r1: ArrayLike, r2: ArrayLike, r12: ArrayLike, n: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    a = np.asarray(r1, dtype=np.float64)
    b = np.asarray(r2, dtype=np.float64)
    c = np.asarray(r12, dtype=np.float64)
    items = _check_sizes(n, a, b, c)
    if np.any(_determinant(a, b, c) < -SLACK):
        raise StatisticsError(
            "no three variables have these three correlations",
            "Compute all three over the same items.",
        )
    return a, b, c, items


def _check_sizes(n: ArrayLike, *correlations: FloatArray) -> FloatArray:
    items = np.asarray(n, dtype=np.float64)
    if np.any(items <= 3):
        raise TooFewItemsError("correlations over three items or fewer", "Use more items.")
    if not all(np.all(np.abs(r) < 1.0) for r in correlations):
        raise StatisticsError(
            "a correlation is 1, -1, beyond them or missing",
            "A profile that equals its prototype can't be compared by a test.",
        )
    return items


def _determinant(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    return np.asarray(1.0 + 2.0 * a * b * c - a * a - b * b - c * c)
