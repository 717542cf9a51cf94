"""All commands of the room by name, in Textual's own palette."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from pqs_coder.tui.commands import Command


class RoomCommands(Provider):
    """Offers the commands that apply now, each with its key."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command, shown in self._commands():
            yield DiscoveryHit(shown, partial(self._run, command))

    async def search(self, query: str) -> Hits:
        """Those that fit."""
        matcher = self.matcher(query)
        for command, shown in self._commands():
            score = matcher.match(shown)
            if score > 0:
                yield Hit(score, matcher.highlight(shown), partial(self._run, command))

    def _commands(self) -> list[tuple[Command, str]]:
        from pqs_coder.tui.screens.room_base import RoomBase

        room = self.screen
        if not isinstance(room, RoomBase):
            return []
        keymap = room.keymap
        return [
            (
                command,
                f"{command.words}  ({keymap.shown(command)})"
                if keymap.keys(command)
                else command.words,
            )
            for command in keymap.usable(room.situation)
            if command.id not in ("palette", "close")
        ]

    def _run(self, command: Command) -> None:
        from pqs_coder.tui.screens.room_base import RoomBase

        room = self.app.screen
        if isinstance(room, RoomBase):
            room.run_command(command)
