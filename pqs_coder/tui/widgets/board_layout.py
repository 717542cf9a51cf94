"""How the board is drawn: pure functions from a draft to lines and clickable spots.

Piles lie on their side (one row a pile, the highest on top) where the terminal is narrow, and stand
as columns of words (the lowest at the left) where it is wide. Heaps are three columns, left, middle
and right, as the arrows that fill them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pqs_coder.model.draft import Draft
from pqs_coder.model.guide import HEAP_WORDS
from pqs_coder.model.item_set import ItemSet
from pqs_coder.tui.text import cut, pad, visible, width
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
    """A pile or a heap with its cards, in the order in which they are shown."""

    key: int
    cards: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """What the rater's eyes are on: it decides marks and windows, never where a card lies."""

    hand: int | None = None
    cursor: int | None = None
    cursor_group: int | None = None
    only: frozenset[int] | None = None


@dataclass(slots=True)
class Drawn:
    """A drawn board."""

    lines: list[Line] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


def groups_of(draft: Draft, looks: Looks) -> list[Group]:
    """The heaps in the first pass, else the piles, each ascending; cards by number, as filtered."""
    first_pass = draft.view.stage == "heaps"
    cards: dict[int, list[int]] = {
        key: [] for key in (HEAP_KEYS if first_pass else draft.item_set.values)
    }
    for n in draft.item_set.numbers:
        card = draft.cards[n]
        key = card.heap if first_pass else card.pile
        if key is not None and (looks.only is None or n in looks.only):
            cards[key].append(n)
    return [Group(key, tuple(numbers)) for key, numbers in cards.items()]


@lru_cache(2048)
def fitted(label: str, cells: int) -> str:
    """A label made visible, cut or filled to so many cells; labels come again at every move."""
    return pad(cut(visible(label), cells, "…"), cells)


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


def draw_side(draft: Draft, looks: Looks, cells: int, rows: int) -> Drawn:
    """Piles on their side: a row of numbers each, the highest pile on top."""
    drawn = Drawn()
    item_set = draft.item_set
    longest = max(width(visible(pile.label)) for pile in item_set.piles)
    label_cells = max(6, min(longest, cells - 13 - 55))
    groups = groups_of(draft, looks)[::-1]
    tally = draft.tally()
    start, stop = _rows_window(len(groups), rows, groups, looks)
    for group in groups[start:stop]:
        pile = item_set.pile(group.key)
        count = tally[group.key]
        on_head = looks.cursor_group == group.key and looks.cursor is None
        head: list[Piece] = [
            (f"{pile_name(item_set, group.key):>2} ", "strong"),
            (
                fitted(pile.label, label_cells),
                "cursor" if on_head else "",
            ),
            (f" {count:>2}/{pile.size:<2} ", "strong"),
            (f"{sign_of(count, pile.size):<3}", state_style(count, pile.size)),
        ]
        y = len(drawn.lines)
        x = line_width(tuple(head))
        drawn.spots.append(Spot(y, 0, x, group.key))
        head += _row_of_cards(draft, group.cards, looks, cells - x, drawn, Spot(y, x, x, group.key))
        drawn.lines.append(tuple(head))
    return drawn


def _rows_window(n: int, rows: int, groups: list[Group], looks: Looks) -> tuple[int, int]:
    if n <= rows:
        return 0, n
    at = next((i for i, group in enumerate(groups) if group.key == looks.cursor_group), 0)
    start = max(0, min(at - rows // 2, n - rows))
    return start, start + rows


def _row_of_cards(
    draft: Draft, cards: tuple[int, ...], looks: Looks, room: int, drawn: Drawn, where: Spot
) -> list[Piece]:
    slots = [1 + max(2, len(str(n))) for n in cards]
    at = cards.index(looks.cursor) if looks.cursor in cards else 0
    start, stop = window(slots, room, at)
    pieces: list[Piece] = []
    x = where.x
    if start:
        pieces.append((f"{f'<{start}':>4}", "dim"))
        x += 4
    for n, cells in zip(cards[start:stop], slots[start:stop], strict=True):
        pieces += _number(draft, n, looks, cells)
        drawn.spots.append(Spot(where.y, x, x + cells, where.group, n))
        x += cells
    if stop < len(cards):
        pieces.append((f"{f'>{len(cards) - stop}':>4}", "dim"))
    return pieces


def _number(draft: Draft, n: int, looks: Looks, cells: int) -> list[Piece]:
    mark, style = _mark(draft, n, looks)
    return [(mark, style if mark.strip() else ""), (f"{n:>{cells - 1}}", style)]


def _mark(draft: Draft, n: int, looks: Looks) -> tuple[str, str]:
    unsure = draft.cards[n].unsure
    mark = "*" if n == looks.hand else "?" if unsure else " "
    if n == looks.cursor:
        return mark, "cursor"
    if n == looks.hand:
        return mark, "hand"
    return mark, "unsure" if unsure else ""


def draw_columns(draft: Draft, looks: Looks, cells: int, rows: int) -> Drawn:
    """Piles as columns of cards with words, the lowest at the left."""
    groups = groups_of(draft, looks)
    tally = draft.tally()
    heads: list[list[Line]] = []
    for group in groups:
        pile = draft.item_set.pile(group.key)
        count = tally[group.key]
        name = pile_name(draft.item_set, group.key)
        heads.append(
            [
                ((f"{name} {visible(pile.label)}", "strong"),),
                (
                    (f"{count}/{pile.size} ", "strong"),
                    (sign_of(count, pile.size), state_style(count, pile.size)),
                ),
            ]
        )
    return _columns(draft, looks, groups, heads, cells, rows, words=True)


def draw_heaps(draft: Draft, looks: Looks, cells: int, rows: int, *, words: bool) -> Drawn:
    """The three heaps of the first pass, and below them the tally of the piles."""
    groups = groups_of(draft, looks)
    tally = draft.heap_tally()
    words_of = HEAP_WORDS if cells // 3 >= 25 else HEAP_BRIEF
    heads: list[list[Line]] = [
        [
            (
                (f"{HEAP_KEYS[group.key]} ", "key"),
                (f"{words_of[group.key]} ", "strong"),
                (str(tally[group.key]), "strong"),
            )
        ]
        for group in groups
    ]
    drawn = _columns(draft, looks, groups, heads, cells, max(1, rows - 1), words=words)
    while len(drawn.lines) < rows - 1:
        drawn.lines.append(())
    drawn.lines.append(tally_line(draft, cells))
    return drawn


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
    return tuple(_fit(tuple(pieces), cells))


def per_row(draft: Draft, cells: int, words: bool) -> int:
    """How many cards lie side by side in a column of that width."""
    if words:
        return 1
    slot = 1 + max(2, len(str(draft.item_set.numbers[-1])))
    return max(1, cells // slot)


def _columns(
    draft: Draft,
    looks: Looks,
    groups: list[Group],
    heads: list[list[Line]],
    cells: int,
    rows: int,
    *,
    words: bool,
) -> Drawn:
    drawn = Drawn()
    column = max(8, cells // len(groups))
    shown = max(1, min(len(groups), cells // column))
    first = _first_column(groups, shown, looks)
    across = per_row(draft, column - 2, words)
    blocks: list[list[Line]] = []
    for i, group in enumerate(groups[first : first + shown]):
        head = heads[first + i]
        x = i * column
        drawn.spots += [Spot(y, x, x + column, group.key) for y in range(len(head))]
        if looks.cursor_group == group.key and looks.cursor is None:
            head = [tuple((text, "cursor") for text, _ in line) for line in head]
        body = _column_of_cards(
            draft,
            group,
            looks,
            (column - 2, rows - len(head), across),
            drawn,
            (len(head), x),
            words,
        )
        blocks.append(head + body)
    for y in range(min(rows, max(map(len, blocks)))):
        pieces: list[Piece] = []
        for i, block in enumerate(blocks):
            line = _fit(block[y] if y < len(block) else (), column - 2)
            pieces += line
            pieces.append((" " if i == len(blocks) - 1 else "│ ", "rule"))
        drawn.lines.append(tuple(pieces))
    return drawn


def _first_column(groups: list[Group], shown: int, looks: Looks) -> int:
    if shown >= len(groups):
        return 0
    at = next((i for i, group in enumerate(groups) if group.key == looks.cursor_group), 0)
    return max(0, min(at - shown // 2, len(groups) - shown))


def _column_of_cards(
    draft: Draft,
    group: Group,
    looks: Looks,
    room: tuple[int, int, int],
    drawn: Drawn,
    corner: tuple[int, int],
    words: bool,
) -> list[Line]:
    cells, rows, across = room
    cards = group.cards
    chunks = [cards[i : i + across] for i in range(0, len(cards), across)]
    at = next((i for i, chunk in enumerate(chunks) if looks.cursor in chunk), 0)
    start, stop = _chunk_window(len(chunks), rows, at)
    lines: list[Line] = []
    if start:
        lines.append(((f"… {sum(map(len, chunks[:start]))} above", "dim"),))
    for chunk in chunks[start:stop]:
        y, x = corner[0] + len(lines), corner[1]
        if words:
            (n,) = chunk
            lines.append(_worded(draft, n, looks, cells))
            drawn.spots.append(Spot(y, x, x + cells, group.key, n))
            continue
        slot = cells // across
        pieces: list[Piece] = []
        for n in chunk:
            pieces += _number(draft, n, looks, slot)
            drawn.spots.append(Spot(y, x, x + slot, group.key, n))
            x += slot
        lines.append(tuple(pieces))
    if stop < len(chunks):
        lines.append(((f"… {sum(map(len, chunks[stop:]))} below", "dim"),))
    return lines


def _chunk_window(n: int, rows: int, at: int) -> tuple[int, int]:
    """Rows of a column that are shown; a row is kept for the mark at each side that hides some."""
    if n <= rows:
        return 0, n
    room = max(1, rows - 1)
    if at < room:
        return 0, room
    room = max(1, rows - 2)
    start = min(at - room + 1, n - room)
    if start + room >= n:
        start = n - max(1, rows - 1)
        return start, n
    return start, start + room


def _worded(draft: Draft, n: int, looks: Looks, cells: int) -> Line:
    mark, style = _mark(draft, n, looks)
    item = draft.item_set.item(n)
    number = f"{mark}{n:>2} "
    return ((number + fitted(item.label, cells - len(number)), style),)


def _fit(line: Line, cells: int) -> list[Piece]:
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
