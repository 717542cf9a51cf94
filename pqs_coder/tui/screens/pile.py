"""One pile (or what waits in a heap) as a list, by number or unsure first."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pqs_coder.model.draft import Draft
from pqs_coder.model.guide import HEAP_WORDS
from pqs_coder.tui.screens.item_rows import item_row
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.board_layout import sign_of

Place = tuple[str, int | None]
"""``("pile", value)``, or ``("heap", heap)`` for cards that wait in no pile yet."""


def places_of(draft: Draft) -> list[Place]:
    """All piles, the highest first, then the heaps with cards that wait."""
    piles: list[Place] = [("pile", value) for value in reversed(draft.item_set.values)]
    heaps: list[Place] = [("heap", heap) for heap in (1, 0, -1, None)]
    return piles + [place for place in heaps if cards_in(draft, place)]


def cards_in(draft: Draft, place: Place) -> list[int]:
    """The cards of a pile, or those of a heap that lie in no pile."""
    kind, key = place
    if kind == "pile":
        return list(draft.in_pile(key)) if key is not None else []
    return [n for n, card in draft.cards.items() if card.pile is None and card.heap == key]


class PilePage(ModalScreen[int | None]):
    """Left and right go to the pile beside it; o changes the order; enter takes a card."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,q", "close", show=False),
        Binding("left", "beside(-1)", show=False),
        Binding("right", "beside(1)", show=False),
        Binding("o", "order", show=False),
    ]

    def __init__(self, draft: Draft, place: Place) -> None:
        super().__init__()
        self._draft = draft
        self._places = places_of(draft)
        self._at = self._places.index(place) if place in self._places else 0
        self._unsure_first = False
        self._items: list[int] = []

    def compose(self) -> ComposeResult:
        """A box with the list."""
        with Vertical(classes="page"):
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Show the first pile."""
        self._fill()
        self.query_one(OptionList).focus()

    def _fill(self) -> None:
        place = self._places[self._at]
        self._items = cards_in(self._draft, place)
        if self._unsure_first:
            self._items.sort(key=lambda n: not self._draft.cards[n].unsure)
        page = self.query_one(".page")
        page.border_title = Text(self._title(place))
        order = "by number" if self._unsure_first else "unsure first"
        page.border_subtitle = f"left/right other pile   o {order}   enter takes"
        listing = self.query_one(OptionList)
        listing.clear_options()
        rows = [Option(item_row(self._draft, n)) for n in self._items]
        listing.add_options(rows or [Option(Text("no card"), disabled=True)])
        if rows:
            listing.highlighted = 0

    def _title(self, place: Place) -> str:
        kind, key = place
        if kind == "pile" and key is not None:
            pile = self._draft.item_set.pile(key)
            count = len(self._items)
            return (
                f"Pile {key} {visible(pile.label)}  {count}/{pile.size} {sign_of(count, pile.size)}"
            )
        name = "no heap" if key is None else f"the {HEAP_WORDS[key]} heap"
        return f"In no pile yet, {name}: {len(self._items)}"

    def action_beside(self, way: int) -> None:
        """The pile beside it; piles are listed from the highest down."""
        self._at = (self._at - way) % len(self._places)
        self._fill()

    def action_order(self) -> None:
        """By number, or unsure cards first."""
        self._unsure_first = not self._unsure_first
        self._fill()

    def action_close(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the card."""
        event.stop()
        self.dismiss(self._items[event.option_index])
