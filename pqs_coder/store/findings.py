"""What a check of a study finds, and unfinished writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pqs_coder.errors import PqsError
from pqs_coder.store import files

OK, DAMAGED, MISSING, FOREIGN = "ok", "damaged", "missing", "foreign"
UNFINISHED_AFTER = 3600.0
"""Seconds after which nobody goes on with an unfinished write."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One file of a study: ``state`` is ok, damaged, missing or foreign.

    ``message`` says what is wrong and what to do, or what is worth knowing of a file that is whole.
    """

    file: str
    state: str
    message: str = ""


def check(path: Path, look: Callable[[], str]) -> Finding:
    """Damaged where ``look`` raises, else ok with what it answers as the message."""
    try:
        return Finding(str(path), OK, look())
    except PqsError as error:
        return Finding(str(path), DAMAGED, f"{error.message} {error.cure}".strip())


def is_unfinished(path: Path) -> bool:
    """Whether this is the file or folder of a write that was cut off."""
    return path.name.startswith(".") and path.name.endswith(".tmp")


def of_unfinished(path: Path, repair: bool) -> Finding:
    """An unfinished write: never read, never the only place of anything that was acknowledged."""
    now = files.clock_of(path.parent)
    if now is None:
        now = datetime.now(UTC).timestamp()
    age = now - files.status_of(path).st_mtime
    if repair and age > UNFINISHED_AFTER:
        files.remove_unfinished(path)
        return Finding(str(path), FOREIGN, "An unfinished write, removed.")
    return Finding(
        str(path), FOREIGN, "An unfinished write that nothing reads; --repair removes it in time."
    )
