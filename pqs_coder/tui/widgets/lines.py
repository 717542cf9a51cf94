"""A widget that draws lines of named styles: the base of board, card, header, status and footer.

Lines are built when something changes and compared with those on the screen; only rows that differ
are painted again. Nothing here measures or lays out children, which is what makes a move cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from pqs_coder.tui.text import cut, width

Piece = tuple[str, str]
"""A text (already made visible) and the name of its style ('' is plain)."""

Line = tuple[Piece, ...]

STYLES = (
    "dim",
    "strong",
    "title",
    "hand",
    "cursor",
    "good",
    "over",
    "under",
    "unsure",
    "error",
    "said",
    "rule",
    "key",
    "heap",
    "quiet",
)


class Lines(Widget):
    """Draws what `build` returns."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{name}" for name in STYLES}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._lines: tuple[Line, ...] = ()
        self._built_for: Size | None = None
        self._strips: dict[int, Strip] = {}
        self._named: dict[str, Style] = {}
        self._cells = 0  # the width, kept: Textual reckons it anew each time it is asked

    def build(self, cells: int, rows: int, /) -> Sequence[Line]:
        """The lines for a space of ``cells`` by ``rows``."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Build anew and paint the rows that differ."""
        size = self.size
        if self._built_for != size:
            self.rebuild()
            return
        cells, rows = size
        old, new = self._lines, tuple(self.build(cells, rows)[:rows])
        self._lines = new
        changed = [
            y
            for y in range(max(len(old), len(new)))
            if (old[y] if y < len(old) else ()) != (new[y] if y < len(new) else ())
        ]
        for y in changed:
            self._strips.pop(y, None)
        for start, count in _runs(changed):
            self.refresh(Region(0, start, cells, count))

    def rebuild(self) -> None:
        """Build anew and paint everything (another size, another theme)."""
        self._built_for = None
        self._named = {}
        self.refresh()

    def _build_whole(self) -> None:
        """All lines for the size that the widget has now, whoever changed it."""
        size = self.size
        self._lines = tuple(self.build(*size)[: size.height])
        self._strips, self._cells, self._built_for = {}, size.width, size

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.rebuild()

    def notify_style_update(self) -> None:
        """Forget the styles of the old theme."""
        super().notify_style_update()
        self._strips, self._named = {}, {}

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows of the widget, built first where its size is another than it was."""
        if self._built_for != self.size:
            self._build_whole()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row, from the lines built last."""
        strip = self._strips.get(y)
        if strip is None:
            line = self._lines[y] if y < len(self._lines) else ()
            strip = self._strips[y] = self._strip(line)
        return strip

    def _strip(self, line: Line) -> Strip:
        cells = room = self._cells or self.size.width
        merged: list[tuple[str, list[str]]] = []  # fewer pieces are fewer colour codes to send
        for text, name in line:
            part = cut(text, room)
            room -= width(part)
            if not text or not part:
                continue
            if merged and merged[-1][0] == name:
                merged[-1][1].append(part)
            else:
                merged.append((name, [part]))
            if room <= 0:
                break
        segments = [Segment("".join(parts), self._style(name)) for name, parts in merged]
        if room > 0:
            segments.append(Segment(" " * room, self._style("")))
        return Strip(segments, cells)

    def _style(self, name: str) -> Style:
        style = self._named.get(name)
        if style is None:
            plain = self.visual_style.rich_style
            if name:
                plain += self.get_component_rich_style(f"lines--{name}", partial=True)
            style = self._named[name] = plain
        return style


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Neighbouring rows as (first, how many)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and sum(runs[-1]) == row:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((row, 1))
    return runs


def line_width(line: Line) -> int:
    """Cells that a line takes."""
    return sum(width(text) for text, _ in line)
