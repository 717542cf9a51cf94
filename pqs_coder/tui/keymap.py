"""From a key to the command that it means here and now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pqs_coder.tui.commands import BY_ID, COMMANDS, Command, Situation

# Signs that are easier to read than the names that Textual gives their keys.
_SIGNS = {
    "question_mark": "?",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "colon": ":",
    "semicolon": ";",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "apostrophe": "'",
    "pagedown": "pgdn",
    "pageup": "pgup",
}

# Keys that terminals and tmux send as something else, or not at all.
UNRELIABLE = frozenset({"ctrl+i", "ctrl+h", "ctrl+m", "ctrl+j", "ctrl+left_square_bracket"})


def key_sign(key: str) -> str:
    """How a key is written for people."""
    return _SIGNS.get(key, key)


def key_names(words: Sequence[str]) -> tuple[str, ...]:
    """Keys as Textual names them; a settings file may give the sign itself (``;``)."""
    from textual.keys import _character_to_key

    signs = {sign: name for name, sign in _SIGNS.items()}
    names = []
    for word in words:
        word = word.strip()
        plain = signs.get(word, word)
        names.append(_character_to_key(plain) if len(plain) == 1 else plain)
    return tuple(names)


def key_problem(command_id: str, keys: tuple[str, ...]) -> str:
    """What is wrong with giving these keys to a command, or ''."""
    command = BY_ID.get(command_id)
    if command is None:
        return f"there is no command {command_id}"
    if command.fixed:
        return f"the keys of {command_id} are fixed"
    for key in keys:
        taken = next((one for one in COMMANDS if one.fixed and key in one.keys), None)
        if taken is not None:
            return f"the key {key_sign(key)} belongs to {taken.id}"
        if key in UNRELIABLE:
            return f"the key {key} does not reach the program in every terminal"
    return ""


FEW = 5
"""Commands that the footer shows at most."""


class Keymap:
    """Which keys mean which command.

    ``own`` holds the keys of the user's settings by command id; keys that are fixed stay. A key
    that was given to one command is taken from the others.
    """

    def __init__(
        self,
        own: Mapping[str, tuple[str, ...]] | None = None,
        commands: Iterable[Command] = COMMANDS,
        digits: str = "1-9",
        few: int = FEW,
    ) -> None:
        """``digits`` is how the keys that place are written (an item set may have five piles);
        ``few`` how many commands the footer shows."""
        self._few = few
        self.commands = tuple(commands)
        self._digits = digits
        own = own or {}
        given = {key for command_id, keys in own.items() for key in keys}
        self._keys: dict[str, tuple[str, ...]] = {}
        for command in self.commands:
            if command.id in own and not command.fixed:
                self._keys[command.id] = own[command.id]
            elif command.fixed:
                self._keys[command.id] = command.keys
            else:
                self._keys[command.id] = tuple(key for key in command.keys if key not in given)
        self._by_key: dict[str, list[Command]] = {}
        for command in self.commands:
            for key in self._keys[command.id]:
                self._by_key.setdefault(key, []).append(command)

    def keys(self, command: Command) -> tuple[str, ...]:
        """The keys of a command, as Textual names them."""
        return self._keys[command.id]

    def shown(self, command: Command) -> str:
        """The keys of a command, as people read them."""
        if command.id in ("place", "rate"):
            return self._digits
        if command.shown and self._keys[command.id] == command.keys:
            return command.shown
        return " ".join(key_sign(key) for key in self.keys(command))

    def meant(self, key: str, now: Situation) -> Command | None:
        """The command that ``key`` means now, or None."""
        return next((one for one in self._by_key.get(key, ()) if one.when(now)), None)

    def bound(self, key: str) -> tuple[Command, ...]:
        """All commands that ``key`` means somewhere."""
        return tuple(self._by_key.get(key, ()))

    def usable(self, now: Situation) -> list[Command]:
        """The commands that apply now, as declared."""
        return [command for command in self.commands if command.when(now)]

    def footer(self, now: Situation) -> list[Command]:
        """The few commands that matter most now."""
        ranked = [command for command in self.usable(now) if command.footer and self.shown(command)]
        return sorted(ranked, key=lambda command: command.footer)[: self._few]
