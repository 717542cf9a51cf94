"""Keys that come in one burst, as from a fast hand or the clipboard, mean what they mean slowly."""

from __future__ import annotations

from textual import events
from textual.keys import _character_to_key

from tests.tui.tui_help import lines_of, pile_all


def burst(app, *keys: str) -> None:
    for key in keys:
        character = key if len(key) == 1 else {"slash": "/", "space": " "}.get(key)
        app.post_message(events.Key(_character_to_key(key) if len(key) == 1 else key, character))


async def settle(pilot, done=lambda: True) -> None:
    """Let the keys take effect: some rounds at least, more where a busy machine needs them."""
    for round_ in range(300):
        if round_ >= 6 and done():
            return
        await pilot.pause()


async def test_a_burst_of_placings(desk, room):
    async with room(desk) as (_, pilot):
        burst(pilot.app, "p", *"123456789")
        await settle(pilot, lambda: desk.draft.piled == 9)
        assert [desk.draft.card(n).pile for n in range(1, 10)] == list(range(1, 10))


async def test_what_is_typed_for_a_page_moves_no_card_behind_it(desk, room):
    async with room(desk) as (screen, pilot):
        burst(pilot.app, "p", "slash", "4", "7", "enter", "9")
        await settle(pilot, lambda: pilot.app.screen is screen)
        assert pilot.app.screen is screen
        moved = [n for n, card in desk.draft.cards.items() if card.moves]
        assert moved in ([47], [])
        assert desk.draft.cards[1].pile is None


async def test_arrows_after_tab_are_for_the_transcript(desk, room):
    async with room(desk) as (screen, pilot):
        burst(pilot.app, "tab", "down", "down", "down")
        await settle(pilot, lambda: screen.transcript.cursor_turn == 4)
        assert desk.draft.heaped == 0
        assert screen.transcript.cursor_turn == 4


async def test_submitting_in_a_burst(desk, room, study):
    pile_all(desk)
    async with room(desk) as (_, pilot):
        burst(pilot.app, "s", "s", "y")
        await settle(pilot, lambda: study.paths("S1", "anna").latest_revision() == 1)
    assert study.paths("S1", "anna").latest_revision() == 1


async def test_a_note_in_one_burst_ends_where_enter_stands(desk, room):
    async with room(desk) as (screen, pilot):
        burst(pilot.app, *"nKäse [9] ü", "backspace", *"Q?", "enter")
        await settle(pilot, lambda: desk.draft.card(1).note and not screen.prompt.asking)
        assert desk.draft.card(1).note == "Käse [9] Q?"
        assert not screen.prompt.asking
        assert desk.draft.heaped == 0


async def test_a_burst_is_drawn_once(desk, room, monkeypatch):
    async with room(desk) as (screen, pilot):
        drawn: list[int] = []
        real = screen.redraw
        monkeypatch.setattr(screen, "redraw", lambda: (drawn.append(1), real()))
        burst(pilot.app, "p", *"123456789" * 5)
        await settle(pilot, lambda: desk.draft.piled == 45)
        assert desk.draft.piled == 45
        assert len(drawn) < 5


async def test_all_lines_of_a_paste_are_taken(desk, room):
    async with room(desk) as (_, pilot):
        await pilot.press("n")
        pilot.app.post_message(events.Paste("one [b]\r\ntwo\nthree"))
        await pilot.pause()
        await pilot.press("enter")
        assert desk.draft.card(1).note == "one [b] two three"


async def test_lines_pasted_without_the_marks_of_a_paste_are_one_note(desk, room):
    async with room(desk) as (screen, pilot):
        await pilot.press("n")
        burst(pilot.app, *"one.", "enter", "enter", *"3 x s", "enter", *"y j")
        await settle(pilot)
        assert screen.prompt.asking
        await pilot.press("enter")
        await settle(pilot, lambda: not screen.prompt.asking)
        assert desk.draft.card(1).note == "one. 3 x s y j"
        assert desk.draft.acts == 1
        await pilot.press("n")
        pilot.app.post_message(events.Paste(" two.\rthree\r\n\r\nfour"))  # as tmux sends them
        await pilot.pause()
        await pilot.press("enter")
        assert desk.draft.card(1).note == "one. 3 x s y j two. three four"


async def test_a_long_note_is_shown_whole_and_kept_on_escape(desk, room):
    words = " ".join(f"word{n}" for n in range(30))
    async with room(desk) as (screen, pilot):
        await pilot.press("n")
        burst(pilot.app, *words)
        await settle(pilot, lambda: "word29" in " ".join(lines_of(screen.card)))
        assert all(word in " ".join(lines_of(screen.card)).split() for word in words.split())
        await pilot.press("escape")
        assert "not saved: the note on 1; n offers what you typed" in lines_of(screen.status)[0]
        assert not desk.draft.acts
        assert "word29" not in " ".join(lines_of(screen.card))
        await pilot.press("n", "enter")
        assert desk.draft.card(1).note == words
