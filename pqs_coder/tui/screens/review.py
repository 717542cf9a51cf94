"""The page before submitting: what is missing, and questions worth a second look."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pqs_coder.model.draft import Draft
from pqs_coder.model.review import questions
from pqs_coder.tui.screens.pages import hanging, page_cells
from pqs_coder.tui.text import visible

SUBMIT_WORDS = (
    "A submitted sort can't be changed quietly: it is kept as it is, with its date, and a later "
    "change is a revision that stands beside it, with a reason.\n\n"
    "y       submit now\n"
    "escape  go on sorting"
)

Answer = int | str | None
"""An item to take in hand, ``submit``, or None to go on sorting."""


class ReviewPage(ModalScreen[Answer]):
    """Lists questions, never errors; enter takes the card, s goes on to submit."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,q", "answer('')", show=False),
        Binding("s", "answer('submit')", show=False),
    ]

    def __init__(self, draft: Draft, missing: list[str]) -> None:
        super().__init__()
        self._missing = missing
        self._questions = questions(draft)

    def compose(self) -> ComposeResult:
        """What is missing, then the questions."""
        with Vertical(classes="page") as page:
            page.border_title = "Before you submit"
            takes = "enter takes the card   " if self._questions else ""
            goes_on = "" if self._missing else "s goes on to submit   "
            page.border_subtitle = f"{takes}{goes_on}escape back"
            yield Static(self._words(), markup=False)
            if self._questions:
                cells = page_cells(self.app.size.width)
                rows = [hanging(visible(one.words), cells) for one in self._questions]
                yield OptionList(*map(Option, rows), markup=False)

    def _words(self) -> Text:
        text = Text()
        if self._missing:
            text.append("Not complete yet\n", "bold")
            cells = page_cells(self.app.size.width)
            for words in self._missing:
                text.append(hanging(f"  {words}", cells, 11))
                text.append("\n")
        else:
            text.append("Every pile has its number.\n", "bold")
        n = len(self._questions)
        if n:
            asks = "1 question" if n == 1 else f"{n} questions"
            text.append(f"{asks} worth a second look; they are no errors:")
        elif not self._missing:
            text.append("No card asks for a second look.")
        return text

    def on_mount(self) -> None:
        """The list has the keys."""
        if self._questions:
            listing = self.query_one(OptionList)
            listing.highlighted = 0
            listing.focus()

    def action_answer(self, answer: str) -> None:
        """Go on to submit only where nothing is missing."""
        if answer == "submit" and self._missing:
            page = self.query_one(".page")
            page.border_subtitle = "not yet: every pile needs its number first   escape back"
            return
        self.dismiss(answer or None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the (first) card of the question."""
        event.stop()
        self.dismiss(self._questions[event.option_index].items[0])


class SubmitPage(ModalScreen[bool]):
    """The last question: y submits."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("y", "dismiss(True)", show=False),
        Binding("escape,n,q", "dismiss(False)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The words, and the two keys."""
        with Vertical(classes="page") as page:
            page.border_title = "Submit this sort?"
            yield Static(SUBMIT_WORDS, markup=False)
