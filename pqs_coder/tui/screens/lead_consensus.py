"""The adjudication room: the items on which raters differ, placed one by one to a third sort."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widgets import Static

from pqs_coder.desk.consensus import ConsensusDesk, Disputed
from pqs_coder.desk.submission import what_is_missing
from pqs_coder.errors import PqsError
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.lead_data import Names
from pqs_coder.tui.screens.lead_items import ItemsScreen
from pqs_coder.tui.screens.lead_tables import table_sheet
from pqs_coder.tui.screens.review import SubmitPage
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.lead_list import Sheet


class ConsensusScreen(ItemsScreen):
    """Digits place the item under the cursor; what the raters said stands beside it."""

    BINDINGS: ClassVar = [
        Binding("a", "take", show=False),
        Binding("n", "note", show=False),
        Binding("u", "undo", show=False),
        Binding("r", "redo", show=False),
        Binding("x", "off", show=False),
        Binding("s", "submit", show=False),
    ]
    FOOTER: ClassVar = "digits place  a suggestion  n note  u undo  e evidence  s submit  ? keys"
    HELP: ClassVar = """\
up, down    the items, the largest difference first; agreed ones stand at the end
digits      place the item in that pile, and go on to the next that is undecided
a           place it as suggested: the rounded composite that keeps the forced distribution
x           take it off its pile
n           write the note of the consensus
u, r        undo, redo
e           the next turn that one of the raters has cited
tab         from the items to the transcript and back
h           hide the names, or show them
s           submit: a third sort; the raters' own stay as they are
escape, q   back; everything is kept

A suggestion with = is a tie: an item with the same mean went to another pile, so that either
could be there. A placement with ? was accepted with all others by a command
(pqs consensus SESSION --accept); placing it, with a digit or a, takes the mark off."""

    def __init__(self, study: Study, consensus: ConsensusDesk, names: Names) -> None:
        super().__init__(study, consensus.table, names)
        self.consensus = consensus

    def heading(self) -> Text:
        """Session, raters, and how far it is."""
        left = len(self.consensus.undecided)
        text = Text(f"{visible(self.table.session)}  consensus of {self.shown_raters()}  ")
        text.append(f"undecided {left}")
        for words in what_is_missing(self.consensus.draft) if not left else []:
            text.append(f"  {words}")
        return text

    def fill(self) -> None:
        """All items with the placements, the suggestion, and where the consensus has them."""
        suggested, tied = self.consensus.suggestions()
        cards = self.consensus.draft.cards

        def pile_of(rater: str) -> Callable[[dict[str, Disputed]], str]:
            n = self.raters.index(rater)
            return lambda row: str(row["one"].piles[n])

        def suggestion(row: dict[str, Disputed]) -> str:
            item = row["one"].item
            return f"{suggested[item]}{'=' if item in tied else ' '}"

        def placed(row: dict[str, Disputed]) -> str:
            card = cards[row["one"].item]
            return "-" if card.pile is None else f"{card.pile}{'?' if card.unsure else ''}"

        def build(cells: int) -> Sheet:
            room = max(12, cells - 28 - 9 * len(self.raters))
            return table_sheet(
                [{"one": one} for one in self.table.items],
                [
                    ("item", 4, lambda row: str(row["one"].item)),
                    ("label", -room, lambda row: self.study.item_set.item(row["one"].item).label),
                    *((self.names(rater), 8, pile_of(rater)) for rater in self.raters),
                    ("suggested", 9, suggestion),
                    ("placed", 7, placed),
                ],
                cells,
                key=lambda row: str(row["one"].item),
                style=lambda row: "strong" if cards[row["one"].item].pile is None else "quiet",
            )

        self.items.show(build, keep=True)
        self.query_one("#header", Static).update(self.heading())
        self.show_item()
        if not self.status.text:
            self.say("")

    def about(self, item: int) -> str:
        """The suggestion, marked as one, and the note of the consensus."""
        suggested, tied = self.consensus.suggestions()
        card = self.consensus.draft.card(item)
        tie = " (a tie)" if item in tied else ""
        placed = "not placed" if card.pile is None else f"placed in {card.pile}"
        note = f"   note: {card.note}" if card.note else ""
        return f"suggested {suggested[item]}{tie}   {placed}{note}"

    def on_unmount(self) -> None:
        """Give the lock back; everything is on disk already."""
        self.consensus.close()

    # -- moves -----------------------------------------------------------------------------------

    def attempt(self, work: Callable[[], object], said: str = "") -> bool:
        """Do something that may be refused, then draw; whether it went well."""
        try:
            work()
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")
            return False
        self.fill()
        self.say(said)
        return True

    def on_key(self, event: events.Key) -> None:
        """A digit places the item under the cursor."""
        pile = self.study.item_set.digits.get(event.key)
        if pile is None or self.prompt.asking or self.item is None:
            return
        event.stop()
        item = self.item
        self._place(item, lambda: self.consensus.place(item, pile))

    def _place(self, item: int, work: Callable[[], object]) -> None:
        """Place, then go on to the next item that is undecided; where none is, stay."""
        if self.attempt(work):
            order = [one.item for one in self.table.items]
            later = order[order.index(item) + 1 :]
            left = {one.item for one in self.consensus.undecided}
            following = next((one for one in [*later, *order] if one in left), None)
            if following is not None:
                self.items.go_to(str(following))
                self.show_item()
            self.say(f"{item} lies in {self._pile_after(item)}")

    def _pile_after(self, item: int) -> str:
        pile = self.consensus.draft.card(item).pile
        return "-" if pile is None else str(pile)

    def action_take(self) -> None:
        """Place the item as suggested."""
        item = self.item
        if item is not None:
            self._place(item, lambda: self.consensus.take_suggestion(item))

    def action_off(self) -> None:
        """Take the item off its pile."""
        item = self.item
        if item is not None:
            self.attempt(lambda: self.consensus.place(item, None), f"{item} is undecided")

    def action_undo(self) -> None:
        """Take back the last move."""
        self.attempt(lambda: self._to_item(self.consensus.desk.undo()), "undone")

    def action_redo(self) -> None:
        """Do it again."""
        self.attempt(lambda: self._to_item(self.consensus.desk.redo()), "done again")

    def _to_item(self, _change: object) -> None:
        if self.consensus.desk.hand is not None:
            self.items.go_to(str(self.consensus.desk.hand))

    def action_note(self) -> None:
        """Write the note of the consensus on this item."""
        item = self.item
        if item is None:
            return

        def taken(text: str) -> None:
            self.items.focus()
            self.attempt(lambda: self.consensus.desk.note(item, text), "noted")

        self.prompt.ask(f"Note on {item}:", taken, self.consensus.draft.card(item).note)

    def action_submit(self) -> None:
        """Submit where every pile has its number."""
        missing = what_is_missing(self.consensus.draft)
        if missing:
            self.say(f"Not complete: {'; '.join(missing)}.", "error")
            return
        self.app.push_screen(SubmitPage(), self._submit)

    def _submit(self, yes: bool | None) -> None:
        if yes and self.attempt(self.consensus.submit):
            self.dismiss(None)
