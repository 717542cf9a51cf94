"""What is known of factors, and the items that tell them apart or that they share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import check_confidence
from pqs_coder.stats.flags import as_flags, check_flags
from pqs_coder.stats.rotation import as_loadings

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

    Flags = NDArray[np.bool_]

SORT_RELIABILITY = 0.80
"""What PQMethod, KADE and qmethod assume: r of a person with himself some weeks later."""


@dataclass(frozen=True, slots=True)
class FactorCharacteristics:
    """Factor by factor ``(..., factors)``, and between factors ``(..., factors, factors)``.

    flagged: number of defining sorts; eigenvalues: sums of squared loadings; explained: per cent of
    the variance of all sorts; reliability: composite reliability of the defining sorts; se:
    standard error of a factor's z-scores; correlations: between factors' z-scores; se_differences:
    standard error of a difference between the z-scores of two factors.
    """

    flagged: NDArray[np.intp]
    eigenvalues: FloatArray
    explained: FloatArray
    reliability: FloatArray
    se: FloatArray
    correlations: FloatArray
    se_differences: FloatArray


@dataclass(frozen=True, slots=True)
class ItemDifferences:
    """Items compared between factors.

    pairs: the factors of each comparison, numbered from 0; differences: first minus second
    ``(..., items, pairs)``, with p (two-sided normal) and significant; distinguishing
    ``(..., items, factors)``: the factor differs from every other one on this item; only: and no
    two others differ from one another; all ``(..., items)``: every pair differs; consensus
    ``(..., items)``: no pair differs.
    """

    pairs: tuple[tuple[int, int], ...]
    differences: FloatArray
    p: FloatArray
    significant: Flags
    distinguishing: Flags
    only: Flags
    all: Flags
    consensus: Flags


def factor_characteristics(
    loadings: ArrayLike,
    flags: ArrayLike,
    z: ArrayLike,
    *,
    reliability: float = SORT_RELIABILITY,
) -> FactorCharacteristics:
    """Characteristics of factors (Brown 1980, pp. 243-246).

    ``loadings`` and ``flags`` are ``(..., raters, factors)``, ``z`` is ``(..., items, factors)``.
    With m defining sorts of reliability r0 (``reliability``, .80 by custom) the composite
    reliability is m r0 / (1 + (m - 1) r0), the standard error of a z-score s sqrt(1 - that), and of
    a difference sqrt(se_i^2 + se_j^2). The custom holds for people who sort their own view twice; a
    lab that knows the retest correlation of its raters gives that.
    """
    values, chosen = as_loadings(loadings), as_flags(flags)
    check_flags(chosen, values)
    scores = np.asarray(z, dtype=np.float64)
    if scores.ndim < 2 or scores.shape[-1] != values.shape[-1]:
        raise StatisticsError(
            f"z-scores {scores.shape} do not fit {values.shape[-1]} factors",
            "Give the z-scores of the same solution, (..., items, factors).",
        )
    if not 0.0 < reliability < 1.0:
        raise StatisticsError(f"a reliability of {reliability}", "Give one between 0 and 1.")
    flagged = chosen.sum(axis=-2)
    eigenvalues = np.asarray(np.square(values).sum(axis=-2))
    composite = np.asarray(flagged * reliability / (1.0 + (flagged - 1.0) * reliability))
    centred = scores - scores.mean(axis=-2, keepdims=True)
    squares = np.swapaxes(centred, -1, -2) @ centred
    variances = np.diagonal(squares, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = squares / np.sqrt(variances[..., :, None] * variances[..., None, :])
    error = variances / (scores.shape[-2] - 1) * (1.0 - composite)
    return FactorCharacteristics(
        flagged=np.asarray(flagged),
        eigenvalues=eigenvalues,
        explained=100.0 * eigenvalues / values.shape[-2],
        reliability=composite,
        se=np.sqrt(error),
        correlations=np.clip(r, -1.0, 1.0),
        se_differences=np.sqrt(error[..., :, None] + error[..., None, :]),
    )


def distinguishing_items(
    z: ArrayLike, se_differences: ArrayLike, *, confidence: float = 0.95
) -> ItemDifferences:
    """Distinguishing and consensus items (Brown 1980, p. 245; the rules of R's qmethod).

    ``z`` ``(..., items, factors)`` and ``se_differences`` ``(..., factors, factors)`` as
    :func:`factor_characteristics` gives them. Two factors differ on an item where the difference is
    beyond the normal limit times its standard error. No correction is made for the number of items.
    Raises StatisticsError for fewer than two factors.
    """
    check_confidence(confidence)
    scores = np.asarray(z, dtype=np.float64)
    errors = np.asarray(se_differences, dtype=np.float64)
    factors = scores.shape[-1] if scores.ndim >= 2 else 0
    if factors < 2:
        raise StatisticsError("one factor has nothing to differ from", "Extract two or more.")
    if errors.shape[-2:] != (factors, factors):
        raise StatisticsError(
            f"standard errors {errors.shape} do not fit {factors} factors",
            "Give the se_differences of the same solution.",
        )
    pairs = tuple(combinations(range(factors), 2))
    first, second = np.transpose(pairs)
    differences = scores[..., first] - scores[..., second]
    ratio = np.abs(differences) / errors[..., first, second][..., None, :]
    significant = np.asarray(ratio > special.ndtri(0.5 + confidence / 2))
    involved = np.array([[f in pair for pair in pairs] for f in range(factors)])
    apart = (significant[..., None, :] | ~involved).all(axis=-1)
    others = (significant[..., None, :] & ~involved).any(axis=-1)
    return ItemDifferences(
        pairs=pairs,
        differences=differences,
        p=np.asarray(2.0 * special.ndtr(-ratio)),
        significant=significant,
        distinguishing=np.asarray(apart),
        only=np.asarray(apart & ~others),
        all=np.asarray(significant.all(axis=-1)),
        consensus=np.asarray(~significant.any(axis=-1)),
    )
