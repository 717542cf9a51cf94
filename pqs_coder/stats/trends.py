"""Change over the sessions of a case: the sign of a trend, and its slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from scipy import special

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.checks import check_confidence
from pqs_coder.stats.clusters import as_sessions
from pqs_coder.stats.serial import bartlett_weights, weigh_autocorrelations

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

SlopeMethod: TypeAlias = Literal["ar1", "newey_west", "independent"]

LEAST_SESSIONS = 5
MOST_EXACT = 60  # sessions up to which the exact distribution of S is used
ROUNDING = 1e-12  # a residual below this share of the largest value is none


@dataclass(frozen=True, slots=True)
class MannKendall:
    """Sign of change, every field ``(...)`` but smallest_p.

    s: later values above earlier ones minus those below; tau: Kendall's tau-b with the sessions;
    p: two-sided; exact: whether p is exact; smallest_p: the least p so few sessions can give.
    """

    s: FloatArray
    tau: FloatArray
    p: FloatArray
    exact: NDArray[np.bool_]
    smallest_p: float


@dataclass(frozen=True, slots=True)
class Slope:
    """Change a session, every field ``(...)``.

    value with its interval low, high and two-sided p; autocorrelation of the residuals one session
    apart as the method has it (nan for "newey_west" and "independent"). nan in the interval and p
    of a series that is constant or a perfect line.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    autocorrelation: FloatArray


def mann_kendall(values: ArrayLike, times: ArrayLike | None = None) -> MannKendall:
    """Mann-Kendall test of a monotone trend (Mann 1945; Kendall 1975), series by series.

    ``values`` ``(sessions, ...)``, ``times`` the session numbers ``(sessions,)``, else 0, 1, 2...
    p is exact without ties in up to 60 sessions, else normal with tie correction and continuity
    correction. It supposes that sessions are independent: with autocorrelation it finds trends that
    are none, so report the slope's interval beside it. nan where all values are equal.
    """
    data, when = _series(values, times)
    n = len(data)
    flat = data.reshape(n, -1)
    later = np.sign(when[:, None] - when[None, :])
    s = np.array([(np.sign(x[:, None] - x[None, :]) * later).sum() / 2 for x in flat.T])
    time_ties = _tie_sums(when)
    ties = [_tie_sums(column) for column in flat.T]
    untied = np.array([_kendall_variance(n, time_ties, tie) for tie in ties])
    exact = np.array([n <= MOST_EXACT and not time_ties.pairs and not tie.pairs for tie in ties])
    pairs = n * (n - 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        below = (pairs - time_ties.pairs) * (pairs - np.array([tie.pairs for tie in ties]))
        tau = s / np.sqrt(below)
        z = (np.abs(s) - 1.0).clip(min=0.0) / np.sqrt(untied)
    p = np.where(untied > 0, 2.0 * special.ndtr(-z), np.nan)
    if exact.any():
        p[exact] = _exact_tail(n)[np.abs(s[exact]).astype(np.intp)]
    shape = data.shape[1:]
    return MannKendall(
        s=s.reshape(shape)[()],
        tau=tau.reshape(shape)[()],
        p=p.reshape(shape)[()],
        exact=exact.reshape(shape)[()],
        smallest_p=float(min(1.0, 2.0 / special.gamma(n + 1.0))),
    )


def trend_slope(
    values: ArrayLike,
    times: ArrayLike | None = None,
    *,
    method: SlopeMethod = "ar1",
    confidence: float = 0.95,
    lags: int | None = None,
) -> Slope:
    """Slope of a straight line over the sessions, with an interval that minds autocorrelation.

    ``values`` ``(sessions, ...)``, ``times`` the session numbers ``(sessions,)``: gaps count.

    ``"ar1"``: residuals t sessions apart correlate rho^t; the line is fitted for every rho from -.9
    to .99 by generalized least squares, and the fits are weighed by their restricted likelihood
    under even prior weights (Box & Tiao 1973; Harville 1974), so that the interval holds what is
    not known about rho. Short series need this: plug-in standard errors are too small.
    ``"newey_west"``: ordinary slope, Bartlett weights over ``lags`` sessions (4 (n/100)^(2/9) by
    default; Newey & West 1987), n / (n - 2), t: far too narrow under some hundred sessions.
    ``"independent"``: the ordinary interval, for comparison. Raises StatisticsError under five
    sessions.
    """
    check_confidence(confidence)
    data, when = _series(values, times, least=LEAST_SESSIONS)
    flat = data.reshape(len(data), -1)
    slope, residual = _line(flat, when)
    flawless = np.abs(residual).max(axis=0) <= ROUNDING * np.abs(flat).max(axis=0)
    noisy = flat[:, ~flawless]
    low, high, p, rho = (np.full(flat.shape[1], np.nan) for _ in range(4))
    if noisy.size and method == "ar1":
        weighed = weigh_autocorrelations(noisy, when)
        slope[~flawless] = weighed.mean_slope()
        low[~flawless] = weighed.quantile(0.5 - confidence / 2)
        high[~flawless] = weighed.quantile(0.5 + confidence / 2)
        below = weighed.below(np.zeros(noisy.shape[1]))
        p[~flawless] = 2.0 * np.minimum(below, 1.0 - below)
        rho[~flawless] = weighed.weights.T @ weighed.rhos
    elif noisy.size and method in ("newey_west", "independent"):
        error = _slope_error(residual[:, ~flawless], when, lags if method == "newey_west" else 0)
        df = len(flat) - 2
        reach = special.stdtrit(df, 0.5 + confidence / 2) * error
        low[~flawless], high[~flawless] = slope[~flawless] - reach, slope[~flawless] + reach
        p[~flawless] = 2.0 * special.stdtr(df, -np.abs(slope[~flawless] / error))
    elif method not in ("ar1", "newey_west", "independent"):
        raise StatisticsError(f"no slope by {method!r}", "Say ar1, newey_west or independent.")
    shape = data.shape[1:]
    fields = (field.reshape(shape)[()] for field in (slope, low, high, p, rho))
    return Slope(*fields)


def _series(
    values: ArrayLike, times: ArrayLike | None, *, least: int = 3
) -> tuple[FloatArray, FloatArray]:
    data = as_sessions(values, least=least)
    if times is None:
        return data, np.arange(len(data), dtype=np.float64)
    when = np.asarray(times, dtype=np.float64)
    if when.shape != (len(data),) or not np.isfinite(when).all():
        raise StatisticsError(
            f"times of shape {when.shape} for {len(data)} sessions", "Give a number each."
        )
    if len(np.unique(when)) < len(when):
        raise StatisticsError(
            "two sessions have the same number", "Number the sessions of a case 1, 2, 3 ..."
        )
    return data, when


def _line(flat: FloatArray, when: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ordinary slopes ``(series,)`` and residuals ``(sessions, series)``."""
    away = when - when.mean()
    centred = flat - flat.mean(axis=0)
    slope = np.asarray(away @ centred / (away @ away))
    return slope, centred - np.outer(away, slope)


def _slope_error(residual: FloatArray, when: FloatArray, lags: int | None) -> FloatArray:
    """Standard error of ordinary slopes; without lags and weights the textbook one."""
    n = len(when)
    away = when - when.mean()
    if lags == 0:
        return np.asarray(np.sqrt(np.square(residual).sum(axis=0) / (n - 2) / (away @ away)))
    chosen = int(4.0 * (n / 100.0) ** (2.0 / 9.0)) if lags is None else lags
    parts = away[:, None] * residual
    spread = np.einsum("ts,tu,us->s", parts, bartlett_weights(when, chosen), parts)
    return np.asarray(np.sqrt(spread * n / (n - 2.0)) / (away @ away))


@dataclass(frozen=True, slots=True)
class _Ties:
    pairs: float
    triples: float
    weighed: float


def _tie_sums(values: FloatArray) -> _Ties:
    t = np.unique(values, return_counts=True)[1].astype(np.float64)
    return _Ties(
        pairs=float((t * (t - 1)).sum() / 2),
        triples=float((t * (t - 1) * (t - 2)).sum()),
        weighed=float((t * (t - 1) * (2 * t + 5)).sum()),
    )


def _kendall_variance(n: int, one: _Ties, other: _Ties) -> float:
    """Variance of S with ties on both sides (Kendall 1975, chapter 4)."""
    plain = (n * (n - 1) * (2 * n + 5) - one.weighed - other.weighed) / 18.0
    triples = one.triples * other.triples / (9.0 * n * (n - 1) * (n - 2))
    return plain + triples + 2.0 * one.pairs * other.pairs / (n * (n - 1))


def _exact_tail(n: int) -> FloatArray:
    """P(|S| >= s) for s = 0 .. n(n-1)/2 without ties: inversions of a random order."""
    share = np.ones(1)
    for length in range(2, n + 1):
        share = np.convolve(share, np.full(length, 1.0 / length))
    pairs = len(share) - 1
    size = np.abs(pairs - 2 * np.arange(pairs + 1))
    by_size = np.bincount(size, weights=share, minlength=pairs + 1)
    return np.minimum(1.0, np.cumsum(by_size[::-1])[::-1])
