"""The cards that the guided way offers for one pile, chosen and not."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from pqs_coder.desk.desk import Desk
from pqs_coder.model.guided import GuidedStep, first_open, guided_order, guided_step
from pqs_coder.tui.widgets.board_layout import fitted
from pqs_coder.tui.widgets.lines import Line, Lines, Piece

LEAST_CELLS = 36


class GuidedList(Lines, can_focus=True):
    """Lists the candidates of one step; what lies where is read from ``desk.draft``."""

    class Chosen(Message):
        """A card was clicked."""

        def __init__(self, item: int) -> None:
            super().__init__()
            self.item = item

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.pile = guided_order(desk.item_set)[0]
        self.cursor: int | None = None
        self.compared: int | None = None
        self._top = 0
        self._offered: tuple[int, ...] = ()

    @property
    def step(self) -> GuidedStep:
        """The step as the draft has it now."""
        return guided_step(self.desk.draft, self.pile)

    def begin(self) -> None:
        """Take up the way where piles are still open."""
        opened = first_open(self.desk.draft)
        if opened is not None:
            self.pile = opened
        self.keep_cursor()

    def go(self, way: int) -> bool:
        """To the next pile of the way, or the one before; False at its ends."""
        order = guided_order(self.desk.item_set)
        at = order.index(self.pile) + way
        if not 0 <= at < len(order):
            return False
        self.pile, self.cursor, self._top = order[at], None, 0
        self.keep_cursor()
        return True

    def walk(self, direction: str) -> None:
        """Move the cursor."""
        cards = self.step.candidates
        if not cards:
            return
        at = cards.index(self.cursor) if self.cursor in cards else 0
        steps = {"left": -1, "right": 1, "up": -self._across, "down": self._across}
        wanted = at + steps[direction]
        if 0 <= wanted < len(cards):
            self.cursor = cards[wanted]
        elif direction == "down" and wanted // self._across == (len(cards) - 1) // self._across:
            self.cursor = cards[-1]

    @property
    def _across(self) -> int:
        return max(1, self.size.width // LEAST_CELLS)

    def keep_cursor(self) -> None:
        """Put the cursor on a card that is offered: the one that followed, else the first free."""
        step = self.step
        if self.cursor not in step.candidates:
            at = self._offered.index(self.cursor) if self.cursor in self._offered else 0
            free = [n for n in step.candidates if n not in step.chosen]
            behind = [n for n in free if n in self._offered[at:]]
            self.cursor = next(iter(behind or free or step.candidates), None)
        self._offered = step.candidates

    def build(self, cells: int, rows: int) -> Sequence[Line]:
        """What to do, then the cards."""
        step = self.step
        self.keep_cursor()
        across = self._across
        column = cells // across
        head: list[Piece] = [
            (f"pile {step.pile}: ", "title"),
            (step.words, "strong"),
        ]
        if step.beyond:
            head.append(("  (others too: the heap is used up)", "quiet"))
        room = max(1, rows - 1)
        chunks = [step.candidates[i : i + across] for i in range(0, len(step.candidates), across)]
        at = next((i for i, chunk in enumerate(chunks) if self.cursor in chunk), 0)
        self._top = max(0, min(self._top, len(chunks) - room))
        self._top = min(max(self._top, at - room + 1), at)
        lines: list[Line] = [tuple(head)]
        lines += [
            tuple(self._cell(step, n, column) for n in chunk)
            for chunk in chunks[self._top : self._top + room]
        ]
        hidden = len(step.candidates) - across * room
        if hidden > 0:
            shown = f"  {min(len(chunks), self._top + room)}/{len(chunks)} rows"
            lines[0] = (*head, (shown, "quiet"))
        return lines

    def _cell(self, step: GuidedStep, n: int, column: int) -> Piece:
        card = self.desk.draft.cards[n]
        mark = "x" if n in step.chosen else " "
        sign = "c" if n == self.compared else "?" if card.unsure else " "
        label = self.desk.item_set.item(n).label
        head = f"[{mark}]{sign}{n:>3} "
        text = head + fitted(label, column - 1 - len(head)) + " "
        style = "cursor" if n == self.cursor else "hand" if mark == "x" else ""
        return text, style

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a card; the room chooses it."""
        row = event.y - 1 + self._top
        at = row * self._across + event.x // (self.size.width // self._across)
        cards = self.step.candidates
        if event.y >= 1 and at < len(cards):
            event.stop()
            self.cursor = cards[at]
            self.post_message(self.Chosen(cards[at]))
