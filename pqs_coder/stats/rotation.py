"""Rotation of factors: varimax, by hand, and towards a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray


R_STOP = 1e-5  # where R's varimax stops: relative growth of the criterion
STILL = 1e-9  # radians; the planes converge quadratically, so what is left is far below
CHUNK = 4_000_000  # numbers held at once while moments are gathered


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotated loadings ``(..., raters, factors)`` = loadings @ matrix ``(..., factors, factors)``.

    rounds: how many steps it took; converged: whether it stopped by itself.
    """

    loadings: FloatArray
    matrix: FloatArray
    rounds: int = 0
    converged: bool = True


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Loadings with factors reordered and reflected.

    ``order`` and ``signs``, both ``(..., factors)``, say from where and how: column j of
    ``loadings`` is ``signs[j]`` times the old column ``order[j]``.
    """

    loadings: FloatArray
    order: NDArray[np.intp]
    signs: FloatArray


def varimax(
    loadings: ArrayLike,
    *,
    normalize: bool = True,
    tolerance: float | None = None,
    max_rounds: int = 1_000,
) -> Rotation:
    """Varimax rotation of loadings ``(..., raters, factors)``, Kaiser's normalisation by default.

    Kaiser (1958). All factors are turned at once by singular values (Horst 1965), until the
    criterion grows by less than 1e-5 of itself, and then plane by plane to the very maximum. With a
    ``tolerance`` it stops as R's ``varimax`` does, where the criterion grows by less than that:
    R's 1e-5 can leave loadings some 2e-3 from the maximum, and 1e-5 here gives R's numbers to the
    last digit. Order and signs of the factors are left as they come: see :func:`arrange_factors`.
    Communalities do not change. Raises StatisticsError on missing values.
    """
    values = as_loadings(loadings)
    raters, factors = values.shape[-2:]
    length = np.sqrt(np.square(values).sum(axis=-1, keepdims=True))
    scale = np.where(length > 0, length, 1.0) if normalize else np.ones_like(length)
    rows = (values / scale).reshape(-1, raters, factors)
    moments = _Moments.of(rows)
    matrix = np.broadcast_to(np.eye(factors), (len(rows), factors, factors)).copy()
    rounds, converged = _ascend(
        moments, matrix, R_STOP if tolerance is None else tolerance, max_rounds
    )
    if tolerance is None:
        sweeps, converged = _polish(moments, matrix, max_rounds)
        rounds += sweeps
    turn = matrix.reshape(*values.shape[:-2], factors, factors)
    return Rotation(loadings=values @ turn, matrix=turn, rounds=rounds, converged=converged)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Second and fourth moments of the rows: all that varimax asks of them.

    Its criterion is of the fourth degree in the rotation, so once the moments are there a step
    costs the same for nine sorts and for 20,000. second ``(batch, k, k)``, fourth
    ``(batch, k * k, k * k)``.
    """

    second: FloatArray
    fourth: FloatArray
    raters: int

    @classmethod
    def of(cls, rows: FloatArray) -> _Moments:
        batch, raters, k = rows.shape
        fourth = np.zeros((batch, k * k, k * k))
        step = max(1, CHUNK // (batch * k * k))
        for start in range(0, raters, step):
            part = rows[:, start : start + step]
            pairs = (part[..., :, None] * part[..., None, :]).reshape(batch, -1, k * k)
            fourth += np.swapaxes(pairs, -1, -2) @ pairs
        return cls(np.swapaxes(rows, -1, -2) @ rows, fourth, raters)

    def gradient(self, turn: FloatArray) -> FloatArray:
        """X'(z^3 - z * mean z^2) for z = X turn, ``(batch, k, k)``."""
        batch, k, _ = turn.shape
        pairs = np.einsum("naj,nbj->nabj", turn, turn).reshape(batch, k * k, k)
        cubes = np.einsum("nabj,nbj->naj", (self.fourth @ pairs).reshape(batch, k, k, k), turn)
        plain = self.second @ turn
        squares = (turn * plain).sum(axis=-2, keepdims=True)
        return np.asarray(cubes - plain * squares / self.raters)

    def angle(self, one: FloatArray, other: FloatArray) -> FloatArray:
        """Kaiser's angle for the plane of two factors, each ``(batch, k)``."""
        products = np.stack([_outer(one, one), _outer(other, other), _outer(one, other)], axis=-1)
        fourth = np.swapaxes(products, -1, -2) @ self.fourth @ products
        flat = self.second.reshape(len(self.second), 1, -1)
        squares = (flat @ products)[:, 0]
        a, b = squares[:, 0] - squares[:, 1], 2.0 * squares[:, 2]
        u_u = fourth[:, 0, 0] - 2.0 * fourth[:, 0, 1] + fourth[:, 1, 1]
        u_v = 2.0 * (fourth[:, 0, 2] - fourth[:, 1, 2])
        v_v = 4.0 * fourth[:, 2, 2]
        top = 2.0 * (u_v - a * b / self.raters)
        bottom = u_u - v_v - (a * a - b * b) / self.raters
        return np.asarray(np.arctan2(top, bottom) / 4.0)


def _outer(one: FloatArray, other: FloatArray) -> FloatArray:
    return (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)


def _ascend(
    moments: _Moments, matrix: FloatArray, tolerance: float, max_rounds: int
) -> tuple[int, bool]:
    """Turn all factors at once (``matrix`` in place) until the criterion hardly grows."""
    criterion = np.zeros(len(matrix))
    moving = np.full(len(matrix), matrix.shape[-1] > 1)
    rounds = 0
    while moving.any() and rounds < max_rounds:
        rounds += 1
        left, sizes, right = np.linalg.svd(moments.gradient(matrix))
        reached = sizes.sum(axis=-1)
        matrix[moving] = (left @ right)[moving]
        settled = reached <= criterion * (1.0 + tolerance)
        criterion = np.where(moving, reached, criterion)
        moving &= ~settled
    return rounds, not moving.any()


def _polish(moments: _Moments, matrix: FloatArray, max_rounds: int) -> tuple[int, bool]:
    """Turn plane by plane (``matrix`` in place) until no angle is left."""
    factors = matrix.shape[-1]
    for sweep in range(1, max_rounds + 1):
        largest = 0.0
        for i in range(factors - 1):
            for j in range(i + 1, factors):
                one, other = matrix[:, :, i].copy(), matrix[:, :, j].copy()
                angle = moments.angle(one, other)[:, None]
                cos, sin = np.cos(angle), np.sin(angle)
                matrix[:, :, i] = one * cos + other * sin
                matrix[:, :, j] = other * cos - one * sin
                largest = max(largest, float(np.abs(angle).max()))
        if largest < STILL:
            return sweep, True
    return max_rounds, False


def rotate_by_hand(loadings: ArrayLike, first: int, second: int, degrees: float) -> Rotation:
    """Turn the plane of two factors (numbered from 0) by an angle, as PQROT and KADE let you.

    ``loadings`` are ``(..., raters, factors)``: new first = first * cos + second * sin; new second
    = second * cos - first * sin. So at 90 degrees the new first factor is the old second one: the
    axes turn from first towards second. Turning by -degrees undoes it. Raises StatisticsError for
    factors that are not there.
    """
    values = as_loadings(loadings)
    factors = values.shape[-1]
    if first == second or not (0 <= first < factors and 0 <= second < factors):
        raise StatisticsError(
            f"factors {first} and {second} of {factors}",
            f"Name two different factors from 0 to {factors - 1}.",
        )
    angle = np.deg2rad(degrees)
    matrix = np.eye(factors)
    matrix[first, first] = matrix[second, second] = np.cos(angle)
    matrix[second, first] = np.sin(angle)
    matrix[first, second] = -np.sin(angle)
    turn = np.broadcast_to(matrix, (*values.shape[:-2], factors, factors))
    return Rotation(loadings=values @ matrix, matrix=turn)


def arrange_factors(loadings: ArrayLike) -> Arrangement:
    """Factors ordered by the sum of squared loadings, each turned so that its loadings sum >= 0.

    ``loadings`` are ``(..., raters, factors)``. This is what R's ``psych::principal`` does after a
    rotation, and so R's qmethod with principal components; with centroids qmethod leaves order and
    signs alone.
    """
    values = as_loadings(loadings)
    order = np.argsort(-np.square(values).sum(axis=-2), axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order[..., None, :], axis=-1)
    signs = np.where(ordered.sum(axis=-2) < 0, -1.0, 1.0)
    return Arrangement(loadings=ordered * signs[..., None, :], order=order, signs=signs)


def rotate_to_target(loadings: ArrayLike, target: ArrayLike) -> Rotation:
    """The orthogonal rotation (and reflection) that comes nearest to a target (Schönemann 1966).

    Both ``(..., raters, factors)``; least squares. For aligning bootstrap samples with the whole.
    """
    values, goal = as_loadings(loadings), as_loadings(target)
    if values.shape[-2:] != goal.shape[-2:]:
        raise StatisticsError(
            f"loadings {values.shape[-2:]} and target {goal.shape[-2:]} differ in shape",
            "Give both for the same sorts and as many factors.",
        )
    left, _, right = np.linalg.svd(np.swapaxes(values, -1, -2) @ goal)
    matrix = left @ right
    return Rotation(loadings=values @ matrix, matrix=matrix)


def as_loadings(loadings: ArrayLike) -> FloatArray:
    """Loadings as a finite float array ``(..., raters, factors)``."""
    values = np.asarray(loadings, dtype=np.float64)
    if values.ndim < 2 or values.shape[-1] < 1:
        raise StatisticsError(
            f"loadings have the shape {values.shape}, not (..., raters, factors)",
            "Give one row a sort and one column a factor.",
        )
    if not np.isfinite(values).all():
        raise StatisticsError("loadings are missing or infinite", "Extract the factors again.")
    return values
