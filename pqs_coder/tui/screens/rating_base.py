"""What the rating page is made of: its widgets, from a key to a command, what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from pqs_coder.errors import PqsError, WriteError
from pqs_coder.model.study import SessionInfo
from pqs_coder.model.transcript import Transcript
from pqs_coder.store.ratings import Sheet
from pqs_coder.tui.commands import Situation
from pqs_coder.tui.key_path import meant_for_another
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.rating_commands import BY_ID, COMMANDS
from pqs_coder.tui.settings import UiSettings
from pqs_coder.tui.text import cut, pad, visible
from pqs_coder.tui.widgets.bars import FooterBar, StatusLine
from pqs_coder.tui.widgets.prompt import Prompt
from pqs_coder.tui.widgets.rating_list import RatingList
from pqs_coder.tui.widgets.transcript_view import TranscriptView

LEAST = (40, 12)
"""Cells and rows below which the page only says that the window is too small."""


@dataclass(frozen=True, slots=True)
class RatingOptions:
    """Where the recording is looked for, and what the settings file says."""

    folder: Path | None = None
    settings: UiSettings = field(default_factory=UiSettings)


class RatingBase(Screen[None]):
    """Fills in one sheet; each rating is on disk before it shows."""

    CSS_PATH: ClassVar = "rating.tcss"
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        sheet: Sheet,
        info: SessionInfo,
        transcript: Transcript | None,
        options: RatingOptions | None = None,
    ) -> None:
        super().__init__()
        self.sheet = sheet
        self.info = info
        self.text = transcript
        self.options = options or RatingOptions()
        own = {name: keys for name, keys in self.options.settings.keys.items() if name in BY_ID}
        values = "".join(sorted(sheet.ratings.form.digits))
        self.keymap = Keymap(own, COMMANDS, f"{values[0]}-{values[-1]}", few=9)
        self.transcript = TranscriptView(transcript, info.speakers, id="transcript")
        self.ratings = RatingList(sheet, id="ratings")
        self.status = StatusLine(id="status")
        self.footer = FooterBar(self.keymap, lambda: self.situation, id="footer")
        self.prompt = Prompt(id="prompt")
        self.pressed = ""
        self.found = False

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Static("", markup=False, id="header")
        with Container(id="upper"):
            yield self.transcript
            yield self.ratings
        yield self.status
        yield self.footer
        yield self.prompt
        yield Static("", markup=False, id="too-small")

    def on_mount(self) -> None:
        """The items have the keys."""
        self.transcript.can_focus = bool(self.transcript.turns)
        self.settle()
        self.show_margin()
        self.set_focus(self.ratings)
        self.set_interval(60, self.keep_lock)
        if self.options.settings.problems:
            self.status.say(" · ".join(self.options.settings.problems), "error")
            self.redraw()

    def on_resize(self) -> None:
        """Another size: it may be too small, or no longer."""
        self.settle()

    def settle(self) -> None:
        """Say where the window is too small; without a transcript the items have all of it."""
        cells, rows = self.app.size
        self.set_class(self.too_small, "-too-small")
        self.set_class(not self.transcript.turns, "-alone")
        self.query_one("#header", Static).update(self._heading(cells))
        self.query_one("#too-small", Static).update(
            f"This window has {cells} x {rows} cells; the rating page needs "
            f"{LEAST[0]} x {LEAST[1]}.\nMake it larger, or the letters smaller. "
            "Everything is kept; q leaves."
        )

    def _heading(self, cells: int) -> str:
        """What is rated and by whom; at the end where the keys stand."""
        said, keys = self.sheet.ratings, "? keys"
        words = f"{said.session}  {said.form.title or said.form.id}  {said.rater}"
        return pad(cut(visible(words), cells - len(keys) - 1, "…"), cells - len(keys)) + keys

    @property
    def too_small(self) -> bool:
        """Whether nothing can be seen of the form."""
        cells, rows = self.app.size
        return cells < LEAST[0] or rows < LEAST[1]

    def keep_lock(self) -> None:
        """Say each minute that the ratings are open here."""
        if not self.sheet.touch():
            self.status.say("Somebody has taken these ratings over: leave them (q).", "error")
            self.redraw()

    @property
    def situation(self) -> Situation:
        """What decides which keys apply."""
        return Situation(
            focus="transcript" if self.focused is self.transcript else "board",
            has_turns=bool(self.transcript.turns),
            has_media=bool(self.info.media),
            found=self.found,
        )

    @property
    def item(self) -> int:
        """The item under the cursor."""
        return self.ratings.item

    # -- one command ---------------------------------------------------------------------------

    async def on_key(self, event: events.Key) -> None:
        """Find what the key means, and do it; a key for a page just opened goes on to it."""
        if await meant_for_another(self, event, self.prompt, self.end_prompt):
            return
        command = self.keymap.meant(event.key, self.situation)
        if command is None or (self.too_small and command.id != "leave"):
            return
        event.stop()
        event.prevent_default()
        self.pressed = event.key
        self.run_command(command.id)

    def on_footer_bar_pressed(self, event: FooterBar.Pressed) -> None:
        """What is clicked in the footer is done; digits need their key."""
        event.stop()
        if event.command_id != "rate":
            self.run_command(event.command_id)

    def run_command(self, command_id: str) -> None:
        """Do a command; what goes wrong is said and nothing changes."""
        self.attempt(getattr(self, f"do_{command_id}"))

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something that may be refused, then draw what changed."""
        try:
            work()
        except PqsError as error:
            said = f"{error.message} {error.cure}".strip()
            unsaved = isinstance(error, WriteError)
            self.status.say(f"NOT SAVED: {said}" if unsaved else said, "error")
            self.status.stuck = self.status.stuck or unsaved
        if self.is_attached:
            self.redraw()

    def say(self, text: str) -> None:
        """Say where one is."""
        self.status.say(text)

    def written(self, text: str) -> None:
        """Say what has been written; what was not saved before no longer matters."""
        self.status.stuck = False
        self.status.say(text)

    def redraw(self) -> None:
        """Draw what depends on the sheet."""
        self.status.styles.height = self.status.rows_needed(self.app.size.width)
        for widget in (self.ratings, self.status, self.footer):
            widget.redraw()

    def on_descendant_focus(self) -> None:
        """Other keys matter on the other side."""
        self.footer.redraw()

    def show_margin(self) -> None:
        """Tell the transcript which items each turn supports."""
        marks: dict[int, tuple[int, ...]] = {}
        for item, said in sorted(self.sheet.ratings.given.items()):
            for turn in (int(mark) for mark in said.evidence if mark.isdecimal()):
                marks[turn] = (*marks.get(turn, ()), item)
        self.transcript.set_margin(marks)

    # -- a line to type into -------------------------------------------------------------------

    def ask(self, question: str, answer: Callable[[str], object], value: str = "") -> None:
        """Ask for a line of text in the place of the footer."""
        back = self.focused

        def answered(text: str) -> None:
            self.end_prompt()
            self.set_focus(back or self.ratings)
            self.attempt(lambda: answer(text))

        self.footer.display = False
        self.prompt.ask(question, answered, value)

    def end_prompt(self) -> None:
        """Leave the line to type into."""
        self.prompt.end()
        self.footer.display = True
        self.set_focus(self.ratings)
