"""A view of many lines that keeps the rows that it has drawn.

Textual asks every widget for all its rows whenever anything on the screen changes, and takes each
through its styles anew; here a row is made once, padding and all.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Region, Spacing
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip


class KeptRows(ScrollView, inherit_bindings=False):
    """Draws what `render_line` returns, each line once until it is forgotten."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: dict[int, Strip] = {}
        self._strip_cells = 0
        self._rows: list[Strip] = []
        self._rows_for: Region | None = None

    def begin_rows(self) -> None:
        """Rows are about to be drawn, all of them as things stand now."""

    def forget(self, start: int, lines: int) -> None:
        """Draw so many lines anew, counted from the first of all."""
        for line in range(start, start + lines):
            self._strips.pop(line, None)
        self.refresh_lines(start, lines)

    def forget_all(self) -> None:
        """Draw all lines anew."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw all lines anew in other styles."""
        super().notify_style_update()
        self._strips.clear()
        self._rows_for = None

    def _set_dirty(self, *regions: Region) -> None:
        self._rows_for = None
        super()._set_dirty(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a part of the view; a view with a border goes Textual's own way."""
        if self._rows_for == crop:
            return self._rows
        self.begin_rows()
        padding = self.styles.padding
        if crop.x or self.gutter != padding:
            self._rows = super().render_lines(crop)
        else:
            if crop.width != self._strip_cells:
                self._strips, self._strip_cells = {}, crop.width
            self._rows = [self._row(y, padding) for y in crop.line_range]
        self._rows_for = crop
        return self._rows

    def _row(self, y: int, padding: Spacing) -> Strip:
        inside = padding.top <= y < padding.top + self.size.height
        line = self.scroll_offset.y + y - padding.top if inside else -1
        strip = self._strips.get(line)
        if strip is None:
            words = self.render_line(y - padding.top) if inside else Strip([], 0)
            plain, cells = self.visual_style.rich_style, self._strip_cells
            fill = cells - padding.left - words.cell_length
            blanks = [Segment(" " * n, plain) for n in (padding.left, fill)]
            strip = Strip([blanks[0], *words, blanks[1]], cells)
            for one in self.get_line_filters():
                strip = strip.apply_filter(one, self.background_colors[1])
            self._strips[line] = strip
        return strip

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint the scrollbar only where its thumb moves; that costs as much as all the lines."""
        if self._thumb(old_value) == self._thumb(new_value):
            bar = self.vertical_scrollbar
            bar.set_reactive(ScrollBar.position, bar.validate_position(new_value))
        super().watch_scroll_y(old_value, new_value)

    def _thumb(self, top: float) -> int:
        """Where the thumb of the scrollbar begins, in eighths of a row."""
        return int(top * self.size.height * 8 / max(1, self.virtual_size.height))
