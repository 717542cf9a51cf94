"""The Textual application: opens the room, the home page, and keeps crashes short."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.screen import Screen

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import Exit
from pqs_coder.store.study import Study
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.themes import DARK, THEMES


class PqsApp(App[None]):
    """Shows one first screen and ends when it is left."""

    CSS_PATH: ClassVar = "app.tcss"
    TITLE = "pqs"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, first: Callable[[], Screen[None]]) -> None:
        super().__init__()
        self._first = first
        self.submitted: str | None = None
        self.keymap = Keymap()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self.animation_level = "none"

    def on_mount(self) -> None:
        """Start."""
        self.push_screen(self._first(), lambda _: self.exit())

    async def on_event(self, event: events.Event) -> None:
        """Any key or click says that the rater is there."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown):
            screen = self.screen_stack[-1] if self.screen_stack else None
            desk = getattr(screen, "desk", None)
            if isinstance(desk, Desk):
                desk.stir()
        await super().on_event(event)

    def _fatal_error(self) -> None:
        """Say where it broke, without the values of variables: they hold what patients said."""
        self.bell()
        error = sys.exc_info()[1]
        self._exit_renderables.append(Text(crash_words(error)))
        self._return_code = int(Exit.BUG)
        self._close_messages_no_wait()


def crash_words(error: BaseException | None) -> str:
    """What a crash says: the kind of error and the places in the program, no values."""
    lines = ["pqs has stopped: this is a bug in the program."]
    lines.append("Every move that was on the screen is saved; open the session again to go on.")
    if error is not None:
        lines.append(f"Please report: {type(error).__name__}")
        for frame in traceback.extract_tb(error.__traceback__)[-6:]:
            name = frame.filename.rpartition("site-packages/")[2].rpartition("pqs_coder/")[2]
            lines.append(f"  {name}, line {frame.lineno}, in {frame.name}")
    return "\n".join(lines)


def run_room(
    study: Study, session: str, rater: str, *, again: bool = False, read_only: bool = False
) -> int:
    """Open the sorting room and stay there until it is left; the exit code.

    The draft is opened before the screen starts, so that `LockedError`, `StudyError` and the rest
    reach the caller while there is still a plain terminal.
    """
    with open_desk(study, session, rater, again=again, read_only=read_only) as desk:
        app = PqsApp(lambda: RoomScreen(desk))
        app.run()
    return app.return_code or 0


def run_home(study: Study) -> int:
    """List the viewer's sessions and open the room from there; the exit code."""
    from pqs_coder.tui.screens.home import HomeScreen

    app = PqsApp(lambda: HomeScreen(study))
    app.run()
    return app.return_code or 0


def run_welcome(make_demo: Callable[[Path], Study], make_study: Callable[[Path], Study]) -> int:
    """Offer the demo or a new study where there is none; the exit code.

    Both callbacks get the folder that was typed in and raise `PqsError` where it can't be.
    """
    from pqs_coder.tui.screens.welcome import WelcomeScreen

    app = PqsApp(lambda: WelcomeScreen(make_demo, make_study))
    app.run()
    return app.return_code or 0
