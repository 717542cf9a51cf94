"""What each rater of a session has said about one item, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pqs_coder.model.card import Card
from pqs_coder.tui.text import cut, pad, visible, wrap
from pqs_coder.tui.widgets.lines import Line, Lines, Piece


class SaidPanel(Lines):
    """The item, and a column for each rater: pile, evidence, note."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.title = ""
        self.aside = ""
        self.cards: Mapping[str, Card] = {}

    def show(self, title: str, aside: str, cards: Mapping[str, Card]) -> None:
        """Show another item; ``cards`` are by the name that is shown for a rater."""
        self.title, self.aside, self.cards = title, aside, cards
        self.redraw()

    def build(self, cells: int, rows: int) -> Sequence[Line]:
        """The title, then the columns."""
        lines: list[Line] = [
            ((cut(visible(self.title), cells - 2, "…"), "title"),),
            ((cut(visible(self.aside), cells - 2, "…"), "unsure"),),
        ]
        if not self.cards:
            return lines
        width = max(12, cells // len(self.cards) - 2)
        columns = [column(name, card, width) for name, card in self.cards.items()]
        for n in range(rows - 2):
            pieces: list[Piece] = []
            for one in columns:
                text, style = one[n] if n < len(one) else ("", "")
                pieces += [(pad(text, width), style), ("  ", "")]
            lines.append(tuple(pieces))
        return lines


def column(name: str, card: Card, width: int) -> list[Piece]:
    """What one rater has said, line by line."""
    pile = "-" if card.pile is None else str(card.pile)
    unsure = "  unsure" if card.unsure else ""
    lines: list[Piece] = [(cut(f"{visible(name)}  pile {pile}{unsure}", width, "…"), "strong")]
    evidence = " ".join("whole hour" if mark == "all" else mark for mark in card.evidence)
    if evidence:
        lines += [(line, "said") for line in wrap(visible(f"evidence {evidence}"), width)]
    note = card.note or "(no note)"
    style = "" if card.note else "quiet"
    return lines + [(line, style) for line in wrap(visible(note), width)]
