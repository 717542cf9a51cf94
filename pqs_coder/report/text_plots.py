"""Pictures in plain text, for terminals, logs and screen readers: every value is printed too.

All functions return lines without colour or markup. The screen may add colour by `shade_of`; the
picture is whole without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pqs_coder.report.text_cells import cell_width, fitted, short_interval, short_r

SHADES = " \u2591\u2592\u2593\u2588"
ASCII_SHADES = " .:*#"
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
LEAST_CELLS = 12
LEAST_CARD = 14
"""Cells of a card from which on it carries words too."""
BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of a strip plot: a value with its limits; None where there is none."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    mark: str = "o"


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where a strip plot reaches, and how many cells it has."""

    low: float
    high: float
    cells: int

    def place(self, value: float) -> int:
        """The cell of a value; values beyond an end lie in the last cell."""
        share = (value - self.low) / (self.high - self.low)
        return min(max(round(share * (self.cells - 1)), 0), self.cells - 1)

    def beyond(self, value: float) -> bool:
        """Whether a value lies outside."""
        return not self.low <= value <= self.high


def strip_plot(
    rows: Sequence[Strip],
    *,
    width: int = 78,
    low: float = -0.2,
    high: float = 1.0,
    lines: Mapping[float, str] | None = None,
    digits: int = 2,
    correlations: bool = True,
) -> list[str]:
    """Dots with intervals on one common axis, a line a row, values printed beside them.

    ``correlations`` are printed without the zero before the point.
    ``lines`` are upright lines by value with their names (a threshold, a baseline). The limits are
    ``(---o---)``; ``<`` and ``>`` say that something reaches beyond the axis.
    """
    numbers = [_beside(one, digits, correlations) for one in rows]
    beside = max([len(text) for text in numbers] or [0])
    longest = max([cell_width(one.label) for one in rows] or [0])
    label = min(longest, max(min(width // 3, width - beside - 4 - LEAST_CELLS), 4))
    axis = Axis(low, high, max(width - label - beside - 4, LEAST_CELLS))
    left = " " * (label + beside + 4)
    drawn = [left + text for text in _axis_lines(axis, lines or {})]
    for one, text in zip(rows, numbers, strict=True):
        strip = _strip(one, axis, list(lines or {}))
        drawn.append(f"{fitted(one.label, label)}  {text:<{beside}}  {strip}".rstrip())
    return drawn


def _beside(one: Strip, digits: int, correlations: bool) -> str:
    if correlations or one.value is None:
        return (
            f"{short_r(one.value, digits):>4} {short_interval(one.low, one.high, digits)}".rstrip()
        )
    text = f"{one.value:{digits + 3}.{digits}f}"
    if one.low is None or one.high is None:
        return text
    return f"{text} [{one.low:.{digits}f}, {one.high:.{digits}f}]"


def _axis_lines(axis: Axis, lines: Mapping[float, str]) -> list[str]:
    named = [_written({axis.place(at): name for at, name in lines.items()}, axis.cells)]
    ticks = {axis.place(at): short_r(at, 1) if round(at, 6) else "0" for at in _ticks(axis)}
    return [*(named if lines else []), _written(ticks, axis.cells)]


def _ticks(axis: Axis) -> list[float]:
    """Round values from end to end, eight at most."""
    span = axis.high - axis.low
    step = next((one for one in STEPS if span / one < 8), span)
    first = math.ceil(axis.low / step - 1e-9)
    last = math.floor(axis.high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def _written(texts: Mapping[int, str], cells: int) -> str:
    """Texts centred on their cells on one line; what would run into another is left out."""
    line, free_from = "", 0
    for at, text in sorted(texts.items()):
        start = min(max(at - len(text) // 2, 0), max(cells - len(text), 0))
        if start < free_from:
            continue
        line = line.ljust(start) + text
        free_from = len(line) + 1
    return line


def _strip(one: Strip, axis: Axis, lines: Iterable[float]) -> str:
    cells = [" "] * axis.cells
    for at in lines:
        cells[axis.place(at)] = ":"
    if one.low is not None and one.high is not None:
        first, last = axis.place(one.low), axis.place(one.high)
        cells[first : last + 1] = "-" * (last + 1 - first)
        cells[first] = "<" if axis.beyond(one.low) else "("
        cells[last] = ">" if axis.beyond(one.high) else ")"
    if one.value is not None:
        sign = one.mark
        if axis.beyond(one.value):
            sign = "<" if one.value < axis.low else ">"
        cells[axis.place(one.value)] = sign
    return "".join(cells)


def shade_of(value: float | None, low: float = 0.0, high: float = 1.0, steps: int = 5) -> int:
    """In which of ``steps`` equal shares from ``low`` to ``high`` a value lies, from 0."""
    if value is None:
        return 0
    return min(max(int((value - low) / (high - low) * steps), 0), steps - 1)


def matrix_lines(
    names: Sequence[str],
    grid: Sequence[Sequence[float | None]],
    *,
    columns: Sequence[str] | None = None,
    low: float = 0.0,
    high: float = 1.0,
    width: int = 78,
    plain: bool = False,
) -> list[str]:
    """A matrix of numbers, each with a shade after it: darker is higher.

    ``grid`` is rows x columns, None for an empty cell; ``columns`` are the names of the columns
    where they differ from those of the rows. ``plain`` shades with ASCII only. Columns that don't
    fit in ``width`` go below, the names of the rows repeated.
    """
    heads = list(columns if columns is not None else names)
    shades = ASCII_SHADES if plain else SHADES
    label = min(max([cell_width(name) for name in names] or [0]), max(width // 3, 4))
    cell = min(max([6, *(cell_width(name) for name in heads)]), 12)
    fit = max((width - label) // (cell + 1), 1)
    drawn: list[str] = []
    for start in range(0, len(heads), fit):
        shown = range(start, min(start + fit, len(heads)))
        if drawn:
            drawn.append("")
        head = " ".join(fitted(heads[n], cell, right=True) for n in shown)
        drawn.append(f"{'':<{label}} {head}".rstrip())
        for name, row in zip(names, grid, strict=True):
            cells = " ".join(_cell(row[n], cell, shades, low, high) for n in shown)
            drawn.append(f"{fitted(name, label)} {cells}".rstrip())
    return drawn


def _cell(value: float | None, width: int, shades: str, low: float, high: float) -> str:
    if value is None:
        return fitted("-", width - 1, right=True) + " "
    shade = shades[shade_of(value, low, high, len(shades))]
    return fitted(short_r(value), width - 1, right=True) + shade


def pyramid_lines(
    piles: Mapping[int, Iterable[int]],
    sizes: Mapping[int, int],
    *,
    labels: Mapping[int, str] | None = None,
    width: int = 78,
) -> list[str]:
    """One sort as columns, lowest pile on the left, items by number, standing on a common ground.

    ``piles`` are item numbers by pile value, ``sizes`` all piles in their order with the number of
    items that each holds. Where there is room the numbers carry their ``labels``, cut to fit.
    """
    stacks = [sorted(piles.get(value, ())) for value in sizes]
    cell = max((width - len(sizes) + 1) // max(len(sizes), 1), 5)
    words = labels if labels and cell >= LEAST_CARD else None
    cell = cell if words else 5
    height = max([len(stack) for stack in stacks] or [0])
    drawn = []
    for level in range(height, 0, -1):
        cells = [
            _card(stack[len(stack) - level], words, cell) if level <= len(stack) else " " * cell
            for stack in stacks
        ]
        drawn.append(" ".join(cells).rstrip())
    drawn.append(" ".join("-" * (cell - 1) + " " for _ in stacks).rstrip())
    drawn.append(" ".join(fitted(str(value), cell) for value in sizes).rstrip())
    counts = [f"{len(stack)}/{size}" for stack, size in zip(stacks, sizes.values(), strict=True)]
    drawn.append(" ".join(fitted(text, cell) for text in counts).rstrip())
    return drawn


def _card(item: int, labels: Mapping[int, str] | None, width: int) -> str:
    number = str(item) if labels is None else f"{item:>3} {labels.get(item, '')}"
    return fitted(number, width)


def spark_line(values: Sequence[float | None], low: float, high: float) -> str:
    """A series as one line of bars, a cell a value, blank where there is none."""
    return "".join(
        " " if value is None else BARS[shade_of(value, low, high, len(BARS))] for value in values
    )
