"""The items of a rating form with their values, and below them the item under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from pqs_coder.model.item_set import Item, ItemSet
from pqs_coder.store.ratings import Ratings, Sheet
from pqs_coder.tui.text import cut, visible, width, wrap
from pqs_coder.tui.widgets.lines import Line, Lines

MISSING = "-"
_WORDING, _ANCHORS = 3, 7
"""Most lines for the wording, and for the anchors of the scale."""


class RatingList(Lines, can_focus=True):
    """Draws what the sheet holds; nothing is kept here but where the cursors stand.

    ``offered`` is the value under the cursor of the scale: it counts for nothing until it is given.
    """

    def __init__(self, sheet: Sheet, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet = sheet
        self.item = self.form.numbers[0]
        self.offered = 0
        self._top = 0
        self.go_to(next((n for n in self.form.numbers if n not in self.ratings.values), self.item))

    @property
    def form(self) -> ItemSet:
        """The form that is filled in."""
        return self.sheet.ratings.form

    @property
    def ratings(self) -> Ratings:
        """The ratings as they are on disk."""
        return self.sheet.ratings

    def go_to(self, item: int) -> None:
        """Put the cursor on an item; that of its scale starts at its value, else in the middle."""
        self.item = item
        value = self.ratings.rating(item).value
        values = self.form.values
        self.offered = values[(len(values) - 1) // 2] if value is None else value

    def walk(self, way: int) -> bool:
        """To the next item or the one before; False at the ends."""
        numbers = self.form.numbers
        at = numbers.index(self.item) + way
        if not 0 <= at < len(numbers):
            return False
        self.go_to(numbers[at])
        return True

    def slide(self, way: int) -> None:
        """Move the cursor of the scale."""
        values = self.form.values
        at = values.index(self.offered) + way
        self.offered = values[min(max(at, 0), len(values) - 1)]

    def build(self, cells: int, rows: int) -> Sequence[Line]:
        """How many are rated, the items around the cursor, the one under it."""
        rated, total = len(self.ratings.values), len(self.form.items)
        count = f"{rated} of {total} rated, {total - rated} missing"
        head: list[Line] = [((count, "title"),)]
        below = self._detail(cells)[: max(0, rows - 3)]
        room = max(1, rows - len(head) - len(below))
        at = self.form.numbers.index(self.item)
        self._top = max(0, min(self._top, total - room))
        self._top = min(max(self._top, at - room + 1), at)
        items = self.form.items[self._top : self._top + room]
        listed = [self._row(item, cells) for item in items]
        blank: list[Line] = [()] * (room - len(listed))
        return [*head, *listed, *blank, *below]

    def _row(self, item: Item, cells: int) -> Line:
        said = self.ratings.rating(item.number)
        here = item.number == self.item
        value = MISSING if said.value is None else str(said.value)
        signs = f"{'*' if said.evidence else ' '}{'n' if said.note else ' '}"
        text = f"{'>' if here else ' '}{item.number:>3} {value:>2} {signs} {_wording(item)}"
        style = "cursor" if here else "quiet" if said.value is None else ""
        return ((cut(text, cells, "…"), style),)

    def _detail(self, cells: int) -> list[Line]:
        item, said = self.form.item(self.item), self.ratings.rating(self.item)
        lines: list[Line] = [(("─" * cells, "rule"),)]
        words = f"{item.number} {_wording(item)}"
        if not has_wording(self.form):
            words += " (no wording: ? says why)"
        wording = wrap(words, cells)[:_WORDING]
        lines += [((line, "strong"),) for line in wording]
        lines.append(self._scale(said.value))
        lines += [((line, "quiet"),) for line in self._anchors(cells)[:_ANCHORS]]
        if said.evidence:
            lines.append(((cut(f"evidence: {visible(' '.join(said.evidence))}", cells, "…"), ""),))
        if said.note:
            lines.append(((cut(f"note: {visible(said.note)}", cells, "…"), ""),))
        return lines

    def _scale(self, given: int | None) -> Line:
        """The values: that which counts in brackets, the cursor as < >."""
        pieces = []
        for value in self.form.values:
            if value == given:
                pieces.append((f"[{value}]", "cursor" if value == self.offered else "hand"))
            elif value == self.offered:
                pieces.append((f"<{value}>", "cursor"))
            else:
                pieces.append((f" {value} ", ""))
        if given is None:
            pieces.append((" missing", "unsure"))
        elif given != self.offered:
            pieces.append((" not confirmed", "unsure"))
        return tuple(pieces)

    def _anchors(self, cells: int) -> list[str]:
        """What the values mean, each with its words, as many on a line as fit."""
        lines: list[str] = []
        for pile in self.form.piles:
            words = f"{pile.value} {visible(pile.label)}"
            if lines and pile.label and width(f"{lines[-1]}   {words}") <= cells:
                lines[-1] += f"   {words}"
            elif pile.label:
                lines += wrap(words, cells)
        return lines

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on an item; it rates nothing."""
        shown = len(self._lines) - len(self._detail(self.size.width))
        at = self._top + event.y - 1
        if 1 <= event.y < shown and at < len(self.form.numbers):
            event.stop()
            self.go_to(self.form.numbers[at])
            self.redraw()


def _wording(item: Item) -> str:
    """The lab's wording where it has loaded one, else ours."""
    return visible(item.text or item.label or item.about)


def has_wording(form: ItemSet) -> bool:
    """Whether the items of a form say more than their numbers."""
    return any(item.text or item.label != f"Item {item.number}" for item in form.items)
