"""Read one workbook and write its sheets to stdout as JSON; run as a program of its own.

A cell far out on a sheet makes its reader ask for the memory of all cells before it, and end the
process. Imports nothing of this package.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys

MOST_MEMORY = 4 << 30


def main(path: str) -> int:
    """0 and ``[[name, [[cell, ...], ...]], ...]`` on stdout, or 3 and a line of words on stderr."""
    with contextlib.suppress(OSError, ValueError):  # systems that set no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    import fastexcel

    sheets = []
    try:
        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
            cells = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows()]
            sheets.append([name, cells])
    except Exception as error:
        print(str(error).strip().split("\n", 1)[0] or type(error).__name__, file=sys.stderr)
        return 3
    json.dump(sheets, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
