"""KADE and Ken-Q Analysis: their zip of four texts, and their workbooks, read and written.

``sorts.txt`` and the sheet ``sorts`` hold a line for each sort: its name, then the pile of each
statement; ``pattern`` the sizes of the piles from -6 to 13; ``statements`` a line a statement.
Workbooks of the first kind have a row for each place in the pyramid, the pile in front, and the
statement each person laid there.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, UsageError
from pqs_coder.exchange.named_lines import read_named_lines
from pqs_coder.exchange.pile_lists import place_items
from pqs_coder.exchange.pqmethod import HIGHEST, LOWEST
from pqs_coder.exchange.reading import SortReading
from pqs_coder.exchange.scales import scales_of, whole_number
from pqs_coder.exchange.short_names import key_csv, short_names
from pqs_coder.exchange.sort_names import KEY_SUFFIX, SortNames
from pqs_coder.exchange.table_files import workbook_of_rows
from pqs_coder.exchange.tables_in import TextTable
from pqs_coder.exchange.wide_out import sorts_by_key
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store import files

STATEMENTS = ".statements.txt"
NAME_WIDTH = 40
_MOST_BYTES = 50_000_000
_SORT_SHEETS = frozenset({"sorts", "qsorts", "q-sorts", "q sorts"})
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError)
_EPOCH = (2000, 1, 1, 0, 0, 0)

Line = tuple[int, str, list[str]]


def kade_zip_sorts(path: Path, item_set: ItemSet, names: SortNames) -> SortReading:
    """The sorts of KADE's zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(files.read_bytes(path))) as archive:
            if "sorts.txt" not in archive.namelist():
                raise DataError(f"{path}: no sorts.txt in it.", "Give a zip that KADE wrote.")
            if archive.getinfo("sorts.txt").file_size > _MOST_BYTES:
                raise DataError(f"{path}: sorts.txt is too large.", "Give a zip that KADE wrote.")
            text = archive.read("sorts.txt").decode("utf-8-sig")
    except _DAMAGED as error:
        raise DataError(f"{path}: no zip that can be read ({error}).", "Save it again.") from error
    lines: list[Line] = []
    separator = max(",;", key=text.split("\n", 1)[0].count)
    for number, line in enumerate(text.splitlines(), 1):
        name, *cells = [cell.strip() for cell in line.split(separator)]
        while cells and not cells[-1]:
            cells.pop()
        if name or cells:
            lines.append((number, name, cells))
    return _reading(lines, item_set, f"{path}, sorts.txt", names, "KADE zip")


def is_kade_workbook(tables: Sequence[TextTable]) -> bool:
    """Whether a workbook has the sheets of KADE or Ken-Q Analysis."""
    sheets = {table.sheet.casefold() for table in tables}
    return bool(sheets & _SORT_SHEETS) and bool(sheets & {"statements", "statement"})


def kade_workbook_sorts(
    path: Path, tables: Sequence[TextTable], item_set: ItemSet, names: SortNames
) -> SortReading:
    """The sorts of a workbook of any of the three kinds."""
    table = next(one for one in tables if one.sheet.casefold() in _SORT_SHEETS)
    rows = [(table.line, table.header), *table.rows]
    where = f"{path}, sheet {table.sheet}"
    if _is_first_kind(rows, item_set):
        return _reading(
            _by_person(rows, item_set), item_set, where, names, "Ken-Q workbook, type 1"
        )
    lines = []
    for number, cells in rows:
        name, values = cells[0].strip(), [cell.strip() for cell in cells[1:]]
        while values and not values[-1]:
            values.pop()
        if name and values and all(whole_number(value) is not None for value in values):
            lines.append((number, name, values))
    # A line that numbers the statements stands above the sorts in some versions; where every pile
    # has one item it could be a sort.
    counted = [str(n) for n in item_set.numbers]
    if set(item_set.sizes) != {1}:
        lines = [one for one in lines if [str(whole_number(v)) for v in one[2]] != counted]
    return _reading(lines, item_set, where, names, "Ken-Q workbook")


def _is_first_kind(rows: Sequence[tuple[int, list[str]]], item_set: ItemSet) -> bool:
    """The first column names piles, and every person's column numbers each statement once."""
    fronts = [whole_number(cells[0]) for _, cells in rows if cells]
    piles = {value for value in fronts if value is not None}
    return len([v for v in fronts if v is not None]) >= len(item_set.items) and any(
        piles <= set(scale.piles) for scale in scales_of(item_set)
    )


def _by_person(rows: Sequence[tuple[int, list[str]]], item_set: ItemSet) -> list[Line]:
    header = next(cells for _, cells in rows if whole_number(cells[0]) is None)
    placed = [(whole_number(cells[0]), cells) for _, cells in rows]
    lines: list[Line] = []
    for column in range(1, len(header)):
        if not header[column].strip():
            continue
        laid = [
            (front, cells[column] if column < len(cells) else "")
            for front, cells in placed
            if front is not None
        ]
        piles, _problems = place_items(laid, item_set)
        lines.append((column + 1, header[column], [piles.get(n, "") for n in item_set.numbers]))
    return lines


def _reading(
    lines: Sequence[Line], item_set: ItemSet, where: str, names: SortNames, layout: str
) -> SortReading:
    if not lines:
        raise DataError(f"{where}: no sorts.", "Give a file that KADE or Ken-Q Analysis wrote.")
    return read_named_lines(lines, item_set, where, names, {"layout": layout})


def render_kade(frame: pl.DataFrame, item_set: ItemSet, suffix: str) -> dict[str, bytes]:
    """A zip, a workbook (type 2) or a CSV for KADE, and a table of which sort each name means.

    KADE reads the statements of a CSV from a text file of their own.

    Raises `UsageError` for piles outside -6 to 13 and items without a pile.
    """
    sorts = sorts_by_key(frame)
    if item_set.values[0] < LOWEST or item_set.values[-1] > HIGHEST:
        raise UsageError(
            f"KADE can't hold piles outside {LOWEST} to {HIGHEST}.", "Use another format."
        )
    for (session, rater, *_), piles in sorts.items():
        empty = [n for n in item_set.numbers if piles.get(n) is None]
        if empty:
            raise UsageError(
                f"KADE can't hold a sort with gaps: item {empty[0]} of {session} by {rater}.",
                "Leave drafts out, or use another format.",
            )
    names = short_names([(key[0], key[1]) for key in sorts], NAME_WIDTH)
    sizes = {pile.value: pile.size for pile in item_set.piles}
    pattern = [sizes.get(value, 0) for value in range(LOWEST, HIGHEST + 1)]
    lines = [
        [name, *(int(piles[n] or 0) for n in item_set.numbers)]
        for name, piles in zip(names, sorts.values(), strict=True)
    ]
    labels = [" ".join(item.label.split()) for item in item_set.items]
    key = {KEY_SUFFIX: key_csv(names, list(sorts))}
    if suffix == ".csv":
        head = ["sort", *(f"s{n}" for n in item_set.numbers)]
        made = _csv_text([head, *lines]).encode("utf-8")
        return {suffix: made, STATEMENTS: _lines(labels).encode("utf-8"), **key}
    make = _zip if suffix == ".zip" else _workbook
    return {suffix: make(item_set.title, labels, pattern, lines), **key}


def _zip(
    title: str, labels: Sequence[str], pattern: Sequence[int], lines: Sequence[Sequence[object]]
) -> bytes:
    texts: Mapping[str, str] = {
        "name.txt": title,
        "pattern.txt": _csv_text([pattern]),
        "sorts.txt": _csv_text(lines),
        "statements.txt": _lines(labels),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode("utf-8"))
    return buffer.getvalue()


def _lines(labels: Sequence[str]) -> str:
    return "".join(f"{label}\n" for label in labels)


def _csv_text(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _workbook(
    title: str, labels: Sequence[str], pattern: Sequence[int], lines: Sequence[Sequence[object]]
) -> bytes:
    numbers = [f"s{n}" for n in range(1, len(labels) + 1)]
    return workbook_of_rows(
        {
            "name": [["Project Name"], [title]],
            "pattern": [[str(n) for n in range(LOWEST, HIGHEST + 1)], pattern],
            # A name above the names would be read as a person's.
            "sorts": [["", *numbers], *lines],
            "statements": [["Statements"], *([label] for label in labels)],
            "type": [["Type"], [2]],
            "version": [["Version"], ["new"]],
        }
    )
