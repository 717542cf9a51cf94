"""Drift: does a rater's agreement with the others slide over time?

Of each sort: its mean r with the others of the session, less what the session led to expect. With
three raters or more that is how well the others agree among themselves there; with two, how well
the partner agrees with other people in other sessions. So neither a hard session nor a partner who
agrees with nobody counts against a rater.
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
from pqs_coder.analysis.control_chart import ewma_chart
from pqs_coder.analysis.result import NO_PAIRS, Result, build_frame, stack_frames
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

FEWEST_SESSIONS = 8
"""From so many sessions on a chart may warn."""
APART = timedelta(minutes=1)
"""Nobody submits two sorts within it: such sorts were taken in from a file, and have no order."""
NO_TIMES = "Drift needs the times of submission, which these sorts lack"

_R = pl.Float64
DRIFT_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "order": pl.Int64,
    "session": pl.String,
    "submitted_at": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("r_others", "expected", "deviation", "level", "center", "low", "high"), _R),
    "warning": pl.Boolean,
}


def drift_of(study: Study) -> Result:
    """Control charts of the raters of a study, see `drift_table`."""
    from pqs_coder.store.reading import read_sorts

    frame = read_sorts(study, columns=(*NEEDED, "submitted_at"))
    return drift_table(frame, study_context(study))


def drift_table(frame: pl.DataFrame, context: Context | None = None) -> Result:
    """A row for each sort that has company, by rater and time of submission.

    ``deviation`` = r_others - expected; ``level`` is its moving average (EWMA), ``low`` and
    ``high`` the limits of the chart. ``warning``: the level is under the low limit, from a rater's
    eighth session on. With two raters in the study there is one chart, and it is named after both:
    agreement alone can't tell who of two has moved. Sorts submitted within a minute of another by
    the same rater were imported: they have no place in the order and are left out.
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
        "warning": (chart.level < chart.low) & (order >= FEWEST_SESSIONS),
    }
    return build_frame(columns, DRIFT_SCHEMA)


def _in_words(
    table: pl.DataFrame, names: Sequence[str], pairs: int, left: Mapping[str, int]
) -> list[str]:
    if not pairs:
        return [NO_PAIRS]
    imported = any(left.values())
    if not table.height:
        why = ": they were taken in together" if imported else ""
        return [f"{NO_TIMES}{why}. There is nothing to draw."]
    words = []
    if imported:
        each = ", ".join(f"{name.replace(',', ' and ')} {n}" for name, n in left.items() if n)
        words.append(f"Left out, since they were taken in together and have no order: {each}.")
    for rater in table["rater"].unique(maintain_order=True):
        chart = table.filter(pl.col("rater") == rater)
        who = "The pair " + rater.replace(",", " and ") if len(names) == 2 else rater
        warned = chart.filter(pl.col("warning"))
        if warned.height:
            first = warned.row(0, named=True)
            words.append(
                f"{who}: agreement slides. From session {first['session']} on (number "
                f"{first['order']} of {chart.height}) the level is under the limit; look at what "
                "changed, and consider a practice session together."
            )
        elif chart.height < FEWEST_SESSIONS:
            words.append(
                f"{who}: {plural(chart.height, 'session')}; a warning needs {FEWEST_SESSIONS}."
            )
    if len(names) == 2 and table.height:
        words.append("With two raters agreement can't tell who of them has moved.")
    return words
