"""A draft's file, open for appending: the journal, its lock, and its way to being submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pqs_coder.errors import DataError
from pqs_coder.model.moves import Act
from pqs_coder.store import files
from pqs_coder.store.journal import Header, Reading, act_line, header_line
from pqs_coder.store.locks import Lock
from pqs_coder.store.study import SortPaths


class DraftFile:
    """The journal of one draft in writing. The file begins with the first act."""

    def __init__(
        self, paths: SortPaths, header: Header, reading: Reading | None, lock: Lock
    ) -> None:
        if reading is not None and reading.damaged:
            lines = ", ".join(map(str, reading.damaged[:5]))
            raise DataError(
                f"{paths.journal}: line {lines} is damaged.",
                "Run pqs verify --repair: it keeps the file and goes on with the whole lines.",
            )
        self.paths = paths
        self.header = reading.header if reading and reading.header else header
        self.lock = lock
        self._begun = reading is not None and reading.header is not None
        self._good = reading.good if reading else 0
        self._appender: files.Appender | None = None

    def append(
        self, number: int, at: str, act: Act, view: Mapping[str, Any], seconds: float
    ) -> None:
        """Append one act and fsync it; `WriteError` where that failed, and nothing of it stays."""
        if self._appender is None:
            self._appender = files.Appender(self.paths.journal, self._good)
        line = act_line(number, at, act, view, seconds)
        if not self._begun:
            line = header_line(self.header) + line
        self._appender.append(line)
        self._begun = True

    def touch(self) -> None:
        """Keep the lock fresh."""
        self.lock.touch()

    def retire(self, revision: int) -> None:
        """Keep the journal of a sort that has been submitted, and give the lock back."""
        if self._appender is not None:
            self._appender.close()
            self._appender = None
        files.rename(self.paths.journal, self.paths.kept_journal(revision))
        self.lock.release()

    def close(self) -> None:
        """Close the file and give the lock back."""
        if self._appender is not None:
            self._appender.close()
            self._appender = None
        self.lock.release()
