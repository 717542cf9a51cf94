"""The lock on a draft: who holds it, since when, and when it is stale.

A kernel lock (flock) settles it on one machine. What the file says settles it where a share does
not carry kernel locks: host, process, its start, and a touch each minute. A lock is stale when its
process is dead on this host, or when it has not been touched for ten minutes by the share's clock.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pqs_coder.errors import LockedError
from pqs_coder.store import files

STALE_AFTER = 600.0
TOUCH_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock."""

    host: str
    pid: int
    started: float
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"


class Lock:
    """A held lock; release it with `release`, keep it fresh with `touch`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def touch(self) -> None:
        """Say that the holder is alive; call it once a minute. Never raises."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.utime(self._descriptor)

    def release(self) -> None:
        """Give the lock back. Never raises: a share that is gone has no lock to give back."""
        if self._descriptor < 0:
            return
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
        self._descriptor = -1


def take_lock(path: Path, what: str) -> Lock:
    """Take the lock at ``path``, or raise `LockedError` that says who holds ``what`` since when."""
    while True:
        files.step("lock", path)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, files.FILE_MODE)
        except OSError as error:
            raise files.write_error(path, error) from error
        try:
            lock = _try(path, descriptor, what)
        except BaseException:
            os.close(descriptor)
            raise
        if lock is not None:
            return lock
        os.close(descriptor)  # the holder removed the file in between: look again


def _try(path: Path, descriptor: int, what: str) -> Lock | None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _held(what, _read(descriptor)) from None
    except OSError:
        pass  # no kernel locks on this share: what the file says decides
    if not _same_file(path, descriptor):
        return None
    holder = _read(descriptor)
    if holder is not None and _alive(holder, path, descriptor):
        raise _held(what, holder)
    _write(descriptor, path)
    return Lock(path, descriptor)


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock at ``path``, or None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        holder = _read(descriptor)
        return holder if holder is not None and _alive(holder, path, descriptor) else None
    finally:
        os.close(descriptor)


def _held(what: str, holder: Holder | None) -> LockedError:
    who = f" by {holder}" if holder else ""
    return LockedError(
        f"{what} is open elsewhere{who}.",
        "Close it there first, or only read it here: pqs show.",
    )


def _same_file(path: Path, descriptor: int) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def _read(descriptor: int) -> Holder | None:
    try:
        content: Any = json.loads(os.pread(descriptor, 4096, 0))
        return Holder(
            str(content["host"]),
            int(content["pid"]),
            float(content["started"]),
            str(content["since"]),
        )
    except (ValueError, KeyError, TypeError, OSError):
        return None


def _write(descriptor: int, path: Path) -> None:
    holder = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "started": _started(os.getpid()) or 0.0,
        "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        os.fsync(descriptor)
    except OSError as error:
        raise files.write_error(path, error) from error


def _alive(holder: Holder, path: Path, descriptor: int) -> bool:
    if holder.host == socket.gethostname():
        started = _started(holder.pid)
        return started is not None and abs(started - holder.started) < 2.0
    return _share_now(path) - os.fstat(descriptor).st_mtime < STALE_AFTER


def _started(pid: int) -> float | None:
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return 0.0


def _share_now(path: Path) -> float:
    """The time by the share's own clock: the two machines' clocks may differ."""
    probe = path.parent / f".{path.name}.{secrets.token_hex(4)}.now"
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.FILE_MODE)
    except OSError:
        return datetime.now(UTC).timestamp()
    try:
        return os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
        probe.unlink(missing_ok=True)
