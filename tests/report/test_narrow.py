"""Which columns a narrow terminal is spared."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pqs_coder.analysis.adherence_context import adherence_detail_of
from pqs_coder.analysis.agreement import agreement_of
from pqs_coder.analysis.change import change_of
from pqs_coder.analysis.compare import compare_of
from pqs_coder.analysis.differences import differences_of
from pqs_coder.analysis.outcomes import outcomes_of
from pqs_coder.analysis.sorts import show_sort
from pqs_coder.analysis.status import status as status_of
from pqs_coder.report.narrow import SPARE, fit
from pqs_coder.report.plain import plain_table
from pqs_coder.store.study import open_study


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("kind", [one for one in SPARE if one != "status"])
def test_a_table_fits_the_terminal_and_says_what_is_left_out(
    demo_study: Path, kind: str, width: int
) -> None:
    demo = open_study(demo_study)
    match kind:
        case "differences":
            frame = differences_of(demo, "D3").frame
        case "compare":
            frame = compare_of(demo, "rater", "anna", "carla").frame
        case "sort":
            frame = show_sort(demo, "M9", "anna")
        case "adherence":
            frame = adherence_detail_of(demo).frame.drop("prototype_hash")
        case "change":
            frame = change_of(demo).frame.drop("prototype_hash")
        case "outcome":
            frame = outcomes_of(demo, "outcome", intake="outcome").frame.drop("prototype_hash")
        case _:
            frame = agreement_of(demo, by=kind).frame
    text, left_out = fit(frame, kind, width)
    assert max(map(len, text.splitlines())) <= width
    shown = text.splitlines()[0].split()
    assert [name for name in frame.columns if name in shown] == shown
    gone = set(frame.columns) - set(shown)
    assert bool(gone) == (max(map(len, plain_table(frame).splitlines())) > width)
    assert gone <= set(SPARE[kind])
    assert (f"{width} columns" in left_out) == bool(gone)
    assert all(name in left_out for name in gone)


def test_dates_of_status_stay_whole_at_80_columns(demo_study: Path) -> None:
    frame = status_of(open_study(demo_study))
    text, left_out = fit(frame, "status", 80)
    assert max(map(len, text.splitlines())) <= 80
    assert "submitted_at" in text
    assert left_out.startswith("Left out to fit 80 columns: items")


def test_nothing_is_left_out_where_all_fits() -> None:
    frame = pl.DataFrame({"session": ["A"], "r": [0.5], "icc1": [0.5]})
    assert fit(frame, "session", 80) == (plain_table(frame), "")


def test_what_a_column_holds_in_every_row_is_told() -> None:
    frame = pl.DataFrame({"session": ["A", "A"], "note_a": ["n" * 90, "m"], "item": [1, 2]})
    _, left_out = fit(frame, "differences", 80)
    assert "session (A), note_a." in left_out
