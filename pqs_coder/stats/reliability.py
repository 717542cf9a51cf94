"""Reliability of the mean of several raters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.stats.checks import Degenerate, as_ratings, mark_constant, mark_missing

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def spearman_brown(r: ArrayLike, k: ArrayLike) -> FloatArray:
    """Reliability of the mean of ``k`` raters where one has ``r``: k r / (1 + (k - 1) r).

    Negative stays negative; r = -1/(k - 1) gives minus infinity. Spearman 1910, Brown 1910.
    """
    one = np.asarray(r, dtype=np.float64)
    many = np.asarray(k, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(many * one / (1 + (many - 1) * one))[()]


def cronbach_alpha(ratings: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Cronbach's alpha with raters as the parts of the test: ``(..., raters, items) -> (...)``.

    k / (k - 1) * (1 - sum of the raters' variances / variance of their sum) (Cronbach 1951). It
    equals ICC(3,k). Raters who cancel each other out give minus infinity.
    """
    values = as_ratings(ratings, raters=2)
    missing = mark_missing(values, degenerate)
    k = values.shape[-2]
    single = values.var(axis=-1, ddof=1).sum(axis=-1)
    total = values.sum(axis=-2).var(axis=-1, ddof=1)
    mark_constant((single == 0) & ~missing, degenerate, "ratings")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(k / (k - 1) * (1 - single / total))[()]
