"""What a fresh interpreter loads: the rules that import-linter can't see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def loaded_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint('\\n--loaded--\\n' + ' '.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.rpartition("--loaded--")[2].split())


def command(*arguments: str) -> str:
    return (
        f"import sys; sys.argv = ['pqs', *{list(arguments)!r}]\n"
        "from pqs_coder.__main__ import main\nmain()"
    )


def test_version_loads_nothing_heavy() -> None:
    loaded = loaded_after(command("--version"))
    assert "pqs_coder._version" in loaded
    assert not loaded & {"textual", "polars", "numpy", "scipy", "click", "rich"}


def test_agreement_never_loads_textual(demo_study: Path) -> None:
    loaded = loaded_after(command("agreement", "--study", str(demo_study), "--format", "json"))
    assert {"polars", "numpy"} <= loaded
    assert not {name for name in loaded if name.partition(".")[0] in ("textual", "rich")}


def test_the_package_loads_its_names_late() -> None:
    loaded = loaded_after("import pqs_coder; pqs_coder.__all__; dir(pqs_coder)")
    assert not loaded & {"textual", "polars", "numpy"}


def test_the_room_opens_without_the_numbers(demo_study: Path) -> None:
    journal = next(iter(sorted(demo_study.glob("sessions/*/sorts/*.journal"))))
    session, rater = journal.parent.parent.name, journal.stem
    code = f"""
import asyncio
from pqs_coder.store.study import open_study
from pqs_coder.desk.opening import open_desk
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.room import RoomScreen
study = open_study({str(demo_study)!r}, {rater!r})
desk = open_desk(study, {session!r}, {rater!r}, read_only=True)
app = PqsApp(lambda: RoomScreen(desk))
async def go():
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, RoomScreen)
asyncio.run(go())
"""
    loaded = loaded_after(code)
    assert "textual" in loaded
    assert not loaded & {"polars", "numpy", "scipy"}
