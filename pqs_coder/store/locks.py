"""The lock on a draft: who holds it, since when, and when it is stale.

A kernel lock (flock) settles it on one machine. What the file says settles it where a share does
not carry kernel locks: host, process, its start, and a touch each minute. A lock is stale when its
process is dead on this host, or when it has not been touched for ten minutes by the share's clock.
Should two hold it all the same, the journal refuses to go on for the one that was overtaken.
"""

from __future__ import annotations

import contextlib
import functools
import getpass
import hashlib
import json
import os
import socket
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pqs_coder.errors import LockedError
from pqs_coder.store import files
from pqs_coder.store.file_errors import write_error

STALE_AFTER = 600.0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock.

    ``machine`` and ``boot`` tell two hosts of one name apart, and one host from itself before a
    restart. ``started`` is the start of the process in the system's own count, which setting the
    clock does not move.
    """

    user: str
    host: str
    pid: int
    started: float
    since: str
    machine: str
    boot: str

    def __str__(self) -> str:
        return f"{self.user} (process {self.pid} on {self.host}), since {self.since}"

    @property
    def is_here(self) -> bool:
        """Whether it was taken on this machine."""
        return (self.host, self.machine) == (socket.gethostname(), _machine())


class Lock:
    """A held lock; release it with `release`, keep it fresh with `touch`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def touch(self) -> bool:
        """Say that the holder is alive; call it once a minute. False where the lock is lost.

        Never raises: whether a share is gone is found out by the next move.
        """
        if self._descriptor < 0:
            return False
        with contextlib.suppress(OSError):
            os.utime(self._descriptor)  # the time is the server's on a share
        return self._is_ours()

    def release(self) -> None:
        """Give the lock back. Never raises: a share that is gone has no lock to give back."""
        if self._descriptor < 0:
            return
        with contextlib.suppress(OSError):
            if self._is_ours():
                self.path.unlink()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
        self._descriptor = -1

    def _is_ours(self) -> bool:
        """Whether nobody took it over meanwhile as stale (a laptop may sleep for an hour)."""
        try:
            if not files.same_file(self.path, self._descriptor):
                return False
        except OSError:
            return False
        holder = _read(self._descriptor)
        return holder is not None and holder.is_here and holder.pid == os.getpid()


def take_lock(path: Path, what: str, mode: int = files.FILE_MODE) -> Lock:
    """Take the lock at ``path``, or raise `LockedError` that says who holds ``what`` since when."""
    while True:
        descriptor = files.open_for_lock(path, mode)
        try:
            lock = _try(path, descriptor, what)
        except BaseException:
            os.close(descriptor)
            raise
        if lock is not None:
            return lock
        os.close(descriptor)  # the holder removed the file in between: look again


def _try(path: Path, descriptor: int, what: str) -> Lock | None:
    if files.kernel_lock(descriptor) is False:
        raise _held(what, _read(descriptor))
    try:
        if not files.same_file(path, descriptor):
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise write_error(path, error) from error
    holder = _read(descriptor)
    if holder is not None and _is_alive(holder, path, descriptor):
        raise _held(what, holder)
    try:
        files.overwrite(descriptor, json.dumps(asdict(_me())).encode(), path)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()  # half a lock, or one that nobody holds
        raise
    return Lock(path, descriptor)


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock at ``path``, or None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        holder = _read(descriptor)
        return holder if holder is not None and _is_alive(holder, path, descriptor) else None
    finally:
        os.close(descriptor)


def _held(what: str, holder: Holder | None) -> LockedError:
    who = f" by {holder}" if holder else ""
    return LockedError(
        f"{what} is open elsewhere{who}.",
        "Close it there first, or only read it here: pqs show.",
    )


def _read(descriptor: int) -> Holder | None:
    try:
        content: Any = json.loads(os.pread(descriptor, 4096, 0))
        return Holder(
            user=str(content["user"]),
            host=str(content["host"]),
            pid=int(content["pid"]),
            started=float(content["started"]),
            since=str(content["since"]),
            machine=str(content["machine"]),
            boot=str(content["boot"]),
        )
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return None


def _me() -> Holder:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a process without a login
        user = str(os.getuid())
    return Holder(
        user=user,
        host=socket.gethostname(),
        pid=os.getpid(),
        started=_started(os.getpid()) or 0.0,
        since=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        machine=_machine(),
        boot=_boot(),
    )


def _is_alive(holder: Holder, path: Path, descriptor: int) -> bool:
    if holder.is_here:
        return holder.boot == _boot() and holder.started == _started(holder.pid)
    now = files.clock_of(path.parent)
    if now is None:
        now = datetime.now(UTC).timestamp()
    return now - os.fstat(descriptor).st_mtime < STALE_AFTER


def _started(pid: int) -> float | None:
    """When a process was started, None where there is none.

    In clock ticks since the system's start where /proc tells them, else in seconds.
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
        return float(status.rpartition(b")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        pass
    import psutil

    try:
        return round(float(psutil.Process(pid).create_time()))
    except psutil.Error:
        return None


@functools.cache
def _machine() -> str:
    return _hashed(Path("/etc/machine-id")) or f"{uuid.getnode():012x}"


@functools.cache
def _boot() -> str:
    return _hashed(Path("/proc/sys/kernel/random/boot_id"))


def _hashed(path: Path) -> str:
    """A short hash of a file that identifies this machine, '' where there is none."""
    try:
        content = path.read_bytes().strip()
    except OSError:
        return ""
    return hashlib.blake2b(content, digest_size=8).hexdigest() if content else ""
