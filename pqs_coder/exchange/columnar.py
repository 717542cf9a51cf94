"""Parquet and Arrow files of unknown origin, read in a process of their own."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError
from pqs_coder.exchange.apart import read_apart
from pqs_coder.store import files

_AGAIN = "Write the file again."


def columnar_frame(path: Path) -> pl.DataFrame:
    """A Parquet or Arrow file as a frame; `DataError` where it is damaged, however badly."""
    data = files.read_bytes(path)
    parquet = path.suffix.lower() == ".parquet"
    kind, magic = ("Parquet", b"PAR1") if parquet else ("Arrow", b"ARROW1")
    if len(data) < 12 or not data.startswith(magic) or not data.endswith(magic):
        raise DataError(f"{path}: no {kind} file, or cut off.", _AGAIN)
    table = read_apart("columnar_child.py", path, f"{kind} file", _AGAIN)
    return pl.read_ipc(io.BytesIO(table))
