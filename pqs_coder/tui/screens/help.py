"""The keys that work here and now."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from pqs_coder.tui.commands import GROUPS, Situation
from pqs_coder.tui.keymap import Keymap


class HelpScreen(ModalScreen[None]):
    """Lists commands and keys by group; any of escape, ?, q, enter closes it."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [("escape,question_mark,q,enter,space", "dismiss", "close")]

    def __init__(self, keymap: Keymap, now: Situation) -> None:
        super().__init__()
        self._keymap = keymap
        self._now = now

    def compose(self) -> ComposeResult:
        """The widgets."""
        with VerticalScroll(classes="page") as page:
            page.border_title = "Keys that work here and now"
            page.border_subtitle = "escape closes"
            yield Static(self._text(), markup=False)

    def _text(self) -> Text:
        text = Text()
        usable = self._keymap.usable(self._now)
        for group in GROUPS:
            commands = [command for command in usable if command.group == group]
            if not commands:
                continue
            text.append(f"{group}\n", "bold")
            for command in commands:
                text.append(f"  {self._keymap.shown(command):<12}", "bold")
                text.append(f"{command.words}\n")
        return text
