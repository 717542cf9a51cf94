"""Tables as papers print them, built from analysis frames; rendering is in `table_formats`.

A `Table` holds texts as they are printed and, beside them, the values as they were computed, so
that a reader of the report can take either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pqs_coder.report.text_cells import short_r, typographic

if TYPE_CHECKING:
    import polars as pl

Kind = Literal[
    "text",
    "count",
    "number",
    "r",
    "interval",
    "r_interval",
    "p",
    "percent",
    "yes",
    "when",
    "names",
    "hash",
]
_NUMBERS = ("count", "number", "r", "interval", "r_interval", "p", "percent")

HASH_DIGITS = 12
"""So much of a hash is printed; the whole stands among the versions."""

NOTHING = "\N{EM DASH}"
"""What stands in a cell that has no value."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: from which column of the frame, and how it is written.

    ``kind`` r: no zero before the point; p: three decimals or "< .001"; interval and r_interval:
    ``name`` and ``high`` are the limits; percent: of a proportion; names: "a,b" with
    blanks; hash: its beginning. ``head`` in italics where ``italic`` (statistical symbols).
    """

    name: str
    head: str
    kind: Kind = "text"
    high: str = ""
    digits: int = 2
    italic: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the column is aligned as numbers are."""
        return self.kind in _NUMBERS

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the frame that it shows."""
        return (self.name, self.high) if self.high else (self.name,)


@dataclass(frozen=True, slots=True)
class Cell:
    """What is printed, and the values behind it (one, or the two of an interval)."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table ready to be printed. ``command`` is the one that prints the same numbers in full."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    command: str = ""
    number: int | None = None

    def numbered(self, number: int) -> Table:
        """The table under its number in a document."""
        return replace(self, number=number)

    @property
    def texts(self) -> list[list[str]]:
        """The printed rows."""
        return [[cell.text for cell in row] for row in self.rows]


def build_table(
    frame: pl.DataFrame,
    columns: Sequence[Column],
    title: str,
    notes: Sequence[str] = (),
    command: str = "",
) -> Table:
    """A frame as a table; columns that the frame lacks are left out, empty ones too.

    A column is empty where the frame has rows and none of them a value in it.
    """
    present = [one for one in columns if all(name in frame.columns for name in one.sources)]
    if frame.height:
        present = [one for one in present if any(_has_values(frame, n) for n in one.sources)]
    rows = [tuple(_cell(one, row) for one in present) for row in frame.iter_rows(named=True)]
    has_limits = any(one.kind in ("interval", "r_interval") for one in present)
    more = ["Brackets hold 95 % intervals."] if has_limits else []
    return Table(title, tuple(present), tuple(rows), (*notes, *more), command)


def _has_values(frame: pl.DataFrame, name: str) -> bool:
    return frame[name].null_count() < frame.height


def _cell(column: Column, row: Mapping[str, Any]) -> Cell:
    values = tuple(row[name] for name in column.sources)
    if any(value is None for value in values):
        return Cell(NOTHING, values)
    return Cell(written(column, *values), values)


def written(column: Column, *values: Any) -> str:
    """Values as the column writes them."""
    value, digits = values[0], column.digits
    match column.kind:
        case "r_interval":
            return f"[{_print_r(value, digits)}, {_print_r(values[1], digits)}]"
        case "interval":
            return f"[{_print_number(value, digits)}, {_print_number(values[1], digits)}]"
        case "r":
            return _print_r(value, digits)
        case "number":
            return _print_number(value, digits)
        case "p":
            return p_text(value)
        case "percent":
            return f"{100 * value:.0f} %"
        case "count":
            return f"{value:,.0f}"
        case "yes":
            return "yes" if value else "no"
        case "when":
            return value.strftime("%Y-%m-%d") if isinstance(value, datetime) else str(value)
        case "hash":
            return f"{value[:HASH_DIGITS]}\N{HORIZONTAL ELLIPSIS}"
        case "names":
            return ", ".join(str(value).split(","))
    return str(value)


def _print_r(value: float, digits: int) -> str:
    return typographic(short_r(value, digits))


def _print_number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return typographic(text.lstrip("-") if float(text) == 0 else text)


def p_text(p: float) -> str:
    """A probability as papers print it: ".012", "< .001"."""
    return "< .001" if p < 0.001 else short_r(p, 3)
