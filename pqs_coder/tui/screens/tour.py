"""The room in five short steps."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

STEPS = (
    (
        "Read",
        "The transcript stands on top, at the left in a wide window. j and k go by turns, page up "
        "and page down by pages; tab takes the arrows there and back. z gives it the board's room "
        "too. Read or hear the whole hour first: the method asks for it, the program never does.",
    ),
    (
        "Three heaps",
        "One card after the other comes to hand, with what a high and a low placement mean. Left "
        "lays it in the uncharacteristic heap, down in the neutral, right in the characteristic. "
        "Up walks the heaps, enter takes a card again. p goes on to the piles.",
    ),
    (
        "Piles",
        "A digit places the card in hand and brings the next. Arrows walk the board, enter takes "
        "a card from it. A pile may hold too many for a while: +2 says so, -3 is still to come, "
        "= is right. G is the guided way, which fills the piles from the ends inward.",
    ),
    (
        "Evidence",
        "e ties the turn under the cursor to the card in hand (m marks several first). What is "
        "absent has no turn to point at: w says that the whole hour is the evidence. n writes a "
        "note, x marks a card as unsure. All of it is kept with the sort.",
    ),
    (
        "Nothing is lost",
        "Every move is on the disk before you see it. u undoes without limit, a lists all moves, "
        "q leaves, and the room opens again exactly here. s looks back over the sort and submits "
        "it. ? shows the keys that work wherever you are.",
    ),
)


class TourPage(ModalScreen[None]):
    """One step a page; right or enter goes on, left goes back, escape skips the rest."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,q", "dismiss", show=False),
        Binding("right,enter,space,down", "step(1)", show=False),
        Binding("left,backspace,up", "step(-1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    def compose(self) -> ComposeResult:
        """The step."""
        with Vertical(classes="page"):
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self._show()

    def _show(self) -> None:
        title, words = STEPS[self._at]
        page = self.query_one(".page")
        page.border_title = f"{self._at + 1} of {len(STEPS)}: {title}"
        page.border_subtitle = "enter goes on   left back   escape skips the tour"
        self.query_one(Static).update(words)

    def action_step(self, way: int) -> None:
        """On, or back; after the last step the room."""
        self._at = max(0, self._at + way)
        if self._at >= len(STEPS):
            self.dismiss(None)
        else:
            self._show()
