"""Correlations of profiles with prototypes, and their averages over sessions and cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.errors import ConstantRatingsError, StatisticsError, TooFewItemsError
from pqs_coder.stats.checks import as_ratings, check_confidence
from pqs_coder.stats.clusters import as_sessions, cluster_means
from pqs_coder.stats.meanr import fisher_interval
from pqs_coder.stats.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


@dataclass(frozen=True, slots=True)
class PrototypeCorrelations:
    """r ``(..., profiles, prototypes)`` over n items ``(prototypes,)``, controls held constant."""

    r: FloatArray
    n: NDArray[np.intp]
    controls: int = 0

    def interval(self, confidence: float = 0.95) -> Interval:
        """Fisher's interval; each control costs one item (Fisher 1924)."""
        return fisher_interval(self.r, self.n - self.controls, confidence)


@dataclass(frozen=True, slots=True)
class ZAverage:
    """Correlations averaged over Fisher's z, every field ``(...)`` but the counts.

    mean, low, high: as correlations; z and se: of the mean z; df: of the t interval; n: sessions;
    cases: how many independent units.
    """

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    z: FloatArray
    se: FloatArray
    n: int
    cases: int

    @property
    def df(self) -> int:
        """Degrees of freedom of the interval."""
        return self.cases - 1


@dataclass(frozen=True, slots=True)
class ZDifference:
    """Two series of correlations compared over the cases, every field ``(...)`` but the counts.

    z: mean difference of Fisher's z with low, high (in z units), t and two-sided p; difference:
    between the two averaged correlations.
    """

    difference: FloatArray
    z: FloatArray
    low: FloatArray
    high: FloatArray
    t: FloatArray
    p: FloatArray
    n: int
    cases: int

    @property
    def df(self) -> int:
        """Degrees of freedom of t."""
        return self.cases - 1


def prototype_correlations(profiles: ArrayLike, prototypes: ArrayLike) -> PrototypeCorrelations:
    """Pearson r of profiles ``(..., profiles, items)`` with prototypes ``(prototypes, items)``.

    A profile is a composite or one rater's sort. A prototype may lack items (nan): its r is over
    the items it has, and n says how many. Any linear scale will do. Raises ConstantRatingsError,
    TooFewItemsError (fewer than four items) and StatisticsError on incomplete profiles.
    """
    return _correlate(profiles, prototypes, None)


def partial_prototype_correlations(
    profiles: ArrayLike, prototypes: ArrayLike, controls: ArrayLike
) -> PrototypeCorrelations:
    """The same with other prototypes ``(controls, items)`` or one ``(items,)`` held constant.

    Partial correlation: profile and prototype are both freed of the controls by least squares over
    the items, then correlated (Yule 1907); with one control (r_xy - r_xz r_yz) / sqrt((1 -
    r_xz^2)(1 - r_yz^2)), as R's qsort does with social desirability. Items that a prototype or a
    control lacks are left out.
    """
    held = np.atleast_2d(np.asarray(controls, dtype=np.float64))
    if held.ndim != 2 or not len(held):
        raise StatisticsError("no prototype to hold constant", "Give one row a control.")
    return _correlate(profiles, prototypes, held)


def partial_r(r_xy: ArrayLike, r_xz: ArrayLike, r_yz: ArrayLike) -> FloatArray:
    """Partial correlation of x and y given z from the three correlations; they broadcast."""
    xy, xz, yz = (np.asarray(r, dtype=np.float64) for r in (r_xy, r_xz, r_yz))
    free = (1.0 - xz * xz) * (1.0 - yz * yz)
    if np.any(free <= 0.0):
        raise StatisticsError(
            "nothing is left when a variable that equals the control is freed of it",
            "Hold another prototype constant.",
        )
    return np.asarray((xy - xz * yz) / np.sqrt(free))[()]


def mean_z(
    r: ArrayLike, clusters: ArrayLike | None = None, *, confidence: float = 0.95
) -> ZAverage:
    """Correlations ``(sessions, ...)`` averaged over Fisher's z along the first axis.

    With ``clusters`` (a case for each session) the sessions of a case are averaged first and the
    cases are the sample: t interval with cases - 1 degrees of freedom, back-transformed. Without,
    each row is a unit; sessions of a case that follow one another are none. One unit has no
    interval (nan). Raises StatisticsError where an r is 1 or -1, whose z has no end.
    """
    z = _fisher_z(r)
    cases = cluster_means(z, clusters)
    mean, se = _mean_and_error(cases.means)
    reach = _t_reach(len(cases.means), confidence) * se
    return ZAverage(
        mean=np.tanh(mean),
        low=np.tanh(mean - reach),
        high=np.tanh(mean + reach),
        z=mean,
        se=se,
        n=len(z),
        cases=len(cases.means),
    )


def mean_z_difference(
    r1: ArrayLike, r2: ArrayLike, clusters: ArrayLike | None = None, *, confidence: float = 0.95
) -> ZDifference:
    """Are the same sessions nearer to one prototype than to another?

    ``r1`` and ``r2`` are ``(sessions, ...)``; the difference of z is taken session by session,
    averaged within cases (``clusters``) and tested over the cases by t. The sample is the cases,
    never items x sessions. Raises StatisticsError with fewer than two cases.
    """
    one, other = _fisher_z(r1), _fisher_z(r2)
    if one.shape != other.shape:
        raise StatisticsError(
            f"correlations of different sessions: {one.shape} and {other.shape}",
            "Give both correlations of every session.",
        )
    first, second = cluster_means(one, clusters).means, cluster_means(other, clusters).means
    cases = len(first)
    if cases < 2:
        raise StatisticsError(
            "one case is no sample", "Compare within the session by meng_comparison."
        )
    mean, se = _mean_and_error(first - second)
    reach = _t_reach(cases, confidence) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        t = mean / se
    return ZDifference(
        difference=np.tanh(first.mean(axis=0)) - np.tanh(second.mean(axis=0)),
        z=mean,
        low=mean - reach,
        high=mean + reach,
        t=t,
        p=2.0 * special.stdtr(cases - 1, -np.abs(t)),
        n=len(one),
        cases=cases,
    )


def _correlate(
    profiles: ArrayLike, prototypes: ArrayLike, controls: FloatArray | None
) -> PrototypeCorrelations:
    values = as_ratings(profiles, raters=1, items=4)
    ideals = np.atleast_2d(np.asarray(prototypes, dtype=np.float64))
    if not np.isfinite(values).all():
        raise StatisticsError("a profile is incomplete", "Complete the sorts first.")
    for given, what in ((ideals, "prototypes"), (controls, "controls")):
        if given is not None and (given.ndim != 2 or given.shape[-1] != values.shape[-1]):
            raise StatisticsError(
                f"{what} of shape {given.shape} for {values.shape[-1]} items",
                "Give one row each, one column an item, nan where an item has no score.",
            )
    there = ~np.isnan(ideals)
    if controls is not None:
        there &= ~np.isnan(controls).any(axis=0)
    r = np.empty((*values.shape[:-1], len(ideals)))
    for place, (ideal, items) in enumerate(zip(ideals, there, strict=True)):
        held = None if controls is None else controls[:, items]
        r[..., place] = _one_prototype(values[..., items], ideal[items], held)
    held_count = 0 if controls is None else len(controls)
    return PrototypeCorrelations(r=r, n=np.asarray(there.sum(axis=1)), controls=held_count)


def _one_prototype(
    values: FloatArray, ideal: FloatArray, controls: FloatArray | None
) -> FloatArray:
    items = len(ideal)
    held = 0 if controls is None else len(controls)
    if items - held < 4:
        raise TooFewItemsError(
            f"a prototype with {items} scored items, {held} held constant",
            "Enter more items of the prototype.",
        )
    free_values, free_ideal = _centre(values, "a profile"), _centre(ideal, "a prototype")
    if controls is not None:
        basis = np.linalg.qr(_centre(controls, "a control").T)[0]
        free_values = free_values - (free_values @ basis) @ basis.T
        free_ideal = free_ideal - (free_ideal @ basis) @ basis.T
    sizes = _length(free_values), _length(free_ideal)
    whole = _length(_centre(values, "a profile")), _length(_centre(ideal, "a prototype"))
    if any(np.any(size <= 1e-9 * before) for size, before in zip(sizes, whole, strict=True)):
        raise StatisticsError(
            "nothing is left when a variable that equals the control is freed of it",
            "Hold another prototype constant.",
        )
    return np.asarray(np.clip((free_values @ free_ideal) / (sizes[0] * sizes[1]), -1.0, 1.0))


def _centre(values: FloatArray, what: str) -> FloatArray:
    if (values == values[..., :1]).all(axis=-1).any():
        raise ConstantRatingsError(f"{what} without variance", "All items have the same score.")
    return np.asarray(values - values.mean(axis=-1, keepdims=True))


def _length(values: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.square(values).sum(axis=-1)))


def _fisher_z(r: ArrayLike) -> FloatArray:
    values = as_sessions(r)
    if np.any(np.abs(values) >= 1.0):
        raise StatisticsError(
            "a correlation of 1 or -1 has no finite z",
            "Leave it out of the average, or average the plain correlations.",
        )
    return np.arctanh(values)


def _mean_and_error(means: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean over the first axis and its standard error; nan for one unit."""
    mean = np.asarray(means.mean(axis=0))
    squares = np.square(means - mean).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(squares / (len(means) * np.float64(len(means) - 1)))
    return mean[()], error


def _t_reach(cases: int, confidence: float) -> float:
    check_confidence(confidence)
    return float(special.stdtrit(cases - 1, 0.5 + confidence / 2)) if cases > 1 else float("nan")
