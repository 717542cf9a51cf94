"""Any result table as the bytes of a file: CSV, JSON, Parquet, Excel."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import polars as pl
import polars.selectors as cs

from pqs_coder.errors import UsageError
from pqs_coder.exchange.formulas import guard_frame
from pqs_coder.exchange.tidy import iso_times
from pqs_coder.store.sorts import to_parquet

SUFFIXES = (".csv", ".json", ".parquet", ".xlsx")
_MOST_ROWS, _MOST_SIGNS = 1_048_576, 32_767
_LARGE = 50_000
_EPOCH = datetime(2000, 1, 1)  # a fixed time, so that equal tables are equal files


def table_bytes(frame: pl.DataFrame, suffix: str) -> bytes:
    """A table as CSV, JSON (a list of flat objects), Parquet or Excel, told by the suffix.

    Full precision, nothing rounded. What is not a number (NaN, infinite) is missing everywhere but
    in Parquet; lists are joined by commas, times are ISO 8601. Texts in CSV that a spreadsheet
    would run as a formula get an apostrophe; in Excel they are texts.
    """
    suffix = suffix.lower()
    if suffix == ".parquet":
        return to_parquet(frame)
    flat = flat_frame(frame)
    if suffix == ".csv":
        buffer = io.BytesIO()
        guard_frame(flat).write_csv(buffer, line_terminator="\n")
        return buffer.getvalue()
    if suffix == ".json":
        return json_bytes(flat)
    if suffix == ".xlsx":
        return workbook_bytes({"table": flat})
    what = f"as '{suffix}'" if suffix else "to a file without a suffix"
    raise UsageError(
        f"Tables can't be written {what}.", f"Give the file one of: {', '.join(SUFFIXES)}."
    )


def flat_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with texts, numbers and yes/no only, and no number that is none."""
    lists = pl.col([name for name, kind in frame.schema.items() if kind == pl.List])
    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    plain = iso_times(frame).with_columns(
        lists.cast(pl.List(pl.String)).list.join(","),
        *(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats),
    )
    return plain.with_columns(cs.temporal().cast(pl.String), cs.categorical().cast(pl.String))


def json_bytes(flat: pl.DataFrame) -> bytes:
    """A list of objects, one a line."""
    rows = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in flat.to_dicts()]
    body = ",\n".join(rows)
    return (f"[\n{body}\n]\n" if rows else "[]\n").encode("utf-8")


def workbook_bytes(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """An Excel workbook, a sheet a table; the same tables give the same bytes."""
    for name, frame in sheets.items():
        check_rows(name, frame.height + 1)
    rows = {name: chain([frame.columns], frame.iter_rows()) for name, frame in sheets.items()}
    large = sum(frame.height for frame in sheets.values()) > _LARGE
    return _workbook(rows, titled=True, large=large)


def workbook_of_rows(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An Excel workbook of plain rows."""
    for name, rows in sheets.items():
        check_rows(name, len(rows))
    return _workbook(sheets, titled=False, large=sum(map(len, sheets.values())) > _LARGE)


def check_rows(name: str, rows: int) -> None:
    """`UsageError` for more rows than a sheet has, before one of them is made."""
    if rows > _MOST_ROWS:
        raise UsageError(
            f"The sheet {name} would have {rows} rows; Excel holds {_MOST_ROWS}.",
            "Write .csv or .parquet.",
        )


def _workbook(sheets: Mapping[str, Iterable[Sequence[Any]]], *, titled: bool, large: bool) -> bytes:
    """The workbook; ``titled`` sets the first row apart, ``large`` keeps one row in memory."""
    import xlsxwriter

    buffer = io.BytesIO()
    plain = {
        "constant_memory": large,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, plain)
    book.set_properties({"created": _EPOCH})
    bold = book.add_format({"bold": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if titled:
            sheet.freeze_panes(1, 0)
            sheet.set_row(0, None, bold)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    _write(sheet, number, column, value)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif len(str(value)) > _MOST_SIGNS:
        raise UsageError(
            f"A text of {len(str(value))} signs is too long for Excel, which holds {_MOST_SIGNS}.",
            "Write .csv or .parquet.",
        )
    else:
        sheet.write_string(row, column, str(value))
