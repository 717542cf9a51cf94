"""Two raters of a session, item by item: the largest difference first."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.widgets import Static

from pqs_coder.analysis.context import natural
from pqs_coder.analysis.differences import differences_of
from pqs_coder.desk.consensus import adjudication_of
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.lead_data import Names, Records
from pqs_coder.tui.screens.lead_items import ItemsScreen
from pqs_coder.tui.screens.lead_tables import number, table_sheet
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.lead_list import Sheet


class PairScreen(ItemsScreen):
    """The rows of `pqs differences`, with the transcript."""

    BINDINGS: ClassVar = [Binding("p", "pair", show=False), Binding("n", "names", show=False)]
    FOOTER: ClassVar = "e evidence   p next pair   n names   tab transcript   ? keys   escape back"
    HELP: ClassVar = """\
up, down    the items, the largest difference first
e           the next turn that one of the two has cited
p           another pair of raters of this session
tab         from the items to the transcript and back
n           hide the names, or show them
escape, q   back

share: the item's part of the sum of squared differences, on which r depends."""

    def __init__(
        self,
        study: Study,
        session: str,
        names: Names,
        pair: tuple[str | None, str | None] = (None, None),
    ) -> None:
        super().__init__(study, adjudication_of(study, session), names)
        everybody = natural(self.table.raters)  # as the rows of the command have them
        self.pairs = [(a, b) for n, a in enumerate(everybody) for b in everybody[n + 1 :]]
        self.rows: Records = []
        first = self._ask(*pair)
        self.at = self.pairs.index((first[0]["rater_a"], first[0]["rater_b"])) if first else 0

    def _ask(self, one: str | None, other: str | None) -> Records:
        result = differences_of(self.study, self.table.session, one, other)
        self.rows = result.frame.to_dicts()
        return self.rows

    @property
    def raters(self) -> tuple[str, ...]:
        """The two."""
        return self.pairs[self.at]

    def heading(self) -> Text:
        """Session and pair."""
        return Text(f"{visible(self.table.session)}  {self.shown_raters()}  differences")

    def fill(self) -> None:
        """The rows of the pair."""
        one, other = self.raters
        rows = self.rows

        def build(cells: int) -> Sheet:
            return table_sheet(
                rows,
                [
                    ("item", 4, lambda row: str(row["item"])),
                    ("label", -min(44, cells - 42), lambda row: row["label"] or ""),
                    (self.names(one), 8, lambda row: str(row["pile_a"])),
                    (self.names(other), 8, lambda row: str(row["pile_b"])),
                    ("apart", 6, lambda row: f"{row['difference']:+d}"),
                    ("share", 6, lambda row: number(row["share"])),
                ],
                cells,
                key=lambda row: str(row["item"]),
                style=lambda row: "" if row["difference"] else "quiet",
            )

        self.items.show(build, keep=True)
        self.show_item()
        self.say("")

    def about(self, item: int) -> str:
        """How far apart they lie."""
        row = next(one for one in self.rows if one["item"] == item)
        return f"{abs(row['difference'])} apart, {number(row['share'])} of all that they differ"

    def action_pair(self) -> None:
        """Another pair of this session."""
        self.at = (self.at + 1) % len(self.pairs)
        self._ask(*self.pairs[self.at])
        self.query_one("#header", Static).update(self.heading())
        self.fill()
