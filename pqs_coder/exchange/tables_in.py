"""Tables of other programs as rows of text, each with its line: CSV, Excel, ODS, Parquet, SPSS."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pqs_coder.errors import DataError
from pqs_coder.exchange.apart import read_apart
from pqs_coder.exchange.columnar import columnar_frame
from pqs_coder.exchange.formulas import unguarded
from pqs_coder.exchange.spss_in import read_sav
from pqs_coder.exchange.tidy import iso_times
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_text
from pqs_coder.store.tables import separator_of

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class TextTable:
    """A table of texts; ``rows`` are (line, cells), cells may be more or fewer than ``header``.

    ``sheet`` is the name of the sheet where the file has sheets.
    """

    file: str
    header: list[str]
    rows: list[Row]
    line: int = 1
    sheet: str = ""

    @property
    def where(self) -> str:
        """File, sheet and line of the header, for messages."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return f"{self.file}{sheet}, line {self.line}"

    def find(self, name: str) -> int | None:
        """Where the column of that name stands (exactly, else without case), or None."""
        if name in self.header:
            return self.header.index(name)
        folded = [one.casefold() for one in self.header]
        return folded.index(name.casefold()) if folded.count(name.casefold()) == 1 else None

    def place(self, name: str, option: str) -> int:
        """The same; `DataError` where there is none."""
        found = self.find(name)
        if found is None:
            # Columns of items have numbers, and none of them is looked for.
            likely = sorted(self.header, key=lambda one: any(sign.isdigit() for sign in one))
            listed = ", ".join(likely[:8]) + (" ..." if len(likely) > 8 else "")
            raise DataError(
                f"{self.where}: there is no column '{name}'.",
                f"Columns: {listed}. Name one of them with {option} NAME.",
            )
        return found


def read_tables(path: Path) -> list[TextTable]:
    """Every table of a file (a workbook has one a sheet), told by the suffix.

    Raises `DataError` with file, line and cure where it can't be read or holds nothing.
    """
    suffix = path.suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise DataError(
            f"{path}: tables of the kind '{suffix or 'no suffix'}' can't be read.",
            f"Save it as one of: {', '.join(READERS)}.",
        )
    tables = reader(path)
    if not tables:
        raise DataError(f"{path}: the file is empty.", "Give a table with a line of column names.")
    return tables


def read_csv_table(path: Path) -> TextTable:
    """Read CSV or TSV; the separator is that of ``, ; tab`` of which the first line holds most.

    Texts that the program's own writers guarded against formulas are given back as they were.
    Raises `DataError` with the line where quotes don't match.
    """
    return read_tables(path)[0]


def _csv_tables(path: Path) -> list[TextTable]:
    text, file = read_text(path), str(path)
    tabs = path.suffix.lower() in (".tsv", ".tab")
    separator = "\t" if tabs else separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, [unguarded(cell) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{file}, line {begins}: {error}.", "Mend the quotes on that line (CSV)."
        ) from error
    return _with_header(file, rows)


def _with_header(file: str, rows: Sequence[Row], sheet: str = "") -> list[TextTable]:
    """The first row that is not blank is the header; blank rows are passed over."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return []
    line, cells = filled[0]
    return [TextTable(file, [cell.strip() for cell in cells], filled[1:], line, sheet)]


_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def _workbook_tables(path: Path) -> list[TextTable]:
    cure = "Open it in a spreadsheet program and save it as .xlsx, .ods or .csv."
    data = files.read_bytes(path)
    if not (data.startswith(_OLD_EXCEL) or zipfile.is_zipfile(io.BytesIO(data))):
        raise DataError(f"{path}: no spreadsheet that can be read.", cure)
    sheets = json.loads(read_apart("workbook_child.py", path, "spreadsheet", cure))
    tables = []
    for name, rows in sheets:
        tables += _with_header(str(path), list(enumerate(rows, 1)), name)
    return tables


def _parquet_tables(path: Path) -> list[TextTable]:
    return [frame_table(columnar_frame(path), str(path))]


def _sav_tables(path: Path) -> list[TextTable]:
    return [frame_table(read_sav(path), str(path))]


def frame_table(frame: pl.DataFrame, file: str) -> TextTable:
    """A frame as texts; line 2 is its first row, as if it were CSV."""
    texts = iso_times(frame).rows()
    rows = [(line, [_text(cell) for cell in cells]) for line, cells in enumerate(texts, 2)]
    return TextTable(file, list(frame.columns), rows)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


READERS: dict[str, Callable[[Path], list[TextTable]]] = {
    ".csv": _csv_tables,
    ".tsv": _csv_tables,
    ".tab": _csv_tables,
    ".txt": _csv_tables,
    ".xlsx": _workbook_tables,
    ".xlsm": _workbook_tables,
    ".xls": _workbook_tables,
    ".ods": _workbook_tables,
    ".parquet": _parquet_tables,
    ".arrow": _parquet_tables,
    ".feather": _parquet_tables,
    ".sav": _sav_tables,
    ".zsav": _sav_tables,
}


def cell_count_problem(cells: Sequence[str], header: Sequence[str]) -> str:
    """What is wrong with a row that has more or fewer cells than the header, '' if nothing."""
    if len(cells) == len(header):
        return ""
    what = "a cell is missing" if len(cells) < len(header) else "there is a cell too many"
    return f"{len(cells)} cells for {len(header)} columns: {what}, and where can't be told"
