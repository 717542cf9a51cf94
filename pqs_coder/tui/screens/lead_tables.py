"""Records as tables of the lead's desk: columns, numbers as papers print them, notes below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pqs_coder.tui.screens.lead_data import Names, Records
from pqs_coder.tui.text import cut, pad, visible, wrap
from pqs_coder.tui.widgets.lead_list import Row, Sheet, plain

Column = tuple[str, int, Callable[[dict[str, Any]], str]]
"""A heading, its cells (negative: flush left), and what a record has there."""


def number(value: float | None, digits: int = 2) -> str:
    """A number as papers print it, nothing for none."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and digits else text


def fit(text: str, cells: int) -> str:
    """A text in exactly so many cells: flush left where negative, else right."""
    short = cut(visible(text), abs(cells), "…")
    padded = pad(short, abs(cells))
    if cells < 0:
        return padded
    blanks = len(padded) - len(padded.rstrip(" ")) if padded.strip() else 0
    return " " * blanks + padded[: len(padded) - blanks] if blanks else padded


def in_room(columns: Sequence[Column], cells: int) -> list[Column]:
    """The columns that fit, from the left."""
    shown: list[Column] = []
    used = 1
    for column in columns:
        used += abs(column[1]) + 1
        if used <= cells:
            shown.append(column)
    return shown


def table_sheet(
    records: Records,
    columns: Sequence[Column],
    cells: int,
    *,
    key: Callable[[dict[str, Any]], str | None] = lambda _: None,
    style: Callable[[dict[str, Any]], str] = lambda _: "",
) -> Sheet:
    """Records as a table; columns that don't fit are left out from the right."""
    shown = in_room(columns, cells)
    head = " ".join(fit(name, width) for name, width, _ in shown)
    rows = [
        Row(
            plain(" ".join(fit(cell(one), width) for _, width, cell in shown), style(one)), key(one)
        )
        for one in records
    ]
    return Sheet((plain(head, "title"),), rows)


def noted(sheet: Sheet, notes: Sequence[str], names: Names, cells: int) -> Sheet:
    """The same with what has to be said below it."""
    lines = [line for note in notes for line in wrap(visible(names.in_words(note)), cells - 2)]
    said = [Row(plain("")), *(Row(plain(line, "quiet")) for line in lines)] if lines else []
    return Sheet(sheet.head, [*sheet.rows, *said])
