"""The card in hand: number and wording, both poles, and all that was said about it."""

from __future__ import annotations

from collections.abc import Sequence

from pqs_coder.desk.desk import Desk
from pqs_coder.model.card import WHOLE_HOUR, Card
from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import Item
from pqs_coder.tui.text import cut, visible, visible_lines, width, wrap
from pqs_coder.tui.widgets.board_layout import HEAP_SIGNS, sign_of, state_style
from pqs_coder.tui.widgets.lines import Line, Lines, Piece, line_width

STAGE_WORDS = {"heaps": "first pass", "piles": "piles", "guided": "guided"}


class CardPanel(Lines):
    """Shows the card in hand of ``desk.draft``."""

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.peek: int | None = None
        self.typed = ""
        """A note that is being typed and longer than its line."""

    def source(self) -> object:
        """The cards (the distribution in little counts them all), the stage, the card shown."""
        draft = self.desk.draft
        return draft.cards, draft.view, self.peek, self.typed

    def build(self, cells: int, rows: int) -> Sequence[Line]:
        """The card as lines; what does not fit is told by a mark in the last of them."""
        draft = self.desk.draft
        hand = self.peek or draft.view.hand
        if hand is None:
            return [title_line("no card in hand", STAGE_WORDS[draft.view.stage], cells)]
        item, card = draft.item_set.item(hand), draft.card(hand)
        head = f"{hand} {visible(item.about)}: {visible(item.label)}"
        lines = [title_line(head, STAGE_WORDS.get(draft.view.stage, draft.view.stage), cells)]
        if self.typed:
            written = [row for part in visible_lines(self.typed) for row in wrap(part, cells)]
            return [*lines, *(((row, "heap"),) for row in written[-max(1, rows - 1) :])]
        body = card_lines(draft, item, card, cells)
        room = rows - 1
        if len(body) > room:
            body = _shortened(draft, item, card, cells, room)
        lines += body
        piles = len(draft.item_set.piles)
        if rows > len(lines) + piles:
            lines += [()] * (rows - len(lines) - piles) + minimap_lines(draft, cells)
        return lines


def minimap_lines(draft: Draft, cells: int) -> list[Line]:
    """The distribution in little: ``#`` a card, ``.`` one to come, ``+`` one too many."""
    hand = draft.view.hand
    held = None if hand is None else draft.cards[hand].pile
    widest = max(draft.item_set.sizes)
    scale = min(1.0, max(5, cells - 34) / widest)
    lines: list[Line] = []
    for value, count in reversed(draft.tally().items()):
        size = draft.item_set.pile(value).size
        full = "#" * round(min(count, size) * scale)
        missing = "." * (round(size * scale) - len(full))
        over = "+" * min(6, round(max(0, count - size) * scale))
        lines.append(
            (
                (f"{value:>2}  ", "strong"),
                (full, "good" if count == size else ""),
                (missing, "quiet"),
                (over, "over"),
                (f"  {count}/{size} {sign_of(count, size)}", state_style(count, size)),
                ("  < hand" if value == held else "", "hand"),
            )
        )
    return lines


def title_line(left: str, right: str, cells: int) -> Line:
    """A rule with words in it, left and right."""
    tail: Line = ((f" {right} ", "quiet"), ("──", "rule")) if right else ()
    left = cut(left, cells - line_width(tail) - 5, "…")
    fill = max(1, cells - width(left) - line_width(tail) - 4)
    return (("── ", "rule"), (left, "title"), (" " + "─" * fill, "rule"), *tail)


def card_lines(draft: Draft, item: Item, card: Card, cells: int) -> list[Line]:
    """All of a card, without its title."""
    lines: list[Line] = []
    for text in (item.text,):
        if text:
            lines += [
                ((row, "strong"),) for part in visible_lines(text) for row in wrap(part, cells)
            ]
    lines += _pole(draft.item_set.values[-1], item.high, cells)
    lines += _pole(draft.item_set.values[0], item.low, cells)
    lines += facts_lines(item, card, cells)
    for name, text in (("definition", item.definition), ("example", item.example)):
        if text:
            rows = [row for part in visible_lines(f"{name}: {text}") for row in wrap(part, cells)]
            lines += [((row, "quiet"),) for row in rows]
    return lines


def _pole(value: int, text: str, cells: int) -> list[Line]:
    if not text:
        return []
    rows = wrap(visible(text), max(4, cells - 4))
    return [((f"{value if not i else '':>2}  ", "key"), (row, "")) for i, row in enumerate(rows)]


def facts_lines(item: Item, card: Card, cells: int) -> list[Line]:
    """Heap, pile, evidence, note and the rest, as many to a line as fit."""
    lines: list[Line] = []
    row: list[Piece] = []
    used = 0
    for text, style in facts(item, card):
        for part in wrap(text, cells):
            gap = 3 if row else 0
            if used + gap + width(part) > cells:
                lines.append(tuple(row))
                row, used, gap = [], 0, 0
            if gap:
                row.append(("   ", ""))
            row.append((part, style))
            used += gap + width(part)
    if row:
        lines.append(tuple(row))
    return lines


def facts(item: Item, card: Card) -> list[Piece]:
    """What was said about the card, and what the item set adds, each with its style."""
    found: list[Piece] = []
    if card.unsure:
        found.append(("? unsure", "unsure"))
    if card.heap is not None:
        found.append((f"heap {HEAP_SIGNS[card.heap]}", "heap"))
    if card.pile is not None:
        found.append((f"in pile {card.pile}", "strong"))
    if card.earlier:
        found.append((f"was in {' '.join(map(str, card.earlier[-5:]))}", "quiet"))
    if card.evidence:
        marks = ["the whole hour" if mark == WHOLE_HOUR else mark for mark in card.evidence]
        found.append((f"evidence {' '.join(map(visible, marks))}", "heap"))
    if card.note:
        found.append((f"note: {visible(card.note)}", "heap"))
    if item.hint:
        found.append((f"hint: {visible(item.hint)}", "quiet"))
    if item.see:
        found.append((f"not to be mixed up with {' '.join(map(str, item.see))}", "quiet"))
    return found


def _shortened(draft: Draft, item: Item, card: Card, cells: int, room: int) -> list[Line]:
    """The card in so many lines: own facts stay, each pole keeps a line, long wording gives way."""
    own = facts_lines(item, card, cells)
    poles: list[Line] = []
    for value, text in (
        (draft.item_set.values[-1], item.high),
        (draft.item_set.values[0], item.low),
    ):
        if text:
            row = cut(visible(text), max(4, cells - 4), "…")
            poles.append(((f"{value:>2}  ", "key"), (row, "")))
    text_rows = [
        ((row, "strong"),) for part in visible_lines(item.text) for row in wrap(part, cells) if row
    ]
    kept = own[: max(1, room - len(poles))]
    wording = [*text_rows[: max(0, room - len(poles) - len(kept))], *poles]
    lines = wording[: room - len(kept)] + kept
    last = cut("".join(text for text, _ in lines[-1]), cells - 12)
    gap = " " * max(1, cells - width(last) - 11)
    return [*lines[:-1], ((last, "quiet"), (gap, ""), ("i shows all", "key"))]
