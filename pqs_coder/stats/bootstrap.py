"""Intervals from bootstrap samples: percentile and BCa. Every draw comes from a given generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


_BLOCK = 4_000_000
"""Draws held at a time."""


def resample_counts(rng: np.random.Generator, n: int, samples: int) -> NDArray[np.int64]:
    """How often each of ``n`` units is drawn in each sample, ``(samples, n)``.

    A bootstrap sample of a statistic that is a function of sums is the same sums weighted by these
    counts, so that no data need be copied.
    """
    counts = np.empty((samples, n), dtype=np.int64)
    block = max(1, _BLOCK // n)
    for start in range(0, samples, block):
        drawn = resample_indices(rng, n, min(block, samples - start))
        place = drawn + n * np.arange(drawn.shape[0])[:, None]
        flat = np.bincount(place.ravel(), minlength=drawn.size)
        counts[start : start + block] = flat.reshape(drawn.shape)
    return counts


def resample_indices(rng: np.random.Generator, n: int, samples: int) -> NDArray[np.int64]:
    """Indices of the units drawn in each sample, ``(samples, n)``, with replacement."""
    return rng.integers(0, n, size=(samples, n))


def percentile_interval(samples: ArrayLike, confidence: float = 0.95) -> Interval:
    """Percentile interval of bootstrap samples ``(samples, ...) -> (...)`` (Efron 1979).

    A sample that is nan (a coefficient that does not exist in that draw) is left out; where all are
    nan the limits are nan.
    """
    drawn = _as_samples(samples)
    low, high = _quantiles(drawn, np.array([0.5 - confidence / 2, 0.5 + confidence / 2]))
    return Interval(low[()], high[()])


def bca_interval(
    samples: ArrayLike, value: ArrayLike, jackknife: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Bias-corrected and accelerated bootstrap interval (Efron 1987), ``(...)``.

    ``samples`` is ``(samples, ...)``, ``value`` the estimate ``(...)``, ``jackknife`` the estimate
    with each unit left out, ``(units, ...)``. Ties with the estimate count half. Where every sample
    equals the estimate, so do the limits.
    """
    drawn = _as_samples(samples)
    estimate = np.asarray(value, dtype=np.float64)
    left_out = np.asarray(jackknife, dtype=np.float64)
    finite = np.isfinite(drawn)
    used = finite.sum(axis=0)
    below = (drawn < estimate).sum(axis=0) + 0.5 * ((drawn == estimate) & finite).sum(axis=0)
    apart = left_out.mean(axis=0) - left_out
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = special.ndtri(below / used)
        spread = np.sum(apart**2, axis=0) ** 1.5
        push = np.where(spread > 0, np.sum(apart**3, axis=0) / (6 * spread), 0.0)
        reach = special.ndtri(0.5 + confidence / 2)
        tails = []
        for z in (-reach, reach):
            moved = bias + (bias + z) / (1 - push * (bias + z))
            tails.append(special.ndtr(moved))
    # All samples on one side of the estimate: the bias has no finite size, the extreme stands.
    tails = [np.where(np.isnan(t), 0.5 + 0.5 * np.sign(bias), t) for t in tails]
    low, high = (_quantiles(drawn, np.asarray(t)[None])[0] for t in tails)
    return Interval(low[()], high[()])


def _as_samples(samples: ArrayLike) -> FloatArray:
    drawn = np.asarray(samples, dtype=np.float64)
    if drawn.ndim < 1 or drawn.shape[0] < 2:
        raise StatisticsError("fewer than two bootstrap samples", "Ask for some thousand samples.")
    return drawn


def _quantiles(drawn: FloatArray, tail: FloatArray) -> FloatArray:
    """Linear-interpolation quantiles over axis 0, leaving nan out; ``tail`` is (q,) or (q, ...)."""
    ordered = np.sort(drawn, axis=0)  # nan sorts last
    used = np.isfinite(ordered).sum(axis=0)
    tail = tail.reshape(tail.shape + (1,) * (drawn.ndim - tail.ndim))
    place = np.clip(tail, 0, 1) * np.maximum(used - 1, 0)
    below = np.floor(np.nan_to_num(place)).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(used - 1, 0))
    part = place - below
    first = np.take_along_axis(ordered, below, axis=0)
    second = np.take_along_axis(ordered, np.broadcast_to(above, below.shape), axis=0)
    with np.errstate(invalid="ignore"):
        between = first + part * (second - first)
    return np.asarray(np.where((first == second) | (part == 0), first, between))
