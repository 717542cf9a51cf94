"""PQMethod: sorts in fixed columns (.DAT), statements one a line (.STA), both read and written.

The first line of a .DAT holds 0, the number of sorts and the number of statements in three columns
each, then a title; the second the lowest and highest pile and the sizes of the piles from -6 to 13,
three columns each; every further line a name in ten columns and the pile of each statement in two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, UsageError
from pqs_coder.exchange.reading import RawSort, SortReading, build_reading
from pqs_coder.exchange.short_names import ascii_text, key_csv, short_names
from pqs_coder.exchange.sort_names import KEY_SUFFIX, SortNames
from pqs_coder.exchange.wide_out import sorts_by_key
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store import files

LOWEST, HIGHEST = -6, 13
NAME_WIDTH, LABEL_WIDTH, TITLE_WIDTH = 8, 60, 60
MOST = 999
STATEMENTS = ".STA"


@dataclass(frozen=True)
class DatFile:
    """A .DAT as it stands: title, piles and sizes, names with their cells and lines."""

    title: str
    sizes: Mapping[int, int]
    sorts: tuple[tuple[str, tuple[str, ...], int], ...]


def read_dat(path: Path) -> DatFile:
    """Parse a .DAT; `DataError` names the line that does not fit."""
    lines = re.split(r"\r\n|\n|\r", _decoded(path))
    while lines and not lines[-1].strip("\x1a \t"):
        lines.pop()
    if len(lines) < 2:
        raise DataError(f"{path}: no PQMethod file.", "Give the .DAT that PQMethod keeps.")
    statements, title = _first_line(lines, path)
    sizes = _second_line(lines[1], path)
    sorts = []
    for number, line in enumerate(lines[2:], 3):
        if not line.strip():
            continue
        cells = line[10:].rstrip()
        if len(cells) > 2 * statements or len(cells) < 2 * statements - 1:
            raise DataError(
                f"{path}, line {number}: {len(cells)} columns behind the name, not "
                f"{2 * statements} for {statements} statements.",
                "Each statement takes two columns, from column 11 on.",
            )
        values = tuple(cells[2 * n : 2 * n + 2].strip() for n in range(statements))
        sorts.append((line[:10].strip(), values, number))
    return DatFile(title, sizes, tuple(sorts))


def _decoded(path: Path) -> str:
    data = files.read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # the program knows no other letters


def _first_line(lines: Sequence[str], path: Path) -> tuple[int, str]:
    """Number of statements, title. Some programs write 100 into four columns: both are tried."""
    first = lines[0]
    width = max((len(line.rstrip()) for line in lines[2:]), default=0)
    fixed = re.fullmatch(r"[ \d]{3}([ \d]{3})([ \d]{3})(.*)", first)
    loose = re.fullmatch(r"\s*\d+\s+(\d+)\s+(\d+)(.*)", first)
    for match in filter(None, (fixed, loose)):
        statements = match[2].strip()
        if statements.isdigit() and (not width or (width - 9) // 2 == int(statements)):
            return int(statements), match[3].strip()
    raise DataError(
        f"{path}, line 1: the number of statements does not fit the {width} columns of the sorts.",
        "Columns 7 to 9 of line 1 hold the number of statements, each sort two columns for each.",
    )


def _second_line(line: str, path: Path) -> dict[int, int]:
    try:
        numbers = [int(line[n : n + 3]) for n in range(0, len(line.rstrip()), 3)]
    except ValueError:
        words = line.split()
        numbers = [int(word) if re.fullmatch(r"-?\d+", word) else -99 for word in words]
    if len(numbers) < 3 or -99 in numbers:
        raise DataError(
            f"{path}, line 2: no sizes of piles.",
            "It holds the lowest and highest pile, then the sizes of the piles from -6 up.",
        )
    return {LOWEST + n: size for n, size in enumerate(numbers[2:]) if size}


def pqmethod_sorts(path: Path, item_set: ItemSet, names: SortNames) -> SortReading:
    """The sorts of a .DAT; `DataError` where it has another number of statements."""
    dat = read_dat(path)
    if dat.sorts and len(dat.sorts[0][1]) != len(item_set.items):
        raise DataError(
            f"{path}: {len(dat.sorts[0][1])} statements; the item set {item_set.id} has "
            f"{len(item_set.items)} items.",
            "Import it into a study with that item set.",
        )
    names.check([name for name, _, _ in dat.sorts], str(path))
    raw = []
    for name, values, line in dat.sorts:
        session, rater, problem = names.split(name)
        cells = dict(zip(item_set.numbers, values, strict=True))
        raw.append(RawSort(session, rater, cells, line, problem))
    columns = {"layout": "PQMethod", "title": dat.title}
    return build_reading(raw, item_set, str(path), columns)


def read_sta(path: Path) -> list[str]:
    """The statements of a .STA, without the numbers that some files put before them."""
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", _decoded(path))]
    lines = [line.rstrip("\x1a") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    numbered = all(re.match(rf"{n}[.)]?\s", line) for n, line in enumerate(lines, 1))
    return [re.sub(r"^\d+[.)]?\s+", "", line) for line in lines] if numbered else lines


def render_pqmethod(frame: pl.DataFrame, item_set: ItemSet, _suffix: str) -> dict[str, bytes]:
    """A .DAT, its .STA, and a table that says which sort each name means.

    Raises `UsageError` where PQMethod can't hold it: more than 999 sorts or statements, piles
    outside -6 to 13, items without a pile.
    """
    sorts = sorts_by_key(frame)
    _check_room(sorts, item_set)
    names = short_names([(key[0], key[1]) for key in sorts], NAME_WIDTH)
    sizes = {pile.value: pile.size for pile in item_set.piles}
    slots = "".join(f"{sizes.get(value, 0):3d}" for value in range(LOWEST, HIGHEST + 1))
    lines = [
        f"  0{len(sorts):3d}{len(item_set.items):3d} {ascii_text(item_set.title)[:TITLE_WIDTH]}",
        f"{item_set.values[0]:3d}{item_set.values[-1]:3d}{slots}",
    ]
    for name, piles in zip(names, sorts.values(), strict=True):
        values = "".join(f"{piles[n]:2d}" for n in item_set.numbers)
        lines.append(f"{name:<10}{values}")
    labels = [ascii_text(item.label)[:LABEL_WIDTH] for item in item_set.items]
    return {
        ".DAT": _dos(lines),
        STATEMENTS: _dos(labels),
        KEY_SUFFIX: key_csv(names, list(sorts)),
    }


def _check_room(
    sorts: Mapping[tuple[str, str, str, int, int], Mapping[int, int | None]], item_set: ItemSet
) -> None:
    problem = ""
    if len(sorts) > MOST or len(item_set.items) > MOST:
        problem = f"{len(sorts)} sorts of {len(item_set.items)} items; there is room for {MOST}"
    if item_set.values[0] < LOWEST or item_set.values[-1] > HIGHEST:
        problem = f"piles outside {LOWEST} to {HIGHEST}"
    for (session, rater, *_), piles in sorts.items():
        empty = [n for n in item_set.numbers if piles.get(n) is None]
        if empty:
            problem = f"item {empty[0]} of {session} by {rater} has no pile"
    if problem:
        raise UsageError(f"PQMethod can't hold these sorts: {problem}.", "Use another format.")


def _dos(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
