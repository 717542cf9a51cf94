"""A draft's file, open for appending: the journal, its lock, and its way to being submitted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError
from pqs_coder.model.moves import Act
from pqs_coder.store import files
from pqs_coder.store.appender import Appender
from pqs_coder.store.journal import Header, Reading, act_line, header_line
from pqs_coder.store.locks import Lock
from pqs_coder.store.study import SortPaths


class DraftFile:
    """The journal of one draft in writing. The file begins with the first act.

    All that is on disk is held in memory too (some 100 kB after two hours), so that it can be
    written elsewhere when the disk or the share is gone.
    """

    def __init__(
        self, paths: SortPaths, header: Header, reading: Reading | None, lock: Lock
    ) -> None:
        if reading is not None and not reading.sound:
            raise DataError(
                f"{paths.journal}: {reading.trouble}.",
                "Run pqs verify --repair: it keeps the file and goes on with the whole lines.",
            )
        self.paths = paths
        self.header = reading.header if reading and reading.header else header
        self.lock = lock
        self._written = [reading.data] if reading and reading.header else []
        good, torn = (reading.good, reading.torn) if reading else (0, 0)
        self._appender = Appender(paths.journal, good, torn, paths.mode)

    @property
    def begun(self) -> bool:
        """Whether there is a journal on disk."""
        return bool(self._written)

    @property
    def content(self) -> bytes:
        """All bytes of the journal that are known to be on disk."""
        return b"".join(self._written)

    def append(
        self, number: int, at: str, act: Act, view: Mapping[str, Any], seconds: float
    ) -> None:
        """Append one act and fsync it; `WriteError` where that failed, and nothing of it stays."""
        line = act_line(number, at, act, view, seconds, self.paths.vault)
        self._append(line if self.begun else header_line(self.header, self.paths.vault) + line)

    def begin(self) -> None:
        """Write the header alone: a revision holds cards before its first act."""
        if not self.begun:
            self._append(header_line(self.header, self.paths.vault))

    def _append(self, data: bytes) -> None:
        self._appender.append(data)
        self._written.append(data)

    def touch(self) -> bool:
        """Keep the lock fresh; False where somebody has taken it over."""
        return self.lock.touch()

    def save_copy(self, folder: Path) -> Path:
        """Write all that was acknowledged to another place, under a free name."""
        name = f"{self.header.session}.{self.paths.journal.name}"
        path = files.free_name(folder / name)
        files.write_whole(
            path, self.content or header_line(self.header, self.paths.vault), replace=False
        )
        return path

    def retire(self) -> None:
        """Keep the journal of a sort that has been submitted, and give the lock back.

        Fine where the journal has been moved already.
        """
        if files.exists(self.paths.journal):
            retire_journal(self.paths, self.header.revision)
        self.close()

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._appender.close()
        self.lock.release()


def retire_journal(paths: SortPaths, revision: int) -> Path:
    """Keep a journal under the name of its revision; the answer is that name."""
    kept = files.free_name(paths.kept_journal(revision))
    files.rename(paths.journal, kept)
    return kept
