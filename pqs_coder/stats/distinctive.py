"""Overall and distinctive agreement: with and without what all sessions share (Furr 2008)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pqs_coder.errors import NoOverlapError, StatisticsError, TooFewSessionsError
from pqs_coder.stats.checks import Degenerate, as_ratings
from pqs_coder.stats.codes import as_codes, group_sums
from pqs_coder.stats.correlation import pair_mean, unit_sorts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

FEWEST_SESSIONS = 10
"""Below this the mean profile is too much that of the session itself."""

CASES_TO_LEAVE_OUT = 3
"""From so many cases on, a session's whole case is left out of its mean profile."""


@dataclass(frozen=True, slots=True)
class Distinctive:
    """Agreement of each session with two sorts or more, whole and beyond the mean profile.

    ``sessions``: the sorted labels; ``overall`` and ``distinctive``: mean r of the session's raters
    ``(sessions,)``; ``mean_overall`` and ``mean_distinctive``: their plain means.
    """

    sessions: NDArray[Any]
    n_raters: NDArray[np.int64]
    overall: FloatArray
    distinctive: FloatArray
    mean_overall: float
    mean_distinctive: float


def distinctive_agreement(
    sorts: ArrayLike,
    session: ArrayLike,
    case: ArrayLike | None = None,
    *,
    degenerate: Degenerate = "raise",
) -> Distinctive:
    """Mean r of the raters of each session before and after removing the mean profile.

    ``sorts`` is ``(n_sorts, items)``, ``session`` and ``case`` are labels ``(n_sorts,)``. From each
    sort the mean profile of the *other* sessions is subtracted, see :func:`leave_out_means`: a mean
    that holds the session itself takes part of its agreement away. (R ``multicon::Profile.r`` takes
    residuals of a regression on means that hold the session, one mean for each role of rater.)

    The mean of few sessions is itself uncertain, and that error is common to both raters: it raises
    distinctive r by about v (1 - r) / (s2(item x session) + s2(error)), where v is
    (s2(item x session) + s2(error) / k) / (S - 1): some .05 at ten sessions of two raters and .01
    at fifty. The distinctive coefficient of :func:`decision_study` for one rater is free of it.

    Raises TooFewSessionsError under ten sessions, NoOverlapError where no session has two sorts.
    """
    values = as_ratings(sorts)
    codes = as_codes(session, len(values), "session")
    own = values - leave_out_means(values, session, case)
    names, number = np.unique(np.asarray(session), return_counts=True)
    chosen = np.flatnonzero(number >= 2)
    if chosen.size == 0:
        raise NoOverlapError("no session has two sorts", "Have a second rater sort some session.")
    overall = _mean_r_of_sessions(values, codes, number, degenerate)[chosen]
    distinctive = _mean_r_of_sessions(own, codes, number, degenerate)[chosen]
    return Distinctive(
        sessions=names[chosen],
        n_raters=number[chosen].astype(np.int64),
        overall=overall,
        distinctive=distinctive,
        mean_overall=float(np.nanmean(overall)),
        mean_distinctive=float(np.nanmean(distinctive)),
    )


def leave_out_means(
    sorts: ArrayLike, session: ArrayLike, case: ArrayLike | None = None
) -> FloatArray:
    """For each sort the mean profile of the other sessions, ``(n_sorts, items)``.

    Every session counts once, by the mean of its sorts. Where there are three cases or more, all
    sessions of the sort's case are left out, else its session alone. Raises TooFewSessionsError
    under ten sessions.
    """
    values = as_ratings(sorts)
    codes = as_codes(session, len(values), "session")
    sessions = int(codes.max(initial=-1)) + 1
    if sessions < FEWEST_SESSIONS:
        raise TooFewSessionsError(
            f"{sessions} session(s) where at least {FEWEST_SESSIONS} are needed",
            "Report overall agreement and the baseline until there are more sessions.",
        )
    composite = group_sums(values, codes) / np.bincount(codes)[:, None]
    left_out = np.arange(sessions)
    if case is not None:
        cases = as_codes(case, len(values), "case")
        if cases.max() + 1 >= CASES_TO_LEAVE_OUT:
            left_out[codes] = cases
            if np.any(left_out[codes] != cases):
                raise StatisticsError(
                    "a session belongs to two cases", "Give all its sorts the same case."
                )
            left_out = np.unique(left_out, return_inverse=True)[1]
    away = group_sums(composite, left_out)[left_out]
    rest = sessions - np.bincount(left_out)[left_out]
    return np.asarray((composite.sum(axis=0) - away) / rest[:, None])[codes]


def _mean_r_of_sessions(
    rows: FloatArray, codes: NDArray[np.intp], number: NDArray[np.intp], degenerate: Degenerate
) -> FloatArray:
    """Mean r of the rows of each session, ``(sessions,)``; nan for a single row."""
    answer = np.full(number.size, np.nan)
    order = np.argsort(codes, kind="stable")
    starts = np.cumsum(number) - number
    for size in np.unique(number[number >= 2]):
        some = np.flatnonzero(number == size)
        members = order[starts[some][:, None] + np.arange(size)]
        answer[some] = pair_mean(unit_sorts(rows[members], degenerate))
    return answer
