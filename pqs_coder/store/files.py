"""All file operations: write-temporary-and-rename, read, list, lock, set aside (appender: append).

The one place where bytes meet a disk. Each step calls `step` first, where tests inject faults and
where a study in an object store could be put one day. Whatever fails, what was there stays whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pqs_coder.errors import StudyError, WriteError
from pqs_coder.store.file_errors import cure_of, read_error, write_error

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def step(_operation: str, _path: Path) -> None:
    """Called before every operation that touches a disk; tests replace it to inject faults."""


# -- reading ---------------------------------------------------------------------------------------


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; `StudyError` where it can't be read."""
    data = read_if_there(path)
    if data is None:
        raise StudyError(f"{path} can't be read: there is no such file.", "Is it spelt right?")
    return data


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none; `StudyError` where it can't be read."""
    try:
        step("read", path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        raise read_error(path, error) from error
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise StudyError(f"{path} can't be read: it is no file.", "Name a file.")
        pieces = [os.read(descriptor, about.st_size + 1)]
        while pieces[-1]:  # it may be longer than it said
            pieces.append(os.read(descriptor, 1 << 20))
        return b"".join(pieces)
    except OSError as error:
        raise read_error(path, error) from error
    finally:
        os.close(descriptor)


def exists(path: Path) -> bool:
    """Whether there is something at ``path`` (a link that leads nowhere counts as nothing).

    `StudyError` where that can't be told: a share that is gone must not look like an empty one.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise read_error(path, error) from error
    return True


def is_folder(path: Path) -> bool:
    """Whether there is a folder at ``path``; `StudyError` where that can't be told."""
    return exists(path) and path.is_dir()


def list_folder(path: Path) -> list[Path]:
    """What a folder holds, by name; nothing where it does not exist."""
    return [path / name for name in list_names(path)]


def list_names(path: Path) -> list[str]:
    """The same as names only, for folders of thousands."""
    try:
        step("list", path)
        return sorted(os.listdir(path))  # noqa: PTH208 - names are what is wanted
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StudyError(
            f"{path} can't be listed: {error.strerror or error}.", cure_of(error)
        ) from error


def digest(data: bytes) -> str:
    """BLAKE2b (hex) of a file's bytes, the same that ``b2sum`` prints."""
    return hashlib.blake2b(data).hexdigest()


# -- folders and whole files -----------------------------------------------------------------------


def make_folder(path: Path, mode: int = FOLDER_MODE) -> None:
    """Make a folder and its parents; fine where it is there already."""
    try:
        step("mkdir", path)
        missing = [one for one in (path, *path.parents) if not one.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=mode & 0o777, exist_ok=True)
            if mode & ~0o700:  # the umask has no say, and mkdir knows no sticky bit
                folder.chmod(mode)
            sync_folder(folder.parent)
    except OSError as error:
        raise write_error(path, error) from error


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A place to fill that is renamed to ``folder`` at the end, or goes away: whole or not at all.

    ``folder`` may be there as long as it is empty.
    """
    temporary = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.tmp"
    try:
        make_folder(temporary)
        yield temporary
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
        rename(temporary, folder)
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def make_folder_whole(folder: Path, content: Mapping[str, bytes]) -> Path:
    """A new folder with its files, whole or not at all."""
    with new_folder(folder) as place:
        for name, data in content.items():
            write_whole(place / name, data)
    return folder


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable (where the system can sync a folder)."""
    step("sync-folder", path)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some shares can't sync a folder; the data itself has been synced.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def sync_file(descriptor: int, path: Path) -> None:
    """Make the bytes of an open file durable."""
    step("fsync", path)
    if sys.platform == "darwin":  # fsync alone leaves the bytes in the drive's cache there
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def write_whole(path: Path, data: bytes, *, replace: bool = True, mode: int = FILE_MODE) -> None:
    """Write a file whole or not at all: a temporary file beside it, fsync, rename, folder fsync.

    A file that is replaced keeps its mode and group (by root, its owner); ``mode`` is for new
    ones. ``replace=False`` refuses (`WriteError`) where ``path`` exists, without a gap in which two
    writers could both succeed.
    """
    temporary = path.parent / f".{path.name}.{secrets.token_hex(4)}.tmp"
    try:
        _write_new(temporary, data, mode, like=path if replace else None)
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


def _write_new(path: Path, data: bytes, mode: int, like: Path | None) -> None:
    step("create", path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        set_rights(descriptor, mode, like)
        write_all(descriptor, data, path)
        sync_file(descriptor, path)
    finally:
        os.close(descriptor)


def set_rights(descriptor: int, mode: int, like: Path | None) -> None:
    """Mode whatever the umask, and mode and group of the file that is replaced."""
    old = None
    if like is not None:
        with contextlib.suppress(FileNotFoundError):
            old = like.stat()
    if old is not None:
        mode = stat.S_IMODE(old.st_mode)
        now = os.fstat(descriptor)
        if (old.st_uid, old.st_gid) != (now.st_uid, now.st_gid):
            owner = old.st_uid if os.geteuid() == 0 else -1
            with contextlib.suppress(OSError):
                os.fchown(descriptor, owner, old.st_gid)
    if mode != FILE_MODE:
        with contextlib.suppress(OSError):  # shares without modes
            os.fchmod(descriptor, mode)


def _link_new(temporary: Path, path: Path) -> None:
    step("link", path)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (some shares): check, then rename; the callers' locks cover the gap.
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
    try:
        step("rename", new)
        if new.exists():
            raise WriteError(f"{new} exists already.", "It is never overwritten.")
        old.rename(new)
        sync_folder(new.parent)
    except OSError as error:
        raise write_error(new, error) from error


def set_aside(path: Path, suffix: str) -> Path:
    """Keep a file under a free name, ``NAME`` + ``suffix``; the answer is that name."""
    aside = free_name(path.with_name(path.name + suffix))
    rename(path, aside)
    return aside


def free_name(path: Path) -> Path:
    """``path``, or the same with -2, -3, ... where it is taken."""
    if not path.exists():
        return path
    n = 2
    while (candidate := path.with_name(f"{path.name}-{n}")).exists():
        n += 1
    return candidate


def remove(path: Path) -> None:
    """Remove a file; fine where it is gone already."""
    try:
        step("remove", path)
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise write_error(path, error) from error


def set_mode(path: Path, mode: int, group: int) -> None:
    """Give a file or folder its group and mode; `OSError` where that is not allowed."""
    step("rights", path)
    os.chown(path, -1, group)
    path.chmod(mode)  # second: the group's change may take bits away


def may_read(path: Path) -> bool:
    """Whether the system lets this process read a file."""
    return os.access(path, os.R_OK)


def status_of(path: Path) -> os.stat_result:
    """What the system knows of a file (mode, times); `StudyError` where it is gone."""
    try:
        return path.stat()
    except OSError as error:
        raise read_error(path, error) from error


def remove_unfinished(path: Path) -> None:
    """Remove the file or folder of a write that was cut off."""
    if not (path.name.startswith(".") and path.name.endswith(".tmp")):
        raise WriteError(f"{path} is no unfinished write.", "It is left as it is.")
    if path.is_dir() and not path.is_symlink():
        step("remove", path)
        shutil.rmtree(path, ignore_errors=True)
    else:
        remove(path)


# -- locks -----------------------------------------------------------------------------------------


def open_for_lock(path: Path, mode: int = FILE_MODE) -> int:
    """A descriptor of a lock's file, made where there is none; `WriteError` where that failed."""
    try:
        step("lock", path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    except OSError as error:
        raise write_error(path, error) from error
    set_rights(descriptor, mode, None)
    return descriptor


def overwrite(descriptor: int, data: bytes, path: Path) -> None:
    """Give an open file this content, in place; `WriteError` where that failed."""
    try:
        step("truncate", path)
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        write_all(descriptor, data, path)
        sync_file(descriptor, path)
    except OSError as error:
        raise write_error(path, error) from error


def clock_of(folder: Path) -> float | None:
    """The time by the clock of the share on which a folder lies; None where it can't be asked."""
    probe = folder / f".{secrets.token_hex(6)}.now.tmp"
    try:
        step("create", probe)
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except OSError:
        return None
    try:
        return os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def kernel_lock(descriptor: int, *, wait: bool = False) -> bool | None:
    """True: it is ours; False: somebody has it; None: no kernel locks on this file system."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def same_file(path: Path, descriptor: int) -> bool:
    """Whether the file at ``path`` is the one that is open; `OSError` where that can't be told."""
    there, here = path.stat(), os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


@contextlib.contextmanager
def locked_file(path: Path, mode: int = FILE_MODE) -> Iterator[None]:
    """Hold a short kernel lock on ``path`` while a shared file is read, changed and written."""
    descriptor = open_for_lock(path, mode)
    try:
        kernel_lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_folder(path: Path) -> Iterator[None]:
    """The same on a folder: no file is left behind, and who may only read can hold it too."""
    try:
        step("lock", path)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        kernel_lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)
