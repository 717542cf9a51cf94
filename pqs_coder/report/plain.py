"""Tables for people: plain text, no box drawing, rounded; for stdout, logs and screen readers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from pqs_coder.model.words import visible_line

if TYPE_CHECKING:
    import polars as pl


def plain_table(frame: pl.DataFrame) -> str:
    """The frame as aligned columns; numbers to three decimals, nothing for null."""
    rows = [[_cell(value) for value in row] for row in frame.iter_rows()]
    numeric = [dtype.is_numeric() for dtype in frame.dtypes]
    return tabulate(
        rows,
        headers=frame.columns,
        tablefmt="plain",
        disable_numparse=True,
        colalign=["right" if one else "left" for one in numeric] if rows else None,
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}" if value == 0 or abs(value) >= 0.0005 else f"{value:.1g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return visible_line(str(value))
