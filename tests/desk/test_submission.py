"""Submitting: only whole sorts, never twice, and resumable from wherever it was cut off."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import IncompleteError, StudyError, WriteError
from pqs_coder.store.journal import read_journal
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.sorts import read_submitted
from pqs_coder.store.study import open_study
from tests.small_study import fill, small_study, submitted, whole_sort
from tests.store.faulty import Steps, stepping


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path)


def names(study):
    return sorted(path.name for path in study.sorts_folder("S1").iterdir())


DONE = ["anna.journal-1", "anna.parquet", "anna.parquet.blake2"]


def steps_of_a_submit(folder, *, opening):
    """How many steps at the file layer, with or without opening the whole draft first."""
    study = small_study(folder)
    with open_desk(study, "S1", "anna") as desk:
        fill(desk)
    with stepping(Steps()) as steps, open_desk(study, "S1", "anna") as desk:
        before = len(steps.done)
        desk.submit()
        return len(steps.done) - (0 if opening else before)


def test_a_submitted_sort_is_one_file_with_its_digest_and_the_journal_is_kept(study):
    with open_desk(study, "S1", "anna") as desk:
        fill(desk)
        desk.note(4, "why")
        journal = desk._file.content
        path = desk.submit()
        assert desk.read_only
    assert names(study) == DONE
    table = read_submitted(path)
    assert dict(table.select("item", "pile").rows()) == whole_sort()
    assert table["note"].drop_nulls().to_list() == ["why"]
    assert table["kind"].unique().to_list() == ["rater"]
    assert table["transcript_hash"][0] == desk.transcript.hash
    assert study.paths("S1", "anna").kept_journal(1).read_bytes() == journal
    header = read_journal(study.paths("S1", "anna").kept_journal(1)).header
    assert table["started_at"][0].isoformat()[:19] == header.started_at[:19]
    assert table["submitted_at"][0] >= table["started_at"][0]


def test_a_sort_that_is_not_whole_is_refused_with_each_pile(study):
    with open_desk(study, "S1", "anna") as desk:
        fill(desk)
        (low,), (high,) = desk.draft.in_pile(-2), desk.draft.in_pile(2)
        desk.place(low, 2)
        with pytest.raises(IncompleteError) as caught:
            desk.submit()
        said = "The sort is not complete: too few: pile -2 (-1); too many: pile 2 (+1)."
        assert caught.value.message == said
        assert caught.value.cure
        desk.place(high, -2)
        desk.submit()


def test_an_empty_sort_is_refused(study):
    with open_desk(study, "S1", "anna") as desk, pytest.raises(IncompleteError):
        desk.submit()


def test_a_revision_that_changes_nothing_is_refused(study):
    submitted(study)
    with (
        open_desk(study, "S1", "anna", revise=Revision("why", "clara")) as desk,
        pytest.raises(IncompleteError, match="Nothing has been changed"),
    ):
        desk.submit()
    assert names(study) == DONE


def test_two_submitted_files_that_differ_are_told_and_both_kept(study):
    with open_desk(study, "S1", "anna") as desk:
        fill(desk, 1)
    journal = study.paths("S1", "anna").journal
    draft = journal.read_bytes()
    with open_desk(study, "S1", "anna") as desk:
        desk.swap(*desk.draft.in_pile(-2), *desk.draft.in_pile(2))
        desk.submit()
    before = study.paths("S1", "anna").submitted(1).read_bytes()
    journal.write_bytes(draft)
    with pytest.raises(StudyError, match="the two differ") as caught:
        open_desk(study, "S1", "anna")
    assert caught.value.cure
    assert journal.read_bytes() == draft
    assert study.paths("S1", "anna").submitted(1).read_bytes() == before


def test_a_sort_that_appears_while_one_submits_is_not_overwritten(study, tmp_path):
    other = small_study(tmp_path / "other")
    submitted(other, "S1", "anna", 2)
    with open_desk(study, "S1", "anna") as desk:
        fill(desk, 1)
        for name in ("anna.parquet", "anna.parquet.blake2"):
            (study.sorts_folder("S1") / name).write_bytes(
                (other.sorts_folder("S1") / name).read_bytes()
            )
        with pytest.raises(StudyError, match="holds another sort"):
            desk.submit()
        assert not desk.read_only
    assert dict(read_sorts(study).select("item", "pile").rows()) == whole_sort(2)
    assert study.paths("S1", "anna").journal.exists()


# -- cut off at every step -------------------------------------------------------------------------


def test_a_submit_may_fail_at_any_step_and_be_tried_again(tmp_path):
    total = steps_of_a_submit(tmp_path / "count", opening=False)
    assert total > 10
    for at in range(total):
        for lasting in (False, True):
            study = small_study(tmp_path / f"{at}{lasting}")
            with open_desk(study, "S1", "anna") as desk:
                piles = fill(desk)
                with (
                    stepping(Steps(at, lasting=lasting)),
                    contextlib.suppress(WriteError, StudyError),
                ):
                    desk.submit()
                if not desk.read_only:
                    desk.submit()
            kept = [name for name in names(study) if not name.endswith(".damaged")]
            assert kept == DONE, at
            assert dict(read_sorts(study).select("item", "pile").rows()) == piles


def test_a_power_cut_at_any_step_of_a_submit_loses_nothing(tmp_path):
    total = steps_of_a_submit(tmp_path / "count", opening=True)
    piles = {}
    for at in range(total):
        with open_desk(small_study(tmp_path / str(at)), "S1", "anna") as desk:
            piles = fill(desk)
    cut_submits(tmp_path, total)
    for at in range(total):
        study = open_study(tmp_path / str(at))
        table = read_sorts(study, drafts=True)
        assert table["item"].n_unique() == 12
        for _, sort in table.group_by("submitted_at"):
            assert dict(sort.select("item", "pile").rows()) == piles
        try:
            with open_desk(study, "S1", "anna") as desk:
                assert {n: card.pile for n, card in desk.draft.cards.items()} == piles
                desk.submit()
        except StudyError:
            assert study.paths("S1", "anna").latest_revision() == 1
        assert [name for name in names(study) if not name.endswith(".tmp")] == DONE
        assert dict(read_sorts(study).select("item", "pile").rows()) == piles


CUT = """
import sys
from pathlib import Path
from pqs_coder.desk.opening import open_desk
from pqs_coder.store import sorts  # threads of the tables start in the children only
from pqs_coder.store.study import open_study
from tests.store.faulty import cut_in_child

def submit(folder):
    with open_desk(open_study(folder), "S1", "anna") as desk:
        desk.submit()

for at in range(int(sys.argv[2])):
    assert cut_in_child(lambda: submit(Path(sys.argv[1]) / str(at)), at)
"""


def cut_submits(folder, total):
    """In another process, submit the sort of study N and be cut off at step N."""
    child = subprocess.run(
        [sys.executable, "-c", CUT, str(folder), str(total)], capture_output=True, timeout=120
    )
    assert child.returncode == 0, child.stderr.decode()
