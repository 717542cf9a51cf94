"""A sort that was saved to another place comes back, and never at the cost of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import DataError, LockedError, StudyError, UsageError
from pqs_coder.store.copies import bring_back
from pqs_coder.store.study import Study
from tests.small_study import fill, small_study, submitted


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return small_study(tmp_path / "study")


def saved(study: Study, folder: Path, *piles: int, rater: str = "anna") -> Path:
    """A copy of a draft that goes on with these piles for the items 1, 2 ..."""
    with open_desk(study, "S1", rater) as desk:
        for item, pile in enumerate(piles, desk.draft.placed + 1):
            desk.place(item, pile)
        return desk.save_copy(folder)


def piles_of(study: Study) -> dict[int, int | None]:
    with open_desk(study, "S1", "anna", read_only=True) as desk:
        return {item: card.pile for item, card in desk.draft.cards.items() if card.pile is not None}


def test_a_copy_comes_into_a_study_that_has_no_such_draft(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2, 1)
    journal = study.paths("S1", "anna").journal
    journal.unlink()
    assert bring_back(study, copy) == journal
    assert piles_of(study) == {1: 2, 2: 1}


def test_a_copy_that_goes_on_replaces_the_draft_which_is_kept(study: Study, tmp_path: Path) -> None:
    journal = study.paths("S1", "anna").journal
    saved(study, tmp_path, 2)
    before = journal.read_bytes()
    copy = saved(study, tmp_path, 1, 0)
    journal.write_bytes(before)
    bring_back(study, copy)
    assert piles_of(study) == {1: 2, 2: 1, 3: 0}
    assert journal.with_name("anna.journal.old").read_bytes() == before


def test_a_draft_that_goes_further_than_the_copy_stays(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(2, 1)
    before = study.paths("S1", "anna").journal.read_bytes()
    bring_back(study, copy)
    assert study.paths("S1", "anna").journal.read_bytes() == before
    assert not list(study.paths("S1", "anna").journal.parent.glob("*.old*"))


def test_two_ways_from_one_beginning_are_told_and_left(study: Study, tmp_path: Path) -> None:
    journal = study.paths("S1", "anna").journal
    saved(study, tmp_path, 2)
    before = journal.read_bytes()
    copy = saved(study, tmp_path, 1)
    journal.write_bytes(before)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(2, -1)
    now = journal.read_bytes()
    with pytest.raises(StudyError, match="different ways"):
        bring_back(study, copy)
    assert journal.read_bytes() == now


def test_a_submitted_sort_is_not_turned_back_into_a_draft(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2)
    with open_desk(study, "S1", "anna") as desk:
        fill(desk)
        desk.submit()
    with pytest.raises(StudyError, match="has been submitted"):
        bring_back(study, copy)
    assert not study.paths("S1", "anna").journal.exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: data.index(b"\n") // 2], "no draft|header"),
        (lambda _data: b"", "no draft"),
        (lambda _data: b"session,rater,1,2\nS1,anna,3,4\n", "header"),
        (lambda data: data.replace(b'"place"', b'"palce"', 1), "line"),
    ],
    ids=["half a header", "empty", "a table", "a changed line"],
)
def test_a_damaged_copy_is_refused_and_nothing_is_written(
    study: Study, tmp_path: Path, damage, words: str
) -> None:
    copy = saved(study, tmp_path, 2, 1)
    study.paths("S1", "anna").journal.unlink()
    copy.write_bytes(damage(copy.read_bytes()))
    with pytest.raises(DataError, match=words):
        bring_back(study, copy)
    assert not study.paths("S1", "anna").journal.exists()


def test_a_copy_that_broke_off_comes_back_up_to_there(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2, 1)
    journal = study.paths("S1", "anna").journal
    journal.unlink()
    copy.write_bytes(copy.read_bytes()[:-4])
    bring_back(study, copy)
    assert piles_of(study) == {1: 2}


def test_a_file_that_is_not_there_and_a_session_that_is_not(study: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no such file"):
        bring_back(study, tmp_path / "S1.nobody.journal")
    copy = saved(study, tmp_path, 2)
    other = small_study(tmp_path / "other")
    (other.folder / "sessions" / "S1").rename(other.folder / "sessions" / "S9")
    with pytest.raises(StudyError, match="no session 'S1'"):
        bring_back(other, copy)


def test_a_rater_brings_back_no_draft_of_somebody_else(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2)
    ben = small_study(tmp_path / "again", "ben")
    with pytest.raises(UsageError):
        bring_back(ben, copy)


def test_a_draft_that_is_open_is_not_replaced(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2)
    with open_desk(study, "S1", "anna"), pytest.raises(LockedError):
        bring_back(study, copy)


def test_the_lock_is_given_back_after_a_refusal(study: Study, tmp_path: Path) -> None:
    copy = saved(study, tmp_path, 2)
    submitted(study)
    with pytest.raises(StudyError):
        bring_back(study, copy)
    assert not study.paths("S1", "anna").lock.exists()
