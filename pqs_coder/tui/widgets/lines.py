"""A widget that draws lines of named styles: the base of board, card, header, status and footer.

Lines are built when something changes and compared with those on the screen; only rows that differ
are painted again. Nothing here measures or lays out children, which is what makes a move cheap.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size, Spacing
from textual.strip import Strip
from textual.widget import Widget

from pqs_coder.tui.text import cut, width

Piece = tuple[str, str]
"""A text (already made visible) and the name of its style ('' is plain)."""

Line = tuple[Piece, ...]

STYLES = {
    "dim": ("quiet", ""),
    "quiet": ("quiet", ""),
    "strong": ("", "bold"),
    "title": ("accent", "bold"),
    "hand": ("accent", "bold underline"),
    "cursor": ("", "reverse bold"),
    "good": ("success", ""),
    "over": ("error", "bold"),
    "under": ("quiet", ""),
    "unsure": ("warning", ""),
    "error": ("error", "bold reverse"),
    "said": ("secondary", ""),
    "rule": ("rule", ""),
    "key": ("primary", "bold"),
    "heap": ("secondary", ""),
}
"""Each style's colour, as the theme names it, and how it is set. Not in the style sheet: Textual
reckons each there anew for every widget whenever the focus or a class changes.
"""

_MOST_KNOWN = 4096
"""Pieces that a widget keeps as segments."""


class Lines(Widget):
    """Draws what `build` returns."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._lines: tuple[Line, ...] = ()
        self._source: object = None
        self._built_for: Size | None = None  # the outer size; Textual reckons the inner one anew
        self._inner = Size(0, 0)
        self._padding = Spacing()
        self._framed = False
        self._strips: dict[int, Strip] = {}
        self._named: dict[str, Style] = {}
        self._known: dict[Piece, tuple[Segment, int]] = {}

    def build(self, cells: int, rows: int, /) -> Sequence[Line]:
        """The lines for a space of ``cells`` by ``rows``."""
        raise NotImplementedError

    def source(self) -> object:
        """What the lines are built from: equal values, equal lines. None where that can't be said
        cheaply; then they are built at every `redraw`.
        """
        return None

    def redraw(self) -> None:
        """Build anew, where what it is built from has changed, and paint the rows that differ."""
        if self._built_for != self.outer_size:
            self.rebuild()
            return
        source = self.source()
        if source is not None and source == self._source:
            return
        self._source = source
        cells, rows = self._inner
        old, new = self._lines, tuple(self.build(cells, rows)[:rows])
        self._lines = new
        changed = [
            y
            for y in range(max(len(old), len(new)))
            if (old[y] if y < len(old) else ()) != (new[y] if y < len(new) else ())
        ]
        for y in changed:
            self._strips.pop(y + self._padding.top, None)
        if changed:
            self._repaint([Region(0, start, cells, count) for start, count in _runs(changed)])

    def _repaint(self, regions: list[Region]) -> None:
        """What `refresh` does for regions, without its two messages (to the widget, from there to
        the screen): a move touches several widgets, and each message costs as much as a row.
        """
        self._set_dirty(*regions)
        self.screen._dirty_widgets.add(self)
        self.screen.check_idle()

    def rebuild(self) -> None:
        """Build anew and paint everything (another size, another theme)."""
        self._built_for = None
        self._named, self._known = {}, {}
        self.refresh()

    def _build_whole(self) -> None:
        """All lines for the size that the widget has now, whoever changed it."""
        self._built_for, self._inner = self.outer_size, self.size
        self._padding = self.styles.padding
        self._framed = self.gutter != self._padding
        self._source = self.source()
        self._lines = tuple(self.build(*self._inner)[: self._inner.height])
        self._strips = {}

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.rebuild()

    def notify_style_update(self) -> None:
        """Forget the styles of the old theme, and what they left as room."""
        super().notify_style_update()
        self._built_for = None
        self._named, self._known = {}, {}

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows of the widget, built first where its size is another than it was.

        Textual's own way through its styles is left out: it costs more than the rows themselves. A
        widget with a border goes through it.
        """
        if self._built_for != self.outer_size:
            self._build_whole()
        if self._framed:
            return super().render_lines(crop)
        rows = [self._painted(y) for y in crop.line_range]
        cells = self.outer_size.width
        if crop.column_span != (0, cells):
            rows = [strip.crop(*crop.column_span) for strip in rows]
        return rows

    def _painted(self, y: int) -> Strip:
        """A row of the whole widget, padding and all."""
        strip = self._strips.get(y)
        if strip is None:
            at = y - self._padding.top
            line = self._lines[at] if 0 <= at < len(self._lines) else ()
            left, right = self._padding.left, self._padding.right
            strip = self._strips[y] = self._strip(line, left, right)
        return strip

    def render_line(self, y: int) -> Strip:
        """One row without the padding, from the lines built last."""
        if self._built_for != self.outer_size:
            self._build_whole()
        return self._strip(self._lines[y] if y < len(self._lines) else ())

    def _strip(self, line: Line, left: int = 0, right: int = 0) -> Strip:
        """A line with so many blanks around it; neighbours in one style become one segment, which
        makes fewer colour codes to send.
        """
        room = self._inner.width
        total = left + room + right
        segments = [self._segment((" " * left, ""))[0]] if left else []
        for piece in line:
            segment, cells = self._known.get(piece) or self._segment(piece)
            if cells > room:
                segment, cells = self._segment((cut(piece[0], room), piece[1]))
            room -= cells
            if segments and segments[-1].style is segment.style:
                segments[-1] = Segment(segments[-1].text + segment.text, segment.style)
            elif segment.text:
                segments.append(segment)
            if room <= 0:
                break
        if room + right > 0:
            segment, _ = self._segment((" " * (room + right), ""))
            if segments and segments[-1].style is segment.style:
                segment = Segment(segments.pop().text + segment.text, segment.style)
            segments.append(segment)
        return Strip(segments, total)

    def _segment(self, piece: Piece) -> tuple[Segment, int]:
        """A piece in its style, and the cells that it takes; most come again at every move."""
        found = self._known.get(piece)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            text, name = piece
            found = self._known[piece] = (Segment(text, self._style(name)), width(text))
        return found

    def _style(self, name: str) -> Style:
        """The style of that name, filtered as Textual filters whole lines (no colour, dim)."""
        style = self._named.get(name)
        if style is None:
            style = self.visual_style.rich_style
            if name:
                colour, how = STYLES[name]
                style += Style.parse(how)
                if colour:
                    named = Color.parse(self.app.theme_variables[colour])
                    style += Style(color=named.rich_color)
            for one in self.get_line_filters():
                style = one.apply([Segment(" ", style)], self.background_colors[1])[0].style
            self._named[name] = style = style or Style()
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
