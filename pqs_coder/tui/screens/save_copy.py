"""Write the sort to another place, for when the study can't be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from pqs_coder.errors import PqsError
from pqs_coder.tui.text import visible

WHAT = (
    "Every move that the screen shows is in the copy. Later, when the study can be written again, "
    "pqs merge FILE puts it back.\n"
)


class SaveCopyPage(ModalScreen[Path | None]):
    """Ask for a folder until a copy is written; the answer is the copy, None where escape is hit.

    ``save`` writes it into a folder (`Desk.save_copy`).
    """

    CSS_PATH: ClassVar = "pages.tcss"
    BINDINGS: ClassVar = [Binding("escape", "close", "close", show=False)]

    def __init__(self, save: Callable[[Path], Path], folder: Path) -> None:
        super().__init__()
        self._save = save
        self._folder = folder

    def compose(self) -> ComposeResult:
        """What a copy is, a line for the folder, and what went wrong with it."""
        with Vertical(classes="page") as page:
            page.border_title = "Write a copy of the sort to another place"
            page.border_subtitle = "enter writes   escape closes"
            yield Static(Text(WHAT), markup=False)
            yield Input(str(self._folder), compact=True)
            yield Static(id="refused", markup=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self.query_one(Input))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write it there; where that can't be done, say why and stay."""
        event.stop()
        given = event.value.strip()
        if not given:
            return
        try:
            written = self._save(Path(given).expanduser())
        except (PqsError, RuntimeError) as error:  # RuntimeError: ~somebody who is not here
            self.query_one("#refused", Static).update(Text(visible(str(error).replace("\n", " "))))
            return
        self.dismiss(written)

    def action_close(self) -> None:
        """No copy."""
        self.dismiss(None)
