"""docs/keys.md, made from the commands as declared; ``make docs`` writes it."""

from __future__ import annotations

from pqs_coder.tui.commands import COMMANDS, GROUPS, Command
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.rating_commands import COMMANDS as RATING
from pqs_coder.tui.rating_commands import GROUPS as RATING_GROUPS
from pqs_coder.tui.screens.prototype_entry import COMMANDS as ENTRY
from pqs_coder.tui.screens.prototype_entry import GROUP as ENTRY_GROUP

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

_RATING_HEAD = """# Keys of the rating page

The page on which a form such as the WAI is filled in (`pqs rate`, or `f` on the home page). A key
that is given to a command of the room holds here too, where the page has that command.
"""

_ENTRY_HEAD = """# Keys of the entry form

The form in which a prototype is typed in from a paper (`pqs prototypes enter`, or `p` on the lead's
desk). Digits, blank, point and minus are typed: the item, then its score.
"""


def keys_page() -> str:
    """The page as Markdown."""
    room = [(group, group, COMMANDS) for group in GROUPS]
    rating = [(f"Rating page: {group.lower()}", group, RATING) for group in RATING_GROUPS]
    entry = [("Entry form: scores", ENTRY_GROUP, ENTRY)]
    parts = [_HEAD]
    for title, group, commands in (*room, *rating, *entry):
        keymap = Keymap(commands=commands)
        rows = [_row(keymap, command) for command in commands if command.group == group]
        if commands is RATING and group == RATING_GROUPS[0]:
            parts.append(_RATING_HEAD)
        if commands is ENTRY:
            parts.append(_ENTRY_HEAD)
        parts.append(
            "\n".join([f"## {title}", "", "| key | does | id |", "|---|---|---|", *rows]) + "\n"
        )
    return "\n".join(parts)


def _row(keymap: Keymap, command: Command) -> str:
    shown = keymap.shown(command).replace("|", "\\|")
    keys = f"`{shown}`" if shown else ""
    return f"| {keys}{' *' if command.fixed else ''} | {command.words} | `{command.id}` |"
