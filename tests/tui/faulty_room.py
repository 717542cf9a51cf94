"""The sorting room on a disk that fails: ``python -m tests.tui.faulty_room FAULT AT PQS-ARGUMENTS``.

FAULT is ``kill`` (the process is gone at that step, as at a power cut), ``full`` (from that step on
nothing can be written) or ``count`` (nothing fails; how many steps there were goes to the file AT).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pqs_coder.cli.main import run
from pqs_coder.store import files

READING = ("read", "list")
FREEING = ("truncate", "remove", "lock")


def main(fault: str, at: str, *arguments: str) -> int:
    """See the module; the exit code of pqs."""
    done = 0

    def step(operation: str, _path: Path) -> None:
        nonlocal done
        if operation in READING:
            return
        done += 1
        if fault == "kill" and done == int(at):
            os._exit(9)
        if fault == "full" and done >= int(at) and operation not in FREEING:
            raise OSError(28, "No space left on device")

    files.step = step
    code = run(arguments)
    if fault == "count":
        Path(at).write_text(str(done))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
