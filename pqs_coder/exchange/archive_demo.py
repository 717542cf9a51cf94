"""The demo archive: invented forced sorts without transcripts, with known truths planted in them.

Nobody is real and nothing was observed. All that the sorts hold is written down here, so that an
analysis can be held against it. A sort is the ranking of a latent vector, one number an item, cut
into piles of the sizes asked for. The latent vector of rater j for session s is

    v_s + bias_j + e,     e ~ N(0, (ERROR_SD c_s)^2),     log c_s ~ N(0, UNEVEN^2)

with v_s = picture + case + session + what is planted. ``picture`` (SD `PICTURE_SD`) is common to
all sessions: the shared picture of "a session", which lets sorts of different sessions correlate.
``case`` (`CASE_SD`) and ``session`` (`SESSION_SD`) are drawn item by item, and so is ``bias_j``
(`BIAS_SD`), a rater's lasting leanings. Planted, in units of the latent scale, items by number:

- *Treatments.* Six cases of `TREATMENT_A` and six of `TREATMENT_B`, four sessions each. The items
  `HIGH_IN_A` lie `TREATMENT_SHIFT` higher in A and as much lower in B, `HIGH_IN_B` the other way.
- *Outcome.* Each case has a quality q ~ N(0, 1), standardized within each treatment (so that they
  don't differ in it), and 0 for the long case. The items `WITH_OUTCOME` rise by `OUTCOME_LOADING`
  q, and outcome_post = outcome_pre - 9 - 4 q + N(0, 1.5^2), outcome_pre ~ N(26, 3^2): distress
  from 0 to 40, lower is better. ``outcome`` goes from the one to the other in a straight line over
  the treatment, with noise of SD 1.5.
- *Trend.* In the case `LONG_CASE` (30 sessions, a treatment of its own) `RISING` goes from
  -`TREND_RISE` to +`TREND_RISE` in a straight line over session number, `FALLING` the other way.
- *Interaction structures.* In that case two series s1 and s2 (SD 1) move the items of `STRUCTURES`
  by `STRUCTURE_LOADING` times their sign. s1 is autoregressive with `CARRY`; s2 follows it one
  session later: s2[t] = `FOLLOWS` s1[t-1] + noise. There is no influence the other way.
- *A drifting rater.* `DRIFTER` slides towards a picture of that rater's own: its weight grows from
  0 to `DRIFT` in a straight line over the order in which the sessions were sorted. That order
  (``sorted_on``) is shuffled over cases and session numbers, so that drift is not change.
- *Third raters.* Pairs rotate over the six pairs of `RATERS`. Where r of the pair is under
  `THRESHOLD`, two sessions in three got a third rater; the others still wait for one.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from pqs_coder.errors import UsageError

VALUES = tuple(range(1, 10))
SIZES = (5, 8, 12, 16, 18, 16, 12, 8, 5)
RATERS = ("emil", "fay", "gus", "hana")
THRESHOLD = 0.50

PICTURE_SD = 0.55
CASE_SD = 0.32
SESSION_SD = 0.40
BIAS_SD = 0.22
ERROR_SD = 0.52
UNEVEN = 0.18

TREATMENT_A = "invented treatment A"
TREATMENT_B = "invented treatment B"
HIGH_IN_A = (17, 27, 30, 37, 38, 57)
HIGH_IN_B = (12, 50, 67, 90, 92, 98)
TREATMENT_SHIFT = 0.55

WITH_OUTCOME = (33, 55, 60, 88)
OUTCOME_LOADING = 0.45

LONG_CASE = "larch"
LONG_TREATMENT = "invented long treatment"
LONG_LENGTH = 30
RISING = (32, 73, 95, 97)
FALLING = (14, 25, 44, 58)
TREND_RISE = 0.90

STRUCTURES: tuple[Mapping[int, int], Mapping[int, int]] = (
    {3: 1, 5: -1, 6: 1, 9: -1, 24: -1, 28: 1, 46: 1, 65: 1},
    {1: 1, 18: -1, 20: 1, 39: 1, 42: 1, 45: -1, 83: 1, 87: 1},
)
STRUCTURE_LOADING = 0.75
CARRY = 0.40
FOLLOWS = -0.60

DRIFTER = "gus"
DRIFT = 0.65

_CASES_A = ("alder", "hazel", "maple", "rowan", "cedar", "elm")
_CASES_B = ("ash", "holly", "linden", "oak", "poplar", "yew")
_SHORT_NUMBERS = (2, 8, 14, 20)
_SHORT_LENGTH = 20
_FIRST_HOUR = date(2023, 1, 9)
_FIRST_SORTED = date(2025, 1, 6)
_LETTERS = np.array(list("BCDFGHJKLMNPQRSTVWXZ"))  # without vowels no code becomes a word

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArchiveSession:
    """One session of the archive.

    ``sorts``: the pile of each item, in the order of the item set, by rater. ``outcome``,
    ``outcome_pre`` and ``outcome_post`` are distress from 0 to 40 (that week, before and after the
    treatment). ``date`` is the day of the hour, ``sorted_on`` the day of its sorts (ISO 8601).
    """

    code: str
    case: str
    number: int
    date: str
    treatment: str
    phase: str
    outcome: float
    outcome_pre: float
    outcome_post: float
    sorted_on: str
    sorts: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Hour:
    case: str
    treatment: str
    number: int
    length: int
    held: date

    @property
    def phase(self) -> str:
        return ("early", "middle", "late")[min(2, 3 * (self.number - 1) // self.length)]


def archive_sorts(
    seed: int = 2026, values: Sequence[int] = VALUES, sizes: Sequence[int] = SIZES
) -> list[ArchiveSession]:
    """The 78 sessions of the invented archive, by case and number; the same seed, the same sorts.

    ``values`` and ``sizes`` are those of the item set's piles, ascending; the sizes add up to the
    number of items. `UsageError` where they don't go together or the planted items don't fit.
    """
    piles = _piles(values, sizes)
    rng = np.random.default_rng(seed)
    hours = _hours()
    quality = _quality(rng, hours)
    latent = _latent(rng, hours, quality, len(piles))
    order = rng.permutation(len(hours))
    sorts = _all_sorts(rng, latent, order, piles)
    codes = _codes(rng, len(hours))
    outcomes = _outcomes(rng, hours, quality)
    return [
        ArchiveSession(
            code=codes[s],
            case=hour.case,
            number=hour.number,
            date=hour.held.isoformat(),
            treatment=hour.treatment,
            phase=hour.phase,
            outcome=outcomes[s][0],
            outcome_pre=outcomes[s][1],
            outcome_post=outcomes[s][2],
            sorted_on=(_FIRST_SORTED + timedelta(days=2 * place)).isoformat(),
            sorts=sorts[s],
        )
        for s, (hour, place) in enumerate(zip(hours, np.argsort(order).tolist(), strict=True))
    ]


def _piles(values: Sequence[int], sizes: Sequence[int]) -> NDArray[np.int64]:
    """The pile values of a sort, ascending: each value as often as its pile holds cards."""
    if len(values) != len(sizes):
        raise UsageError(
            f"{len(values)} values and {len(sizes)} sizes of piles.", "Give one size a value."
        )
    piles = np.repeat(np.asarray(values, dtype=np.int64), np.asarray(sizes, dtype=np.int64))
    last = max(HIGH_IN_A + HIGH_IN_B + WITH_OUTCOME + RISING + FALLING)
    if len(piles) < last:
        raise UsageError(
            f"The archive plants its effects in items up to {last}; the piles hold {len(piles)}.",
            "Take an item set of 100 items, such as pqs.",
        )
    return piles


def _hours() -> list[_Hour]:
    """Who met when: twelve cases of four hours, then one of thirty; hours are weekly."""
    short = [(case, TREATMENT_A) for case in _CASES_A] + [(case, TREATMENT_B) for case in _CASES_B]
    hours = [
        _Hour(case, treatment, number, _SHORT_LENGTH, _day(start, number))
        for start, (case, treatment) in enumerate(short)
        for number in _SHORT_NUMBERS
    ]
    return hours + [
        _Hour(LONG_CASE, LONG_TREATMENT, number, LONG_LENGTH, _day(len(short), number))
        for number in range(1, LONG_LENGTH + 1)
    ]


def _day(start: int, number: int) -> date:
    """The day of an hour: cases begin three weeks and a day after one another."""
    return _FIRST_HOUR + timedelta(days=22 * start, weeks=number - 1)


def _quality(rng: np.random.Generator, hours: list[_Hour]) -> dict[str, float]:
    """The quality of each case, standardized within each treatment; 0 for the long case."""
    quality = {hour.case: 0.0 for hour in hours}
    for cases in (_CASES_A, _CASES_B):
        drawn = rng.normal(size=len(cases))
        drawn = (drawn - drawn.mean()) / drawn.std()
        quality.update(zip(cases, drawn.tolist(), strict=True))
    return quality


def _latent(
    rng: np.random.Generator, hours: list[_Hour], quality: Mapping[str, float], items: int
) -> Floats:
    """What is true of each session: (sessions, items)."""
    cases = list(dict.fromkeys(hour.case for hour in hours))
    case_part = dict(zip(cases, rng.normal(0, CASE_SD, (len(cases), items)), strict=True))
    latent = rng.normal(0, PICTURE_SD, items) + rng.normal(0, SESSION_SD, (len(hours), items))
    for s, hour in enumerate(hours):
        latent[s] += case_part[hour.case]
        latent[s, _at(WITH_OUTCOME)] += OUTCOME_LOADING * quality[hour.case]
        side = {TREATMENT_A: 1, TREATMENT_B: -1}.get(hour.treatment, 0)
        latent[s, _at(HIGH_IN_A)] += side * TREATMENT_SHIFT
        latent[s, _at(HIGH_IN_B)] -= side * TREATMENT_SHIFT
    long = [s for s, hour in enumerate(hours) if hour.case == LONG_CASE]
    latent[long] += _long_part(rng, items)
    return latent


def _long_part(rng: np.random.Generator, items: int) -> Floats:
    """Trend and interaction structures of the long case: (sessions, items)."""
    part = np.zeros((LONG_LENGTH, items))
    slope = np.linspace(-TREND_RISE, TREND_RISE, LONG_LENGTH)[:, None]
    part[:, _at(RISING)] += slope
    part[:, _at(FALLING)] -= slope
    for series, signs in zip(_series(rng), STRUCTURES, strict=True):
        part[:, _at(tuple(signs))] += STRUCTURE_LOADING * np.outer(series, list(signs.values()))
    return part


def _series(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The two structures over the sessions of the long case; their process SD is 1."""
    first = np.empty(LONG_LENGTH + 1)
    first[0] = rng.normal()
    for t in range(1, LONG_LENGTH + 1):
        first[t] = CARRY * first[t - 1] + rng.normal(0, np.sqrt(1 - CARRY**2))
    second = FOLLOWS * first[:-1] + rng.normal(0, np.sqrt(1 - FOLLOWS**2), LONG_LENGTH)
    return first[1:], second


def _all_sorts(
    rng: np.random.Generator, latent: Floats, order: NDArray[np.int64], piles: NDArray[np.int64]
) -> list[dict[str, tuple[int, ...]]]:
    """The sorts of each session, by rater; the sessions are sorted in ``order``."""
    items = latent.shape[1]
    bias = {rater: rng.normal(0, BIAS_SD, items) for rater in RATERS}
    own_picture = rng.normal(0, latent.std(), items)
    pairs = list(itertools.combinations(RATERS, 2))
    sorts: list[dict[str, tuple[int, ...]]] = [{} for _ in order]
    under = 0
    for place, s in enumerate(order.tolist()):
        error = ERROR_SD * rng.lognormal(0, UNEVEN)
        noise = rng.normal(0, error, (len(RATERS), items))
        slide = DRIFT * place / (len(order) - 1)
        seen: dict[str, NDArray[np.int64]] = {}
        for j, rater in enumerate(RATERS):
            weight = slide if rater == DRIFTER else 0.0
            view = (1 - weight) * latent[s] + weight * own_picture + bias[rater] + noise[j]
            seen[rater] = _forced(view, piles)
        chosen = list(pairs[place % len(pairs)])
        if _correlation(seen[chosen[0]], seen[chosen[1]]) < THRESHOLD:
            under += 1
            if under % 3:
                chosen.append(next(one for one in _turned(RATERS, under) if one not in chosen))
        sorts[s] = {rater: tuple(seen[rater].tolist()) for rater in chosen}
    return sorts


def _forced(view: Floats, piles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut a latent vector into the piles: the lowest values go to the lowest pile."""
    sort = np.empty(len(piles), dtype=np.int64)
    sort[np.argsort(view, kind="stable")] = piles
    return sort


def _correlation(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def _turned(raters: tuple[str, ...], by: int) -> tuple[str, ...]:
    """The raters, begun elsewhere, so that third sorts fall to everybody."""
    by %= len(raters)
    return raters[by:] + raters[:by]


def _outcomes(
    rng: np.random.Generator, hours: list[_Hour], quality: Mapping[str, float]
) -> list[tuple[float, float, float]]:
    """Outcome of the week, before and after the treatment, for each hour."""
    ends: dict[str, tuple[float, float]] = {}
    for case, good in quality.items():
        before = rng.normal(26, 3)
        ends[case] = (before, before - 9 - 4 * good + rng.normal(0, 1.5))
    rows = []
    for hour in hours:
        before, after = ends[hour.case]
        gone = (hour.number - 1) / (hour.length - 1)
        week = before + gone * (after - before) + rng.normal(0, 1.5)
        rows.append((_score(week), _score(before), _score(after)))
    return rows


def _score(distress: float) -> float:
    """A score of the scale from 0 to 40, with one decimal."""
    return round(min(40.0, max(0.0, float(distress))), 1)


def _codes(rng: np.random.Generator, count: int) -> list[str]:
    """Codes that tell nothing: two letters and two digits, none twice."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes["".join(rng.choice(_LETTERS, 2)) + f"{rng.integers(10, 100)}"] = None
    return list(codes)


def _at(numbers: tuple[int, ...]) -> list[int]:
    """Item numbers as positions in a sort."""
    return [number - 1 for number in numbers]
