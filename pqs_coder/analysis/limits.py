"""The t interval of a mean over cases."""

from __future__ import annotations

import numpy as np
from scipy import special

from pqs_coder.analysis.arrays import FloatArray


def mean_limits(
    values: FloatArray, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean of ``values`` ``(cases, ...)`` over the cases and its limits by t, each ``(...)``.

    nan limits for one case (Student 1908).
    """
    data = np.asarray(values, dtype=np.float64)
    mean = np.asarray(data.mean(axis=0))
    if len(data) < 2:
        nothing = np.full(mean.shape, np.nan)
        return mean, nothing, nothing
    error = data.std(axis=0, ddof=1) / np.sqrt(len(data))
    reach = special.stdtrit(len(data) - 1, 0.5 + confidence / 2) * error
    return mean, np.asarray(mean - reach), np.asarray(mean + reach)
