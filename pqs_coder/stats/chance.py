"""What agreement between forced sorts would be if raters laid the items at random.

Under chance every arrangement of the items over the piles is equally likely, so r follows the
permutation distribution of the deck with itself: piles keep their sizes by construction. The
moments are exact. A p value from here answers one question only, whether two sorts have anything
in common; sorts of different sessions have (raters share a picture of "a session"), so a small p
says little. Compare with the baseline instead: :mod:`pqs_coder.stats.baseline`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from scipy import special

from pqs_coder.errors import ConstantRatingsError, StatisticsError, TooFewItemsError
from pqs_coder.stats.checks import Degenerate, as_ratings
from pqs_coder.stats.correlation import pair_mean, unit_sorts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pqs_coder.stats.results import FloatArray

Alternative: TypeAlias = Literal["greater", "two-sided"]


@dataclass(frozen=True, slots=True)
class NullMoments:
    """Exact moments of r between two random sorts; ``kurtosis`` is the excess over 3."""

    mean: float
    variance: float
    skewness: float
    kurtosis: float


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Mean r, its permutation p, the null's mean and standard deviation, and the smallest p.

    ``value``, ``p``, ``null_mean`` and ``null_sd`` are ``(...)``. ``smallest_p`` is 1 / (samples +
    1): a p that equals it means "not reached in any sample".
    """

    value: FloatArray
    p: FloatArray
    null_mean: FloatArray
    null_sd: FloatArray
    smallest_p: float
    samples: int


def chance_exact(sizes: ArrayLike, other_sizes: ArrayLike | None = None) -> float:
    """Exact agreement of two random sorts: the sum over piles of the product of their shares.

    ``sizes`` ``(piles,)`` are those of a forced sort, .130 in the PQS; ``other_sizes`` those of the
    second sort where the two are not forced alike. Raises StatisticsError where the numbers of
    piles differ.
    """
    one = _shares(sizes)
    return float(one @ _second(one, other_sizes))


def chance_within_one(
    sizes: ArrayLike, values: ArrayLike, other_sizes: ArrayLike | None = None
) -> float:
    """Agreement within one pile value of two random sorts; .377 in the PQS.

    The sum of the products of the shares of all piles at most one value apart. ``sizes`` and
    ``values`` ``(piles,)`` stand in any order; ``other_sizes`` as in :func:`chance_exact`. Raises
    StatisticsError where they do not pair up.
    """
    one, value = _shares(sizes), np.asarray(values, dtype=np.float64)
    if one.shape != value.shape:
        raise StatisticsError(
            f"{one.size} sizes and {value.size} values of piles", "Give one size for each value."
        )
    near = np.abs(value[:, None] - value[None, :]) <= 1
    return float(one @ near @ _second(one, other_sizes))


def _second(one: FloatArray, sizes: ArrayLike | None) -> FloatArray:
    other = one if sizes is None else _shares(sizes)
    if other.shape != one.shape:
        raise StatisticsError(f"{one.size} and {other.size} piles", "Give both sorts' sizes.")
    return other


def _shares(sizes: ArrayLike) -> FloatArray:
    size = np.asarray(sizes, dtype=np.float64)
    if size.ndim != 1 or np.any(size < 0) or size.sum() <= 0:
        raise StatisticsError(
            "pile sizes are negative or all zero", "Give the number of items a pile."
        )
    return np.asarray(size / size.sum())


def forced_null(sizes: ArrayLike, values: ArrayLike) -> NullMoments:
    """Exact moments of r between two random forced sorts of one deck (Pitman 1937).

    ``sizes`` and ``values`` are those of the piles, ``(piles,)``. Mean 0 and variance 1 / (n - 1)
    hold for every deck; skewness is 0 for symmetric ones. Raises TooFewItemsError under four items.
    """
    deck = np.repeat(np.asarray(values, float), np.asarray(sizes, int))
    return permutation_moments(deck, deck)


def permutation_moments(one: ArrayLike, other: ArrayLike) -> NullMoments:
    """Exact moments of r of two profiles ``(items,)`` over all permutations of one of them.

    Sums over distinct items of products of powers, expanded in power sums.
    """
    a, b = (np.asarray(x, dtype=np.float64) for x in (one, other))
    n = a.size
    if n < 4 or b.size != n:
        raise TooFewItemsError("two profiles of at least four items are needed", "Add items.")
    a2, a3, a4 = _power_sums(a)
    b2, b3, b4 = _power_sums(b)
    if a2 == 0 or b2 == 0:
        raise ConstantRatingsError("a profile without variance", "It correlates with nothing.")
    second = 1 / (n - 1)
    third = n * a3 * b3 / ((n - 1) * (n - 2)) / (a2 * b2) ** 1.5
    falling = [n, n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3)]
    fourth = (
        a4 * b4 / falling[0]
        + 4 * a4 * b4 / falling[1]
        + 3 * (a2**2 - a4) * (b2**2 - b4) / falling[1]
        + 6 * (2 * a4 - a2**2) * (2 * b4 - b2**2) / falling[2]
        + (3 * a2**2 - 6 * a4) * (3 * b2**2 - 6 * b4) / falling[3]
    ) / (a2 * b2) ** 2
    return NullMoments(0.0, second, float(third / second**1.5), float(fourth / second**2 - 3))


def _power_sums(profile: FloatArray) -> list[float]:
    """Sums of squared, cubed and fourth powers of the deviations."""
    if np.all(profile == profile[0]):
        return [0.0, 0.0, 0.0]
    centred = profile - profile.mean()
    return [float((centred**power).sum()) for power in (2, 3, 4)]


def chance_p(r: ArrayLike, n: ArrayLike, *, alternative: Alternative = "greater") -> FloatArray:
    """p of r against two random sorts of ``n`` items: t = r sqrt((n - 2)/(1 - r^2)), df n - 2.

    Broadcasts. Its variance is exactly that of the permutation distribution; in the PQS the fourth
    moment agrees to two parts in a thousand. In lopsided decks the null is skewed (SWAP-200: .08)
    and a one-sided p of .001 is .0014: use :func:`forced_permutation_test`.
    """
    value, items = np.asarray(r, dtype=np.float64), np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = value * np.sqrt((items - 2) / (1 - value**2))
        if alternative == "two-sided":
            return np.asarray(2 * special.stdtr(items - 2, -np.abs(t)))[()]
        return np.asarray(special.stdtr(items - 2, -t))[()]


def forced_permutation_test(
    sorts: ArrayLike,
    *,
    samples: int = 9999,
    rng: np.random.Generator,
    alternative: Alternative = "greater",
    degenerate: Degenerate = "raise",
) -> PermutationTest:
    """Test of mean r against random sorts with the same piles, ``(..., raters, items) -> (...)``.

    Every rater but the first is shuffled over the items, which keeps the pile sizes. p is
    (1 + samples as extreme) / (1 + samples), so it is never 0. Honest against chance alone: see the
    module's note, and :func:`repairing_test` for the question that sessions pose.
    """
    if samples < 1:
        raise StatisticsError("a permutation test needs samples", "Ask for 9999.")
    if alternative not in ("greater", "two-sided"):
        raise StatisticsError(f"no alternative {alternative!r}", 'Use "greater" or "two-sided".')
    unit = unit_sorts(as_ratings(sorts, raters=2), degenerate)
    value = pair_mean(unit)
    p, mean, sd = (np.full(value.shape, np.nan) for _ in range(3))
    for cell in np.ndindex(value.shape):
        if np.isnan(value[cell]):
            continue
        null = _null_mean_r(unit[cell], samples, rng)
        reached = _reached(null, float(value[cell]), alternative)
        p[cell] = (1 + reached) / (1 + samples)
        mean[cell], sd[cell] = null.mean(), null.std()
    return PermutationTest(value[()], p[()], mean[()], sd[()], 1 / (1 + samples), samples)


def _null_mean_r(unit: FloatArray, samples: int, rng: np.random.Generator) -> FloatArray:
    """Mean r of sorts ``(raters, items)`` in which all but the first are shuffled."""
    k, n = unit.shape
    block = max(1, 2_000_000 // n)
    null = np.empty(samples)
    for start in range(0, samples, block):
        size = min(block, samples - start)
        total = np.repeat(unit[:1], size, axis=0)
        for rater in unit[1:]:
            total += rng.permuted(np.repeat(rater[None], size, axis=0), axis=1)
        null[start : start + size] = np.einsum("si,si->s", total, total)
    return np.asarray((null - k) / (k * (k - 1)))


def _reached(null: FloatArray, value: float, alternative: Alternative) -> int:
    """Samples at least as extreme as the value, those equal but for rounding among them."""
    if alternative == "two-sided":
        return int((np.abs(null) >= abs(value) - 1e-12).sum())
    return int((null >= value - 1e-12).sum())
