"""The three lines around the work: where one is, what just happened, and the keys that matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message

from pqs_coder.desk.desk import Desk
from pqs_coder.tui.commands import BY_ID, Situation
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.text import cut, pad, visible, width, wrap
from pqs_coder.tui.widgets.board_layout import HEAP_SIGNS
from pqs_coder.tui.widgets.lines import Line, Lines, Piece, line_width

MOST_ROWS = 4
"""Rows that an error may take from the transcript."""


class HeaderBar(Lines):
    """Session, rater, and how far the sort is."""

    def __init__(self, desk: Desk, *, minutes: bool, practice: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.minutes = minutes
        self.practice = practice
        self.shown = ""

    def source(self) -> object:
        """The cards, the stage, the time (where it is shown), the filter."""
        draft = self.desk.draft
        minutes = round(draft.total_seconds / 60) if self.minutes else 0
        return draft.cards, draft.view.stage, minutes, self.shown, self.desk.read_only

    def build(self, cells: int, _rows: int) -> Sequence[Line]:
        """One line."""
        draft, info = self.desk.draft, self.desk.info
        total = len(draft.item_set.numbers)
        left: list[Piece] = [(f"{visible(info.code)}  {visible(self.desk.rater)}  ", "strong")]
        if self.desk.revision > 1:
            left.append((f"revision {self.desk.revision}  ", "unsure"))
        if draft.view.stage == "heaps":
            left.append((f"heaps {draft.heaped}/{total}", "strong"))
        else:
            left.append((f"piles {draft.piled}/{total}", "strong"))
            waiting = _waiting(self.desk)
            # Practice has to say of itself that nothing is kept: that fits beside no more.
            if waiting and not self.practice:
                left.append((f"  to go {waiting}", ""))
        unsure = sum(card.unsure for card in draft.cards.values())
        if unsure:
            left.append((f"  unsure {unsure}", "unsure"))
        if self.minutes:
            left.append((f"  {draft.total_seconds / 60:.0f} min", "quiet"))
        if self.shown:
            left.append((f"  only {visible(self.shown)}", "unsure"))
        if self.practice:
            left.append(("  practice: nothing is kept", "unsure"))
        if self.desk.read_only:
            left.append(("  reading only", "error"))
        right: list[Piece] = [("? ", "key"), ("keys", "")]
        room = cells - line_width(tuple(left)) - line_width(tuple(right))
        if info.title and room > 12:
            title = cut(visible(info.title), room - 4, "…")
            left.append((f"  {title}", "quiet"))
            room -= width(title) + 2
        return [(*left, (" " * max(1, room), ""), *right)]


def _waiting(desk: Desk) -> str:
    """Cards in no pile yet, by heap: ``+:22 0:8 -:10``, and those in no heap."""
    waiting = [card.heap for card in desk.draft.cards.values() if card.pile is None]
    words = [f"{HEAP_SIGNS[heap]}:{waiting.count(heap)}" for heap in (1, 0, -1) if heap in waiting]
    if None in waiting:
        words.append(f"no heap {waiting.count(None)}")
    return " ".join(words)


class StatusLine(Lines):
    """What just happened; an error stays until something succeeds."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = ""
        self.kind = "said"
        self.stuck = False
        self.resting: Callable[[], Line] | None = None

    def say(self, text: str, kind: str = "said") -> None:
        """What to show next; ``kind`` is said, quiet or error.

        What is stuck gives way to errors only.
        """
        if not self.stuck or kind == "error":
            self.text, self.kind = text, kind

    def forget(self, was: str) -> None:
        """Something went well: an error that said ``was`` is past."""
        if self.kind == "error" and self.text == was:
            self.say("")

    def rows_needed(self, cells: int) -> int:
        """One row; an error takes as many as it needs, up to `MOST_ROWS`."""
        return min(MOST_ROWS, len(self._error_rows(cells))) if self.kind == "error" else 1

    def _error_rows(self, cells: int) -> list[str]:
        return wrap(f"! {visible(self.text)}", cells) if self.text else [""]

    def source(self) -> object:
        """What is said; what rests there may change at any time."""
        return (self.text, self.kind) if self.text or self.resting is None else None

    def build(self, cells: int, _rows: int) -> Sequence[Line]:
        """One line in a rule; an error in whole lines."""
        if not self.text and self.resting is not None:
            return [self.resting()]
        if not self.text:
            return [(("─" * cells, "rule"),)]
        if self.kind == "error":
            return [((pad(row, cells), "error"),) for row in self._error_rows(cells)]
        text = cut(visible(self.text), cells - 4, "…")
        fill = max(0, cells - width(text) - 4)
        return [(("── ", "rule"), (text, self.kind), (" " + "─" * fill, "rule"))]


class FooterBar(Lines):
    """The few keys that matter here and now; they can be clicked."""

    class Pressed(Message):
        """A command in the footer was clicked."""

        def __init__(self, command_id: str) -> None:
            super().__init__()
            self.command_id = command_id

    def __init__(
        self,
        keymap: Keymap,
        situation: Callable[[], Situation],
        *,
        tells_side: bool = False,
        id: str | None = None,
    ) -> None:
        """``tells_side`` says in front where the arrows go, while it is the transcript."""
        super().__init__(id=id)
        self._tells_side = tells_side
        self._keymap = keymap
        self._situation = situation
        self._spots: list[tuple[int, int, str]] = []

    def source(self) -> object:
        """What decides which commands apply."""
        return self._situation()

    def build(self, cells: int, _rows: int) -> Sequence[Line]:
        """One line; what does not fit is left out from the end."""
        self._spots = []
        pieces: list[Piece] = []
        used = 0
        now = self._situation()
        if self._tells_side and now.focus == "transcript":
            back = "zoom" if now.reading and self._keymap.keys(BY_ID["zoom"]) else "other_side"
            key = self._keymap.shown(BY_ID[back])
            where: Line = (
                ("> transcript ", "title"),
                ("arrows", "key"),
                (" read  ", ""),
                (key, "key"),
                (" board", ""),
                ("  ", ""),
            )
            used = line_width(where)
            self._spots.append((used - width(key) - 8, used - 2, back))
            pieces += where
        for command in self._keymap.footer(now):
            keys, words = self._keymap.shown(command), command.in_footer
            needed = width(keys) + 1 + width(words)
            if used + needed > cells:
                continue
            pieces += [(keys, "key"), (f" {words}", ""), ("  ", "")]
            self._spots.append((used, used + needed, command.id))
            used += needed + 2
        return [tuple(pieces)]

    def on_click(self, event: events.Click) -> None:
        """Find what was clicked."""
        for start, end, command_id in self._spots:
            if start <= event.x < end:
                event.stop()
                self.post_message(self.Pressed(command_id))
                return
