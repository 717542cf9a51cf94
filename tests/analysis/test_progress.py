"""Pace and expected end: what can't be said stays empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pqs_coder.analysis.progress import PROGRESS_SCHEMA, progress_of, progress_table
from pqs_coder.analysis.study import open_study
from pqs_coder.store.work import Work

START = datetime(2025, 3, 1, tzinfo=UTC)


def done(rater: str, day: float, minutes: float = 60) -> Work:
    at = START + timedelta(days=day)
    return Work("s", rater, "submitted", 100, 100, 100, 120, minutes, at)


def test_columns_and_counts() -> None:
    work = [done("anna", 0, 50), done("anna", 14, 0), Work("z", None, "open", 100)]
    work += [Work("x", "anna", "assigned", 100), Work("y", "anna", "draft", 100)]
    table = progress_table(work).frame
    assert dict(table.schema) == PROGRESS_SCHEMA
    row = table.row(0, named=True)
    assert (row["to_do"], row["drafts"], row["submitted"]) == (1, 1, 2)
    assert row["minutes_a_sort"] == 50  # a sort that was not timed is none of no minutes
    assert row["sorts_a_week"] == pytest.approx(0.5)
    assert row["expected_end"] == START + timedelta(days=14, weeks=4)


def test_no_pace_from_one_sort_or_a_single_day() -> None:
    for work in ([done("anna", 0)], [done("anna", 0), done("anna", 0.9)]):
        table = progress_table([*work, Work("x", "anna", "assigned", 100)]).frame
        assert table.select("sorts_a_week", "expected_end").row(0) == (None, None)


def test_no_end_where_nothing_is_left() -> None:
    table = progress_table([done("anna", 0), done("anna", 7)]).frame
    assert table.select("sorts_a_week", "expected_end").row(0) == (1.0, None)


def test_a_rater_sees_the_own_row(make_folder, draw) -> None:
    folder = make_folder(draw({"s1": ["anna", "ben"]}))
    assert progress_of(open_study(folder)).frame["rater"].to_list() == ["anna", "ben"]
    assert progress_of(open_study(folder, "anna")).frame["rater"].to_list() == ["anna"]
