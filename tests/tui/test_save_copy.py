"""The study can't be written: the screen says so and stays, and the sort can be written elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from pqs_coder.desk.opening import open_desk
from pqs_coder.store import files
from pqs_coder.store.copies import bring_back
from pqs_coder.store.study import open_study
from pqs_coder.tui.screens.save_copy import SaveCopyPage
from tests.tui.tui_help import lines_of, screen_text


@pytest.fixture
def full(monkeypatch, study):
    """Fill the disk that the study lies on, no other; False makes room again."""

    def fill(is_full=True):
        def step(operation, path):
            if (
                is_full
                and operation in ("fsync", "write", "create")
                and study.folder in path.parents
            ):
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(files, "step", step)

    return fill


async def test_a_move_that_is_not_saved_offers_another_place(desk, room, full, study, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9")
        before = lines_of(screen.board)
        full()
        await pilot.press("8")
        said = " ".join(" ".join(lines_of(screen.status)).split())
        assert "NOT SAVED" in said
        assert "W writes a copy elsewhere" in said
        assert lines_of(screen.board) == before

        await pilot.press("W")
        page = pilot.app.screen
        assert isinstance(page, SaveCopyPage)
        assert "pqs merge FILE" in screen_text(pilot.app)
        line = page.query_one(Input)
        assert line.value == str(Path.home())
        for wrong in (str(elsewhere / "nowhere"), "~nobody-of-that-name/x"):
            line.value = wrong
            await pilot.press("enter")
            assert str(page.query_one("#refused", Static).render())
            assert pilot.app.screen is page
        elsewhere.mkdir()
        line.value = str(elsewhere)
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        (copy,) = elsewhere.iterdir()
        said = " ".join(" ".join(lines_of(screen.status)).split())
        assert said.startswith("! NOT SAVED")  # it still is not in the study
        assert str(copy) in screen.status.text
        assert lines_of(screen.board) == before
    journal = study.paths("S1", "anna").journal
    journal.unlink()
    desk.close()
    full(False)
    bring_back(open_study(study.folder), copy)
    with open_desk(open_study(study.folder), "S1", "anna") as again:
        assert again.draft.card(1).pile == 9
        assert again.draft.card(2).pile is None


async def test_escape_writes_nothing_and_a_copy_is_told_at_any_time(desk, room, tmp_path):
    desk.place(1, 9)
    place = tmp_path / "copies"
    place.mkdir()
    async with room(desk) as (screen, pilot):
        await pilot.press("W", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("W")
        pilot.app.screen.query_one(Input).value = str(place)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.status.kind == "said"
        assert screen.status.text.startswith("A copy is at ")
    assert [path.name for path in place.iterdir()] == ["S1.anna.journal"]


async def test_a_note_that_could_not_be_saved_is_offered_again(desk, room, full):
    async with room(desk) as (screen, pilot):
        await pilot.press("p", "9")
        full()
        await pilot.press("n", *"long", "enter")
        assert "NOT SAVED" in screen.status.text
        assert desk.draft.card(2).note == ""
        full(False)
        await pilot.press("n")
        assert screen.prompt.query_one(Input).value == "long"
        await pilot.press("enter")
        assert desk.draft.card(2).note == "long"
        await pilot.press("n", *"er", "enter")
        assert desk.draft.card(2).note == "longer"
