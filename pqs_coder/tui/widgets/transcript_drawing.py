"""How one line of the transcript is drawn: signs, number, time, speaker, words, margin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from pqs_coder.tui.text import pad, width
from pqs_coder.tui.widgets.transcript_layout import SIGNS, TranscriptLayout
from pqs_coder.tui.widgets.transcript_search import Matches

COMPONENTS = (
    "number", "time", "patient", "therapist", "other", "sign", "cursor", "marked", "margin",
    "match", "match-here", "quiet",
)  # fmt: skip
"""Component classes, each with ``transcript--`` before it."""

CSS = """
TranscriptView {
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    background: $surface;
    color: $foreground;

    & > .transcript--number { color: $text-muted; }
    & > .transcript--time { color: $text-muted; }
    & > .transcript--patient { color: $text-accent; text-style: bold; }
    & > .transcript--therapist { color: $text-primary; }
    & > .transcript--other { color: $text-muted; }
    & > .transcript--sign { text-style: bold; }
    & > .transcript--cursor { background: $panel; }
    & > .transcript--marked { text-style: bold; }
    & > .transcript--margin { color: $text-warning; }
    & > .transcript--match { color: $text-warning; text-style: underline; }
    & > .transcript--match-here { text-style: bold reverse; }
    & > .transcript--quiet { color: $text-muted; }
}
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a line shows beside its words. ``style`` gives the style of a component by its name;
    ``speakers`` holds label and role of each turn's speaker, ``times`` the time of a turn.
    """

    cells: int
    base: Style
    style: Callable[[str], Style]
    cursor: int
    marked: frozenset[int]
    bookmarks: frozenset[int]
    speakers: Sequence[tuple[str, str]]
    times: Mapping[int, str]
    matches: Matches

    def styled(self, base: Style, *names: str) -> Style:
        """``base`` with the styles of components laid over it."""
        for name in names:
            base += self.style(name)
        return base


def draw_line(scene: Scene, layout: TranscriptLayout, line: int) -> Strip:
    """A line of the transcript, exactly as wide as the scene; blank below the last turn."""
    cells, base = scene.cells, scene.base
    if line >= layout.height:
        return Strip([Segment(" " * cells, base)], cells)
    turn, inside = layout.at(line)
    if turn == scene.cursor:
        base = scene.styled(base, "cursor")
    segments = [
        *_beginning(scene, layout, turn, inside, base),
        *_words(scene, layout, turn, inside, base),
    ]
    margin = layout.margin(turn)
    note = margin[inside] if inside < len(margin) else ""
    used = sum(width(segment.text) for segment in segments)
    space = max(0, cells - used - width(note))
    segments.append(Segment(" " * space, base))
    if note:
        segments.append(Segment(note, scene.styled(base, "margin")))
    return Strip(segments, used + space + width(note)).adjust_cell_length(cells, base)


def _beginning(
    scene: Scene, layout: TranscriptLayout, turn: int, inside: int, base: Style
) -> list[Segment]:
    """Signs, number, time and speaker; blanks below the first line."""
    columns, here = layout.columns, turn == scene.cursor
    sign = (">" if not inside else "|") if here else " "
    mark = "+" if turn in scene.marked else " "
    segments = [Segment(sign + mark, scene.styled(base, "sign"))]
    if inside:
        return [*segments, Segment(" " * (columns.indent - SIGNS), base)]
    label, role = scene.speakers[turn - 1]
    strong = ("sign",) if here else ()
    segments += [
        Segment(f"{turn:>{columns.number}}", scene.styled(base, "number", *strong)),
        Segment("§" if turn in scene.bookmarks else " ", scene.styled(base, "sign")),
    ]
    if columns.time:
        time = pad(scene.times.get(turn, ""), columns.time + 1)
        segments.append(Segment(time, scene.styled(base, "time")))
    if columns.label:
        text = pad(label, columns.label + 1)
        segments.append(Segment(text, scene.styled(base, role, *strong)))
    return segments


def _words(
    scene: Scene, layout: TranscriptLayout, turn: int, inside: int, base: Style
) -> list[Segment]:
    """The words of one line, what was searched for set off."""
    words = layout.words(turn)[inside]
    style = scene.styled(base, "marked") if turn in scene.marked else base
    numbers = scene.matches.by_turn.get(turn)
    if not numbers:
        return [Segment(words, style)]
    offset = layout.offsets(turn)[inside]
    segments: list[Segment] = []
    position = 0
    for number in numbers:
        match = scene.matches.found[number]
        start = min(max(match.start - offset, position), len(words))
        end = min(max(match.end - offset, start), len(words))
        names = ("match", "match-here") if number == scene.matches.here else ("match",)
        segments.append(Segment(words[position:start], style))
        segments.append(Segment(words[start:end], scene.styled(style, *names)))
        position = end
    segments.append(Segment(words[position:], style))
    return [segment for segment in segments if segment.text]
