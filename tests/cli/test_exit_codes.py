"""Exit codes and channels: results to stdout, talk to stderr; scripts rely on them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pqs_coder.cli.main import COMMANDS, SECTIONS, cli, run
from pqs_coder.errors import Exit
from tests.cli.conftest import Pqs


def test_version(pqs: Pqs) -> None:
    answer = pqs("--version")
    assert answer.code == 0
    assert answer.out.startswith("pqs 0.")


def test_every_command_loads_and_has_help(pqs: Pqs) -> None:
    for name in COMMANDS:
        answer = pqs(name, "--help")
        assert answer.code == 0, name
        assert "Usage: pqs" in answer.out


def test_wrong_usage_is_2(pqs: Pqs) -> None:
    for arguments in (["nosuch"], ["status", "--nosuch"], ["init"], ["place", "A1", "x"]):
        answer = pqs(*arguments)
        assert answer.code == Exit.USAGE, arguments
        assert answer.out == ""
        assert answer.err


def test_nothing_is_asked_without_a_terminal(pqs: Pqs) -> None:
    for arguments in ([], ["sort", "A1", "--rater", "anna"], ["practice"], ["demo", "d"]):
        answer = pqs(*arguments)
        assert answer.code == Exit.USAGE, arguments
        assert "terminal" in answer.err


def test_incomplete_is_1_and_says_which_piles(pqs: Pqs) -> None:
    pqs("init", "s")
    pqs("add", "--study", "s", "--session", "A1")
    pqs("place", "A1", "--rater", "anna", "--study", "s", "1=9", "2=9")
    answer = pqs("submit", "A1", "--rater", "anna", "--study", "s")
    assert answer.code == Exit.NO
    assert "98 cards lie in no pile yet; too few: piles 1 (-5), 2 (-8)" in answer.err
    assert "9 (-3)" in answer.err


def test_a_held_draft_is_4(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    pqs("add", "--study", "s", "--session", "A1")
    holder = (
        "import sys\n"
        "from pqs_coder.store.study import open_study\n"
        "from pqs_coder.desk.opening import open_desk\n"
        "desk = open_desk(open_study(sys.argv[1]), 'A1', 'anna')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "s")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        answer = pqs("place", "A1", "--rater", "anna", "--study", "s", "1=9")
        other = pqs("place", "A1", "--rater", "ben", "--study", "s", "1=9")
        process.communicate()
    assert answer.code == Exit.LOCKED
    assert "since" in answer.err
    assert other.code == Exit.DONE
    assert pqs("place", "A1", "--rater", "anna", "--study", "s", "1=9").code == Exit.DONE


def test_a_fault_is_70_and_tells_no_data(pqs: Pqs, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def broken() -> None:
        secret = "what the patient said"
        raise RuntimeError(secret)

    monkeypatch.setattr(cli, "get_command", lambda _ctx, _name: broken)
    answer = pqs("broken")
    assert answer.code == Exit.BUG
    assert "RuntimeError" in answer.err
    assert "patient" not in answer.err


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "get_command", lambda _ctx, _name: stopped)
    assert run(["stopped"]) == Exit.INTERRUPTED


def test_help_stands_in_sections_with_whole_lines(pqs: Pqs) -> None:
    said = pqs("--help").out
    titles = re.findall(r"^(\S.*):$", said, re.MULTILINE)
    assert titles == ["Options", *SECTIONS]
    assert re.findall(r"^  ([a-z][\w-]*)  +\S", said, re.MULTILINE) == list(COMMANDS)
    assert "..." not in said.replace("[ARGS]...", "").replace("RATER...", "").replace("3 ...", "")


@pytest.mark.parametrize("group", ["raters", "prototypes", "item-sets"])
def test_a_group_alone_lists_what_it_can_do(pqs: Pqs, group: str) -> None:
    answer = pqs(group)
    assert answer.code == Exit.USAGE
    assert answer.out == ""
    assert answer.err.startswith(f"Usage: pqs {group}")
    assert "  list " in answer.err
    assert "Not understood" not in answer.err
