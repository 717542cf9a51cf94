"""Read one SPSS file and write it to stdout as Arrow; run as a program of its own.

A damaged file can end the process in the C library that reads it, so the reading is done where
nothing else is lost. Imports nothing of this package.
"""

from __future__ import annotations

import io
import sys


def main(path: str) -> int:
    """0 and the table on stdout, or 3 and a line of words on stderr."""
    import pyreadstat

    try:
        frame, _ = pyreadstat.read_sav(path, output_format="polars")
    except Exception as error:
        print(str(error).strip().split("\n", 1)[0] or type(error).__name__, file=sys.stderr)
        return 3
    buffer = io.BytesIO()
    frame.write_ipc(buffer)
    sys.stdout.buffer.write(buffer.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
