"""The sorting room."""

from __future__ import annotations

from pqs_coder.desk.submission import what_is_missing
from pqs_coder.errors import IncompleteError
from pqs_coder.tui.screens.help import HelpScreen
from pqs_coder.tui.screens.room_reading import Reading
from pqs_coder.tui.screens.room_sorting import Sorting
from pqs_coder.tui.screens.submit import SubmitScreen
from pqs_coder.tui.widgets.bars import FooterBar

GREETING = (
    "You are a neutral observer between the two: is it clearly present, or clearly absent?",
    "What is the evidence? Not: how effective is it.",
    "Read or hear the whole hour first (tab: into the transcript). Then sort the cards.",
)


class RoomScreen(Sorting, Reading):
    """Transcript, card in hand, board."""

    def on_mount(self) -> None:
        """Greet once; what the base does on mounting follows by itself."""
        if not self.draft.view.greeted and not self.draft.acts:
            self.board.greeting = GREETING

    def do_keys(self) -> None:
        """List the keys that work here and now."""
        self.app.push_screen(HelpScreen(self.keymap, self.situation))

    def do_close(self) -> None:
        """Close what is on top: a prompt, the walk, the transcript's focus. Never the room."""
        if self.walking:
            self.walking = False
            self.look_at(self.hand)
            self.say("")
        elif self.focused is not self.board:
            self.board.focus()
        else:
            self.say("")

    def do_leave(self) -> None:
        """Leave the room."""
        self.note_position()
        self.desk.close()
        self.dismiss(None)

    def do_submit(self) -> None:
        """Ask, then submit."""
        missing = what_is_missing(self.draft)
        if missing:
            raise IncompleteError(f"Not complete yet: {'; '.join(missing)}.")
        self.note_position()
        self.app.push_screen(SubmitScreen(), self._submit)

    def _submit(self, yes: bool | None) -> None:
        if yes and self.attempt(self.desk.submit):
            self.app.submitted = self.desk.info.code  # type: ignore[attr-defined]
            self.dismiss(None)

    def on_footer_bar_pressed(self, event: FooterBar.Pressed) -> None:
        """A click in the footer is the key."""
        keys = {"place": ""}
        self.run_command(event.command_id, keys.get(event.command_id, ""))
