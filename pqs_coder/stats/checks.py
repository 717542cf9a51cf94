"""What every statistic asks of its ratings before it computes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import (
    ConstantRatingsError,
    StatisticsError,
    TooFewItemsError,
    TooFewRatersError,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

Degenerate: TypeAlias = Literal["raise", "nan"]
"""What to do with a cell that has no coefficient: raise the named error, or give nan there."""


def as_ratings(ratings: ArrayLike, *, raters: int = 1, items: int = 2) -> FloatArray:
    """Ratings as a float array ``(..., raters, items)`` with at least so many raters and items.

    Raises TooFewRatersError and TooFewItemsError; these are a matter of shape, so they are raised
    for batches too.
    """
    values = np.asarray(ratings, dtype=np.float64, order="C")
    if values.ndim < 2:
        raise StatisticsError(
            f"ratings have {values.ndim} axis, not (..., raters, items)",
            "Lay them out with one row a rater and one column an item.",
        )
    if values.shape[-2] < raters:
        raise TooFewRatersError(
            f"{values.shape[-2]} rater(s) where at least {raters} are needed",
            "Agreement needs a second sort of the same session.",
        )
    if values.shape[-1] < items:
        raise TooFewItemsError(
            f"{values.shape[-1]} item(s) where at least {items} are needed",
            "Use an item set or a subset with more items.",
        )
    return values


def mark_missing(values: FloatArray, degenerate: Degenerate) -> NDArray[np.bool_]:
    """Cells ``(...)`` with a missing or infinite rating; raises StatisticsError unless "nan"."""
    if degenerate not in ("raise", "nan"):
        raise StatisticsError(f"degenerate={degenerate!r} is unknown", 'Use "raise" or "nan".')
    bad = np.asarray(~np.isfinite(values).all(axis=(-2, -1)))
    if degenerate == "raise" and bad.any():
        raise StatisticsError(
            "ratings are missing or infinite",
            "Complete the sorts, or use krippendorff_alpha, which allows missing ratings.",
        )
    return bad


def mark_constant(constant: NDArray[np.bool_], degenerate: Degenerate, what: str) -> None:
    """Raise ConstantRatingsError where any cell is constant, unless ``degenerate`` is "nan"."""
    if degenerate == "raise" and np.any(constant):
        raise ConstantRatingsError(
            f"{what} without variance", "All items got the same value: look at the sort itself."
        )


def check_confidence(confidence: float) -> None:
    """Raise StatisticsError unless ``0 < confidence < 1``."""
    if not 0 < confidence < 1:
        raise StatisticsError(
            f"a confidence of {confidence} is not between 0 and 1", "Say 0.95 for 95 per cent."
        )
