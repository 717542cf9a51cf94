"""Every benchmark in turn: ``python -m benchmarks [--quick] [NAME ...]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks that print a table of speed, by name."""
    return sorted(path.stem for path in FOLDER.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    """Run each in a process of its own, so that none warms up or bloats another."""
    quick = [one for one in arguments if one.startswith("--")]
    wanted = [one for one in arguments if not one.startswith("--")] or names()
    failed = 0
    for name in wanted:
        module = name if name.startswith("bench_") else f"bench_{name}"
        print(f"== {module}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *quick], check=False)
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
