"""The board in columns: piles of words in a wide terminal, the three heaps of the first pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain

from pqs_coder.model.draft import Draft
from pqs_coder.model.guide import HEAP_WORDS
from pqs_coder.model.item_set import ItemSet
from pqs_coder.tui.text import visible, wrap
from pqs_coder.tui.widgets.board_layout import (
    HEAP_BRIEF,
    HEAP_KEYS,
    Drawn,
    Group,
    Looks,
    Memo,
    Spot,
    fit,
    fitted,
    groups_of,
    joined,
    named,
    number_pieces,
    pile_name,
    sign_and_style,
    sign_of,
    state_style,
    tally_line,
)
from pqs_coder.tui.widgets.lines import Line, Piece


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column stands and what fits in it: cells without its rule, rows, cards side by side.

    ``last`` has no rule behind it; ``words`` shows a card's words beside its number.
    """

    x: int
    cells: int
    rows: int
    across: int
    words: bool
    last: bool

    @property
    def rule(self) -> Piece:
        """What stands behind it."""
        return (" " if self.last else "│ ", "rule")


def draw_columns(
    draft: Draft, looks: Looks, cells: int, rows: int, memo: Memo | None = None
) -> Drawn:
    """Piles as columns of cards with words, the lowest at the left."""
    return _columns(draft, looks, cells, rows, True, Memo() if memo is None else memo)


def draw_heaps(
    draft: Draft, looks: Looks, cells: int, rows: int, memo: Memo | None = None, *, words: bool
) -> Drawn:
    """The three heaps of the first pass, and below them the tally of the piles."""
    memo = Memo() if memo is None else memo
    drawn = _columns(draft, looks, cells, max(1, rows - 1), words, memo)
    drawn.lines += [()] * (rows - 1 - len(drawn.lines))
    drawn.lines.append(tally_line(draft, cells))
    return drawn


def per_row(draft: Draft, cells: int, words: bool) -> int:
    """How many cards lie side by side in a column of that width."""
    if words:
        return 1
    slot = 1 + max(2, len(str(draft.item_set.numbers[-1])))
    return max(1, cells // slot)


def _columns(draft: Draft, looks: Looks, cells: int, rows: int, words: bool, memo: Memo) -> Drawn:
    groups = groups_of(draft, looks)
    step = max(8, cells // len(groups))
    shown = max(1, min(len(groups), cells // step))
    first = _first_column(groups, shown, looks)
    across = per_row(draft, step - 2, words)
    heaps = draft.view.stage == "heaps"
    drawn = Drawn()
    blocks: list[list[Line]] = []
    blanks: list[Line] = []
    for i, group in enumerate(groups[first : first + shown]):
        column = Column(i * step, step - 2, rows, across, words, i == shown - 1)
        own = looks.within(group)
        draw = partial(_column, draft.item_set, group, own, column, heaps)
        part = memo.once((heaps, group, own, column), draw)
        blocks.append(part.lines)
        blanks.append(((" " * column.cells, ""), column.rule))
        drawn.spots += part.spots
    for y in range(min(rows, max(map(len, blocks)))):
        row = [
            block[y] if y < len(block) else blank
            for block, blank in zip(blocks, blanks, strict=True)
        ]
        drawn.lines.append(tuple(chain.from_iterable(row)))
    return drawn


def _first_column(groups: list[Group], shown: int, looks: Looks) -> int:
    if shown >= len(groups):
        return 0
    at = next((i for i, group in enumerate(groups) if group.key == looks.cursor_group), 0)
    return max(0, min(at - shown // 2, len(groups) - shown))


def _column(item_set: ItemSet, group: Group, looks: Looks, column: Column, heaps: bool) -> Drawn:
    """A group with its head, each line exactly as wide as the column, and the rule behind it."""
    head = _heap_head(group, column) if heaps else _pile_head(item_set, group, column.cells)
    x, end = column.x, column.x + column.cells + 2
    drawn = Drawn(spots=[Spot(y, x, end, group.key) for y in range(len(head))])
    if looks.on_head(group):
        head = [tuple((text, "cursor") for text, _ in line) for line in head]
    body = _cards(item_set, group, looks, column, len(head), drawn)
    drawn.lines = [(*joined(fit(line, column.cells)), column.rule) for line in (*head, *body)]
    return drawn


def _pile_head(item_set: ItemSet, group: Group, cells: int) -> list[Line]:
    pile, count = item_set.pile(group.key), group.count
    name = pile_name(item_set, group.key)
    return [
        ((f"{name} {named(pile.label, cells - len(name) - 1)}", "strong"),),
        (
            (f"{count}/{pile.size} ", "strong"),
            (sign_of(count, pile.size), state_style(count, pile.size)),
        ),
    ]


def _heap_head(group: Group, column: Column) -> list[Line]:
    words = HEAP_WORDS if column.cells + 2 >= 25 else HEAP_BRIEF
    return [
        (
            (f"{HEAP_KEYS[group.key]} ", "key"),
            (f"{words[group.key]} ", "strong"),
            (str(group.count), "strong"),
        )
    ]


def _cards(
    item_set: ItemSet, group: Group, looks: Looks, column: Column, below: int, drawn: Drawn
) -> list[Line]:
    """The cards of a column, ``below`` so many lines; what has no room is counted."""
    whole = _in_two_lines(item_set, group, looks, column, below, drawn) if column.words else None
    if whole is not None:
        return whole
    cards, across = group.cards, column.across
    chunks = [cards[i : i + across] for i in range(0, len(cards), across)]
    at = next((i for i, chunk in enumerate(chunks) if looks.cursor in chunk), 0)
    start, stop = _chunk_window(len(chunks), column.rows - below, at)
    lines: list[Line] = []
    if start:
        lines.append(((f"… {sum(map(len, chunks[:start]))} above", "dim"),))
    for chunk in chunks[start:stop]:
        y, x = below + len(lines), column.x
        slot = column.cells // across
        pieces: list[Piece] = []
        for n in chunk:
            if column.words:
                pieces.append(_worded(item_set, group, n, looks, slot))
            else:
                pieces += number_pieces(group, n, looks, slot)
            drawn.spots.append(Spot(y, x, x + slot, group.key, n))
            x += slot
        lines.append(tuple(pieces))
    if stop < len(chunks):
        lines.append(((f"… {sum(map(len, chunks[stop:]))} below", "dim"),))
    return lines


def _in_two_lines(
    item_set: ItemSet, group: Group, looks: Looks, column: Column, below: int, drawn: Drawn
) -> list[Line] | None:
    """The cards with up to two lines of words each; None where the column has no room for that."""
    lines: list[Line] = []
    spots: list[Spot] = []
    for n in group.cards:
        sign, style = sign_and_style(group, n, looks)
        number = f"{sign}{n:>2} "
        label, room = visible(item_set.item(n).label), column.cells - len(number)
        first, *rest = wrap(label, room)
        words = [first, " ".join(rest)] if rest else [first]
        y = below + len(lines)
        for at, text in enumerate(words):
            head = number if at == 0 else " " * len(number)
            lines.append(((head + fitted(text, room), style),))
            spots.append(Spot(y + at, column.x, column.x + column.cells, group.key, n))
        if below + len(lines) > column.rows:
            return None
    drawn.spots += spots
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


def _worded(item_set: ItemSet, group: Group, n: int, looks: Looks, cells: int) -> Piece:
    sign, style = sign_and_style(group, n, looks)
    number = f"{sign}{n:>2} "
    return number + fitted(item_set.item(n).label, cells - len(number)), style
