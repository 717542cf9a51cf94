"""The Textual application: opens the room, the home page, and keeps crashes short."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.screen import Screen

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import Exit
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.study import Study
from pqs_coder.tui.opening import room_for
from pqs_coder.tui.screens.room_base import RoomBase
from pqs_coder.tui.screens.swift import SwiftScreen
from pqs_coder.tui.settings import UiSettings, read_settings
from pqs_coder.tui.themes import THEMES

if TYPE_CHECKING:
    from pqs_coder.store.prototype_entry import Entry


class PqsApp(App[None]):
    """Shows one first screen and ends when it is left."""

    CSS_PATH: ClassVar = "app.tcss"
    TITLE = "pqs"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, first: Callable[[], Screen[None]], settings: UiSettings | None = None
    ) -> None:
        super().__init__()
        self._first = first
        self.settings = settings or UiSettings()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme
        self.animation_level = "none"

    def on_mount(self) -> None:
        """Show the first screen; the program ends when it is left."""
        self.push_screen(self._first(), lambda _: self.exit())

    async def on_event(self, event: events.Event) -> None:
        """Any key or click says that the rater is there."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown):
            for room in self.rooms:
                room.desk.stir()
        if isinstance(event, events.Key) and not event.is_forwarded and self.app_focus:
            screen = self.screen
            if isinstance(screen, SwiftScreen) and screen.takes(event):
                screen.take_key(event)
                return
        await super().on_event(event)

    @property
    def rooms(self) -> list[RoomBase]:
        """The rooms that are open."""
        return [screen for screen in self.screen_stack if isinstance(screen, RoomBase)]

    async def action_quit(self) -> None:
        """ctrl+q leaves from anywhere, with the reading position kept."""
        for room in self.rooms:
            room.note_position()
        self.exit()

    def action_help_quit(self) -> None:
        """ctrl+c leaves nothing by accident; say what does."""
        for room in self.rooms:
            room.say("ctrl+c does not leave the room: q does", "quiet")
            room.redraw()

    def _fatal_error(self) -> None:
        """Say where it broke, without the values of variables: they hold what patients said."""
        if not self._exit_renderables:
            self.bell()
            self._exit_renderables.append(Text(crash_words(sys.exc_info()[1])))
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
    study: Study,
    session: str,
    rater: str,
    *,
    read_only: bool = False,
    again: bool = False,
    revise: Revision | None = None,
    anew: bool = False,
) -> int:
    """Open the sorting room and stay there until it is left; the exit code.

    The draft is opened before the screen starts (`open_desk` says what the options mean), so that
    `LockedError`, `StudyError` and the rest reach the caller while there is still a plain terminal.
    """
    with open_desk(
        study, session, rater, read_only=read_only, again=again, revise=revise, anew=anew
    ) as desk:
        settings = read_settings()
        room = room_for(study, desk, settings)
        code = run(PqsApp(lambda: room, settings))
    for words in last_words(room, read_only):
        print(words, file=sys.stderr)
    return code


def last_words(room: RoomBase, read_only: bool) -> list[str]:
    """What became of the sort, for whoever has left the room; nothing of what was only read."""
    draft, words = room.draft, []
    if room.submitted is not None:
        words.append(f"Submitted: {room.submitted}")
    elif draft.acts and not read_only:
        count = f"{draft.placed} placed, {draft.piled} of {len(draft.cards)} in piles"
        words.append(f"{room.desk.info.code} by {room.desk.rater} is kept: {count}.")
    if room.unsaved is not None:  # a place in the transcript, never a move
        words.append(f"Where you were reading was not saved: {room.unsaved.message}")
    return words


def run_rating(study: Study, session: str, form: ItemSet, rater: str) -> int:
    """Open the rating page of a session and stay there until it is left; the exit code.

    The ratings are opened before the screen starts, so that what `open_sheet` raises reaches the
    caller while there is still a plain terminal.
    """
    from pqs_coder.store.ratings import open_sheet
    from pqs_coder.tui.opening import rating_page

    settings = read_settings()
    with open_sheet(study, session, form, rater) as sheet:
        return run(PqsApp(lambda: rating_page(study, sheet, settings), settings))


def run_prototype_entry(entry: Entry) -> int:
    """Open the entry form of a prototype and stay there until it is left; the exit code."""
    from pqs_coder.tui.screens.prototype_entry import PrototypeEntryScreen

    screen = PrototypeEntryScreen(entry)
    return run(PqsApp(lambda: screen, read_settings()))


def run(app: PqsApp) -> int:
    """Run an app; the exit code."""
    app.run()
    return app.return_code or 0


def run_home(study: Study) -> int:
    """List the viewer's sessions and open the room from there; the exit code."""
    from pqs_coder.tui.screens.home import HomeScreen

    settings = read_settings()
    return run(PqsApp(lambda: HomeScreen(study, settings), settings))


def run_welcome(make_demo: Callable[[Path], Study], make_study: Callable[[Path], Study]) -> int:
    """Offer the demo or a new study where there is none; the exit code.

    Both callbacks get the folder that was typed in and raise `PqsError` where it can't be.
    """
    from pqs_coder.tui.screens.welcome import WelcomeScreen

    settings = read_settings()
    return run(PqsApp(lambda: WelcomeScreen(make_demo, make_study, settings), settings))


def run_practice() -> int:
    """The practice sort of 20 cards: nothing is kept. The exit code."""
    from pqs_coder.tui.practice import practice_room, practice_words

    settings = read_settings()
    room = practice_room(settings)
    code = run(PqsApp(lambda: room, settings))
    if code == 0:
        print(practice_words(room.draft), file=sys.stderr)
    return code
