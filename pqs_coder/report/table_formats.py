"""A printed table as Markdown, HTML (opens in Word as a table), CSV or Word."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from pqs_coder.errors import UsageError
from pqs_coder.exchange.formulas import guarded
from pqs_coder.report.tables import NOTHING, Column, Table
from pqs_coder.report.text_cells import MINUS

SUFFIXES = (".md", ".html", ".csv", ".docx")


def table_file(tables: Sequence[Table], suffix: str) -> bytes:
    """Tables, one below the other, as a file of that suffix; `UsageError` for another suffix."""
    writers: dict[str, Callable[[Sequence[Table]], bytes]] = {
        ".md": _markdown,
        ".html": _html,
        ".csv": _csv,
        ".docx": _docx,
    }
    writer = writers.get(suffix.lower())
    if writer is None:
        raise UsageError(
            f"Printed tables can't be written as '{suffix}'.", f"Use one of: {', '.join(SUFFIXES)}."
        )
    return writer(tables)


def _markdown(tables: Sequence[Table]) -> bytes:
    return "\n".join(as_markdown(one) for one in tables).encode("utf-8")


def as_markdown(table: Table) -> str:
    """Title, table and notes; symbols in italics."""
    title = f"*{_marked(table.title)}*"
    parts = [f"**Table {table.number}**\n\n{title}" if table.number else title, ""]
    heads = [f"*{_marked(c.head)}*" if c.italic else _marked(c.head) for c in table.columns]
    parts.append(f"| {' | '.join(heads)} |")
    parts.append(f"|{'|'.join('---:' if c.is_number else '---' for c in table.columns)}|")
    for row in table.texts:
        cells = [
            text if column.is_number else _marked(text)
            for text, column in zip(row, table.columns, strict=True)
        ]
        parts.append(f"| {' | '.join(cells)} |")
    if table.notes:
        parts += ["", f"*Note.* {_marked(' '.join(table.notes))}"]
    return "\n".join(parts) + "\n"


_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|#"})


def _marked(text: str) -> str:
    """Text that Markdown shows as it is."""
    return " ".join(text.split()).translate(_SPECIAL)


def _html(tables: Sequence[Table]) -> bytes:
    from pqs_coder.report.templating import render

    title = tables[0].title if len(tables) == 1 else "Tables"
    return render("tables.html.jinja", tables=tables, title=title).encode("utf-8")


def _csv(tables: Sequence[Table]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for n, table in enumerate(tables):
        if n:
            writer.writerow([])
        writer.writerow([guarded(column.head) for column in table.columns])
        writer.writerows(
            [_csv_text(text, c) for text, c in zip(row, table.columns, strict=True)]
            for row in table.texts
        )
    return buffer.getvalue().encode("utf-8")


def _csv_text(text: str, column: Column) -> str:
    """Numbers with the minus that programs read, nothing for nothing, no text that would run."""
    if text == NOTHING:
        return ""
    return text.replace(MINUS, "-") if column.is_number else guarded(text)


def _docx(tables: Sequence[Table]) -> bytes:
    import docx

    document = docx.Document()
    for table in tables:
        _add_to(document, table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_to(document: Any, table: Table) -> None:
    if table.number:
        document.add_paragraph().add_run(f"Table {table.number}").bold = True
    document.add_paragraph().add_run(table.title).italic = True
    grid = document.add_table(rows=1, cols=len(table.columns))
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        _fill(cell, column.head, column, italic=column.italic)
    for row in table.texts:
        for cell, column, text in zip(grid.add_row().cells, table.columns, row, strict=True):
            _fill(cell, text, column)
    _rule(grid.rows[0], "top")
    _rule(grid.rows[0], "bottom")
    _rule(grid.rows[-1], "bottom")
    if table.notes:
        note = document.add_paragraph()
        note.add_run("Note. ").italic = True
        note.add_run(" ".join(table.notes))


def _fill(cell: Any, text: str, column: Column, *, italic: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.add_run(text).italic = italic
    if column.is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _rule(row: Any, edge: str) -> None:
    """A line over or under a row: printed tables have three, and none upright."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in row.cells:
        properties = cell._tc.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            properties.append(borders)
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "6"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
