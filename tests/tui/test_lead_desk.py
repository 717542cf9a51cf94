"""The lead's desk: its pages say what the commands say, and the adjudication room places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from pqs_coder.analysis.agreement import agreement_of
from pqs_coder.analysis.differences import differences_of
from pqs_coder.desk.consensus import consensus_cards, open_consensus
from pqs_coder.store.study import Study, open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.lead_consensus import ConsensusScreen
from pqs_coder.tui.screens.lead_data import Names, load_page
from pqs_coder.tui.screens.lead_desk import LeadDesk
from pqs_coder.tui.screens.lead_pages import PAGES, number
from pqs_coder.tui.screens.lead_pair import PairScreen
from tests.tui.tui_help import screen_text

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def lead(demo_copy: Path) -> Study:
    return open_study(demo_copy)


def desk_app(study: Study) -> PqsApp:
    return PqsApp(lambda: LeadDesk(study))


async def figures(app: PqsApp, pilot: Pilot[Any]) -> str:
    """What stands on the screen when the analyses have answered."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    return screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_progress_is_a_grid_of_sessions_and_raters(
    lead: Study, size: tuple[int, int]
) -> None:
    app = desk_app(lead)
    async with app.run_test(size=size) as pilot:
        text = await figures(app, pilot)
    rows = {line[1:].split()[0]: line[1:].split()[1:] for line in text.splitlines() if line[1:]}
    assert rows["session"][-3:] == ["anna", "ben", "carla"]
    assert rows["D3"] == ["needed", "-", "done", "done"]
    assert rows["M9"] == ["45/100", "-", "done"]
    assert rows["W6"] == ["to", "do", "to", "do", "-"]
    assert "6 sessions, 9 sorts submitted" in text


async def test_the_frame_stands_before_the_figures(lead: Study) -> None:
    app = desk_app(lead)
    async with app.run_test(size=(80, 24)) as pilot:
        desk = app.screen
        assert isinstance(desk, LeadDesk)
        assert "2 agreement" in screen_text(app)
        await figures(app, pilot)
        assert set(desk.data) == {"progress"}


@pytest.mark.parametrize("size", SIZES)
async def test_agreement_says_what_the_command_says(lead: Study, size: tuple[int, int]) -> None:
    app = desk_app(lead)
    async with app.run_test(size=size) as pilot:
        await figures(app, pilot)
        await pilot.press("2")
        text = await figures(app, pilot)
    lines = [line[1:].split() for line in text.splitlines()]
    shown = {line[0]: line for line in lines if line}
    for row in agreement_of(lead).frame.to_dicts():
        words = shown[row["session"]]
        assert words[1:4] == [number(row[name]) for name in ("r", "r_low", "r_high")]
        assert words[4] == number(row["reliability"])
    sessions = [line[0] for line in lines if line and line[0] in ("B7", "D3", "K4", "R2")]
    assert sessions == ["D3", "B7", "K4", "R2"]  # the one under the threshold on top


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_opens_by_its_key(
    lead: Study, page: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = desk_app(lead)
    async with app.run_test(size=size) as pilot:
        await figures(app, pilot)
        await pilot.press(str(list(PAGES).index(page) + 1))
        text = await figures(app, pilot)
        assert f"{page}]" in text
        assert "working it out" not in text
        assert len(list(app.screen.query("*"))) < 40


async def test_the_matrix_has_numbers_and_shades(lead: Study) -> None:
    app = desk_app(lead)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        await pilot.press("3")
        text = await figures(app, pilot)
    for row in load_page(lead, "matrix").tables["matrix"]:
        assert number(row["r"]) in text
    assert "▓" in text or "▒" in text


async def test_names_can_be_hidden(lead: Study) -> None:
    app = desk_app(lead)
    async with app.run_test(size=(120, 40)) as pilot:
        await figures(app, pilot)
        await pilot.press("n")
        for page in range(1, 7):
            await pilot.press(str(page))
            text = await figures(app, pilot)
            assert not [name for name in ("anna", "ben", "carla") if name in text.split()]
        await pilot.press("1")
        assert "Rater A" in await figures(app, pilot)


def test_hidden_names_are_letters_everywhere() -> None:
    names = Names(hidden=True)
    names.learn(["ben", "anna"])
    assert names("anna,ben") == "Rater A,Rater B"
    assert names.in_words("anna: 2 sessions; annabel none") == "Rater A: 2 sessions; annabel none"


@pytest.mark.parametrize("size", SIZES)
async def test_a_session_opens_to_its_differences(lead: Study, size: tuple[int, int]) -> None:
    app = desk_app(lead)
    async with app.run_test(size=size) as pilot:
        await figures(app, pilot)
        await pilot.press("2")
        await figures(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        pair = app.screen
        assert isinstance(pair, PairScreen)
        rows = differences_of(lead, "D3").frame.to_dicts()
        assert pair.items.keys == [str(row["item"]) for row in rows]
        text = screen_text(app)
        assert rows[0]["note_a"] in text
        assert rows[0]["note_b"] in text
        cited = [int(turn) for turn in rows[0]["evidence_a"].split()]
        assert pair.transcript.marked == frozenset(cited)
        assert pair.transcript.cursor_turn in pair.transcript.marked | pair.transcript.bookmarks
        await pilot.press("down", "e")
        assert pair.item == rows[1]["item"]
        await pilot.press("question_mark", "escape", "escape")
        assert isinstance(app.screen, LeadDesk)


@pytest.mark.parametrize("size", SIZES)
async def test_the_adjudication_room_places_and_submits(lead: Study, size: tuple[int, int]) -> None:
    app = desk_app(lead)
    async with app.run_test(size=size) as pilot:
        await figures(app, pilot)
        await pilot.press("2")
        await figures(app, pilot)
        await pilot.press("c")
        await pilot.pause()
        room = app.screen
        assert isinstance(room, ConsensusScreen)
        first = room.table.items[0].item
        assert room.item == first
        await pilot.press("9")
        assert consensus_cards(lead, "D3")[1][first].pile == 9  # on disk before the next key
        assert room.item == room.table.items[1].item
        await pilot.press("s")
        assert "Not complete" in screen_text(app)
        await pilot.press("u")
        assert room.item == first
        assert consensus_cards(lead, "D3")[1][first].pile is None
        await pilot.press("n", *"heard", "enter")
        assert room.consensus.draft.card(first).note == "heard"
        for _ in room.consensus.undecided:
            await pilot.press("a")
        assert room.consensus.draft.complete
        await pilot.press("s", "y")
        await pilot.pause()
        assert isinstance(app.screen, LeadDesk)
    assert consensus_cards(lead, "D3")[0] == "submitted"


async def test_leaving_the_adjudication_gives_the_lock_back(lead: Study) -> None:
    app = desk_app(lead)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        for _ in range(2):
            await pilot.press("c")
            await pilot.pause()
            assert isinstance(app.screen, ConsensusScreen)
            await pilot.press("escape")
            await figures(app, pilot)


async def test_home_leads_to_the_desk_for_leads_only(demo_copy: Path) -> None:
    for viewer, opens in ((None, True), ("dora", True), ("anna", False)):
        study = open_study(demo_copy, viewer)
        app = PqsApp(lambda study=study: HomeScreen(study))  # type: ignore[misc]
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("d")
            await figures(app, pilot)
            assert isinstance(app.screen, LeadDesk) is opens


async def test_a_submitted_consensus_opens_for_reading(lead: Study) -> None:
    with open_consensus(lead, "B7") as room:
        room.take_all()
        room.submit()
    app = desk_app(lead)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        await pilot.press("c")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ConsensusScreen)
        before = dict(screen.consensus.draft.cards)
        await pilot.press("1")
        assert "reading only" in screen_text(app)
        assert screen.consensus.draft.cards == before
