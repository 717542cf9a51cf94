"""Restricted maximum likelihood for variance components with one covariance for all items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pqs_coder.stats.results import FloatArray

MOST_SORTS = 3000
"""Above this the sorts x sorts covariance takes too long to invert again and again."""

_ROUNDS = 200
_TOLERANCE = 1e-10


def reml_components(
    centred: FloatArray, groups: list[NDArray[np.intp]], start: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Variances of the effects that maximise the restricted likelihood, and their covariances.

    ``centred`` ``(sorts, items)`` with the sorts' means taken off; ``groups`` are the codes of each
    effect, the last of which tells every sort apart (residual); ``start`` are first estimates. By
    Fisher scoring; an effect that would go below zero is held there while its score says so, and
    has no covariance. The covariances come from the expected information: large-sample values.
    Raises StatisticsError above 3,000 sorts or where it doesn't settle.
    """
    sorts = len(centred)
    if sorts > MOST_SORTS:
        raise StatisticsError(
            f"REML of {sorts} sorts (at most {MOST_SORTS})", 'Use method="henderson".'
        )
    patterns = [_indicators(group) for group in groups[:-1]]
    total = float(np.mean(np.sum(centred**2, axis=1))) / (centred.shape[1] - 1)
    theta = np.asarray(np.maximum(start, 1e-3 * total))
    value, score, information = _likelihood(theta, patterns, centred)
    for _ in range(_ROUNDS):
        step = _step(theta, score, information)
        theta_new, found = theta, None
        for _halving in range(30):
            theta_new = np.maximum(theta + step, 0.0)
            theta_new[-1] = max(theta_new[-1], 1e-8 * total)
            found = _likelihood(theta_new, patterns, centred)
            if found[0] >= value - 1e-9 * abs(value):
                break
            step = step / 2
        if found is None:
            break
        moved = float(np.max(np.abs(theta_new - theta)))
        theta, (value, score, information) = theta_new, found
        if moved <= _TOLERANCE * total:
            return theta, _covariance(theta, information, centred.shape[1] - 1)
    raise StatisticsError("REML did not settle", 'Use method="henderson".')


def _indicators(group: NDArray[np.intp]) -> FloatArray:
    z = np.zeros((group.size, int(group.max()) + 1))
    z[np.arange(group.size), group] = 1.0
    return z


def _likelihood(
    theta: FloatArray, patterns: list[FloatArray], centred: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood, score and expected information, each per item and doubled.

    ``patterns`` are the indicators of all effects but the residual, whose pattern is the identity.
    """
    free = centred.shape[1] - 1
    V = theta[-1] * np.eye(len(centred))
    for variance, z in zip(theta[:-1], patterns, strict=True):
        V += variance * z @ z.T
    _, log_determinant = np.linalg.slogdet(V)
    inverse = np.linalg.inv(V)
    weighted = [inverse @ z for z in patterns]
    solved = inverse @ centred
    fit = np.sum(centred * solved) / free
    traces = [float(np.sum(w * z)) for w, z in zip(weighted, patterns, strict=True)]
    squares = [np.sum((z.T @ solved) ** 2) / free for z in patterns]
    score = np.array([*squares, np.sum(solved**2) / free]) - [*traces, np.trace(inverse)]
    effects = len(theta)
    information = np.empty((effects, effects))
    information[-1, -1] = np.sum(inverse**2)
    for row, w in enumerate(weighted):
        information[row, -1] = information[-1, row] = np.sum(w**2)
        for column, z in enumerate(patterns):
            information[row, column] = np.sum((z.T @ w) ** 2)
    return float(-log_determinant - fit), score, information


def _step(theta: FloatArray, score: FloatArray, information: FloatArray) -> FloatArray:
    """Fisher's step over the effects that are free to move."""
    free = (theta > 0) | (score > 0)
    step = np.zeros_like(theta)
    step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
    return step


def _covariance(theta: FloatArray, information: FloatArray, free: int) -> FloatArray:
    held = theta > 0
    covariance = np.zeros_like(information)
    covariance[np.ix_(held, held)] = np.linalg.inv(information[np.ix_(held, held)]) * 2 / free
    return covariance
