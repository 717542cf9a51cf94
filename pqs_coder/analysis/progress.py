"""Pace: how fast each person works, and when the work that is assigned may be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.context import natural_key
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.store.work import Work, list_work, total_minutes

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_WHEN = pl.Datetime("us", "UTC")
PROGRESS_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    **dict.fromkeys(("to_do", "drafts", "submitted"), pl.Int64),
    **dict.fromkeys(("minutes", "minutes_a_sort", "sorts_a_week"), pl.Float64),
    "last_submitted_at": _WHEN,
    "expected_end": _WHEN,
}
PACE = (
    "The pace in sorts a week goes from the first to the last submitted sort; the expected end is "
    "the last submitted, and what is left at that pace. It takes two sorts, a day apart or more."
)


def progress_of(study: Study) -> Result:
    """A row a rater with work, as far as the viewer may see, see `progress_table`."""
    return progress_table(list_work(study))


def progress_table(work: Sequence[Work]) -> Result:
    """``minutes`` are active minutes of all, ``minutes_a_sort`` the median of submitted ones.

    ``sorts_a_week`` is (n - 1) / the weeks between the first and the last of n submitted sorts;
    ``expected_end`` the last of them + (to do + drafts) / that pace.
    """
    by_rater: dict[str, list[Work]] = {}
    for one in work:
        if one.rater is not None:
            by_rater.setdefault(one.rater, []).append(one)
    rows = [_row(name, by_rater[name]) for name in sorted(by_rater, key=natural_key)]
    columns = {name: [row[name] for row in rows] for name in PROGRESS_SCHEMA}
    note = PACE if rows else "Nobody has work yet: pqs assign."
    return Result(build_frame(columns, PROGRESS_SCHEMA), (note,))


def _row(rater: str, work: Sequence[Work]) -> dict[str, Any]:
    done = [one for one in work if one.state == "submitted"]
    left = sum(one.state in ("assigned", "draft") for one in work)
    timed = [one.minutes for one in done if one.minutes]
    when = sorted(one.submitted_at for one in done if one.submitted_at is not None)
    pace = _pace(when)
    return {
        "rater": rater,
        "to_do": sum(one.state == "assigned" for one in work),
        "drafts": sum(one.state == "draft" for one in work),
        "submitted": len(done),
        "minutes": total_minutes(work),
        "minutes_a_sort": median(timed) if timed else None,
        "sorts_a_week": pace,
        "last_submitted_at": when[-1] if when else None,
        "expected_end": when[-1] + timedelta(weeks=left / pace) if pace and left else None,
    }


def _pace(when: Sequence[datetime]) -> float | None:
    """Sorts a week; None where fewer than two, or all within a day."""
    if len(when) < 2 or when[-1] - when[0] < timedelta(days=1):
        return None
    return (len(when) - 1) / ((when[-1] - when[0]) / timedelta(weeks=1))
