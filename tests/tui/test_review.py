"""The page before submitting: its place, what is ticked off, its lines, whose sort it asks about."""

from __future__ import annotations

from textual.widgets import OptionList

from pqs_coder.tui.screens.review import ReviewPage, SubmitPage
from tests.tui.tui_help import pile_all, screen_text


def with_doubts(desk):
    pile_all(desk)
    for n in (10, 30, 50):
        desk.unsure(n)


def highlighted(pilot):
    listing = pilot.app.screen.query_one(OptionList)
    return listing.get_option_at_index(listing.highlighted).prompt.plain


async def test_the_list_opens_again_where_it_was_left(desk, room):
    with_doubts(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "down", "enter")
        assert desk.hand == 30
        await pilot.press("s")
        assert highlighted(pilot).startswith("  30 ")
        await pilot.press("enter", "x", "s")  # no doubt any longer: the next one is in its place
        assert highlighted(pilot).startswith("  50 ")


async def test_a_question_is_ticked_off_until_it_changes(desk, room):
    with_doubts(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "space")
        assert highlighted(pilot).startswith("  30 ")
        assert "1 ticked off" in screen_text(pilot.app)
        await pilot.press("escape", "s")
        text = screen_text(pilot.app)
        assert "x 10 " in text
        assert "1 ticked off" in text
        await pilot.press("escape")
        desk.place(10, 9)
        await pilot.press("s")
        assert "ticked off" not in screen_text(pilot.app)


async def test_space_takes_a_tick_back(desk, room):
    with_doubts(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "space", "up", "space")
        assert "ticked off" not in screen_text(pilot.app)
        assert highlighted(pilot).startswith("  10 ")


async def test_lines_are_broken_anew_for_another_window(desk, room):
    with_doubts(desk)
    desk.place(30, 9)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "down")
        narrow = highlighted(pilot)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        wide = highlighted(pilot)
        assert max(map(len, narrow.splitlines())) <= 75
        assert len(wide.splitlines()) <= len(narrow.splitlines())
        longest = max(
            (str(one.prompt) for one in pilot.app.screen.query_one(OptionList).options), key=len
        )
        assert len(longest.splitlines()[0]) > 75


async def test_space_without_a_question_does_nothing(desk, room):
    async with room(desk) as (_, pilot):
        pilot.app.push_screen(ReviewPage(desk.draft, []))
        await pilot.pause()
        await pilot.press("space", "space")
        assert isinstance(pilot.app.screen, ReviewPage)


async def test_the_last_question_names_session_rater_and_doubts(desk, room):
    with_doubts(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s", "s")
        assert isinstance(pilot.app.screen, SubmitPage)
        text = screen_text(pilot.app)
        assert "S1 by anna" in text
        assert "3 cards still marked as unsure" in text
