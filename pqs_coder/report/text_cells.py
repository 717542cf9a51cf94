"""Text measured and fitted in terminal cells; numbers as papers print them."""

from __future__ import annotations

import unicodedata

from pqs_coder.model.words import visible_line

MINUS = "\N{MINUS SIGN}"


def cell_width(text: str) -> int:
    """How many terminal cells a text takes: wide signs two, combining signs none."""
    return sum(_width_of(sign) for sign in text)


def _width_of(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """The text on one line in exactly ``width`` cells: padded, or cut with a mark."""
    line = visible_line(text)
    if cell_width(line) > width:
        line = _cut(line, max(width - 1, 0)) + ("\N{HORIZONTAL ELLIPSIS}" if width else "")
    blanks = " " * (width - cell_width(line))
    return blanks + line if right else line + blanks


def _cut(line: str, width: int) -> str:
    taken, used = [], 0
    for sign in line:
        used += _width_of(sign)
        if used > width:
            break
        taken.append(sign)
    return "".join(taken)


def short_r(value: float | None, digits: int = 2) -> str:
    """A correlation without the zero before the point: ".53", "-.07", "1.00"; "" for None."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("0.", ".", 1) if abs(value) < 1 and text.lstrip("-")[0] == "0" else text


def short_interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """ "[.39, .64]"; "" where a limit is missing."""
    if low is None or high is None:
        return ""
    return f"[{short_r(low, digits)}, {short_r(high, digits)}]"


def typographic(number: str) -> str:
    """A number with a true minus sign, for print; for scripts and terminals leave the hyphen."""
    return f"{MINUS}{number[1:]}" if number.startswith("-") else number
