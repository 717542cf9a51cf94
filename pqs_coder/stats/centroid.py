"""Extraction by centroids: Brown's, as PQMethod and R's qmethod have it, and Horst's 5.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import as_ratings
from pqs_coder.stats.components import Extraction, as_correlations, check_count
from pqs_coder.stats.correlation import q_correlation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

# A column sum within rounding of zero is not negative (reflecting it would go on for ever), and
# two sums this near to each other are equal.
ROUNDING = 1e-12


def centroids(
    sorts: ArrayLike, factors: int, *, threshold: float = 1e-5, max_rounds: int = 10_000
) -> Extraction:
    """Brown's centroids, unrotated (Brown 1980, pp. 208-224).

    ``(..., raters, items)`` gives loadings ``(..., raters, factors)``. For each factor: the sort
    with the lowest column sum is reflected until no sum (without the diagonal) is negative; the
    diagonal starts as the mean correlation of the sort and is replaced by the squared loading until
    no communality moves by ``threshold`` or more; loading = column sum / sqrt(total). The factor is
    then taken out of the correlations. The default threshold is that of R's qmethod; Brown stops at
    .02. The matrix of raters x raters is held in memory. Of two sorts with the same lowest sum the
    earlier one is reflected; a factor beyond the first hangs on such turns, so the order of the
    raters may change it.

    ``communalities`` are sums of squared loadings; one over 1 is a Heywood case: extract fewer
    factors. ``converged`` is False where a diagonal did not settle in ``max_rounds``.
    """
    return centroids_from_correlations(
        q_correlation(as_ratings(sorts, raters=2, items=3)),
        factors,
        threshold=threshold,
        max_rounds=max_rounds,
    )


def centroids_from_correlations(
    correlations: ArrayLike, factors: int, *, threshold: float = 1e-5, max_rounds: int = 10_000
) -> Extraction:
    """:func:`centroids` of given correlations ``(..., raters, raters)``."""

    def extract(r: FloatArray) -> tuple[FloatArray, bool]:
        return _brown(r, factors, threshold, max_rounds)

    return _each_matrix(as_correlations(correlations), factors, extract)


def horst_centroids(
    sorts: ArrayLike, factors: int, *, threshold: float = 1e-4, max_rounds: int = 1_000
) -> Extraction:
    """Centroids with iterated communalities, unrotated (Horst 1965, section 5.5; in KADE).

    ``(..., raters, items)`` gives loadings ``(..., raters, factors)``. All ``factors`` are taken
    from the correlations with ones in the diagonal, then the diagonal is replaced by the
    communalities they gave (1 at most), until none moves by more than ``threshold`` (1e-4 in KADE).
    The signs of a factor are sought by reflecting the lowest weighted sum while it is negative.

    ``converged`` is False where the communalities did not settle in ``max_rounds`` (KADE stops at
    30 rounds whatever the state).
    """
    r = q_correlation(as_ratings(sorts, raters=2, items=3))

    def extract(one: FloatArray) -> tuple[FloatArray, bool]:
        return _horst(one, factors, threshold, max_rounds)

    return _each_matrix(r, factors, extract)


def _each_matrix(
    r: FloatArray, factors: int, extract: Callable[[FloatArray], tuple[FloatArray, bool]]
) -> Extraction:
    raters = r.shape[-1]
    check_count(factors, raters)
    loadings = np.empty((*r.shape[:-1], factors))
    converged = True
    for place in np.ndindex(r.shape[:-2]):
        loadings[place], settled = extract(r[place])
        converged = converged and settled
    squares = np.square(loadings)
    sums = squares.sum(axis=-2)
    return Extraction(
        loadings=loadings,
        eigenvalues=np.asarray(sums),
        explained=100.0 * sums / raters,
        communalities=np.asarray(squares.sum(axis=-1)),
        converged=converged,
    )


def _brown(
    r: FloatArray, factors: int, threshold: float, max_rounds: int
) -> tuple[FloatArray, bool]:
    residual = r.copy()
    loadings = np.empty((len(r), factors))
    converged = True
    for factor in range(factors):
        np.fill_diagonal(residual, 0.0)
        sign = _reflections(residual)
        sums = sign * (residual @ sign)
        size, settled = _settle(sums, threshold, max_rounds, factor)
        converged = converged and settled
        loadings[:, factor] = sign * size
        residual = residual - np.outer(loadings[:, factor], loadings[:, factor])
    return loadings, converged


def _reflections(residual: FloatArray) -> FloatArray:
    """Signs that leave no column sum negative: the lowest is turned, again and again.

    Every turn raises the total by four times the size of the sum, so it ends. Equal sums are common
    between forced sorts, and which sort is turned matters: the earlier one is.
    """
    sign = np.ones(len(residual))
    sums = residual.sum(axis=0)
    while True:
        turned = sign * sums
        lowest = int(np.argmax(turned <= turned.min() + ROUNDING))
        if turned[lowest] >= -ROUNDING:
            return sign
        sums = sums - 2.0 * sign[lowest] * residual[lowest]
        sign[lowest] = -sign[lowest]


def _settle(
    sums: FloatArray, threshold: float, max_rounds: int, factor: int
) -> tuple[FloatArray, bool]:
    """Sizes of the loadings, their own squares standing in the diagonal."""
    diagonal = sums / (len(sums) - 1)
    for _ in range(max_rounds):
        filled = sums + diagonal
        total = filled.sum()
        if total <= ROUNDING:
            raise StatisticsError(
                f"nothing is left to extract after {factor} factor(s)",
                f"Ask for {factor} factors at most.",
            )
        size = filled / np.sqrt(total)
        before, diagonal = diagonal, np.square(size)
        if np.all(np.abs(before - diagonal) < threshold):
            return size, True
    return size, False


def _horst(
    r: FloatArray, factors: int, threshold: float, max_rounds: int
) -> tuple[FloatArray, bool]:
    diagonal = np.ones(len(r))
    for _ in range(max_rounds):
        residual = r.copy()
        np.fill_diagonal(residual, diagonal)
        loadings = np.empty((len(r), factors))
        for factor in range(factors):
            loadings[:, factor] = _one_horst_factor(residual, factor)
            residual -= np.outer(loadings[:, factor], loadings[:, factor])
        if np.abs(np.diag(residual)).max() <= threshold:
            return loadings, True
        diagonal = np.minimum(1.0, np.square(loadings).sum(axis=1))
    return loadings, False


def _one_horst_factor(residual: FloatArray, factor: int) -> FloatArray:
    apart = residual.copy()
    np.fill_diagonal(apart, 0.0)
    sign = _reflections(apart)
    weighted = residual @ sign
    total = sign @ weighted
    if total <= ROUNDING:
        raise StatisticsError(
            f"nothing is left to extract after {factor} factor(s)",
            f"Ask for {factor} factors at most.",
        )
    return np.asarray(weighted / np.sqrt(total))
