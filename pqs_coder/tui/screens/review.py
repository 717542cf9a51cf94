"""The page before submitting: what is missing, and questions worth a second look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pqs_coder.desk.desk import Desk
from pqs_coder.model.draft import Draft
from pqs_coder.model.review import Question, questions
from pqs_coder.model.words import plural
from pqs_coder.tui.screens.pages import hanging, page_cells
from pqs_coder.tui.text import visible

SUBMIT_WORDS = (
    "A submitted sort can't be changed quietly: it is kept as it is, with its date, and a later "
    "change is a revision that stands beside it, with a reason.\n\n"
    "y       submit now\n"
    "escape  go on sorting"
)
PRACTICE_WORDS = (
    "This was practice: nothing is kept and nobody sees it. A sort in a study is submitted the "
    "same way, and is then kept as it is.\n\n"
    "y       end the practice\n"
    "escape  go on sorting"
)

Answer = int | str | None
"""An item to take in hand, ``submit``, or None to go on sorting."""
GUTTER = 2
"""Cells before a question, for the sign that it is ticked off."""


@dataclass(slots=True)
class Looked:
    """What has been looked at since the room was opened: questions that are ticked off (one that
    changes, as its card moves, is asked anew), and where the list was left."""

    ticked: set[Question] = field(default_factory=set)
    last: Question | None = None
    at: int = 0

    def leave(self, asked: list[Question], at: int | None) -> None:
        """Keep where the list was left."""
        if at is not None and at < len(asked):
            self.last, self.at = asked[at], at

    def start(self, asked: list[Question]) -> int:
        """Where to go on: at the last question, else at what has taken its place."""
        if self.last in asked:
            return asked.index(self.last)
        return min(self.at, len(asked) - 1)


def about_sort(desk: Desk) -> str:
    """Whose sort of which session is about to be submitted, and the doubts that it still holds."""
    unsure = sum(card.unsure for card in desk.draft.cards.values())
    doubts = f"{plural(unsure, 'card')} still marked as unsure" if unsure else ""
    whose = f"{visible(desk.info.code)} by {visible(desk.rater)}"
    if desk.revision > 1:
        whose += f", revision {desk.revision}, because: {visible(desk.reason)}"
    return "\n".join(filter(None, (whose, doubts)))


class ReviewPage(ModalScreen[Answer]):
    """Lists questions, never errors; enter takes the card, space ticks one off, s goes on."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,q", "answer('')", show=False),
        Binding("s", "answer('submit')", show=False),
        Binding("space", "tick", show=False),
    ]

    def __init__(self, draft: Draft, missing: list[str], looked: Looked | None = None) -> None:
        super().__init__()
        self._looked = looked or Looked()
        self._missing = missing
        self._questions = questions(draft)

    def compose(self) -> ComposeResult:
        """What is missing, then the questions."""
        with Vertical(classes="page") as page:
            page.border_title = "Before you submit"
            takes = "enter takes the card   space ticks off   " if self._questions else ""
            goes_on = "" if self._missing else "s goes on to submit   "
            page.border_subtitle = f"{takes}{goes_on}escape back"
            yield Static(self._words(), markup=False, id="words")
            if self._questions:
                yield OptionList(*(Option(self._row(one)) for one in self._questions), markup=False)

    def _row(self, question: Question) -> Text:
        sign = "x" if question in self._looked.ticked else ""
        cells = page_cells(self.app.size.width)
        return hanging(f"{sign:<{GUTTER}}{visible(question.words)}", cells, GUTTER + 3)

    def on_resize(self) -> None:
        """Break the lines anew for the window."""
        self._redraw()

    def _redraw(self) -> None:
        self.query_one("#words", Static).update(self._words())
        for at, question in enumerate(self._questions):
            self.query_one(OptionList).replace_option_prompt_at_index(at, self._row(question))

    def action_tick(self) -> None:
        """Tick the question off, or ask it again; go on to the next."""
        listing = self.query_one(OptionList) if self._questions else None
        if listing is None or listing.highlighted is None:
            return
        at = listing.highlighted
        self._looked.ticked ^= {self._questions[at]}
        self._redraw()
        if self._questions[at] in self._looked.ticked and at + 1 < len(self._questions):
            listing.highlighted = at + 1

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
            ticked = sum(one in self._looked.ticked for one in self._questions)
            off = f", {ticked} ticked off" if ticked else ""
            asks = f"{plural(n, 'question')} worth a second look{off}"
            text.append(f"{asks}; {'it is no error' if n == 1 else 'they are no errors'}:")
        elif not self._missing:
            text.append("No card asks for a second look.")
        return text

    def on_mount(self) -> None:
        """The list has the keys."""
        if self._questions:
            listing = self.query_one(OptionList)
            listing.highlighted = self._looked.start(self._questions)
            listing.focus()

    def action_answer(self, answer: str) -> None:
        """Go on to submit only where nothing is missing."""
        if answer == "submit" and self._missing:
            page = self.query_one(".page")
            page.border_subtitle = "not yet: every pile needs its number first   escape back"
            return
        if self._questions:
            self._looked.leave(self._questions, self.query_one(OptionList).highlighted)
        self.dismiss(answer or None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the (first) card of the question."""
        event.stop()
        self._looked.leave(self._questions, event.option_index)
        self.dismiss(self._questions[event.option_index].items[0])


class SubmitPage(ModalScreen[bool]):
    """The last question: y submits."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        Binding("y", "dismiss(True)", show=False),
        Binding("escape,n,q", "dismiss(False)", show=False),
    ]

    def __init__(self, about: str = "", *, practice: bool = False) -> None:
        super().__init__()
        self._about = f"{about}\n\n" if about else ""
        self._practice = practice

    def compose(self) -> ComposeResult:
        """What is submitted, the words, and the two keys."""
        with Vertical(classes="page") as page:
            page.border_title = "End the practice?" if self._practice else "Submit this sort?"
            words = PRACTICE_WORDS if self._practice else SUBMIT_WORDS
            yield Static(self._about + words, markup=False)
