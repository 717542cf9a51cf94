"""The line to type into takes every key that is typed after it was asked for."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from pqs_coder.tui.widgets.prompt import Prompt


class Board(Widget, can_focus=True):
    """Something that has the focus while keys come in."""


class Asking(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[str] = []

    def compose(self) -> ComposeResult:
        yield Board()
        yield Prompt()

    def on_mount(self) -> None:
        self.query_one(Prompt).display = False
        self.query_one(Board).focus()

    async def on_key(self, event: events.Key) -> None:
        prompt = self.query_one(Prompt)
        if prompt.asking:
            await prompt.take(event)
        elif event.key == "n":
            event.prevent_default()
            prompt.ask("Note:", self.got.append, "old ")


async def test_a_burst_of_keys_is_typed_whole() -> None:
    app = Asking()
    async with app.run_test() as pilot:
        await pilot.pause()
        board = app.query_one(Board)
        for key in "nnew 9?":  # all of them are on their way before the first is answered
            board._forward_event(events.Key(key, key))
        board._forward_event(events.Key("enter", None))
        for _ in range(20):
            await pilot.pause()
        assert app.got == ["old new 9?"], app.query_one(Input).value


async def test_typing_and_moving_in_the_line() -> None:
    app = Asking()
    async with app.run_test() as pilot:
        app.query_one(Prompt).ask("Note:", app.got.append)
        assert isinstance(app.focused, Input)
        await pilot.press(*"no", "space", *"u9", "left", "x", "enter")
        assert app.got == ["no ux9"]
