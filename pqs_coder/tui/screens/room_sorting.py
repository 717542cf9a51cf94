"""Commands that move cards: heaps, piles, undo."""

from __future__ import annotations

from pqs_coder.errors import UsageError
from pqs_coder.model.guide import HEAP_WORDS, describe, next_card
from pqs_coder.tui.screens.room_base import RoomBase
from pqs_coder.tui.widgets.board import Board


class Sorting(RoomBase):
    """Heaps, piles, undo and redo, and walking the board."""

    # -- the first pass ------------------------------------------------------------------------

    def do_heap_low(self) -> None:
        """Lay in the uncharacteristic heap."""
        self._heap(-1)

    def do_heap_middle(self) -> None:
        """Lay in the neutral heap."""
        self._heap(0)

    def do_heap_high(self) -> None:
        """Lay in the characteristic heap."""
        self._heap(1)

    def do_heap(self) -> None:
        """1, 2, 3."""
        self._heap({"1": -1, "2": 0, "3": 1}[self.pressed])

    def _heap(self, heap: int) -> None:
        item = self._in_hand()
        self.walking = False
        self.board.greeting = ()
        self.desk.heap(item, heap)
        self.look_at(item)
        self.say(f"{item} lies in the {HEAP_WORDS[heap]} heap")
        if self.draft.heaped == len(self.item_set.numbers):
            self.say("every card lies in a heap: p goes on to the piles")

    def do_walk_heaps(self) -> None:
        """Let the arrows walk the heaps until a card is taken."""
        if not self.draft.heaped:
            self.say("no card lies in a heap yet", "quiet")
            return
        self.walking = True
        if self.board.cursor is None:
            self.board.walk("up")
        self.board.redraw()
        self.tell_cursor()

    def do_to_piles(self) -> None:
        """Go on to the piles."""
        self._change_stage("piles")

    def do_to_heaps(self) -> None:
        """Back to the three heaps."""
        self._change_stage("heaps")

    def _change_stage(self, stage: str) -> None:
        self.walking = False
        staged = self.draft if self.desk.read_only else None
        if staged is not None:
            self.say("this sort is open for reading only", "error")
            return
        self.desk.look(stage=stage)
        card = None if self.hand is None else self.draft.card(self.hand)
        done = card is None or (card.placed if stage == "heaps" else card.pile is not None)
        if done:
            following = next_card(self.draft, self.desk.order)
            if following is not None:
                self.desk.look(hand=following)
        self.board.look_at(self.hand)
        self.board.rebuild()
        self.say("first pass: three heaps" if stage == "heaps" else "the piles: digits place")

    # -- the piles -----------------------------------------------------------------------------

    def do_place(self) -> None:
        """Place the card in hand in the pile of that digit."""
        key = self.pressed
        if not key:
            self.ask(f"Pile for {self._in_hand()}:", self._place_text)
            return
        value = self.item_set.digits.get(key)
        if value is None:
            digits = " ".join(self.item_set.digits)
            raise UsageError(f"No pile has the digit {key}.", f"Digits here: {digits}.")
        self._place(value)

    def _place_text(self, text: str) -> None:
        if not text.strip().lstrip("-").isdecimal():
            raise UsageError(f"{text!r} is no pile.", f"Piles: {self.item_set.values}.")
        self._place(int(text))

    def _place(self, value: int) -> None:
        item = self._in_hand()
        before = self.draft.card(item).pile
        self.desk.place(item, value)
        self.walking = False
        self.look_at(item)
        came = f", was in {before}" if before is not None and before != value else ""
        said = f"{item} lies in pile {value}{came}"
        if self.draft.complete:
            said += " · every pile has its number: s submits"
        elif self.draft.piled == len(self.item_set.numbers):
            said += " · every card lies in a pile; some piles have not their number"
        self.say(said)

    def do_lay_here(self) -> None:
        """Place the card in hand in the pile under the cursor."""
        group = self.board.looks.cursor_group
        if group is None:
            raise UsageError("The cursor is on no pile.", "Walk the board with the arrows.")
        self._place(group)

    def do_take_off(self) -> None:
        """Take the card in hand, else the one under the cursor, off its pile or heap."""
        item = self.hand
        if item is None or not self._lies(item):
            item = self.board.cursor
        if item is None or not self._lies(item):
            raise UsageError("There is no card to take off here.")
        if self.draft.view.stage == "heaps":
            self.desk.heap(item, None)
        else:
            self.desk.place(item, None)
        self.desk.look(hand=item)
        self.look_at(item)

    def _lies(self, item: int) -> bool:
        card = self.draft.card(item)
        return (card.heap if self.draft.view.stage == "heaps" else card.pile) is not None

    def _in_hand(self) -> int:
        if self.hand is None:
            raise UsageError("There is no card in hand.", "Take one from the board.")
        return self.hand

    # -- undo ----------------------------------------------------------------------------------

    def do_undo(self) -> None:
        """Take back the last move."""
        change = self.desk.undo()
        self.look_at(self.hand)
        past = change.after.past
        more = f" · u again: {describe(past.move)}" if past else " · nothing more to undo"
        self.say(change.said + more)

    def do_redo(self) -> None:
        """Do again what was taken back."""
        change = self.desk.redo()
        self.look_at(self.hand)
        future = change.after.future
        self.say(change.said + (f" · r again: {describe(future.move)}" if future else ""))

    # -- walking and taking --------------------------------------------------------------------

    def do_walk(self) -> None:
        """Move the cursor on the board."""
        self.walking = True
        self.board.walk(self.pressed or "right")
        self.board.redraw()
        self.tell_cursor()

    def do_take(self) -> None:
        """Take the card under the cursor in hand."""
        item = self.board.cursor
        if item is None:
            raise UsageError("No card lies under the cursor.")
        self.take(item)

    def take(self, item: int) -> None:
        """Take a card in hand."""
        self.walking = False
        if self.desk.read_only:
            self.say("this sort is open for reading only", "error")
            return
        self.desk.look(hand=item)
        self.look_at(item)
        self.say(f"{item} is in hand")

    def do_next_card(self) -> None:
        """Next card in order, placed or not."""
        self._step(1)

    def do_previous_card(self) -> None:
        """Previous card in order."""
        self._step(-1)

    def _step(self, way: int) -> None:
        order = self.desk.order
        at = order.index(self.hand) if self.hand in order else -way
        self.take(order[(at + way) % len(order)])

    def on_board_chosen(self, event: Board.Chosen) -> None:
        """A click: take a card, or lay the card in hand in a pile or heap."""
        if event.item is not None:
            item = event.item
            self.attempt(lambda: self.take(item))
        elif self.draft.view.stage == "heaps":
            self.attempt(lambda: self._heap(event.group))
        else:
            self.attempt(lambda: self._place(event.group))
        self.board.focus()
