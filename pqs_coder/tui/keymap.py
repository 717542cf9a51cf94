"""From a key to the command that it means here and now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pqs_coder.tui.commands import COMMANDS, Command, Situation

# Signs that are easier to read than the names that Textual gives their keys.
_SIGNS = {
    "question_mark": "?",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "colon": ":",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "apostrophe": "'",
}


def key_sign(key: str) -> str:
    """How a key is written for people."""
    return _SIGNS.get(key, key)


class Keymap:
    """Which keys mean which command.

    ``own`` holds the keys of the user's settings by command id; keys that are fixed stay.
    """

    def __init__(
        self,
        own: Mapping[str, tuple[str, ...]] | None = None,
        commands: Iterable[Command] = COMMANDS,
    ) -> None:
        self.commands = tuple(commands)
        own = own or {}
        self._keys = {
            command.id: command.keys if command.fixed else own.get(command.id, command.keys)
            for command in self.commands
        }
        self._by_key: dict[str, list[Command]] = {}
        for command in self.commands:
            for key in self._keys[command.id]:
                self._by_key.setdefault(key, []).append(command)

    def keys(self, command: Command) -> tuple[str, ...]:
        """The keys of a command, as Textual names them."""
        return self._keys[command.id]

    def shown(self, command: Command) -> str:
        """The keys of a command, as people read them."""
        return command.shown or " ".join(key_sign(key) for key in self.keys(command))

    def meant(self, key: str, now: Situation) -> Command | None:
        """The command that ``key`` means now, or None."""
        return next((one for one in self._by_key.get(key, ()) if one.when(now)), None)

    def usable(self, now: Situation) -> list[Command]:
        """The commands that apply now, as declared."""
        return [command for command in self.commands if command.when(now)]

    def footer(self, now: Situation, most: int = 9) -> list[Command]:
        """The few commands that matter most now."""
        ranked = [command for command in self.usable(now) if command.footer]
        return sorted(ranked, key=lambda command: command.footer)[:most]
