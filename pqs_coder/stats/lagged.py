"""Does one score of a case lead another? Correlations across sessions of detrended series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from pqs_coder.errors import ConstantRatingsError, StatisticsError
from pqs_coder.stats.checks import check_confidence

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

LEAST_SESSIONS = 20


@dataclass(frozen=True, slots=True)
class CrossLag:
    """r of x with y some sessions later, its interval and two-sided p.

    pairs: pairs of sessions that far apart; effective: how many independent pairs they are worth.
    """

    r: float
    low: float
    high: float
    p: float
    pairs: int
    effective: float


def cross_lag(
    x: ArrayLike,
    y: ArrayLike,
    times: ArrayLike | None = None,
    *,
    lag: int = 1,
    confidence: float = 0.95,
) -> CrossLag:
    """Correlation of ``x`` ``(sessions,)`` with ``y`` ``lag`` sessions later, both detrended.

    Sessions are paired by their numbers (``times``), not by row, so a gap is a gap; a straight line
    is taken out of both series first. Neighbouring sessions resemble one another, so the n pairs
    are worth fewer: n / (1 + 2 sum (1 - j/n) r_xx(j) r_yy(j)) over j up to n / 5, at least 4 and at
    most n (Bartlett 1935; Pyper & Peterman 1998), on which Fisher's interval and p rest. Leading is
    not causing. Raises StatisticsError under 20 sessions.
    """
    check_confidence(confidence)
    one, other, when = _checked(x, y, times)
    ahead = when + lag
    first = np.flatnonzero(np.isin(ahead, when))
    second = np.searchsorted(when, ahead[first])
    if len(first) < LEAST_SESSIONS // 2:
        raise StatisticsError(
            f"only {len(first)} pairs of sessions are {lag} apart", "Look at a shorter lag."
        )
    a, b = one[first], other[second]
    r = float(np.corrcoef(a, b)[0, 1])
    effective = _effective(one, other, when, len(first))
    z = np.arctanh(np.clip(r, -1.0 + 1e-15, 1.0 - 1e-15))
    error = 1.0 / np.sqrt(effective - 3.0)
    reach = special.ndtri(0.5 + confidence / 2) * error
    return CrossLag(
        r=r,
        low=float(np.tanh(z - reach)),
        high=float(np.tanh(z + reach)),
        p=float(2.0 * special.ndtr(-abs(z) / error)),
        pairs=len(first),
        effective=effective,
    )


def detrend(values: FloatArray, times: FloatArray) -> FloatArray:
    """Values ``(sessions,)`` without their straight line over the sessions."""
    away = times - times.mean()
    centred = values - values.mean()
    return np.asarray(centred - away * (away @ centred) / (away @ away))


def _checked(
    x: ArrayLike, y: ArrayLike, times: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    one, other = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if one.ndim != 1 or one.shape != other.shape:
        raise StatisticsError(
            f"series of shapes {one.shape} and {other.shape}", "Give two of the same sessions."
        )
    if len(one) < LEAST_SESSIONS:
        raise StatisticsError(
            f"{len(one)} sessions are too few to say what leads",
            f"Lead and lag need {LEAST_SESSIONS} sessions at least.",
        )
    rows = np.arange(len(one))
    when = np.asarray(rows if times is None else times, dtype=np.float64)
    if when.shape != one.shape or len(np.unique(when)) < len(when):
        raise StatisticsError("session numbers do not fit", "Give each session its own number.")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise StatisticsError("a score is missing", "Leave incomplete sessions out.")
    order = np.argsort(when)
    when = when[order]
    free = [detrend(series[order], when) for series in (one, other)]
    for series, plain in zip(free, (one, other), strict=True):
        if np.abs(series).max() <= 1e-12 * np.abs(plain).max():
            raise ConstantRatingsError(
                "a series is a straight line", "It has nothing left that could lead or lag."
            )
    return free[0], free[1], when


def _effective(one: FloatArray, other: FloatArray, when: FloatArray, pairs: int) -> float:
    sums = 0.0
    for j in range(1, len(when) // 5 + 1):
        both = _autocorrelation(one, when, j) * _autocorrelation(other, when, j)
        sums += (1.0 - j / len(when)) * both
    worth = pairs / max(1.0 + 2.0 * sums, 1.0)
    return float(max(worth, 4.0))


def _autocorrelation(series: FloatArray, when: FloatArray, lag: int) -> float:
    first = np.flatnonzero(np.isin(when + lag, when))
    second = np.searchsorted(when, when[first] + lag)
    variance = float(np.square(series).mean())
    if not len(first):
        return 0.0
    return float((series[first] * series[second]).mean() / variance * len(first) / len(when))
