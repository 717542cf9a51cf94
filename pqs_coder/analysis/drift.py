"""Drift: does a rater's agreement with the others slide over time?

Of each sort: its mean r with the others of the session, less what the session led to expect. With
three raters or more that is how well the others agree among themselves there; with two, how well
the partner agrees with other people in other sessions. So neither a hard session nor a partner who
agrees with nobody counts against a rater. A rater's first sorts are the baseline, against which the
later ones are held; see `control_chart`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.agreement_sessions import by_pair
from pqs_coder.analysis.arrays import NEEDED, group_sessions, rated, sort_matrix
from pqs_coder.analysis.context import Context, natural, study_context
from pqs_coder.analysis.control_chart import BASELINE, ewma_chart
from pqs_coder.analysis.result import NO_PAIRS, Result, build_frame, stack_frames
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

APART = timedelta(minutes=1)
"""Nobody submits two sorts within it: such sorts were taken in from a file, and have no order."""
TOGETHER = (
    "Drift needs sorts in the order of time, and these were submitted together, within a minute of "
    "one another (as when they are taken in from a file)"
)
NO_TIMES = "Drift needs the times of submission, which these sorts lack"

_R = pl.Float64
DRIFT_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "order": pl.Int64,
    "session": pl.String,
    "submitted_at": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("r_others", "expected", "deviation", "level", "center", "low", "high"), _R),
    "warning": pl.Boolean,
    "baseline": pl.Boolean,
    "side": pl.String,
}


def drift_of(study: Study) -> Result:
    """Control charts of the raters of a study, see `drift_table`."""
    from pqs_coder.store.reading import read_sorts

    frame = read_sorts(study, columns=(*NEEDED, "submitted_at"))
    return drift_table(frame, study_context(study))


def drift_table(frame: pl.DataFrame, context: Context | None = None) -> Result:
    """A row for each sort that has company, by rater and time of submission.

    ``deviation`` = r_others - expected. A rater's first eight are the ``baseline`` and set the
    ``center`` and the limits; ``level``, the moving average (EWMA) of the later ones, begins at
    the centre, and ``low`` and ``high`` are its limits. ``warning``: the level lies outside them,
    and ``side`` tells where, below or above. With two raters in the study there is
    one chart, and it is named after both: agreement alone can't tell who of two has moved. Sorts
    submitted within a minute of another by the same rater were imported: they have no place in the
    order and are left out.
    """
    about = context or Context()
    sorts = rated(sort_matrix(frame))
    pairs = by_pair(group_sessions(sorts, prefer=about.item_set_hash), about).frame
    when = _times(sorts.labels)
    known = pairs.filter(pl.col("r").is_not_null())
    meetings = _Meetings.of(known)
    names = natural({*known["rater_a"], *known["rater_b"]})
    if len(names) == 2:
        series = {",".join(names): _of_the_pair(meetings, names, when)}
    else:
        series = {name: _of_a_rater(meetings, name, when) for name in names}
    timed = {name: _with_own_time(points) for name, points in series.items()}
    charts = [_chart(name, points) for name, points in timed.items() if points]
    table = stack_frames(charts, DRIFT_SCHEMA)
    left = {name: len(points) - len(timed[name]) for name, points in series.items()}
    return Result(table, tuple(_in_words(table, names, known.height, left)))


Times = dict[tuple[str, str], datetime | None]


def _times(labels: pl.DataFrame) -> Times:
    if "submitted_at" not in labels.columns:
        return {}
    rows = labels.select("session", "rater", "submitted_at").iter_rows()
    return {(session, rater): at for session, rater, at in rows}


@dataclass
class _Sum:
    total: float = 0.0
    number: int = 0

    def add(self, value: float) -> None:
        self.total += value
        self.number += 1


@dataclass
class _Meetings:
    """Sums of r, of all, by rater and by pair, from which parts can be taken away."""

    pairs: dict[str, list[tuple[str, str, float]]] = field(default_factory=dict)
    everything: _Sum = field(default_factory=_Sum)
    by_rater: dict[str, _Sum] = field(default_factory=lambda: defaultdict(_Sum))
    by_pair: dict[frozenset[str], _Sum] = field(default_factory=lambda: defaultdict(_Sum))

    @classmethod
    def of(cls, pairs: pl.DataFrame) -> _Meetings:
        found = cls()
        for session, one, other, r in pairs.select(
            "session", "rater_a", "rater_b", "r"
        ).iter_rows():
            found.pairs.setdefault(session, []).append((one, other, r))
            found.everything.add(r)
            found.by_rater[one].add(r)
            found.by_rater[other].add(r)
            found.by_pair[frozenset((one, other))].add(r)
        return found

    def expected(self, session: str, rater: str, partner: str) -> float:
        """What r of ``rater`` and ``partner`` in a session would be by all that others show."""
        here = [r for a, b, r in self.pairs[session] if rater not in (a, b)]
        if here:
            return sum(here) / len(here)
        own, shared = self.by_rater[partner], self.by_pair[frozenset((rater, partner))]
        number = own.number - shared.number
        if number:
            return (own.total - shared.total) / number
        mine = self.by_rater[rater]
        number = self.everything.number - mine.number
        if number:
            return (self.everything.total - mine.total) / number
        return self.everything.total / self.everything.number


@dataclass(frozen=True)
class _Point:
    at: datetime
    session: str
    r: float
    expected: float


def _of_a_rater(meetings: _Meetings, name: str, when: Times) -> list[_Point]:
    points = []
    for session, pairs in meetings.pairs.items():
        own = [(b if a == name else a, r) for a, b, r in pairs if name in (a, b)]
        at = when.get((session, name))
        if own and at is not None:
            expected = [meetings.expected(session, name, partner) for partner, _ in own]
            points.append(_Point(at, session, _mean([r for _, r in own]), _mean(expected)))
    return sorted(points, key=lambda point: (point.at, point.session))


def _of_the_pair(meetings: _Meetings, names: Sequence[str], when: Times) -> list[_Point]:
    """With two raters the mean of all their sessions is all that can be expected."""
    expected = meetings.everything.total / meetings.everything.number
    points = []
    for session, pairs in meetings.pairs.items():
        times = [when.get((session, name)) for name in names]
        known = [at for at in times if at is not None]
        if len(known) == 2:
            points.append(_Point(max(known), session, pairs[0][2], expected))
    return sorted(points, key=lambda point: (point.at, point.session))


def _with_own_time(points: Sequence[_Point]) -> list[_Point]:
    """Those that lie apart from their neighbours in time; ``points`` in order of time."""
    gaps = [True, *(b.at - a.at >= APART for a, b in itertools.pairwise(points)), True]
    return [point for n, point in enumerate(points) if gaps[n] and gaps[n + 1]]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _chart(name: str, points: Sequence[_Point]) -> pl.DataFrame:
    deviation = np.array([point.r - point.expected for point in points], dtype=np.float64)
    chart = ewma_chart(deviation)
    side = np.select([chart.below, chart.above], ["below", "above"], "")
    order = np.arange(1, len(points) + 1)
    columns = {
        "rater": [name] * len(points),
        "order": order,
        "session": [point.session for point in points],
        "submitted_at": [point.at for point in points],
        "r_others": [point.r for point in points],
        "expected": [point.expected for point in points],
        "deviation": deviation,
        "level": chart.level,
        "center": np.full(len(points), chart.center),
        "low": chart.low,
        "high": chart.high,
        "warning": chart.below | chart.above,
        "baseline": order <= BASELINE,
        "side": [one or None for one in side.tolist()],
    }
    return build_frame(columns, DRIFT_SCHEMA)


WHAT_TO_DO = {
    "below": "agreement slides. {where}; look at what changed, and consider a practice session "
    "together.",
    "above": "agreement rises. {where}; look whether the first sorts were made while still "
    "learning, or whether the raters now talk about sessions before they sort.",
}


def first_outside(chart: pl.DataFrame, side: str) -> str:
    """From when on the level of one rater's chart was outside, and at how many sorts of all."""
    outside = chart.filter(pl.col("side") == side)
    first = outside.row(0, named=True)
    return (
        f"From {first['session']} on (sort {first['order']} of {chart.height}) the level is "
        f"{side} its limits, at {plural(outside.height, 'sort')}"
    )


def _in_words(
    table: pl.DataFrame, names: Sequence[str], pairs: int, left: Mapping[str, int]
) -> list[str]:
    if not pairs:
        return [NO_PAIRS]
    imported = any(left.values())
    if not table.height:
        return [f"{TOGETHER if imported else NO_TIMES}. There is nothing to draw."]
    words = []
    if imported:
        each = ", ".join(f"{name.replace(',', ' and ')} {n}" for name, n in left.items() if n)
        words.append(f"Left out, since they were submitted together and have no order: {each}.")
    for rater in table["rater"].unique(maintain_order=True):
        chart = table.filter(pl.col("rater") == rater)
        who = "The pair " + rater.replace(",", " and ") if len(names) == 2 else rater
        said = [
            f"{who}: {WHAT_TO_DO[side].format(where=first_outside(chart, side))}"
            for side in ("below", "above")
            if (chart["side"] == side).any()
        ]
        if chart.height <= BASELINE:
            said = [
                f"{who}: {plural(chart.height, 'session')}; the first {BASELINE} are the baseline, "
                "and a warning can come from the next one on."
            ]
        words += said
    if len(names) == 2 and table.height:
        words.append("With two raters agreement can't tell who of them has moved.")
    return words
