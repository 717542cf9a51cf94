"""All commands of the room by name, in Textual's own palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from pqs_coder.tui.refusals import why_not


class RoomCommands(Provider):
    """Offers every command with its key: first those that apply now, then, each with the reason,
    those that don't."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for words, run in self._commands():
            yield DiscoveryHit(words, run)

    async def search(self, query: str) -> Hits:
        """Those that fit."""
        matcher = self.matcher(query)
        for words, run in self._commands():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), run)

    def _commands(self) -> list[tuple[str, Callable[[], None]]]:
        """Words and what choosing them does."""
        from pqs_coder.tui.screens.room_base import RoomBase

        room = self.screen
        if not isinstance(room, RoomBase):
            return []
        now, can, can_not = room.situation, [], []
        for command in room.keymap.commands:
            if command.id in ("palette", "close"):
                continue
            key = room.keymap.shown(command)
            words = f"{command.words}  ({key})" if key else command.words
            reason = why_not(command, now, room.keymap)
            if reason is None:
                can.append((words, partial(room.run_command, command)))
            else:
                can_not.append((f"{words}: not now. {reason.message}", partial(room.tell, reason)))
        return [*can, *can_not]
