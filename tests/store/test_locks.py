"""Locks: the second is told who holds it since when; a stale lock is recognised."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from pqs_coder.errors import Exit, LockedError, WriteError
from pqs_coder.store import files, locks
from pqs_coder.store.locks import STALE_AFTER, holder_of, take_lock
from tests.store.faulty import Steps, os_error, stepping

WHAT = "The sort of S1 by anna"
HOLD = """
import sys
from pathlib import Path
from pqs_coder.store.locks import take_lock
lock = take_lock(Path(sys.argv[1]), "x")
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "anna.lock"


@pytest.fixture
def other(path):
    """Another process that holds the lock."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.communicate()


@pytest.fixture
def no_kernel_locks(monkeypatch):
    """A share that carries none."""

    def none(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)


def rewrite(path, **changes):
    """The lock as if somebody else had written it."""
    content = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(content))


def age(path, seconds):
    now = time.time()
    os.utime(path, (now - seconds, now - seconds))


def test_a_lock_is_taken_given_back_and_leaves_nothing(path):
    lock = take_lock(path, WHAT)
    holder = holder_of(path)
    assert (holder.pid, holder.host) == (os.getpid(), socket.gethostname())
    lock.release()
    lock.release()
    assert holder_of(path) is None
    assert list(path.parent.iterdir()) == []


def test_two_terminals_of_one_process_see_each_other(path):
    lock = take_lock(path, WHAT)
    with pytest.raises(LockedError):
        take_lock(path, WHAT)
    lock.release()
    take_lock(path, WHAT).release()


def test_the_second_process_is_told_who_holds_it_since_when(path, other):
    with pytest.raises(LockedError) as caught:
        take_lock(path, WHAT)
    assert caught.value.exit_code == Exit.LOCKED
    said = caught.value.message
    assert said.startswith(WHAT)
    assert f"process {other.pid} on {socket.gethostname()}" in said
    assert " since 20" in said
    assert "read" in caught.value.cure


def test_it_is_free_once_the_other_has_given_it_back(path, other):
    other.communicate("")
    take_lock(path, WHAT).release()


def test_a_killed_process_holds_nothing(path, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert path.exists()
    assert holder_of(path) is None
    take_lock(path, WHAT).release()


# -- shares without kernel locks -------------------------------------------------------------------


def test_without_kernel_locks_a_living_process_holds_it(path, other, no_kernel_locks):
    with pytest.raises(LockedError):
        take_lock(path, WHAT)


def test_without_kernel_locks_a_dead_process_does_not(path, other, no_kernel_locks):
    other.kill()
    other.wait()
    take_lock(path, WHAT).release()


def test_a_process_of_the_same_number_is_another_one(path, other, no_kernel_locks):
    rewrite(path, started=1.0)
    take_lock(path, WHAT).release()


def test_setting_the_clock_does_not_make_a_lock_stale(path, other, no_kernel_locks):
    for seconds in (10 * STALE_AFTER, -10 * STALE_AFTER):
        age(path, seconds)
        with pytest.raises(LockedError):
            take_lock(path, WHAT)


def test_after_a_restart_the_lock_is_stale(path, other, no_kernel_locks):
    rewrite(path, boot="another")
    take_lock(path, WHAT).release()


@pytest.mark.parametrize("changes", [{"host": "elsewhere"}, {"machine": "another"}])
def test_another_host_holds_it_for_ten_minutes_after_its_last_touch(path, other, changes):
    other.kill()
    other.wait()
    rewrite(path, **changes)
    age(path, STALE_AFTER - 60)
    with pytest.raises(LockedError):
        take_lock(path, WHAT)
    assert holder_of(path) is not None
    age(path, STALE_AFTER + 60)
    assert holder_of(path) is None
    take_lock(path, WHAT).release()


def test_ten_minutes_are_counted_by_the_clock_of_the_share(path, other, monkeypatch):
    other.kill()
    other.wait()
    rewrite(path, host="elsewhere")
    age(path, 3600)
    monkeypatch.setattr(files, "clock_of", lambda _: time.time() - 3600 + 60)
    with pytest.raises(LockedError):
        take_lock(path, WHAT)


def test_asking_the_clock_leaves_nothing_behind(path):
    assert files.clock_of(path.parent) == pytest.approx(time.time(), abs=1800)
    assert list(path.parent.iterdir()) == []
    assert files.clock_of(path.parent / "gone") is None


# -- keeping and losing ----------------------------------------------------------------------------


def test_a_touch_keeps_it_fresh(path):
    lock = take_lock(path, WHAT)
    age(path, 3600)
    assert lock.touch()
    assert time.time() - path.stat().st_mtime < 1800
    lock.release()
    assert not lock.touch()


def test_a_lock_that_was_taken_over_is_not_given_back_for_the_other(path):
    lock = take_lock(path, WHAT)
    path.unlink()
    theirs = take_lock(path, WHAT)
    assert not lock.touch()
    lock.release()
    assert holder_of(path) is not None
    assert theirs.touch()
    theirs.release()


def test_a_lock_overwritten_in_place_is_lost_too(path, no_kernel_locks):
    lock = take_lock(path, WHAT)
    rewrite(path, host="elsewhere")
    assert not lock.touch()
    lock.release()
    assert path.exists()


def test_a_removed_lock_and_a_gone_folder_raise_nothing(path):
    lock = take_lock(path, WHAT)
    path.unlink()
    path.parent.rmdir()
    assert not lock.touch()
    lock.release()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff" * 50, b'{"pid": "x"}', b"[" * 5000, b"1" * 9000]
)
def test_a_lock_that_says_nothing_is_free(path, content):
    path.write_bytes(content)
    assert holder_of(path) is None
    take_lock(path, WHAT).release()


@pytest.mark.parametrize("at", range(4))
def test_a_lock_that_can_not_be_written_is_told_and_not_held(path, at):
    with stepping(Steps(at, os_error(errno.ENOSPC))) as steps, pytest.raises(WriteError):
        take_lock(path, WHAT)
    assert steps.operations == ["lock", "truncate", "write", "fsync"][: at + 1]
    take_lock(path, WHAT).release()


def test_raters_never_block_each_other(tmp_path):
    held = [take_lock(tmp_path / f"rater{n}.lock", WHAT) for n in range(50)]
    for lock in held:
        lock.release()


def test_a_process_without_proc_is_known_by_its_start_in_seconds(monkeypatch):
    class Nowhere(type(files.Path())):
        def read_bytes(self):
            raise FileNotFoundError

    monkeypatch.setattr(locks, "Path", Nowhere)
    assert locks._started(os.getpid()) == locks._started(os.getpid())
    assert locks._started(os.getpid()) > 0
    assert locks._started(2**22 + 1) is None
