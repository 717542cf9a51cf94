"""The way in: ``pqs`` and ``python -m pqs_coder``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):  # a question as small as this loads nothing
        from pqs_coder._version import __version__

        sys.stdout.write(f"pqs {__version__}\n")
        return 0
    from pqs_coder.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
