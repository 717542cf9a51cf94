"""Where each turn of a transcript stands on the screen: columns, wrapped lines, line numbers.

Pure reckoning, no widget: `TranscriptLayout` is made anew for each width.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.tui.text import cut, visible, visible_lines, width, wrap

SIGNS = 2
"""Cells for the signs before a turn: the cursor and the mark."""
MARGIN = 13
"""Most cells that the items of a turn may take at the right margin."""
_TEXT_WITH_TIMES = 46
_LEAST_TEXT = 4
_ROLES = {
    "patient": "P", "client": "P", "p": "P",
    "therapist": "T", "counsellor": "T", "counselor": "T", "t": "T",
}  # fmt: skip


def speaker_labels(speakers: Sequence[str], roles: Mapping[str, str]) -> dict[str, str]:
    """A short label for each speaker, no two alike: T or P by role, else initials or the name.

    >>> speaker_labels(["Anna Berg", "Dr. Wu"], {"Dr. Wu": "therapist"})
    {'Anna Berg': 'AB', 'Dr. Wu': 'T'}
    """
    labels: dict[str, str] = {}
    for speaker in speakers:
        label = _role_letter(roles.get(speaker, "")) or _initials(speaker)
        n, tried = 2, label
        while tried in labels.values():
            tried = f"{label}{n}"
            n += 1
        labels[speaker] = tried
    return labels


def role_of(speaker: str, roles: Mapping[str, str]) -> str:
    """``patient``, ``therapist`` or ``other``."""
    letter = _role_letter(roles.get(speaker, ""))
    return {"P": "patient", "T": "therapist"}.get(letter, "other")


def _role_letter(role: str) -> str:
    return _ROLES.get(role.strip().casefold(), "")


def _initials(speaker: str) -> str:
    name = visible(speaker.strip())
    if width(name) <= 3:
        return name or "-"
    words = name.replace("-", " ").replace("_", " ").split()
    initials = "".join(cut(word, 2)[:1] for word in words[:3]).upper()
    return initials or cut(name, 2)


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column of a line; ``indent`` is where the words begin."""

    number: int
    time: int
    label: int
    total: int

    @property
    def indent(self) -> int:
        """Cells before the words: signs, number, time, label, each with a blank behind it."""
        return (
            SIGNS
            + self.number
            + 1
            + (self.time and self.time + 1)
            + (self.label and self.label + 1)
        )

    @property
    def text(self) -> int:
        """Cells for the words."""
        return max(_LEAST_TEXT, self.total - self.indent)


def choose_columns(total: int, number: int, time: int, label: int) -> Columns:
    """The columns for a width: times only where the words keep room, no labels where it is tiny."""
    if time:
        with_times = Columns(number, time, label, total)
        if with_times.text >= _TEXT_WITH_TIMES:
            return with_times
    columns = Columns(number, 0, label, total)
    return columns if total - columns.indent >= _LEAST_TEXT * 2 else Columns(number, 0, 0, total)


def margin_lines(items: Sequence[int], lines: int) -> list[str]:
    """The items that a turn supports, for the right margin of so many lines.

    What has no room is counted: ``+3``.

    >>> margin_lines([47, 60], 1), margin_lines([2, 31, 47, 60, 88, 91], 1)
    (['* 47 60'], ['* 2 31 47 +3'])
    """
    rows: list[str] = []
    left = [str(item) for item in items]
    while left and len(rows) < lines:
        row = "*" if not rows else " "
        last = len(rows) == lines - 1
        while left:
            rest = f" +{len(left) - 1}" if last and len(left) > 1 else ""
            if len(row) > 1 and len(f"{row} {left[0]}{rest}") > MARGIN:
                break
            row += f" {left.pop(0)}"
        rows.append(row + (f" +{len(left)}" if last and left else ""))
    return rows


class TranscriptLayout:
    """The turns of a transcript on lines of a given width."""

    def __init__(
        self,
        transcript: Transcript,
        shown: Sequence[str],
        columns: Columns,
        margin: Mapping[int, tuple[int, ...]],
    ) -> None:
        self.columns = columns
        self._shown = shown
        self._margin = dict(margin)
        self._lines: list[list[str]] = [
            wrap(shown[turn.number - 1], self._room(turn.number)) for turn in transcript.turns
        ]
        self._reckon()

    def _room(self, turn: int) -> int:
        items = self._margin.get(turn)
        if not items:
            return self.columns.text
        taken = min(MARGIN, len("*") + sum(len(f" {item}") for item in items)) + 1
        room = self.columns.text - taken
        return room if room >= _LEAST_TEXT * 2 else self.columns.text

    def _reckon(self) -> None:
        self._starts = [0, *accumulate(map(len, self._lines))]

    def set_margin(self, margin: Mapping[int, tuple[int, ...]]) -> list[int]:
        """Wrap the turns again whose items at the margin change; their numbers."""
        known = len(self._lines)
        changed = [
            turn
            for turn in sorted(self._margin.keys() | margin.keys())
            if self._margin.get(turn, ()) != margin.get(turn, ()) and 1 <= turn <= known
        ]
        self._margin = dict(margin)
        for turn in changed:
            self._lines[turn - 1] = wrap(self._shown[turn - 1], self._room(turn))
        if changed:
            self._reckon()
        return changed

    @property
    def height(self) -> int:
        """Number of lines."""
        return self._starts[-1]

    def start(self, turn: int) -> int:
        """First line of a turn."""
        return self._starts[turn - 1]

    def lines_of(self, turn: int) -> int:
        """How many lines a turn takes."""
        return len(self._lines[turn - 1])

    def at(self, line: int) -> tuple[int, int]:
        """Turn on a line, and which line of that turn it is (from 0)."""
        turn = bisect_right(self._starts, line)
        turn = min(max(turn, 1), len(self._lines))
        return turn, line - self._starts[turn - 1]

    def words(self, turn: int) -> list[str]:
        """The wrapped lines of a turn."""
        return self._lines[turn - 1]

    def offsets(self, turn: int) -> list[int]:
        """Where each wrapped line of a turn begins in its shown text."""
        text, position, found = self._shown[turn - 1], 0, []
        for line in self._lines[turn - 1]:
            position = text.index(line, position)
            found.append(position)
            position += len(line)
        return found

    def line_of(self, turn: int, place: int) -> int:
        """The line on which a place of a turn's shown text stands."""
        return self.start(turn) + max(0, bisect_right(self.offsets(turn), place) - 1)

    def in_sight(self, turn: int, top: int, height: int) -> bool:
        """Whether a part of a turn is in sight when ``height`` lines are seen from ``top`` on."""
        start = self.start(turn)
        return start < top + height and start + self.lines_of(turn) > top

    def top_for(self, turn: int, top: int, height: int, last_line: bool = False) -> int | None:
        """The line that must be on top for a turn to be in sight; None where it is already.

        A turn that is near comes in sight by as little as is needed, a far one with a third of the
        view before it. One higher than the view shows its beginning, or its end (``last_line``).
        """
        start, lines = self.start(turn), self.lines_of(turn)
        if start >= top and start + lines <= top + height:
            return None
        if lines > height:
            return start + lines - height if last_line else start
        if start > top + 2 * height or start + lines < top - height:
            return max(0, start - height // 3)
        return start if start < top else start + lines - height

    def margin(self, turn: int) -> list[str]:
        """What stands at the right margin of a turn, by line."""
        items = self._margin.get(turn)
        if not items or self._room(turn) == self.columns.text:
            return []
        return margin_lines(items, self.lines_of(turn))


def shown_text(turn: Turn) -> str:
    """The words of a turn as they are shown: all visible, the turn's own line ends kept."""
    text = turn.text
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(visible_lines(text))
