"""A line to type into, in the place of the footer; escape leaves it."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

Answer = Callable[[str], None]

BREATH = 0.03
"""Seconds after which what comes behind an enter is another key, not the next line of a paste."""
_LINE_END = re.compile(r"[ \t]*(?:\r\n|\r|\n)+")


class Entry(Input):
    """A line to type into at any speed: a burst is inserted at once, and each key in its turn.

    Textual inserts sign by sign, which takes seconds where thousands come without the marks of a
    paste, and acts on enter or backspace only after the signs that were typed behind it.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, select_on_focus=False)
        self._typed: list[str] = []
        self._ending = False
        self.prose = False
        """Whether a line end with text right behind it is part of the text, as in a paste."""

    async def take(self, event: events.Key) -> bool:
        """Do what a key means in a line, if it means something there."""
        if event.is_printable and event.character:
            if not self._typed:
                self.call_later(self.insert_typed)  # behind the keys that have come already
            self._typed.append(" " + event.character if self._ending else event.character)
            self._ending = False
            return True
        self.insert_typed()
        if event.key == "enter" and self.prose:
            if not self._ending:
                self._ending = True
                self._behind_the_burst()
            return True
        bindings = self._bindings.key_to_bindings.get(event.key, [])
        for binding in bindings:
            await self.run_action(binding.action)
        return bool(bindings)

    def _behind_the_burst(self) -> None:
        """End the line once all that came with this key is in it."""

        def when_all_came() -> None:
            self.app.call_later(self.screen.call_later, self.call_later, self._end_typed)

        if self.app.is_headless:
            when_all_came()
        else:
            self.set_timer(BREATH, when_all_came)  # a terminal hands a paste over in pieces

    async def _end_typed(self) -> None:
        """Nothing came behind the enter: it was meant."""
        if self._ending:
            self._ending = False
            await self.action_submit()

    def insert_typed(self) -> None:
        """Put what has been typed into the line."""
        text = "".join(self._typed)
        self._typed.clear()
        if text:
            self.replace(text, *self.selection)

    async def _on_key(self, event: events.Key) -> None:
        if await self.take(event):
            event.stop()
            event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        """All lines become one: no word that was pasted is left out."""
        event.stop()
        event.prevent_default()
        self.insert_typed()
        self.replace(_LINE_END.sub(" ", event.text), *self.selection)


class Prompt(Horizontal):
    """Asks for one line of text and hands it to a callback."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answer: Answer | None = None
        self._left: Answer | None = None

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Label("", markup=False, id="question")
        yield Entry(id="answer")

    @property
    def asking(self) -> bool:
        """Whether an answer is awaited."""
        return self._answer is not None

    def ask(
        self, question: str, answer: Answer, value: str = "", left: Answer | None = None
    ) -> None:
        """Show the line and give it the focus.

        Where ``left`` is given, prose is asked for, and it gets what was typed if the line is left.
        """
        self._answer, self._left = answer, left
        self.query_one("#question", Label).update(f"{question} ")
        entry = self.query_one(Entry)
        entry.insert_typed()
        entry.prose = left is not None
        entry.value = value
        entry.cursor_position = len(value)
        self.display = True
        # At once: a key typed meanwhile would otherwise reach the board and move a card.
        self.screen.set_focus(entry)

    async def take(self, event: events.Key) -> None:
        """A key that was on its way to another widget when the line was asked for.

        Fast typing and pasting outrun the change of focus; nothing typed is lost or moves a card.
        """
        await self.query_one(Entry).take(event)

    def leave(self) -> None:
        """Hide the line without an answer."""
        entry, left = self.query_one(Entry), self._left
        entry.insert_typed()
        self.end()
        if left is not None:
            left(entry.value)

    def end(self) -> None:
        """Hide the line."""
        self._answer = self._left = None
        self.display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand over the answer."""
        event.stop()
        answer = self._answer
        self.end()
        if answer is not None:
            answer(event.value)
