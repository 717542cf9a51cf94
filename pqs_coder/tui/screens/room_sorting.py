"""Commands that move cards: heaps, piles, undo."""

from __future__ import annotations

from pqs_coder.errors import UsageError
from pqs_coder.model.guide import HEAP_WORDS, describe, next_card
from pqs_coder.tui.commands import BY_ID, GUIDED, HEAPS, PILES
from pqs_coder.tui.screens.room_base import RoomBase
from pqs_coder.tui.screens.room_situation import lies

COMPLETE = "every pile has its number: s looks back and submits"
_STAGE_WORDS = {
    HEAPS: "first pass: lay each card in one of three heaps",
    PILES: "the piles: digits place the card in hand",
    GUIDED: "the guided way: space chooses, enter goes on to the next pile",
}


class Sorting(RoomBase):
    """Heaps, piles, undo and redo."""

    # -- the first pass ------------------------------------------------------------------------

    def do_heap_low(self) -> None:
        """Lay in the uncharacteristic heap."""
        self.lay(-1)

    def do_heap_middle(self) -> None:
        """Lay in the neutral heap."""
        self.lay(0)

    def do_heap_high(self) -> None:
        """Lay in the characteristic heap."""
        self.lay(1)

    def do_heap(self) -> None:
        """1, 2, 3; without a digit (from the list of commands) ask."""
        heaps = {"1": -1, "2": 0, "3": 1}
        if self.pressed in heaps:
            self.lay(heaps[self.pressed])
        else:
            self.ask("Heap (1 uncharacteristic, 2 neutral, 3 characteristic):", self._heap_text)

    def _heap_text(self, text: str) -> None:
        heaps = {"1": -1, "2": 0, "3": 1}
        if text.strip() not in heaps:
            raise UsageError(f"{text!r} is no heap.", "Heaps are 1, 2 and 3.")
        self.lay(heaps[text.strip()])

    def lay(self, heap: int) -> None:
        """Lay the card in hand in a heap and bring the next."""
        item = self.card_in_hand()
        self.desk.heap(item, heap)
        self.walking = False
        self.board.look_at(item)
        said = f"{item} lies in the {HEAP_WORDS[heap]} heap"
        if all(card.placed for card in self.draft.cards.values()):
            said = f"no card is left: p goes on to the piles · {said}"
        self.say(said)

    def do_walk_heaps(self) -> None:
        """Let the arrows walk the heaps until a card is taken."""
        if not self.draft.heaped:
            self.say("no card lies in a heap yet", "quiet")
            return
        self.walking = True
        if self.board.cursor is None:
            self.board.walk("up")
        self.tell_cursor()

    # -- the stages ----------------------------------------------------------------------------

    def do_to_piles(self) -> None:
        """Go on to the piles."""
        self.change_stage(PILES)

    def do_to_heaps(self) -> None:
        """Back to the three heaps."""
        self.change_stage(HEAPS)

    def do_guided(self) -> None:
        """Enter the guided way, or leave it for the piles."""
        self.change_stage(PILES if self.draft.view.stage == GUIDED else GUIDED)

    def change_stage(self, stage: str) -> None:
        """Go to another stage; every card stays where it lies."""
        self.look(stage=stage)
        self.walking = False
        card = None if self.hand is None else self.draft.card(self.hand)
        done = card is None or (card.placed if stage == HEAPS else card.pile is not None)
        if stage == GUIDED:
            self.guided.begin()
        elif done:
            following = next_card(self.draft, self.desk.order)
            if following is not None:
                self.look(hand=following)
        self.board.look_at(self.hand)
        self.settle()
        self.set_focus(self.sorting_side)
        self.say(_STAGE_WORDS[stage])

    # -- the piles -----------------------------------------------------------------------------

    def do_place(self) -> None:
        """Place the card in hand in the pile of that digit."""
        key = self.pressed
        if not key.isdecimal():
            self.ask(f"Pile for {self.card_in_hand()}:", self._place_text)
            return
        value = self.item_set.digits.get(key)
        if value is None:
            digits = " ".join(self.item_set.digits)
            raise UsageError(f"No pile has the digit {key}.", f"Digits here: {digits}.")
        self.place(value)

    def _place_text(self, text: str) -> None:
        values = " ".join(map(str, self.item_set.values))
        try:
            self.place(int(text))
        except ValueError:
            raise UsageError(f"{text!r} is no pile.", f"The piles are {values}.") from None

    def place(self, value: int) -> None:
        """Place the card in hand in a pile and bring the next."""
        item = self.card_in_hand()
        before = self.draft.card(item).pile
        self.desk.place(item, value)
        self.guided.keep_cursor()
        self.walking = False
        self.board.look_at(item)
        came = f", was in {before}" if before is not None and before != value else ""
        said = f"{item} lies in pile {value}{came}"
        if self.draft.complete:
            said = f"{COMPLETE} · {said}"
        elif self.draft.piled == len(self.item_set.numbers):
            said = f"every card lies in a pile; not every pile has its number · {said}"
        self.say(said)

    def do_take_off(self) -> None:
        """Take the card in hand, else the one under the cursor, off its pile or heap."""
        item = self.hand
        if item is None or not lies(self.draft, item):
            item = self.board.cursor
        if item is None or not lies(self.draft, item):
            raise UsageError("There is no card to take off here.")
        if self.draft.view.stage == HEAPS:
            self.desk.heap(item, None)
        else:
            self.desk.place(item, None)
        lay = "heap" if self.draft.view.stage == HEAPS else "pile"
        said = f"{item} is off its {lay} and in hand"
        self.desk.look(hand=item)
        self.walking = False
        self.board.look_at(item)
        self.say(said)

    # -- undo ----------------------------------------------------------------------------------

    def do_undo(self) -> None:
        """Take back the last move."""
        change = self.desk.undo()
        self.follow()
        past = change.after.past
        key = self.keymap.shown(BY_ID["undo"])
        more = f"{key} again: {describe(past.move)}" if past else "nothing more to undo"
        self.say(f"{change.said} · {more}")

    def do_redo(self) -> None:
        """Do again what was taken back."""
        change = self.desk.redo()
        self.follow()
        future = change.after.future
        key = self.keymap.shown(BY_ID["redo"])
        self.say(change.said + (f" · {key} again: {describe(future.move)}" if future else ""))

    def follow(self) -> None:
        """Put the cursor on the card that came to hand."""
        self.walking = False
        hand = self.desk.hand
        self.board.look_at(hand)
        if hand in self.guided.step.candidates:
            self.guided.cursor = hand
