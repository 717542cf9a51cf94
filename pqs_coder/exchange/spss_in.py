"""SPSS files read in a process of their own: a damaged one can't end the program."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pqs_coder.exchange.apart import read_apart
from pqs_coder.store import files


def read_sav(path: Path, command: Sequence[str] | None = None) -> pl.DataFrame:
    """The table of a .sav or .zsav; `DataError` where it can't be read, however badly it ends.

    ``command`` is the program that reads (tests put a broken one in its place).
    """
    files.read_bytes(path)  # a file that is missing or locked is told here
    cure = "Save it in SPSS as .sav, or as .csv."
    return pl.read_ipc(io.BytesIO(read_apart("sav_child.py", path, "SPSS file", cure, command)))
