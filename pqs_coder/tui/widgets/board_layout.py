"""How the board is drawn: pure functions from a draft to lines and clickable spots.

Piles lie on their side (one row a pile, the highest on top) where the terminal is narrow, and stand
as columns of words (`board_columns`) where it is wide. A pile on which nothing has changed is not
drawn again: what was drawn of it is kept in the board's `Memo`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet
from pqs_coder.tui.text import cut, pad, shortened, visible, width
from pqs_coder.tui.widgets.lines import Line, Piece, line_width

HEAP_KEYS = {-1: "← 1", 0: "↓ 2", 1: "→ 3"}
HEAP_BRIEF = {-1: "unchar.", 0: "neutral", 1: "charact."}
HEAP_SIGNS = {-1: "-", 0: "0", 1: "+"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the board that can be clicked: a card, or (``item`` None) the head of a group."""

    y: int
    x: int
    end: int
    group: int
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A pile or a heap with the cards shown of it, in their order.

    ``count`` counts those too that a filter hides; ``unsure`` are those marked so.
    """

    key: int
    cards: tuple[int, ...]
    count: int = 0
    unsure: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Looks:
    """What the rater's eyes are on: it decides marks and windows, never where a card lies."""

    hand: int | None = None
    cursor: int | None = None
    cursor_group: int | None = None
    only: frozenset[int] | None = None

    def within(self, group: Group) -> Looks:
        """What of it concerns one group."""
        here = self.cursor_group == group.key
        hand = self.hand if self.hand in group.cards else None
        cursor = self.cursor if self.cursor in group.cards else None
        on_head = here and self.cursor is None
        return Looks(hand, cursor, group.key if on_head else None)

    def on_head(self, group: Group) -> bool:
        """Whether the cursor is on the head of a group."""
        return self.cursor_group == group.key and self.cursor is None


@dataclass(slots=True)
class Drawn:
    """A drawn board, or a part of it."""

    lines: list[Line] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


class Memo(dict[Hashable, Any]):
    """Parts that were drawn before, for one item set; a key holds all that a part depends on."""

    MOST = 500

    def once(self, key: Hashable, draw: Callable[[], Drawn]) -> Drawn:
        """The part of that key, drawn where it is not kept yet."""
        part: Drawn | None = self.get(key)
        if part is None:
            if len(self) >= self.MOST:
                self.clear()
            part = self[key] = draw()
        return part


def groups_of(draft: Draft, looks: Looks) -> list[Group]:
    """The heaps in the first pass, else the piles, each ascending; cards by number, as filtered."""
    first_pass = draft.view.stage == "heaps"
    keys = HEAP_KEYS if first_pass else draft.item_set.values
    shown: dict[int, list[int]] = {key: [] for key in keys}
    unsure: dict[int, list[int]] = {}
    counts = dict.fromkeys(keys, 0)
    for n in draft.item_set.numbers:
        card = draft.cards[n]
        key = card.heap if first_pass else card.pile
        if key is None:
            continue
        counts[key] += 1
        if looks.only is None or n in looks.only:
            shown[key].append(n)
            if card.unsure:
                unsure.setdefault(key, []).append(n)
    return [
        Group(key, tuple(cards), counts[key], frozenset(unsure.get(key, ())))
        for key, cards in shown.items()
    ]


@lru_cache(2048)
def fitted(label: str, cells: int) -> str:
    """A label made visible, cut or filled to so many cells; labels come again at every move."""
    return pad(cut(visible(label), cells, "…"), cells)


@lru_cache(512)
def named(label: str, cells: int) -> str:
    """The label of a pile made visible, its words shortened or filled to so many cells."""
    return pad(shortened(visible(label), cells), cells)


def sign_of(count: int, size: int) -> str:
    """A pile's state by sign: ``=`` full, ``+2`` over-full, ``-3`` short."""
    return "=" if count == size else f"{count - size:+d}"


def pile_name(item_set: ItemSet, value: int) -> str:
    """A pile's value, after the digit that places there where that is another (``1:-2``)."""
    digit = item_set.digit(value)
    return f"{digit}:{value}" if digit and digit != str(value) else str(value)


def state_style(count: int, size: int) -> str:
    """The style that repeats the sign."""
    return "good" if count == size else "over" if count > size else "under"


def window(sizes: Sequence[int], room: int, at: int) -> tuple[int, int]:
    """Which of things of these sizes to show in ``room`` so that number ``at`` is among them.

    Where not all fit, room for a mark of 4 is kept at each side that hides something.
    """
    if sum(sizes) <= room:
        return 0, len(sizes)
    for start in range(at + 1):
        used, stop = 4 if start else 0, start
        if used + sum(sizes[start:]) <= room:
            return start, len(sizes)
        while stop < len(sizes) and used + sizes[stop] + 4 <= room:
            used += sizes[stop]
            stop += 1
        if at < stop:
            return start, stop
    return at, at + 1


def draw_side(draft: Draft, looks: Looks, cells: int, rows: int, memo: Memo | None = None) -> Drawn:
    """Piles on their side: a row of numbers each, the highest pile on top."""
    drawn, memo = Drawn(), Memo() if memo is None else memo
    groups = groups_of(draft, looks)[::-1]
    start, stop = _rows_window(len(groups), rows, groups, looks)
    for y, group in enumerate(groups[start:stop]):
        own = looks.within(group)
        part = memo.once(
            (cells, y, group, own), partial(_side_row, draft.item_set, group, own, cells, y)
        )
        drawn.lines += part.lines
        drawn.spots += part.spots
    return drawn


def _side_row(item_set: ItemSet, group: Group, looks: Looks, cells: int, y: int) -> Drawn:
    drawn = Drawn()
    pile = item_set.pile(group.key)
    longest = max(width(visible(one.label)) for one in item_set.piles)
    label_cells = max(6, min(longest, cells - 13 - 55))
    head: list[Piece] = [
        (f"{pile_name(item_set, group.key):>2} ", "strong"),
        (named(pile.label, label_cells), "cursor" if looks.on_head(group) else ""),
        (f" {group.count:>2}/{pile.size:<2} ", "strong"),
        (f"{sign_of(group.count, pile.size):<3}", state_style(group.count, pile.size)),
    ]
    x = line_width(tuple(head))
    drawn.spots.append(Spot(y, 0, x, group.key))
    head += _row_of_cards(group, looks, cells - x, drawn, Spot(y, x, x, group.key))
    drawn.lines.append(joined(head))
    return drawn


def _rows_window(n: int, rows: int, groups: list[Group], looks: Looks) -> tuple[int, int]:
    if n <= rows:
        return 0, n
    at = next((i for i, group in enumerate(groups) if group.key == looks.cursor_group), 0)
    start = max(0, min(at - rows // 2, n - rows))
    return start, start + rows


def _row_of_cards(group: Group, looks: Looks, room: int, drawn: Drawn, where: Spot) -> list[Piece]:
    cards = group.cards
    slots = [1 + max(2, len(str(n))) for n in cards]
    apart = [
        cells + (sign_and_style(group, n, looks)[0] != " " and len(str(n)) > 1)
        for n, cells in zip(cards, slots, strict=True)
    ]
    if sum(apart) <= room:  # a blank before a sign shows whose it is
        slots = apart
    at = cards.index(looks.cursor) if looks.cursor in cards else 0
    start, stop = window(slots, room, at)
    pieces: list[Piece] = []
    x = where.x
    if start:
        pieces.append((f"{f'{start}«':>4}", "dim"))
        x += 4
    for n, cells in zip(cards[start:stop], slots[start:stop], strict=True):
        pieces += number_pieces(group, n, looks, cells)
        drawn.spots.append(Spot(where.y, x, x + cells, where.group, n))
        x += cells
    if stop < len(cards):
        pieces.append((f"{f'»{len(cards) - stop}':>4}", "dim"))
    return pieces


def number_pieces(group: Group, n: int, looks: Looks, cells: int) -> list[Piece]:
    """A card as its number, with a sign right before it."""
    sign, style = sign_and_style(group, n, looks)
    text = f"{sign.strip()}{n}"
    return [(" " * (cells - len(text)), ""), (text, style)]


def sign_and_style(group: Group, n: int, looks: Looks) -> tuple[str, str]:
    """The sign before a card and the style of both: in hand, unsure, under the cursor."""
    unsure = n in group.unsure
    sign = "*" if n == looks.hand else "?" if unsure else " "
    if n == looks.cursor:
        return sign, "cursor"
    if n == looks.hand:
        return sign, "hand"
    return sign, "unsure" if unsure else ""


def tally_line(draft: Draft, cells: int) -> Line:
    """All piles with count and size in one line; where that is narrow, counts alone."""
    counts = [(value, n, draft.item_set.pile(value).size) for value, n in draft.tally().items()]
    for gap, named in (("  ", True), (" ", True), (" ", False)):
        pieces: list[Piece] = [("piles", "dim")]
        for value, count, size in counts:
            if named:
                pieces.append((f"{gap}{value}", "strong"))
            pieces.append((f" {count}/{size}", state_style(count, size)))
        if line_width(tuple(pieces)) <= cells:
            break
    return tuple(fit(tuple(pieces), cells))


def fit(line: Line, cells: int) -> list[Piece]:
    """A line cut or filled to exactly so many cells."""
    pieces: list[Piece] = []
    room = cells
    for text, style in line:
        text = cut(text, room, "…")
        pieces.append((text, style))
        room -= width(text)
        if room <= 0:
            return pieces
    pieces.append((" " * room, ""))
    return pieces


def joined(pieces: Sequence[Piece]) -> Line:
    """Pieces with neighbours of one style made one."""
    runs: list[tuple[str, list[str]]] = []
    for text, style in pieces:
        if runs and runs[-1][0] == style:
            runs[-1][1].append(text)
        else:
            runs.append((style, [text]))
    return tuple(("".join(texts), style) for style, texts in runs)
