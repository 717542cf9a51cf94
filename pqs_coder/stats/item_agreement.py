"""Agreement on each item across sessions, and the raters' leanings on it.

Here items are the variables and sessions the cases: does an item order the sessions alike, whoever
sorts? Such coefficients are far lower than agreement on a session, where the items' shared profile
counts, and must not be read as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from pqs_coder.errors import NoOverlapError, StatisticsError, TooFewSessionsError
from pqs_coder.stats.checks import (
    Degenerate,
    as_ratings,
    check_confidence,
    mark_constant,
    mark_missing,
)
from pqs_coder.stats.codes import as_codes, group_sums, joint_codes, pairs_within
from pqs_coder.stats.intraclass import (
    Convention,
    IccResult,
    coefficient_of,
    f_limits,
    icc,
    mean_of_f,
    single_of_f,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import Coefficient, FloatArray


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """One-way reliability of every item across sessions; fields are ``(items,)``.

    ``icc1`` of one rater, ``icc1k`` of the mean of ``k`` raters, ``mad`` the mean absolute
    difference of two raters of a session in pile values. ``k`` is the number of raters a session,
    in unequal designs their weighted mean. ``n_sessions`` counts those with two raters or more.
    """

    icc1: Coefficient
    icc1k: Coefficient
    mad: FloatArray
    k: float
    n_sessions: int


@dataclass(frozen=True, slots=True)
class RaterBias:
    """How much higher a rater lays an item than the others of the same sessions.

    ``bias`` and its standard error ``se`` are ``(raters, items)`` in pile values, over
    ``n_sessions`` ``(raters,)`` sessions shared with others; ``raters`` are the sorted labels.
    Without shared sessions bias is nan, with one session se is nan.
    """

    raters: NDArray[Any]
    bias: FloatArray
    se: FloatArray
    n_sessions: NDArray[np.int64]


def item_icc(
    sorts: ArrayLike,
    session: ArrayLike,
    confidence: float = 0.95,
    *,
    degenerate: Degenerate = "raise",
) -> ItemAgreement:
    """One-way ICC of every item over sessions, for pairs that rotate.

    ``sorts`` is ``(n_sorts, items)``, ``session`` labels ``(n_sorts,)``; sessions with one sort are
    left out. Equal numbers of raters give ICC(1,1) and ICC(1,k) of Shrout & Fleiss with exact
    intervals; in unequal designs k is k0 = (N - sum n_s^2 / N) / (S - 1) (Donner 1986) and the
    interval is approximate. Raises NoOverlapError (no session with two sorts), TooFewSessionsError
    (a single one), and ConstantRatingsError where all lay an item in one pile, or nan as asked.
    """
    check_confidence(confidence)
    values, codes = _shared(as_ratings(sorts, items=1), session, degenerate)
    number = np.bincount(codes).astype(np.float64)
    sessions, total = number.size, len(values)
    if sessions < 2:
        raise TooFewSessionsError("one session with two sorts", "An item's ICC needs several.")
    mark_constant((values == values[:1]).all(axis=0), degenerate, "an item")
    mean = group_sums(values, codes) / number[:, None]
    within = _within_squares(values, codes, mean)
    between = (number[:, None] * (mean - values.mean(axis=0)) ** 2).sum(axis=0)
    k0 = float((total - (number**2).sum() / total) / (sessions - 1))
    df1, df2 = sessions - 1, total - sessions
    with np.errstate(divide="ignore", invalid="ignore"):
        f = (between / df1) / (within / df2)
        f = np.where((values == values[:1]).all(axis=0), np.nan, f)
        ends = [f, *f_limits(f, df1, df2, confidence)]
    p = np.asarray(special.fdtrc(df1, df2, f), dtype=np.float64)
    return ItemAgreement(
        icc1=coefficient_of([single_of_f(x, k0) for x in ends], f, df1, df2, p),
        icc1k=coefficient_of([mean_of_f(x) for x in ends], f, df1, df2, p),
        mad=_mean_absolute_difference(values, codes),
        k=k0,
        n_sessions=sessions,
    )


def item_icc_two_way(
    sorts: ArrayLike,
    session: ArrayLike,
    rater: ArrayLike,
    confidence: float = 0.95,
    *,
    convention: Convention = "psych",
    degenerate: Degenerate = "raise",
) -> IccResult:
    """All six ICCs of every item over sessions, where the same raters sorted every session.

    Fields are ``(items,)``; icc2 counts a rater's leaning on the item as error, icc3 does not.
    Raises StatisticsError where the raters are not the same throughout: use :func:`item_icc`.
    """
    values = as_ratings(sorts, items=1)
    sessions = as_codes(session, len(values), "session")
    raters = as_codes(rater, len(values), "rater")
    size = (int(raters.max()) + 1, int(sessions.max()) + 1)
    cells = np.bincount(raters * size[1] + sessions, minlength=size[0] * size[1])
    if np.any(cells != 1):
        raise StatisticsError(
            "not every rater sorted every session once", "Use the one-way form: item_icc."
        )
    table = np.empty((values.shape[1], *size))
    table[:, raters, sessions] = values.T
    return icc(table, confidence, convention=convention, degenerate=degenerate)


def rater_bias(sorts: ArrayLike, session: ArrayLike, rater: ArrayLike) -> RaterBias:
    """Mean over sessions of a rater's placement less the mean of the session's other raters.

    ``sorts`` is ``(n_sorts, items)``; ``session`` and ``rater`` are labels ``(n_sorts,)``. In
    forced sorts a rater's biases sum to zero over the items: only leanings can be seen.
    """
    values = as_ratings(sorts, items=1)
    mark_missing(values[:, None, :], "raise")
    codes = as_codes(session, len(values), "session")
    raters = as_codes(rater, len(values), "rater")
    number = np.bincount(codes)[codes]
    shared = number >= 2
    others = (group_sums(values, codes)[codes] - values)[shared] / (number[shared, None] - 1)
    apart = values[shared] - others
    people = int(raters.max()) + 1
    count = np.bincount(raters[shared], minlength=people)
    first, second = np.zeros((people, values.shape[1])), np.zeros((people, values.shape[1]))
    np.add.at(first, raters[shared], apart)
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = first / count[:, None]
        np.add.at(second, raters[shared], (apart - bias[raters[shared]]) ** 2)
        se = np.sqrt(second / (count[:, None] - 1) / count[:, None])
    return RaterBias(
        raters=np.unique(np.asarray(rater)),
        bias=np.where(count[:, None] > 0, bias, np.nan),
        se=np.where(count[:, None] > 1, se, np.nan),
        n_sessions=count.astype(np.int64),
    )


def _shared(
    values: FloatArray, session: ArrayLike, degenerate: Degenerate
) -> tuple[FloatArray, NDArray[np.intp]]:
    """The sorts of sessions with two or more, and their session codes from 0."""
    mark_missing(values[:, None, :], degenerate)
    codes = as_codes(session, len(values), "session")
    keep = np.bincount(codes)[codes] >= 2
    if not keep.any():
        raise NoOverlapError("no session has two sorts", "Have a second rater sort some session.")
    return values[keep], joint_codes([codes[keep]], int(keep.sum()))


def _within_squares(values: FloatArray, codes: NDArray[np.intp], mean: FloatArray) -> FloatArray:
    """Sum of squares within sessions, ``(items,)``; exactly zero where raters agree perfectly."""
    first = np.zeros(mean.shape[0], dtype=np.intp)
    first[codes[::-1]] = np.arange(len(values))[::-1]
    apart = values - values[first][codes]
    apart = apart - (mean - values[first])[codes]
    agreed = group_sums((values != values[first][codes]).astype(np.float64), codes) == 0
    return np.asarray(np.where(agreed[codes], 0.0, apart**2).sum(axis=0))


def _mean_absolute_difference(values: FloatArray, codes: NDArray[np.intp]) -> FloatArray:
    """Mean over sessions of the mean over its pairs of raters, ``(items,)``."""
    one, other = pairs_within(codes)
    pairs = group_sums(np.abs(values[one] - values[other]), codes[one])
    return np.asarray((pairs / np.bincount(codes[one])[:, None]).mean(axis=0))
