"""The first page outside a study: the demo, a new study, or one that lies elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pqs_coder.errors import PqsError
from pqs_coder.store.study import Study, open_study
from pqs_coder.tui.screens.home import PRACTISED, HomeScreen
from pqs_coder.tui.settings import UiSettings
from pqs_coder.tui.widgets.bars import StatusLine
from pqs_coder.tui.widgets.prompt import Prompt

MakeStudy = Callable[[Path], Study]

_WORDS = (
    "There is no study in this folder.\n\n"
    "A study is a folder with transcripts and the sorts that raters make of them."
)


class WelcomeScreen(Screen[None]):
    """Offers a way in."""

    CSS_PATH: ClassVar = "home.tcss"
    BINDINGS: ClassVar = [
        Binding("q", "leave", "leave"),
        Binding("escape", "close", show=False),
    ]

    def __init__(
        self, make_demo: MakeStudy, make_study: MakeStudy, settings: UiSettings | None = None
    ) -> None:
        super().__init__()
        self.settings = settings or UiSettings()
        self.make_demo = make_demo
        self.make_study = make_study
        self.status = StatusLine(id="status")
        self.prompt = Prompt(id="prompt")

    def compose(self) -> ComposeResult:
        """The words, the ways in, a line for what goes wrong."""
        yield Static("pqs: sort a session, beside its transcript", markup=False, id="header")
        yield Static(_WORDS, markup=False, id="words")
        yield OptionList(
            Option("Try the demo study (invented sessions)", id="demo"),
            Option("Begin a new study", id="new"),
            Option("Practise the room with 20 cards; nothing is kept", id="practice"),
            Option("Open a study in another folder", id="open"),
            id="sessions",
            markup=False,
        )
        yield self.status
        yield Static("enter chooses   q leaves", markup=False, id="footer")
        yield self.prompt

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask for the folder."""
        if event.option.id == "practice":
            from pqs_coder.tui.practice import practice_room

            self.app.push_screen(practice_room(self.settings), lambda _: self._say(PRACTISED))
            return
        asks: dict[str, tuple[str, MakeStudy, str]] = {
            "demo": ("Folder for the demo:", self.make_demo, "pqs-demo"),
            "new": ("Folder for the new study:", self.make_study, ""),
            "open": ("Folder of the study:", open_study, ""),
        }
        question, make, folder = asks[event.option.id or "demo"]
        self.prompt.ask(question, lambda text: self.go(make, text), folder)

    def go(self, make: MakeStudy, folder: str) -> None:
        """Make or open the study and show its sessions."""
        self.query_one(OptionList).focus()
        if not folder.strip():
            return
        try:
            study = make(Path(folder.strip()).expanduser())
        except PqsError as error:
            self._say(f"{error.message} {error.cure}", "error")
            return
        self.app.push_screen(HomeScreen(study, self.settings), lambda _: self.dismiss(None))

    def _say(self, words: str, kind: str = "said") -> None:
        self.status.say(words, kind)
        self.status.styles.height = self.status.rows_needed(self.app.size.width)
        self.status.redraw()

    def action_close(self) -> None:
        """Escape closes the line to type into."""
        self.prompt.end()
        self.query_one(OptionList).focus()

    def action_leave(self) -> None:
        """Leave the program."""
        self.dismiss(None)
