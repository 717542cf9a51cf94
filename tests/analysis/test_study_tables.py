"""The same tables of a study on disk, as a lead and as a rater see it."""

from __future__ import annotations

import polars as pl
import pytest

from pqs_coder.analysis import study as front
from pqs_coder.analysis.item_sets import item_set_table, item_sets_table
from pqs_coder.analysis.prototypes import prototype_table, prototypes_table
from pqs_coder.analysis.sorts import show_sort
from pqs_coder.analysis.status import imported_sorts, raters_table, status
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.store.prototypes import add_prototype

STATUS = "session rater state placed piled items moves minutes submitted_at"
TWO = (
    '\n[raters.anna]\nname = "Anna"\n[raters.ben]\nrole = "trainee"\n[raters.boss]\nrole = "lead"\n'
)


@pytest.fixture
def folder(make_folder, draw):
    sorts = draw({"s2": ["anna", "ben"], "s10": ["anna"]})
    return make_folder(
        sorts, sessions=["s1"], assigned=[("s10", "ben"), ("s2", "anna")], settings=TWO
    )


def test_status_has_a_row_for_each_session_and_rater(folder) -> None:
    with open_desk(front.open_study(folder), "s1", "ben") as desk:
        desk.heap(1, 1)
        desk.place(2, 9)
    frame = status(front.open_study(folder))
    assert frame.columns == STATUS.split()
    assert frame.select("session", "rater", "state", "placed", "piled", "items").rows() == [
        ("s1", "ben", "draft", 2, 1, 100),
        ("s2", "anna", "submitted", 100, 100, 100),
        ("s2", "ben", "submitted", 100, 100, 100),
        ("s10", "anna", "submitted", 100, 100, 100),
        ("s10", "ben", "assigned", 0, 0, 100),
    ]


def test_sorts_from_a_file_have_no_moves_and_are_told(folder) -> None:
    with open_desk(front.open_study(folder), "s1", "ben") as desk:
        desk.place(2, 9)
    frame = status(front.open_study(folder))
    moves = {(one["session"], one["rater"]): one["moves"] for one in frame.iter_rows(named=True)}
    assert moves["s2", "anna"] is None
    assert moves["s1", "ben"] == 1
    assert moves["s10", "ben"] == 0
    [note] = imported_sorts(frame)
    assert note.startswith("Taken in from a file: 3 sorts.")
    assert imported_sorts(frame.filter(pl.col("state") != "submitted")) == ()


def test_a_session_without_raters_has_one_open_row(folder) -> None:
    frame = status(front.open_study(folder)).filter(pl.col("session") == "s1")
    assert frame.select("rater", "state").rows() == [(None, "open")]


def test_a_rater_sees_own_work_only(folder) -> None:
    frame = status(front.open_study(folder, "ben"))
    assert set(frame["rater"].drop_nulls()) == {"ben"}
    assert raters_table(front.open_study(folder, "ben"))["rater"].to_list() == ["ben"]
    assert front.agreement(front.open_study(folder, "ben")).height == 0
    with pytest.raises(UsageError):
        show_sort(front.open_study(folder, "ben"), "s2", "anna")


def test_roster_counts_work(folder) -> None:
    frame = raters_table(front.open_study(folder))
    names = ["rater", "role", "title", "assigned", "drafts", "submitted"]
    assert frame.select(names).rows() == [
        ("anna", "rater", "Anna", 0, 0, 2),
        ("ben", "trainee", None, 1, 0, 1),
        ("boss", "lead", None, 0, 0, 0),
    ]


def test_front_door_gives_frames(folder) -> None:
    study = front.open_study(folder)
    assert study.sorts().height == 300
    assert front.agreement(study)["session"].to_list() == ["s2"]
    assert front.agreement(study, by="pair").height == 1
    assert front.composite(study).height == 200
    assert front.adherence(study).height == 0


def test_adherence_and_prototype_tables(folder) -> None:
    study = front.open_study(folder)
    scores = {n: float(n % 7) for n in range(1, 61)}
    add_prototype(study, "ideal", scores, {"title": "Ideal", "item_set": "pqs"})
    listed = prototypes_table(study).row(0, named=True)
    assert (listed["prototype"], listed["n_items"], listed["invented"]) == ("ideal", 60, False)
    shown = prototype_table(study, "IDEAL")
    assert shown["score"].null_count() == 40
    assert shown.row(6, named=True)["score"] == 0.0
    frame = front.adherence(study)
    assert frame["session"].to_list() == ["s2", "s10"]
    assert frame["n_items"].to_list() == [60, 60]
    assert front.adherence(study, each_rater=True).height == 3


def test_show_gives_the_draft_else_what_was_submitted(folder) -> None:
    study = front.open_study(folder)
    with open_desk(study, "s1", "ben") as desk:
        desk.place(2, 9)
        desk.note(2, "clear")
    draft = show_sort(study, "S1", "ben")
    assert draft["state"].unique().to_list() == ["draft"]
    assert draft.row(1, named=True)["note"] == "clear"
    assert show_sort(study, "s2", "Anna")["state"].unique().to_list() == ["submitted"]
    with pytest.raises(StudyError, match="has not begun"):
        show_sort(study, "s1", "anna")


def test_item_sets(folder) -> None:
    for where, said in ((None, "shipped"), (folder, "study")):  # a study has its own copy
        sets = item_sets_table(where)
        row = sets.row(by_predicate=pl.col("item_set") == "pqs", named=True)
        assert (row["items"], row["piles"], row["where"]) == (100, 9, said)
    assert item_set_table("pqs", None).height == 100
    with pytest.raises(StudyError):
        item_set_table("nothing", folder)
