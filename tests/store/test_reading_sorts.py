"""The tidy table of a study, and the list of who has done what."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import DataError, StudyError
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.sorts import SORT_SCHEMA, SortLabels, sort_frame, write_submitted
from pqs_coder.store.study import SortPaths, open_study
from pqs_coder.store.work import Work, list_work
from tests.small_study import BIRDS, fill, make_small_study, small_study, submitted, whole_sort


@pytest.fixture
def study(tmp_path):
    """S1 by anna (revised) and ben, with a blind second sort of ben's; a draft of S2 by anna."""
    study = small_study(tmp_path)
    submitted(study, "S1", "anna", 1)
    submitted(study, "S1", "ben", 2)
    with open_desk(study, "S1", "anna", revise=Revision("a slip", "clara")) as desk:
        ends = desk.draft.in_pile(2) + desk.draft.in_pile(-2)
        desk.swap(*ends)
        desk.submit()
    with open_desk(study, "S1", "ben", again=True) as desk:
        fill(desk, 3)
        desk.submit()
    with open_desk(study, "S2", "anna") as desk:
        desk.heap(1, 1)
        desk.place(2, -2)
    return study


def sorts(table):
    return sorted(table.select("session", "rater", "occasion", "revision").unique().rows())


def test_the_table_has_the_schema_even_without_a_row(tmp_path):
    empty = read_sorts(small_study(tmp_path))
    assert empty.schema == pl.Schema(SORT_SCHEMA)
    assert empty.height == 0


def test_latest_revision_of_the_first_occasion_unless_asked(study):
    table = read_sorts(study)
    assert table.schema == pl.Schema(SORT_SCHEMA)
    assert sorts(table) == [("S1", "anna", 1, 2), ("S1", "ben", 1, 1)]
    assert table.height == 24
    assert sorts(read_sorts(study, all_revisions=True)) == [
        ("S1", "anna", 1, 1),
        ("S1", "anna", 1, 2),
        ("S1", "ben", 1, 1),
    ]
    assert sorts(read_sorts(study, occasion=2)) == [("S1", "ben", 2, 1)]
    assert sorts(read_sorts(study, occasion=None)) == [
        ("S1", "anna", 1, 2),
        ("S1", "ben", 1, 1),
        ("S1", "ben", 2, 1),
    ]


def test_the_piles_are_those_that_were_sorted(study):
    table = read_sorts(study).filter(pl.col("rater") == "ben")
    assert dict(table.select("item", "pile").rows()) == whole_sort(2)


def test_drafts_come_with_no_time_of_submission(study):
    table = read_sorts(study, drafts=True)
    draft = table.filter(pl.col("session") == "S2")
    assert draft.height == 12
    assert draft["submitted_at"].null_count() == 12
    assert dict(draft.select("item", "pile").rows())[2] == -2
    assert dict(draft.select("item", "heap").rows())[1] == 1


def test_columns_are_those_asked_for_in_their_order(study):
    table = read_sorts(study, columns=["pile", "item"])
    assert table.columns == ["pile", "item"]
    assert table.equals(read_sorts(study).select("pile", "item"))
    assert read_sorts(study, columns=["item"], drafts=True).height == 36


def test_single_sessions_are_asked_for_by_code(study):
    assert set(read_sorts(study, sessions=["s1"])["session"]) == {"S1"}
    assert read_sorts(study, sessions=["S2"]).height == 0
    assert read_sorts(study, sessions=[]).height == 0
    with pytest.raises(StudyError, match="S9"):
        read_sorts(study, sessions=["S9"])


def test_other_kinds_are_asked_for_by_name(study):
    cards = open_desk(study, "S1", "ben", read_only=True).draft.cards
    labels = SortLabels("S1", "consensus", "birds", BIRDS.hash, kind="consensus")
    folder = study.sorts_folder("S1")
    write_submitted(SortPaths(folder, "consensus"), 1, sort_frame(BIRDS, cards, labels))
    assert "consensus" not in set(read_sorts(study)["rater"])
    assert set(read_sorts(study, kind=("consensus",))["rater"]) == {"consensus"}
    assert read_sorts(study, kind=("rater", "consensus")).height == 36
    assert "consensus" not in {work.rater for work in list_work(study)}


def test_every_damaged_file_is_named(study):
    folder = study.sorts_folder("S1")
    for name in ("anna.2.parquet", "ben.parquet"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:-1] + b"x")
    with pytest.raises(DataError) as caught:
        read_sorts(study)
    assert "anna.2.parquet" in caught.value.message
    assert "ben.parquet" in caught.value.message
    assert caught.value.cure


@pytest.mark.parametrize(
    ("old", "new"), [("ben.parquet", "carl.parquet"), ("anna.2.parquet", "anna.3.parquet")]
)
def test_a_file_under_another_name_is_named(study, old, new):
    folder = study.sorts_folder("S1")
    for suffix in ("", ".blake2"):
        (folder / f"{old}{suffix}").rename(folder / f"{new}{suffix}")
    with pytest.raises(DataError, match=rf"{new}: it holds the sort of S1 by"):
        read_sorts(study)


def test_a_file_in_another_session_is_named(study):
    for suffix in ("", ".blake2"):
        target = study.sorts_folder("S2") / f"ben.parquet{suffix}"
        target.write_bytes((study.sorts_folder("S1") / f"ben.parquet{suffix}").read_bytes())
    with pytest.raises(DataError, match=r"S2.*ben\.parquet: it holds the sort of S1 by ben"):
        read_sorts(study)


def test_a_foreign_table_among_the_sorts_is_named(study):
    from pqs_coder.store import files
    from pqs_coder.store.sorts import to_parquet

    path = study.sorts_folder("S2") / "ben.parquet"
    data = to_parquet(pl.DataFrame({"a": [1]}))
    path.write_bytes(data)
    path.with_name("ben.parquet.blake2").write_text(files.digest(data))
    with pytest.raises(DataError, match=r"ben\.parquet: not the columns of a sort"):
        read_sorts(study)


def test_strange_files_do_no_harm(study):
    folder = study.sorts_folder("S1")
    for name in (
        ".ben.parquet.12ab.tmp",
        "ben.parquet~",
        "notes.txt",
        "ben.1.parquet",
        ".DS_Store",
    ):
        (folder / name).write_bytes(b"x")
    assert read_sorts(study).height == 24
    assert len(list_work(study)) == 3


# -- who has done what -----------------------------------------------------------------------------


def rows(work):
    return [(one.session, one.rater, one.state) for one in work]


def test_work_has_a_row_for_each_session_and_rater(study):
    (study.folder / "assignments.csv").write_text("session,rater\nS1,ben\nS2,BEN\nS2,anna\n")
    (study.folder / "sessions" / "S3").mkdir()
    work = list_work(open_study(study.folder))
    assert rows(work) == [
        ("S1", "anna", "submitted"),
        ("S1", "ben", "submitted"),
        ("S2", "anna", "draft"),
        ("S2", "BEN", "assigned"),
        ("S3", None, "open"),
    ]
    draft = work[2]
    assert (draft.placed, draft.piled, draft.items, draft.moves) == (2, 1, 12, 2)
    assert draft.submitted_at is None
    done = work[0]
    assert (done.placed, done.piled, done.items, done.revision) == (12, 12, 12, 2)
    assert done.moves == 14
    assert abs((done.submitted_at - datetime.now(UTC)).total_seconds()) < 3600
    assert work[4] == Work("S3", None, "open", 12)


def test_counts_do_not_jump_when_a_draft_is_submitted(tmp_path):
    study = small_study(tmp_path)
    now = iter(range(0, 10_000, 7))
    with open_desk(study, "S1", "anna") as desk:
        desk._clock = lambda: float(next(now))
        desk.stir()
        fill(desk)
        (before,) = [one for one in list_work(study) if one.rater == "anna"]
        desk.submit()
    (after,) = [one for one in list_work(study) if one.rater == "anna"]
    assert (before.state, after.state) == ("draft", "submitted")
    assert (before.moves, before.placed, before.piled) == (after.moves, after.placed, after.piled)
    assert before.minutes == pytest.approx(after.minutes)
    assert before.minutes > 1


def test_the_second_occasion_is_asked_for(study):
    assert rows(list_work(study, occasion=2)) == [("S1", "ben", "submitted")]


def test_a_revision_that_is_begun_is_told(study):
    with open_desk(study, "S1", "ben", revise=Revision("a slip", "clara")) as desk:
        desk.note(1, "look again")
        work = {one.rater: one for one in list_work(study) if one.session == "S1"}
        assert work["ben"].state == "submitted"
        assert work["ben"].revising
        assert not work["anna"].revising


def test_one_bad_file_does_not_hide_the_others(study):
    path = study.sorts_folder("S1") / "ben.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    journal = study.sorts_folder("S2") / "anna.journal"
    journal.write_bytes(journal.read_bytes().replace(b'"pile":-2', b'"pile":-1') + b'{"n":')
    work = {(one.session, one.rater): one for one in list_work(study)}
    assert "damaged" in work["S1", "ben"].problem
    assert work["S1", "ben"].state == "submitted"
    assert "line 3 is damaged" in work["S2", "anna"].problem
    assert work["S1", "anna"].problem == ""
    assert work["S1", "anna"].piled == 12


def test_a_draft_of_other_wording_is_explained(study):
    items = study.folder / "item_sets" / "birds" / "items.csv"
    items.write_text(items.read_text().replace("sings 3", "croaks 3"))
    work = {(one.session, one.rater): one for one in list_work(open_study(study.folder))}
    assert "another version of the item set" in work["S2", "anna"].problem
    assert work["S1", "ben"].problem == ""


def test_no_table_is_loaded_where_nothing_is_submitted(tmp_path):
    import subprocess
    import sys

    study = small_study(tmp_path)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 0)
    code = (
        "import sys\n"
        "from pqs_coder.store.study import open_study\n"
        "from pqs_coder.store.work import list_work\n"
        f"assert len(list_work(open_study({str(tmp_path)!r}))) == 2\n"
        "assert 'polars' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_study_without_sessions_has_no_work(tmp_path):
    make_small_study(tmp_path)
    for code in ("S1", "S2"):
        for path in (tmp_path / "sessions" / code).iterdir():
            path.unlink()
        (tmp_path / "sessions" / code).rmdir()
    assert list_work(open_study(tmp_path)) == []
    (tmp_path / "sessions").rmdir()
    assert list_work(open_study(tmp_path)) == []
