"""The sorting room's speed through a pseudo-terminal, beside bare Textual programs.

    python -m benchmarks.bench_room [--quick]

Start: milliseconds until the first screen can be read and until its last byte. Keys: milliseconds
from a key to the first and to the last byte that it causes. Medians; 100 cards on the board. The
programs of a table are measured in turn, so that a busy machine slows all of them alike; "x board"
and "x with line" say how many times as long as the bare board (and one that keeps a journal). The
time of an fsync and of waiting for a busy processor is in these; "processor" is what the program
itself worked for a key, by the system's account, and "x board" behind it how many times as much.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.terminal import Series, Terminal, median_keys, median_starts

SIZES = ((80, 24), (120, 40), (200, 50))
TURNS = (20, 2000)
BOARD = "bare line-API board: a move"
LINE = "the same, a line fsynced before"
NEXT = "."
"""Takes another card: no card is moved twice."""
RIGHT, LEFT = "\x1b[C", "\x1b[D"
WORDS = [
    "well",
    "I",
    "mean",
    "it",
    "was",
    "like",
    "that",
    "for",
    "a",
    "long",
    "time",
    "you",
    "know",
]


def make_study(folder: Path) -> None:
    """A study whose sessions t20 and t2000 have all 100 cards on the board."""
    from pqs_coder.desk.opening import open_desk
    from pqs_coder.store import making
    from pqs_coder.store.study import open_study

    making.make_study(folder)
    study = open_study(folder)
    for turns in TURNS:
        file = folder.parent / f"t{turns}.txt"
        file.write_text("\n".join(_turn(n) for n in range(turns)))
        making.add_sessions(study, [making.NewSession(f"t{turns}", file)])
        with open_desk(study, f"t{turns}", "anna") as desk:
            items = iter(desk.item_set.numbers)
            for pile, size in zip(desk.item_set.values, desk.item_set.sizes, strict=True):
                for _ in range(size):
                    desk.place(next(items), pile)
            desk.look(stage="piles", hand=1)


def _turn(n: int) -> str:
    words = [WORDS[(n * 7 + i) % len(WORDS)] for i in range(1 + n * 37 % 45)]
    return f"{'Patient' if n % 2 else 'Therapist'}: {' '.join(words)}."


def room(folder: Path, turns: int) -> list[str]:
    """The command that opens the sorting room."""
    return [
        sys.executable, "-m", "pqs_coder",
        "sort", f"t{turns}", "--rater", "anna", "--study", str(folder),
    ]  # fmt: skip


def bare(which: str) -> list[str]:
    """The command of a bare program."""
    return [sys.executable, "-m", "benchmarks.bare_apps", which]


def show(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a plain table; the first column is text, the rest are numbers."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [
            one.ljust(w) if not i else one.rjust(w)
            for i, (one, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    print(flush=True)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def measure_starts(folder: Path, size: tuple[int, int], repeats: int) -> None:
    """From the command to a screen that can be read."""
    programs = {
        "bare Textual program": (bare("bare"), "ready"),
        "room, 20 turns": (room(folder, 20), "t20  anna"),
        "room, 2,000 turns": (room(folder, 2000), "t2000  anna"),
    }
    starts = [(partial(Terminal, command, *size), words) for command, words in programs.values()]
    rows = [
        [name, *map(milliseconds, times)]
        for name, times in zip(programs, median_starts(starts, repeats), strict=True)
    ]
    show([f"start at {size[0]}x{size[1]}, ms", "first screen", "last byte", "processor"], rows)


def measure_keys(folder: Path, size: tuple[int, int], count: int) -> None:
    """From a key to what it paints."""
    piles = [str(9 - i % 9) for i in range(count)]
    pairs = count // 2
    there_and_back = ["u"] * pairs + ["r"] * pairs
    with ExitStack() as stack:

        def opened(command: list[str], words: str) -> Terminal:
            terminal = stack.enter_context(Terminal(command, *size))
            terminal.wait_for(words)
            terminal.settle()
            return terminal

        some = opened(room(folder, 20), "t20  anna")
        many = opened(room(folder, 2000), "t2000  anna")
        board = Series(opened(bare("board"), "100"), piles)
        line = Series(opened(bare("journal"), "100"), piles)
        rounds = [
            {
                BOARD: board,
                LINE: line,
                "bare Textual program: a key": Series(opened(bare("bare"), "ready"), "ab" * pairs),
                "room, 20 turns: place a card": Series(some, piles, before=NEXT),
                "room, 2,000 turns: place a card": Series(many, piles, before=NEXT),
            },
            {
                BOARD: board,
                LINE: line,
                "room, 2,000 turns: undo, redo": Series(many, there_and_back),
            },
            {
                BOARD: board,
                "room, 2,000 turns: walk the board": Series(many, [RIGHT, LEFT] * pairs),
            },
            {
                BOARD: board,
                "room, 20 turns: next turn": Series(some, "jk" * pairs),
                "room, 2,000 turns: next turn": Series(many, "jk" * pairs),
            },
        ]
        rows: list[list[str]] = []
        for series in rounds:
            found = dict(zip(series, median_keys(list(series.values())), strict=True))
            for name, one in found.items():
                ratios = [
                    f"{one.last / found[base].last:.2f}" if base in found else ""
                    for base in (BOARD, LINE)
                ]
                rows.append(
                    [
                        name,
                        milliseconds(one.first),
                        milliseconds(one.last),
                        *ratios,
                        milliseconds(one.worked) if one.worked else "",
                        f"{one.worked / found[BOARD].worked:.2f}" if one.worked else "",
                        str(one.amount),
                    ]
                )
    show(
        [
            f"key at {size[0]}x{size[1]}, ms",
            "first byte",
            "last byte",
            "x board",
            "x with line",
            "processor",
            "x board",
            "bytes",
        ],
        rows,
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    quick = "--quick" in arguments
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        make_study(folder)
        for size in SIZES[:1] if quick else SIZES:
            measure_starts(folder, size, 2 if quick else 5)
            measure_keys(folder, size, 12 if quick else 28)


if __name__ == "__main__":
    main(sys.argv[1:])
