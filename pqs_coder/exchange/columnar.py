"""Parquet and Arrow files of unknown origin, read without trusting them."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError
from pqs_coder.store import files

_AGAIN = "Write the file again."


def columnar_frame(path: Path) -> pl.DataFrame:
    """A Parquet or Arrow file as a frame; `DataError` where it is damaged."""
    data = files.read_bytes(path)
    parquet = path.suffix.lower() == ".parquet"
    magic = b"PAR1" if parquet else b"ARROW1"
    # A file that is cut off can end the process in polars.
    if len(data) < 12 or not data.startswith(magic) or not data.endswith(magic):
        raise DataError(f"{path}: no {'Parquet' if parquet else 'Arrow'} file, or cut off.", _AGAIN)
    try:
        return (pl.read_parquet if parquet else pl.read_ipc)(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise DataError(f"{path}: damaged ({first_line(error)}).", _AGAIN) from error
    except BaseException as error:
        # A panic of polars is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise DataError(f"{path}: damaged.", _AGAIN) from None


def first_line(error: BaseException) -> str:
    """The first line of an error's text, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
