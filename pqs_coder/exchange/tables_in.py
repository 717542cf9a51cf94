"""Tables of other programs as header and rows of text, each row with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pqs_coder.errors import DataError
from pqs_coder.exchange.formulas import unguarded
from pqs_coder.store.item_sets import read_text

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class TextTable:
    """A table of texts; ``rows`` are (line, cells), cells may be more or fewer than ``header``."""

    file: str
    header: list[str]
    rows: list[Row]

    def place(self, name: str, option: str) -> int:
        """Where the column of that name stands (exactly, else without case)."""
        names = self.header
        if name in names:
            return names.index(name)
        folded = [one.casefold() for one in names]
        if folded.count(name.casefold()) == 1:
            return folded.index(name.casefold())
        listed = ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
        raise DataError(
            f"{self.file}, line 1: there is no column '{name}'.",
            f"Columns: {listed}. Name one of them with {option} NAME.",
        )


def read_csv_table(path: Path, separator: str | None = None) -> TextTable:
    """Read CSV or TSV: the separator is whichever of ``, ; tab`` the first line holds most.

    Texts that the program's own writers guarded against formulas are given back as they were.
    Raises `DataError` with the line where quotes don't match.
    """
    text, file = read_text(path), str(path)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = separator or ("\t" if path.suffix.lower() in (".tsv", ".tab") else "")
    separator = separator or max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header is None:
                    header = [cell.strip() for cell in cells]
                else:
                    rows.append((begins, [unguarded(cell) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{file}, line {begins}: {error}.", "Mend the quotes on that line (CSV)."
        ) from error
    if header is None:
        raise DataError(f"{file}: the file is empty.", "Give a table with a line of column names.")
    return TextTable(file, header, rows)


def cell_count_problem(cells: Sequence[str], header: Sequence[str]) -> str:
    """What is wrong with a row that has more or fewer cells than the header, '' if nothing."""
    if len(cells) == len(header):
        return ""
    return f"{len(cells)} cells for {len(header)} columns"
