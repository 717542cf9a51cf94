"""What the parts of the sorting room share: its widgets, its words, and the way a command runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from pqs_coder.desk.desk import Change, Desk
from pqs_coder.errors import PqsError, WriteError
from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet
from pqs_coder.tui.commands import BY_ID, Command, Situation
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.bars import FooterBar, HeaderBar, StatusLine
from pqs_coder.tui.widgets.board import Board
from pqs_coder.tui.widgets.card_panel import CardPanel
from pqs_coder.tui.widgets.prompt import Prompt
from pqs_coder.tui.widgets.transcript_view import TranscriptView

LEAST = (60, 18)
WIDE, TALL = 120, 36
SETTLED = 1.5
"""Seconds without a key after which the reading position is written down."""


class RoomBase(Screen[None]):
    """The widgets of the room and the one way in which commands run."""

    CSS_PATH: ClassVar = "room.tcss"
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, desk: Desk, keymap: Keymap | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.keymap = keymap or Keymap()
        self.header = HeaderBar(desk, id="header")
        self.transcript = TranscriptView(desk.transcript, desk.info.speakers, id="transcript")
        self.card = CardPanel(desk, id="card")
        self.status = StatusLine(id="status")
        self.board = Board(desk, id="board")
        self.footer = FooterBar(self.keymap, lambda: self.situation, id="footer")
        self.prompt = Prompt(id="prompt")
        self.pressed = ""
        self.walking = False
        self.found = False
        self.unsaved_look: PqsError | None = None
        self._settle: Timer | None = None

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield self.header
        with Container(id="upper"):
            yield self.transcript
            yield self.card
        yield self.status
        yield self.board
        yield self.footer
        yield self.prompt
        yield Static("", markup=False, id="too-small")

    # -- short names ---------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The draft as it stands."""
        return self.desk.draft

    @property
    def item_set(self) -> ItemSet:
        """The item set that is sorted."""
        return self.desk.item_set

    @property
    def hand(self) -> int | None:
        """The item of the card in hand."""
        return self.desk.hand

    @property
    def situation(self) -> Situation:
        """What decides which commands apply."""
        draft = self.draft
        focus = "transcript" if self.focused is self.transcript else "board"
        if self.prompt.asking:
            focus = "prompt"
        return Situation(
            stage=draft.view.stage,
            focus=focus,
            walking=self.walking,
            read_only=self.desk.read_only,
            hand=self.hand is not None,
            placed=self.hand is not None and draft.card(self.hand).placed,
            has_turns=bool(self.desk.transcript),
            has_media=bool(self.desk.info.media),
            can_undo=draft.past is not None,
            can_redo=draft.future is not None,
            complete=draft.complete,
            found=self.found,
        )

    # -- one command ---------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Find what the key means here and now, and do it."""
        if self.prompt.asking:
            if event.key == "escape":
                event.stop()
                self.close_prompt()
            return
        command = self.keymap.meant(event.key, self.situation)
        if command is None:
            return
        event.stop()
        event.prevent_default()
        self.run_command(command, event.key)

    def run_command(self, command: Command | str, key: str = "") -> None:
        """Do a command. What goes wrong is said in the status line and nothing moves."""
        if isinstance(command, str):
            command = BY_ID[command]
        self.pressed = key
        self.attempt(getattr(self, command.method))

    def attempt(self, work: Callable[[], object]) -> bool:
        """Do something that may be refused; whether it went well."""
        try:
            work()
        except PqsError as error:
            self.show_error(error)
            return False
        self._settle_later()
        self.footer.redraw()
        return True

    def show_error(self, error: PqsError) -> None:
        """Say what was refused, in a line that stays until something succeeds."""
        said = f"{error.message} {error.cure}".strip()
        self.status.say(f"NOT SAVED: {said}" if isinstance(error, WriteError) else said, "error")
        self.footer.redraw()

    def say(self, text: str, kind: str = "said") -> None:
        """Say something in the status line."""
        self.status.say(text, kind)

    # -- what is on the screen -----------------------------------------------------------------

    def on_mount(self) -> None:
        """Take up the draft where it was left."""
        self._unlisten = self.desk.listen(self.heard)
        self.transcript.go_to(self.draft.view.turn)
        self.transcript.bookmarks = frozenset(self.draft.view.bookmarks)
        self.board.look_at(self.hand)
        self.settle()
        self.board.focus()
        self.refresh_margin()
        self.set_interval(60, self.desk.touch)
        for warning in self.desk.warnings:
            self.say(warning, "error")

    def heard(self, change: Change) -> None:
        """The desk has recorded something: show it."""
        if change.said:
            self.say(change.said)
        self.redraw()
        if change.before.cards is not change.after.cards:
            self.refresh_margin()

    def redraw(self) -> None:
        """Draw what depends on the draft."""
        self.header.redraw()
        self.card.redraw()
        self.board.redraw()
        self.footer.redraw()

    def refresh_margin(self) -> None:
        """Tell the transcript which cards each turn supports."""
        marks: dict[int, tuple[int, ...]] = {}
        for item, card in self.draft.cards.items():
            for turn in card.turns:
                marks[turn] = (*marks.get(turn, ()), item)
        self.transcript.set_margin(marks)

    # -- arrangement ---------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.settle()

    def settle(self) -> None:
        """Choose how the room is laid out in a terminal of this size."""
        cells, rows = self.app.size
        too_small = cells < LEAST[0] or rows < LEAST[1]
        self.set_class(too_small, "-too-small")
        if too_small:
            least = f"{LEAST[0]} x {LEAST[1]}"
            self.query_one("#too-small", Static).update(
                f"This window has {cells} x {rows} cells; the sorting room needs {least}.\n"
                "Make it larger, or the letters smaller. Everything is kept."
            )
        self.set_class(cells >= WIDE, "-beside")
        self.board.standing = cells >= WIDE and rows >= TALL
        self.board.styles.height = self._board_rows(rows)
        self.board.rebuild()
        self.card.rebuild()

    def _board_rows(self, rows: int) -> int:
        if self.board.standing:
            return min(2 + max(self.item_set.sizes), rows - 3 - 12)
        return max(5, min(len(self.item_set.piles), rows - 15 if rows >= 24 else rows - 12))

    # -- the reading position ------------------------------------------------------------------

    def _settle_later(self) -> None:
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(SETTLED, self.note_position)

    def note_position(self) -> None:
        """Write down where the rater reads, if that has changed."""
        if self.desk.read_only:
            return
        try:
            self.desk.look(turn=self.transcript.cursor_turn, greeted=True)
            self.unsaved_look = None
        except PqsError as error:
            self.unsaved_look = error

    def on_descendant_focus(self) -> None:
        """Other keys matter on the other side."""
        self.footer.redraw()

    def close_prompt(self) -> None:
        """Leave the line to type into."""
        self.prompt.end()
        self.footer.display = True
        self.board.focus()
        self.footer.redraw()

    def ask(self, question: str, answer: Callable[[str], object], value: str = "") -> None:
        """Ask for a line of text in the place of the footer."""
        back = self.focused

        def answered(text: str) -> None:
            self.footer.display = True
            (back or self.board).focus()
            self.attempt(lambda: answer(text))

        self.footer.display = False
        self.prompt.ask(question, answered, value)

    def look_at(self, item: int | None, *, walking: bool | None = None) -> None:
        """Put the cursor on a card and say whether the arrows walk."""
        if walking is not None:
            self.walking = walking
        self.board.look_at(item)
        self.board.redraw()

    def tell_cursor(self) -> None:
        """Say in words what lies under the cursor: at 80 cells the board shows numbers only."""
        item = self.board.cursor
        if item is None:
            self.say("nothing lies here", "quiet")
            return
        about = self.item_set.item(item)
        mark = " ?" if self.draft.card(item).unsure else ""
        self.say(f"under the cursor: {item}{mark} {visible(about.label)}", "quiet")

    def looks(self, **changes: object) -> None:
        """Change what the board shows of its cards (never where they lie)."""
        self.board.looks = replace(self.board.looks, **changes)  # type: ignore[arg-type]
        self.board.redraw()
