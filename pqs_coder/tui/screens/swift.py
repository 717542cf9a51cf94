"""A screen on which a key costs little.

Textual hands a key from the application to the widget in focus and from there on to the screen; a
widget that changed sends itself a message and the screen another. Each of these costs as much as
the drawing of a row, so the sorting room goes without them.
"""

from __future__ import annotations

from textual import events
from textual._context import active_message_pump
from textual.screen import Screen


class SwiftScreen(Screen[None]):
    """Draws once for all keys that have come, and takes its keys itself."""

    def __init__(self) -> None:
        super().__init__()
        self._stale = False
        self._drawing = False

    def redraw(self) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    def redraw_soon(self) -> None:
        """Draw what has changed once all keys that have come are done: a burst is drawn once."""
        self._stale = True
        # After a message of its own the screen is idle anyhow.
        if active_message_pump.get(None) is not self:
            self.check_idle()

    def on_idle(self) -> None:
        """All keys that have come are done; Textual's own look at what is to be painted follows."""
        if self._stale and self.is_attached:
            self._stale = False
            self._drawing = True
            try:
                self.redraw()
            finally:
                self._drawing = False

    def check_idle(self) -> None:
        """Ask to be told when all messages are done; needless while it draws, for then they are."""
        if not self._drawing:
            super().check_idle()

    def takes(self, event: events.Key) -> bool:
        """Whether a key can go to the screen at once, whatever has the focus."""
        raise NotImplementedError

    def take_key(self, event: events.Key) -> None:
        """Take a key at once."""
        self._forward_event(event)
