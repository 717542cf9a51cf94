"""Find an item by number or words, and places in the transcript, while one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import Item, ItemSet
from pqs_coder.tui.screens.item_rows import item_row
from pqs_coder.tui.text import visible

_TAKES = "enter takes the card or searches   escape closes"


@dataclass(frozen=True, slots=True)
class Found:
    """What was chosen: an item, or (``item`` None) the words to look for in the transcript."""

    words: str
    item: int | None = None


def items_with(item_set: ItemSet, words: str) -> list[int]:
    """Items whose number begins with ``words``, or whose wording holds them (without case)."""
    wanted = words.strip().casefold()
    if not wanted:
        return list(item_set.numbers)
    if wanted.isdecimal():
        exact = [n for n in item_set.numbers if str(n) == wanted]
        return exact + [n for n in item_set.numbers if str(n).startswith(wanted) and n not in exact]
    in_label = [item.number for item in item_set.items if wanted in item.label.casefold()]
    return in_label + [
        item.number
        for item in item_set.items
        if item.number not in in_label and wanted in _wording(item)
    ]


def _wording(item: Item) -> str:
    parts = (item.about, item.text, item.high, item.low, item.hint, item.definition, item.example)
    return "\n".join(parts).casefold()


class Entry(Input):
    """The line to type into. Enter is done in its turn: what is typed behind it comes too late."""

    async def on_key(self, event: events.Key) -> None:
        """Submit at once, not by way of the screen."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self.action_submit()


class FindPage(ModalScreen[Found | None]):
    """Type, choose with up and down, enter."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [Binding("escape", "close", "close", show=False)]

    def __init__(self, draft: Draft, count: Callable[[str], int] | None) -> None:
        """``count`` looks for words in the transcript and says how many places it found."""
        super().__init__()
        self._draft = draft
        self._count = count
        self._rows: list[Found] = []
        self._listed: str | None = None

    def compose(self) -> ComposeResult:
        """A line to type into and the list below it."""
        with Vertical(classes="page") as page:
            page.border_title = "Find"
            yield Entry(placeholder="item number, or words", compact=True)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Begin with all items."""
        self._list("")
        self.set_focus(self.query_one(Entry))

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what fits."""
        self._list(event.value)

    def _list(self, words: str) -> None:
        self._listed = words
        items = items_with(self._draft.item_set, words)
        rows = [(Found(words, n), item_row(self._draft, n)) for n in items]
        places = self._count(words.strip()) if self._count is not None else 0
        if places:
            said = "1 place" if places == 1 else f"{places} places"
            look = (Found(words), Text(f"in the transcript: {said}", "bold"))
            rows.insert(1 if rows and words.strip().isdecimal() else 0, look)
        self._rows = [found for found, _ in rows]
        listing = self.query_one(OptionList)
        listing.clear_options()
        listing.add_options([Option(text) for _, text in rows])
        if rows:
            listing.highlighted = 0
        else:
            where = "items" if self._count is None else "items and transcript"
            said = f"no hit for '{visible(words.strip())}' in {where}"
            listing.add_option(Option(Text(said), disabled=True))
        self.query_one(".page").border_subtitle = _TAKES if rows else "escape closes"

    async def on_key(self, event: events.Key) -> None:
        """Up and down choose while one types; what is typed before the line is ready counts."""
        entry = self.query_one(Entry)
        if self.focused is not entry and (event.is_printable or event.key == "enter"):
            event.stop()
            self.set_focus(entry)
            if event.key == "enter":
                await entry.action_submit()
            elif event.character:
                entry.insert_text_at_cursor(event.character)
            return
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            listing = self.query_one(OptionList)
            (listing.action_cursor_down if event.key == "down" else listing.action_cursor_up)()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter chooses."""
        event.stop()
        if event.value != self._listed:  # typed faster than listed
            self._list(event.value)
        at = self.query_one(OptionList).highlighted
        if at is not None and self._rows:  # else the page stays: another word may hit
            self.dismiss(self._rows[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses too."""
        event.stop()
        self.dismiss(self._rows[event.option_index])

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
