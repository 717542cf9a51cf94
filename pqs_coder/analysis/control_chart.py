"""An EWMA control chart: does a series leave the level at which it began?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pqs_coder.analysis.arrays import FloatArray

BASELINE = 8
"""So many values set centre and limits; what follows is held against them."""
WEIGHT = 0.2
ALARM = 0.005
"""Chance that the level lies beyond a limit at one given point of a series that stays the same."""
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Chart:
    """``center`` and ``sigma`` of the baseline; ``level``, ``low`` and ``high`` at each point.

    The three are nan in the baseline, and everywhere in a series that is no longer than it.
    """

    center: float
    sigma: float
    level: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def below(self) -> NDArray[np.bool_]:
        """Where the level is under the low limit."""
        return np.asarray(self.level < self.low - ROUNDING)

    @property
    def above(self) -> NDArray[np.bool_]:
        """Where the level is over the high limit."""
        return np.asarray(self.level > self.high + ROUNDING)


def ewma_chart(
    values: FloatArray, *, baseline: int = BASELINE, weight: float = WEIGHT, alarm: float = ALARM
) -> Chart:
    """Exponentially weighted moving average of ``values`` ``(n,)`` with its limits (Roberts 1959).

    center and sigma are mean and SD of the first ``baseline`` values, and no later value moves
    them, so that a slide can't hide in the limits that it is held against. After the baseline,
    level[t] = weight * value[t] + (1 - weight) * level[t - 1] with level[0] = center; limits:
    center -+ q * sigma * sqrt(weight / (2 - weight) * (1 - (1 - weight)^(2t)) +
    (1 - (1 - weight)^t)^2 / baseline), q the quantile of t with baseline - 1 degrees of freedom
    for ``alarm``. The second term and t in the place of the customary 3 allow for a centre and a
    sigma that rest on few values.
    """
    first, later = values[:baseline], values[baseline:]
    center = float(first.mean()) if len(first) else float("nan")
    sigma = float(first.std(ddof=1)) if len(first) > 1 else float("nan")
    level = np.full(len(values), np.nan)
    before = center
    for t, value in enumerate(later, baseline):
        before = weight * value + (1 - weight) * before
        level[t] = before
    kept = (1 - weight) ** np.arange(1, len(later) + 1)
    variance = weight / (2 - weight) * (1 - kept**2) + (1 - kept) ** 2 / baseline
    reach = np.full(len(values), np.nan)
    quantile = special.stdtrit(baseline - 1, 1 - alarm / 2)
    reach[baseline:] = quantile * sigma * np.sqrt(variance)
    return Chart(center, sigma, level, center - reach, center + reach)
