"""The keys that work here and now."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.tui.commands import GROUPS, Situation
from pqs_coder.tui.keymap import Keymap


def help_text(keymap: Keymap, now: Situation) -> Text:
    """Commands that apply now, with their keys, by group."""
    text = Text()
    usable = keymap.usable(now)
    for group in GROUPS:
        commands = [command for command in usable if command.group == group]
        if not commands:
            continue
        text.append(f"{group}\n", "bold")
        for command in commands:
            text.append(f"  {keymap.shown(command) or '(: only)':<12}", "bold")
            text.append(f"{command.words}\n")
    text.append("A command without a key stands in the list of all commands (:).")
    return text
