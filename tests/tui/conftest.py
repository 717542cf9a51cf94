"""A small study, a desk on it, and the room driven by keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.store.study import Study, open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.room import RoomScreen

TURNS = """P: I didn't think he would just go like that. [pause]
T: You sound more hurt than angry.
P: Hurt, yes. [laughs] Whatever.
T: Whatever?
P: It is always the same with them [/] and I told you so.
T: So what happens in you when I ask?
P: Nothing.
T: And now?
"""


def make_study(folder: Path, turns: str | None = TURNS, settings: str = "") -> Path:
    """A study with one session, S1, sorted with the shipped item set."""
    session = folder / "sessions" / "S1"
    session.mkdir(parents=True)
    (folder / "study.toml").write_text(f'title = "T"\n{settings}', encoding="utf-8")
    if turns is not None:
        (session / "transcript.txt").write_text(turns, encoding="utf-8")
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return open_study(make_study(tmp_path / "study"))


@pytest.fixture
def desk(study: Study) -> Iterator[Desk]:
    with open_desk(study, "S1", "anna") as opened:
        yield opened


class Room(Protocol):
    def __call__(
        self, desk: Desk, size: tuple[int, int] = (80, 24)
    ) -> AbstractAsyncContextManager[tuple[RoomScreen, Pilot[Any]]]: ...


@pytest.fixture
def room() -> Room:
    """Opens the room on a desk and hands out the screen and a pilot."""

    @asynccontextmanager
    async def opened(desk: Desk, size: tuple[int, int] = (80, 24)):  # type: ignore[no-untyped-def]
        screen = RoomScreen(desk)
        app = PqsApp(lambda: screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield screen, pilot

    return opened
