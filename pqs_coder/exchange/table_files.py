"""Any result table as the bytes of a file: CSV, JSON, Parquet, Excel."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import polars.selectors as cs

from pqs_coder.errors import UsageError
from pqs_coder.exchange.formulas import guard_frame
from pqs_coder.exchange.tidy import iso_times
from pqs_coder.store.sorts import to_parquet

SUFFIXES = (".csv", ".json", ".parquet", ".xlsx")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


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
    raise UsageError(
        f"Tables can't be written as '{suffix}'.", f"Use one of: {', '.join(SUFFIXES)}."
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


def workbook_bytes(sheets: dict[str, pl.DataFrame]) -> bytes:
    """An Excel workbook, a sheet a table; the same tables give the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    plain: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, plain)
    book.set_properties({"created": _EPOCH.replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    for name, frame in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, (title, values) in enumerate(frame.to_dict(as_series=False).items()):
            sheet.write_string(0, column, title, bold)
            for row, value in enumerate(values, 1):
                if value is not None:
                    _write(sheet, row, column, value)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
