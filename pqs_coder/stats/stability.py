"""How stable a factor solution is when other raters might have been asked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import as_ratings, check_confidence
from pqs_coder.stats.components import ROUNDING, check_count, loadings_from_unit
from pqs_coder.stats.correlation import unit_sorts
from pqs_coder.stats.flags import flag
from pqs_coder.stats.rotation import arrange_factors, as_loadings, rotate_to_target, varimax
from pqs_coder.stats.scores import ScoreMethod, factor_scores, pqmethod_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

Alignment: TypeAlias = Literal["target", "match"]

MOST_MATCHED = 7  # factors whose orders can all be tried
CHUNK = 2_000_000  # ratings held at once


@dataclass(frozen=True, slots=True)
class Spread:
    """An estimate and how it varies over the samples; nan where no sample speaks.

    estimate: from all raters; mean, se, low, high: over the samples (percentile interval).
    """

    estimate: FloatArray
    mean: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class FactorStability:
    """Bootstrap of a factor solution.

    loadings: a :class:`Spread` of ``(raters, factors)`` over the samples that hold the rater; z: a
    Spread of ``(items, factors)``; flagged: how often the rater was flagged, given that he was in
    the sample ``(raters, factors)``; undefined: samples in which no sort was flagged on the factor
    (or that held too few different sorts), so that it has no scores ``(factors,)``; samples: how
    many were drawn.
    """

    loadings: Spread
    z: Spread
    flagged: FloatArray
    undefined: NDArray[np.intp]
    samples: int


def bootstrap_factors(
    sorts: ArrayLike,
    factors: int,
    *,
    rng: np.random.Generator,
    samples: int = 1_000,
    loadings: ArrayLike | None = None,
    method: ScoreMethod = "pqmethod",
    alignment: Alignment = "target",
    confidence: float = 0.95,
) -> FactorStability:
    """Bootstrap of loadings and item scores over raters (Zabala & Pascual 2016).

    ``sorts`` is ``(raters, items)``. Raters are drawn with replacement, so every sort stays forced;
    components are extracted anew, brought to the place of the whole solution, flagged anew and
    scored. The whole solution is varimax of the principal components, arranged by size, or the
    ``loadings`` ``(raters, factors)`` that are given (rotated by hand, say).

    ``alignment``: order and sign of components are arbitrary, so a sample must be brought into line
    with the whole. ``"target"`` turns the components to the whole solution by least squares (the
    uncertainty of the rotation itself is then left out); ``"match"`` rotates each sample by varimax
    and takes the order and signs that fit best (seven factors at most).

    A sample that happens to hold fewer different sorts than factors has no solution and counts as
    ``undefined`` for every factor. Raises StatisticsError where the sorts are not one
    ``(raters, items)`` or the loadings given don't fit them.
    """
    values = as_ratings(sorts, raters=2, items=3)
    if values.ndim != 2:
        raise StatisticsError(f"sorts have the shape {values.shape}", "Give one (raters, items).")
    check_count(factors, len(values))
    check_confidence(confidence)
    if alignment not in ("target", "match"):
        raise StatisticsError(f"no alignment {alignment!r}", "Say target or match.")
    if alignment == "match" and factors > MOST_MATCHED:
        raise StatisticsError(f"{factors} factors have too many orders", "Align by target.")
    unit = unit_sorts(values, "raise")
    whole = _whole_solution(unit, factors, loadings)
    drawn = _Drawn.empty(values.shape, factors, samples)
    step = max(1, CHUNK // values.size)
    for start in range(0, samples, step):
        chosen = rng.integers(0, len(values), (min(step, samples - start), len(values)))
        drawn.fill(start, chosen, _one_chunk(values, unit, whole, chosen, method, alignment))
    return _summary(values, whole, drawn, method, confidence)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Everything the samples said; nan where a rater was not in a sample."""

    loadings: FloatArray
    flags: FloatArray
    z: FloatArray

    @classmethod
    def empty(cls, shape: tuple[int, ...], factors: int, samples: int) -> _Drawn:
        raters, items = shape
        by_rater = (samples, raters, factors)
        return cls(
            np.full(by_rater, np.nan),
            np.full(by_rater, np.nan),
            np.full((samples, items, factors), np.nan),
        )

    def fill(
        self, start: int, chosen: NDArray[np.intp], said: tuple[FloatArray, FloatArray, FloatArray]
    ) -> None:
        loadings, flags, z = said
        sample = start + np.arange(len(chosen))[:, None]
        self.loadings[sample, chosen] = loadings  # a rater drawn twice has the same loading twice
        self.flags[sample, chosen] = flags
        self.z[start : start + len(chosen)] = z


def _whole_solution(unit: FloatArray, factors: int, loadings: ArrayLike | None) -> FloatArray:
    if loadings is None:
        return arrange_factors(varimax(loadings_from_unit(unit, factors)[1]).loadings).loadings
    given = as_loadings(loadings)
    if given.shape != (len(unit), factors):
        raise StatisticsError(
            f"loadings {given.shape} for {len(unit)} sorts and {factors} factors",
            "Give the loadings of the solution that is to be tried.",
        )
    return given


def _one_chunk(
    sorts: FloatArray,
    unit: FloatArray,
    whole: FloatArray,
    chosen: NDArray[np.intp],
    method: ScoreMethod,
    alignment: Alignment,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Loadings and flags ``(samples, raters, factors)`` and z ``(samples, items, factors)``."""
    factors = whole.shape[-1]
    eigenvalues, raw = loadings_from_unit(unit[chosen], factors)
    solved = (eigenvalues[:, factors - 1] > ROUNDING * len(unit))[:, None, None]
    target = whole[chosen]
    aligned = (
        rotate_to_target(raw, target).loadings
        if alignment == "target"
        else _match(varimax(raw).loadings, target)
    )
    flags = flag(aligned, sorts.shape[-1])
    if method == "pqmethod":
        z = pqmethod_scores(sorts[chosen], np.clip(aligned, -1.0, 1.0), flags).z
    else:
        z = factor_scores(sorts[chosen], aligned, method=method).z
    return (
        np.where(solved, aligned, np.nan),
        np.where(solved, flags, np.nan),
        np.where(solved, z, np.nan),
    )


def _match(loadings: FloatArray, target: FloatArray) -> FloatArray:
    """The order and signs of factors whose loadings agree best with the target."""
    fit = np.swapaxes(loadings, -1, -2) @ target
    orders = np.array(list(permutations(range(loadings.shape[-1]))))
    place = np.arange(loadings.shape[-1])
    best = orders[np.abs(fit[:, orders, place]).sum(axis=-1).argmax(axis=-1)]
    signs = np.sign(np.take_along_axis(fit, best[:, None, :], axis=1))
    return np.take_along_axis(loadings, best[:, None, :], axis=2) * np.where(signs < 0, -1.0, 1.0)


def _summary(
    sorts: FloatArray, whole: FloatArray, drawn: _Drawn, method: ScoreMethod, confidence: float
) -> FactorStability:
    flags = flag(whole, sorts.shape[-1])
    z = (
        pqmethod_scores(sorts, whole, flags).z
        if method == "pqmethod"
        else factor_scores(sorts, whole, method=method).z
    )
    return FactorStability(
        loadings=_spread(whole, drawn.loadings, confidence),
        z=_spread(z, drawn.z, confidence),
        flagged=_nan_mean(drawn.flags),
        undefined=np.asarray(np.isnan(drawn.z).all(axis=1).sum(axis=0)),
        samples=len(drawn.z),
    )


def _spread(estimate: FloatArray, samples: FloatArray, confidence: float) -> Spread:
    tail = 0.5 - confidence / 2
    there = ~np.isnan(samples)
    count = there.sum(axis=0)
    mean = _nan_mean(samples)
    squares = np.where(there, np.square(samples - mean), 0.0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(np.where(count > 1, squares / (count - 1.0), np.nan))
    low, high = _nan_percentiles(samples, count, (tail, 1.0 - tail))
    return Spread(estimate=estimate, mean=mean, se=se, low=low, high=high)


def _nan_mean(samples: FloatArray) -> FloatArray:
    there = ~np.isnan(samples)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(there, samples, 0.0).sum(axis=0) / there.sum(axis=0))


def _nan_percentiles(
    samples: FloatArray, count: NDArray[np.intp], shares: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Linear percentiles over the first axis without nan (which sort to the end)."""
    ordered = np.sort(samples, axis=0)
    found = []
    for share in shares:
        place = share * np.maximum(count - 1, 0)
        below = np.floor(place).astype(np.intp)[None]
        above = np.minimum(below + 1, np.maximum(count - 1, 0)[None])
        one = np.take_along_axis(ordered, below, axis=0)[0]
        other = np.take_along_axis(ordered, above, axis=0)[0]
        found.append(one + (other - one) * (place - below[0]))
    return found[0], found[1]
