"""Factor scores of items, and the arrays that lay them out as one forced sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import as_ratings
from pqs_coder.stats.correlation import unit_sorts
from pqs_coder.stats.flags import as_flags, check_flags
from pqs_coder.stats.rotation import as_loadings

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

ScoreMethod: TypeAlias = Literal["pqmethod", "regression"]

# z-scores nearer to each other than this are ties: they differ by rounding only.
TIE = 1e-9
# A loading this near to 1 has an infinite weight.
PERFECT = 1e-12


@dataclass(frozen=True, slots=True)
class FactorScores:
    """Scores of items on factors.

    z: ``(..., items, factors)``, mean 0 and standard deviation 1 (n - 1) over the items; raw: the
    weighted sums before that; weights: of each sort on each factor ``(..., raters, factors)``.
    """

    z: FloatArray
    raw: FloatArray
    weights: FloatArray


def factor_scores(
    sorts: ArrayLike,
    loadings: ArrayLike,
    flags: ArrayLike | None = None,
    *,
    method: ScoreMethod = "pqmethod",
) -> FactorScores:
    """Scores of items on factors, ``(..., raters, items)`` and ``(..., raters, factors)``.

    ``"pqmethod"``: the flagged sorts of a factor are added with the weights f / (1 - f^2), f being
    the loading (Spearman 1927; Brown 1980, p. 242; PQMethod, R's qmethod, KADE); sorts without a
    flag say nothing. Where a flagged loading is 1 its weight has no bound and it alone decides.

    ``"regression"``: every sort takes part, flagged or not, with the weights R^-1 L, R being the
    correlations of the sorts (Thurstone 1935; SPSS and R's ``psych::factor.scores``); ``raw`` then
    holds the scores as these programs print them. Where R has no inverse (equal sorts, more sorts
    than items) the Moore-Penrose inverse stands in, which changes no score of a component.

    Raises StatisticsError where a factor has no flag, where a flagged loading is above 1 (a Heywood
    case), or where shapes do not fit.
    """
    values = as_ratings(sorts, raters=1, items=3)
    known = as_loadings(loadings)
    if values.shape[-2] != known.shape[-2]:
        raise StatisticsError(
            f"{values.shape[-2]} sorts and loadings of {known.shape[-2]}",
            "Give the sorts that the factors were extracted from, in the same order.",
        )
    if method == "regression":
        return _regression(unit_sorts(values, "raise"), known)
    if method != "pqmethod":
        raise StatisticsError(f"no factor scores by {method!r}", "Say pqmethod or regression.")
    if flags is None:
        raise StatisticsError(
            "PQMethod weights need flags", "Give flag(loadings, items), or flags by hand."
        )
    chosen = as_flags(flags)
    check_flags(chosen, known)
    if not chosen.any(axis=-2).all():
        empty = np.flatnonzero(~chosen.any(axis=-2).reshape(-1, chosen.shape[-1]).all(axis=0))
        raise StatisticsError(
            f"no sort is flagged on factor {', '.join(str(f + 1) for f in empty)}",
            "Flag a sort by hand, extract fewer factors, or use regression scores.",
        )
    return pqmethod_scores(values, known, chosen)


def pqmethod_scores(
    sorts: FloatArray, loadings: FloatArray, flags: NDArray[np.bool_]
) -> FactorScores:
    """PQMethod scores of checked arrays; nan for a factor without a flag."""
    size = np.where(flags, np.abs(loadings), 0.0)
    if (size > 1.0 + PERFECT).any():
        raise StatisticsError(
            "a flagged loading is above 1 (a Heywood case) and has no PQMethod weight",
            "Extract fewer factors, take principal components, or use regression scores.",
        )
    perfect = size >= 1.0 - PERFECT
    with np.errstate(divide="ignore"):
        weight = np.where(flags & ~perfect, loadings / (1.0 - np.square(loadings)), 0.0)
    decided = perfect.any(axis=-2, keepdims=True)
    weights = np.where(decided, np.sign(loadings) * perfect, weight)
    raw = np.swapaxes(sorts, -1, -2) @ weights
    defined = np.asarray(flags.any(axis=-2))
    raw = np.where(defined[..., None, :], raw, np.nan)
    return FactorScores(z=standardize(raw), raw=raw, weights=weights)


def _regression(unit: FloatArray, loadings: FloatArray) -> FactorScores:
    inverse = np.linalg.pinv(unit, rcond=1e-10)
    scores = inverse @ loadings
    raw = scores * np.sqrt(unit.shape[-1] - 1)
    return FactorScores(z=standardize(raw), raw=raw, weights=np.swapaxes(inverse, -1, -2) @ scores)


def standardize(raw: FloatArray) -> FloatArray:
    """Columns ``(..., items, factors)`` with mean 0 and standard deviation 1 (n - 1)."""
    centred = raw - raw.mean(axis=-2, keepdims=True)
    spread = np.sqrt(np.square(centred).sum(axis=-2, keepdims=True) / (raw.shape[-2] - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(centred / spread)


def factor_arrays(z: ArrayLike, distribution: ArrayLike) -> FloatArray:
    """The sort that each factor would make, ``(..., items, factors)``, every pile its number.

    ``z`` are scores ``(..., items, factors)``; ``distribution`` holds the pile of every place, one
    value an item, in any order (:func:`forced_distribution` reads it off the sorts). The highest
    score goes to the highest pile, and so on. Ties (scores within 1e-9) at the border of two piles
    are broken by the place of the item in the item set: the earlier item gets the higher pile, as
    in KADE. R's qmethod puts tied items into the lower of the two piles, which breaks the forced
    numbers.
    """
    scores = np.asarray(z, dtype=np.float64)
    piles = np.sort(np.asarray(distribution, dtype=np.float64))[::-1]
    if scores.ndim < 2 or not np.isfinite(scores).all():
        raise StatisticsError(
            "scores are not a complete array (..., items, factors)",
            "Compute scores for factors that have flags.",
        )
    if piles.shape != (scores.shape[-2],):
        raise StatisticsError(
            f"{piles.size} places for {scores.shape[-2]} items",
            "Give the pile value of every place of the forced distribution.",
        )
    columns = np.moveaxis(scores, -2, -1).reshape(-1, scores.shape[-2])
    arrays = np.empty_like(columns)
    for row, column in enumerate(columns):
        arrays[row, _order_with_ties(column)] = piles
    shape = (*scores.shape[:-2], scores.shape[-1], scores.shape[-2])
    return np.moveaxis(arrays.reshape(shape), -1, -2)


def _order_with_ties(column: FloatArray) -> NDArray[np.intp]:
    """Items from the highest score to the lowest, ties in the order of the item set."""
    order = np.argsort(-column, kind="stable")
    group = np.cumsum(np.diff(column[order], prepend=column[order[:1]]) < -TIE)
    return order[np.lexsort((order, group))]


def forced_distribution(sorts: ArrayLike) -> FloatArray:
    """The pile of every place ``(items,)``, ascending, that all sorts share.

    Raises StatisticsError where two sorts differ in their numbers: then the item set must say.
    """
    values = as_ratings(sorts, raters=1, items=1)
    ordered = np.sort(values, axis=-1).reshape(-1, values.shape[-1])
    if (ordered != ordered[0]).any():
        raise StatisticsError(
            "the sorts do not share one forced distribution",
            "Give the distribution of the item set.",
        )
    return np.asarray(ordered[0])
