"""Variance components of forced sorts, and what they promise for other numbers of raters.

Every forced sort has the same mean, so sessions, raters and their interaction have no variance of
their own: it is zero by construction. What is left of a placement is

    item + item x session + item x rater + residual,

with the sort's own mean taken off (for ratings that are not forced, too). Each item is one draw of
the same vector of sorts, with covariance

    V = s2(item) J + s2(item x session) Zs Zs' + s2(item x rater) Zr Zr' + s2(residual) I.

Generalizability theory: Brennan (2001); Henderson's method 1 (1953); REML: Patterson & Thompson
(1971), where the sorts' means are the fixed effects that are taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from pqs_coder.errors import NoOverlapError, StatisticsError, TooFewSessionsError
from pqs_coder.stats.checks import as_ratings, check_confidence, mark_missing
from pqs_coder.stats.codes import as_codes, group_sums
from pqs_coder.stats.reml import reml_components

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Variances of one placement, in squared pile values.

    ``item_rater`` is nan where raters do not recur, so that it can't be told from the residual,
    which then holds it. ``error`` is what one rater adds to a placement: item x rater + residual.
    ``covariance`` ``(4, 4)`` of the four estimates in that order, from REML; nan from Henderson.
    """

    item: float
    item_session: float
    item_rater: float
    residual: float
    method: str
    n_items: int
    n_sorts: int
    n_sessions: int
    n_raters: int
    covariance: FloatArray

    @property
    def error(self) -> float:
        """Item x rater and residual together: the error of one rater."""
        return self.residual + (0.0 if np.isnan(self.item_rater) else self.item_rater)


@dataclass(frozen=True, slots=True)
class DecisionStudy:
    """Two coefficients with their intervals for each number of ``raters`` a session; all ``(n,)``.

    ``profile``: does the composite order the *items* of a session well? ``distinctive``: does it
    order the *sessions* on an item well? A lead who compares sessions needs the second.
    """

    raters: FloatArray
    profile: FloatArray
    profile_low: FloatArray
    profile_high: FloatArray
    distinctive: FloatArray
    distinctive_low: FloatArray
    distinctive_high: FloatArray


def variance_components(
    sorts: ArrayLike,
    session: ArrayLike,
    rater: ArrayLike | None = None,
    *,
    method: Literal["reml", "henderson"] = "reml",
) -> VarianceComponents:
    """Item, item x session, item x rater and residual variance; any design, balanced or not.

    ``sorts`` is ``(n_sorts, items)``; ``session`` and ``rater`` are labels ``(n_sorts,)``; without
    ``rater`` every sort is by another rater (nested).

    - ``"reml"``: never negative; work grows with the cube of the number of sorts (up to 3,000).
    - ``"henderson"``: sums of squares equated to their expectations; unbiased, any number of sorts,
      and may be negative, which stays as it is. Equal to REML in balanced designs where nothing is
      negative.

    Raises NoOverlapError where no session has two sorts, TooFewSessionsError for a single session.
    """
    values = as_ratings(sorts)
    mark_missing(values[:, None, :], "raise")
    n = len(values)
    sessions = as_codes(session, n, "session")
    raters = np.arange(n) if rater is None else as_codes(rater, n, "rater")
    if sessions.max() < 1:
        raise TooFewSessionsError("one session", "Variance between sessions needs two or more.")
    if np.bincount(sessions).max() < 2:
        raise NoOverlapError("no session has two sorts", "Have a second rater sort some session.")
    centred = values - values.mean(axis=1, keepdims=True)
    everything = np.zeros(n, dtype=np.intp)
    groups = [everything, sessions, raters, np.arange(n)]
    recurring = _separable(groups)
    if not recurring:
        groups = [everything, sessions, np.arange(n)]
        if not _separable(groups):
            raise NoOverlapError(
                "sessions can't be told from single sorts", "Have second raters sort more sessions."
            )
    estimates = henderson_components(centred, groups)
    covariance = np.full((len(groups), len(groups)), np.nan)
    if method == "reml":
        estimates, covariance = reml_components(centred, groups, estimates)
    elif method != "henderson":
        raise StatisticsError(f"no method {method!r}", 'Use "reml" or "henderson".')
    item, item_session, *rest = (float(x) for x in estimates)
    return VarianceComponents(
        item=item,
        item_session=item_session,
        item_rater=rest[0] if recurring else float("nan"),
        residual=rest[-1],
        method=method,
        n_items=values.shape[1],
        n_sorts=n,
        n_sessions=int(sessions.max()) + 1,
        n_raters=int(raters.max()) + 1,
        covariance=covariance if recurring else _with_gap(covariance),
    )


def henderson_components(centred: FloatArray, groups: list[NDArray[np.intp]]) -> FloatArray:
    """Solve for the variances that make the expected sums of squares the observed ones.

    ``centred`` ``(sorts, items)`` has item means of zero in each sort, so items - 1 degrees of
    freedom; ``groups`` are the codes of each effect. The sum of squares of an effect is that of its
    group totals, each divided by the size of the group (Henderson 1953, method 1).
    """
    free = centred.shape[1] - 1
    squares = []
    for group in groups:
        size = np.bincount(group)
        squares.append(np.sum(group_sums(centred, group) ** 2 / size[:, None]) / free)
    expected = [[_expectation(group, effect) for effect in groups] for group in groups]
    return np.linalg.solve(np.array(expected), np.array(squares))


def _expectation(group: NDArray[np.intp], effect: NDArray[np.intp]) -> float:
    """Coefficient of an effect's variance in the sum of squares of a group: sum of n_ge^2 / n_g."""
    size = np.bincount(group)
    joint, count = np.unique(group * (int(effect.max()) + 1) + effect, return_counts=True)
    return float(np.sum(count**2 / size[joint // (int(effect.max()) + 1)]))


def _separable(groups: list[NDArray[np.intp]]) -> bool:
    """Whether the covariance patterns of the effects are linearly independent."""
    inner = np.array([[_overlap(one, other) for other in groups] for one in groups])
    scale = np.sqrt(np.diag(inner))
    return bool(np.linalg.eigvalsh(inner / np.outer(scale, scale))[0] > 1e-9)


def _overlap(one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
    """Trace of the product of two patterns: the sum of squared joint counts."""
    joint = one * (int(other.max()) + 1) + other
    return float(np.sum(np.unique(joint, return_counts=True)[1].astype(np.float64) ** 2))


def _with_gap(covariance: FloatArray) -> FloatArray:
    """Covariances of three effects with a row and column of zeros for item x rater."""
    wide = np.zeros((4, 4))
    wide[np.ix_([0, 1, 3], [0, 1, 3])] = covariance
    return wide


def decision_study(
    components: VarianceComponents,
    raters: ArrayLike,
    confidence: float = 0.95,
    *,
    same_raters: bool = False,
) -> DecisionStudy:
    """Reliability of composites of ``raters`` ``(n,)`` raters each, profile and distinctive.

    profile = (item + item x session) / (item + item x session + error / k);
    distinctive = item x session / (item x session + error / k); error = item x rater + residual.
    With ``same_raters`` the same k raters sort all sessions: their leanings on an item are then the
    same in every session and no error of a comparison of sessions, so the distinctive coefficient
    has the residual alone.

    The limits are those of log(true / error) by the delta method from REML's covariances, items
    taken as a sample; nan from Henderson and where a variance is zero or negative.
    """
    check_confidence(confidence)
    k = np.asarray(raters, dtype=np.float64)
    if np.any(k <= 0):
        raise StatisticsError("a number of raters is not positive", "Ask for 1 or more.")
    c = components
    theta = np.nan_to_num(np.array([c.item, c.item_session, c.item_rater, c.residual]))
    error = np.array([0, 0, 1, 1])
    within = np.array([0, 0, 0, 1]) if same_raters else error
    reach = float(special.ndtri(0.5 + confidence / 2))
    profile = _coefficient(theta, np.array([1, 1, 0, 0]), error, c.covariance, reach, k)
    distinct = _coefficient(theta, np.array([0, 1, 0, 0]), within, c.covariance, reach, k)
    return DecisionStudy(k, *profile, *distinct)


def _coefficient(
    theta: FloatArray,
    true: NDArray[np.int64],
    error: NDArray[np.int64],
    covariance: FloatArray,
    reach: float,
    k: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """true / (true + error / k) and its limits, which are symmetric on the log of true / error."""
    wanted, wrong = true @ theta, error @ theta
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.asarray(wanted / (wanted + wrong / k))
        slope = true / wanted - error / wrong
        spread = reach * np.sqrt(slope @ covariance @ slope)
        odds = k * wanted / wrong if wanted > 0 and wrong > 0 else np.full(k.shape, np.nan)
        low, high = (
            np.asarray(x / (1 + x)) for x in (odds / np.exp(spread), odds * np.exp(spread))
        )
    return value, low, high
