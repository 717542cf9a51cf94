"""Going through the transcript by turns, pages and places found, on every page that shows one."""

from __future__ import annotations

from collections.abc import Callable

from pqs_coder.errors import UsageError
from pqs_coder.tui.widgets.transcript_view import TranscriptView


class Turning:
    """Commands of a page that has a transcript and can ask for a line of text."""

    transcript: TranscriptView

    def ask(self, question: str, answer: Callable[[str], object], value: str = "") -> None:
        """Ask for a line of text."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Say something in the status line."""
        raise NotImplementedError

    def do_next_turn(self) -> None:
        """One turn on."""
        self.transcript.action_move(1)

    def do_previous_turn(self) -> None:
        """One turn back."""
        self.transcript.action_move(-1)

    def do_page_down(self) -> None:
        """A page on."""
        self.transcript.action_page(1)

    def do_page_up(self) -> None:
        """A page back."""
        self.transcript.action_page(-1)

    def do_go_to_turn(self) -> None:
        """Ask for a turn and go there."""
        self.ask("Go to turn:", self._go_to)

    def _go_to(self, text: str) -> None:
        last = self.transcript.turns
        if not text.strip().isdecimal() or not 1 <= int(text) <= last:
            raise UsageError(f"There is no turn {text!r}.", f"Turns run from 1 to {last}.")
        self.transcript.go_to(int(text))

    def do_next_found(self) -> None:
        """The next place found."""
        self._next_match(1)

    def do_previous_found(self) -> None:
        """The place found before."""
        self._next_match(-1)

    def _next_match(self, step: int) -> None:
        number = self.transcript.next_match(step)
        self.say(f"{number} of {self.transcript.match_count} places (> next, < before)")
