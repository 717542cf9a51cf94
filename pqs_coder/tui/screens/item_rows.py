"""A card in one line of a list."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.model.draft import Draft
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.board_layout import HEAP_SIGNS


def item_row(draft: Draft, n: int) -> Text:
    """Number, where it lies, label, and what was said about it."""
    item, card = draft.item_set.item(n), draft.cards[n]
    where = f"pile {card.pile}" if card.pile is not None else ""
    if not where and card.heap is not None:
        where = f"heap {HEAP_SIGNS[card.heap]}"
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{'?' if card.unsure else ' '}{n:>3}  ", "bold")
    text.append(f"{where:<8}{visible(item.label)}")
    extra = []
    if card.evidence:
        extra.append("evidence")
    if card.note:
        extra.append("note")
    if extra:
        text.append(f"   ({', '.join(extra)})", "dim")
    return text
