"""Read one Parquet or Arrow file and write it to stdout as Arrow; run as a program of its own.

A damaged file can end the process in the library that reads it. Imports nothing of this package.
"""

from __future__ import annotations

import contextlib
import io
import resource
import sys

MOST_MEMORY = 8 << 30


def main(path: str) -> int:
    """0 and the table on stdout, or 3 and a line of words on stderr."""
    with contextlib.suppress(OSError, ValueError):  # systems that set no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    import polars as pl

    try:
        frame = (pl.read_parquet if path.lower().endswith(".parquet") else pl.read_ipc)(path)
        buffer = io.BytesIO()
        frame.write_ipc(buffer)
    except Exception as error:
        print(str(error).strip().split("\n", 1)[0] or type(error).__name__, file=sys.stderr)
        return 3
    sys.stdout.buffer.write(buffer.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
