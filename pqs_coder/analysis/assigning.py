"""Who rates what: pairs of raters rotate evenly, loads are even, cases are kept apart.

Pure functions on names. The same seed gives the same plan.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, cycle, islice, pairwise

from pqs_coder.errors import UsageError
from pqs_coder.model.words import plural

SWAPS = 20
"""Swaps that are tried for each session to keep raters from meeting one case too often."""

Pair = tuple[str, str]
Team = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """New assignments as (session, rater), each rater's in the order of work.

    ``loads`` counts sessions of each rater and ``pairs`` sessions of each pair, with what was
    assigned before; ``in_a_row`` counts how often a rater meets one case twice in a row because it
    can't be helped.
    """

    rows: tuple[Pair, ...]
    loads: Mapping[str, int]
    pairs: Mapping[Pair, int]
    in_a_row: int


def balance(
    sessions: Sequence[str],
    raters: Sequence[str],
    *,
    per_session: int = 2,
    share: float = 1.0,
    seed: int = 1,
    cases: Mapping[str, str] | None = None,
    existing: Sequence[Pair] = (),
) -> Plan:
    """A balanced plan for ``sessions`` x ``raters``.

    ``per_session`` raters each; with ``share`` under 1 only so large a part of the sessions (a
    reliability subsample, spread over the cases) and one rater for the rest. ``cases`` are the
    cases of sessions; a session of unknown case is one of its own. ``existing`` pairs are kept and
    counted; they only add to what is there.

    Without ``existing`` and with one or two raters a session, loads differ by one at most, and so
    do the counts of pairs; with more raters a session, or with work assigned before, they are as
    even as a greedy choice makes them. Raises `UsageError` where it can't be done.
    """
    _check(sessions, raters, per_session, share)
    rng = random.Random(seed)
    case_of = {code: (cases or {}).get(code, f"\0{code}") for code in sessions}
    names = list(raters)
    rng.shuffle(names)
    ordered = _by_case(sessions, case_of, rng)
    wanted = _wanted(ordered, per_session, share, rng)
    if existing:
        teams = _top_up(ordered, names, wanted, case_of, existing, rng)
    else:
        teams = _fresh(ordered, names, wanted, rng)
        _spread_cases(teams, case_of, rng)
    return _plan(teams, names, case_of, existing, rng)


def _check(sessions: Sequence[str], raters: Sequence[str], per_session: int, share: float) -> None:
    if not 0 < share <= 1:
        raise UsageError(f"A share of {share} of the sessions.", "Give a share such as 0.25.")
    if per_session < 1:
        raise UsageError(f"{per_session} raters a session.", "Give 1, 2, 3 ...")
    if len(set(raters)) != len(raters) or len(set(sessions)) != len(sessions):
        raise UsageError("A name stands there twice.", "Name each session and rater once.")
    if len(raters) < per_session:
        raise UsageError(
            f"{plural(len(raters), 'rater')} can't give {per_session} to a session.",
            "Add people with pqs raters add NAME, or ask for fewer.",
        )


def _by_case(sessions: Sequence[str], case_of: Mapping[str, str], rng: random.Random) -> list[str]:
    """Sessions case by case, cases and the sessions within them shuffled."""
    groups: dict[str, list[str]] = defaultdict(list)
    for code in sessions:
        groups[case_of[code]].append(code)
    order = list(groups.values())
    rng.shuffle(order)
    for group in order:
        rng.shuffle(group)
    return [code for group in order for code in group]


def _wanted(
    ordered: Sequence[str], per_session: int, share: float, rng: random.Random
) -> dict[str, int]:
    """How many raters each session shall have; the subsample is spread evenly over the cases."""
    number = round(share * len(ordered))
    start = rng.random()
    step = len(ordered) / number if number else 0.0
    chosen = {int((n + start) * step) for n in range(number)}
    return {code: per_session if n in chosen else 1 for n, code in enumerate(ordered)}


def _fresh(
    ordered: Sequence[str], names: list[str], wanted: Mapping[str, int], rng: random.Random
) -> dict[str, Team]:
    """A team for each session where nothing was assigned before."""
    teams: dict[str, Team] = {}
    loads: Counter[str] = Counter(dict.fromkeys(names, 0))
    together: Counter[Pair] = Counter()
    twos = [code for code in ordered if wanted[code] == 2]
    rotation = islice(cycle(rotate_pairs(names)), len(twos)) if twos else iter(())
    for code, pair in zip(twos, rotation, strict=True):
        teams[code] = pair
        loads.update(pair)
    for code in sorted(ordered, key=lambda one: -wanted[one]):
        if code not in teams:
            teams[code] = _least_busy(wanted[code], names, loads, together, rng)
            loads.update(teams[code])
            together.update(_pairs(teams[code]))
    return {code: teams[code] for code in ordered}


def _least_busy(
    number: int,
    names: Sequence[str],
    loads: Counter[str],
    together: Counter[Pair],
    rng: random.Random,
    team: Team = (),
    met: Mapping[str, int] | None = None,
) -> Team:
    """So many raters with the least to do, to go with those of ``team``.

    Among equals those who worked together least often, then those who ``met`` the case least
    often, then chance.
    """
    found = list(team)
    for _ in range(number):
        free = [name for name in names if name not in found]
        draw = {name: rng.random() for name in free}
        found.append(
            min(
                free,
                key=lambda name: (
                    loads[name],
                    sum(together[_pair(name, one)] for one in found),
                    (met or {}).get(name, 0),
                    draw[name],
                ),
            )
        )
    return tuple(found[len(team) :])


def rotate_pairs(names: Sequence[str]) -> Iterator[Pair]:
    """Every pair once, in an order of which any beginning holds the raters equally often.

    How often two raters occur in the first m pairs differs by one at most, whatever m. An even
    number of raters plays round robin; an odd number walks the Hamiltonian cycles into which the
    complete graph falls (Walecki; Lucas 1892), every other edge first, so that each cycle covers
    everybody before it covers anybody twice.
    """
    n = len(names)
    if n % 2 == 0:
        for turn in range(n - 1):
            places = [n - 1, *((turn + step) % (n - 1) for step in range(n - 1))]
            yield from ((names[places[a]], names[places[n - 1 - a]]) for a in range(n // 2))
        return
    half = (n - 1) // 2
    for turn in range(half):
        ring = [n - 1, turn % (n - 1)]
        for step in range(1, half + 1):
            ring.append((turn + step) % (n - 1))
            if step < half:
                ring.append((turn - step) % (n - 1))
        edges = [(names[ring[a]], names[ring[(a + 1) % n]]) for a in range(n)]
        yield from (*edges[0 : n - 1 : 2], edges[n - 1], *edges[1 : n - 1 : 2])


def _spread_cases(teams: dict[str, Team], case_of: Mapping[str, str], rng: random.Random) -> None:
    """Swap teams between sessions where that keeps raters from meeting one case too often."""
    met: Counter[Pair] = Counter(
        (rater, case_of[code]) for code, team in teams.items() for rater in team
    )
    codes = list(teams)
    for _ in range(SWAPS * len(codes)):
        one, other = rng.choice(codes), rng.choice(codes)
        if case_of[one] == case_of[other] or len(teams[one]) != len(teams[other]):
            continue
        before, after = _meetings(met, teams, case_of, one, other)
        if after < before:
            for code, team, sign in (
                (one, teams[one], -1),
                (other, teams[other], -1),
                (one, teams[other], 1),
                (other, teams[one], 1),
            ):
                for rater in team:
                    met[rater, case_of[code]] += sign
            teams[one], teams[other] = teams[other], teams[one]


def _meetings(
    met: Counter[Pair], teams: Mapping[str, Team], case_of: Mapping[str, str], one: str, other: str
) -> tuple[int, int]:
    """Sum of squared meetings that a swap touches, before it and after it."""
    change: Counter[Pair] = Counter()
    for here, there in ((one, other), (other, one)):
        for rater in teams[here]:
            change[rater, case_of[here]] -= 1
            change[rater, case_of[there]] += 1
    before = sum(met[key] ** 2 for key in change)
    return before, sum((met[key] + step) ** 2 for key, step in change.items())


def _top_up(
    ordered: Sequence[str],
    names: Sequence[str],
    wanted: Mapping[str, int],
    case_of: Mapping[str, str],
    existing: Sequence[Pair],
    rng: random.Random,
) -> dict[str, Team]:
    """Add raters to sessions that have too few, minding what was assigned before."""
    present: dict[str, list[str]] = defaultdict(list)
    loads: Counter[str] = Counter(dict.fromkeys(names, 0))
    for session, rater in existing:
        present[session].append(rater)
        loads[rater] += 1
    together = Counter(pair for team in present.values() for pair in _pairs(team))
    met = Counter((rater, case_of.get(session, session)) for session, rater in existing)
    teams: dict[str, Team] = {}
    for code in ordered:
        already = tuple(present[code])
        missing = max(0, wanted[code] - len(already))
        free = [name for name in names if name not in already]
        if missing > len(free):
            raise UsageError(f"Too few raters for {code}.", "Add people with pqs raters add NAME.")
        here = {name: met[name, case_of[code]] for name in free}
        team = _least_busy(missing, free, loads, together, rng, already, here)
        teams[code] = team
        loads.update(team)
        together.update(set(_pairs((*already, *team))) - set(_pairs(already)))
        met.update((name, case_of[code]) for name in team)
    return teams


def _plan(
    teams: Mapping[str, Team],
    names: Sequence[str],
    case_of: Mapping[str, str],
    existing: Sequence[Pair],
    rng: random.Random,
) -> Plan:
    rows: list[Pair] = []
    in_a_row = 0
    for name in sorted(names):
        own = [code for code, team in teams.items() if name in team]
        rng.shuffle(own)
        order = apart(own, case_of, rng)
        in_a_row += sum(case_of[a] == case_of[b] for a, b in pairwise(order))
        rows += [(code, name) for code in order]
    everybody: dict[str, list[str]] = defaultdict(list)
    for session, rater in (*existing, *rows):
        everybody[session].append(rater)
    loads = Counter(dict.fromkeys(sorted(names), 0))
    pairs: Counter[Pair] = Counter(dict.fromkeys(_pairs(sorted(names)), 0))
    for team in everybody.values():
        loads.update(team)
        pairs.update(_pairs(team))
    return Plan(tuple(rows), dict(loads), dict(pairs), in_a_row)


def apart(sessions: Sequence[str], case_of: Mapping[str, str], rng: random.Random) -> list[str]:
    """Sessions in random order, none after another of its case unless one case has over half.

    A case that holds half of what is left (rounded up) comes next, since it could not be kept
    apart later; otherwise chance decides, by how many sessions each case has left.
    """
    left: dict[str, list[str]] = defaultdict(list)
    for code in sessions:
        left[case_of[code]].append(code)
    order: list[str] = []
    last: str | None = None
    while left:
        rest = sum(map(len, left.values()))
        free = [case for case in left if case != last] or list(left)
        pressing = [case for case in free if len(left[case]) * 2 >= rest + 1]
        weights = [len(left[case]) for case in free]
        last = pressing[0] if pressing else rng.choices(free, weights)[0]
        order.append(left[last].pop())
        if not left[last]:
            del left[last]
    return order


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one <= other else (other, one)


def _pairs(team: Sequence[str]) -> list[Pair]:
    return [_pair(one, other) for one, other in combinations(team, 2)]
