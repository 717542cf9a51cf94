"""The lead's desk: its pages say what the commands say, and the adjudication room places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.pilot import Pilot

from pqs_coder.analysis.agreement import agreement_of, agreement_table
from pqs_coder.analysis.context import study_context
from pqs_coder.analysis.decision import decision_of
from pqs_coder.analysis.differences import differences_of
from pqs_coder.analysis.distinctive import distinctive_of
from pqs_coder.analysis.drift import drift_of
from pqs_coder.analysis.matrix import matrix_of
from pqs_coder.analysis.portraits import bias_of, portraits_of
from pqs_coder.analysis.progress import progress_of
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.status import status
from pqs_coder.analysis.third_raters import third_raters_of
from pqs_coder.analysis.training import training_of
from pqs_coder.desk.consensus import consensus_cards, open_consensus
from pqs_coder.desk.opening import open_desk
from pqs_coder.exchange.demo import make_archive
from pqs_coder.store.study import Study, open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.lead_agreement import ORDERS, in_order
from pqs_coder.tui.screens.lead_consensus import ConsensusScreen
from pqs_coder.tui.screens.lead_data import KeptSorts, Names, PageData, load_page
from pqs_coder.tui.screens.lead_desk import LeadDesk
from pqs_coder.tui.screens.lead_pages import PAGES
from pqs_coder.tui.screens.lead_pair import PairScreen
from pqs_coder.tui.screens.lead_tables import number
from tests.tui.conftest import make_study
from tests.tui.tui_help import pile_all, screen_text

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
    assert codes(text) == ["D3", "B7", "K4", "R2"]  # the one under the threshold on top
    [study] = agreement_of(lead, "study").frame.to_dicts()
    assert f"4 sessions, 4 pairs  mean r {number(study['mean_r'])} (" in text


def codes(text: str) -> list[str]:
    """The sessions that stand on the screen, from top to bottom."""
    firsts = [line[1:].split()[0] for line in text.splitlines() if line[1:].split()]
    return [one for one in firsts if one in ("B7", "D3", "K4", "R2")]


async def test_sessions_can_be_sorted_by_any_column(lead: Study) -> None:
    rows = agreement_of(lead).frame.to_dicts()
    app = desk_app(lead)
    async with app.run_test(size=(120, 40)) as pilot:
        await figures(app, pilot)
        await pilot.press("s")
        assert "sorted on page 2" in screen_text(app)
        await pilot.press("2")
        await figures(app, pilot)
        seen = {}
        for order in [*ORDERS[1:], ORDERS[0]]:
            await pilot.press("s")
            await pilot.pause()
            text = screen_text(app)
            assert f"sorted by: {order}" in text
            seen[order] = codes(text)
    names = {"r": "r", "rel.": "reliability", "base": "baseline_r", "raters": "raters"}
    for order, name in names.items():
        assert seen[order] == [one["session"] for one in sorted(rows, key=lambda one: one[name])]
    assert seen["session"] == ["B7", "D3", "K4", "R2"]
    assert seen[ORDERS[0]] == ["D3", "B7", "K4", "R2"]


async def test_what_the_agreement_page_leaves_out_and_how_it_is_parted_is_told(lead: Study) -> None:
    for size, told in (((80, 24), True), ((120, 40), False)):
        app = desk_app(lead)
        async with app.run_test(size=size) as pilot:
            await figures(app, pilot)
            await pilot.press("2")
            await figures(app, pilot)
            lines = screen_text(app).splitlines()
            assert any("no room for consensus" in line for line in lines) == told
            starts = [line[1:].split(" ")[0] for line in lines]
            parted = lines[starts.index("D3") + 1]
            assert parted.strip() == "not under the threshold, by name"
            assert starts.index("B7") == starts.index("D3") + 2
            await pilot.press("s")
            await pilot.pause()
            assert "not under the threshold" not in screen_text(app)


def test_blanks_stand_last_in_an_order() -> None:
    rows = [{"session": code, "r": r} for code, r in (("a", None), ("b", 0.2), ("c", -0.1))]
    assert [one["session"] for one in in_order(rows, "r", {}, {})] == ["c", "b", "a"]
    assert in_order(rows, "own", {"a": 0.1}, {})[0]["session"] == "a"


async def test_the_numbers_are_explained_in_words(lead: Study) -> None:
    """The decision study, too, and End shows what stands below the sessions."""
    app = desk_app(lead)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        await pilot.press("2")
        await figures(app, pilot)
        seen = screen_text(app).splitlines()
        for key in ("pagedown", "end"):
            await pilot.press(key)
            await pilot.pause()
            seen += screen_text(app).splitlines()
        await pilot.press("home")
        await pilot.pause()
        assert codes(screen_text(app))[0] == "D3"
    text = " ".join(" ".join(dict.fromkeys(seen)).split())
    decision = decision_of(lead)
    for row in decision.frame.to_dicts():
        assert f"{row['n_raters']} {number(row['profile'])} {number(row['distinctive'])}" in text
    for note in decision.notes:
        assert note in text
    assert "Read r beside it, not beside zero" in text


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_holds_the_figures_of_its_commands(lead: Study, page: str) -> None:
    """Whatever table a page shows is the one that the command prints, number for number."""
    answers: dict[str, Callable[[Study], Result]] = {
        "pace": progress_of,
        "third": third_raters_of,
        "agreement": agreement_of,
        "study": lambda study: agreement_of(study, "study"),
        "distinctive": distinctive_of,
        "decision": decision_of,
        "matrix": matrix_of,
        "pairs": lambda study: agreement_of(study, "pair"),
        "portraits": portraits_of,
        "bias": bias_of,
        "drift": drift_of,
        "training": training_of,
    }
    data = load_page(lead, page)
    for name, rows in data.tables.items():
        if name == "status":
            assert rows == status(lead).to_dicts()
        elif name != "consensus":
            assert rows == answers[name](lead).frame.to_dicts(), name


@pytest.mark.parametrize("page", ["matrix", "raters", "drift", "training"])
async def test_a_page_without_figures_says_why(tmp_path: Path, page: str) -> None:
    study = open_study(make_study(tmp_path / "new"))
    notes = load_page(study, page).notes
    assert notes
    app = desk_app(study)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        await pilot.press(str(list(PAGES).index(page) + 1))
        text = await figures(app, pilot)
    assert " ".join(notes) in " ".join(text.split())


async def test_drift_says_at_the_top_who_left_the_limits_and_when(tmp_path: Path) -> None:
    make_archive(tmp_path / "archive")
    study = open_study(tmp_path / "archive")
    app = desk_app(study)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        await pilot.press("5")
        first = await figures(app, pilot)
        found = drift_of(study)
        when = found.frame.filter(pl.col("warning")).row(0, named=True)
        said = f"From {when['session']} on (sort {when['order']} of 40)"
        assert f"gus: agreement slides. {said}" in " ".join(first.split())
        tops = []
        for key in ("right", "right", "left"):
            await pilot.press(key)
            tops.append((await figures(app, pilot)).splitlines())
    others = [name for name in dict.fromkeys(found.frame["rater"]) if name != "gus"]
    charts = ["gus: below the limits from sort", others[0], "gus: below the limits from sort"]
    for lines, chart in zip(tops, charts, strict=True):
        assert any(line.strip().startswith(chart) for line in lines[:5]), (chart, lines)


def test_the_grid_says_which_raters_have_no_room() -> None:
    raters = [f"rater{n:02}" for n in range(12)]
    status = [
        {"session": "A1", "rater": rater, "state": "assigned", "piled": 0, "items": 100}
        for rater in raters
    ]
    data = PageData({"status": status})
    for cells in (60, 80, 100, 140):
        sheet = PAGES["progress"](data, Names(), cells)
        head = "".join(text for text, _ in sheet.head[-1])
        there = sum(rater in head for rater in raters)
        text = " ".join("".join(words for words, _ in row.line) for row in sheet.rows)
        said = f"No room for {12 - there} raters more" in text
        assert said is (there < 12)
        assert "... under the threshold or rated by a third" in sheet.head[0][0][0]


def test_sorts_are_read_again_when_there_are_others(lead: Study) -> None:
    kept = KeptSorts(lead)
    before = kept.now()
    assert kept.now() is before
    with open_desk(lead, "W6", "anna") as desk:
        pile_all(desk)
        desk.submit()
    after = kept.now()
    assert after.height == before.height + 100
    assert agreement_of(lead).frame.equals(
        agreement_table(after, "session", study_context(lead)).frame
    )


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


async def test_a_pair_of_the_matrix_opens_in_any_of_its_sessions(lead: Study) -> None:
    """The sessions that two raters share, the lowest r first; then what they differ on there."""
    rows = [one for one in agreement_of(lead, "pair").frame.to_dicts() if one["rater_a"] == "ben"]
    rows.sort(key=lambda one: one["r"])
    app = desk_app(lead)
    async with app.run_test(size=(80, 24)) as pilot:
        await figures(app, pilot)
        await pilot.press("3")
        await figures(app, pilot)
        await pilot.press("end", "c")
        assert "pages 1 and 2" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        text = screen_text(app)
        assert "ben and carla: which session?" in text
        assert [f"{one['session']}  r {number(one['r'])}" in text for one in rows] == [True, True]
        await pilot.press("down", "enter")
        await pilot.pause()
        pair = app.screen
        assert isinstance(pair, PairScreen)
        assert (pair.table.session, pair.raters) == (rows[1]["session"], ("ben", "carla"))


async def test_raters_with_numbers_in_their_names_are_compared(demo_copy: Path) -> None:
    """r2 before r10, as the command has them, though the alphabet says otherwise."""
    study = open_study(demo_copy)
    for rater in ("r2", "r10"):
        with open_desk(study, "W6", rater) as desk:
            pile_all(desk)
            if rater == "r10":
                desk.swap(1, 100)
            desk.submit()
    screen = PairScreen(study, "W6", Names())
    assert screen.raters == ("r2", "r10")
    assert [(one["item"], one["pile_a"], one["pile_b"]) for one in screen.rows[:2]] == [
        (1, 1, 9),
        (100, 9, 1),
    ]
    assert PairScreen(study, "W6", Names(), ("r2", "r10")).raters == ("r2", "r10")


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
