"""Sorting by keys: every flow ends in the journal, and the board shows what the journal says."""

from __future__ import annotations

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.store import files
from pqs_coder.store.study import open_study
from tests.tui.conftest import make_study
from tests.tui.tui_help import heap_all, lines_of, pile_all, screen_text


async def test_arrows_lay_in_heaps_and_bring_the_next(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("right", "left", "down", "3", "1", "2")
        heaps = {n: desk.draft.card(n).heap for n in range(1, 7)}
        assert heaps == {1: 1, 2: -1, 3: 0, 4: 1, 5: -1, 6: 0}
        assert desk.hand == 7
        assert "first pass" in lines_of(screen.card)[0]
        head = lines_of(screen.board)[0]
        assert "uncharacteristic 2" in head
        assert "neutral 2" in head


async def test_three_is_a_pile_in_the_piles(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("p")
        hand = desk.hand
        await pilot.press("3")
        assert desk.draft.card(hand).pile == 3
        assert desk.hand != hand
        assert "piles 1/100" in lines_of(screen.header)[0]


async def test_the_stage_can_be_changed_back_at_any_time(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("right", "p", "9", "h", "left")
        assert desk.draft.view.stage == "heaps"
        assert desk.draft.card(2).pile == 9
        assert sum(card.heap == -1 for card in desk.draft.cards.values()) == 1


async def test_undo_and_redo_say_what_they_undo(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9", "8", "u")
        assert "undone: place 2 in pile 8" in screen.status.text
        assert "place 1 in pile 9" in screen.status.text
        assert desk.hand == 2
        assert desk.draft.card(2).pile is None
        await pilot.press("r")
        assert desk.draft.card(2).pile == 8


async def test_walk_take_and_place_again(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9", "9", "8")
        assert desk.hand == 4
        await pilot.press("up", "left")
        assert screen.board.cursor == 1
        assert "Negative feelings" in screen.status.text
        assert "9 extremely characteristic" in screen.status.text
        assert desk.hand == 4
        await pilot.press("down", "down")
        assert "no card lies here · 7 fairly characteristic" in screen.status.text
        await pilot.press("up", "up", "left")
        assert screen.board.cursor == 1
        await pilot.press("enter")
        assert desk.hand == 1
        await pilot.press("2")
        assert desk.draft.card(1).pile == 2
        assert desk.draft.card(1).earlier == (9,)


async def test_overfilling_is_allowed_and_told(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", *"9999999")
        assert len(desk.draft.in_pile(9)) == 7
        assert "7/5  +2" in lines_of(screen.board)[0]


async def test_backspace_takes_the_card_off(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("p", "9", "up", "enter", "backspace")
        assert desk.draft.card(1).pile is None
        assert desk.hand == 1


async def test_a_write_that_fails_is_told_and_not_shown(desk, room, monkeypatch):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9")
        before = lines_of(screen.board)

        def full(operation, path):
            if operation == "fsync":
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(files, "step", full)
        await pilot.press("8")
        assert screen.status.kind == "error"
        assert "NOT SAVED" in screen.status.text
        shown = " ".join(" ".join(lines_of(screen.status)).split())
        assert "nothing saved so far is lost" in shown
        assert "disk is full" in screen.status.text
        assert lines_of(screen.board) == before
        assert desk.draft.card(2).pile is None
        await pilot.press("down")
        assert screen.status.kind == "error"
        monkeypatch.setattr(files, "step", lambda *_: None)
        await pilot.press("8")
        assert desk.draft.card(2).pile == 8
        assert screen.status.kind == "said"


async def test_evidence_note_unsure(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("j", "e", "w", "x", "n", *"yes", "enter")
        card = desk.draft.card(1)
        assert card.evidence == ("2", "all")
        assert card.unsure
        assert card.note == "yes"
        shown = "\n".join(lines_of(screen.card))
        assert "evidence 2 the whole hour" in shown
        assert "note: yes" in shown
        assert "* 1" in lines_of(screen.transcript)[1]
        await pilot.press("e")
        assert desk.draft.card(1).evidence == ("all",)


async def test_submit_only_when_complete(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("s")
        text = screen_text(pilot.app)
        assert "Not complete yet" in text
        assert "100 cards lie in no pile yet" in text
        assert "piles 1 (-5), 2 (-8), 3 (-12)" in text
        assert "enter takes" not in text  # there is no card to take
        await pilot.press("s")
        assert "every pile needs its number first" in screen_text(pilot.app)
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_the_way_to_submit_names_only_what_is_off(desk, room):
    pile_all(desk)
    desk.place(1, 2)
    async with room(desk) as (_, pilot):
        await pilot.press("s")
        text = screen_text(pilot.app)
        assert "too few: pile 1 (-1)" in text
        assert "too many: pile 2 (+1)" in text
        assert "no pile yet" not in text


async def test_submit_asks_and_then_submits(desk, room, study):
    pile_all(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "escape")
        assert not study.paths("S1", "anna").latest_revision()
        await pilot.press("s", "s", "y")
        await pilot.pause()
    assert study.paths("S1", "anna").latest_revision() == 1


async def test_escape_never_leaves_the_room(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("tab", "escape", "escape", "escape", "n", "escape", "question_mark")
        await pilot.press("escape", "escape")
        assert pilot.app.screen is screen
        assert screen.focused is screen.board


async def test_help_lists_what_works_now(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("question_mark")
        text = screen_text(pilot.app)
        assert "characteristic heap" in text
        assert "place the card in hand" not in text


async def test_a_click_takes_a_card_and_a_click_on_a_pile_places_it(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9", "9")
        spot = next(s for s in screen.board._drawn.spots if s.item == 1)
        await pilot.click(screen.board, offset=(spot.x + 1, spot.y))
        assert desk.hand == 1
        head = next(s for s in screen.board._drawn.spots if s.item is None and s.group == 4)
        await pilot.click(screen.board, offset=(head.x + 1, head.y))
        assert desk.draft.card(1).pile == 4


async def test_reading_only_changes_nothing_and_shows_every_card(study, desk, room):
    desk.place(1, 9)
    desk.note(2, "why")
    desk.close()
    path = study.paths("S1", "anna").journal
    before = path.read_bytes()
    with open_desk(study, "S1", "anna", read_only=True) as reading:
        async with room(reading) as (screen, pilot):
            assert "reading only" in lines_of(screen.header)[0]
            await pilot.press("p", "up", "enter")
            assert "in pile 9" in "\n".join(lines_of(screen.card))
            await pilot.press("full_stop")
            assert "note: why" in "\n".join(lines_of(screen.card))
            await pilot.press("9", "x", "n", "u", "right", "enter", "b", "s", "G", "h", "left", "q")
    assert path.read_bytes() == before


async def test_an_item_set_of_other_values_shows_which_digit_is_which(tmp_path, room):
    folder = make_study(tmp_path / "small", settings='item_set = "small"\n')
    made = folder / "item_sets" / "small"
    made.mkdir(parents=True)
    (made / "item_set.toml").write_text(
        'id = "small"\ntitle = "Small"\nversion = "1"\nlanguage = "en"\n'
        'values = [-1, 0, 1]\nsizes = [1, 2, 1]\nlabels = ["no", "so", "yes"]\n'
    )
    (made / "items.csv").write_text("item,label\n1,a\n2,b\n3,c\n4,d\n")
    with open_desk(open_study(folder), "S1", "anna") as desk:
        async with room(desk) as (screen, pilot):
            await pilot.press("p", "3", "1", "2", "2")
            assert [desk.draft.card(n).pile for n in (1, 2, 3, 4)] == [1, -1, 0, 0]
            assert desk.draft.complete
            assert "3:1" in lines_of(screen.board)[0]
            assert "1-3 place" in lines_of(screen.footer)[0]
            await pilot.press("4")
            assert "No pile has the digit 4" in screen.status.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (120, 24), (60, 18)])
async def test_everything_stays_in_sight(desk, room, size):
    pile_all(desk)
    desk.place(1, 9)
    desk.look(hand=1)
    async with room(desk, size) as (screen, pilot):
        text = screen_text(pilot.app)
        assert "S1  anna" in text
        assert "Negative feelings" in text
        assert "I didn't think" in text
        assert "+1" in text
        if size != (60, 18):
            shown = " ".join(lines_of(screen.board)).replace("*", " ").replace("│", " ").split()
            assert {str(n) for n in range(1, 101)} <= set(shown)


async def test_a_window_too_small_says_so(desk, room):
    async with room(desk, (50, 12)) as (_, pilot):
        assert "50x12" in screen_text(pilot.app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "S1  anna" in screen_text(pilot.app)


async def test_in_a_window_too_small_no_key_sorts(study, desk, room):
    pile_all(desk)
    async with room(desk) as (screen, pilot):
        acts = desk.draft.acts
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        await pilot.press("1", "right", "u", "x", "n", "A", "enter", "colon", "s", "s", "y", "tab")
        assert pilot.app.screen is screen
        assert desk.draft.acts == acts
        assert not study.paths("S1", "anna").latest_revision()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.press("x")
        assert desk.draft.card(desk.hand).unsure
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        await pilot.press("q")
    assert desk.read_only  # left


async def test_leaving_keeps_where_one_read(study, desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("j", "j", "j", "q")
    with open_desk(study, "S1", "anna") as again:
        assert again.draft.view.turn == 4
        async with room(again) as (screen, _):
            assert screen.transcript.cursor_turn == 4
