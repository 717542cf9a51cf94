"""The room in five short steps, in a box above the footer."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.widgets import Static

STEPS = (
    (
        "Read",
        "In the transcript j and k go by turns, page up and page down by pages, z gives it "
        "the whole room. Read or hear the hour first: the method asks for it, the program never "
        "does.",
    ),
    (
        "Three heaps",
        "One card after the other comes to hand. Left lays it in the uncharacteristic heap, down "
        "in the neutral, right in the characteristic. Up walks the heaps, p goes on to the piles.",
    ),
    (
        "Piles",
        "A digit places the card in hand, enter takes one again. A pile may hold too many for a "
        "while: +2 says so, -3 is still to come, = is right. G is the guided way, from the ends "
        "inward.",
    ),
    (
        "Evidence",
        "e ties the turn under the cursor to the card in hand (m marks several first); w says that "
        "the whole hour is the evidence. n writes a note, x marks a card as unsure. All of it is "
        "kept.",
    ),
    (
        "Nothing is lost",
        "Every move is on the disk before you see it. u undoes, a lists all moves, q leaves, and "
        "the room opens again exactly here. s looks back and submits. ? shows the keys that work "
        "now.",
    ),
)


class Tour(Static):
    """One step at a time: right, enter and space go on, left goes back, any other key closes it.

    No key does anything else while it is shown: what it tells of the arrows is tried on it.
    """

    def __init__(self, closed: Callable[[], None], *, id: str | None = None) -> None:
        """``closed`` is called when the tour is over, seen or skipped."""
        super().__init__("", markup=False, id=id)
        self._when_over = closed
        self._at = 0

    def begin(self) -> None:
        """Show the first step."""
        self.display = True
        self._show(0)

    def take(self, key: str) -> None:
        """What a key does while the tour is shown."""
        last = len(STEPS) - 1
        if key == "right" or (key in ("enter", "space") and self._at < last):
            self._show(min(last, self._at + 1))
        elif key in ("left", "backspace"):
            self._show(max(0, self._at - 1))
        else:
            self.display = False
            self._when_over()

    def _show(self, at: int) -> None:
        self._at = at
        title, words = STEPS[at]
        self.border_title = f"{at + 1} of {len(STEPS)}: {title}"
        self.border_subtitle = "→ goes on   ← back   escape closes"
        self.update(Text(words))
