"""Two cards side by side."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from pqs_coder.model.draft import Draft
from pqs_coder.tui.screens.pages import page_cells
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.card_panel import card_lines
from pqs_coder.tui.widgets.lines import Line


class ComparePage(ModalScreen[str | None]):
    """Shows both cards whole; left or right takes one in hand, y swaps their piles."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,q,enter,space,c", "answer('')", show=False),
        Binding("left", "answer('left')", show=False),
        Binding("right", "answer('right')", show=False),
        Binding("y", "answer('swap')", show=False),
    ]

    def __init__(self, draft: Draft, left: int, right: int, *, swaps: bool) -> None:
        super().__init__()
        self._draft = draft
        self._pair = (left, right)
        self._swaps = swaps

    def compose(self) -> ComposeResult:
        """Two columns."""
        cells = page_cells(self.app.size.width) // 2 - 1
        with VerticalScroll(classes="page") as page:
            page.border_title = f"{self._pair[0]} and {self._pair[1]}"
            swap = "y swaps their piles   " if self._swaps else ""
            page.border_subtitle = f"left/right takes one in hand   {swap}escape closes"
            with Container(classes="columns"):
                for n in self._pair:
                    yield Static(card_text(self._draft, n, cells), markup=False)

    def action_answer(self, answer: str) -> None:
        """Close with an answer."""
        self.dismiss(answer if answer != "swap" or self._swaps else None)


def card_text(draft: Draft, n: int, cells: int) -> Text:
    """A whole card as text of that width."""
    item, card = draft.item_set.item(n), draft.cards[n]
    text = Text()
    text.append(f"{n} {visible(item.about)}\n", "bold")
    text.append(f"{visible(item.label)}\n\n", "bold")
    text.append(lines_text(card_lines(draft, item, card, cells)))
    return text


def lines_text(lines: list[Line]) -> Text:
    """Lines of a line widget as text: their own styles belong to the room, emphasis stays."""
    emphasis = {"strong": "bold", "key": "bold", "unsure": "bold", "quiet": "dim"}
    text = Text()
    for line in lines:
        for piece, style in line:
            text.append(piece, emphasis.get(style, ""))
        text.append("\n")
    return text
