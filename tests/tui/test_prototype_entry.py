"""The entry form driven by keys; what counts is what lies on disk."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from pqs_coder.errors import LockedError, StudyError
from pqs_coder.store import files
from pqs_coder.store.prototype_entry import entries, open_entry
from pqs_coder.store.prototypes import load_prototype, whence
from pqs_coder.store.study import open_study
from pqs_coder.store.verify import verify
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.lead_desk import LeadDesk
from pqs_coder.tui.screens.pages import TextPage
from pqs_coder.tui.screens.prototype_entry import PrototypeEntryScreen

KNOWN = "psychodynamic-1998"
KEYS = {" ": "space", ",": "comma", ".": "full_stop", "-": "minus"}


@asynccontextmanager
async def form(study, identifier=KNOWN, scale=None, size=(80, 24)):
    with open_entry(study, identifier, whence(study, identifier, {}), scale) as entry:
        screen = PrototypeEntryScreen(entry)
        app = PqsApp(lambda: screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield screen, pilot


async def type_in(pilot, text):
    await pilot.press(*(KEYS.get(sign, sign) for sign in text), "enter")


def on_disk(study, identifier=KNOWN):
    with open_entry(open_study(study.folder), identifier, {}) as entry:
        return dict(entry.scores)


def text_of(screen):
    strips = screen.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_rows_of_the_paper_are_typed_as_they_stand(study):
    async with form(study) as (screen, pilot):
        await type_in(pilot, "47 8.2")
        await type_in(pilot, "2,5")
        assert screen.entry.scores == {47: 8.2, 48: 2.5}
        assert screen.item == 49
        shown = text_of(screen)
        assert "2/100  mean 5.35  SD 4.03" in shown
        assert "missing" in shown
    assert on_disk(study) == {47: 8.2, 48: 2.5}


async def test_the_words_of_the_item_show_before_it_is_taken(study):
    async with form(study) as (screen, pilot):
        words = study.item_set.item(47).label
        assert words not in text_of(screen)
        await pilot.press("4", "7", "space")
        assert words in text_of(screen)
        assert screen.entry.scores == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("101 4", "no item 101"),
        ("0 4", "no item 0"),
        ("5 9.5", "off the scale"),
        ("5 4.4.4", "no number"),
        ("5 ", "its score?"),
    ],
)
async def test_a_bad_row_is_not_taken(study, typed, said):
    async with form(study, scale=(1.0, 9.0)) as (screen, pilot):
        await type_in(pilot, typed)
        assert said in text_of(screen)
        assert screen.entry.scores == {}
        assert screen.typed


async def test_an_item_typed_twice_is_asked_about(study):
    async with form(study) as (screen, pilot):
        await type_in(pilot, "5 3")
        await type_in(pilot, "5 7")
        assert "5 has 3 already" in text_of(screen)
        assert screen.entry.scores == {5: 3.0}
        await pilot.press("enter")
        assert screen.entry.scores == {5: 7.0}


async def test_a_row_after_a_question_begins_anew_and_escape_drops_the_old_one(study):
    async with form(study) as (screen, pilot):
        await type_in(pilot, "5 3")
        await type_in(pilot, "5 7")
        assert "esc drops it" in text_of(screen)
        await type_in(pilot, "6 2")
        assert screen.entry.scores == {5: 3.0, 6: 2.0}
        await type_in(pilot, "5 7")
        await pilot.press("escape")
        assert screen.typed == ""
        assert "not taken" in text_of(screen)
        assert screen.entry.scores == {5: 3.0, 6: 2.0}


async def test_a_lost_point_is_asked_about(study):
    async with form(study) as (screen, pilot):
        for n in range(1, 13):
            await type_in(pilot, f"{n} {4 + n % 3}")
        await type_in(pilot, "13 73")
        assert "far from the others" in text_of(screen)
        assert 13 not in screen.entry.scores
        await pilot.press("backspace")
        await type_in(pilot, ".3")
        assert screen.entry.scores[13] == 7.3


async def test_undo_goes_back_over_changes_and_removals(study):
    async with form(study) as (screen, pilot):
        await type_in(pilot, "5 3")
        await type_in(pilot, "6 4")
        await pilot.press("up", "x")
        assert screen.entry.scores == {5: 3.0}
        await pilot.press("u")
        assert (screen.entry.scores, screen.item) == ({5: 3.0, 6: 4.0}, 6)
        await pilot.press("u", "u")
        assert screen.entry.scores == {}
        await pilot.press("u")
        assert "nothing to undo" in text_of(screen)
    assert on_disk(study) == {}


async def test_m_goes_from_gap_to_gap(study):
    async with form(study) as (screen, pilot):
        await type_in(pilot, "1 3")
        await type_in(pilot, "3 4")
        await pilot.press("m")
        assert screen.item == 5
        await pilot.press(
            "pagedown",
            "pagedown",
            "pagedown",
            "pagedown",
            "pagedown",
            "pagedown",
            "pagedown",
            "pagedown",
            "m",
        )
        assert screen.item == 2


async def test_leaving_is_asked_and_the_next_sitting_goes_on(study):
    async with form(study, scale=(1.0, 9.0)) as (screen, pilot):
        await type_in(pilot, "5 3")
        await pilot.press("6", "escape")
        assert screen.typed == ""
        await pilot.press("escape")
        assert "Leave?" in text_of(screen)
        assert screen.is_current
        await pilot.press("escape")
        await pilot.pause()
        assert not screen.is_current
    async with form(study) as (screen, pilot):
        assert screen.entry.scores == {5: 3.0}
        assert screen.entry.scale == (1.0, 9.0)
        assert screen.entry.about["citation"].startswith("Ablon")
        assert screen.item == 1
        assert "going on" in text_of(screen)


async def test_finishing_asks_where_items_lack_and_keeps_the_citation(study):
    async with form(study) as (screen, pilot):
        await pilot.press("f", "f")
        assert "three or more" in text_of(screen)
        for n in range(1, 6):
            await type_in(pilot, f"{n} {n}")
        assert [one.state for one in verify(study) if "entry" in one.file] == ["ok"]
        await pilot.press("f")
        assert "no score: 95 items" in text_of(screen)
        await pilot.press("f")
        await pilot.pause()
    made = load_prototype(open_study(study.folder), KNOWN)
    assert made.scores == {n: float(n) for n in range(1, 6)}
    assert made.citation.startswith("Ablon")
    assert entries(study) == []
    with pytest.raises(StudyError):
        open_entry(study, KNOWN.upper(), {})


async def test_what_can_not_be_written_does_not_show(study, monkeypatch):
    async with form(study) as (screen, pilot):
        await type_in(pilot, "5 3")

        def full(operation, path):
            if operation == "write" or operation == "create":
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(files, "step", full)
        await type_in(pilot, "6 4")
        assert "NOT SAVED" in text_of(screen)
        assert screen.entry.scores == {5: 3.0}
        assert screen.typed == "6 4"
        monkeypatch.undo()
        await pilot.press("enter")
        assert screen.entry.scores == {5: 3.0, 6: 4.0}


async def test_one_at_a_time(study):
    async with form(study):
        with pytest.raises(LockedError):
            open_entry(open_study(study.folder), KNOWN, {})


async def test_help_and_source_are_pages(study):
    async with form(study) as (screen, pilot):
        for key, words in (("question_mark", "47 8.2"), ("i", "Psychotherapy Research")):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(screen.app.screen, TextPage)
            assert words in screen.app.screen._text.plain
            await pilot.press("escape")
            await pilot.pause()
            assert screen.is_current


async def test_the_form_is_a_key_of_the_desk(study):
    desk = LeadDesk(study)
    app = PqsApp(lambda: desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PrototypeEntryScreen)
        assert app.screen.entry.identifier == KNOWN
        await type_in(pilot, "5 3")
        await pilot.press("q", "q")
        await pilot.pause()
        assert app.screen is desk
    assert on_disk(study) == {5: 3.0}
