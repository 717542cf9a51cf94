"""Whatever is pressed, clicked and resized: the board shows what the journal on disk replays to."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.keys import _character_to_key

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.study import open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.commands import COMMANDS
from pqs_coder.tui.screens.room import RoomScreen
from tests.tui.conftest import make_study
from tests.tui.tui_help import lines_of

# All keys of all commands but the one that leaves; and some that mean nothing.
KEYS = sorted({key for one in COMMANDS for key in one.keys if one.id != "leave"} | {"tab", "Q"})
MANY = ["1", "2", "3", "9", "5", "right", "left", "down", "up", "enter", "space", "p", "h", "G"]
SIZES = [(80, 24), (120, 40), (200, 50), (60, 18), (50, 10), (130, 24), (80, 60)]

HIDDEN = re.compile(r"»\d|\d«|… \d+ (above|below)")
"""How the board says that it does not show all cards of a pile."""
EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 5

Act = tuple[str, Any]
acts = st.one_of(
    st.tuples(st.just("key"), st.sampled_from(MANY)),
    st.tuples(st.just("key"), st.sampled_from(MANY)),
    st.tuples(st.just("key"), st.sampled_from(KEYS)),
    st.tuples(st.just("size"), st.sampled_from(SIZES)),
    st.tuples(st.just("click"), st.tuples(st.integers(0, 79), st.integers(0, 23))),
    st.tuples(st.just("type"), st.text("az09[]/ é", min_size=1, max_size=4)),
)


def key_event(key: str) -> events.Key:
    names = {"space": " ", "full_stop": ".", "comma": ",", "slash": "/", "colon": ":"}
    character = key if len(key) == 1 else names.get(key)
    return events.Key(key, character)


def check(screen: RoomScreen, desk: Desk, journal: Path) -> None:
    draft = desk.draft
    if journal.exists():
        on_disk = replay(read_journal(journal), desk.item_set)
        assert on_disk.cards == draft.cards
        assert on_disk.view == draft.view
    board = screen.board
    if draft.view.stage == "guided" or not board.size.height or screen.has_class("-reading"):
        return
    rows = lines_of(board)
    first_pass = draft.view.stage == "heaps"
    told: set[int] = set()
    for spot in board._drawn.spots:
        if spot.item is None or spot.item in told or spot.y >= len(rows):
            continue  # a card's words may go on in the next line
        told.add(spot.item)
        card = draft.cards[spot.item]
        assert (card.heap if first_pass else card.pile) == spot.group
        shown = rows[spot.y][spot.x : spot.end].replace("*", " ").replace("?", " ").split()
        assert shown[0] == str(spot.item)
    seen = {spot.item for spot in board._drawn.spots if spot.item is not None}
    lying = {n for n, c in draft.cards.items() if (c.heap if first_pass else c.pile) is not None}
    if board.filter is None and not HIDDEN.search("".join(rows)):
        assert seen == lying


async def play(script: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study = open_study(make_study(Path(folder) / "study"))
        journal = study.paths("S1", "anna").journal
        with open_desk(study, "S1", "anna") as desk:
            screen = RoomScreen(desk)
            app = PqsApp(lambda: screen)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                for number, (kind, what) in enumerate(script):
                    if kind == "key":
                        app.post_message(key_event(what))
                    elif kind == "type":
                        for one in what:
                            app.post_message(events.Key(_character_to_key(one), one))
                    elif kind == "size":
                        await pilot.resize_terminal(*what)
                    elif what[0] < app.size.width and what[1] < app.size.height:
                        await pilot.click(offset=what)
                    if number % 5 == 4 or kind != "key":
                        await pilot.pause()
                        if desk._file is None or not screen.is_attached:
                            return  # submitted
                        if app.screen is screen:
                            check(screen, desk, journal)
                while app.screen is not screen and len(app.screen_stack) > 2:
                    await pilot.press("escape")
                await pilot.pause()
                check(screen, desk, journal)


@settings(max_examples=EXAMPLES)
@given(script=st.lists(acts, min_size=20, max_size=45))
def test_the_board_shows_what_the_journal_replays_to(script: list[Act]) -> None:
    asyncio.run(play(script))
