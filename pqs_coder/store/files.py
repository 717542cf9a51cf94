"""All file operations: append and fsync, write-temporary-and-rename, read, list, set aside.

The one place where bytes meet a disk. Each step calls `step` first, where tests inject faults and
where a study in an object store could be put one day. Whatever fails, what was there stays whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from pqs_coder.errors import StudyError, WriteError

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def step(_operation: str, _path: Path) -> None:
    """Called before every operation that touches a disk; tests replace it to inject faults."""


def _cure(error: OSError) -> str:
    import errno

    cures = {
        errno.ENOSPC: "The disk is full: free some room, then go on; nothing saved so far is lost.",
        errno.EDQUOT: "Your quota is used up: free some room, then go on.",
        errno.EROFS: "The folder is read-only: ask for the right to write, or copy the study.",
        errno.EACCES: "You may not write there: ask whoever keeps the study for the right to.",
        errno.ENOENT: "The folder is gone: was it moved, or is a share not connected?",
        errno.EIO: "The disk or share reported a fault: check it before you go on.",
        errno.ESTALE: "The share is gone: connect it again.",
    }
    return cures.get(error.errno or 0, "Check the disk or share, then try again.")


def write_error(path: Path, error: OSError) -> WriteError:
    """An `OSError` on writing as the error that a person reads."""
    return WriteError(f"{path}: {error.strerror or error}.", _cure(error))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; `StudyError` where it can't be read."""
    data = read_if_there(path)
    if data is None:
        raise StudyError(f"{path} can't be read: there is no such file.", "Is it spelt right?")
    return data


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none; `StudyError` where it can't be read."""
    step("read", path)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _read_error(path, error) from error
    try:
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return file.readall()
    except OSError as error:
        raise _read_error(path, error) from error


def _read_error(path: Path, error: OSError) -> StudyError:
    return StudyError(f"{path} can't be read: {error.strerror or error}.", _cure(error))


def exists(path: Path) -> bool:
    """Whether there is something at ``path`` (a link that leads nowhere counts as nothing)."""
    return path.exists()


def list_folder(path: Path) -> list[Path]:
    """What a folder holds, by name; nothing where it does not exist."""
    step("list", path)
    try:
        return sorted(path.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StudyError(
            f"{path} can't be listed: {error.strerror or error}.", _cure(error)
        ) from error


def make_folder(path: Path, mode: int = FOLDER_MODE) -> None:
    """Make a folder and its parents; fine where it is there already."""
    step("mkdir", path)
    try:
        missing = [one for one in (path, *path.parents) if not one.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=mode, exist_ok=True)
            sync_folder(folder.parent)
    except OSError as error:
        raise write_error(path, error) from error


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable (where the system can sync a folder)."""
    step("sync-folder", path)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        import errno

        # Some shares can't sync a folder; the data itself has been synced.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes, *, replace: bool = True, mode: int = FILE_MODE) -> None:
    """Write a file whole or not at all: a temporary file beside it, fsync, rename, folder fsync.

    ``replace=False`` refuses (`WriteError`) where ``path`` exists, without a gap in which two
    writers could both succeed.
    """
    temporary = path.parent / f".{path.name}.{secrets.token_hex(4)}.tmp"
    try:
        _write_new(temporary, data, mode)
        if replace:
            step("rename", path)
            temporary.replace(path)
        else:
            _link_new(temporary, path)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise WriteError(f"{path} exists already.", "It is never overwritten.") from error
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write_new(path: Path, data: bytes, mode: int) -> None:
    step("create", path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        write_all(descriptor, data, path)
        step("fsync", path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link_new(temporary: Path, path: Path) -> None:
    step("link", path)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (some shares): check, then rename; the draft's lock covers the gap.
        if path.exists():
            raise FileExistsError(path) from None
        temporary.replace(path)


def write_all(descriptor: int, data: bytes, path: Path) -> None:
    """Write every byte, however many calls it takes."""
    view = memoryview(data)
    while view:
        step("write", path)
        view = view[os.write(descriptor, view) :]


def rename(old: Path, new: Path) -> None:
    """Rename within a folder, durably; refuses where ``new`` exists."""
    step("rename", new)
    try:
        if new.exists():
            raise WriteError(f"{new} exists already.", "It is never overwritten.")
        old.rename(new)
        sync_folder(new.parent)
    except OSError as error:
        raise write_error(new, error) from error


def free_name(path: Path) -> Path:
    """``path``, or the same with -2, -3, ... where it is taken."""
    if not path.exists():
        return path
    n = 2
    while (candidate := path.with_name(f"{path.name}-{n}")).exists():
        n += 1
    return candidate


def digest(data: bytes) -> str:
    """BLAKE2b (hex) of a file's bytes."""
    return hashlib.blake2b(data).hexdigest()


class Appender:
    """Appends whole lines to one file, each durable before `append` returns.

    ``keep`` is the length that is known to be good: what lies behind it (a torn tail) is set aside
    as ``NAME.torn`` before the first append. A failed append leaves the file as it was.
    """

    def __init__(self, path: Path, keep: int, mode: int = FILE_MODE) -> None:
        self.path = path
        self._length = keep
        try:
            new = not path.exists()
            step("open", path)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, mode)
            if new:
                sync_folder(path.parent)
        except OSError as error:
            raise write_error(path, error) from error
        try:
            self._set_aside_tail()
        except OSError as error:
            self.close()
            raise write_error(path, error) from error
        except WriteError:
            self.close()
            raise

    def _set_aside_tail(self) -> None:
        size = os.fstat(self._descriptor).st_size
        if size <= self._length:
            return
        tail = os.pread(self._descriptor, size - self._length, self._length)
        write_whole(free_name(self.path.with_name(self.path.name + ".torn")), tail)
        self._cut()

    def _cut(self) -> None:
        step("truncate", self.path)
        os.ftruncate(self._descriptor, self._length)
        os.fsync(self._descriptor)

    def append(self, data: bytes) -> None:
        """Append and fsync; `WriteError` where that failed, and then nothing of ``data`` stays."""
        if self._descriptor < 0:
            raise WriteError(f"{self.path} is closed.", "Open the draft again.")
        try:
            status = os.fstat(self._descriptor)
            if status.st_nlink == 0:
                raise FileNotFoundError(2, "The file was removed while it was open")
            if status.st_size != self._length:
                raise WriteError(
                    f"{self.path} has been changed by somebody else.",
                    "Leave the session and open it again; what was saved is kept.",
                )
            write_all(self._descriptor, data, self.path)
            step("fsync", self.path)
            os.fsync(self._descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._cut()
            raise write_error(self.path, error) from error
        self._length += len(data)

    def close(self) -> None:
        """Close the file; everything in it is durable already."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextlib.contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """Hold a short kernel lock on ``path`` while a shared file is read, changed and written."""
    import fcntl

    step("lock", path)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_folder_whole(folder: Path, content: Mapping[str, bytes]) -> Path:
    """A new folder with its files, whole or not at all: filled under another name, then renamed."""
    temporary = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.tmp"
    make_folder(temporary)
    try:
        for name, data in content.items():
            write_whole(temporary / name, data)
        rename(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return folder
