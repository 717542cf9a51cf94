"""The tidy layout: a row for each item of each sort, as CSV or Parquet, with nothing lost."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError
from pqs_coder.exchange.columnar import columnar_frame
from pqs_coder.exchange.formulas import guard_frame, unguard_frame
from pqs_coder.store import files
from pqs_coder.store.sorts import SORT_SCHEMA, to_parquet

_ISO = "%Y-%m-%dT%H:%M:%S%.6fZ"
_TEXTS = {name: pl.String if kind == pl.Datetime else kind for name, kind in SORT_SCHEMA.items()}


def tidy_csv(frame: pl.DataFrame) -> bytes:
    """The table as CSV: UTF-8, LF, times as ISO 8601 in UTC, missing cells empty.

    An empty text is written ``""``, which tells it from a missing one.
    """
    buffer = io.BytesIO()
    guard_frame(iso_times(frame)).write_csv(buffer, line_terminator="\n")
    return buffer.getvalue()


def iso_times(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as texts such as ``2026-01-31T09:30:00.000000Z``."""
    return frame.with_columns(pl.col(pl.Datetime).dt.strftime(_ISO))


def tidy_parquet(frame: pl.DataFrame) -> bytes:
    """The table as Parquet."""
    return to_parquet(frame)


def read_tidy_csv(path: Path) -> pl.DataFrame:
    """Read back what `tidy_csv` wrote; `DataError` where it is another table."""
    data = files.read_bytes(path)
    try:
        frame = pl.read_csv(io.BytesIO(data), schema_overrides=_TEXTS, null_values=None)
    except pl.exceptions.PolarsError as error:
        raise _no_tidy(path, str(error).split("\n", 1)[0]) from error
    return unguard_frame(typed(frame, path))


def read_tidy_parquet(path: Path) -> pl.DataFrame:
    """Read back what `tidy_parquet` or `tidy_arrow` wrote; `DataError` for another table."""
    return typed(columnar_frame(path), path)


def tidy_arrow(frame: pl.DataFrame) -> bytes:
    """The table as an Arrow (Feather) file."""
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def is_tidy(names: list[str]) -> bool:
    """Whether these are the columns of the tidy table."""
    return set(SORT_SCHEMA) <= set(names)


def typed(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The columns of the tidy table in their own types; `DataError` where they don't fit."""
    missing = [name for name in SORT_SCHEMA if name not in frame.columns]
    if missing:
        raise _no_tidy(path, f"no column '{missing[0]}'")
    frame = frame.select(list(SORT_SCHEMA))
    try:
        return frame.with_columns(
            _from_text(name, kind)
            for name, kind in SORT_SCHEMA.items()
            if frame.schema[name] == pl.String and kind != pl.String
        ).cast(pl.Schema(SORT_SCHEMA))
    except pl.exceptions.PolarsError as error:
        raise _no_tidy(path, str(error).split("\n", 1)[0]) from error


def _from_text(name: str, kind: pl.DataType) -> pl.Expr:
    text = pl.col(name)
    if kind == pl.Datetime:
        return text.str.to_datetime(format="%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
    if kind == pl.Boolean:
        words = {"true": True, "false": False, "1": True, "0": False}
        return text.str.to_lowercase().replace_strict(words, return_dtype=pl.Boolean)
    return text.cast(pl.Float64).cast(kind)


def _no_tidy(path: Path, why: str) -> DataError:
    return DataError(
        f"{path}: not the tidy table of sorts ({why}).",
        f"It has the columns {', '.join(SORT_SCHEMA)}.",
    )
