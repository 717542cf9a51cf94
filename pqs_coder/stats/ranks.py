"""Ranks with ties and how often values repeat, row by row, nan left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pqs_coder.stats.results import FloatArray

_MOST_PILES = 64
"""Whole numbers within such a span are counted in a table; anything else is sorted."""


def mid_ranks(values: FloatArray) -> FloatArray:
    """Average ranks from 1 along the last axis; ties share their mean rank, nan stays nan."""
    piles = pile_codes(values)
    if piles is None:
        first, last = _runs(values)
        return np.where(np.isnan(values), np.nan, (first + last) / 2 + 1)
    table = pile_counts(*piles).astype(np.float64)
    middle = table.cumsum(axis=-1) - (table - 1) / 2
    middle[..., -1] = np.nan  # the last code is that of a missing value
    return np.asarray(middle.ravel()[_row_codes(*piles)])


def tie_sum(values: FloatArray) -> FloatArray:
    """Sum of the squared frequencies of the distinct values along the last axis, without nan."""
    piles = pile_codes(values)
    if piles is None:
        first, last = _runs(values)
        return np.asarray(np.where(np.isnan(values), 0, last - first + 1).sum(axis=-1), float)
    table = pile_counts(*piles)[..., :-1].astype(np.float64)  # the last code is nan
    return np.asarray(np.einsum("...v,...v->...", table, table))


def pile_codes(values: FloatArray) -> tuple[NDArray[np.intp], int] | None:
    """Codes from 0 for whole numbers of a small span, and their number; nan gets the last code.

    None where the values are not such piles.
    """
    low, high = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
    if not (high - low <= _MOST_PILES):  # so with nan alone, too
        return None
    span = int(high - low) + 1
    shifted = values - low
    missing = np.isnan(shifted)
    if missing.any():
        shifted[missing] = span
    codes = shifted.astype(np.intp)
    return (codes, span + 1) if np.array_equal(codes, shifted) and low == np.floor(low) else None


def pile_counts(codes: NDArray[np.intp], count: int) -> NDArray[np.int64]:
    """Frequencies ``(..., count)`` of codes ``(..., n)`` below ``count``."""
    rows = int(np.prod(codes.shape[:-1]))
    flat = np.bincount(_row_codes(codes, count).ravel(), minlength=rows * count)
    return flat.reshape(*codes.shape[:-1], count)


def _row_codes(codes: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Codes that tell rows apart, too: the places of a table ``(rows, count)`` laid flat."""
    rows = int(np.prod(codes.shape[:-1]))
    return np.asarray(codes + np.arange(rows).reshape(*codes.shape[:-1], 1) * count)


def _runs(values: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and last sorted position of each value's run of ties, in the values' own places."""
    n = values.shape[-1]
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    starts = np.ones(values.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    place = np.arange(n)
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=-1)
    ends = np.ones(values.shape, dtype=bool)
    ends[..., :-1] = starts[..., 1:]
    last = np.where(ends, place, n - 1)[..., ::-1]
    last = np.minimum.accumulate(last, axis=-1)[..., ::-1]
    answer = np.empty((2, *values.shape), dtype=np.intp)
    np.put_along_axis(answer[0], order, first, axis=-1)
    np.put_along_axis(answer[1], order, last, axis=-1)
    return answer[0], answer[1]
