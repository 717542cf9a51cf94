"""docs/keys.md, made from the commands as declared; ``make docs`` writes it."""

from __future__ import annotations

from pqs_coder.tui.commands import COMMANDS, GROUPS, Command
from pqs_coder.tui.keymap import Keymap

_HEAD = """# Keys of the sorting room

This page is made from the program's own list of commands (`make docs`); `?` in the room shows the
part of it that works where you are.

Keys can be changed in the settings file (`pqs where` prints where it lies):

```toml
theme = "dark"         # dark, light, high-contrast
spacing = "compact"    # compact, roomy
player = "mpv --start={seconds} {file}"

[keys]
undo = "z"             # a key, or a list of keys: ["z", "U"]
zoom = "f2"
```

A key that is given to one command is taken from the others. Keys marked * are fixed. A command
without a key stands in the list of all commands (`:`).
"""


def keys_page() -> str:
    """The page as Markdown."""
    keymap = Keymap()
    parts = [_HEAD]
    for group in GROUPS:
        rows = [_row(keymap, command) for command in COMMANDS if command.group == group]
        parts.append(
            "\n".join([f"## {group}", "", "| key | does | id |", "|---|---|---|", *rows]) + "\n"
        )
    return "\n".join(parts)


def _row(keymap: Keymap, command: Command) -> str:
    shown = keymap.shown(command).replace("|", "\\|")
    keys = f"`{shown}`" if shown else ""
    return f"| {keys}{' *' if command.fixed else ''} | {command.words} | `{command.id}` |"
