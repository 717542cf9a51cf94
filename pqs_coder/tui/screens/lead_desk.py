"""The lead's desk: how the study stands, page by page. The frame comes first, figures follow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from pqs_coder.errors import PqsError
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.lead_agreement import ORDERS
from pqs_coder.tui.screens.lead_data import KeptSorts, Names, PageData, load_page
from pqs_coder.tui.screens.lead_pages import PAGES, tabs_line
from pqs_coder.tui.screens.lead_tables import number
from pqs_coder.tui.screens.pages import ChoosePage, TextPage
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.bars import StatusLine
from pqs_coder.tui.widgets.lead_list import LeadList, Row, Sheet, plain

HELP = """\
1 to 6      the pages: progress, agreement, matrix, raters, drift, training
up, down    move; page up, page down, home, end
left, right on drift: the rater before, the next rater
enter       on a session: the items on which its raters differ, with notes and evidence;
            on a pair of the matrix: the same in any session that the two share
c           on a session: its adjudication room (the consensus)
p           type in a prototype from a paper
n           hide the names of raters, or show them
s           on agreement: sort by the next column (under the threshold first, r, ...)
r           read the study again
escape, q   back

On agreement rel. is the reliability of the raters' mean, base their r with raters of other
sessions, own what is left beyond the mean profile; below the sessions (end) more is said.

What stands here is what the commands print: pqs status, progress, agreement, distinctive,
third-raters, decision, consensus, matrix, portraits, bias, drift, training."""


class LeadDesk(Screen[None]):
    """Pages of figures on a study, for leads."""

    CSS_PATH: ClassVar = "lead_desk.tcss"
    BINDINGS: ClassVar = [
        *(Binding(str(n), f"page('{page}')", show=False) for n, page in enumerate(PAGES, 1)),
        Binding("c", "consensus", show=False),
        Binding("p", "prototype", show=False),
        Binding("n", "names", show=False),
        Binding("r", "reload", show=False),
        Binding("s", "order", show=False),
        Binding("question_mark", "help", show=False),
        Binding("escape,q", "leave", show=False),
    ]

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.names = Names()
        self.sorts = KeptSorts(study)
        self.page = "progress"
        self.order = 0
        self.data: dict[str, PageData | PqsError] = {}
        self.list = LeadList(id="list")
        self.status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Static(self._heading(), markup=False, id="header")
        yield self.list
        yield self.status
        yield Static(
            "enter differences  c consensus  s sort  n names  r again  ? keys  escape back",
            markup=False,
            id="footer",
        )

    def _heading(self) -> Text:
        text = Text(no_wrap=True)
        for words, style in tabs_line(self.page):
            text.append(words, "reverse bold" if style else "")
        title = visible(self.study.settings.title or self.study.folder.name)
        return text.append(f"  {title}")

    def on_mount(self) -> None:
        """The frame stands; ask for the figures."""
        self.list.focus()
        self.call_after_refresh(self.open_page, "progress")

    def open_page(self, page: str) -> None:
        """Show a page: what is known of it, or that it is being worked out."""
        self.page = page
        self.query_one("#header", Static).update(self._heading())
        if page in self.data:
            self._show(page)
            return
        self.list.show(lambda _cells: Sheet(rows=[Row(plain("working it out ...", "quiet"))]))
        self.say("working it out ...")
        self.run_worker(
            lambda: self._load(page), thread=True, exclusive=True, group="page", name=page
        )

    def _load(self, page: str) -> None:
        """In a thread: the analyses of a page; nothing of them is worked out on the screen."""
        worker = get_current_worker()

        def heard(done: int, steps: int, so_far: PageData) -> None:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._hear, page, so_far)
                self.app.call_from_thread(self.say, f"working it out: {done} of {steps}")

        found: PageData | PqsError
        try:
            found = load_page(self.study, page, heard, self.sorts)
        except PqsError as error:
            found = error
        if not worker.is_cancelled:
            self.app.call_from_thread(self._loaded, page, found)

    def _hear(self, page: str, so_far: PageData) -> None:
        """The grid needs one answer only: it does not wait for the others."""
        if page == self.page == "progress" and "status" in so_far.tables:
            self._draw(page, so_far)

    def _loaded(self, page: str, found: PageData | PqsError) -> None:
        self.data[page] = found
        if isinstance(found, PageData):
            records = [one for table in found.tables.values() for one in table]
            self.names.learn(one["rater"] for one in records if one.get("rater"))
        if page == self.page:
            self._show(page, keep=True)

    def _show(self, page: str, *, keep: bool = False) -> None:
        found = self.data[page]
        if isinstance(found, PqsError):
            self.list.show(lambda _cells: Sheet())
            self.say(f"{found.message} {found.cure}", "error")
            return
        self._draw(page, found, keep=keep)
        self.say("names are hidden" if self.names.hidden else "")

    def _draw(self, page: str, found: PageData, *, keep: bool = True) -> None:
        make: Callable[..., Sheet] = PAGES[page]
        if page == "agreement":
            make = partial(make, order=self.order)
        self.list.show(lambda cells: make(found, self.names, cells), keep=keep)

    def say(self, text: str, kind: str = "said") -> None:
        """Say something in the status line."""
        self.status.say(text, kind)
        self.status.redraw()

    # -- keys ----------------------------------------------------------------------------------

    def action_page(self, page: str) -> None:
        """Another page."""
        self.open_page(page)

    def action_names(self) -> None:
        """Hide the names of raters, or show them."""
        self.names.hidden = not self.names.hidden
        if self.page in self.data:
            self._show(self.page, keep=True)

    def action_order(self) -> None:
        """Sort the sessions of the agreement page by the next column."""
        if self.page != "agreement" or not isinstance(self.data.get("agreement"), PageData):
            self.say("Sessions are sorted on page 2.", "error")
            return
        self.order = (self.order + 1) % len(ORDERS)
        self._show(self.page)
        self.say(f"sorted by: {ORDERS[self.order]}")

    def action_reload(self) -> None:
        """Read the study again."""
        self.data.clear()
        self.open_page(self.page)

    def action_help(self) -> None:
        """The keys."""
        self.app.push_screen(TextPage("Keys of the desk", Text(HELP)))

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.dismiss(None)

    def on_lead_list_chosen(self, event: LeadList.Chosen) -> None:
        """Enter on a session: what its raters differ on; on a pair: in which of its sessions."""
        if self.page == "matrix":
            self._choose_session(*event.key.split(","))
        else:
            self._differences(event.key)

    def _choose_session(self, one: str, other: str) -> None:
        """The sessions that two raters share, the lowest r first."""
        found = self.data["matrix"]
        if not isinstance(found, PageData):
            return
        shared = [
            row for row in found.tables["pairs"] if {row["rater_a"], row["rater_b"]} == {one, other}
        ]
        shared.sort(key=lambda row: (row["r"] is None, row["r"]))
        rows = [
            (row["session"], Text(f"{visible(row['session'])}  r {number(row['r'])}"))
            for row in shared
        ]

        def chosen(session: str | None) -> None:
            if session is not None:
                self._differences(session, (one, other))

        title = f"{self.names(one)} and {self.names(other)}: which session?"
        self.app.push_screen(ChoosePage(title, rows), chosen)

    def _differences(
        self, session: str, pair: tuple[str | None, str | None] = (None, None)
    ) -> None:
        from pqs_coder.tui.screens.lead_pair import PairScreen

        try:
            self.app.push_screen(PairScreen(self.study, session, self.names, pair))
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")

    def action_consensus(self) -> None:
        """The adjudication room of the session under the cursor."""
        from pqs_coder.tui.screens.lead_opening import consensus_screen

        code = self.list.key
        if code is None or self.page not in ("progress", "agreement"):
            self.say("Put the cursor on a session (pages 1 and 2).", "error")
            return
        try:
            self.app.push_screen(consensus_screen(self.study, code, self.names), self._adjudicated)
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")

    def action_prototype(self) -> None:
        """Choose a prototype of the literature, and type in its scores."""
        from pqs_coder.tui.screens.lead_opening import choose_prototype

        try:
            choose_prototype(self.app, self.study, self.say)
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")

    def _adjudicated(self, _answer: object) -> None:
        """What was known may have changed."""
        self.action_reload()
