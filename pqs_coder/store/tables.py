"""Small CSV tables of the study, read and written with the line of every slip known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from pqs_coder.errors import DataError
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_text

Line = tuple[int, dict[str, str]]


def read_table(path: Path, needed: Sequence[str]) -> tuple[list[str], list[Line]]:
    """Header, and rows as (line, cells by column); `DataError` names file, line and cure."""
    text = read_text(path)
    return parse_table(text, str(path), needed, separator_of(text))


def separator_of(text: str) -> str:
    """The one of ``, ; tab`` of which the first line that has any holds most."""
    lines = text.lstrip("\r\n").split("\n", 20)[:20]
    first = next((line for line in lines if any(sign in line for sign in ",;\t")), "")
    return max(",;\t", key=first.count)


def parse_table(
    text: str, file: str, needed: Sequence[str], delimiter: str = ","
) -> tuple[list[str], list[Line]]:
    """The same for text that has been read already."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    lines: list[Line] = []
    following = 1
    try:
        for cells in reader:
            line, following = following, reader.line_num + 1  # a cell may run over several lines
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                _check_header(header, file, line, needed)
                continue
            if len(cells) != len(header):
                raise DataError(
                    f"{file}, line {line}: {len(cells)} cells for {len(header)} columns.",
                    "Give every column a cell; quote cells that hold the separator.",
                )
            lines.append((line, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise DataError(
            f"{file}, line {reader.line_num}: {error}.", "Mend the quotes on that line."
        ) from error
    if not header:
        raise DataError(f"{file}: the file is empty.", f"Begin with: {','.join(needed)}")
    return header, lines


def _check_header(header: list[str], file: str, line: int, needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in header]
    if missing:
        raise DataError(
            f"{file}, line {line}: there is no column '{missing[0]}'.",
            f"Needed columns: {', '.join(needed)}. Found: {', '.join(header)}.",
        )
    doubled = [name for name in header if header.count(name) > 1]
    if doubled:
        raise DataError(
            f"{file}, line {line}: the column '{doubled[0]}' stands there twice.",
            "Give every column its own name.",
        )


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table whole."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    files.write_whole(path, out.getvalue().encode("utf-8"))
