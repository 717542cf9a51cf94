"""Extraction by principal components: raters are the variables, items are the cases.

The components of the correlations between sorts are found from the sorts themselves, through
whichever of the two products is smaller (raters x raters, or items x items), so that 20,000 sorts
of 100 items need no matrix of 20,000 x 20,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import as_ratings
from pqs_coder.stats.correlation import unit_sorts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

# An eigenvalue below this share of the number of raters is rounding, not variance.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extraction gives.

    loadings: ``(..., raters, factors)``; eigenvalues: all of them, largest first ``(..., raters)``
    (for centroids the sums of squared loadings, ``(..., factors)``); explained: per cent of the
    variance of all sorts, like eigenvalues; communalities: ``(..., raters)``; converged: whether
    communalities that are sought by iteration settled.
    """

    loadings: FloatArray
    eigenvalues: FloatArray
    explained: FloatArray
    communalities: FloatArray
    converged: bool = True


def principal_components(sorts: ArrayLike, factors: int) -> Extraction:
    """Principal components of the correlations between sorts, unrotated.

    ``(..., raters, items)`` gives loadings ``(..., raters, factors)``: eigenvectors of the
    correlation matrix times the square roots of their eigenvalues (Hotelling 1933), largest first.
    A component's sign is arbitrary; each is turned so that its loadings sum to zero or more, as R's
    ``psych::principal`` does. Raises TooFewRatersError, ConstantRatingsError, and StatisticsError
    where fewer than ``factors`` components have any variance.
    """
    values = as_ratings(sorts, raters=2, items=3)
    check_count(factors, values.shape[-2])
    unit = unit_sorts(values, "raise")
    eigenvalues, loadings = loadings_from_unit(unit, factors)
    return _extraction(eigenvalues, loadings)


def components_from_correlations(correlations: ArrayLike, factors: int) -> Extraction:
    """Principal components of given correlations ``(..., raters, raters)``, Spearman's say."""
    r = as_correlations(correlations)
    check_count(factors, r.shape[-1])
    eigenvalues, vectors = np.linalg.eigh(r)
    eigenvalues, vectors = eigenvalues[..., ::-1], vectors[..., ::-1]
    leading = np.maximum(eigenvalues[..., :factors], 0.0)
    loadings = reflect(vectors[..., :factors] * np.sqrt(leading)[..., None, :])
    return _extraction(eigenvalues, loadings)


def eigenvalues_of(unit: FloatArray) -> FloatArray:
    """Eigenvalues ``(..., raters)`` of the correlations of unit sorts, largest first."""
    raters, items = unit.shape[-2:]
    turned = np.swapaxes(unit, -1, -2)
    product = unit @ turned if raters <= items else turned @ unit
    values = np.maximum(np.linalg.eigvalsh(product)[..., ::-1], 0.0)
    return _pad(values, raters)


def loadings_from_unit(unit: FloatArray, factors: int) -> tuple[FloatArray, FloatArray]:
    """All eigenvalues and the loadings of the leading components of unit sorts."""
    raters, items = unit.shape[-2:]
    turned = np.swapaxes(unit, -1, -2)
    if raters <= items:
        values, vectors = np.linalg.eigh(unit @ turned)
        values = np.maximum(values[..., ::-1], 0.0)
        kept = vectors[..., ::-1][..., :factors]
        loadings = kept * np.sqrt(values[..., :factors])[..., None, :]
    else:
        values, vectors = np.linalg.eigh(turned @ unit)
        values = np.maximum(values[..., ::-1], 0.0)
        loadings = unit @ vectors[..., ::-1][..., :factors]
    return _pad(values, raters), reflect(loadings)


def reflect(loadings: FloatArray) -> FloatArray:
    """Each factor turned so that its loadings sum to zero or more."""
    negative = loadings.sum(axis=-2, keepdims=True) < 0
    return np.where(negative, -loadings, loadings)


def as_correlations(correlations: ArrayLike) -> FloatArray:
    """Correlations as a symmetric float array ``(..., raters, raters)`` with a diagonal of ones."""
    r = np.asarray(correlations, dtype=np.float64)
    if r.ndim < 2 or r.shape[-1] != r.shape[-2] or r.shape[-1] < 2:
        raise StatisticsError(
            f"correlations have the shape {r.shape}, not (..., raters, raters)",
            "Give the matrix of correlations between sorts, as q_correlation makes it.",
        )
    diagonal = np.diagonal(r, axis1=-2, axis2=-1)
    if not (np.allclose(r, np.swapaxes(r, -1, -2)) and np.allclose(diagonal, 1.0)):
        raise StatisticsError(
            "correlations are not symmetric with ones on the diagonal",
            "Give the matrix of correlations between sorts, as q_correlation makes it.",
        )
    return r


def check_count(factors: int, raters: int) -> None:
    """Raise StatisticsError unless 1 <= factors <= raters."""
    if not 1 <= factors <= raters:
        raise StatisticsError(
            f"{factors} factor(s) from {raters} sorts", f"Ask for 1 to {raters} factors."
        )


def _extraction(eigenvalues: FloatArray, loadings: FloatArray) -> Extraction:
    raters, factors = loadings.shape[-2:]
    real = (eigenvalues > ROUNDING * raters).sum(axis=-1)
    if np.any(real < factors):
        raise StatisticsError(
            f"the sorts hold only {int(np.min(real))} component(s) with any variance",
            f"Ask for {int(np.min(real))} factors at most.",
        )
    return Extraction(
        loadings=loadings,
        eigenvalues=eigenvalues,
        explained=100.0 * eigenvalues / raters,
        communalities=np.asarray(np.square(loadings).sum(axis=-1)),
    )


def _pad(values: FloatArray, raters: int) -> FloatArray:
    """Eigenvalues beyond the rank are zero."""
    missing = raters - values.shape[-1]
    if missing <= 0:
        return values
    return np.concatenate([values, np.zeros((*values.shape[:-1], missing))], axis=-1)
