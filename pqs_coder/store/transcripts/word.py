"""Word (.docx): paragraphs and tables in their order, every word that the page shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.columns import Columns, find_columns
from pqs_coder.store.transcripts.lines import MOST_LINES, is_blank, plain_ends, split_label
from pqs_coder.store.transcripts.text import turns_of_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# A few kilobytes can unpack to gigabytes: sizes are looked at before anything is unpacked.
_MOST_TEXT = 32_000_000
_MOST_BYTES = 500_000_000
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
# What was deleted or moved away under tracked changes is no longer said.
_PASSED_OVER = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK})


def read_word_turns(data: bytes, file: str, columns: Columns | None) -> list[Turn]:
    """Turns of a Word document.

    Paragraphs are read as lines of plain text (`turns_of_lines`); where none has a speaker, each is
    a turn. Tables have a first row of column names (or the names in ``columns``), or two columns:
    speaker and words. Raises `DataError` where it is no such document or a table can't be told.
    """
    turns: list[Turn] = []
    lines: list[str] = []
    tables = 0
    for kind, block in _blocks(_body(data, file)):
        if kind == "paragraph":
            lines += plain_ends(_words(block)).split("\n")
            if len(lines) > MOST_LINES:
                raise DataError(f"{file}: more lines than any session has.", "Split the file.")
            continue
        tables += 1
        turns += _paragraph_turns(lines)
        lines = []
        turns += _table_turns(block, f"{file}, table {tables}", columns)
    turns += _paragraph_turns(lines)
    return [Turn(number, one.speaker, one.text, one.time) for number, one in enumerate(turns, 1)]


def _body(data: bytes, file: str) -> Any:
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
        texts = sum(one.file_size for one in parts if one.filename.endswith((".xml", ".rels")))
        if texts > _MOST_TEXT or sum(one.file_size for one in parts) > _MOST_BYTES:
            raise DataError(
                f"{file}: it unpacks to far more than any transcript has.",
                "If it holds pictures, take them out; else save it as plain text.",
            )
        return docx.Document(io.BytesIO(data)).element.body
    except DataError:
        raise
    except Exception as error:  # the libraries below raise what they like on a damaged file
        raise DataError(
            f"{file}: no Word document that can be read.",
            "Open it in a word processor and save it as .docx, or as plain text.",
        ) from error


def _blocks(body: Any) -> Iterator[tuple[str, Any]]:
    """Paragraphs and tables in their order, out of content controls and inserted parts too."""
    for child in body.iterchildren():
        if child.tag == f"{_W}p":
            yield "paragraph", child
        elif child.tag == f"{_W}tbl":
            yield "table", child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child)


def _words(element: Any) -> str:
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag in _PASSED_OVER:
            continue
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in _SIGNS:
            parts.append(_SIGNS[node.tag])
        else:
            stack.extend(reversed(list(node.iterchildren())))
    return "".join(parts)


def _paragraph_turns(lines: list[str]) -> list[Turn]:
    gathered = turns_of_lines(lines, split_label, headings=True)
    if any(one.speaker for one in gathered):
        return gathered
    return [Turn(0, "", line) for line in lines if not is_blank(line)]


def _table_turns(table: Any, where: str, columns: Columns | None) -> list[Turn]:
    rows = [
        [
            "\n".join(plain_ends(_words(one)) for one in cell.iter(f"{_W}p"))
            for cell in row.iterchildren(f"{_W}tc")
        ]
        for row in table.iterchildren(f"{_W}tr")
    ]
    rows = [row for row in rows if any(not is_blank(cell) for cell in row)]
    if not rows:
        return []
    header = [" ".join(cell.split()) for cell in rows[0]]
    try:
        chosen = find_columns(header, columns, where)
    except DataError:
        if columns is not None and columns != Columns():
            raise
        if {len(row) for row in rows} != {2}:
            raise
        return [Turn(0, row[0], row[1]) for row in rows]
    found = []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise DataError(
                f"{where}, row {number}: {len(row)} cells for {len(header)} columns.",
                "Split cells that are joined.",
            )
        cells = dict(zip(header, row, strict=True))
        found.append(
            Turn(0, cells[chosen.speaker] if chosen.speaker else "", cells[chosen.text or ""],
                 cells[chosen.time] if chosen.time else "")
        )  # fmt: skip
    return found
