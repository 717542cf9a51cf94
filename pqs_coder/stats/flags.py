"""Flags: which sorts define which factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import check_confidence
from pqs_coder.stats.rotation import as_loadings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FlagReview:
    """What a person should look at before trusting flags.

    negative: flagged with a negative loading ``(..., raters, factors)``; several: sorts flagged on
    more than one factor ``(..., raters)``; none: sorts flagged nowhere ``(..., raters)``; empty:
    factors without a flag ``(..., factors)``.
    """

    negative: Flags
    several: Flags
    none: Flags
    empty: Flags


def flag(loadings: ArrayLike, items: int, *, confidence: float = 0.95) -> Flags:
    """Automatic flags ``(..., raters, factors)``, PQMethod's rule (Brown 1980; Schmolck 2014).

    A sort is flagged on a factor where its loading differs from zero (|loading| > z / sqrt(items),
    z = 1.96 at 95 %) and explains more than half of the communality (loading^2 > the sum of the
    other squared loadings). ``items`` is the number of items sorted.
    """
    values = as_loadings(loadings)
    if items < 1:
        raise StatisticsError(f"{items} items", "Give the number of items that were sorted.")
    squares = np.square(values)
    rest = squares.sum(axis=-1, keepdims=True) - squares
    return np.asarray((squares > rest) & (np.abs(values) > loading_limit(items, confidence)))


def loading_limit(items: int, confidence: float = 0.95) -> float:
    """The size from which a loading differs from zero: z / sqrt(items) (Brown 1980, p. 222).

    Takes and gives single numbers: (items, confidence) -> .196 for 100 items.
    """
    check_confidence(confidence)
    return float(special.ndtri(0.5 + confidence / 2) / np.sqrt(items))


def flag_by_hand(
    flags: ArrayLike,
    *,
    add: Iterable[tuple[int, int]] = (),
    remove: Iterable[tuple[int, int]] = (),
) -> Flags:
    """A copy of flags ``(raters, factors)`` with some added and some removed.

    ``add`` and ``remove`` hold pairs (rater, factor), numbered from 0. Raises StatisticsError for a
    pair that is not there, is in both, or changes nothing: a slip of the pen is told.
    """
    chosen = as_flags(flags)
    if chosen.ndim != 2:
        raise StatisticsError(
            f"flags have the shape {chosen.shape}, not (raters, factors)", "Flag one solution."
        )
    added, removed = set(add), set(remove)
    changed = chosen.copy()
    for pair, wanted in [*((p, True) for p in added), *((p, False) for p in removed)]:
        rater, factor = pair
        if not (0 <= rater < chosen.shape[0] and 0 <= factor < chosen.shape[1]):
            raise StatisticsError(
                f"no sort {rater} or no factor {factor}",
                f"There are sorts 0 to {chosen.shape[0] - 1}, factors 0 to {chosen.shape[1] - 1}.",
            )
        if pair in added and pair in removed:
            raise StatisticsError(
                f"sort {rater} on factor {factor} is added and removed", "Say one of the two."
            )
        if chosen[rater, factor] == wanted:
            raise StatisticsError(
                f"sort {rater} is {'already' if wanted else 'not'} flagged on factor {factor}",
                "Leave this pair out.",
            )
        changed[rater, factor] = wanted
    return changed


def review_flags(loadings: ArrayLike, flags: ArrayLike) -> FlagReview:
    """What a person should look at: negative flags, sorts with several or none, empty factors.

    ``loadings`` and ``flags`` are ``(..., raters, factors)``. Raises StatisticsError where they do
    not fit each other.
    """
    values, chosen = as_loadings(loadings), as_flags(flags)
    check_flags(chosen, values)
    return FlagReview(
        negative=np.asarray(chosen & (values < 0)),
        several=np.asarray(chosen.sum(axis=-1) > 1),
        none=np.asarray(~chosen.any(axis=-1)),
        empty=np.asarray(~chosen.any(axis=-2)),
    )


def as_flags(flags: ArrayLike) -> Flags:
    """Flags as booleans; raises StatisticsError for anything but true and false (or 0 and 1)."""
    given = np.asarray(flags)
    if given.dtype != np.bool_:
        if not np.isin(given, (0, 1)).all():
            raise StatisticsError("flags are not true or false", "Give booleans, or 0 and 1.")
        given = given.astype(np.bool_)
    return given


def check_flags(flags: Flags, loadings: FloatArray) -> None:
    """Raise StatisticsError where flags do not fit loadings."""
    if flags.shape[-2:] != loadings.shape[-2:]:
        raise StatisticsError(
            f"flags {flags.shape[-2:]} do not fit loadings {loadings.shape[-2:]}",
            "Give one flag for each sort and factor.",
        )
