"""Correlations between sorts: raters are the variables, items are the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.stats.checks import Degenerate, as_ratings, mark_constant, mark_missing

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray


def unit_sorts(sorts: FloatArray, degenerate: Degenerate) -> FloatArray:
    """Sorts ``(..., raters, items)`` centred and scaled to length 1, so that r is a dot product.

    A sort that is constant or incomplete raises, or becomes a row of nan.
    """
    missing = mark_missing(sorts, degenerate)
    centred = sorts - sorts.mean(axis=-1, keepdims=True)
    length = np.sqrt(np.einsum("...i,...i->...", centred, centred))[..., None]
    constant = (sorts == sorts[..., :1]).all(axis=-1, keepdims=True)
    mark_constant(constant & ~missing[..., None, None], degenerate, "a sort")
    length = np.where(constant, np.nan, length)
    return np.asarray(centred / length)


def q_correlation(sorts: ArrayLike, *, degenerate: Degenerate = "raise") -> FloatArray:
    """Pearson correlation of every rater with every other.

    ``(..., raters, items) -> (..., raters, raters)``. Raises ConstantRatingsError where a sort has
    no variance; with ``degenerate="nan"`` its row and column are nan.
    """
    unit = unit_sorts(as_ratings(sorts), degenerate)
    r = unit @ np.swapaxes(unit, -1, -2)
    return np.clip(r, -1.0, 1.0, out=r)
