"""What sorts of different sessions share: the baseline that agreement is read beside.

Raters share a picture of "a session", so sorts of sessions that have nothing to do with each other
correlate too. Agreement on a session means something in so far as it exceeds this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice, permutations, product
from math import factorial, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from pqs_coder.errors import NoOverlapError, StatisticsError
from pqs_coder.stats.checks import Degenerate, as_ratings
from pqs_coder.stats.codes import as_codes, group_sums, joint_codes, pairs_within
from pqs_coder.stats.correlation import unit_sorts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

ROUNDING = 1e-12
"""Mean r nearer than this are equal but for rounding."""
_SMALL = 1024
"""So many sorts at most have their matrix of correlations held (8 MB) while they are re-paired."""
_HELD = 8192
"""So many have it held in single precision (256 MB): means over thousands of pairs lose nothing."""
_SORTED = 1024
"""So many sorts at most are dealt by sorting random numbers; more are shuffled, which is faster."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Mean r over pairs of different raters and sessions; of different cases, and of the same.

    ``value``, ``n_pairs``: all pairs of different raters, sessions and cases. ``by_session``
    ``(sessions,)``: the session's own raters against all such others, in the order of ``sessions``
    (the sorted distinct labels), nan where there are none; ``pairs_by_session``. ``same_case`` and
    the fields named after it: the same for different sessions of one case, nan where none.
    """

    value: float
    n_pairs: int
    sessions: NDArray[Any]
    by_session: FloatArray
    pairs_by_session: NDArray[np.int64]
    same_case: float
    n_same_case: int
    same_case_by_session: FloatArray


def baseline_r(
    sorts: ArrayLike,
    session: ArrayLike,
    rater: ArrayLike,
    case: ArrayLike | None = None,
    *,
    degenerate: Degenerate = "raise",
) -> Baseline:
    """Mean r over pairs of sorts of different raters, different sessions and different cases.

    ``sorts`` is ``(n_sorts, items)``; ``session``, ``rater`` and ``case`` are codes or labels
    ``(n_sorts,)``; without ``case`` every session is its own. No pair is ever formed: by inclusion
    and exclusion over group sums, work and memory grow with the number of sorts.

    Raises NoOverlapError where there is no such pair, ConstantRatingsError for a constant sort;
    with ``degenerate="nan"`` the value is nan, and constant sorts are left out.
    """
    unit = unit_sorts(as_ratings(sorts)[:, None, :], degenerate)[:, 0, :]
    n = len(unit)
    sessions = as_codes(session, n, "session")
    raters = as_codes(rater, n, "rater")
    cases = sessions if case is None else as_codes(case, n, "case")
    usable = np.asarray(np.isfinite(unit).all(axis=-1))
    unit = np.where(usable[:, None], unit, 0.0)
    other = _eligible(unit, usable, same=[], differ=[sessions, raters, cases])
    kin = _eligible(unit, usable, same=[cases], differ=[sessions, raters])
    if degenerate == "raise" and other[1].sum() == 0:
        raise NoOverlapError(
            "no two sorts differ in rater, session and case", "A baseline needs a second case."
        )
    value, by_session, counts = _means(*other, sessions)
    same_case, same_by_session, same_counts = _means(*kin, sessions)
    return Baseline(
        value=value,
        n_pairs=int(counts.sum() // 2),
        sessions=np.unique(np.asarray(session)),
        by_session=by_session,
        pairs_by_session=counts,
        same_case=same_case,
        n_same_case=int(same_counts.sum() // 2),
        same_case_by_session=same_by_session,
    )


def _eligible(
    unit: FloatArray,
    usable: NDArray[np.bool_],
    *,
    same: list[NDArray[np.intp]],
    differ: list[NDArray[np.intp]],
) -> tuple[FloatArray, NDArray[np.int64]]:
    """For each sort the sum of its r with all eligible others, and their number.

    Eligible are sorts equal in every code of ``same`` and different in every code of ``differ``:
    all, less those equal in one, plus those equal in two, less those equal in three.
    """
    n = len(unit)
    dot, pairs = np.zeros(n), np.zeros(n, dtype=np.int64)
    for size in range(len(differ) + 1):
        for chosen in combinations(differ, size):
            group = joint_codes([*same, *chosen], n)
            sign = (-1) ** size
            dot += sign * np.einsum("si,si->s", unit, group_sums(unit, group)[group])
            pairs += sign * np.bincount(group, weights=usable).astype(np.int64)[group]
    return dot, np.where(usable, pairs, 0)


def _means(
    dot: FloatArray, pairs: NDArray[np.int64], sessions: NDArray[np.intp]
) -> tuple[float, FloatArray, NDArray[np.int64]]:
    dots = np.bincount(sessions, weights=np.where(pairs > 0, dot, 0.0))
    counts = np.bincount(sessions, weights=pairs).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_session = np.where(counts > 0, dots / counts, np.nan)
        value = float(np.float64(dots.sum()) / np.float64(counts.sum()))
    return value, by_session, counts


@dataclass(frozen=True, slots=True)
class Repairing:
    """Mean r of the pairs within sessions against the same sorts re-paired across sessions.

    ``value``: over ``n_pairs`` pairs; ``null_mean``, ``null_sd``: of re-paired sorts; ``p``:
    one-sided, the share of dealings as high where ``exact`` (``samples`` is then all there are),
    else (1 + samples as high) / (1 + samples), never below ``smallest_p``, the least that this
    design can give.
    """

    value: float
    n_pairs: int
    null_mean: float
    null_sd: float
    p: float
    smallest_p: float
    samples: int
    exact: bool


def repairing_test(
    sorts: ArrayLike,
    session: ArrayLike,
    rater: ArrayLike | None = None,
    *,
    within: ArrayLike | None = None,
    samples: int = 9999,
    most_exact: int = 20_000,
    rng: np.random.Generator,
) -> Repairing:
    """Do raters of a session agree more than raters of different sessions?

    Pairs of sorts are dependent (one sort is in many pairs), so the baseline is tested by dealing
    the sorts out to the sessions anew and not by a t test over pairs. With ``rater`` each rater's
    sorts are dealt among the sessions that this rater sorted, which keeps every rater's habits in
    place; without it (raters who each sorted one session) all sorts are. ``within`` (cases, say)
    confines the dealing to its groups, and so asks whether sessions differ within a case. Where
    there are up to ``most_exact`` ways to deal, all are gone through.

    Raises NoOverlapError where no session has two sorts, StatisticsError where nothing can be
    dealt.
    """
    unit = unit_sorts(as_ratings(sorts)[:, None, :], "raise")[:, 0, :]
    n = len(unit)
    sessions = as_codes(session, n, "session")
    one, other = pairs_within(sessions)
    if one.size == 0:
        raise NoOverlapError("no session has two sorts", "Have a second rater sort some session.")
    fixed = [
        as_codes(x, n, what) for x, what in ((rater, "rater"), (within, "within")) if x is not None
    ]
    block = joint_codes(fixed, n)
    if np.bincount(block).max() < 2 or samples < 1:
        raise StatisticsError(
            "no sort can be dealt to another session",
            "Where every rater sorted one session only, leave rater out.",
        )
    pair_r = _pair_r(unit)
    value = pair_r(one[None], other[None])[0]
    ways, same = _ways(block, sessions)
    exact = ways <= most_exact
    step = max(1, 4_000_000 // (n + one.size * (1 if n <= _HELD else unit.shape[1])))
    deals = _all_deals(block, step) if exact else _random_deals(block, samples, step, rng)
    null = np.concatenate([pair_r(dealt[:, one], dealt[:, other]) for dealt in deals])
    mine = 0 if exact else 1  # the observed pairing is among all there are
    least = same / ways if exact else max(same / ways, 1 / (1 + samples))
    p = (mine + int((null >= value - ROUNDING).sum())) / (mine + len(null))
    return Repairing(
        value=float(value),
        n_pairs=one.size,
        null_mean=float(null.mean()),
        null_sd=float(null.std()),
        p=max(p, least),  # random dealings may by luck give less than all of them could
        smallest_p=least,
        samples=len(null),
        exact=exact,
    )


def _ways(block: NDArray[np.intp], sessions: NDArray[np.intp]) -> tuple[int, int]:
    """In how many ways sorts can be dealt within their blocks; how many of them pair the same.

    Those that pair the same exchange whole sessions of the same blocks, or sorts of one block
    within a session. Every other pairing comes up as often, so the least p is their ratio.
    """
    ways = prod(factorial(int(size)) for size in np.bincount(block))
    members: dict[int, list[int]] = {}
    for session, label in zip(sessions.tolist(), block.tolist(), strict=True):
        members.setdefault(session, []).append(label)
    kinds = Counter(tuple(sorted(labels)) for labels in members.values())
    same = prod(factorial(times) for times in kinds.values())
    for labels in members.values():
        same *= prod(factorial(times) for times in Counter(labels).values())
    return ways, same


def _all_deals(block: NDArray[np.intp], step: int) -> Iterator[NDArray[np.intp]]:
    """Every permutation that moves sorts only within their block, ``step`` at once."""
    homes = [np.flatnonzero(block == label) for label in np.unique(block)]
    order = np.argsort(np.concatenate(homes))
    every = product(*(permutations(home.tolist()) for home in homes))
    while part := list(islice(every, step)):
        yield np.array([list(chain.from_iterable(deal)) for deal in part], dtype=np.intp)[:, order]


def _random_deals(
    block: NDArray[np.intp], samples: int, step: int, rng: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    for start in range(0, samples, step):
        yield _deal(block, min(step, samples - start), rng)


def _deal(block: NDArray[np.intp], samples: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Permutations ``(samples, sorts)`` that move sorts only within their block."""
    dealt = np.empty((samples, block.size), dtype=np.intp)
    home = np.argsort(block, kind="stable")
    if block.size > _SORTED:
        for rows in np.split(home, np.cumsum(np.bincount(block))[:-1]):
            dealt[:, rows] = rng.permuted(np.broadcast_to(rows, (samples, rows.size)), axis=1)
        return dealt
    shuffled = np.argsort(block + rng.random((samples, block.size)), axis=1)
    dealt[:, home] = shuffled
    return dealt


def _pair_r(unit: FloatArray) -> Callable[[NDArray[np.intp], NDArray[np.intp]], FloatArray]:
    """Mean r over pairs of these sorts, ``(samples, pairs) -> (samples,)``."""
    if len(unit) > _HELD:
        return lambda one, other: np.asarray(
            np.einsum("spi,spi->s", unit[one], unit[other]) / one.shape[1]
        )
    sorts = unit if len(unit) <= _SMALL else unit.astype(np.float32)
    r = sorts @ sorts.T
    return lambda one, other: np.asarray(r[one, other].mean(axis=1, dtype=np.float64))
