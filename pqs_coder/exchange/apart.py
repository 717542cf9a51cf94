"""Read a file in a process of its own: whatever becomes of it, the program goes on.

Libraries in C and Rust can end the process on a damaged file, or ask for more memory than there is.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pqs_coder.errors import DataError

_PATIENCE = 300.0  # seconds; a file of 100,000 sorts takes some ten


def read_apart(
    program: str, path: Path, kind: str, cure: str, command: Sequence[str] | None = None
) -> bytes:
    """What a program of this folder writes when it is given the file.

    ``kind`` is what the file should be, in words; `DataError` with ``cure`` where it can't be read,
    however badly it ends. ``command`` takes the program's place (tests put a broken one there).
    """
    child = Path(__file__).with_name(program)
    words = [*(command or (sys.executable, "-P", str(child))), str(path)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        why = f"no end after {_PATIENCE:.0f} seconds"
    else:
        if done.returncode == 0:
            return done.stdout
        said = done.stderr.decode("utf-8", "replace").strip()
        why = said if done.returncode == 3 and said else "it is damaged, or far too large"
    raise DataError(f"{path}: no {kind} that can be read ({why.rstrip('.')}).", cure)
