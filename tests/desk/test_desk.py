"""The desk: a move is on disk before it is told, and what fails is not shown as done."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from pqs_coder.desk.desk import IDLE_AFTER
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import StudyError, UsageError, WriteError
from pqs_coder.model.moves import Look, Place
from pqs_coder.store.journal import read_journal, replay
from tests.small_study import BIRDS, fill, small_study
from tests.store.faulty import Steps, os_error, stepping


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path)


@pytest.fixture
def desk(study):
    with open_desk(study, "S1", "anna") as desk:
        yield desk


def on_disk(study, session="S1", rater="anna"):
    path = study.paths(session, rater).journal
    return replay(read_journal(path), BIRDS, str(path))


def test_a_new_desk_writes_nothing_but_its_lock(study, desk):
    assert {p.name for p in study.sorts_folder("S1").iterdir()} == {"anna.lock"}
    desk.close()
    assert list(study.sorts_folder("S1").iterdir()) == []


def test_every_move_is_on_disk_before_a_listener_hears_of_it(study, desk):
    heard = []
    desk.listen(lambda change: heard.append((on_disk(study).cards, change.after.cards)))
    desk.heap(1, 1)
    desk.place(1, 2)
    desk.place(2, 0)
    desk.swap(1, 2)
    desk.note(3, "only after [pause]\n\u2028 the silence")
    desk.evidence(3, ("4", "all"))
    desk.toggle_evidence(3, (5, 6))
    desk.toggle_whole_hour(3)
    desk.unsure(3)
    desk.undo()
    desk.redo()
    desk.look(turn=7)
    assert len(heard) == 12
    for disk, shown in heard:
        assert dict(disk) == dict(shown)
    card = desk.draft.card(3)
    assert (card.evidence, card.unsure) == (("4", "5", "6"), True)


def test_the_journal_is_synced_before_a_listener_hears_of_it(desk):
    with stepping(Steps()) as steps:
        desk.listen(lambda _: steps("told", desk._file.paths.journal))
        desk.place(1, 2)
    assert steps.operations[-2:] == ["fsync", "told"]


def test_opening_again_goes_on_exactly_there(study, desk):
    desk.heap(1, 1)
    desk.place(5, 2)
    desk.undo()
    desk.look(hand=9, turn=12, stage="piles", bookmarks=(2, 3))
    desk.look(colour="red")
    before = desk.draft
    desk.close()
    with open_desk(study, "S1", "anna") as again:
        assert dict(again.draft.cards) == dict(before.cards)
        assert again.draft.view == before.view
        assert again.draft.view.extra == {"colour": "red"}
        assert list(again.draft.steps()) == list(before.steps())
        again.redo()
        assert again.draft.card(5).pile == 2


def test_the_next_card_comes_to_hand(desk):
    assert desk.hand == 1
    desk.heap(1, 0)
    assert desk.hand == 2
    desk.heap(7, 0)
    assert desk.hand == 2
    desk.heap(2, None)
    assert desk.hand == 2
    desk.place(2, 1, bring_next=False)
    assert desk.hand == 2


def test_undo_and_redo_bring_their_card_to_hand_and_say_what_was_done(desk):
    desk.place(1, 2)
    assert desk.hand == 2
    change = desk.undo()
    assert desk.hand == 1
    assert change.said == "undone: place 1 in pile 2"
    assert desk.redo().said == "redone: place 1 in pile 2"


def test_a_look_that_changes_nothing_writes_nothing(study, desk):
    assert desk.look(hand=1, turn=1) is None
    assert not study.paths("S1", "anna").journal.exists()
    change = desk.look(hand=2)
    assert change.act == Look()
    assert desk.look(hand=2) is None


@pytest.mark.parametrize(
    "action",
    [
        lambda desk: desk.place(13, 1),
        lambda desk: desk.place(1, 9),
        lambda desk: desk.heap(1, 7),
        lambda desk: desk.swap(1, 1),
        lambda desk: desk.evidence(1, ("21",)),
        lambda desk: desk.evidence(1, ("nonsense",)),
        lambda desk: desk.undo(),
        lambda desk: desk.redo(),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_written(study, desk, action):
    desk.look(turn=2)
    before, lines = desk.draft, study.paths("S1", "anna").journal.read_bytes()
    with pytest.raises(UsageError):
        action(desk)
    assert desk.draft is before
    assert study.paths("S1", "anna").journal.read_bytes() == lines


def test_evidence_without_a_transcript_is_time_codes_or_the_whole_hour(study):
    with open_desk(study, "S2", "anna") as desk:
        assert desk.transcript is None
        desk.evidence(1, ("12:30", "all"))
        with pytest.raises(UsageError, match="no turn 3"):
            desk.evidence(1, ("3",))


def test_a_note_with_half_characters_and_nulls_can_be_submitted(study, desk):
    fill(desk)
    desk.note(1, "a\0b \ud800 [/] \x1b[31m")
    desk.submit()
    with open_desk(study, "S1", "anna", read_only=True) as again:
        assert again.draft.card(1).note == "a\ufffdb \ufffd [/] \x1b[31m"


# -- time ------------------------------------------------------------------------------------------


def test_idle_time_is_not_counted(desk):
    now = [0.0]
    desk._clock = lambda: now[0]
    desk._stirred = 0.0
    for gap in (3.0, IDLE_AFTER + 1, 2.0):
        now[0] += gap
        desk.stir()
    now[0] += 1.0
    desk.heap(1, 1)
    assert desk.draft.seconds == {1: 6.0}


def test_a_clock_that_goes_back_takes_no_time_away(desk):
    now = [100.0]
    desk._clock = lambda: now[0]
    desk._stirred = 100.0
    now[0] = 105.0
    desk.heap(1, 1)
    now[0] = 50.0
    desk.heap(2, 1)
    now[0] = 53.0
    desk.heap(3, 1)
    assert desk.draft.seconds == {1: 5.0, 3: 3.0}


def test_a_clock_set_back_changes_no_order(study, desk, monkeypatch):
    times = iter(("2025-03-01T10:00:00.000000Z", "1999-01-01T00:00:00.000000Z"))
    monkeypatch.setattr("pqs_coder.desk.desk._now", lambda: next(times))
    desk.place(1, 2)
    desk.place(1, 0)
    assert on_disk(study).card(1).pile == 0


# -- failures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.ESTALE])
def test_a_move_that_was_not_written_is_not_shown_as_done(study, desk, number):
    desk.place(1, 2)
    heard = []
    desk.listen(heard.append)
    before = desk.draft
    with stepping(Steps(0, os_error(number), lasting=True)), pytest.raises(WriteError) as caught:
        desk.place(2, 2)
    assert caught.value.cure
    assert desk.draft is before
    assert heard == []
    assert on_disk(study).cards == before.cards
    desk.place(3, 0)
    assert on_disk(study).cards == desk.draft.cards
    assert on_disk(study).card(2).pile is None


def test_seconds_of_a_move_that_failed_are_charged_to_the_next(desk):
    now = [0.0]
    desk._clock = lambda: now[0]
    desk._stirred = 0.0
    now[0] = 4.0
    with stepping(Steps(0)), pytest.raises(WriteError):
        desk.heap(1, 1)
    now[0] = 5.0
    desk.heap(1, 1)
    assert desk.draft.seconds == {1: 5.0}


def test_a_draft_taken_over_by_somebody_else_refuses_to_go_on(study, desk):
    desk.place(1, 2)
    paths = study.paths("S1", "anna")
    paths.lock.unlink()
    with open_desk(study, "S1", "anna") as other:
        other.place(2, 0)
        assert not desk.touch()
        with pytest.raises(WriteError, match="changed by somebody else"):
            desk.place(3, 0)
        assert other.touch()
        other.place(4, 0)
    assert [on_disk(study).card(n).pile for n in (1, 2, 3, 4)] == [2, 0, None, 0]


def test_a_copy_is_written_elsewhere_when_the_folder_is_gone(study, desk, tmp_path):
    desk.place(1, 2)
    desk.note(2, "a")
    sorts = study.sorts_folder("S1")
    for path in sorts.iterdir():
        path.unlink()
    sorts.rmdir()
    with pytest.raises(WriteError, match="gone"):
        desk.place(3, 0)
    elsewhere = tmp_path / "stick"
    elsewhere.mkdir()
    first, second = desk.save_copy(elsewhere), desk.save_copy(elsewhere)
    assert (first.name, second.name) == ("S1.anna.journal", "S1.anna.journal-2")
    assert replay(read_journal(first), BIRDS).cards == desk.draft.cards
    assert first.read_bytes() == second.read_bytes()


def test_a_copy_can_be_made_of_a_draft_that_was_opened_again(study, desk, tmp_path):
    desk.place(1, 2)
    desk.close()
    with open_desk(study, "S1", "anna") as again:
        again.place(2, 0)
        copy = again.save_copy(tmp_path)
    assert copy.read_bytes() == study.paths("S1", "anna").journal.read_bytes()


def test_a_copy_to_a_full_place_is_told(desk, tmp_path):
    desk.place(1, 2)
    with stepping(Steps(1)), pytest.raises(WriteError):
        desk.save_copy(tmp_path)
    assert not (tmp_path / "S1.anna.journal").exists()


# -- reading only ----------------------------------------------------------------------------------


def test_a_desk_for_reading_changes_nothing(study, desk):
    desk.place(1, 2)
    before = {p: p.read_bytes() for p in study.sorts_folder("S1").iterdir()}
    with open_desk(study, "S1", "anna", read_only=True) as reader:
        assert reader.read_only
        assert reader.draft.card(1).pile == 2
        for action in (
            lambda: reader.place(2, 0),
            lambda: reader.undo(),
            lambda: reader.look(turn=3),
            lambda: reader.submit(),
            lambda: reader.save_copy(study.folder),
        ):
            with pytest.raises(StudyError):
                action()
        assert reader.touch()
    assert {p: p.read_bytes() for p in study.sorts_folder("S1").iterdir()} == before


def test_closing_twice_is_fine_and_then_nothing_moves(desk):
    desk.place(1, 2)
    desk.close()
    desk.close()
    with pytest.raises(StudyError):
        desk.place(2, 0)


def test_a_listener_can_leave(desk):
    heard = []
    leave = desk.listen(heard.append)
    desk.place(1, 2)
    leave()
    desk.place(2, 0)
    assert [change.act for change in heard] == [Place(1, 2)]
    assert heard[0].before.card(1) == replace(heard[0].after.card(1), pile=None, moves=0)


def test_two_cards_of_one_pile_are_not_swapped(desk):
    first, second, third = desk.item_set.numbers[:3]
    for item in (first, second):
        desk.place(item, desk.item_set.values[0])
    desk.place(third, desk.item_set.values[1])
    lines = desk.draft.lines
    with pytest.raises(UsageError, match="both lie in pile"):
        desk.swap(first, second)
    assert desk.draft.lines == lines
    desk.swap(first, third)
    assert desk.draft.card(first).pile == desk.item_set.values[1]
