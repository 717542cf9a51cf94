"""Permutation tests that keep cases whole.

Groups of cases: the cases are dealt anew to the groups. Phases within cases: the sign of each
case's difference is flipped. Either way the sessions of a case stay together. Where all
arrangements can be gone through, p is exact; the smallest p that can be reached at all is handed
back, since with few cases it may be above .05.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.clusters import as_codes, as_sessions, as_two_groups, cluster_means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

CHUNK = 2_000_000  # arrangements x items held at once
TIE = 1e-10  # shares of variance nearer than this are equal but for rounding
ROUNDING = 1e-12  # a spread below this share of the largest value is none


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """What a permutation test says, item by item.

    difference ``(...)``: second group (or phase) minus first; p ``(...)``: two-sided; familywise
    ``(...)``: p corrected for all items at once by the largest share of variance explained in each
    arrangement (Westfall & Young 1993), which minds how items hang together; smallest_p: the least
    p that this design can give; arrangements: how many were looked at; exact: whether they were
    all there are; cases: how many.
    """

    difference: FloatArray
    p: FloatArray
    familywise: FloatArray
    smallest_p: float
    arrangements: int
    exact: bool
    cases: int


def permute_groups(
    values: ArrayLike,
    groups: ArrayLike,
    clusters: ArrayLike | None = None,
    *,
    rng: np.random.Generator,
    samples: int = 9_999,
    most_exact: int = 20_000,
) -> PermutationTest:
    """Two groups of cases compared by dealing the cases anew (Fisher 1935; Pitman 1937).

    ``values`` ``(sessions, ...)``, ``groups`` ``(sessions,)`` 0 or 1, ``clusters`` ``(sessions,)``
    the case of each session (without them every row is a case). The statistic is the difference of
    the means of case means. Exact where there are up to ``most_exact`` ways to deal, else
    ``samples`` random ones and p = (1 + hits) / (1 + samples) (Phipson & Smyth 2010). The null is
    that the groups do not differ in any way, spread included. Raises StatisticsError where a case
    is in both groups or a group is empty.
    """
    data = as_sessions(values, least=2)
    second = as_two_groups(groups, len(data))
    case = cluster_means(data, clusters)
    member = _group_of_cases(second, clusters, case.codes)
    flat = case.means.reshape(len(case.means), -1)
    ways = comb(len(flat), int(member.sum()))
    exact = ways <= most_exact
    centred = flat - flat.mean(axis=0)
    centred[:, np.abs(centred).max(axis=0) <= ROUNDING * np.abs(flat).max(axis=0)] = 0.0
    weights = _deals(member, exact, rng, samples, CHUNK // max(1, flat.shape[1]))
    factor = float(member.sum() * (~member).sum()) / len(member)
    counted = _count(centred, _deal_weights(member), weights, factor)
    balanced = member.sum() * 2 == len(member)
    least = (2.0 if balanced else 1.0) / ways
    return _result(counted, data.shape[1:], least, exact, len(flat))


def flip_signs(
    differences: ArrayLike,
    *,
    rng: np.random.Generator,
    samples: int = 9_999,
    most_exact: int = 20_000,
) -> PermutationTest:
    """Two phases compared by flipping the sign of each case's difference (Fisher 1935).

    ``differences`` ``(cases, ...)`` as ``case_differences`` gives them. The statistic is their
    mean. The null is that each case's difference is as likely to be so as the other way round.
    With n cases there are 2^n ways, so no p below 2 / 2^n: five cases can't reach .05 (.0625).
    """
    data = as_sessions(differences, least=1)
    flat = data.reshape(len(data), -1)
    cases = len(flat)
    exact = 2**cases <= most_exact
    weights = _signs(cases, exact, rng, samples, CHUNK // max(1, flat.shape[1]))
    counted = _count(flat, np.full(cases, 1.0 / cases), weights, float(cases))
    return _result(counted, data.shape[1:], 2.0 / 2**cases, exact, cases)


@dataclass(frozen=True, slots=True)
class _Counted:
    difference: FloatArray
    hits: NDArray[np.intp]
    family_hits: NDArray[np.intp]
    arrangements: int


def _count(
    flat: FloatArray, observed: FloatArray, weights: Iterator[FloatArray], factor: float
) -> _Counted:
    """Arrangements whose statistic is as large as the observed one, singly and over all items.

    A statistic is ``weights @ flat``; ``factor`` times its square, over the sum of squares (which
    no arrangement changes), is the share of variance it explains.
    """
    total = np.square(flat).sum(axis=0)
    scale = np.where(total > 0, total, 1.0)
    difference = observed @ flat
    share = factor * np.square(difference) / scale
    hits = np.zeros(flat.shape[1], dtype=np.intp)
    family = np.zeros(flat.shape[1], dtype=np.intp)
    count = 0
    for part in weights:
        shares = factor * np.square(part @ flat) / scale
        hits += (shares >= share - TIE).sum(axis=0)
        largest = shares.max(axis=1, keepdims=True)
        family += (largest >= share - TIE).sum(axis=0)
        count += len(part)
    return _Counted(difference, hits, family, count)


def _result(
    counted: _Counted, shape: tuple[int, ...], least: float, exact: bool, cases: int
) -> PermutationTest:
    one_more = 0 if exact else 1  # the observed arrangement is among all there are
    ways = counted.arrangements + one_more
    # random arrangements may by luck give less than all of them could
    smallest = max(least, 1.0 / ways)
    p = np.maximum((counted.hits + one_more) / ways, smallest)
    family = np.maximum((counted.family_hits + one_more) / ways, smallest)
    return PermutationTest(
        difference=counted.difference.reshape(shape)[()],
        p=p.reshape(shape)[()],
        familywise=family.reshape(shape)[()],
        smallest_p=smallest,
        arrangements=counted.arrangements,
        exact=exact,
        cases=cases,
    )


def _group_of_cases(
    second: NDArray[np.bool_], clusters: ArrayLike | None, codes: NDArray[np.generic]
) -> NDArray[np.bool_]:
    if clusters is None:
        return second
    given = as_codes(clusters, len(second))
    both = np.intersect1d(given[second], given[~second])
    if len(both):
        raise StatisticsError(
            f"{len(both)} case(s) have sessions in both groups",
            "Compare phases within cases by flipping signs.",
        )
    return np.isin(codes, given[second])


def _deal_weights(member: NDArray[np.bool_]) -> FloatArray:
    """Weights whose sum of products is mean of the second group minus mean of the first."""
    sizes = member.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(member, 1.0 / sizes, -1.0 / (member.shape[-1] - sizes)))


def _deals(
    member: NDArray[np.bool_], exact: bool, rng: np.random.Generator, samples: int, step: int
) -> Iterator[FloatArray]:
    step = max(1, step)
    if not exact:
        for start in range(0, samples, step):
            shape = (min(step, samples - start), len(member))
            yield _deal_weights(rng.permuted(np.broadcast_to(member, shape), axis=1))
        return
    chosen = np.array(list(combinations(range(len(member)), int(member.sum()))))
    for start in range(0, len(chosen), step):
        part = chosen[start : start + step]
        deal = np.zeros((len(part), len(member)), dtype=np.bool_)
        np.put_along_axis(deal, part, True, axis=1)
        yield _deal_weights(deal)


def _signs(
    cases: int, exact: bool, rng: np.random.Generator, samples: int, step: int
) -> Iterator[FloatArray]:
    step = max(1, step)
    ways = 2**cases if exact else samples
    for start in range(0, ways, step):
        stop = min(start + step, ways)
        if exact:
            bits = np.arange(start, stop)[:, None] >> np.arange(cases) & 1
        else:
            bits = rng.integers(0, 2, (stop - start, cases))
        yield (2.0 * bits - 1.0) / cases
