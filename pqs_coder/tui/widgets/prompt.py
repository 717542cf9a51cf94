"""A line to type into, in the place of the footer; escape leaves it."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

Answer = Callable[[str], None]


class Prompt(Horizontal):
    """Asks for one line of text and hands it to a callback."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answer: Answer | None = None

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Label("", markup=False, id="question")
        yield Input(id="answer", compact=True, select_on_focus=False)

    @property
    def asking(self) -> bool:
        """Whether an answer is awaited."""
        return self._answer is not None

    def ask(self, question: str, answer: Answer, value: str = "") -> None:
        """Show the line and give it the focus."""
        self._answer = answer
        self.query_one("#question", Label).update(f"{question} ")
        entry = self.query_one(Input)
        entry.value = value
        entry.cursor_position = len(value)
        self.display = True
        # At once: a key typed meanwhile would otherwise reach the board and move a card.
        self.screen.set_focus(entry)

    async def take(self, event: events.Key) -> None:
        """A key that was on its way to another widget when the line was asked for.

        Fast typing and pasting outrun the change of focus; nothing typed is lost or moves a card.
        """
        entry = self.query_one(Input)
        if event.is_printable and event.character:
            entry.insert_text_at_cursor(event.character)
        elif event.key == "enter":
            await entry.action_submit()
        elif event.key == "backspace":
            entry.action_delete_left()

    def end(self) -> None:
        """Hide the line."""
        self._answer = None
        self.display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand over the answer."""
        event.stop()
        answer = self._answer
        self.end()
        if answer is not None:
            answer(event.value)
