"""What the parts of the sorting room share: its widgets, its words, and the way a command runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from pqs_coder.desk.desk import Change, Desk
from pqs_coder.errors import PqsError, UsageError, WriteError
from pqs_coder.model.draft import Draft, advance
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import Evidence, Look, Redo, Undo
from pqs_coder.tui.arrangement import Arrangement, arrange, too_small_words
from pqs_coder.tui.commands import BY_ID, GUIDED, Command, Situation
from pqs_coder.tui.key_path import meant_for_another
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.refusals import why_no_key
from pqs_coder.tui.screens.room_options import RoomOptions as RoomOptions
from pqs_coder.tui.screens.room_situation import situation_of
from pqs_coder.tui.screens.swift import SwiftScreen
from pqs_coder.tui.text import visible, width
from pqs_coder.tui.widgets.bars import FooterBar, HeaderBar, StatusLine
from pqs_coder.tui.widgets.board import Board
from pqs_coder.tui.widgets.board_layout import tally_line
from pqs_coder.tui.widgets.card_panel import CardPanel
from pqs_coder.tui.widgets.guided_list import GuidedList
from pqs_coder.tui.widgets.lines import Line
from pqs_coder.tui.widgets.prompt import Prompt
from pqs_coder.tui.widgets.transcript_view import TranscriptView

SETTLED = 1.5
"""Seconds without a key after which the reading position is written down."""


class Upper(Container):
    """Holds transcript and card, which cover it."""

    BLANK = True


class RoomBase(SwiftScreen):
    """The widgets of the room and the one way in which commands run."""

    CSS_PATH: ClassVar = "room.tcss"
    ESCAPE_TO_MINIMIZE = False
    BLANK = True  # covered by its widgets
    COMMANDS: ClassVar = set()

    def __init__(self, desk: Desk, options: RoomOptions | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.options = options or RoomOptions()
        digits = list(desk.item_set.digits)
        self.keymap = Keymap(self.options.settings.keys, digits=f"{digits[0]}-{digits[-1]}")
        self.header = HeaderBar(
            desk, minutes=self.options.minutes, practice=self.options.practice, id="header"
        )
        self.transcript = TranscriptView(desk.transcript, desk.info.speakers, id="transcript")
        self.card = CardPanel(desk, id="card")
        self.status = StatusLine(id="status")
        self.board = Board(desk, id="board")
        self.guided = GuidedList(desk, id="guided")
        self.footer = FooterBar(self.keymap, lambda: self.situation, tells_side=True, id="footer")
        self.prompt = Prompt(id="prompt")
        self.pressed = ""
        self.walking = self.found = self.used = False
        self.unsaved: PqsError | None = None
        self.unsaved_notes: dict[int, str] = {}
        self.submitted: Path | None = None
        self._status_rows = 1
        self._moved_at = 0.0
        self._settle_timer: Timer | None = None
        self._unlisten: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The widgets."""
        self.set_class(self.options.settings.spacing == "roomy", "-spaced", update=False)
        self._classify()  # before they are there: no style is reckoned twice
        yield self.header
        with Upper(id="upper"):
            yield self.transcript
            yield self.card
        yield self.status
        yield self.board
        yield self.guided
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
        """The item of the card in hand: in the guided way the one under the cursor."""
        if self.draft.view.stage == GUIDED and self.guided.cursor is not None:
            return self.guided.cursor
        return self.desk.hand

    @property
    def sorting_side(self) -> Widget:
        """Where the keys go when they do not go to the transcript."""
        return self.guided if self.draft.view.stage == GUIDED else self.board

    @property
    def situation(self) -> Situation:
        """What decides which commands apply."""
        return situation_of(self)

    def card_in_hand(self) -> int:
        """The card in hand; `UsageError` where there is none.

        In the guided way the card under the cursor comes to hand here, so that time and moves are
        charged to it.
        """
        hand = self.hand
        if hand is None:
            raise UsageError("There is no card in hand.", "Take one from the board.")
        if hand != self.desk.hand and not self.desk.read_only:
            self.desk.look(hand=hand)
        return hand

    # -- one command ---------------------------------------------------------------------------

    def takes(self, event: events.Key) -> bool:
        """Where the line to type into has not the focus; ctrl is Textual's to look at first."""
        sides = (self.board, self.guided, self.transcript)
        return self.focused in sides and not event.key.startswith("ctrl+")

    async def on_key(self, event: events.Key) -> None:
        """Find what the key means here and now, and do it."""
        if await meant_for_another(self, event, self.prompt, self.close_prompt):
            return
        command = self.keymap.meant(event.key, self.situation)
        self.used = self.used or command is None or command.id not in ("leave", "close")
        if command is None:
            self.refuse(event)
            return
        event.stop()
        event.prevent_default()
        self.run_command(command, event.key)

    def refuse(self, event: events.Key) -> None:
        """Say why a key does nothing here and now."""
        sign = visible(event.character or "") if event.is_printable else ""
        if reason := why_no_key(event.key, self.situation, sign, self.keymap):
            self.tell(reason)

    def tell(self, reason: PqsError) -> None:
        """Say why something can't be done; nothing has moved."""
        self.show_error(reason)
        self.redraw()

    def run_command(self, command: Command | str, key: str = "") -> None:
        """Do a command. What goes wrong is said in the status line and nothing moves."""
        if isinstance(command, str):
            command = BY_ID[command]
        self.pressed = key
        self.attempt(getattr(self, command.method))

    def attempt(self, work: Callable[[], object]) -> bool:
        """Do something that may be refused, then draw what changed; whether it went well."""
        was = self.status.text
        try:
            work()
            self.status.forget(was)
        except PqsError as error:
            self.show_error(error)
            return False
        finally:
            self.redraw_soon()
        self._settle_later()
        return True

    def show_error(self, error: PqsError) -> None:
        """Say what was refused; that something was not saved stays until something is."""
        if isinstance(error, WriteError):
            key = self.keymap.shown(BY_ID["save_copy"])
            where = f" {key} writes a copy elsewhere." if key else ""
            self.status.say(f"NOT SAVED. {error.cure}{where} ({error.message})", "error")
            self.status.stuck = True
        elif not self.status.stuck:
            self.status.say(f"{error.message} {error.cure}".strip(), "error")

    def say(self, text: str, kind: str = "said") -> None:
        """Say something in the status line."""
        self.status.say(text, kind)

    # -- what is on the screen -----------------------------------------------------------------

    def on_mount(self) -> None:
        """Take up the draft where it was left."""
        self._unlisten = self.desk.listen(self.heard)
        self.transcript.go_to(self.draft.view.turn)
        self.transcript.bookmarks = frozenset(self.draft.view.bookmarks)
        if self.draft.view.stage == GUIDED:
            self.guided.begin()
        self.transcript.can_focus = bool(self.desk.transcript)
        self.board.look_at(self.hand)
        self.settle()
        self.set_focus(self.sorting_side)
        self.refresh_margin()
        self.set_interval(60, self.keep_lock)
        warnings = (*self.desk.warnings, *self.options.settings.problems)
        if warnings:
            self.say(" · ".join(warnings), "error")
        elif self.desk.revision > 1:
            self.say(f"revision {self.desk.revision}, because: {self.desk.reason}")
        self.redraw()

    def on_unmount(self) -> None:
        """Stop listening."""
        self._unlisten()

    def heard(self, change: Change) -> None:
        """The desk has recorded something."""
        self.status.stuck = False
        if change.said:
            self.say(change.said)
        if isinstance(change.act, Evidence | Undo | Redo):
            self.refresh_margin()

    def redraw(self) -> None:
        """Draw what depends on the draft; only rows that differ are painted."""
        self.card.peek = self.hand
        self.header.shown = self.board.filter.words if self.board.filter else ""
        rows = self.status.rows_needed(self.app.size.width)
        if rows != self._status_rows:
            self._status_rows = self.status.styles.height = rows
        for widget in (self.header, self.card, self.board, self.guided, self.status, self.footer):
            if widget.display:
                widget.redraw()

    def refresh_margin(self) -> None:
        """Tell the transcript which cards each turn supports."""
        marks: dict[int, tuple[int, ...]] = {}
        for item, card in self.draft.cards.items():
            for turn in card.turns:
                marks[turn] = (*marks.get(turn, ()), item)
        self.transcript.set_margin(marks)

    def on_descendant_focus(self) -> None:
        """Other keys matter on the other side."""
        self.footer.redraw()

    # -- arrangement ---------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Another size, perhaps another arrangement."""
        self.settle()

    def settle(self) -> None:
        """Choose how the room is laid out in a terminal of this size."""
        cells, rows = self.app.size
        before = self.classes
        plan = self._classify()
        if self.classes != before:
            self.update_node_styles()
        if plan.too_small:
            self.query_one("#too-small", Static).update(too_small_words(cells, rows))
        self.board.standing = plan.standing
        self.card.styles.height = plan.card_rows or "100%"
        self.board.styles.height = self.guided.styles.height = plan.board_rows
        self.status.resting = self._tally if self.has_class("-reading") else None
        for widget in (self.board, self.guided, self.card, self.status):
            widget.rebuild()

    def _classify(self) -> Arrangement:
        """Set the classes that the size and the stage ask for; how the room is laid out by them."""
        cells, rows = self.app.size
        plan = arrange(cells, rows, self.item_set.sizes, spaced=self.has_class("-spaced"))
        for on, name in (
            (plan.too_small, "-too-small"),
            (plan.beside, "-beside"),
            (plan.roomy, "-roomy"),
            (self.draft.view.stage == GUIDED, "-guided"),
        ):
            self.set_class(on, name, update=False)
        return plan

    def _tally(self) -> Line:
        return tally_line(self.draft, self.app.size.width)

    # -- the reading position ------------------------------------------------------------------

    def _settle_later(self) -> None:
        self._moved_at = time.monotonic()
        if self._settle_timer is None and self.is_attached:
            self._settle_timer = self.set_timer(SETTLED, self._settled)

    def _settled(self) -> None:
        """Note the position, or wait for the rest of the time since the last key."""
        left = self._moved_at + SETTLED - time.monotonic()
        self._settle_timer = None
        if left > 0:
            self._settle_timer = self.set_timer(left, self._settled)
        else:
            self.note_position()

    def note_position(self) -> None:
        """Write down where the rater is, if that has changed; a look at the door leaves nothing."""
        turn = max(1, self.transcript.cursor_turn)
        if self.desk.read_only or not (self.used or self.draft.lines or turn > 1):
            return
        try:
            self.desk.look(turn=turn, hand=self.hand, greeted=True)
            self.unsaved = None
        except PqsError as error:
            self.unsaved = error

    def keep_lock(self) -> None:
        """Say each minute that the draft is open here."""
        if self.desk.touch() is False:
            self.say("Somebody has taken this sort over elsewhere: leave it here (q).", "error")
            self.redraw()

    # -- a line to type into -------------------------------------------------------------------

    def close_prompt(self) -> None:
        """Leave the line to type into."""
        self.prompt.leave()
        self.card.typed = ""
        self.footer.display = True
        self.set_focus(self.sorting_side)
        self.redraw()

    def ask(
        self,
        question: str,
        answer: Callable[[str], object],
        value: str = "",
        left: Callable[[str], None] | None = None,
    ) -> None:
        """Ask for a line of text in the place of the footer; `Prompt.ask` says what ``left`` is."""
        back = self.focused

        def answered(text: str) -> None:
            self.card.typed = ""
            self.footer.display = True
            self.set_focus(back or self.sorting_side)
            self.attempt(lambda: answer(text))

        self.footer.display = False
        self.prompt.ask(question, answered, value, left)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A note that is longer than the line is shown whole, in the place of the card."""
        event.stop()
        long = self.prompt.asking and width(event.value) >= event.input.size.width > 0
        typed = event.value if long else ""
        if typed != self.card.typed:
            self.card.typed = typed
            self.card.redraw()

    def look(self, **view: object) -> None:
        """Change the view: written down, or, where the sort is open for reading only, just seen."""
        if self.desk.read_only:
            self.desk.draft = advance(self.draft, Look(), view)
        else:
            self.desk.look(**view)

    # -- the cursor ----------------------------------------------------------------------------

    def tell_cursor(self) -> None:
        """Say in words what lies under the cursor."""
        self.say(self.board.cursor_words(), "quiet")

    def take(self, item: int) -> None:
        """Take a card in hand."""
        self.walking = False
        self.look(hand=item)
        if self.draft.view.stage == GUIDED:
            if item not in self.guided.step.candidates:
                raise UsageError(
                    f"{item} is not among the cards for pile {self.guided.pile}.",
                    "p leaves the guided way: there any card can be taken.",
                )
            self.guided.cursor = item
        self.board.look_at(item)
        self.say(f"{item} is in hand")
