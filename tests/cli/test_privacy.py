"""Sealing, names in transcripts, saved copies and strange names, by commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pqs_coder.cli.main import cli
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import Exit
from pqs_coder.store.study import open_study
from tests.cli.conftest import Pqs
from tests.cli.test_lead import all_commands, ways_to_call
from tests.tui.terminal_driver import TerminalDriver
from tests.tui.terminal_driver import pqs as pqs_command

WORDS = "Quartzwords"


@pytest.fixture
def study(pqs: Pqs, tmp_path: Path) -> Path:
    (tmp_path / "t.txt").write_text(
        f"T: Hello Anna.\nP: Anna is {WORDS}, said Dr. Vogel to Anna.\n"
    )
    pqs("init", "s")
    pqs("add", "t.txt", "--session", "A1", "--study", "s")
    pqs("place", "A1", "--rater", "anna", "--study", "s", "1=9")
    with open_desk(open_study(tmp_path / "s"), "A1", "anna") as desk:
        desk.note(1, f"{WORDS} again")
    return tmp_path / "s"


def open_files(study: Path) -> list[str]:
    found = [path for path in study.rglob("*") if path.is_file()]
    return sorted(path.name for path in found if WORDS.encode() in path.read_bytes())


def test_a_key_file_seals_and_opens(
    pqs: Pqs, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_files(study) == ["anna.journal", "transcript.txt"]
    assert pqs("seal", "--study", study, "--new-key-file", study / "k").code == Exit.USAGE
    made = pqs("seal", "--study", study, "--new-key-file", tmp_path / "k")
    assert made.code == 0
    assert "Keep a copy" in made.err
    assert open_files(study) == []
    assert pqs("status", "--study", study, "--format", "json").rows[0]["placed"] == 1
    shown = pqs("show", "A1", "--rater", "anna", "--study", study, "--format", "json")
    assert shown.rows[0]["note"] is None
    assert "sealed" in shown.err
    refused = pqs("place", "A1", "2=9", "--rater", "anna", "--study", study)
    assert refused.code == Exit.BAD_DATA
    assert "PQS_KEY_FILE" in refused.err
    monkeypatch.setenv("PQS_KEY_FILE", str(tmp_path / "k"))
    shown = pqs("show", "A1", "--rater", "anna", "--study", study, "--format", "json")
    assert shown.rows[0]["note"] == f"{WORDS} again"
    assert pqs("place", "A1", "2=9", "--rater", "anna", "--study", study).code == 0
    assert pqs("seal", "--study", study, "--new-key-file", tmp_path / "j").code == Exit.USAGE
    assert pqs("add", "t.txt", "--study", study).code == 0
    assert open_files(study) == []
    left = study / "sessions" / "A1" / "sorts" / "anna.journal.old"
    left.write_text(WORDS)
    again = pqs("seal", "--study", study)
    assert again.code == Exit.NO
    assert again.out.startswith("sessions/A1/sorts/anna.journal.old: set aside")
    left.unlink()
    assert pqs("unseal", "--study", study).code == 0
    assert open_files(study) == ["anna.journal", "transcript.txt", "transcript.txt"]


def test_a_passphrase_is_taken_from_the_environment_or_asked_for_at_a_terminal(
    pqs: Pqs, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = pqs("seal", "--study", study)
    assert refused.code == Exit.USAGE
    assert "--new-key-file" in refused.err
    monkeypatch.setenv("PQS_PASSPHRASE", "four or five words")
    assert pqs("seal", "--study", study).code == 0
    monkeypatch.delenv("PQS_PASSPHRASE")
    assert open_files(study) == []
    command = pqs_command("show", "A1", "--rater", "anna", "--study", study)
    with TerminalDriver(command, (200, 130)) as terminal:
        terminal.wait_for("Passphrase of the study")
        terminal.send("four or five words\r")
        assert terminal.wait_for_end() == 0
        assert f"{WORDS} again" in terminal.text
        assert "four or five" not in terminal.text
    with TerminalDriver(command, (200, 130)) as terminal:
        terminal.wait_for("Passphrase of the study")
        terminal.send("three words\r")
        assert terminal.wait_for_end() == Exit.BAD_DATA
        assert "not the key" in terminal.text
    with TerminalDriver(pqs_command("status", "--study", study), (100, 40)) as terminal:
        assert terminal.wait_for_end() == 0  # piles need no key, so none is asked for
        assert "Passphrase" not in terminal.text


def test_raters_neither_seal_nor_unseal(pqs: Pqs, study: Path, tmp_path: Path) -> None:
    key = tmp_path / "k"
    assert pqs("seal", "--study", study, "--as", "anna", "--new-key-file", key).code == Exit.USAGE
    assert not key.exists()
    assert open_files(study) == ["anna.journal", "transcript.txt"]


def test_names_are_replaced_and_the_key_stays_outside(
    pqs: Pqs, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    suggested = pqs("add", "t.txt", "--suggest-names", "--study", study)
    assert suggested.out.splitlines() == ["Anna", WORDS, "Vogel"]
    assert pqs("status", "--study", study, "--format", "json").rows[-1]["session"] == "A1"
    key = tmp_path / "names.csv"
    (tmp_path / "names.txt").write_text("Anna\n\nDr. Vogel\n")
    inside = ("--names-key", study / "names.csv")
    given = ("add", "t.txt", "--study", study, "--pseudonymise")
    assert pqs(*given, "Anna", *inside).code == Exit.USAGE
    added = pqs(*given, "names.txt", "--session", "A2", "--names-key", key)
    assert added.code == 0
    assert "4 names replaced" in added.err
    text = (study / "sessions" / "A2" / "transcript.txt").read_text()
    assert text == f"T: Hello NameA.\nP: NameA is {WORDS}, said NameB to NameA.\n"
    assert key.stat().st_mode & 0o777 == 0o600
    assert pqs(*given, "Vogel,Dr. Vogel", "--session", "A3", "--names-key", key).code == 0
    third = (study / "sessions" / "A3" / "transcript.txt").read_text()
    assert "NameB" in third  # the same stand-in in every session
    assert "Vogel" not in third
    for one in (study / "sessions").rglob("*"):
        assert "Vogel" not in one.name
    assert pqs("add", "--study", study, "--pseudonymise", "Anna").code == Exit.USAGE
    assert pqs(*given, " , ").code == Exit.USAGE


def test_a_saved_copy_is_brought_back(pqs: Pqs, study: Path, tmp_path: Path) -> None:
    with open_desk(open_study(study), "A1", "anna") as desk:
        desk.place(2, 9)
        copy = desk.save_copy(tmp_path)
    journal = study / "sessions" / "A1" / "sorts" / "anna.journal"
    whole = journal.read_bytes()
    journal.write_bytes(whole[: whole[:-1].rfind(b"\n") + 1])
    answer = pqs("merge", copy, "--study", study, "--as", "anna")
    assert answer.code == 0, answer.err
    assert journal.read_bytes() == whole
    second = copy.rename(copy.with_name(copy.name + "-2"))  # what another copy is called
    assert pqs("merge", second, "--study", study, "--as", "anna").code == 0
    assert pqs("merge", second, "--study", study, "--as", "ben").code == Exit.USAGE
    assert pqs("merge", tmp_path / "x.journal", "--study", study).code == Exit.BAD_DATA


def test_a_name_that_a_study_has_never_seen_is_told(pqs: Pqs, study: Path) -> None:
    for known in ("anna", "ANNA"):
        assert pqs("status", "--study", study, "--as", known).err == ""
    told = pqs("--as", "nobody", "status", "--study", study)
    assert told.code == 0
    assert "'nobody' is not in the roster" in told.err
    assert "anna" not in told.err
    assert "roster" not in pqs("place", "A1", "3=9", "--as", "nobody", "--study", study).err
    assert pqs("status", "--study", study, "--as", "nobody").err == ""
    pqs("rate", "A1", "--form", "wai-sr", "--rater", "rita", "1=2", "--study", study)
    assert pqs("score", "--study", study, "--as", "rita").err.count("roster") == 0
    settings = study / "study.toml"
    settings.write_text('roster = "closed"\n' + settings.read_text())
    told = pqs("status", "--study", study, "--as", "stranger")
    assert "the roster is closed" in told.err
    pqs("raters", "add", "stranger", "--study", study)
    assert pqs("status", "--study", study, "--as", "stranger").err == ""


def test_no_command_stumbles_over_a_locked_study_or_shows_what_is_sealed(
    pqs: Pqs, demo_copy: Path, tmp_path: Path
) -> None:
    assert pqs("seal", "--study", demo_copy, "--new-key-file", tmp_path / "k").code == 0
    tried = 0
    for path, command in all_commands(cli):
        if path[0] in ("seal", "unseal", "demo", "init") or "--study" not in {
            option for one in command.params for option in one.opts
        }:
            continue
        ways = list(ways_to_call(command))
        for arguments in [ways[0], *[one for one in ways if "D3" in one and "--raters" not in one]]:
            answer = pqs(*path, *arguments, "--study", demo_copy)
            tried += 1
            assert answer.code != 70, (path, arguments, answer.err)
            assert not re.search("sealed:[A-Za-z]", answer.out + answer.err), (path, arguments)
    assert tried > 50
    file = tmp_path / "out.csv"
    assert pqs("export", "-o", file, "--study", demo_copy).code == 0
    assert "sealed:" not in file.read_text()


EVIL = "=x\x1b[2J\x1b]0;t\x07\x9b5n\u202e"


def test_no_text_steers_the_terminal_and_no_text_is_changed_on_its_way_to_a_program(
    pqs: Pqs, study: Path, tmp_path: Path
) -> None:
    with open_desk(open_study(study), "A1", "anna") as desk:
        desk.note(1, EVIL)
    ask = ("show", "A1", "--rater", "anna", "--study", study)
    assert pqs(*ask, "--format", "json").rows[0]["note"] == EVIL
    assert EVIL in pqs(*ask, "--format", "csv").out  # behind a quote: it is no formula
    for form in ("table", "csv", "json"):
        with TerminalDriver(pqs_command(*ask, "--format", form), (250, 130)) as terminal:
            assert terminal.wait_for_end() == 0
            written = bytes(terminal.written)
        assert b"Negative feelings" in written
        assert not set(written) & set(b"\x1b\x07"), form
        assert "\x9b".encode() not in written
        assert "\u202e".encode() not in written
    for wrong in ("a\x1b[2Jb", "\u202e", "a\x9b"):
        for arguments in (
            ("show", wrong, "--study", study),
            ("show", "A1", "--rater", wrong, "--study", study),
            ("status", "--as", wrong, "--study", study),
            ("status", "--study", tmp_path / wrong),
            ("import", tmp_path / wrong, "--study", study),
            ("nosuch" + wrong,),
        ):
            answer = pqs(*arguments)
            assert answer.code in (Exit.USAGE, Exit.BAD_DATA), arguments
            assert all(line.isprintable() for line in answer.err.splitlines()), arguments
