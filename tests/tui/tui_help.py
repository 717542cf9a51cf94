"""What the tests of the room share beside fixtures."""

from __future__ import annotations

from typing import Any

from pqs_coder.desk.desk import Desk


def lines_of(widget: Any) -> list[str]:
    """What a line widget shows, as plain text."""
    return [
        "".join(segment.text for segment in widget.render_line(y))
        for y in range(widget.size.height)
    ]


def screen_text(app: Any) -> str:
    """What stands on the screen, as plain text without trailing blanks."""
    rows = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in rows)


def heap_all(desk: Desk) -> None:
    """The first pass, done: a third in each heap."""
    for n in desk.item_set.numbers:
        desk.heap(n, (-1, 0, 1)[n % 3])


def pile_all(desk: Desk) -> None:
    """A complete sort, by number."""
    numbers = iter(desk.item_set.numbers)
    desk.look(stage="piles")
    for pile in desk.item_set.piles:
        for _ in range(pile.size):
            desk.place(next(numbers), pile.value)
