"""The home page: the viewer's sessions, to do, in hand and done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pqs_coder.desk.newcomers import newcomer_words
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import PqsError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import fold
from pqs_coder.store.ratings import forms_of, open_sheet
from pqs_coder.store.study import Study
from pqs_coder.tui.opening import rating_page, room_for
from pqs_coder.tui.screens.home_words import FORMS_HELP, FORMS_HINT, HELP, form_row, row_text
from pqs_coder.tui.screens.pages import ChoosePage, TextPage
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.sessions import (
    DONE,
    IN_HAND,
    TO_DO,
    SessionRow,
    Work,
    forms_progress,
    session_rows,
)
from pqs_coder.tui.settings import UiSettings
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.bars import StatusLine
from pqs_coder.tui.widgets.prompt import Prompt

PRACTISED = "That was practice: nothing of it is kept."
Choice = tuple[Callable[[], None], Text]
"""What is done when a row is chosen, and the row."""


class HomeScreen(Screen[None]):
    """Lists sessions; enter opens the sorting room."""

    CSS_PATH: ClassVar = "home.tcss"
    BINDINGS: ClassVar = [
        Binding("q", "leave", "leave"),
        Binding("f", "form", "form"),
        Binding("p", "practice", "practice"),
        Binding("d", "desk", "desk"),
        Binding("question_mark", "help", show=False),
        Binding("escape", "close", show=False),
    ]

    def __init__(self, study: Study, settings: UiSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or UiSettings()
        self.study = study
        self.status = StatusLine(id="status")
        self.prompt = Prompt(id="prompt")
        self._rows: dict[str, SessionRow] = {}

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Static(self._heading(), markup=False, id="header")
        yield OptionList(id="sessions", markup=False)
        yield self.status
        desk = "d the lead's desk  " if self.study.viewer.leads else ""
        keys = f"enter opens  f a form  {desk}p practises  ? keys  q leaves"
        yield Static(keys, markup=False, id="footer")
        yield self.prompt

    def _heading(self) -> Text:
        viewer = self.study.viewer
        who = visible(viewer.name or viewer.role)
        title = visible(self.study.settings.title or self.study.folder.name)
        return Text(f"{title}   {who}" + (" (lead)" if viewer.leads and viewer.name else ""))

    def on_mount(self) -> None:
        """Start."""
        self.fill()
        if self.study.viewer.leads and self.study.viewer.name is None and not self.status.text:
            raters = (one.name for one in self.study.settings.raters if one.role == "rater")
            name = visible(next(raters, "NAME"))
            self.say(f"you see all of the study, as its lead; a rater opens it by --as {name}")

    def on_screen_resume(self) -> None:
        """Come back from the room."""
        self.fill()

    def fill(self) -> None:
        """Read the study again and list it."""
        listing = self.query_one(OptionList)
        before = listing.highlighted_option.id if listing.highlighted_option else None
        listing.clear_options()
        try:
            rows = session_rows(self.study)
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")
            return
        self._rows = {row.code: row for row in rows}
        cells = max(40, self.app.size.width - 1)
        widest = max((len(visible(row.code)) for row in rows), default=0)
        for state in (IN_HAND, TO_DO, DONE):
            group = [row for row in rows if row.state == state]
            if not group:
                continue
            heading = Text(f"{state} ({len(group)})", "bold")
            listing.add_option(Option(heading, disabled=True))
            listing.add_options(
                [Option(row_text(row, cells, widest), id=row.code) for row in group]
            )
        if not rows:
            listing.add_option(Option(Text("No sessions yet: pqs add TRANSCRIPT"), disabled=True))
        first = before if before in self._rows else next(iter(self._first_codes(rows)), None)
        if first is not None:
            listing.highlighted = listing.get_option_index(first)
        if not self.prompt.asking:  # the page that has just closed may have led to a question
            listing.focus()

    def _first_codes(self, rows: list[SessionRow]) -> list[str]:
        return [row.code for state in (IN_HAND, TO_DO, DONE) for row in rows if row.state == state]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a session."""
        code = event.option.id
        if code is None:
            return
        begun = [work for work in self._rows[code].works if work.state != TO_DO]
        if self.study.viewer.leads and begun:
            self._choose_sort(code, begun)
        else:
            self._as_somebody(code, "Sort", partial(self.open, code))

    def _choose_sort(self, code: str, begun: list[Work]) -> None:
        """A lead reads what is there, or sorts."""
        rows: list[Choice] = [
            (
                partial(self.open, code, work.rater, read_only=True),
                Text(f"read the sort of {visible(work.rater)}: {work.said}"),
            )
            for work in begun
        ]
        name = self.study.viewer.name
        if name is None:
            done = {fold(work.rater) for work in begun if work.state == DONE}
            rows += self._names(code, "Sort", partial(self.open, code), done)
        else:
            rows.append((partial(self.open, code, name), Text("sort it yourself")))
        self._choose(f"Session {code}", rows)

    def _choose(self, title: str, rows: list[Choice]) -> None:
        def chosen(do: Callable[[], None] | None) -> None:
            if do is not None:
                do()

        self.app.push_screen(ChoosePage(title, rows), chosen)

    def _people(self, code: str) -> dict[str, str]:
        """Who may be meant, and how far they are: those of the session, then the roster."""
        people = {work.rater: work.said for work in self._rows[code].works}
        known = set(map(fold, people))
        return people | {
            one.name: "" for one in self.study.settings.raters if fold(one.name) not in known
        }

    def _names(
        self, code: str, verb: str, go: Callable[[str], None], without: set[str] | None = None
    ) -> list[Choice]:
        """A row for each name that may be meant, and one for any other."""
        rows: list[Choice] = []
        for name, said in self._people(code).items():
            if fold(name) not in (without or ()):
                far = f": {said}" if said and verb == "Sort" else ""
                rows.append((partial(go, name), Text(f"{verb.lower()} as {visible(name)}{far}")))
        rows.append((partial(self._ask_name, code, verb, go), Text("somebody else: type the name")))
        return rows

    def _as_somebody(self, code: str, verb: str, go: Callable[[str], None]) -> None:
        """Do it as the viewer, else as whoever is chosen or typed."""
        name = self.study.viewer.name
        if name is not None:
            go(name)
        elif self._people(code):
            self._choose(f"{verb} {code}", self._names(code, verb, go))
        else:
            self._ask_name(code, verb, go)

    def _ask_name(self, code: str, verb: str, go: Callable[[str], None]) -> None:
        self.say("")
        asked = f"{verb} {code} as (name):"
        self.prompt.ask(asked, lambda text: self._named(code, text.strip(), go))

    def _named(self, code: str, name: str, go: Callable[[str], None]) -> None:
        """Go on as that rater; a name that nobody knows has to be typed twice."""
        try:
            new = newcomer_words(self.study, code, name) if name else ""
        except PqsError:
            new = ""  # opening says what is wrong with it
        if not new:
            go(name)
            return

        def again(text: str) -> None:
            self.say("" if text.strip() == name else "The two names differ: nothing is opened.")
            go(name if text.strip() == name else "")

        self.say(new)
        self.prompt.ask("Type it again to go on:", again)

    def action_form(self) -> None:
        """Rate the session under the cursor on a form."""
        option = self.query_one(OptionList).highlighted_option
        if option is None or option.id is None:
            return
        code = option.id

        def chosen(form: ItemSet | None) -> None:
            if form is not None:
                self._as_somebody(code, "Rate", lambda name: self.rate(code, form, name))

        try:
            far = forms_progress(self.study, code)
            rows = [(form, form_row(form, far.get(form.id, ""))) for form in forms_of(self.study)]
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")
            return
        self.app.push_screen(
            ChoosePage(f"Rate {code} on a form", rows, FORMS_HINT, help=FORMS_HELP), chosen
        )

    def rate(self, code: str, form: ItemSet, rater: str) -> None:
        """Open the rating page."""
        self.query_one(OptionList).focus()
        if not rater:
            return
        try:
            sheet = open_sheet(self.study, code, form, rater)
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")
            return

        def back(_: None) -> None:
            sheet.close()
            rated, total = len(sheet.ratings.values), len(form.items)
            self.say(f"{visible(code)}: {rated} of {total} items of {form.id} are rated")

        try:
            page = rating_page(self.study, sheet, self.settings)
        except PqsError as error:
            sheet.close()
            self.say(f"{error.message} {error.cure}", "error")
            return
        self.say("")
        self.app.push_screen(page, back)

    def open(self, code: str, rater: str, *, read_only: bool = False) -> None:
        """Open the room; a submitted sort is opened for reading."""
        self.query_one(OptionList).focus()
        if not rater:
            return
        try:
            paths = self.study.paths(code, rater)
            done = bool(paths.latest_revision()) and not paths.journal.exists()
            desk = open_desk(self.study, code, rater, read_only=done or read_only)
        except PqsError as error:
            self.say(f"{error.message} {error.cure}", "error")
            return
        self.say("")
        room, writes = room_for(self.study, desk, self.settings), not desk.read_only
        self.app.push_screen(room, lambda _: self._came_back(room, writes))

    def _came_back(self, room: RoomScreen, writes: bool) -> None:
        """Say what became of the sort, and list it where it belongs now."""
        room.desk.close()
        code = visible(room.desk.info.code)
        if room.submitted is not None:
            self.say(f"{code} is submitted: thank you. From now on it can be read only.")
        elif room.unsaved is not None:
            self.say(f"Where you were reading was not saved: {room.unsaved.message}", "error")
        elif writes and room.draft.lines:
            self.say(f"{code} is kept as you left it")
        self.fill()

    def say(self, words: str, kind: str = "said") -> None:
        """Say something above the footer; an error takes the rows that it needs."""
        self.status.say(words, kind)
        self.status.styles.height = self.status.rows_needed(self.app.size.width)
        self.status.redraw()

    def on_resize(self) -> None:
        """Lines that were cut may be whole now."""
        self.fill()

    def action_close(self) -> None:
        """Escape closes the line to type into, nothing else."""
        if self.prompt.asking:
            self.say("")
        self.prompt.end()
        self.query_one(OptionList).focus()

    def action_help(self) -> None:
        """The keys of this page."""
        self.app.push_screen(TextPage("Keys of the list of sessions", Text(HELP)))

    def action_practice(self) -> None:
        """The practice sort; nothing of it is kept."""
        from pqs_coder.tui.practice import practice_room

        self.app.push_screen(practice_room(self.settings), lambda _: self.say(PRACTISED))

    def action_desk(self) -> None:
        """The lead's desk: how the study stands."""
        if self.study.viewer.leads:
            from pqs_coder.tui.screens.lead_desk import LeadDesk

            self.app.push_screen(LeadDesk(self.study))

    def action_leave(self) -> None:
        """Leave the program."""
        self.dismiss(None)
