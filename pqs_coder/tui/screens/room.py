"""The sorting room: transcript, card in hand, board, and the pages on top of them."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text
from textual import events
from textual.app import ComposeResult

from pqs_coder.desk.submission import what_is_missing
from pqs_coder.errors import UsageError
from pqs_coder.model.guide import describe
from pqs_coder.tui.commands import BY_ID
from pqs_coder.tui.screens.find import FindPage, Found
from pqs_coder.tui.screens.help import help_text
from pqs_coder.tui.screens.pages import ChoosePage, TextPage
from pqs_coder.tui.screens.review import (
    Answer,
    Looked,
    ReviewPage,
    SubmitPage,
    about_sort,
)
from pqs_coder.tui.screens.room_guided import Guiding
from pqs_coder.tui.screens.room_reading import Reading
from pqs_coder.tui.screens.save_copy import SaveCopyPage
from pqs_coder.tui.settings import SPACINGS, THEME_NAMES, remember
from pqs_coder.tui.widgets.bars import FooterBar
from pqs_coder.tui.widgets.tour import Tour

GREETING = (
    "Be a neutral observer between the two: is it clearly present, clearly absent?",
    "What is the evidence? Not: how effective is it.",
)
READ_FIRST = "Read or hear the whole hour first (z: only the transcript). Then sort."
WATCH_FIRST = "Watch or hear the whole hour first. Then sort."


class RoomScreen(Guiding, Reading):
    """The whole room."""

    def compose(self) -> ComposeResult:
        """The room, and the tour above it."""
        yield from super().compose()
        self.tour = Tour(self._toured, id="tour")
        yield self.tour

    def on_mount(self) -> None:
        """Greet once; what the base does on mounting follows by itself."""
        self.looked = Looked()
        settings = self.options.settings
        draft = self.draft
        fresh = not (draft.view.greeted or draft.acts or draft.piled or draft.heaped)
        if fresh and not self.desk.read_only:
            first = READ_FIRST if self.desk.transcript else WATCH_FIRST
            self.board.greeting = (*GREETING, first)
            if not settings.tour_seen and settings.path is not None:
                self.tour.begin()

    # -- help ----------------------------------------------------------------------------------

    def do_keys(self) -> None:
        """List the keys that work here and now."""
        text = help_text(self.keymap, self.situation)
        self.app.push_screen(TextPage("Keys that work here and now", text))

    def do_palette(self) -> None:
        """All commands by name."""
        from textual.command import CommandPalette

        from pqs_coder.tui.palette import RoomCommands

        self.app.push_screen(CommandPalette(providers=[RoomCommands], placeholder="Command"))

    def do_tour(self) -> None:
        """The room in five steps."""
        self.tour.begin()

    def _toured(self) -> None:
        """Say how it comes again; by itself it comes once only."""
        if key := self.keymap.shown(BY_ID["tour"]):
            self.say(f"the tour is closed: {key} shows it again", "quiet")
            self.redraw_soon()
        if not self.options.settings.tour_seen:
            self._remember("tour_seen", True)

    async def on_key(self, event: events.Key) -> None:
        """While nothing of the room is seen, or a tour lies on it, no key may do its work there
        (what the base does is left out)."""
        if self.app.screen is not self:
            return
        if self.has_class("-too-small"):
            command = self.keymap.meant(event.key, self.situation)
            if command is not None and command.id == "leave":
                self.do_leave()
        elif self.tour.display:
            self.tour.take(event.key)
        else:
            return
        event.stop()
        event.prevent_default()

    # -- looking back --------------------------------------------------------------------------

    def do_find(self) -> None:
        """Find an item by number or words, and words in the transcript."""
        count = self.transcript.search if self.desk.transcript else None
        self.app.push_screen(FindPage(self.draft, count), self._found)

    def _found(self, found: Found | None) -> None:
        if found is not None and found.item is None:
            self.attempt(lambda: self.search(found.words.strip()))
            return
        self.found = False
        self.transcript.clear_search()
        if found is not None and found.item is not None:
            item = found.item
            self.attempt(lambda: self.take(item))

    def do_moves(self) -> None:
        """List all moves that stand, the last first."""
        steps = list(self.draft.steps())
        if not steps:
            raise UsageError("No move has been made yet.")
        rows = [(step.move.item, Text(f"{step.depth:>5}  {describe(step.move)}")) for step in steps]

        def taken(item: int | None) -> None:
            if item is not None:
                self.attempt(lambda: self.take(item))

        title = f"All moves that stand: {len(rows)}, the last first"
        hint = "enter takes the card of the move   escape closes"
        self.app.push_screen(ChoosePage(title, rows, hint), taken)

    # -- submitting ----------------------------------------------------------------------------

    def do_submit(self) -> None:
        """Look back over the sort; from there on to submit."""
        missing = what_is_missing(self.draft)
        self.app.push_screen(ReviewPage(self.draft, missing, self.looked), self._reviewed)

    def _reviewed(self, answer: Answer) -> None:
        if answer == "submit":
            page = SubmitPage(about_sort(self.desk), practice=self.options.practice)
            self.app.push_screen(page, self._submit)
        elif isinstance(answer, int):
            self.attempt(lambda: self.take(answer))

    def _submit(self, yes: bool | None) -> None:
        if not yes:
            return
        if self.options.practice or self.attempt(self._submit_now):
            self.leave()

    def _submit_now(self) -> None:
        self.note_position()
        self.submitted = self.desk.submit()

    # -- leaving -------------------------------------------------------------------------------

    def do_close(self) -> None:
        """Close what is on top: the walk, a filter, the transcript's focus. Never the room."""
        if self.walking:
            self.walking = False
            self.board.look_at(self.hand)
        elif self.has_class("-reading"):
            self.toggle_class("-reading")
            self.settle()
            self.set_focus(self.sorting_side)
        elif self.focused is not self.sorting_side:
            self.set_focus(self.sorting_side)
        elif self.guided.compared is not None:
            self.guided.compared = None
        elif self.board.filter is not None:
            self.show_only(None)
        elif self.found:
            self.found = False
            self.transcript.clear_search()
        self.say("")

    def do_leave(self) -> None:
        """Leave the room; everything is kept."""
        self.note_position()
        self.leave()

    def leave(self) -> None:
        """Give the draft back and go."""
        self._unlisten()
        self._unlisten = lambda: None
        self.desk.close()
        self.dismiss(None)

    def do_save_copy(self) -> None:
        """Write a copy of the sort to another place, for when the study can't be written."""
        self.app.push_screen(SaveCopyPage(self.desk.save_copy, Path.home()), self._copied)

    def _copied(self, copy: Path | None) -> None:
        """Where the copy is; that the study could not be written still holds."""
        if copy is not None:
            unsaved = f"{self.status.text} · " if self.status.stuck else ""
            self.say(f"{unsaved}A copy is at {copy}", "error" if unsaved else "said")
            self.redraw()

    # -- looks ---------------------------------------------------------------------------------

    def do_theme(self) -> None:
        """The next theme, kept in the settings."""
        now = self.app.theme
        at = THEME_NAMES.index(now) if now in THEME_NAMES else -1
        self.app.theme = THEME_NAMES[(at + 1) % len(THEME_NAMES)]
        self.say(f"theme: {self.app.theme}{self._remember('theme', self.app.theme)}")

    def do_spacing(self) -> None:
        """Compact or roomy, kept in the settings."""
        self.toggle_class("-spaced")
        self.settle()
        spacing = SPACINGS[self.has_class("-spaced")]
        small = "" if spacing == "compact" or self.app.size.height >= 30 else " (from 30 rows on)"
        self.say(f"spacing: {spacing}{small}{self._remember('spacing', spacing)}")

    def _remember(self, key: str, value: str | bool) -> str:
        """Keep a setting; '', or why it holds for this time only."""
        return remember(key, value, self.options.settings)

    def on_footer_bar_pressed(self, event: FooterBar.Pressed) -> None:
        """A click in the footer is the key."""
        event.stop()
        self.run_command(event.command_id)
