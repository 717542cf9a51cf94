"""Every flow of the room beside plain sorting: keys in, journal and screen out."""

from __future__ import annotations

import pytest
from textual import events
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import WriteError
from pqs_coder.model.guided import first_open
from pqs_coder.store.study import open_study
from pqs_coder.store.work import list_work
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.commands import COMMANDS
from pqs_coder.tui.opening import room_for
from pqs_coder.tui.palette import RoomCommands
from pqs_coder.tui.practice import practice_room, practice_words
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.screens.room_base import RoomOptions
from pqs_coder.tui.screens.welcome import WelcomeScreen
from pqs_coder.tui.settings import UiSettings, read_settings
from tests.tui.conftest import TURNS, make_study
from tests.tui.tui_help import heap_all, lines_of, pile_all, screen_text

# -- the guided way ---------------------------------------------------------------------------------


async def test_guided_chooses_and_takes_back(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("G")
        assert desk.draft.view.stage == "guided"
        assert "choose the 5 most characteristic of these 33; 5 to go" in screen_text(pilot.app)
        first = screen.guided.cursor
        await pilot.press("space")
        assert desk.draft.card(first).pile == 9
        assert "[x]" in lines_of(screen.guided)[1]
        assert "4 to go" in lines_of(screen.guided)[0]
        await pilot.press("space")
        assert desk.draft.card(first).pile is None


async def test_guided_goes_from_pile_to_pile_and_back(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("G", "enter")
        assert screen.guided.pile == 8
        assert "pile 9 has not its number" in screen.status.text
        await pilot.press("backspace")
        assert screen.guided.pile == 9


async def test_news_comes_first_in_the_line_that_says_it(desk, room):
    heap_all(desk)
    desk.heap(88, None)
    desk.look(hand=88)
    async with room(desk) as (screen, pilot):
        await pilot.press("left")
        shown = lines_of(screen.status)[0]
        assert shown.startswith("── no card is left: p goes on to the piles · 88 lies in")
        await pilot.press("G", *("space", "right") * 5)
        assert lines_of(screen.status)[0].startswith("── pile 9 has its number: enter goes on")
        await pilot.press("enter", "enter")
        assert lines_of(screen.status)[0].startswith("── now pile 7 · pile 8 has not its number")


async def test_a_whole_sort_says_so_first(desk, room):
    pile_all(desk)
    desk.place(1, None)
    desk.look(hand=1)
    async with room(desk) as (screen, pilot):
        await pilot.press("2")
        assert lines_of(screen.status)[0].startswith("── every card lies in a pile; not every pile")
        await pilot.press("u", "1")
        assert lines_of(screen.status)[0].startswith("── every pile has its number: s looks back")


async def test_guided_can_be_left_and_entered_at_any_time(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("G", *("space", "right") * 5)
        assert len(desk.draft.in_pile(9)) == 5
        await pilot.press("p")
        assert desk.draft.view.stage == "piles"
        assert screen.focused is screen.board
        await pilot.press("G")
        assert screen.guided.pile == first_open(desk.draft) == 8
        await pilot.press("h")
        assert desk.draft.view.stage == "heaps"


async def test_a_whole_sort_by_the_guided_way():
    screen = practice_room(UiSettings())
    async with PqsApp(lambda: screen).run_test() as pilot:
        await pilot.press(*["right", "left", "down", "right", "left"] * 4, "G")
        for pile in (9, 8, 7, 6, 1, 2, 3, 4, 5):
            assert screen.guided.pile == pile
            keys = []
            for _ in range(screen.guided.step.to_go):
                keys += ["space", "right"]
            await pilot.press(*keys, "enter")
            while screen.guided.pile == pile and not screen.draft.complete:
                await pilot.press("backspace", "enter")
        assert screen.draft.complete
        assert "every pile has its number" in screen.status.text


async def test_guided_card_under_the_cursor_is_the_card_in_hand(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("G", "right", "x", "e")
        n = screen.guided.cursor
        assert desk.hand == n
        assert desk.draft.card(n).unsure
        assert desk.draft.card(n).turns == (1,)
        assert str(n) in lines_of(screen.card)[0]


async def test_a_digit_in_the_guided_way_brings_the_card_that_followed(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("G", "right")
        first, placed, following = screen.guided.step.candidates[:3]
        await pilot.press("5")
        assert desk.draft.card(placed).pile == 5
        assert screen.guided.cursor == following
        assert f" {following} " in lines_of(screen.card)[0]
        assert first in screen.guided.step.candidates


async def test_guided_compares_two_candidates(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("G")
        first = screen.guided.cursor
        await pilot.press("c", "right", "c")
        assert f"{first} and {screen.guided.cursor}" in screen_text(pilot.app)


# -- two cards --------------------------------------------------------------------------------------


async def test_swap_with_the_card_under_the_cursor(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9", "5", *["up"] * 4, "enter")
        assert desk.hand == 1
        await pilot.press(*["down"] * 4, "y")
        assert (desk.draft.card(1).pile, desk.draft.card(2).pile) == (5, 9)
        assert "1 lies in pile 5, 2 in pile 9" in screen.status.text


async def test_swap_is_one_move(desk, room):
    desk.look(stage="piles")
    desk.place(1, 9)
    desk.place(2, 3)
    desk.look(hand=1)
    async with room(desk) as (screen, pilot):
        screen.board.look_at(2)
        await pilot.press("y")
        assert (desk.draft.card(1).pile, desk.draft.card(2).pile) == (3, 9)
        await pilot.press("u")
        assert (desk.draft.card(1).pile, desk.draft.card(2).pile) == (9, 3)


async def test_push_past_a_chosen_neighbour(desk, room):
    desk.look(stage="piles")
    for n, pile in ((1, 7), (2, 8), (3, 8)):
        desk.place(n, pile)
    desk.look(hand=1)
    async with room(desk) as (_, pilot):
        await pilot.press("plus")
        assert "Who goes to pile 7" in screen_text(pilot.app)
        await pilot.press("down", "enter")
        piles = [desk.draft.card(n).pile for n in (1, 2, 3)]
        assert piles == [8, 8, 7]
        await pilot.press("minus", "end", "enter")
        assert desk.draft.card(1).pile == 7
        assert desk.draft.card(3).pile == 7


async def test_compare_side_by_side_and_take_one(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("c", "8", "4", "enter")
        text = screen_text(pilot.app)
        assert "1 and 84" in text
        assert "Negative feelings" in text
        assert "Anger or aggression" in text
        await pilot.press("right")
        assert desk.hand == 84


# -- lists and filters ------------------------------------------------------------------------------


async def test_filter_shows_some_of_the_cards_until_escape(desk, room):
    pile_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("f", "down", "down", "enter")
        shown = {spot.item for spot in screen.board._drawn.spots if spot.item}
        therapist = {i.number for i in desk.item_set.items if i.about == "therapist"}
        assert shown == therapist
        assert "only therapist items" in lines_of(screen.header)[0]
        assert "5/5" in lines_of(screen.board)[0]
        await pilot.press("escape")
        assert {s.item for s in screen.board._drawn.spots if s.item} == set(range(1, 101))


async def test_a_pile_as_a_list_unsure_first(desk, room):
    desk.look(stage="piles")
    for n in (1, 2, 3):
        desk.place(n, 9)
    desk.unsure(3)
    desk.look(hand=1)
    async with room(desk) as (_, pilot):
        await pilot.press("v")
        rows = pilot.app.screen.query_one(OptionList)
        assert "Pile 9" in screen_text(pilot.app)
        assert [str(o.prompt).split()[0] for o in rows.options] == ["1", "2", "?"]
        await pilot.press("o")
        assert str(rows.options[0].prompt).split()[:2] == ["?", "3"]
        await pilot.press("enter")
        assert desk.hand == 3


async def test_pile_lists_lie_side_by_side(desk, room):
    desk.look(stage="piles")
    desk.place(1, 9)
    desk.place(2, 8)
    desk.look(hand=1)
    async with room(desk) as (_, pilot):
        await pilot.press("v", "left")
        assert "Pile 8" in screen_text(pilot.app)
        await pilot.press("right", "right")
        assert "In no pile yet" in screen_text(pilot.app)


async def test_all_moves_the_last_first(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("p", "9", "8", "a")
        rows = pilot.app.screen.query_one(OptionList)
        said = [str(option.prompt).strip() for option in rows.options]
        assert said == ["2  place 2 in pile 8", "1  place 1 in pile 9"]
        await pilot.press("down", "enter")
        assert desk.hand == 1


async def test_minimap_and_whole_card(desk, room):
    pile_all(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("d")
        assert "################## " in screen_text(pilot.app)
        await pilot.press("escape", "i")
        assert "Easily mixed up with it" in screen_text(pilot.app)


# -- finding ----------------------------------------------------------------------------------------


async def test_find_an_item_by_number(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("slash", "4", "7", "enter")
        assert desk.hand == 47


async def test_find_an_item_by_words(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("slash", *"tactless", "enter")
        assert desk.hand == 77


async def test_find_in_the_transcript_and_go_on(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("slash", *"what")
        assert "in the transcript: 3 places" in screen_text(pilot.app)
        await pilot.press("enter")
        assert screen.transcript.cursor_turn == 3
        assert "1 of 3" in screen.status.text
        await pilot.press("greater_than_sign")
        assert screen.transcript.cursor_turn == 4
        await pilot.press("less_than_sign")
        assert screen.transcript.cursor_turn == 3


@pytest.mark.parametrize("turns", [TURNS, None])
async def test_find_without_a_hit_says_so_and_stays(tmp_path, room, turns):
    study = open_study(make_study(tmp_path / "hour", turns=turns))
    with open_desk(study, "S1", "anna") as desk:
        async with room(desk) as (screen, pilot):
            await pilot.press(*("j", "slash"), *"[zq", "enter")
            text = screen_text(pilot.app)
            assert f"no hit for '[zq' in items{' and transcript' if turns else ''}" in text
            assert "enter takes" not in text
            await pilot.press(*["backspace"] * 3, "4", "7")
            assert "no hit" not in screen_text(pilot.app)
            await pilot.press(*"xyz", "enter", "escape")
            assert pilot.app.screen is screen
            assert desk.hand == 1
            assert screen.transcript.cursor_turn == (2 if turns else 0)


async def test_find_that_is_left_finds_nothing(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("slash", *"what", "escape")
        assert pilot.app.screen is screen
        assert screen.transcript.match_count == 0
        assert desk.hand == 1


# -- the transcript and the card --------------------------------------------------------------------


async def test_several_turns_are_tied_at_once(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("m", "j", "j", "m", "e")
        assert desk.draft.card(1).turns == (1, 3)
        assert not screen.transcript.marked
        await pilot.press("g", "8", "enter", "E")
        assert screen.transcript.cursor_turn == 1
        await pilot.press("E")
        assert screen.transcript.cursor_turn == 3


async def test_from_a_turn_to_the_cards_it_supports(desk, room):
    desk.evidence(40, ("2",))
    async with room(desk) as (_, pilot):
        await pilot.press("j", "t", "enter")
        assert desk.hand == 40


async def test_enter_on_a_turn_ties_it(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("tab", "down", "enter")
        assert desk.draft.card(1).turns == (2,)


async def test_bookmarks_are_kept(desk, room, study):
    async with room(desk) as (screen, pilot):
        await pilot.press("j", "j", "b", "k", "k", "B")
        assert screen.transcript.cursor_turn == 3
        await pilot.press("q")
    with open_desk(study, "S1", "anna") as again:
        assert again.draft.view.bookmarks == (3,)


async def test_time_codes_are_evidence_where_there_is_no_transcript(tmp_path, room):
    study = open_study(make_study(tmp_path / "film", turns=None))
    with open_desk(study, "S1", "anna") as desk:
        async with room(desk) as (_, pilot):
            assert "Watch or hear the whole hour first. Then sort." in screen_text(pilot.app)
            await pilot.press("e", *"12:30", "space", *"all", "enter")
            assert desk.draft.card(1).evidence == ("12:30", "all")
            await pilot.press("tab", "j", "pagedown", "z", "t", "b")
            assert pilot.app.screen.focused is pilot.app.screen.board


async def test_evidence_that_is_none_is_refused(tmp_path, room):
    study = open_study(make_study(tmp_path / "film", turns=None))
    with open_desk(study, "S1", "anna") as desk:
        async with room(desk) as (screen, pilot):
            await pilot.press("e", *"soon", "enter")
            assert screen.status.kind == "error"
            assert desk.draft.card(1).evidence == ()


async def test_zoom_gives_the_transcript_the_boards_place(desk, room):
    async with room(desk) as (screen, pilot):
        before = screen.transcript.size.height
        await pilot.press("z")
        await pilot.pause()  # lays the screen out
        assert screen.transcript.size.height > before
        assert "0/18" in lines_of(screen.status)[0]
        await pilot.press("escape")
        await pilot.pause()
        assert screen.transcript.size.height == before
        assert screen.focused is screen.board


async def test_a_session_without_a_recording_says_so(desk, room):
    async with room(desk) as (screen, pilot):
        screen.run_command("play")
        await pilot.pause()
        assert "names no audio or video" in screen.status.text


async def test_next_unsure_goes_round(desk, room):
    for n in (5, 50):
        desk.unsure(n)
    async with room(desk) as (_, pilot):
        await pilot.press("X")
        assert desk.hand == 5
        await pilot.press("X")
        assert desk.hand == 50
        await pilot.press("X")
        assert desk.hand == 5


# -- second thoughts --------------------------------------------------------------------------------


async def test_review_asks_and_takes_the_card(desk, room):
    pile_all(desk)
    desk.unsure(30)
    async with room(desk) as (screen, pilot):
        await pilot.press("s")
        text = screen_text(pilot.app)
        assert "Every pile has its number" in text
        assert "30 Cognitive themes: marked as unsure" in text
        await pilot.press("enter")
        assert pilot.app.screen is screen
        assert desk.hand == 30


async def test_submit_says_that_it_is_not_changed_quietly(desk, room):
    pile_all(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "s")
        assert "can't be changed quietly" in screen_text(pilot.app)


async def test_undo_goes_all_the_way_back_and_forth(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("right", "left", "p", "9", "x", "w", "n", "a", "enter")
        whole = desk.draft.cards
        for _ in range(6):
            await pilot.press("u")
        assert all(card.moves == 0 and not card.unsure for card in desk.draft.cards.values())
        assert "nothing more to undo" in screen.status.text
        for _ in range(6):
            await pilot.press("r")
        assert desk.draft.cards == whole


# -- help, looks, settings --------------------------------------------------------------------------


async def test_the_tour_has_five_steps_and_can_be_skipped(desk, room):
    async with room(desk) as (screen, pilot):
        assert not screen.tour.display
        keys = ("T", "enter", "left", "right", "space", "enter", "right", "right")
        for key, step in zip(keys, (1, 2, 1, 2, 3, 4, 5, 5), strict=True):
            await pilot.press(key)
            assert f"{step} of 5" in screen_text(pilot.app)
        await pilot.press("enter")
        assert not screen.tour.display
        for key in ("escape", "q", "3", "down", "s"):
            await pilot.press("T", key)
            assert not screen.tour.display
            assert pilot.app.screen is screen
            assert "the tour is closed: T shows it again" in screen.status.text
        assert not desk.draft.acts


def first_run(desk, path):
    return RoomScreen(desk, RoomOptions(settings=read_settings(path)))


@pytest.mark.parametrize("keys", [("escape",), ("enter",) * 5, ("3",)])
async def test_the_tour_comes_by_itself_once_only(desk, tmp_path, keys):
    path = tmp_path / "settings.toml"
    screen = first_run(desk, path)
    async with PqsApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        text = screen_text(pilot.app)
        assert "1 of 5: Read" in text
        assert "neutral observer between the two" in text  # the task stays in sight
        await pilot.press(*keys)
        assert not screen.tour.display
        assert not desk.draft.acts
    assert read_settings(path).tour_seen
    again = first_run(desk, path)
    async with PqsApp(lambda: again).run_test(size=(80, 24)):
        assert not again.tour.display


async def test_a_burst_closes_the_tour_and_goes_on_in_its_order(desk, tmp_path):
    screen = first_run(desk, tmp_path / "settings.toml")
    app = PqsApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("escape", "right", "left", "p", "1", "2"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert [desk.draft.card(n).heap for n in (1, 2)] == [1, -1]
        assert desk.draft.piled == 2


async def test_over_a_revision_the_tour_does_not_come_by_itself(study, desk, tmp_path):
    pile_all(desk)
    desk.submit()
    with open_desk(study, "S1", "anna", revise=Revision("a slip on 47", "the lead")) as revised:
        screen = first_run(revised, tmp_path / "settings.toml")
        async with PqsApp(lambda: screen).run_test(size=(80, 24)):
            assert not screen.tour.display
            assert not screen.board.greeting


async def test_a_revision_is_named_and_refused_while_nothing_is_changed(study, desk, room):
    pile_all(desk)
    desk.submit()
    with open_desk(study, "S1", "anna", revise=Revision("a slip on [47]", "the lead")):
        pass
    with open_desk(study, "S1", "anna", revise=Revision("a slip on [47]", "the lead")) as revised:
        async with room(revised) as (screen, pilot):
            assert "S1  anna  revision 2" in screen_text(pilot.app)
            assert "revision 2, because: a slip on [47]" in lines_of(screen.status)[0]
            await pilot.press("x", "x", "s", "s")
            assert "S1 by anna, revision 2, because: a slip on [47]" in screen_text(pilot.app)
            await pilot.press("y")
            said = " ".join(" ".join(lines_of(screen.status)).split())
            assert "Nothing has been changed since the sort was submitted." in said
            assert "to drop it, leave and move anna.journal out" in said
            assert study.paths("S1", "anna").latest_revision() == 1
            await pilot.press("x", "s", "s", "y")
    assert study.paths("S1", "anna").latest_revision() == 2


async def test_the_footer_says_that_the_transcript_has_the_arrows(desk, room):
    async with room(desk) as (screen, pilot):
        assert "transcript" not in lines_of(screen.footer)[0]
        await pilot.press("tab")
        assert lines_of(screen.footer)[0].startswith("> transcript arrows read  tab board  ")
        await pilot.press("tab", "z")
        assert lines_of(screen.footer)[0].startswith("> transcript arrows read  z board  ")
        await pilot.click(screen.footer, offset=(27, 0))
        assert not screen.has_class("-reading")
        assert "transcript" not in lines_of(screen.footer)[0]


async def test_a_command_without_a_key_is_not_in_the_footer(desk):
    screen = RoomScreen(desk, RoomOptions(settings=UiSettings(keys={"note": ("e",)})))
    async with PqsApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        assert "evidence" not in lines_of(screen.footer)[0]
        await pilot.press("question_mark")
        assert "(: only)    tie the turn as evidence" in screen_text(pilot.app)


async def test_practice_says_that_nothing_is_kept_and_what_there_is_to_learn():
    screen = practice_room(UiSettings())
    async with PqsApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        assert practice_words(screen.draft) == "Nothing was sorted and nothing is kept."
        pile_all(screen.desk)
        await pilot.press("x")
        head = lines_of(screen.header)[0]
        assert "practice: nothing is kept" in head
        assert head.rstrip().endswith("? keys")
        await pilot.press("s", "s")
        text = screen_text(pilot.app)
        assert "This was practice: nothing is kept" in text
        assert "submitted sort can't" not in text
        await pilot.press("y")
    assert "nothing is kept: 20 of 20 cards in piles" in practice_words(screen.draft)


async def test_what_was_done_is_told_as_done(desk, room):
    heap_all(desk)
    async with room(desk) as (screen, pilot):
        await pilot.press("p")
        item = desk.hand
        await pilot.press("9")
        desk.look(hand=item)
        await pilot.press("x")
        assert f"{item} is marked as unsure" in screen.status.text
        await pilot.press("backspace")
        assert screen.status.text == f"{item} is off its pile and in hand"
        await pilot.press("d")
        assert pilot.app.screen is not screen
        await pilot.press("d")
        assert pilot.app.screen is screen
        await pilot.press("G", "enter")
        assert "pile 9 has not its number yet (5 to go)" in screen.status.text
        await pilot.press("backspace")
        assert screen.status.text == "back to pile 9"


async def test_the_list_of_moves_names_the_turns_that_were_tied(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("e", "j", "e", "a")
        text = screen_text(pilot.app)
        assert "evidence for 1: 1 2" in text


async def test_a_long_page_says_how_to_read_on(desk, room):
    for size, more in (((80, 24), True), (((80, 70)), False)):
        async with room(desk, size) as (_, pilot):
            await pilot.press("question_mark")
            await pilot.pause()
            assert ("up and down read on" in screen_text(pilot.app)) is more
            assert "escape closes" in screen_text(pilot.app)


async def test_nobody_who_only_reads_gets_the_tour(study, desk, tmp_path):
    pile_all(desk)
    desk.submit()
    with open_desk(study, "S1", "anna", read_only=True) as submitted:
        screen = first_run(submitted, tmp_path / "settings.toml")
        async with PqsApp(lambda: screen).run_test(size=(80, 24)):
            assert not screen.tour.display
            assert not screen.board.greeting


async def test_the_palette_runs_any_command(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("colon")
        assert isinstance(pilot.app.screen, CommandPalette)
        pilot.app.screen.query_one(Input).value = "mark as unsure"
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.press("enter")
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert desk.draft.card(1).unsure


async def test_the_palette_has_every_command_and_says_why_some_can_not_be_chosen(desk, room):
    async with room(desk, (200, 90)) as (screen, pilot):
        await pilot.press("colon")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        text = screen_text(pilot.app)
        for command in COMMANDS:
            assert command.words in text or command.id in ("palette", "close"), command.id
        assert "redo  (r): not now. Nothing has been undone" in text
        await pilot.press("escape", "escape")
        (run,) = [run for words, run in RoomCommands(screen)._commands() if "swap the" in words]
        run()
        assert screen.status.text == "That is for the piles. p goes on to them."


async def test_the_card_in_hand_is_taken_where_the_walk_begins(desk, room):
    desk.heap(1, 1)
    desk.look(hand=1)
    async with room(desk) as (screen, pilot):
        await pilot.press("up", "enter")
        assert screen.status.text == "1 is in hand"
        await pilot.press("left")
        assert desk.draft.card(1).heap == -1


async def test_a_refusal_is_gone_once_something_goes_well(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("g", *"60x", "enter")
        assert "There is no turn '60x'. Turns run from 1 to 8." in screen.status.text
        await pilot.press("j")
        assert screen.status.text == ""
        await pilot.press("g", "4", "enter")
        assert screen.status.text == "turn 4 of 8"
        await pilot.press("g", "9", "escape", "k")
        assert screen.transcript.cursor_turn == 3


async def test_a_key_that_does_nothing_says_why(desk, room):
    async with room(desk) as (screen, pilot):
        for key, said in (
            ("5", "That is for the piles."),
            ("u", "No move has been made yet."),
            ("X", "No card is marked as unsure."),
            ("Q", "Q means nothing here: ? lists the keys"),
            ("backspace", "There is no card to take off here."),
        ):
            await pilot.press(key)
            assert said in screen.status.text, key
        assert not desk.draft.acts


@pytest.mark.parametrize("key", ["1", "9", "n", "e", "x", "u", "s", "w", "p9"])
async def test_a_room_for_reading_says_why_it_changes_nothing(study, desk, room, key):
    pile_all(desk)
    desk.submit()
    with open_desk(study, "S1", "anna", read_only=True) as submitted:
        before = submitted.draft.cards
        async with room(submitted) as (screen, pilot):
            await pilot.press(*key)
            assert "open for reading only" in " ".join(lines_of(screen.status))
            assert "a revision with a reason" in " ".join(" ".join(lines_of(screen.status)).split())
            assert submitted.draft.cards == before


async def test_themes_and_spacing_are_remembered(desk, tmp_path):
    path = tmp_path / "settings" / "settings.toml"
    settings = read_settings(path)
    screen = RoomScreen(desk, RoomOptions(settings=settings))
    app = PqsApp(lambda: screen, settings)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        screen.run_command("theme")
        screen.run_command("spacing")
        await pilot.pause()
        assert app.theme == "light"
        assert screen.has_class("-roomy")
    again = read_settings(path)
    assert (again.theme, again.spacing) == ("light", "roomy")


async def test_own_keys_work_and_take_them_from_others(desk):
    settings = UiSettings(keys={"undo": ("n",), "note": ("N",)})
    screen = RoomScreen(desk, RoomOptions(settings=settings))
    async with PqsApp(lambda: screen).run_test() as pilot:
        await pilot.press("right", "right", "n")
        assert "n again: lay 1 in the characteristic heap" in screen.status.text
        await pilot.press("n")
        assert desk.draft.heaped == 0
        await pilot.press("N", "a", "enter")
        assert desk.draft.card(1).note == "a"
        assert "n undo" in lines_of(screen.footer)[0]


@pytest.mark.parametrize("settings", ["", "show_time = false\n", "show_time = true\n"])
async def test_minutes_show_only_where_the_study_allows(tmp_path, settings):
    study = open_study(make_study(tmp_path / "study", settings=settings))
    allowed = "true" in settings
    with open_desk(study, "S1", "anna") as desk:
        screen = room_for(study, desk, UiSettings())
        async with PqsApp(lambda: screen).run_test() as pilot:
            await pilot.press("i")
            assert ("minutes" in screen_text(pilot.app)) is allowed
            assert (" min" in lines_of(screen.header)[0]) is allowed


async def test_a_lock_taken_over_is_told(desk, room, monkeypatch):
    async with room(desk) as (screen, pilot):
        monkeypatch.setattr(desk, "touch", lambda: False)
        screen.keep_lock()
        await pilot.pause()
        assert "taken this sort over" in lines_of(screen.status)[0]


async def test_warnings_are_shown_whole_and_go_away(study, desk, room):
    desk.place(1, 9)
    desk.close()
    transcript = study.folder / "sessions" / "S1" / "transcript.txt"
    transcript.write_text("P: another hour\nT: Yes.\n", encoding="utf-8")
    with open_desk(study, "S1", "anna") as changed:
        async with room(changed) as (screen, pilot):
            shown = " ".join(" ".join(lines_of(screen.status)).split())
            assert "turn numbers may have moved." in shown
            assert screen.status.size.height > 1
            await pilot.press("right")
            assert screen.status.size.height == 1


# -- the other pages --------------------------------------------------------------------------------


async def test_home_lists_sessions_and_opens_the_room(study, desk):
    desk.place(1, 9)
    desk.close()
    mine = open_study(study.folder, "anna")
    app = PqsApp(lambda: HomeScreen(mine))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "in hand (1)" in screen_text(app)
        assert "1 of 100 in piles" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RoomScreen)
        assert app.screen.desk.draft.card(1).pile == 9
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("q")
    assert app.return_code == 0


async def test_home_is_fresh_after_submitting_and_says_so(study, desk):
    pile_all(desk)
    desk.close()
    mine = open_study(study.folder, "anna")
    app = PqsApp(lambda: HomeScreen(mine))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("s", "s", "y")
        await pilot.pause()
        text = screen_text(app)
        assert "S1 is submitted" in text
        assert "done (1)" in text
        assert "in hand" not in text


async def test_home_keeps_a_session_to_do_until_a_card_is_laid(study):
    mine = open_study(study.folder, "anna")
    journal = mine.paths("S1", "anna").journal
    app = PqsApp(lambda: HomeScreen(mine))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "q")
        await pilot.pause()
        assert "to do (1)" in screen_text(app)
        assert not journal.exists()  # a look at the door leaves nothing
        await pilot.press("enter", "j", "j", "q")
        await pilot.pause()
        assert "read to turn 3" in screen_text(app)
        assert "to do (1)" in screen_text(app)
        assert [work.state for work in list_work(study)] == ["open"]
        await pilot.press("enter", "right", "q")
        await pilot.pause()
        assert "1 of 100 in heaps" in screen_text(app)
        assert "S1 is kept as you left it" in screen_text(app)
        assert [work.state for work in list_work(study)] == ["draft"]


async def test_whoever_is_assigned_stays_so_until_a_card_is_laid(study, desk):
    (study.folder / "assignments.csv").write_text("session,rater\nS1,Anna\n", encoding="utf-8")
    desk.look(turn=4)
    (work,) = list_work(study)
    assert (work.rater, work.state, work.placed) == ("anna", "assigned", 0)
    desk.note(3, "so soon")
    (work,) = list_work(study)
    assert work.state == "draft"


async def test_home_rows_fit_the_window_with_the_state_first(tmp_path):
    folder = make_study(tmp_path / "study")
    session = folder / "sessions" / "S1" / "session.toml"
    session.write_text(f'title = "{"A very long title " * 9}"\n', encoding="utf-8")
    raters = [f"rater_{n}" for n in range(12)]
    rows = "\n".join(f"S1,{name}" for name in raters)
    (folder / "assignments.csv").write_text(f"session,rater\n{rows}\n", encoding="utf-8")
    for viewer, said in ((raters[0], "S1  not begun"), (None, "S1  12 to do")):
        app = PqsApp(lambda viewer=viewer: HomeScreen(open_study(folder, viewer)))
        async with app.run_test(size=(80, 24)) as pilot:
            for cells in (80, 60, 120):
                await pilot.resize_terminal(cells, 24)
                await pilot.pause()
                (row,) = [row for row in screen_text(app).splitlines() if "S1" in row]
                assert row.startswith(f"  {said}")
                assert cells - 4 < len(row) <= cells
                assert row.endswith("…")


async def test_home_says_who_holds_a_session(study, desk):
    mine = open_study(study.folder, "anna")
    desk.place(1, 9)
    app = PqsApp(lambda: HomeScreen(mine))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        assert "open elsewhere" in screen_text(app)


async def test_a_lead_without_a_name_is_asked_for_one(study):
    app = PqsApp(lambda: HomeScreen(study))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter", *"ben", "enter")
        await pilot.pause()
        assert isinstance(app.screen, RoomScreen)
        assert app.screen.desk.rater == "ben"
        await pilot.press("q")


async def test_a_lead_reads_what_a_rater_has_submitted(study, desk):
    pile_all(desk)
    desk.submit()
    app = PqsApp(lambda: HomeScreen(study))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        assert "read the sort of anna: submitted" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RoomScreen)
        assert app.screen.desk.read_only
        assert "piles 100/100" in screen_text(app)
        await pilot.press("9", "q")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)


async def test_home_offers_the_practice_sort(study):
    app = PqsApp(lambda: HomeScreen(study))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await pilot.pause()
        assert "practice: nothing is kept" in screen_text(app)


async def test_practice_is_a_whole_sort_of_twenty_cards_that_leaves_nothing(tmp_path):
    screen = practice_room(UiSettings())
    app = PqsApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert len(screen.item_set.numbers) == 20
        await pilot.press("p", *"12334444555566667789")
        assert screen.draft.complete
        await pilot.press("s", "s", "y")
        await pilot.pause()
    assert app.return_code == 0


async def test_welcome_makes_the_demo_and_shows_why_not(tmp_path):
    made = []

    def make_demo(folder):
        made.append(folder)
        return open_study(make_study(folder))

    def refuse(folder):
        raise WriteError(f"{folder} can't be written.", "Take another.")

    app = PqsApp(lambda: WelcomeScreen(make_demo, refuse))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter", *"x", "enter")
        assert "can't be written" in screen_text(app)
        await pilot.press("up", "enter")
        app.screen.query_one(Input).value = str(tmp_path / "demo")
        await pilot.press("enter")
        await pilot.pause()
        assert made == [tmp_path / "demo"]
        assert isinstance(app.screen, HomeScreen)


@pytest.mark.parametrize("key", ["right", "space", "p", "question_mark"])
async def test_the_greeting_shows_once_and_blocks_nothing(desk, room, study, key):
    async with room(desk) as (_, pilot):
        assert "neutral observer" in screen_text(pilot.app)
        await pilot.press(key, "escape")
        await pilot.press("q")
    with open_desk(study, "S1", "anna") as again:
        async with room(again) as (_, pilot):
            assert "neutral observer" not in screen_text(pilot.app)
