"""Fuzz one reader, or each in turn: ``python -m tests.fuzz [NAME ...] [--seconds N]``.

By hand, with atheris: CONTRIBUTING.md says how. What is found is printed and kept under
tests/fuzz/findings/NAME/, where `make test` reads it again for ever.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ALONE = "--alone"
FINDINGS = Path(__file__).with_name("findings")


def main() -> int:
    """Fuzz each reader in a process of its own; 1 where something was found."""
    if sys.argv[1:2] == [ALONE]:  # before anything is imported: atheris instruments imports
        fuzz(sys.argv[2], int(sys.argv[3]))
    from tests.fuzz.readers import READERS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(READERS))
    parser.add_argument("--seconds", type=int, default=60, help="for each reader (60)")
    asked = parser.parse_args()
    names = asked.names or [name for name, one in READERS.items() if not one.apart]
    for name in names:
        if name not in READERS:
            parser.error(f"there is no reader {name}; readers: {', '.join(READERS)}")
    found = 0
    for name in names:
        print(f"== {name}", flush=True)
        alone = [sys.executable, "-m", "tests.fuzz", ALONE, name, str(asked.seconds)]
        found += subprocess.run(alone).returncode != 0
    return 1 if found else 0


def fuzz(name: str, seconds: int) -> None:
    """Hand the process over to atheris, which ends it."""
    import atheris

    with atheris.instrument_imports(include=["pqs_coder"]):
        from tests.fuzz import readers

        for seed in readers.READERS[name].seeds():
            readers.harmless(name, seed)  # all is imported, and instrumented, before the first run
    corpus = Path(tempfile.mkdtemp(prefix=f"pqs-fuzz-{name}-"))
    kept = FINDINGS / name
    kept.mkdir(parents=True, exist_ok=True)
    known = [path.read_bytes() for path in sorted(kept.iterdir())]
    for number, seed in enumerate([*readers.READERS[name].seeds(), *known]):
        (corpus / f"seed{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={readers.MOST}",
        f"-artifact_prefix={kept}/",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-verbosity=1",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: readers.harmless(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
