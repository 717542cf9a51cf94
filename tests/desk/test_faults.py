"""Faults at every step of a sort: no acknowledged move is lost and no study is unreadable.

A headless rater makes random moves. Every step of the file layer in turn fails with an error of
the system, or is the last thing that happens before the power is cut; writes are cut short at any
byte; and what was not yet synced may be on the disk or not.
"""

from __future__ import annotations

import errno
import os
import random
import tempfile
from pathlib import Path

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import PqsError
from pqs_coder.store import files
from pqs_coder.store.journal import parse_journal, read_journal, replay
from pqs_coder.store.study import open_study
from pqs_coder.store.work import list_work
from tests.desk.driver import any_move, cards_digest, drive
from tests.small_study import BIRDS, make_small_study, small_study
from tests.store.faulty import ERRORS, Steps, os_error, stepping

MOVES = 60


@pytest.fixture
def tmp_path(tmp_path):
    """In memory where the system has such a place: thousands of syncs are made here."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def steps_of_a_run(folder: Path, seed: int) -> int:
    """How many steps a whole run has, opening and closing among them."""
    with stepping(Steps()) as steps:
        run_in_process(small_study(folder), seed)
    return len(steps.done)


def run_in_process(study, seed):
    """Random moves; the drafts that were told, first to last, and how many moves failed."""
    told, failed = [], 0
    with open_desk(study, "S1", "anna") as desk:
        told.append(desk.draft)
        desk.listen(lambda change: told.append(change.after))
        rng = random.Random(seed)
        for _ in range(MOVES):
            try:
                any_move(desk, rng)
            except PqsError:
                failed += 1
            assert desk.draft is told[-1]
    return told, failed


def whole_study(folder):
    """The study opens, lists its work, and no file of it is damaged; the draft as it stands."""
    study = open_study(folder)
    assert not [work.problem for work in list_work(study) if work.problem]
    with open_desk(study, "S1", "anna") as desk:
        return desk.draft


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("number", ERRORS)
def test_every_step_in_turn_fails_and_nothing_told_is_lost(tmp_path, number, lasting):
    """Some 130 steps: each with a full disk, every third with the others, once and for good."""
    total = steps_of_a_run(tmp_path / "count", 1)
    assert total > 100
    failures = 0
    points = range(0, total, 1 if number == errno.ENOSPC else 3)
    for at in points:
        study = small_study(tmp_path / str(at))
        try:
            with stepping(Steps(at, os_error(number), lasting)):
                told, failed = run_in_process(study, 1)
        except PqsError:  # the desk could not be opened
            told, failed = [], 1
        failures += failed
        draft = whole_study(study.folder)
        if told:
            # A line whose failed sync could not be taken back may be there: never fewer.
            assert draft.lines in (told[-1].lines, told[-1].lines + lasting)
            if draft.lines == told[-1].lines:
                assert dict(draft.cards) == dict(told[-1].cards)
    assert failures >= len(points) / 2


def crash(folder: Path, seed: int, at: int, half: int | None = None) -> list[tuple[int, str]]:
    """A child makes moves and is gone at step ``at``, having written ``half`` of its last line.

    The answer is what it told before: lines, and digest of the cards.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.dup2(writing, 1)
            count = 0
            write = os.write

            def step(_operation, _path):
                nonlocal count
                if count == at and (half is None or _operation != "write"):
                    os._exit(9)
                count += 1

            def short(descriptor, data):
                if half is not None and count == at + 1 and descriptor != 1:
                    write(descriptor, bytes(data[:half]))
                    os._exit(9)
                return write(descriptor, data)

            files.step = step
            os.write = short
            with open_desk(open_study(folder), "S1", "anna") as desk:
                drive(desk, seed, MOVES)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = [line.split() for line in pipe]
    os.waitpid(child, 0)
    return [(int(words[1]), words[2]) for words in said if words[0] == "ack"]


def check_after_crash(folder: Path, told) -> None:
    """The draft holds every move that was told; at most one more, which was on its way."""
    path = folder / "sessions" / "S1" / "sorts" / "anna.journal"
    draft = whole_study(folder)
    last, digest = told[-1] if told else (0, None)
    assert draft.lines in (last, last + 1)
    if not path.exists():
        assert not told
        return
    reading = read_journal(path)
    assert reading.sound
    if digest is None:
        return
    whole = path.read_bytes().split(b"\n")
    acknowledged = b"\n".join(whole[: last + 1]) + b"\n"
    # Whatever of the rest the disk kept, the acknowledged moves stand.
    rest = path.read_bytes()[len(acknowledged) :]
    for keep in {0, 1, len(rest) // 2, len(rest)}:
        kept = parse_journal(acknowledged + rest[:keep])
        assert cards_digest(replay(kept, BIRDS)) == digest or len(kept.lines) == last + 1
    assert cards_digest(replay(parse_journal(acknowledged), BIRDS)) == digest


def test_a_power_cut_at_every_step_loses_no_move_that_was_told(tmp_path):
    total = steps_of_a_run(tmp_path / "count", 2)
    most = 0
    for at in range(total):
        folder = make_small_study(tmp_path / str(at))
        told = crash(folder, 2, at)
        check_after_crash(folder, told)
        most = max(most, len(told))
    assert most > MOVES * 0.7


def test_a_write_cut_short_at_any_byte_loses_no_move_that_was_told(tmp_path):
    rng = random.Random(3)
    total = steps_of_a_run(tmp_path / "count", 3)
    for number in range(120):
        folder = make_small_study(tmp_path / str(number))
        told = crash(folder, 3, rng.randrange(total), half=rng.choice((0, 1, 40, 200, 5000)))
        check_after_crash(folder, told)


def test_crash_upon_crash_upon_crash(tmp_path):
    """The same draft is opened, moved and cut off thirty times over."""
    rng = random.Random(4)
    folder = make_small_study(tmp_path)
    lines = 0
    for number in range(30):
        told = crash(folder, 100 + number, rng.randrange(5, 90), half=rng.choice((None, 7, 60)))
        draft = whole_study(folder)
        floor = told[-1][0] if told else lines
        assert draft.lines in (floor, floor + 1)
        lines = draft.lines
    assert lines > 200
    left = {path.name for path in (folder / "sessions" / "S1" / "sorts").iterdir()}
    assert all(name.startswith("anna.journal") or name.endswith((".tmp", ".lock")) for name in left)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 40))
def test_many_runs_cut_at_every_step(tmp_path, seed):
    total = steps_of_a_run(tmp_path / "count", seed)
    rng = random.Random(seed)
    for at in range(total):
        for half in (None, rng.randrange(300)):
            folder = make_small_study(tmp_path / f"{at}-{half}")
            check_after_crash(folder, crash(folder, seed, at, half))
