"""A list of lines with a fixed head and a cursor, drawn line by line: at home in thousands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from pqs_coder.tui.widgets.lines import Line, Lines


@dataclass(frozen=True, slots=True)
class Row:
    """A line; with a key it can be chosen; one that ``begins`` a part can be jumped to."""

    line: Line
    key: str | None = None
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a list shows: lines that stay on top, and rows."""

    head: Sequence[Line] = ()
    rows: Sequence[Row] = ()


Builder = Callable[[int], Sheet]
"""A sheet for so many cells."""


def plain(text: str, style: str = "") -> Line:
    """A line of one style."""
    return ((text, style),)


class LeadList(Lines, can_focus=True):
    """Shows a sheet; up and down move, enter chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("right,l", "part(1)", show=False),
        Binding("left,h", "part(-1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Chosen(Moved):
        """A row was chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._builder: Builder = lambda _cells: Sheet()
        self._sheet = Sheet()
        self._top = 0
        self._at = 0

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        rows = self._sheet.rows
        return rows[self._at].key if 0 <= self._at < len(rows) else None

    @property
    def keys(self) -> list[str]:
        """All keys, from top to bottom."""
        return [row.key for row in self._sheet.rows if row.key is not None]

    def show(self, builder: Builder, *, keep: bool = False) -> None:
        """Show another sheet; ``keep`` leaves the cursor on the row that it stands on."""
        before = self.key if keep else None
        if not keep:
            self._top = self._at = 0
        self._builder = builder
        self._make()
        if before is not None:
            self.go_to(before)
        self.redraw()

    def go_to(self, key: str) -> None:
        """Put the cursor on the row of that key, where there is one."""
        for n, row in enumerate(self._sheet.rows):
            if row.key == key:
                self._at = n
                self._top = min(self._top, n)
        self.redraw()

    def _make(self) -> None:
        self._sheet = self._builder(max(20, self.size.width))
        self._at = min(self._at, max(0, len(self._sheet.rows) - 1))
        if self.key is None and self.keys:
            self._step(1) or self._step(-1)

    def on_resize(self) -> None:
        """Another width, another sheet."""
        self._make()
        self.rebuild()

    def build(self, cells: int, rows: int) -> Sequence[Line]:
        """The head, then as many rows as fit, the cursor among them."""
        room = max(1, rows - len(self._sheet.head))
        body = self._sheet.rows
        chooses = self.key is not None
        if chooses:
            self._top = max(self._top, self._at - room + 1)
        self._top = max(0, min(self._top, len(body) - room))
        shown = range(self._top, min(self._top + room, len(body)))
        lines = [((" ", ""), *line) for line in self._sheet.head]
        for n in shown:
            if chooses and n == self._at:
                words = ">" + "".join(text for text, _ in body[n].line)
                lines.append(((words.ljust(cells), "cursor"),))
            else:
                lines.append(((" ", ""), *body[n].line))
        return lines

    def _step(self, way: int) -> bool:
        at = self._at + way
        while 0 <= at < len(self._sheet.rows):
            if self._sheet.rows[at].key is not None:
                self._at = at
                self._top = min(self._top, at)
                return True
            at += way
        return False

    def action_move(self, step: int) -> None:
        """So many rows that can be chosen; where none can, the page moves."""
        if self.key is None or (step < 0 and self._top > self._at):  # below the last one: go back
            self._top += step
            self.redraw()
            return
        before, way = self._at, 1 if step > 0 else -1
        for n in range(abs(step)):
            if not self._step(way):
                self._top += way * (abs(step) - n)  # what lies beyond the last comes in sight
                break
        self.redraw()
        if self._at != before and self.key is not None:
            self.post_message(self.Moved(self.key))

    def action_page(self, way: int) -> None:
        """A page on."""
        self.action_move(way * max(1, self.size.height - len(self._sheet.head) - 1))

    def action_part(self, way: int) -> None:
        """The next part of a page that has parts, or the one before, on top."""
        begins = [n for n, row in enumerate(self._sheet.rows) if row.begins]
        beyond = [n for n in begins if (n - self._top) * way > 0]
        if beyond:
            self._top = min(beyond) if way > 0 else max(beyond)
            self.redraw()

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Chosen(self.key))

    def on_mouse_scroll_down(self) -> None:
        """The wheel moves the cursor."""
        self.action_move(3)

    def on_mouse_scroll_up(self) -> None:
        """The wheel moves the cursor."""
        self.action_move(-3)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a row, two clicks choose it."""
        n = self._top + event.y - len(self._sheet.head)
        if 0 <= n < len(self._sheet.rows) and self._sheet.rows[n].key is not None:
            self._at = n
            self.redraw()
            self.post_message(self.Moved(str(self.key)))
            if event.chain == 2:
                self.action_choose()
