"""What the pair and the adjudication room share: items, what was said, the transcript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from pqs_coder.desk.consensus import Adjudication
from pqs_coder.desk.opening import session_transcript
from pqs_coder.model.card import Card
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.lead_data import Names
from pqs_coder.tui.screens.pages import TextPage
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.bars import StatusLine
from pqs_coder.tui.widgets.lead_list import LeadList
from pqs_coder.tui.widgets.lead_said import SaidPanel
from pqs_coder.tui.widgets.prompt import Prompt
from pqs_coder.tui.widgets.transcript_view import TranscriptView

TALL = 36


class EvidenceView(TranscriptView):
    """A transcript whose marks are the raters' evidence: + the first rater's, § the second's."""

    def action_mark(self) -> None:
        """Marks are the raters', not the reader's."""


class ItemsScreen(Screen[None]):
    """A list of items; what each rater said of the one under the cursor, in the transcript too."""

    CSS_PATH: ClassVar = "lead_desk.tcss"
    BINDINGS: ClassVar = [
        Binding("e", "evidence", show=False),
        Binding("h", "names", show=False),
        Binding("tab", "other", show=False, priority=True),
        Binding("question_mark", "help", show=False),
        Binding("escape,q", "leave", show=False),
    ]
    HELP: ClassVar = ""
    FOOTER: ClassVar = ""

    def __init__(self, study: Study, table: Adjudication, names: Names) -> None:
        super().__init__()
        self.study = study
        self.table = table
        self.names = names
        names.learn(table.raters)
        self.items = LeadList(id="items")
        self.said = SaidPanel(id="said")
        info = study.session_info(table.session)
        self.transcript = EvidenceView(
            session_transcript(study, table.session), info.speakers, id="transcript"
        )
        self.status = StatusLine(id="status")
        self.prompt = Prompt(id="prompt")

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Static(self.heading(), markup=False, id="header")
        with Container(id="work"):
            yield self.items
            yield self.said
            yield self.transcript
        yield self.status
        yield Static(self.FOOTER, markup=False, id="footer")
        yield self.prompt

    def on_mount(self) -> None:
        """Begin at the largest difference."""
        self.items.focus()
        self.call_after_refresh(self.fill)

    def on_resize(self) -> None:
        """More rows for the list where there is room."""
        self.set_class(self.app.size.height >= TALL, "-tall")

    # -- what differs between the two ------------------------------------------------------------

    def heading(self) -> Text:
        """The line on top."""
        raise NotImplementedError

    def fill(self) -> None:
        """Show the items."""
        raise NotImplementedError

    def about(self, item: int) -> str:
        """What is said of an item beside the raters' words."""
        raise NotImplementedError

    # -- what is shared --------------------------------------------------------------------------

    @property
    def raters(self) -> tuple[str, ...]:
        """The raters on the table, in the order of their columns."""
        return self.table.raters

    @property
    def item(self) -> int | None:
        """The item under the cursor."""
        return int(self.items.key) if self.items.key else None

    def cards(self, item: int) -> Mapping[str, Card]:
        """The cards of an item by rater."""
        return {rater: self.table.sides[rater][item] for rater in self.raters}

    def show_item(self) -> None:
        """Show what was said of the item under the cursor, and go to its evidence."""
        item = self.item
        if item is None:
            self.said.show("Nothing differs.", "", {})
            return
        cards = self.cards(item)
        label = self.study.item_set.item(item).label
        shown = {self.names(rater): card for rater, card in cards.items()}
        self.said.show(f"{item}  {label}", self.about(item), shown)
        turns = [
            frozenset(t for t in card.turns if t <= self.transcript.turns)
            for card in cards.values()
        ]
        self.transcript.marked = turns[0]
        self.transcript.bookmarks = turns[1]
        self.transcript.set_margin({t: (item,) for one in turns[2:] for t in one})
        cited = sorted(frozenset().union(*turns))
        if cited:
            self.transcript.go_to(cited[0])

    def legend(self) -> str:
        """Whose evidence the signs in the transcript are."""
        signs = ("+", "§", "*")
        said = [
            f"{sign} {self.names(name)}" for sign, name in zip(signs, self.raters, strict=False)
        ]
        return "evidence in the transcript: " + "   ".join(said)

    def say(self, text: str, kind: str = "said") -> None:
        """Say something in the status line; nothing: the legend."""
        self.status.say(text or self.legend(), kind if text else "quiet")
        self.status.redraw()

    def on_lead_list_moved(self, _event: LeadList.Moved) -> None:
        """Another item."""
        self.show_item()
        self.say("")

    def action_evidence(self) -> None:
        """Go to the next turn that a rater has cited."""
        item = self.item
        if item is None:
            return
        turns = sorted({t for card in self.cards(item).values() for t in card.turns})
        if not turns:
            self.say("no turn is cited for this item")
            return
        now = self.transcript.cursor_turn
        self.transcript.go_to(next((turn for turn in turns if turn > now), turns[0]))

    def action_names(self) -> None:
        """Hide the names of raters, or show them."""
        self.names.hidden = not self.names.hidden
        self.query_one("#header", Static).update(self.heading())
        self.fill()

    def action_other(self) -> None:
        """From the items to the transcript, and back."""
        (self.transcript if self.items.has_focus else self.items).focus()

    def action_help(self) -> None:
        """The keys."""
        self.app.push_screen(TextPage("Keys that work here", Text(self.HELP)))

    def action_leave(self) -> None:
        """Close the line to type into, else go back."""
        if self.prompt.asking:
            self.prompt.end()
            self.items.focus()
            return
        self.dismiss(None)

    def shown_raters(self) -> str:
        """The raters' names in one line."""
        return visible(", ".join(self.names(rater) for rater in self.raters))
