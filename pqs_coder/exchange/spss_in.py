"""SPSS files read in a process of their own: a damaged one can't end the program."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError
from pqs_coder.store import files

CHILD = Path(__file__).with_name("sav_child.py")
_PATIENCE = 300.0  # seconds; a file of 100,000 sorts takes some ten


def read_sav(path: Path, command: Sequence[str] | None = None) -> pl.DataFrame:
    """The table of a .sav or .zsav; `DataError` where it can't be read, however badly it ends.

    ``command`` is the program that reads (tests put a broken one in its place).
    """
    files.read_bytes(path)  # a file that is missing or locked is told here
    words = [*(command or (sys.executable, "-P", str(CHILD))), str(path)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise _refused(path, f"no end after {_PATIENCE:.0f} seconds") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise _refused(path, said if done.returncode == 3 and said else "it is damaged")
    return pl.read_ipc(io.BytesIO(done.stdout))


def _refused(path: Path, why: str) -> DataError:
    return DataError(
        f"{path}: no SPSS file that can be read ({why.rstrip('.')}).",
        "Save it in SPSS as .sav, or as .csv.",
    )
