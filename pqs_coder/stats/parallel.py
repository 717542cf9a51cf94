"""Parallel analysis: how many components are more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import as_ratings
from pqs_coder.stats.components import eigenvalues_of
from pqs_coder.stats.correlation import unit_sorts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

Null: TypeAlias = Literal["permuted", "normal"]

CHUNK = 4_000_000  # ratings held at once


@dataclass(frozen=True, slots=True)
class ParallelAnalysis:
    """Observed and chance eigenvalues, largest first, each ``(raters,)``.

    mean and limit: mean and percentile of the chance eigenvalues; factors: how many of the first
    eigenvalues lie above their limit one after another; samples: how many chance data sets.
    """

    eigenvalues: FloatArray
    mean: FloatArray
    limit: FloatArray
    factors: int
    samples: int


def parallel_analysis(
    sorts: ArrayLike,
    *,
    rng: np.random.Generator,
    samples: int = 1_000,
    percentile: float = 95.0,
    null: Null = "permuted",
) -> ParallelAnalysis:
    """Number of components by parallel analysis (Horn 1965; percentile: Glorfeld 1995).

    ``sorts`` is ``(raters, items)``: variables by cases, so that interaction structures give items
    by sessions. Chance data are each sort with its items shuffled, which keeps the forced piles as
    they are (``"permuted"``, Buja & Eyuboglu 1992), or normal deviates (``"normal"``). A component
    counts while its eigenvalue is above the percentile of the chance eigenvalues of the same rank.
    The largest chance eigenvalue is the right measure for the first component only, so later ones
    are judged a little strictly.
    """
    values = as_ratings(sorts, raters=2, items=3)
    if values.ndim != 2:
        raise StatisticsError(f"sorts have the shape {values.shape}", "Give one (raters, items).")
    if samples < 1 or not 0.0 < percentile < 100.0:
        raise StatisticsError(
            f"{samples} samples, percentile {percentile}",
            "Give one sample or more and a percentile between 0 and 100.",
        )
    if null not in ("permuted", "normal"):
        raise StatisticsError(f"no chance data {null!r}", "Say permuted or normal.")
    unit = unit_sorts(values, "raise")
    observed = eigenvalues_of(unit)
    chance = np.concatenate(
        [eigenvalues_of(part) for part in _chance_data(unit, rng, samples, null)]
    )
    limit = np.percentile(chance, percentile, axis=0)
    above = observed > limit
    return ParallelAnalysis(
        eigenvalues=observed,
        mean=chance.mean(axis=0),
        limit=limit,
        factors=int(above.size if above.all() else np.argmin(above)),
        samples=samples,
    )


def _chance_data(
    unit: FloatArray, rng: np.random.Generator, samples: int, null: Null
) -> Iterator[FloatArray]:
    step = max(1, CHUNK // unit.size)
    for start in range(0, samples, step):
        yield _one_chunk(unit, rng, min(step, samples - start), null)


def _one_chunk(unit: FloatArray, rng: np.random.Generator, count: int, null: Null) -> FloatArray:
    shape = (count, *unit.shape)
    if null == "normal":
        return unit_sorts(rng.standard_normal(shape), "raise")
    return rng.permuted(np.broadcast_to(unit, shape), axis=-1)
