"""An EWMA control chart: does a series slide away from its own mean?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pqs_coder.analysis.arrays import FloatArray

WEIGHT = 0.2
WIDTH = 3.0
RANGE_TO_SIGMA = 1.128
"""Mean absolute difference of two normal values in standard deviations, 2 / sqrt(pi)."""


@dataclass(frozen=True, eq=False)
class Chart:
    """``center`` and ``sigma`` of the series; ``level``, ``low`` and ``high`` at each point."""

    center: float
    sigma: float
    level: FloatArray
    low: FloatArray
    high: FloatArray


def ewma_chart(values: FloatArray, *, weight: float = WEIGHT, width: float = WIDTH) -> Chart:
    """Exponentially weighted moving average of ``values`` ``(n,)`` with its limits (Roberts 1959).

    level[t] = weight * value[t] + (1 - weight) * level[t - 1], beginning at the mean of all values;
    limits: center -+ width * sigma * sqrt(weight / (2 - weight) * (1 - (1 - weight)^(2t))). sigma
    is the mean moving range / 1.128, which a slow slide hardly moves. With one value sigma is nan.
    """
    center = float(values.mean()) if len(values) else float("nan")
    ranges = np.abs(np.diff(values))
    sigma = float(ranges.mean() / RANGE_TO_SIGMA) if len(ranges) else float("nan")
    level = np.empty(len(values))
    before = center
    for t, value in enumerate(values):
        before = weight * value + (1 - weight) * before
        level[t] = before
    steps = np.arange(1, len(values) + 1)
    reach = width * sigma * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * steps)))
    return Chart(center, sigma, level, center - reach, center + reach)
