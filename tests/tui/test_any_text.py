"""Any text, brackets and control characters included, is shown whole or with a stand-in."""

from __future__ import annotations

import asyncio
import tempfile
import unicodedata
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pqs_coder.desk.desk import Desk
from pqs_coder.model.card import Card
from pqs_coder.model.draft import new_draft
from pqs_coder.model.item_set import Item, ItemSet, Pile
from pqs_coder.model.study import SessionInfo
from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.store.study import open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.practice import NoFile
from pqs_coder.tui.screens.compare import card_text
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.text import visible, visible_lines, width
from pqs_coder.tui.widgets.card_panel import card_lines
from tests.tui.conftest import make_study
from tests.tui.tui_help import lines_of, screen_text

texts = st.one_of(
    st.text(max_size=40),
    st.text("[]/\\ab\t\n\r\x1b\x00 ", min_size=1, max_size=20),
    st.sampled_from(
        ["[/]", "[bold]x", "[red", "\x1b[31mred", "\u202eabc", "日本語", "e\u0301", "\ud800"]
    ),
)


def item_set(label: str, high: str, low: str, text: str) -> ItemSet:
    items = (
        Item(1, "patient", label or "x", high, low, (2,), text, text, high, low),
        Item(2, label or "y", label or "x", low, high),
    )
    piles = (Pile(0, 1, label), Pile(1, 1, high))
    return ItemSet("made", label or "t", "1", "en", "ours", "sort", piles, items)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(label=texts, high=texts, low=texts, note=texts, cells=st.integers(20, 120))
@example("[/]", "[bold]", "\x1b[2J", "[red", 40)
def test_a_card_shows_all_of_its_text(label, high, low, note, cells):
    made = item_set(label, high, low, note)
    draft = new_draft(made)
    lines = card_lines(draft, made.item(1), Card(note=note), cells)
    shown = squeezed("".join(piece for line in lines for piece, _ in line))
    for text in (high, low, note):
        for line in visible_lines(text):
            assert squeezed(line) in shown
    for line in lines:
        for piece, _ in line:
            for one in piece:
                assert one.isprintable() or one == "\u200c" or unicodedata.category(one) == "Zs"
        assert sum(width(piece) for piece, _ in line) <= max(cells, 8)
    assert squeezed(visible(label)) in squeezed(card_text(draft, 1, cells).plain)


async def show(label: str, high: str, note: str, turn: str) -> None:
    made = item_set(label, high, note, turn)
    desk = Desk(
        new_draft(made),
        NoFile(),
        rater="anna",
        info=SessionInfo("S1", label, speakers={label: "patient"}),
        order=made.numbers,
        transcript=Transcript((Turn(1, label, turn, note), Turn(2, high, note))),
        warnings=(note,) if note else (),
    )
    screen = RoomScreen(desk)
    app = PqsApp(lambda: screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        desk.note(1, note)
        desk.place(2, 0)
        screen.redraw()
        for keys in (
            ("i",),
            ("escape", "v"),
            ("escape", "slash"),
            ("escape", "p", "c", "2", "enter"),
        ):
            await pilot.press(*keys)
        await pilot.press("escape", "G", "f", "escape", "s", "escape")
        await pilot.pause()
        assert app.screen is screen
        shown = squeezed("".join(lines_of(screen.card)))
        for line in visible_lines(high):
            assert squeezed(line) in shown


@settings(max_examples=3)
@given(label=texts, high=texts, note=texts, turn=texts)
@example("[/]", "[bold]", "\x1b[2J", "[pause")
def test_the_whole_room_shows_any_text(label, high, note, turn):
    asyncio.run(show(label, high, note, turn))


async def test_home_shows_brackets_of_titles_as_they_are(tmp_path: Path):
    folder = make_study(tmp_path / "study")
    (folder / "sessions" / "S1" / "session.toml").write_text('title = "[/] hour [b]two"\n')
    (folder / "study.toml").write_text('title = "[red]study"\n')
    app = PqsApp(lambda: HomeScreen(open_study(folder)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "[/] hour [b]two" in text
        assert "[red]study" in text


def test_a_damaged_draft_is_told_on_the_home_page_with_its_own_words():
    with tempfile.TemporaryDirectory() as folder:
        study = make_study(Path(folder) / "study")
        sorts = study / "sessions" / "S1" / "sorts"
        sorts.mkdir()
        (sorts / "anna.journal").write_bytes(b"[/] no journal\nat all\n{}\n")

        async def look() -> None:
            app = PqsApp(lambda: HomeScreen(open_study(study)))
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                assert "in hand (1)" in screen_text(app)

        asyncio.run(look())
