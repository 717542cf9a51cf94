"""Where a key goes before it can be a command: to the page or the line it was meant for.

Fast typing and pasting outrun a page that opens and a change of focus; no such key may move a card
behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.screen import Screen

from pqs_coder.tui.widgets.prompt import Prompt


async def meant_for_another(
    screen: Screen[Any], event: events.Key, prompt: Prompt, close_prompt: Callable[[], None]
) -> bool:
    """Whether the key was for a page just opened or the line to type into, and has gone there."""
    if screen.app.screen is not screen:
        event.stop()
        late = events.Key(event.key, event.character)
        screen.app.screen.call_after_refresh(screen.app.post_message, late)
        return True
    if prompt.asking:
        event.stop()
        if event.key == "escape":
            close_prompt()
        else:
            await prompt.take(event)
        return True
    return False
