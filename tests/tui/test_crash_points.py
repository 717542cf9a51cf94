"""The power is cut, or the disk full, at a step of the file layer, with the room on the screen."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from pathlib import Path

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.store.study import open_study
from pqs_coder.store.verify import OK, verify
from pqs_coder.store.work import list_work
from tests.tui.terminal_driver import TerminalDriver, settled_home

pytestmark = pytest.mark.terminal

KEYS = "p98765ur4321xn"
"""Nine placements, an undo and a redo, a mark; then a note is begun."""
NOTE = "a note\r"
OFFER = "writes a copy"
FEW = 6


def make(folder: Path) -> Path:
    session = folder / "sessions" / "S1"
    session.mkdir(parents=True)
    (folder / "study.toml").write_text('title = "T"\n')
    (session / "transcript.txt").write_text("T: hello\nP: [pause] yes\n")
    return folder


def sitting(study: Path, fault: str, at: object) -> TerminalDriver:
    command = [sys.executable, "-m", "tests.tui.faulty_room", fault, str(at)]
    return TerminalDriver(
        [*command, "sort", "S1", "--rater", "anna", "--study", str(study)],
        environ=settled_home(study.parent / "home"),
    )


def type_all(terminal: TerminalDriver) -> None:
    """Key by key, as far as the program lives."""
    for words, keys in (("heaps 0/100", KEYS), ("Note", NOTE), ("note: a note", "q")):
        with contextlib.suppress(AssertionError):
            terminal.wait_for(words)
            terminal.send(keys)
    with contextlib.suppress(OSError):
        terminal.drain()


def shown(terminal: TerminalDriver) -> int:
    """How many cards the head line says lie in a pile."""
    found = re.search(r"piles (\d+)/100", terminal.lines()[0])
    return int(found[1]) if found else 0


def piled(study: Path) -> int:
    """The same, as a new program finds it; everything is whole."""
    opened = open_study(study)
    assert not [one.problem for one in list_work(opened) if one.problem]
    bad = [one for one in verify(opened) if one.state not in (OK, "foreign")]
    assert not bad
    with open_desk(opened, "S1", "anna") as desk:
        return desk.draft.piled


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> int:
    """How many steps a whole sitting has."""
    place = tmp_path_factory.mktemp("count")
    study = make(place / "study")
    with sitting(study, "count", place / "steps") as terminal:
        type_all(terminal)
    lines = (study / "sessions/S1/sorts/anna.journal").read_text().splitlines()
    acts = [json.loads(line).get("do") for line in lines[1:]]
    assert (acts.count("place"), acts.count("undo"), acts.count("note")) == (9, 1, 1)
    total = int((place / "steps").read_text())
    assert total > 30
    return total


def points(steps: int, share: int, shares: int) -> range:
    """Every so many-th point; all shares together are all of them."""
    return range(1 + share, steps + 1, shares)


def cut(study: Path, at: int) -> None:
    with sitting(study, "kill", at) as terminal:
        type_all(terminal)
        laid = shown(terminal)
    assert laid <= piled(study) <= 9, at


def fill(study: Path, at: int) -> None:
    """Everything that is shown is there; what was not written is not shown, and it is said."""
    with sitting(study, "full", at) as terminal:
        with contextlib.suppress(AssertionError):
            terminal.wait_until(
                lambda rows: any("heaps 0/100" in row or "disk is full" in row for row in rows),
                "the room or an error",
            )
        in_the_room = "heaps 0/100" in terminal.text
        if in_the_room:
            terminal.send("p9876543")
            terminal.wait_until(
                lambda rows: "NOT SAVED" in " ".join(rows) and OFFER in " ".join(rows),
                "what failed, and another place",
            )
            laid = shown(terminal)
            terminal.kill9()
        else:
            assert "disk is full" in terminal.text
            laid = 0
    assert piled(study) == laid, at


def test_the_power_is_cut_while_somebody_sorts(tmp_path: Path, steps: int) -> None:
    for at in points(steps, 2, steps // FEW):
        cut(make(tmp_path / str(at)), at)


def test_the_disk_is_full_while_somebody_sorts(tmp_path: Path, steps: int) -> None:
    for at in points(min(steps, 24), 1, 6):
        fill(make(tmp_path / str(at)), at)


@pytest.mark.soak
def test_the_power_is_cut_at_every_step(tmp_path: Path, steps: int) -> None:
    for at in points(steps, 0, 1):
        cut(make(tmp_path / str(at)), at)


@pytest.mark.soak
def test_the_disk_is_full_from_every_step_on(tmp_path: Path, steps: int) -> None:
    for at in points(min(steps, 24), 0, 1):
        fill(make(tmp_path / str(at)), at)
