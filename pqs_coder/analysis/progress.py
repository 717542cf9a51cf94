"""Pace: what each rater has to do, how long a sort takes, and when the work may be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.context import natural_key
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import UsageError

if TYPE_CHECKING:
    from pqs_coder.store.study import Study
    from pqs_coder.store.work import Work

PROGRESS_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "to_do": pl.Int64,
    "drafts": pl.Int64,
    "submitted": pl.Int64,
    "minutes": pl.Float64,
    "per_week": pl.Float64,
    "last_submitted": pl.Datetime("us", "UTC"),
    "expected_end": pl.Datetime("us", "UTC"),
}
LOOKED_AT = timedelta(weeks=4)
"""The pace is that of the last four weeks."""

EVERYBODY = "all"


def progress_of(study: Study, now: datetime | None = None) -> Result:
    """A row a rater of a study and one of all, see `progress_table`; for leads."""
    from pqs_coder.store.work import list_work

    if not study.viewer.leads:
        raise UsageError("The pace of raters is for leads.", "See your own work with pqs status.")
    return progress_table(list_work(study), now or datetime.now(UTC))


def progress_table(work: Iterable[Work], now: datetime) -> Result:
    """What is to do, in hand and done; ``minutes`` is the median of submitted, timed sorts.

    ``per_week`` is the pace of the last four weeks (of the time since the first submission, where
    that is shorter, but of a week at least); ``expected_end`` is when what is assigned and begun
    will be done at that pace, of all raters when the last of them is done. Null where nobody
    submitted in that time, or nothing is left.
    """
    groups: dict[str, list[Work]] = {}
    for one in work:
        if one.rater is not None:
            groups.setdefault(one.rater, []).append(one)
    rows = [_row(name, groups[name], now) for name in sorted(groups, key=natural_key)]
    if rows:
        rows.append(_total([one for part in groups.values() for one in part], rows, now))
    columns = {name: [row[name] for row in rows] for name in PROGRESS_SCHEMA}
    idle = [row["rater"] for row in rows[:-1] if row["expected_end"] is None and _left(row)]
    notes = (
        (f"No pace to go by, nothing submitted in four weeks: {', '.join(idle)}.",) if idle else ()
    )
    return Result(build_frame(columns, PROGRESS_SCHEMA), notes)


def _left(row: dict[str, Any]) -> int:
    return int(row["to_do"] + row["drafts"])


def _row(name: str, work: list[Work], now: datetime) -> dict[str, Any]:
    times = sorted(one.submitted_at for one in work if one.submitted_at is not None)
    minutes = [one.minutes for one in work if one.state == "submitted" and one.minutes > 0]
    row: dict[str, Any] = {
        "rater": name,
        "to_do": sum(one.state == "assigned" for one in work),
        "drafts": sum(one.state == "draft" for one in work),
        "submitted": sum(one.state == "submitted" for one in work),
        "minutes": median(minutes) if minutes else None,
        "per_week": None,
        "last_submitted": times[-1] if times else None,
        "expected_end": None,
    }
    recent = [at for at in times if now - LOOKED_AT < at <= now]
    if recent:
        span = min(LOOKED_AT, max(now - times[0], timedelta(weeks=1)))
        row["per_week"] = len(recent) / (span / timedelta(weeks=1))
        if _left(row):
            row["expected_end"] = now + timedelta(weeks=_left(row) / row["per_week"])
    return row


def _total(work: list[Work], rows: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    row = _row(EVERYBODY, work, now)
    ends = [one["expected_end"] for one in rows if _left(one)]
    row["expected_end"] = max(ends) if ends and None not in ends else None
    return row
