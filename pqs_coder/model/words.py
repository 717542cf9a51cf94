"""Small words that every part of the program says: counts and lists of names."""

from __future__ import annotations

from collections.abc import Sequence


def plural(number: int, one: str, many: str | None = None) -> str:
    """ "1 session", "3 sessions", "2,000 sessions"; ``many`` where it is no plain s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names joined by commas, the long tail counted."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def visible_line(text: str) -> str:
    """Text on one line, control characters escaped: no file can steer the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def visible_text(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(visible_line, text.split("\n")))
