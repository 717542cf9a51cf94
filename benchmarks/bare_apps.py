"""What the sorting room is measured against: Textual programs that do next to nothing.

    python -m benchmarks.bare_apps bare|board|journal

``bare`` shows the last key. ``board`` is 100 cards drawn by the line API, without journal, card in
hand or transcript. ``journal`` is that board with a line written and fsynced before each move.
"""

from __future__ import annotations

import os
import sys
import tempfile

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Key
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

SIZES = (5, 8, 12, 16, 18, 16, 12, 8, 5)
CARD = Style(color="#dcdcd6", bgcolor="#16181c")
RULE = Style(color="#a2a6ad", bgcolor="#16181c")
HAND = Style(color="#16181c", bgcolor="#dcdcd6", bold=True)


class BareApp(App[None]):
    """Shows the last key."""

    def compose(self) -> ComposeResult:
        yield Static("ready", markup=False)

    def on_mount(self) -> None:
        self.animation_level = "none"

    def on_key(self, event: Key) -> None:
        self.query_one(Static).update(f"key {event.key}")


class BareBoard(Widget, can_focus=True):
    """Nine rows (or, where there is room, nine columns) of item numbers; a digit moves a card."""

    def __init__(self, journal: int | None) -> None:
        super().__init__()
        self.journal = journal
        numbers = iter(range(1, 101))
        self.piles = [[next(numbers) for _ in range(size)] for size in SIZES]
        self.hand = 1

    def on_key(self, event: Key) -> None:
        if event.key.isdigit() and event.key != "0":
            self.move(int(event.key) - 1)

    def move(self, to: int) -> None:
        start = next(n for n, pile in enumerate(self.piles) if self.hand in pile)
        self.piles[start].remove(self.hand)
        self.piles[to] = sorted([*self.piles[to], self.hand])
        self.hand = self.hand % 100 + 1
        if self.journal is not None:
            os.write(self.journal, b'{"n": 1, "do": "place"}' + b" " * 150 + b"\n")
            os.fsync(self.journal)
        self.refresh()

    def on_resize(self) -> None:
        self.styles.height = max(SIZES) if self.size.width >= 120 else len(SIZES)

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        segments: list[Segment] = []
        if cells >= 120:
            column = cells // len(SIZES) - 2
            for pile in self.piles:
                number = pile[y] if y < len(pile) else None
                words = "" if number is None else f"{number:>3} some words of a card"
                style = HAND if number == self.hand else CARD
                segments += [Segment(words[:column].ljust(column), style), Segment("| ", RULE)]
        elif y < len(self.piles):
            pile = self.piles[y]
            segments = [Segment(f" {y + 1} label of a pile {len(pile):>2}/{SIZES[y]:<3}", RULE)]
            segments += [Segment(f"{one:>3}", HAND if one == self.hand else CARD) for one in pile]
        return Strip(segments).adjust_cell_length(cells, CARD)


class BoardApp(App[None]):
    """The board by itself."""

    def __init__(self, journal: int | None = None) -> None:
        super().__init__()
        self.journal = journal

    def compose(self) -> ComposeResult:
        yield BareBoard(self.journal)

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.query_one(BareBoard).focus()


def main(which: str) -> None:
    """Run one of the programs."""
    if which == "journal":
        with tempfile.TemporaryFile() as file:
            BoardApp(file.fileno()).run()
    else:
        (BoardApp() if which == "board" else BareApp()).run()


if __name__ == "__main__":
    main(sys.argv[1])
