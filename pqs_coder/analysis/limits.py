"""The t interval and the t test of a mean over cases."""

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


def mean_p(values: FloatArray) -> FloatArray:
    """p of a mean over the cases against zero, two-sided by t; nan for one case, 0 spread too."""
    data = np.asarray(values, dtype=np.float64)
    mean = np.asarray(data.mean(axis=0))
    if len(data) < 2:
        return np.full(mean.shape, np.nan)
    error = data.std(axis=0, ddof=1) / np.sqrt(len(data))
    t = np.divide(mean, error, out=np.full(mean.shape, np.nan), where=error > 0)
    return np.asarray(2.0 * special.stdtr(len(data) - 1, -np.abs(t)))
