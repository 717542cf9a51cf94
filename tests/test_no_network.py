"""No network at all: the program runs with AF_INET and AF_INET6 forbidden.

Python's own sockets are caught by an audit hook that ends the process; native libraries by strace,
where it is there. (asyncio needs a socket pair of its own, which is AF_UNIX.)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FORBIDDEN = """
import os, socket, sys

def watch(event, args):
    if event == "socket.__new__" and args[1] in (socket.AF_INET, socket.AF_INET6):
        os.write(2, b"A socket to the network was made.\\n")
        os._exit(99)
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        os.write(2, b"A host's address was asked for.\\n")
        os._exit(99)

sys.addaudithook(watch)
"""

COMMAND = """
from pqs_coder.__main__ import main
sys.argv = ["pqs", *sys.argv[1:]]
sys.exit(main())
"""

ROOM = """
import asyncio
from pqs_coder.desk.opening import open_desk
from pqs_coder.store.study import open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.room import RoomScreen
study = open_study(sys.argv[1], "anna")
code = next(one for one in study.session_codes() if "anna" in study.raters_of(one))
desk = open_desk(study, code, "anna", read_only=True)
app = PqsApp(lambda: RoomScreen(desk))
async def go():
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("down", "question_mark", "escape")
        assert app.is_running
asyncio.run(go())
"""

COMMANDS = [
    ("status",),
    ("agreement",),
    ("adherence",),
    ("composite", "--format", "json"),
    ("verify",),
    ("export", "-o", "{out}/sorts.xlsx"),
    ("report", "-o", "{out}/report.html"),
    ("item-sets", "list"),
    ("where",),
]


def guarded(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", FORBIDDEN + code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def in_study(study: Path, out: Path, command: tuple[str, ...]) -> list[str]:
    return [*(part.format(out=out) for part in command), "--study", str(study)]


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_the_guard_catches_a_socket(family):
    done = guarded(f"socket.socket(socket.{family})")
    assert done.returncode == 99
    assert guarded("socket.getaddrinfo('localhost', 80)").returncode == 99
    assert guarded("socket.socketpair()").returncode == 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_asks_the_network(demo_study, tmp_path, command):
    done = guarded(COMMAND, *in_study(demo_study, tmp_path, command))
    assert done.returncode == 0, done.stderr


def test_making_a_study_and_sorting_asks_no_network(tmp_path):
    study, talk = tmp_path / "study", tmp_path / "talk.txt"
    talk.write_text("P: Hello.\nT: Hello.\n")
    for command in (
        ("demo", str(tmp_path / "demo"), "--no-open"),
        ("init", str(study)),
        ("add", str(talk), "--session", "S1", "--study", str(study)),
        ("place", "S1", "--rater", "anna", "1=9", "2=8", "--study", str(study)),
        ("show", "S1", "--rater", "anna", "--study", str(study)),
    ):
        done = guarded(COMMAND, *command)
        assert done.returncode == 0, (command, done.stderr)


def test_the_sorting_room_asks_no_network(demo_study):
    done = guarded(ROOM, str(demo_study))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [("agreement",), ("report", "-o", "{out}/report.html")])
def test_no_library_asks_the_network_behind_python_s_back(demo_study, tmp_path, command):
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "true"], capture_output=True).returncode:
        pytest.skip("SKIPPED ALOUD: strace is not on this machine or may not be used")
    log = tmp_path / "log"
    run = [strace, "-f", "-o", str(log), "-e", "trace=socket,connect", sys.executable, "-m"]
    done = subprocess.run(
        [*run, "pqs_coder", *in_study(demo_study, tmp_path, command)], capture_output=True
    )
    assert done.returncode == 0
    assert "AF_INET" not in log.read_text()
