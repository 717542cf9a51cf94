"""Pace and expected end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pqs_coder.analysis.progress import PROGRESS_SCHEMA, progress_of, progress_table
from pqs_coder.analysis.study import open_study
from pqs_coder.errors import UsageError
from pqs_coder.store.work import Work

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def done(rater: str, days_ago: float, minutes: float = 60) -> Work:
    at = NOW - timedelta(days=days_ago)
    return Work("s", rater, "submitted", 100, 100, 100, 120, minutes, at)


def test_pace_of_four_weeks_and_expected_end() -> None:
    work = [done("anna", 60), *(done("anna", days, 50 + days) for days in (2, 9, 16, 23))]
    work += [Work("x", "anna", "assigned", 100), Work("y", "anna", "draft", 100)]
    work += [Work("z", None, "open", 100)]
    table = progress_table(work, NOW).frame
    assert dict(table.schema) == PROGRESS_SCHEMA
    row, total = table.rows(named=True)
    assert (row["to_do"], row["drafts"], row["submitted"]) == (1, 1, 5)
    assert row["per_week"] == pytest.approx(1.0)
    assert row["expected_end"] == NOW + timedelta(weeks=2)
    assert row["minutes"] == 60
    assert row["last_submitted"] == NOW - timedelta(days=2)
    assert (total["rater"], total["submitted"]) == ("all", 5)


def test_a_short_history_is_not_stretched_to_four_weeks() -> None:
    work = [done("anna", 14), done("anna", 7), Work("x", "anna", "assigned", 100)]
    row = progress_table(work, NOW).frame.row(0, named=True)
    assert row["per_week"] == pytest.approx(1.0)
    burst = [done("anna", 1), done("anna", 0.5)]
    assert progress_table(burst, NOW).frame["per_week"][0] == pytest.approx(2.0)


def test_all_are_done_when_the_last_is_and_idle_raters_are_named() -> None:
    work = [done("anna", 7), Work("x", "anna", "assigned", 100)]
    work += [done("ben", 7), done("ben", 3.5), *(Work(s, "ben", "assigned", 100) for s in "pqr")]
    both = progress_table(work, NOW)
    assert both.frame["expected_end"][2] == max(both.frame["expected_end"][:2])
    assert both.notes == ()
    idle = progress_table([*work, done("cy", 90), Work("x", "cy", "assigned", 100)], NOW)
    assert idle.frame["expected_end"].to_list()[2:] == [None, None]
    assert idle.notes == ("No pace to go by, nothing submitted in four weeks: cy.",)


def test_pace_is_for_leads(make_folder, draw) -> None:
    folder = make_folder(draw({"s1": ["anna"]}))
    assert progress_of(open_study(folder)).frame["rater"].to_list() == ["anna", "all"]
    with pytest.raises(UsageError, match="for leads"):
        progress_of(open_study(folder, "anna"))
