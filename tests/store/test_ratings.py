"""Ratings on disk: every act durable, taken back by undo, old journals read, one writer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, LockedError, UsageError, WriteError
from pqs_coder.store import files
from pqs_coder.store.journal import encode
from pqs_coder.store.making import NewSession, add_sessions, make_study
from pqs_coder.store.ratings import Rating, all_ratings, form_of, open_sheet
from pqs_coder.store.study import open_study
from pqs_coder.store.verify import verify


@pytest.fixture
def study(tmp_path):
    make_study(tmp_path / "s")
    study = open_study(tmp_path / "s")
    add_sessions(study, [NewSession(code="A1")])
    return study


@pytest.fixture
def form(study):
    return form_of(study, "wai-sr")


def on_disk(study):
    """What another program reads; 'at' left out."""
    return {
        item: (one.value, one.note, one.evidence)
        for ratings in all_ratings(study)
        for item, one in ratings.given.items()
    }


def journal(study):
    return study.folder / "sessions" / "A1" / "ratings" / "wai-sr" / "anna.journal"


def test_every_act_is_on_disk_when_it_returns(study, form):
    with open_sheet(study, "A1", form, "anna") as sheet:
        sheet.rate(3, 4)
        assert on_disk(study) == {3: (4, "", ())}
        sheet.note(3, "a\r\nb")
        assert on_disk(study) == {3: (4, "a\nb", ())}
        sheet.evidence(5, ("12", "2"))
        assert on_disk(study)[5] == (None, "", ("2", "12"))
        assert sheet.ratings.values == {3: 4}
    assert not journal(study).with_suffix(".lock").exists()


def test_undo_takes_ratings_notes_and_evidence_back_one_by_one(study, form):
    with open_sheet(study, "A1", form, "anna") as sheet:
        sheet.rate(3, 4)
        sheet.note(3, "first")
        sheet.evidence(3, ("2",))
        sheet.rate(3, 5)
        sheet.note(3, "second")
        sheet.evidence(3, ("2", "all"))
        for undone, left in (
            ("evidence", (5, "second", ("2",))),
            ("note", (5, "first", ("2",))),
            ("rate", (4, "first", ("2",))),
            ("evidence", (4, "first", ())),
            ("note", (4, "", ())),
            ("rate", (None, "", ())),
        ):
            assert sheet.undo() == (undone, 3)
            assert on_disk(study)[3] == left
        with pytest.raises(UsageError):
            sheet.undo()


def test_journals_of_ratings_alone_are_read(study, form):
    path = journal(study)
    path.parent.mkdir(parents=True)
    header = {"session": "A1", "rater": "anna", "form": form.id, "form_hash": form.hash}
    header |= {"started_at": "2026-01-01T00:00:00.000Z", "format": 1, "program": "0.1"}
    at = "2026-01-01T00:00:01.000Z"
    acts = [{"n": 1, "at": at, "do": "rate", "item": 2, "value": 5}]
    path.write_bytes(b"".join(map(encode, [header, *acts])))
    (ratings,) = all_ratings(study)
    assert ratings.given == {2: Rating(5, at=at)}


@pytest.mark.parametrize(
    "act",
    [
        {"do": "rate", "item": 2, "value": 6},
        {"do": "rate", "item": 2, "value": True},
        {"do": "rate", "item": 13, "value": 1},
        {"do": "note", "item": 2},
        {"do": "evidence", "item": 2, "marks": "12"},
        {"do": "fly", "item": 2},
    ],
)
def test_an_act_that_is_none_is_named(study, form, act):
    with open_sheet(study, "A1", form, "anna") as sheet:
        sheet.rate(1, 1)
    path = journal(study)
    path.write_bytes(path.read_bytes() + encode({"n": 2, "at": "", **act}))
    with pytest.raises(DataError, match=r"anna\.journal, line 3"):
        list(all_ratings(study))
    with pytest.raises(DataError):
        open_sheet(study, "A1", form, "anna")
    assert not path.with_suffix(".lock").exists()


def test_one_writes_at_a_time(study, form):
    with open_sheet(study, "A1", form, "anna"), pytest.raises(LockedError):
        open_sheet(study, "A1", form, "anna")


def test_a_name_in_another_case_is_the_same_rater(study, form):
    add_sessions(study, [NewSession(code="A2")])
    with open_sheet(study, "A1", form, "Anna") as sheet:
        sheet.rate(1, 1)
    for session in ("A1", "A2"):
        with open_sheet(study, session, form, "anna") as sheet:
            sheet.rate(2, 2)
    assert [(one.session, one.rater, one.values) for one in all_ratings(study)] == [
        ("A1", "Anna", {1: 1, 2: 2}),
        ("A2", "Anna", {2: 2}),
    ]


def test_what_was_not_written_does_not_show(study, form, monkeypatch):
    with open_sheet(study, "A1", form, "anna") as sheet:
        sheet.rate(1, 1)

        def full(*_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(files, "write_all", full)
            for act in (lambda: sheet.rate(2, 2), lambda: sheet.note(1, "x"), sheet.undo):
                with pytest.raises(WriteError):
                    act()
        assert sheet.ratings.values == {1: 1}
        assert sheet.undo() == ("rate", 1)
    assert on_disk(study) == {1: (None, "", ())}


acts = st.one_of(
    st.tuples(st.just("rate"), st.integers(1, 12), st.one_of(st.none(), st.integers(1, 5))),
    st.tuples(st.just("note"), st.integers(1, 12), st.text(max_size=8)),
    st.tuples(st.just("evidence"), st.integers(1, 12), st.just(("all", "3"))),
)


@given(run=st.lists(acts, max_size=12))
def test_what_is_read_is_what_was_shown(tmp_path_factory, run):
    folder = tmp_path_factory.mktemp("s") / "s"
    make_study(folder)
    study = open_study(folder)
    add_sessions(study, [NewSession(code="A1")])
    for start in (0, 1):  # opened twice: the lines go on
        with open_sheet(study, "A1", form_of(study, "wai-sr"), "anna") as sheet:
            for do, item, said in run[start::2]:
                getattr(sheet, do)(item, said)
            shown = sheet.ratings
    assert [one.given for one in all_ratings(study)] == ([shown.given] if run else [])


def test_no_study_is_made_of_a_form(tmp_path):
    with pytest.raises(UsageError, match="rating form"):
        make_study(tmp_path / "t", item_set="wai-o")
    assert not (tmp_path / "t").exists()


def test_a_form_that_is_begun_is_kept_so_that_no_later_wording_changes_it(study, form):
    own = study.folder / "item_sets" / "wai-sr"
    with open_sheet(study, "A1", form, "anna") as sheet:
        assert not own.exists(), "a look at the page leaves nothing"
        sheet.rate(3, 4)
    assert form_of(study, "wai-sr").hash == form.hash
    assert (own / "items.csv").exists()
    (own / "items.csv").write_text((own / "items.csv").read_text().replace("Item 1,", "Other,"))
    with pytest.raises(DataError, match="another wording or key"):
        open_sheet(study, "A1", form_of(study, "wai-sr"), "anna")


@pytest.fixture
def damaged(study, form):
    """anna's ratings, and a way to damage them."""
    with open_sheet(study, "A1", form, "anna") as sheet:
        sheet.rate(1, 4)
        sheet.note(2, "said")
    path = journal(study)
    whole = path.read_bytes()

    def damage(old, new):
        path.write_bytes(whole.replace(old, new, 1))
        return whole

    return damage


def found(study, repair=False):
    return {one.file.rpartition("/")[2]: one for one in verify(study, repair)}["anna.journal"]


def test_one_wrong_byte_is_set_right_and_the_damaged_file_is_kept(study, damaged):
    whole = damaged(b'"value":4', b'"value":5')
    assert found(study).state == "damaged"
    assert "one wrong byte" in found(study, repair=True).message
    assert journal(study).read_bytes() == whole
    kept = journal(study).with_name("anna.journal.damaged")
    assert b'"value":5' in kept.read_bytes()
    assert (found(study).state, found(study).message) == ("ok", "")
    assert found(open_study(study.folder, "anna"), repair=True).state == "ok"


def test_more_damage_than_a_byte_is_left_as_it_is(study, damaged):
    damaged(b'"value":4', b'"valux":5')
    before = journal(study).read_bytes()
    assert found(study, repair=True).state == "damaged"
    assert journal(study).read_bytes() == before


def test_ratings_in_another_s_place_are_told(study, damaged):
    damaged(b"", b"")
    path = journal(study).with_name("ben.journal")
    path.write_bytes(journal(study).read_bytes())
    told = {one.file.rpartition("/")[2]: one for one in verify(study, repair=True)}["ben.journal"]
    assert told.state == "damaged"
    assert "by anna" in told.message
