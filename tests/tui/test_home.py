"""The list of sessions: what it says of each, whom it offers a lead, its keys."""

from __future__ import annotations

import pytest

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.store.ratings import form_of, forms_of, open_sheet
from pqs_coder.store.study import open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.pages import ChoosePage, TextPage
from pqs_coder.tui.screens.room import RoomScreen
from tests.tui.conftest import make_study
from tests.tui.tui_help import pile_all, screen_text

ROSTER = "".join(f'\n[raters.{name}]\nrole = "rater"\n' for name in ("anna", "ben", "carla"))


@pytest.fixture
def roster(tmp_path):
    """A study with three raters, two of them assigned to its session."""
    folder = make_study(tmp_path / "study", settings=ROSTER)
    (folder / "assignments.csv").write_text("session,rater\nS1,anna\nS1,ben\n", encoding="utf-8")
    return open_study(folder)


def home(study, viewer=None):
    return PqsApp(lambda: HomeScreen(open_study(study.folder, viewer)))


def row_of(app):
    return next(row for row in screen_text(app).splitlines() if row.startswith("  S1"))


@pytest.mark.parametrize("viewer", ["anna", None])
async def test_a_revision_that_is_begun_is_told(study, desk, viewer):
    pile_all(desk)
    desk.submit()
    with open_desk(study, "S1", "anna", revise=Revision("slip on 47", "lead")) as again:
        again.place(1, 1)
    app = home(study, viewer)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "submitted; revision 2 begun" in row_of(app)
        assert "100 of 100" not in row_of(app)


async def test_states_are_not_cut_where_there_is_room(roster):
    app = home(roster)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "S1  anna: not begun; ben: not begun" in row_of(app)


async def test_a_lead_chooses_who_sorts(roster):
    app = home(roster)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "a rater opens it by --as anna" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        text = screen_text(app)
        assert "sort as anna: not begun" in text
        assert "sort as carla" in text
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, RoomScreen)
        assert app.screen.desk.rater == "ben"


async def test_a_lead_reads_or_goes_on_without_being_asked_for_a_name(roster):
    with open_desk(roster, "S1", "anna") as desk:
        desk.place(1, 9)
    app = home(roster)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "read the sort of anna: 1 of 100 in piles" in screen_text(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, RoomScreen)
        assert (app.screen.desk.rater, app.screen.desk.read_only) == ("anna", False)


async def test_a_name_that_nobody_knows_is_typed_twice_in_sight(roster):
    app = home(roster)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "end", "enter")
        await pilot.pause()
        await pilot.press(*"zoe", "enter", *"zoe")
        text = screen_text(app)
        assert "'zoe' is new to this study. In the roster: anna, ben, carla." in text
        assert "Type it again to go on: zoe" in text
        await pilot.press("backspace", "enter")
        assert "The two names differ" in screen_text(app)
        assert isinstance(app.screen, HomeScreen)


async def test_an_old_error_goes_when_a_name_is_asked_for(study):
    app = home(study)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "question_mark", "enter")
        assert "'?'" in screen_text(app)
        await pilot.press("enter")
        assert "'?'" not in screen_text(app)


async def test_question_mark_shows_the_keys_of_the_list(study):
    app = home(study, "anna")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, TextPage)
        assert "f         a rating form" in screen_text(app)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HomeScreen)


async def test_forms_stay_in_their_order_and_tell_how_far_they_are(study):
    before = [form.id for form in forms_of(study)]
    with open_sheet(study, "S1", form_of(study, before[-1]), "anna") as sheet:
        sheet.rate(1, 3)
    assert [form.id for form in forms_of(study)] == before
    for viewer, far, said in (
        ("anna", "1 of 12", f"not begun; {before[-1]} 1 of 12"),
        (None, "1 rater begun", f"{before[-1]} by 1"),
    ):
        app = home(study, viewer)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert said in row_of(app)
            await pilot.press("f")
            await pilot.pause()
            assert isinstance(app.screen, ChoosePage)
            (row,) = [row for row in screen_text(app).splitlines() if f"│ {before[-1]}" in row]
            assert far in row
            await pilot.press("question_mark")
            assert "A lab loads its own: pqs item-sets add" in screen_text(app)


async def test_what_others_have_rated_is_not_told(study):
    with open_sheet(study, "S1", form_of(study, "wai-o"), "ben") as sheet:
        sheet.rate(1, 3)
    app = home(study, "anna")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert "1 of" not in screen_text(app)
        assert "begun" not in screen_text(app).replace("not begun", "")
        await pilot.press("escape")
        assert "wai-o" not in row_of(app)


async def test_ratings_that_are_damaged_keep_no_other_form_shut(study):
    with open_sheet(study, "S1", form_of(study, "wai-o"), "anna") as sheet:
        sheet.rate(1, 3)
    (journal,) = (study.session_folder("S1") / "ratings" / "wai-o").glob("*.journal")
    journal.write_bytes(b"no journal\n")
    app = home(study, "anna")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "wai-o can't be read" in row_of(app)
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, ChoosePage)
