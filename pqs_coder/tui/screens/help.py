"""The keys that work here and now."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.tui.commands import GROUPS, HEAPS, Situation
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
    if now.stage != HEAPS:
        text.append("In the head line, to go +:2 0:1 -:3 are the cards in no pile yet, by heap.\n")
    text.append("A command without a key stands in the list of all commands (:).")
    return text
