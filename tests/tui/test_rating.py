"""The rating page driven by keys; what counts is what another reader finds on disk."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from pqs_coder.desk.opening import session_transcript
from pqs_coder.store import files
from pqs_coder.store.ratings import all_ratings, form_of, open_sheet
from pqs_coder.store.study import open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.opening import rating_page
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.screens.pages import ChoosePage, TextPage
from pqs_coder.tui.screens.rating import RatingScreen
from pqs_coder.tui.settings import UiSettings
from tests.tui.conftest import make_study

ODD = """id = "odd"
title = "Odd [bold]form[/]"
version = "1"
language = "en"
rights = "made up for tests"
kind = "ratings"
values = [-1, 0, 1]
labels = ["[red]no", "", "yes[/]"]
reversed = [2]

[scales]
"[/] A" = [1, 2]
"""


@asynccontextmanager
async def page(study, form_id="wai-o", size=(80, 24)):
    form = form_of(study, form_id)
    with open_sheet(study, "S1", form, "anna") as sheet:
        transcript = session_transcript(study, "S1")
        screen = RatingScreen(sheet, study.session_info("S1"), transcript)
        app = PqsApp(lambda: screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield screen, pilot


def kept(study):
    found = list(all_ratings(open_study(study.folder)))
    return found[0] if found else None


def rows(screen):
    strips = screen.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def text_of(screen):
    return "\n".join(rows(screen))


async def test_digits_rate_and_go_on(study):
    async with page(study) as (screen, pilot):
        assert "0 of 36 rated, 36 missing" in text_of(screen)
        await pilot.press("3")
        assert kept(study).values == {1: 3}
        await pilot.press("7")
        assert kept(study).values == {1: 3, 2: 7}
        assert screen.item == 3
        assert "2 of 36 rated, 34 missing" in text_of(screen)


async def test_the_cursor_in_the_middle_counts_only_when_confirmed(study):
    async with page(study) as (screen, pilot):
        assert "<4>" in text_of(screen)
        await pilot.press("right", "right", "down", "up")
        assert kept(study) is None
        assert "<4>" in text_of(screen)
        await pilot.press("right", "enter")
        await pilot.press("space")
        assert kept(study).values == {1: 5, 2: 4}
        assert screen.item == 3


async def test_a_digit_that_is_no_value_rates_nothing(study):
    async with page(study) as (screen, pilot):
        await pilot.press("8", "0", "9")
        assert kept(study) is None
        assert "no value of the form" in text_of(screen)


async def test_undo_and_taking_back(study):
    async with page(study) as (screen, pilot):
        await pilot.press("3", "5", "u")
        assert screen.item == 2
        assert kept(study).values == {1: 3}
        await pilot.press("up", "delete")
        assert kept(study).values == {}
        await pilot.press("u")
        assert kept(study).values == {1: 3}
        await pilot.press("u", "u")
        assert kept(study).values == {}
        assert "nothing to undo" in text_of(screen)


async def test_evidence_of_turns_and_of_the_whole_hour(study):
    async with page(study) as (screen, pilot):
        await pilot.press("j", "e")
        assert kept(study).rating(1).evidence == ("2",)
        assert "evidence: 2" in text_of(screen)
        await pilot.press("w", "tab", "space", "down", "space", "enter")
        assert kept(study).rating(1).evidence == ("2", "3", "all")
        assert kept(study).values == {}
        await pilot.press("up", "e")
        assert kept(study).rating(1).evidence == ("3", "all")


async def test_a_note_is_typed_and_escape_keeps_the_old(study):
    async with page(study) as (screen, pilot):
        await pilot.press("n", *"a [/] 5", "enter")
        assert kept(study).rating(1).note == "a [/] 5"
        assert "note: a [/] 5" in text_of(screen)
        await pilot.press("n", "x", "escape", "4")
        assert kept(study).rating(1).note == "a [/] 5"
        assert kept(study).values == {1: 4}


async def test_without_a_transcript_evidence_is_typed(tmp_path):
    study = open_study(make_study(tmp_path / "s", turns=None))
    async with page(study) as (_screen, pilot):
        await pilot.press("e", *"12:30 all", "enter")
        assert kept(study).rating(1).evidence == ("12:30", "all")
        await pilot.press("e", *" soon", "enter", "6")
        assert kept(study).rating(1).evidence == ("12:30", "all")
        assert kept(study).values == {1: 6}


async def test_the_key_is_shown_and_calpas_has_none(study):
    async with page(study) as (screen, pilot):
        await pilot.press("K")
        await pilot.pause()
        assert isinstance(screen.app.screen, TextPage)
        assert "Bond: -1, 5, 8" in text_of(screen)
        assert "counts as 8 - value" in text_of(screen)
        await pilot.press("escape", "question_mark")
        await pilot.pause()
        assert "undo the last rating, note or evidence" in text_of(screen)
    async with page(study, "calpas") as (screen, pilot):
        await pilot.press("K")
        await pilot.pause()
        assert "No key" in text_of(screen)


async def test_ratings_are_taken_up_where_they_were_left(study):
    async with page(study) as (_screen, pilot):
        await pilot.press("3", "5", "down", "2", "q")
    async with page(study) as (screen, pilot):
        assert screen.item == 3
        await pilot.press("M")
        assert screen.item == 5
        await pilot.press("up")
        assert "[2]" in text_of(screen)


async def test_what_is_not_written_does_not_show(study, monkeypatch):
    async with page(study) as (screen, pilot):
        await pilot.press("3")

        def full(*_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(files, "write_all", full)
            await pilot.press("5")
        assert "NOT SAVED" in text_of(screen)
        assert "1 of 36 rated" in text_of(screen)
        assert screen.item == 2
        await pilot.press("6")
        assert kept(study).values == {1: 3, 2: 6}
        assert "NOT SAVED" not in text_of(screen)


async def test_wording_is_never_markup_and_digits_mean_places(study):
    folder = study.folder / "item_sets" / "odd"
    folder.mkdir(parents=True)
    (folder / "item_set.toml").write_text(ODD, encoding="utf-8")
    words = "item,about,label,high,low,see,hint\n1,,[b]One[/],,,,\n2,,[/nothing],,,,\n"
    (folder / "items.csv").write_text(words, encoding="utf-8")
    async with page(study, "odd") as (screen, pilot):
        shown = text_of(screen)
        assert "Odd [bold]form[/]" in shown
        assert "[b]One[/]" in shown
        assert "-1 [red]no" in shown
        await pilot.press("1", "3")
        assert kept(study).values == {1: -1, 2: 1}
        await pilot.press("K")
        await pilot.pause()
        assert "[/] A: 1, -2" in text_of(screen)


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (140, 50), (40, 12)])
async def test_the_item_and_its_scale_are_in_sight(study, size):
    async with page(study, size=size) as (screen, pilot):
        await pilot.press(*["down"] * 35)
        shown = text_of(screen)
        assert screen.item == 36
        assert rows(screen)[0].endswith("? keys")
        if size[0] >= 60:
            assert "36 Item 36" in shown
            assert "<4>" in shown
            assert "7 always" in shown
            assert "You sound more hurt" in shown
            assert rows(screen)[-1].startswith("1-7 rate")
        if size[0] >= 80:
            assert "q leave" in rows(screen)[-1]
        await pilot.press("3")
        assert kept(study).values == {36: 3}
        assert screen.item == 36


async def test_undo_takes_back_notes_and_evidence_too(study):
    async with page(study) as (screen, pilot):
        await pilot.press("e", "n", *"mild", "enter", "4", "up")
        assert kept(study).rating(1).note == "mild"
        await pilot.press("u", "u")
        assert (kept(study).rating(1).value, kept(study).rating(1).note) == (None, "")
        assert "no note on 1 again" in text_of(screen)
        assert kept(study).rating(1).evidence == ("1",)
        await pilot.press("down", "u")
        assert kept(study).rating(1).evidence == ()
        assert screen.item == 1
        await pilot.press("n", "enter", "u")
        assert "nothing to undo" in text_of(screen)


async def test_words_are_found_in_the_transcript(study):
    async with page(study) as (screen, pilot):
        await pilot.press("slash", *"hurt", "enter")
        assert screen.transcript.cursor_turn == 2
        assert "1 of 2 places" in text_of(screen)
        await pilot.press("greater_than_sign")
        assert screen.transcript.cursor_turn == 3
        await pilot.press("greater_than_sign", "less_than_sign")
        assert screen.transcript.cursor_turn == 3
        await pilot.press("slash", *"[/]", "enter")
        assert screen.transcript.cursor_turn == 5
        await pilot.press("slash", *"nowhere", "enter")
        assert "'nowhere' is nowhere in the transcript" in text_of(screen)
        assert screen.transcript.match_count == 0
        assert kept(study) is None


async def test_turns_are_reached_marked_and_tied(study):
    async with page(study) as (screen, pilot):
        await pilot.press("g", "7", "enter")
        assert screen.transcript.cursor_turn == 7
        await pilot.press("g", "9", "enter")
        assert "Turns run from 1 to 8" in text_of(screen)
        await pilot.press("k", "m", "k", "m")
        assert "marked: 5 6; e ties them" in text_of(screen)
        await pilot.press("e")
        assert kept(study).rating(1).evidence == ("5", "6")
        await pilot.press("g", "1", "enter", "E")
        assert screen.transcript.cursor_turn == 5
        await pilot.press("E", "E")
        assert screen.transcript.cursor_turn == 5
        await pilot.press("down", "E")
        assert "No turn is tied to 2" in text_of(screen)


async def test_the_recording_is_opened_where_there_is_one(study, monkeypatch):
    opened = []

    def play(media, folder, seconds, player):
        opened.append((media, folder.name, seconds, player))
        return "mpv"

    monkeypatch.setattr("pqs_coder.tui.screens.rating_reading.open_media", play)
    async with page(study) as (_screen, pilot):
        await pilot.press("o")
    assert opened == []
    (study.folder / "sessions" / "S1" / "session.toml").write_text('media = "hour.mp4"\n')
    with open_sheet(study, "S1", form_of(study, "wai-o"), "anna") as sheet:
        settings = UiSettings(player="mine {file}", keys={"play": ("f2",), "no_such": ("1",)})
        screen = rating_page(study, sheet, settings)
        async with PqsApp(lambda: screen).run_test(size=(80, 24)) as pilot:
            await pilot.press("o")
            assert opened == []
            await pilot.press("f2")
            assert opened == [("hour.mp4", "S1", None, "mine {file}")]
            await pilot.press("1")
            assert kept(study).values == {1: 1}


async def test_a_window_that_is_too_small_rates_nothing(study):
    async with page(study, size=(39, 24)) as (screen, pilot):
        assert "needs 40 x 12" in " ".join(text_of(screen).split())
        await pilot.press("3", "enter")
        assert kept(study) is None
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "0 of 36 rated" in text_of(screen)
        await pilot.press("3")
        assert kept(study).values == {1: 3}


async def test_a_session_that_is_watched_leaves_the_items_all_of_the_window(tmp_path):
    study = open_study(make_study(tmp_path / "s", turns=None))
    async with page(study) as (screen, pilot):
        assert screen.ratings.size.width >= 78
        await pilot.press("slash", "j", "g", "m", "tab")
        assert not screen.prompt.asking
        await pilot.press("5")
        assert kept(study).values == {1: 5}


async def test_an_error_is_said_in_whole_lines(study):
    async with page(study, size=(60, 18)) as (screen, pilot):
        await pilot.press("9")
        said = " ".join(" ".join(rows(screen)[-3:-1]).split())
        assert "9 is no value of the form. Values: 1, 2, 3, 4, 5, 6, 7." in said


async def test_home_leads_to_the_forms_and_says_what_is_rated(study):
    app = PqsApp(lambda: HomeScreen(study))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, ChoosePage)
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press(*"anna", "enter", *"anna", "enter")
        await pilot.pause()
        assert isinstance(app.screen, RatingScreen)
        assert app.screen.sheet.ratings.form.id == "wai-o"
        await pilot.press("3", "q")
        await pilot.pause()
        assert kept(study).values == {1: 3}
        assert "S1: 1 of 36 items of wai-o are rated" in text_of(app.screen)
        with open_sheet(study, "S1", form_of(study, "wai-o"), "anna"):
            pass  # it has been closed


async def test_home_says_why_a_form_can_not_be_opened(study):
    rater = open_study(study.folder, "anna")
    with open_sheet(study, "S1", form_of(study, "wai-o"), "anna"):
        app = PqsApp(lambda: HomeScreen(rater))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("f", "down", "enter")
            await pilot.pause()
            assert isinstance(app.screen, HomeScreen)
            assert "anna's wai-o of S1" in " ".join(text_of(app.screen).split())


async def test_undoing_a_note_leaves_the_cursor_of_the_scale(study):
    async with page(study) as (screen, pilot):
        await pilot.press("right", "n", *"mild", "enter")
        assert "<5>" in text_of(screen)
        await pilot.press("u")
        assert kept(study).rating(1).note == ""
        assert "<5>" in text_of(screen)


async def test_a_form_without_wording_says_whose_it_is(study):
    async with page(study) as (screen, pilot):
        assert "1 Item 1 (no wording: ? says why)" in text_of(screen)
        await pilot.press("question_mark")
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert "pqs item-sets add" in text_of(screen)


async def test_a_form_with_wording_says_nothing_of_it(study):
    folder = study.folder / "item_sets" / "odd"
    folder.mkdir(parents=True)
    (folder / "item_set.toml").write_text(ODD)
    (folder / "items.csv").write_text("item,about,label\n1,,Item 1\n2,,Own words\n")
    async with page(study, "odd") as (screen, pilot):
        assert "no wording" not in text_of(screen)
        await pilot.press("question_mark")
        assert "no wording" not in text_of(screen)
