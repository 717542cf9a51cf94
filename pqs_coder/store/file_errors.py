"""Errors of the system in words, each with what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path

from pqs_coder.errors import StudyError, WriteError

_CURES = {
    errno.ENOSPC: "The disk is full: free some room, then go on; nothing saved so far is lost.",
    errno.EDQUOT: "Your quota is used up: free some room, then go on.",
    errno.EROFS: "The folder is read-only: ask for the right to write, or copy the study.",
    errno.EACCES: "You may not do that there: ask whoever keeps the study for the right to.",
    errno.EPERM: "You may not do that there: ask whoever keeps the study for the right to.",
    errno.ENOENT: "It is gone: was the folder moved, or is a share not connected?",
    errno.EIO: "The disk or share reported a fault: check it before you go on.",
    errno.ESTALE: "The share is gone: connect it again.",
}


def cure_of(error: OSError) -> str:
    """What to do about an error of the system."""
    return _CURES.get(error.errno or 0, "Check the disk or share, then try again.")


def write_error(path: Path, error: OSError) -> WriteError:
    """An `OSError` on writing as the error that a person reads."""
    return WriteError(f"{path}: {error.strerror or error}.", cure_of(error))


def read_error(path: Path, error: OSError) -> StudyError:
    """An `OSError` on reading as the error that a person reads."""
    return StudyError(f"{path} can't be read: {error.strerror or error}.", cure_of(error))
