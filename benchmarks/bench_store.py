"""A day's load on one study: 20 raters, 2,000 drafts open at once, moves from several processes.

    python -m benchmarks.bench_store [--quick]

Every process holds the drafts of some raters open and makes moves in them in turn, each fsynced
before the next. Afterwards every journal is replayed and compared with what was acknowledged, and
the study is verified: the exit code is 1 where anything was lost or damaged. Times are wall-clock,
and those of moves are the disk's: the same disk that the temporary folder lies on (TMPDIR).
"""

from __future__ import annotations

import hashlib
import multiprocessing
import queue
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pqs_coder.desk.opening import open_desk
from pqs_coder.model.draft import Draft
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.making import NewSession, add_raters, add_sessions, make_study
from pqs_coder.store.study import open_study
from pqs_coder.store.verify import OK, verify
from pqs_coder.store.work import list_work

PATIENCE = 600.0
"""Seconds after which a process that does not come is given up."""
Acknowledged = dict[tuple[str, str], tuple[int, str]]
"""By session and rater: how many lines the draft had at the end, and what its cards were."""


@dataclass
class Told:
    """What one process has to tell: its times in seconds, and what was acknowledged to it."""

    opening: list[float]
    moving: list[float]
    acknowledged: Acknowledged


def cards(draft: Draft) -> str:
    """A digest of all cards of a draft."""
    return hashlib.sha256(repr(sorted(draft.cards.items())).encode()).hexdigest()


def make(folder: Path, raters: int, sessions: int) -> list[str]:
    """A study with so many raters and sessions; the names of the raters."""
    make_study(folder, title="A day")
    add_sessions(open_study(folder), [NewSession(f"s{n:03}") for n in range(sessions)])
    return add_raters(open_study(folder), [f"r{n:02}" for n in range(raters)])


def work(folder: Path, raters: Sequence[str], moves: int, meet: Barrier | None = None) -> Told:
    """Open all drafts of these raters, wait for the other processes, then move in all in turn."""
    told = Told([], [], {})
    dice = random.Random(",".join(raters))
    with ExitStack() as stack:
        desks = []
        for rater in raters:
            study = open_study(folder, rater)
            for code in study.session_codes():
                start = time.perf_counter()
                desks.append(stack.enter_context(open_desk(study, code, rater)))
                told.opening.append(time.perf_counter() - start)
        if meet is not None:
            meet.wait(PATIENCE)
        for _ in range(moves):
            for desk in desks:
                item = dice.choice(desk.item_set.numbers)
                start = time.perf_counter()
                if dice.random() < 0.1:
                    desk.note(item, f"a note on {item}")
                else:
                    desk.place(item, dice.choice(desk.item_set.values))
                told.moving.append(time.perf_counter() - start)
        for desk in desks:
            told.acknowledged[desk.info.code, desk.rater] = (desk.draft.lines, cards(desk.draft))
    return told


def _process(folder: Path, raters: Sequence[str], moves: int, meet: Barrier, answers: Any) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard > 0 else soft, hard))
    answers.put(work(folder, raters, moves, meet))


@dataclass
class Load:
    """What all processes told, the seconds it took, and those of a lead's looks meanwhile."""

    told: list[Told]
    seconds: float
    looks: list[float]

    @property
    def acknowledged(self) -> Acknowledged:
        """Of all processes."""
        return {key: value for one in self.told for key, value in one.acknowledged.items()}


def load(folder: Path, names: Sequence[str], moves: int, processes: int) -> Load:
    """Let processes work on a study at once, and a lead look at it in the middle of it."""
    context = multiprocessing.get_context("spawn")
    meet, answers = context.Barrier(processes + 1), context.Queue()
    shares = [names[n::processes] for n in range(processes)]
    running = [
        context.Process(target=_process, args=(folder, share, moves, meet, answers))
        for share in shares
    ]
    for one in running:
        one.start()
    meet.wait(PATIENCE)
    start = time.perf_counter()
    looks: list[float] = []
    told: list[Told] = []
    while len(told) < processes:
        before = time.perf_counter()
        list_work(open_study(folder))
        looks.append(time.perf_counter() - before)
        with suppress(queue.Empty):
            told.append(answers.get(timeout=1))
        if len(told) < processes and any(one.exitcode for one in running):
            raise RuntimeError("a process ended before it told what it had done")
    seconds = time.perf_counter() - start
    for one in running:
        one.join()
    return Load(told, seconds, looks)


def what_is_lost(folder: Path, acknowledged: Acknowledged) -> list[str]:
    """Every draft that is not what was acknowledged, and every file that verify complains of."""
    study, lost = open_study(folder), []
    for (code, rater), (lines, digest) in sorted(acknowledged.items()):
        path = study.sort_paths(code, rater).journal
        draft = replay(read_journal(path), study.item_set, str(path))
        if (draft.lines, cards(draft)) != (lines, digest):
            lost.append(f"{code} by {rater}: {draft.lines} of {lines} lines")
    return lost + [f"{one.file}: {one.message}" for one in verify(study) if one.state != OK]


def main(quick: bool) -> int:
    """Print the table; 1 where something was lost."""
    raters, sessions, moves, processes = (5, 20, 5, 3) if quick else (20, 100, 10, 5)
    with tempfile.TemporaryDirectory() as place:
        alone = work(Path(place) / "alone", make(Path(place) / "alone", 1, 20), moves)
        folder = Path(place) / "study"
        day = load(folder, make(folder, raters, sessions), moves, processes)
        start = time.perf_counter()
        lost = what_is_lost(folder, day.acknowledged)
        checked = time.perf_counter() - start
    done = sum(len(one.moving) for one in day.told)
    drafts = len(day.acknowledged)
    print(f"{raters} raters, {drafts:,} drafts open at once, {processes} processes, {done:,} moves")
    _row("opening a draft", [one for told in day.told for one in told.opening])
    _row("a move, one rater alone", alone.moving)
    _row("a move, all at once", [one for told in day.told for one in told.moving])
    print(f"{'moves a second, all at once':30}{done / day.seconds:10.0f}")
    _row("a lead looks meanwhile", day.looks)
    print(f"{'all replayed and verified':30}{checked:10.2f} s")
    print(f"{'lost or damaged':30}{len(lost):10}")
    for words in lost[:20]:
        print(f"  {words}")
    return 1 if lost or drafts != raters * sessions or done != drafts * moves else 0


def _row(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(1000 * one for one in seconds)
    most = ordered[int(len(ordered) * 0.99)]
    print(f"{name:30}{statistics.median(ordered):10.2f} ms, 99 in 100 under {most:.1f} ms")


if __name__ == "__main__":
    sys.exit(main("--quick" in sys.argv))
