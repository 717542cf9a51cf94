"""Append lines to a journal, each durable before the call returns."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pqs_coder.errors import WriteError
from pqs_coder.store import files
from pqs_coder.store.file_errors import write_error


class Appender:
    """Appends whole lines to one file, each durable before `append` returns.

    ``keep`` is the length that is known to be good, ``torn`` the length of a torn tail behind it,
    which is set aside as ``NAME.torn`` before the first append. A failed append leaves the file as
    it was; where even that fails (a share that is gone), the next one mends it first.
    """

    def __init__(
        self, path: Path, keep: int = 0, torn: int = 0, mode: int = files.FILE_MODE
    ) -> None:
        self.path = path
        self._length = keep
        self._torn = torn
        self._mode = mode
        self._last = b""  # the last line that is durable
        self._tried = b""  # a line that failed, of which something may be there
        self._descriptor = -1
        self._closed = False

    def append(self, data: bytes) -> None:
        """Append and fsync; `WriteError` where that failed, and then nothing of ``data`` stays."""
        if self._closed:
            raise WriteError(f"{self.path} is closed.", "Open the draft again.")
        try:
            self._make_ready()
            self._tried = data
            files.write_all(self._descriptor, data, self.path)
            files.sync_file(self._descriptor, self.path)
        except OSError as error:
            self._take_back()
            raise write_error(self.path, error) from error
        self._length += len(data)
        self._last, self._tried = data, b""

    def _make_ready(self) -> None:
        """Hold the file that is at the path, with nothing behind what is known to be good."""
        if self._descriptor >= 0 and not files.same_file(self.path, self._descriptor):
            self._let_go()
        if self._descriptor < 0:
            self._open()
        size = os.fstat(self._descriptor).st_size
        tail = os.pread(self._descriptor, max(size - self._length, 0), self._length)
        if tail and tail == self._tried[: len(tail)]:
            self._cut()
        elif tail and len(tail) == self._torn:
            files.write_whole(files.free_name(self.path.with_name(self.path.name + ".torn")), tail)
            self._cut()
        elif tail or size < self._length or not self._ends_as_known():
            raise WriteError(
                f"{self.path} has been changed by somebody else.",
                "Leave the session and open it again; what was saved is kept.",
            )
        self._torn = 0

    def _open(self) -> None:
        files.step("open", self.path)
        flags = os.O_RDWR | os.O_APPEND | (0 if self._length else os.O_CREAT)
        self._descriptor = os.open(self.path, flags, self._mode)
        if not self._length:
            files.set_rights(self._descriptor, self._mode, None)
            files.sync_folder(self.path.parent)

    def _ends_as_known(self) -> bool:
        start = self._length - len(self._last)
        return os.pread(self._descriptor, len(self._last), start) == self._last

    def _cut(self) -> None:
        files.step("truncate", self.path)
        os.ftruncate(self._descriptor, self._length)
        files.sync_file(self._descriptor, self.path)

    def _take_back(self) -> None:
        """After a failure: nothing of the line shall stay, and the file is opened anew."""
        with contextlib.suppress(OSError):
            if os.fstat(self._descriptor).st_size > self._length and self._tried:
                self._cut()
        self._let_go()

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1

    def close(self) -> None:
        """Close the file; everything in it is durable already."""
        self._let_go()
        self._closed = True
