"""Pages that lie on top of the room: something to read, something to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pqs_coder.tui.text import visible, wrap

WIDEST = 110
"""Cells of a page with its border in a window that has them; else all there are."""


def page_cells(window: int) -> int:
    """Cells that a page's text has in a window of that many; border and bar are left out."""
    return max(20, min(WIDEST, window) - 5)


def hanging(text: str, cells: int, indent: int = 3) -> Text:
    """A text in lines of so many cells, all but the first moved in."""
    first, *rest = wrap(text, cells)
    rest = wrap(text[len(first) :].lstrip(), cells - indent) if rest else []
    return Text(f"\n{' ' * indent}".join([first, *rest]))


T = TypeVar("T")
Row = tuple[T, Text]
"""What is chosen, and how it is shown."""

CHOOSING = "up, down, j, k  move\nenter           chooses\nescape, q       closes the list"


class TextPage(ModalScreen[None]):
    """A page to read; escape, enter, space, q or the key that opened it closes it."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,enter,space,q,question_mark", "dismiss", "close", show=False)
    ]

    def __init__(self, title: str, text: Text, opened_by: str = "") -> None:
        super().__init__()
        self._opened_by = opened_by
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """A box with a title and the text."""
        with VerticalScroll(classes="page") as page:
            page.border_title = Text(visible(self._title))
            page.border_subtitle = "escape closes"
            yield Static(self._text, markup=False)

    def on_key(self, event: events.Key) -> None:
        """The key that opened the page closes it too."""
        if event.key == self._opened_by:
            event.stop()
            self.dismiss()

    def on_resize(self) -> None:
        """Say how to read on where not all of it fits."""
        self.call_after_refresh(self._tell)

    def _tell(self) -> None:
        page = self.query_one(VerticalScroll)
        more = "up and down read on   " if page.max_scroll_y else ""
        page.border_subtitle = f"{more}escape closes"


class ChoosePage(ModalScreen[T | None], Generic[T]):
    """A list to choose from; enter chooses, escape closes."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,q", "close", "close", show=False),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
        Binding("question_mark", "help", show=False),
    ]

    def __init__(
        self,
        title: str,
        rows: Sequence[Row[T]],
        hint: str = "",
        start: int = 0,
        *,
        help: str = CHOOSING,
    ) -> None:
        super().__init__()
        self._help = help
        self._title = title
        self._rows = list(rows)
        self._hint = hint or "enter chooses   escape closes"
        self._start = start

    def compose(self) -> ComposeResult:
        """A box with a title and the list."""
        with Vertical(classes="page") as page:
            page.border_title = Text(visible(self._title))
            page.border_subtitle = self._hint
            yield OptionList(*[Option(text) for _, text in self._rows], markup=False)

    def on_mount(self) -> None:
        """Begin at the row that matters."""
        listing = self.query_one(OptionList)
        if self._rows:
            listing.highlighted = min(self._start, len(self._rows) - 1)
        listing.focus()

    def action_cursor(self, way: int) -> None:
        """Letters move too."""
        listing = self.query_one(OptionList)
        (listing.action_cursor_down if way > 0 else listing.action_cursor_up)()

    def action_help(self) -> None:
        """The keys of the list."""
        self.app.push_screen(TextPage(self._title, Text(self._help)))

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Hand over what was chosen."""
        event.stop()
        self.dismiss(self._rows[event.option_index][0])
