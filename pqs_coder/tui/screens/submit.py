"""The last question before a sort is submitted."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

WORDS = (
    "A submitted sort can't be changed quietly: it is kept as it is, with its date.\n"
    "A later change is a revision that stands beside it.\n\n"
    "y  submit now\n"
    "escape  go on sorting"
)


class SubmitScreen(ModalScreen[bool]):
    """Asks once; y submits."""

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [
        ("y", "dismiss(True)", "submit"),
        ("escape,n,q", "dismiss(False)", "go on sorting"),
    ]

    def compose(self) -> ComposeResult:
        """The widgets."""
        with VerticalScroll(classes="page") as page:
            page.border_title = "Submit this sort?"
            yield Static(WORDS, markup=False)
