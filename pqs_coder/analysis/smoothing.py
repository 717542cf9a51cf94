"""A smooth line through the sessions of a case, for looking at."""

from __future__ import annotations

import numpy as np

from pqs_coder.analysis.arrays import FloatArray

SPAN = 2 / 3


def smooth(times: FloatArray, values: FloatArray, span: float = SPAN) -> FloatArray:
    """Local straight lines with tricube weights over the nearest ``span`` of the sessions.

    ``(n,) -> (n,)``; loess of degree 1 without robustness steps (Cleveland 1979). With fewer than
    four sessions the values themselves.
    """
    n = len(times)
    if n < 4:
        return values.copy()
    near = max(3, int(np.ceil(span * n)))
    answer = np.empty(n)
    for place, at in enumerate(times):
        distance = np.abs(times - at)
        reach = np.sort(distance)[near - 1] * (1 + 1e-9)
        weight = np.clip(1 - (distance / reach) ** 3, 0, None) ** 3
        total = weight.sum()
        middle_t, middle_v = weight @ times / total, weight @ values / total
        away = times - middle_t
        below = weight @ away**2
        slope = weight @ (away * values) / below if below > 1e-12 * reach**2 else 0.0
        answer[place] = middle_v + slope * (at - middle_t)
    return answer
