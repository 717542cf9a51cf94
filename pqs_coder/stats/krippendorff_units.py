"""Krippendorff's alpha; units are the items, coders are the raters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import ConstantRatingsError, NoOverlapError
from pqs_coder.stats.checks import Degenerate, as_ratings

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(
    ratings: ArrayLike, *, level: Level = "interval", degenerate: Degenerate = "raise"
) -> FloatArray:
    """Krippendorff's alpha, ``(..., raters, items) -> (...)``; nan is a missing rating.

    1 - observed / expected disagreement (Krippendorff 2011).
    """
    values = as_ratings(ratings, raters=2, items=1)
    domain = np.unique(values[~np.isnan(values)])
    counts = np.stack([(values == v).sum(axis=-2) for v in domain], axis=-1).astype(np.float64)
    pairable = counts.sum(axis=-1)
    counts = np.where((pairable >= 2)[..., None], counts, 0.0)
    margin = counts.sum(axis=-2)
    total = margin.sum(axis=-1)
    if degenerate == "raise" and np.any(total == 0):
        raise NoOverlapError("no item was rated by two raters", "Add a second rater's sort.")
    delta = difference(domain, margin, level)
    weight = 1 / np.maximum(pairable - 1, 1)
    observed = np.einsum("...uv,...u,...vw,...uw->...", counts, weight, delta, counts)
    expected = np.einsum("...v,...vw,...w->...", margin, delta, margin) / (total - 1)
    if degenerate == "raise" and np.any(expected == 0):
        raise ConstantRatingsError(
            "all ratings are the same value", "Look at the sorts themselves."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 - observed / expected)[()]


def difference(domain: NDArray[np.float64], margin: FloatArray, level: Level) -> FloatArray:
    """Squared difference function of the level, ``(..., values, values)``."""
    apart = domain[:, None] - domain[None, :]
    if level == "nominal":
        return np.asarray(apart != 0, dtype=np.float64)
    if level == "interval":
        return np.asarray(apart**2)
    if level == "ratio":
        both = domain[:, None] + domain[None, :]
        return np.divide(apart, both, out=np.zeros_like(apart), where=both != 0) ** 2
    middle = margin.cumsum(axis=-1) - margin / 2
    return (middle[..., :, None] - middle[..., None, :]) ** 2
