"""The board: all piles (or the three heaps of the first pass) in one widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import events
from textual.message import Message

from pqs_coder.desk.desk import Desk
from pqs_coder.model.filters import Filter
from pqs_coder.model.guide import HEAP_WORDS
from pqs_coder.tui.text import visible, wrap
from pqs_coder.tui.widgets.board_columns import draw_columns, draw_heaps, per_row
from pqs_coder.tui.widgets.board_layout import Drawn, Group, Looks, Memo, draw_side, groups_of
from pqs_coder.tui.widgets.lines import Line, Lines


class Board(Lines, can_focus=True):
    """Shows ``desk.draft``; holds nothing but where the eyes are."""

    class Chosen(Message):
        """A card was clicked, or (``item`` None) the head of a pile or heap."""

        def __init__(self, group: int, item: int | None) -> None:
            super().__init__()
            self.group = group
            self.item = item

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.standing = False
        self.greeting: tuple[str, ...] = ()
        self.looks = Looks()
        self.filter: Filter | None = None
        self._drawn = Drawn()
        self._memo = Memo()

    @property
    def heaps(self) -> bool:
        """Whether the heaps of the first pass are shown."""
        return self.desk.draft.view.stage == "heaps"

    @property
    def cursor(self) -> int | None:
        """The card under the cursor, if there is one."""
        return self.looks.cursor

    @property
    def only(self) -> frozenset[int] | None:
        """The cards that the filter lets through; None is all."""
        return self.filter(self.desk.draft) if self.filter else None

    # -- where the eyes are --------------------------------------------------------------------

    def look_at(self, item: int | None) -> None:
        """Put the cursor on a card, wherever it lies; off the board where it lies nowhere."""
        group = next((g.key for g in self._groups() if item in g.cards), None)
        if group is None:
            self.looks = replace(self.looks, cursor=None, cursor_group=None)
        else:
            self.looks = replace(self.looks, cursor=item, cursor_group=group)

    def look_at_group(self, key: int) -> None:
        """Put the cursor on the first card of a pile, or on its head where it is empty."""
        group = next(g for g in self._groups() if g.key == key)
        first = group.cards[0] if group.cards else None
        self.looks = replace(self.looks, cursor=first, cursor_group=key)

    def walk(self, direction: str) -> None:
        """Move the cursor one card left, right, up or down."""
        groups = self._groups()
        keys = [group.key for group in groups]
        if self.looks.cursor_group not in keys:
            start = next((g for g in reversed(groups) if g.cards), groups[-1])
            self.look_at_group(start.key)
            return
        at = keys.index(self.looks.cursor_group)
        cards = groups[at].cards
        rank = cards.index(self.looks.cursor) if self.looks.cursor in cards else 0
        across, along = self._steps(direction)
        if along:
            wanted = rank + along
            if 0 <= wanted < len(cards):
                self._put(groups[at], wanted)
                return
            if not across:
                return
        if 0 <= at + across < len(groups):
            self._put(groups[at + across], rank)

    def _steps(self, direction: str) -> tuple[int, int]:
        """A direction as (groups, cards): how far across the groups, how far along the cards."""
        if self.heaps or self.standing:
            beside = self._per_row()
            if direction in ("left", "right"):
                way = 1 if direction == "right" else -1
                return (way, 0) if beside == 1 else self._within_row(way, beside)
            return 0, beside if direction == "down" else -beside
        if direction in ("up", "down"):
            return (1 if direction == "up" else -1), 0
        return 0, 1 if direction == "right" else -1

    def _within_row(self, way: int, beside: int) -> tuple[int, int]:
        group = next(g for g in self._groups() if g.key == self.looks.cursor_group)
        if self.looks.cursor not in group.cards:
            return way, 0
        column = group.cards.index(self.looks.cursor) % beside + way
        return (0, way) if 0 <= column < beside else (way, 0)

    def _put(self, group: Group, rank: int) -> None:
        card = group.cards[min(rank, len(group.cards) - 1)] if group.cards else None
        self.looks = replace(self.looks, cursor=card, cursor_group=group.key)

    def _per_row(self) -> int:
        if self.standing:
            return 1
        return per_row(self.desk.draft, max(6, self.size.width // 3) - 2, words=False)

    def _groups(self) -> list[Group]:
        self.looks = replace(self.looks, only=self.only)
        return groups_of(self.desk.draft, self.looks)

    def cursor_words(self) -> str:
        """What lies under the cursor and where: at 80 cells the board shows numbers, names cut."""
        key = self.looks.cursor_group
        where = ""
        if key is not None and self.heaps:
            where = f" · {HEAP_WORDS[key]} heap"
        elif key is not None:
            pile = self.desk.draft.item_set.pile(key)
            where = f" · {key} {visible(pile.label)}".rstrip()
        if self.cursor is None:
            return f"no card lies here{where}"
        item = self.desk.draft.item_set.item(self.cursor)
        mark = " (unsure)" if self.desk.draft.card(self.cursor).unsure else ""
        return f"under the cursor: {self.cursor} {visible(item.label)}{mark}{where}"

    # -- drawing -------------------------------------------------------------------------------

    def source(self) -> object:
        """The cards, the stage, the card in hand, and where the eyes are."""
        draft, looks = self.desk.draft, self.looks
        eyes = (looks.cursor, looks.cursor_group, self.filter, self.standing, self.greeting)
        return draft.cards, draft.view.stage, draft.view.hand, eyes

    def build(self, cells: int, rows: int) -> Sequence[Line]:
        """The board as lines."""
        draft = self.desk.draft
        self.looks = replace(self.looks, hand=draft.view.hand, only=self.only)
        if self.heaps:
            self._drawn = draw_heaps(
                draft, self.looks, cells, rows, self._memo, words=self.standing
            )
            if self.greeting and not draft.heaped:
                self._greet()
        elif self.standing:
            self._drawn = draw_columns(draft, self.looks, cells, rows, self._memo)
        else:
            self._drawn = draw_side(draft, self.looks, cells, rows, self._memo)
        return self._drawn.lines

    def _greet(self) -> None:
        lines = self._drawn.lines
        rows = [row for text in self.greeting for row in wrap(text, self.size.width - 2)]
        for y, text in enumerate(rows, 2):
            if y < len(lines) - 1:
                lines[y] = ((f" {text}", "said"),)

    def on_click(self, event: events.Click) -> None:
        """Find what was clicked."""
        for spot in self._drawn.spots:
            if spot.y == event.y and spot.x <= event.x < spot.end:
                event.stop()
                self.post_message(self.Chosen(spot.group, spot.item))
                return
