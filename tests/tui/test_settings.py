"""Settings, keys, the page of keys; what a crash says."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem

from pqs_coder.errors import DataError
from pqs_coder.tui.app import PqsApp, crash_words
from pqs_coder.tui.commands import BY_ID, COMMANDS, Situation
from pqs_coder.tui.keymap import UNRELIABLE, Keymap, key_names, key_problem
from pqs_coder.tui.refusals import why_no_key, why_not
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.screens.room_base import RoomOptions
from pqs_coder.tui.settings import (
    UiSettings,
    change_setting,
    read_settings,
    remember,
    settings_file,
)
from pqs_coder.tui.themes import THEMES
from tests.tui.tui_help import lines_of


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_no_problem(tmp_path):
    settings = read_settings(tmp_path / "none.toml")
    assert (settings.theme, settings.spacing, settings.keys, settings.problems) == (
        "dark",
        "compact",
        {},
        (),
    )


def test_the_file_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PQS_SETTINGS", str(tmp_path / "my.toml"))
    assert settings_file() == tmp_path / "my.toml"


def test_settings_are_read(tmp_path):
    path = written(tmp_path, 'theme = "light"\nspacing = "roomy"\n[keys]\nundo = ["ctrl+z", ";"]\n')
    settings = read_settings(path)
    assert (settings.theme, settings.spacing) == ("light", "roomy")
    assert settings.keys == {"undo": ("ctrl+z", "semicolon")}
    assert settings.problems == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("theme = 3\n", "theme is 3"),
        ('colour = "red"\n', "colour is not known"),
        ("theme = \n", "can't be read"),
        ('[keys]\nfly = "f"\n', "there is no command fly"),
        ('[keys]\nplace = "f"\n', "fixed"),
        ('[keys]\nundo = "3"\n', "belongs to heap"),
        ('[keys]\nundo = "ctrl+h"\n', "every terminal"),
        ("[keys]\nundo = 3\n", "no text"),
        ("keys = 3\n", "no table"),
    ],
)
def test_what_is_wrong_is_told_and_left_out(tmp_path, text, problem):
    settings = read_settings(written(tmp_path, text))
    assert any(problem in one for one in settings.problems), settings.problems
    assert settings.keys == {}
    assert settings.theme == "dark"


def test_changing_one_setting_keeps_the_rest_and_the_comments(tmp_path):
    path = written(tmp_path, '# mine\ntheme = "dark"  # at night\n[keys]\nundo = "z"\n')
    change_setting("theme", "light", path)
    text = path.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# at night" in text
    assert read_settings(path).theme == "light"
    assert read_settings(path).keys == {"undo": ("z",)}


def test_a_file_that_is_no_toml_is_left_alone(tmp_path):
    path = written(tmp_path, "theme = \n")
    with pytest.raises(DataError, match="can't be read"):
        change_setting("theme", "light", path)
    assert path.read_text(encoding="utf-8") == "theme = \n"


def test_a_change_that_is_not_kept_says_why(tmp_path):
    broken = read_settings(written(tmp_path, "theme = \n"))
    said = " (for this time only: the settings file can't be read)"
    assert remember("theme", "light", broken) == said
    path = tmp_path / "settings.toml"
    assert path.read_text(encoding="utf-8") == "theme = \n"
    assert remember("theme", "light", UiSettings(path=path)) == said  # broken since
    path.unlink()
    assert remember("theme", "light", UiSettings(path=path)) == ""
    assert read_settings(path).theme == "light"


# -- the declarations -------------------------------------------------------------------------------


def test_every_command_has_its_method_and_one_id():
    assert len({one.id for one in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert callable(getattr(RoomScreen, command.method)), command.id
    methods = {name for name in dir(RoomScreen) if name.startswith("do_")}
    assert methods == {command.method for command in COMMANDS}


def test_all_keys_reach_the_program_in_every_terminal():
    for command in COMMANDS:
        for key in command.keys:
            assert key not in UNRELIABLE
            assert not re.match(r"(shift|alt|super)\+|ctrl\+(left|right|up|down|enter)", key)


FIELDS = fields(Situation)


def situations() -> list[Situation]:
    return [
        Situation(stage, focus, walking, read_only, hand, turns, *[True] * (len(FIELDS) - 6))
        for stage in ("heaps", "piles", "guided")
        for focus in ("board", "transcript")
        for walking in (False, True)
        for read_only in (False, True)
        for hand in (False, True)
        for turns in (False, True)
    ]


def test_a_key_means_one_thing_at_a_time():
    keymap = Keymap()
    for now in situations():
        meant: dict[str, list[str]] = {}
        for command in keymap.usable(now):
            for key in keymap.keys(command):
                meant.setdefault(key, []).append(command.id)
        assert {key: ids for key, ids in meant.items() if len(ids) > 1} == {}, now


def test_reading_only_offers_no_command_that_writes():
    writing = {
        "heap_low", "heap_middle", "heap_high", "heap", "place", "choose", "guided", "undo", "redo",
        "submit", "take_off", "lay_here", "swap", "push_up", "push_down", "evidence", "whole_hour",
        "note", "unsure", "save_copy",
    }  # fmt: skip
    for now in situations():
        if now.read_only:
            assert not writing & {command.id for command in Keymap().usable(now)}


def test_whatever_can_not_be_chosen_says_why():
    for now in (*situations(), Situation(), Situation(read_only=True), Situation("piles")):
        for command in COMMANDS:
            reason = why_not(command, now)
            assert (reason is None) is command.when(now)
            assert reason is None or reason.message != "That can't be chosen now.", (
                command.id,
                now,
            )


@pytest.mark.parametrize(
    ("command", "now", "said"),
    [
        ("undo", Situation(), "No move has been made yet"),
        ("redo", Situation(can_undo=True), "nothing to redo"),
        ("undo", Situation(read_only=True, can_undo=True), "open for reading only"),
        ("unsure", Situation(read_only=True, hand=False), "open for reading only"),
        ("unsure", Situation(hand=False), "no card in hand"),
        ("next_turn", Situation(has_turns=False), "no transcript"),
        ("play", Situation(), "no audio or video"),
        ("next_unsure", Situation(), "No card is marked as unsure"),
        ("swap", Situation("piles", cursor=True, on_pile=True), "Walk to another card"),
        ("swap", Situation("heaps", cursor=True, other=True), "for the piles"),
        ("place", Situation("heaps"), "for the piles"),
        ("heap", Situation("piles"), "first pass"),
        ("choose", Situation("piles"), "guided way"),
        ("take", Situation("heaps", lies=True), "Walk to a card first"),
        ("take", Situation("piles"), "No card lies under the cursor"),
        ("walk_heaps", Situation("heaps", focus="transcript"), "on the board"),
    ],
)
def test_the_reason_is_what_is_lacking(command, now, said):
    assert said in why_not(BY_ID[command], now).message


def test_the_cure_names_the_keys_that_commands_have():
    own = Keymap({"to_piles": ("f2",)})
    assert why_not(BY_ID["place"], Situation()).cure == "p goes on to them."
    assert why_not(BY_ID["place"], Situation(), own).cure == "f2 goes on to them."
    assert why_no_key("9", Situation(), "9", own).cure == "f2 goes on to them."


def test_a_key_given_away_is_gone_from_its_old_command():
    keymap = Keymap({"undo": ("n",)})
    now = Situation(can_undo=True)
    assert keymap.meant("n", now).id == "undo"
    assert keymap.meant("u", now) is None
    assert key_problem("undo", key_names(["n"])) == ""


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_stands_off_its_ground_in_16_colours(theme):
    def number(colour: str) -> int | None:
        return Color.parse(colour).downgrade(ColorSystem.STANDARD).number

    inks = ("primary", "secondary", "accent", "warning", "error", "success", "foreground")
    words = {name: getattr(theme, name) for name in inks} | theme.variables
    for ground in (theme.background, theme.surface, theme.panel):
        same = [name for name, ink in words.items() if number(ink) == number(ground)]
        assert not same
        assert not theme.dark or number(ground) == 0
        assert theme.dark or (number(ground) == 15 and number(theme.variables["rule"]) != 7)


# -- a crash ----------------------------------------------------------------------------------------


async def test_a_crash_says_where_and_nothing_of_what_was_said(desk, capsys, monkeypatch):
    secret = "what the patient said"

    def broken(self) -> None:
        words = secret
        raise KeyError(words)

    monkeypatch.setattr(RoomScreen, "do_minimap", broken)
    screen = RoomScreen(desk)
    app = PqsApp(lambda: screen)
    with pytest.raises(KeyError):
        async with app.run_test() as pilot:
            await pilot.press("d")
    said = capsys.readouterr()
    assert app.return_code == 70
    assert "this is a bug" in said.err
    assert "KeyError" in said.err
    assert secret not in said.err + said.out


def test_crash_words_without_an_error():
    assert "Every move that was on the screen is saved" in crash_words(None)


async def test_a_theme_for_this_time_only_says_so(desk, tmp_path):
    settings = read_settings(written(tmp_path, "theme = \n"))
    screen = RoomScreen(desk, RoomOptions(settings=settings))
    app = PqsApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        screen.run_command("theme")
        await pilot.pause()
        assert app.theme == "light"
        shown = "theme: light (for this time only: the settings file can't be read)"
        assert shown in "".join(lines_of(screen.status))
