"""A straight line with residuals that are correlated from session to session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pqs_coder.stats.results import FloatArray

RHOS = np.linspace(-0.9, 0.99, 96)
"""Autocorrelations tried, one session apart."""

MOST_STEPS = 100
NEAR = 1e-12  # of the first bracket: two steps this near are one


@dataclass(frozen=True, slots=True)
class Weighed:
    """Lines fitted for each autocorrelation, and how likely each is.

    rhos ``(rhos,)``; slopes, errors and weights ``(rhos, series)``, weights summing to 1; df.
    """

    rhos: FloatArray
    slopes: FloatArray
    errors: FloatArray
    weights: FloatArray
    df: int

    def mean_slope(self) -> FloatArray:
        """Slopes averaged by their weights ``(series,)``."""
        return np.asarray((self.weights * self.slopes).sum(axis=0))

    def below(self, value: FloatArray) -> FloatArray:
        """Weight of slopes below a value ``(series,)``: a mixture of t distributions."""
        return np.asarray(
            (self.weights * special.stdtr(self.df, (value - self.slopes) / self.errors)).sum(axis=0)
        )

    def density(self, value: FloatArray) -> FloatArray:
        """Density of slopes at a value ``(series,)``."""
        u = (value - self.slopes) / self.errors
        shape = np.power(1.0 + u * u / self.df, -(self.df + 1) / 2.0) / self.errors
        scale = np.sqrt(self.df) * special.beta(0.5, self.df / 2.0)
        return np.asarray((self.weights * shape).sum(axis=0) / scale)

    def quantile(self, share: float) -> FloatArray:
        """The slope ``(series,)`` below which this share of the weight lies.

        It lies between the least and the greatest of the single fits' quantiles; Newton's steps
        find it, or halving where a step would leave that bracket.
        """
        single = self.slopes + special.stdtrit(self.df, share) * self.errors
        low, high = single.min(axis=0), single.max(axis=0)
        wide = high - low
        value = np.asarray((self.weights * single).sum(axis=0))
        for _ in range(MOST_STEPS):
            excess = self.below(value) - share
            low, high = np.where(excess < 0, value, low), np.where(excess < 0, high, value)
            after = value - excess / self.density(value)
            after = np.where((low <= after) & (after <= high), after, (low + high) / 2.0)
            moved = np.abs(after - value)
            value = after
            if np.all(moved <= NEAR * wide):
                break
        return value


def weigh_autocorrelations(values: FloatArray, times: FloatArray) -> Weighed:
    """Generalized least squares for each rho of ``values`` ``(sessions, series)``.

    The weight of a rho is |V|^-1/2 |X'V^-1 X|^-1/2 RSS^-(n - 2)/2, the restricted likelihood with
    the residual variance at its best, which is also its marginal density under a flat prior for
    the line and 1/sigma for the scale (Harville 1974). Negative rho has no meaning for fractions of
    a session, so it is tried for whole session numbers only.
    """
    n = len(values)
    whole = bool(np.all(times == np.round(times)))
    rhos = RHOS if whole else RHOS[RHOS >= 0]
    distance = np.abs(times[:, None] - times[None, :])
    line = np.column_stack([np.ones(n), times - times.mean()])
    slopes, errors, logs = (np.empty((len(rhos), values.shape[1])) for _ in range(3))
    for place, rho in enumerate(rhos):
        root, log_root = _root(rho, distance)
        basis, triangle = np.linalg.qr(np.linalg.solve(root, line))
        white = np.linalg.solve(root, values)
        along = basis.T @ white
        residual = np.square(white - basis @ along).sum(axis=0)
        inverse = np.linalg.inv(triangle)
        slopes[place] = inverse[1] @ along
        errors[place] = np.sqrt(residual / (n - 2) * np.square(inverse[1]).sum())
        log_line = np.log(np.abs(np.diag(triangle))).sum()
        logs[place] = -log_root - log_line - (n - 2) / 2.0 * np.log(residual)
    weights = np.exp(logs - logs.max(axis=0))
    return Weighed(rhos, slopes, errors, weights / weights.sum(axis=0), n - 2)


def _root(rho: float, distance: FloatArray) -> tuple[FloatArray, float]:
    """Cholesky root of the correlations rho^distance, and half the log of their determinant."""
    correlations = np.where(distance == 0, 1.0, np.power(rho, distance))
    root = np.linalg.cholesky(correlations)
    return root, float(np.log(np.diag(root)).sum())


def bartlett_weights(times: FloatArray, lags: int) -> NDArray[np.float64]:
    """Weights 1 - distance / (lags + 1), zero beyond, ``(sessions, sessions)``."""
    distance = np.abs(times[:, None] - times[None, :])
    return np.maximum(0.0, 1.0 - distance / (lags + 1.0))
