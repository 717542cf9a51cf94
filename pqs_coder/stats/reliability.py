"""Reliability of the mean of several raters, and how many raters a reliability takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import Degenerate, as_ratings, mark_constant, mark_missing
from pqs_coder.stats.intraclass import mean_of_f, mean_squares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def spearman_brown(r: ArrayLike, k: ArrayLike) -> FloatArray:
    """Reliability of the mean of ``k`` raters where one has ``r``: k r / (1 + (k - 1) r).

    Broadcasts; ``k`` need not be whole. A negative value stays negative; r = -1/(k - 1), the lowest
    mean r that k raters can have, gives minus infinity, and so does anything below it, where the
    formula would turn positive (Spearman 1910, Brown 1910).
    """
    one = np.asarray(r, dtype=np.float64)
    many = np.asarray(k, dtype=np.float64)
    below = 1 + (many - 1) * one
    with np.errstate(divide="ignore", invalid="ignore"):
        stepped = many * one / below
    return np.asarray(np.where(below <= 0, -np.inf, stepped))[()]


def lengthening(r: ArrayLike, wanted: ArrayLike) -> FloatArray:
    """How many times as many raters give the reliability ``wanted`` where one has ``r``.

    wanted (1 - r) / (r (1 - wanted)): Spearman-Brown solved for k, not rounded; broadcasts.
    Infinite where r is zero or negative: no number of such raters will do. ``wanted`` must lie
    between 0 and 1.
    """
    one = np.asarray(r, dtype=np.float64)
    goal = np.asarray(wanted, dtype=np.float64)
    if np.any((goal <= 0) | (goal >= 1)):
        raise StatisticsError("the wanted reliability is not between 0 and 1", "Ask for 0.80, say.")
    with np.errstate(divide="ignore", invalid="ignore"):
        many = goal * (1 - one) / (one * (1 - goal))
    return np.asarray(np.where(one <= 0, np.inf, many))[()]


def raters_needed(r: ArrayLike, wanted: ArrayLike) -> FloatArray:
    """The smallest whole number of raters whose mean has the reliability ``wanted``, at least 1.

    :func:`lengthening` rounded up; broadcasts. Infinite where r is zero or negative. A number that
    is whole but for rounding is not raised.
    """
    many = np.asarray(lengthening(r, wanted))
    return np.asarray(np.maximum(np.ceil(many * (1 - 1e-12)), 1.0))[()]


def cronbach_alpha(ratings: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Cronbach's alpha with raters as the parts of the test, ``(..., raters, items) -> (...)``.

    k / (k - 1) * (1 - sum of the raters' variances / variance of their sum) (Cronbach 1951),
    computed as 1 - MS error / MS items (Hoyt 1941), which is ICC(3,k) and exactly 1 where raters
    agree perfectly. Raters who cancel each other out give minus infinity. Raises TooFewRatersError
    and ConstantRatingsError (no rater tells the items apart), or nan, as asked.
    """
    values = as_ratings(ratings, raters=2)
    missing = mark_missing(values, degenerate)
    constant = (values == values[..., :1]).all(axis=(-2, -1))
    mark_constant(constant & ~missing, degenerate, "ratings")
    with np.errstate(divide="ignore", invalid="ignore"):
        square = mean_squares(values)
        alpha = mean_of_f(np.asarray(square.items / square.error))
    return np.asarray(np.where(constant, np.nan, alpha))[()]
