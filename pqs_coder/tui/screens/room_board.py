"""Commands on the board: walking, taking, swapping, listing, comparing, filtering."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.errors import UsageError
from pqs_coder.model.filters import Filter, filters_of
from pqs_coder.tui.commands import HEAPS
from pqs_coder.tui.screens.compare import ComparePage, card_text, lines_text
from pqs_coder.tui.screens.item_rows import item_row
from pqs_coder.tui.screens.pages import ChoosePage, TextPage, page_cells
from pqs_coder.tui.screens.pile import PilePage, Place
from pqs_coder.tui.screens.room_sorting import Sorting
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.board import Board
from pqs_coder.tui.widgets.card_panel import minimap_lines


class Boarding(Sorting):
    """What is done on the board."""

    # -- walking and taking --------------------------------------------------------------------

    def do_walk(self) -> None:
        """Move the cursor on the board."""
        self.walking = True
        self.board.walk(self.pressed or "right")
        self.tell_cursor()

    def do_take(self) -> None:
        """Take the card under the cursor in hand."""
        item = self.board.cursor
        if item is None:
            raise UsageError("No card lies under the cursor.")
        self.take(item)

    def do_lay_here(self) -> None:
        """Place the card in hand in the pile under the cursor."""
        group = self.board.looks.cursor_group
        if group is None:
            raise UsageError("The cursor is on no pile.", "Walk the board with the arrows.")
        self.place(group)

    def on_board_chosen(self, event: Board.Chosen) -> None:
        """A click: take a card, or lay the card in hand in a pile or heap."""
        event.stop()
        item, group = event.item, event.group
        if item is not None:
            self.attempt(lambda: self.take(item))
        elif self.draft.view.stage == HEAPS:
            self.attempt(lambda: self.lay(group))
        else:
            self.attempt(lambda: self.place(group))
        self.set_focus(self.board)

    def do_next_card(self) -> None:
        """Next card in order, placed or not."""
        self._step(1)

    def do_previous_card(self) -> None:
        """Previous card in order."""
        self._step(-1)

    def _step(self, way: int) -> None:
        only = self.board.only
        order = [n for n in self.desk.order if only is None or n in only or n == self.hand]
        if self.draft.view.stage == "guided":
            self.guided.walk("right" if way > 0 else "left")
            return
        at = order.index(self.hand) if self.hand in order else -way
        self.take(order[(at + way) % len(order)])

    def do_next_unsure(self) -> None:
        """The next unsure card after the one in hand."""
        order = list(self.desk.order)
        at = order.index(self.hand) if self.hand in order else -1
        round_from_here = order[at + 1 :] + order[: at + 1]
        unsure = [n for n in round_from_here if self.draft.card(n).unsure]
        if not unsure:
            raise UsageError("No card is marked as unsure.")
        self.take(unsure[0])

    # -- two cards -----------------------------------------------------------------------------

    def do_swap(self) -> None:
        """Swap the piles of the card in hand and the one under the cursor."""
        item, other = self.card_in_hand(), self.board.cursor
        if other is None or other == item:
            raise UsageError("Walk to another card first.", "Then y swaps the two.")
        self.desk.swap(item, other)
        self.board.look_at(other)
        there, here = self.draft.card(item).pile, self.draft.card(other).pile
        self.say(f"{item} lies in {_pile(there)}, {other} in {_pile(here)}")

    def do_push_up(self) -> None:
        """Push the card in hand up a pile, past a neighbour."""
        self._push(1)

    def do_push_down(self) -> None:
        """Push the card in hand down a pile, past a neighbour."""
        self._push(-1)

    def _push(self, way: int) -> None:
        item = self.card_in_hand()
        values = self.item_set.values
        pile = self.draft.card(item).pile
        if pile is None:
            raise UsageError(f"{item} lies in no pile yet.", "Place it with a digit first.")
        at = values.index(pile) + way
        if not 0 <= at < len(values):
            raise UsageError(f"{item} lies in the outermost pile already.")
        goal = values[at]
        rows: list[tuple[int, Text]] = [
            (n, item_row(self.draft, n)) for n in self.draft.in_pile(goal)
        ]
        rows.append((0, Text(f"nobody: only move {item} to pile {goal}", "bold")))
        title = f"{item} goes to pile {goal}. Who goes to pile {pile} for it?"

        def pushed(other: int | None) -> None:
            if other is not None:
                self.attempt(lambda: self._pushed(item, other, goal))

        self.app.push_screen(ChoosePage(title, rows), pushed)

    def _pushed(self, item: int, other: int, goal: int) -> None:
        pile = self.draft.card(item).pile
        if other:
            self.desk.swap(item, other)
            self.say(f"{item} lies in pile {goal}, {other} in {_pile(pile)}")
        else:
            self.desk.place(item, goal, bring_next=False)
            self.say(f"{item} lies in pile {goal}, was in {pile}")
        self.board.look_at(item)

    def do_compare(self) -> None:
        """Compare the card in hand with the one under the cursor, or with a number typed in."""
        hand = self.hand
        if hand is None:
            raise UsageError("There is no card in hand.", "Take one from the board.")
        other = self.board.cursor if self.walking else None
        if self.draft.view.stage == "guided":
            compared = self.guided.compared
            if compared is None or compared == hand:
                self.guided.compared = None if compared == hand else hand
                self.say(f"c on another card compares it with {hand}" if compared is None else "")
                return
            other, self.guided.compared = hand, None
            hand = compared
        if other is None or other == hand:
            self.ask(f"Compare {hand} with item:", self._compare_text)
            return
        self.compare(hand, other)

    def _compare_text(self, text: str) -> None:
        other, hand = text.strip(), self.hand
        if not other.isdecimal() or not self.item_set.has_item(int(other)):
            raise UsageError(f"There is no item {other!r}.")
        if hand is None or int(other) == hand:
            raise UsageError("These are not two cards.")
        self.compare(hand, int(other))

    def compare(self, left: int, right: int) -> None:
        """Show two cards side by side."""
        piles = (self.draft.card(left).pile, self.draft.card(right).pile)
        swaps = not self.desk.read_only and piles[0] != piles[1]

        def answered(answer: str | None) -> None:
            if answer == "left":
                self.attempt(lambda: self.take(left))
            elif answer == "right":
                self.attempt(lambda: self.take(right))
            elif answer == "swap":
                self.attempt(lambda: self.desk.swap(left, right))

        self.app.push_screen(ComparePage(self.draft, left, right, swaps=swaps), answered)

    # -- looking at part of the board ----------------------------------------------------------

    def do_pile(self) -> None:
        """List the pile under the cursor, else that of the card in hand."""
        stage, key = self.draft.view.stage, self.board.looks.cursor_group
        card = None if self.hand is None else self.draft.card(self.hand)
        place: Place
        if stage != HEAPS and key is not None and self.walking:
            place = ("pile", key)
        elif card is not None and card.pile is not None:
            place = ("pile", card.pile)
        else:
            place = ("heap", card.heap if card else None)

        def taken(item: int | None) -> None:
            if item is not None:
                self.attempt(lambda: self.take(item))

        self.app.push_screen(PilePage(self.draft, place), taken)

    def do_filter(self) -> None:
        """Choose which cards are shown."""
        rows: list[tuple[Filter | None, Text]] = [(None, Text("all cards"))]
        rows += [
            (one, Text(f"{visible(one.words)}  ({len(one(self.draft))})"))
            for one in filters_of(self.item_set)
        ]
        page: ChoosePage[tuple[Filter | None]] = ChoosePage(
            "Which cards?", [((choice,), text) for choice, text in rows]
        )
        self.app.push_screen(page, self._filtered)

    def _filtered(self, choice: tuple[Filter | None] | None) -> None:
        if choice is not None:
            self.attempt(lambda: self.show_only(choice[0]))

    def show_only(self, chosen: Filter | None) -> None:
        """Show the cards that a filter lets through; None shows all."""
        self.board.filter = chosen
        if chosen is None:
            self.say("all cards are shown")
        else:
            self.say(f"shown: {chosen.words}; escape shows all again")
        self.board.look_at(self.board.cursor)

    # -- pages ---------------------------------------------------------------------------------

    def do_minimap(self) -> None:
        """The distribution in little."""
        lines = minimap_lines(self.draft, 60)
        self.app.push_screen(TextPage("How the piles stand", lines_text(lines), self.pressed))

    def do_whole_card(self) -> None:
        """All of the card in hand, and its look-alikes."""
        item = self.hand
        if item is None:
            raise UsageError("There is no card in hand.", "Take one from the board.")
        text = card_text(self.draft, item, page_cells(self.app.size.width))
        if self.options.minutes:
            text.append(f"time {self.draft.seconds.get(item, 0.0) / 60:.1f} minutes\n", "dim")
        look_alikes = self.item_set.item(item).see
        if look_alikes:
            text.append("\nEasily mixed up with it\n", "bold")
            for other in look_alikes:
                if self.item_set.has_item(other):
                    text.append(item_row(self.draft, other))
                    text.append("\n")
        self.app.push_screen(TextPage(f"Card {item}", text))


def _pile(value: int | None) -> str:
    return "no pile" if value is None else f"pile {value}"
