"""Every command, option and file that a page names is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pqs_coder.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("sessions/*.md")])


def code_of(page: Path) -> Iterator[str]:
    """Whatever stands as code: between backticks, or on an indented line."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def called(code: str) -> list[str]:
    """The words of a call of pqs, without what is said beside it."""
    code = re.split(r"\s{2,}|\s#|\s→|\s&&|;", code)[0]
    if not re.match(r"pqs(\s|$)", code):
        return []
    try:
        return shlex.split(code.replace("'", "’"))[1:]
    except ValueError:
        return []


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words call, and what is left of them."""
    command: click.Command = cli
    context = click.Context(cli)
    left = list(words)
    while isinstance(command, click.Group):
        name = next((one for one in left if not one.startswith("-")), None)
        if name is None:
            break
        found = command.get_command(context, name)
        assert found is not None, f"no command {name}"
        left = left[left.index(name) + 1 :]
        command = found
    return command, left


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_are_there(page: Path) -> None:
    for code in code_of(page):
        words = called(code)
        if not words or words == ["..."]:
            continue
        command, left = command_of(words)
        known = {name for one in command.params for name in one.opts} | {"--help", "--version"}
        for word in left:
            option = re.match(r"--?[a-z][a-z-]*", word)
            if option:
                assert option[0] in known, f"{page.name}: {code}: no {option[0]}"


def test_the_search_finds_calls_and_slips() -> None:
    assert called("pqs agreement --by pair   one row a pair") == ["agreement", "--by", "pair"]
    assert called("pqs_coder.stats") == []
    assert command_of(["prototypes", "add", "x.csv"])[1] == ["x.csv"]
    with pytest.raises(AssertionError, match="no command agreements"):
        command_of(["agreements"])
    calls = [words for page in PAGES for code in code_of(page) if (words := called(code))]
    assert {words[0] for words in calls if words} >= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_the_project_are_there(page: Path) -> None:
    rooms = "pqs_coder|tests|benchmarks|docs|sessions|item_sets"
    for code in code_of(page):
        for name in re.findall(
            rf"(?:^|\s)((?:{rooms})/[\w./-]+\.(?:py|md|toml|csv|R|txt))\b", code
        ):
            if not re.search(r"[A-Z]{2,}", name):  # docs/on-disk.md: SESSION, RATER and the like
                assert (ROOT / name).exists(), f"{page.name}: {name}"
