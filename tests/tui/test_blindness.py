"""No screen, key or command of the palette tells a rater of other raters' work or of facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen

from pqs_coder.errors import UsageError
from pqs_coder.store.study import Study, open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.lead_data import Names, load_page
from pqs_coder.tui.screens.lead_desk import LeadDesk
from pqs_coder.tui.screens.lead_opening import consensus_screen
from pqs_coder.tui.screens.lead_pages import PAGES
from pqs_coder.tui.screens.lead_pair import PairScreen
from pqs_coder.tui.screens.room import RoomScreen
from tests.blindness import leaks, plant
from tests.tui.tui_help import screen_text

SIZE = (120, 40)
LEAVES = {"leave", "palette", "close"}
HOME_KEYS = [*"abcdefghijklmnoprstuvwxyz?/19", "enter", "tab", "f1", "ctrl+p"]


@pytest.fixture
def blind(demo_copy: Path) -> tuple[Study, tuple[str, ...]]:
    """The demo as anna sees it, and what others have noted."""
    notes = plant(demo_copy)
    return open_study(demo_copy, "anna"), notes


class Told:
    """All that has stood on the screens."""

    def __init__(self, app: PqsApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot
        self.text = ""

    async def look(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        self.text += screen_text(self.app) + "\n"

    async def back_to(self, screen: Screen[Any]) -> None:
        """Close whatever lies on top."""
        for _ in range(4):
            if self.app.screen is screen:
                return
            await self.look("escape")
        assert self.app.screen is screen


async def test_home_and_what_its_keys_open(blind: tuple[Study, tuple[str, ...]]) -> None:
    study, notes = blind
    app = PqsApp(lambda: HomeScreen(study))
    async with app.run_test(size=SIZE) as pilot:
        told = Told(app, pilot)
        await told.look()
        home = app.screen
        for key in HOME_KEYS:
            await told.look(key)
            assert not isinstance(app.screen, LeadDesk)
            while app.screen is not home:
                await told.look("q" if isinstance(app.screen, RoomScreen) else "escape")
            await told.look("escape")
    assert "B7" in told.text
    assert "submitted" in told.text
    assert not leaks(told.text, notes)


@pytest.mark.parametrize("session", ["B7", "M9"])  # submitted, in hand
async def test_every_command_of_the_room(
    blind: tuple[Study, tuple[str, ...]], session: str
) -> None:
    study, notes = blind
    app = PqsApp(lambda: HomeScreen(study))
    async with app.run_test(size=SIZE) as pilot:
        told = Told(app, pilot)
        await told.look()
        home = app.screen
        assert isinstance(home, HomeScreen)
        home.open(session, "anna")
        await told.look()
        room = app.screen
        assert isinstance(room, RoomScreen)
        tried = [one for one in room.keymap.commands if one.id not in LEAVES]
        assert len(tried) > 30
        for command in tried:
            room.run_command(command)
            await told.look()
            await told.back_to(room)
            await pilot.press("escape")
        room.run_command(next(one for one in room.keymap.commands if one.id == "palette"))
        await told.look()
        assert isinstance(app.screen, CommandPalette)
        for _ in range(4):
            await told.look("pagedown")
    assert session in told.text
    assert not leaks(told.text, notes)


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_the_desk_hold_own_work_at_most(
    blind: tuple[Study, tuple[str, ...]], page: str
) -> None:
    """No key leads a rater there; were there one, the analyses would still ask who is asking."""
    study, notes = blind
    try:
        said = str(load_page(study, page))
    except UsageError as error:
        said = str(error)
    assert not leaks(said, notes)


@pytest.mark.parametrize(
    "door",
    [
        lambda study: PairScreen(study, "D3", Names()),
        lambda study: consensus_screen(study, "D3"),
    ],
    ids=["pair", "consensus"],
)
def test_the_leads_rooms_are_shut(
    blind: tuple[Study, tuple[str, ...]], door: Callable[[Study], Any]
) -> None:
    study, notes = blind
    with pytest.raises(UsageError) as refused:
        door(study)
    assert not leaks(str(refused.value), notes)


async def test_a_lead_sees_it_all_by_the_same_way(demo_copy: Path) -> None:
    """The net has no hole: what is looked for above would show."""
    notes = plant(demo_copy)
    app = PqsApp(lambda: HomeScreen(open_study(demo_copy)))
    async with app.run_test(size=SIZE) as pilot:
        told = Told(app, pilot)
        for key in ("d", "2", "enter"):
            await told.look(key)
    found = leaks(told.text, notes)
    assert {"ben", "carla"} <= set(found)
    assert set(found) & set(notes)
