"""Take a sort out of a study: its files stay where they are, under names that nothing reads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.names import find_name
from pqs_coder.store import files
from pqs_coder.store.locks import take_lock
from pqs_coder.store.sort_names import LOCK, SUBMITTED, read_sort_name
from pqs_coder.store.study import Study
from pqs_coder.store.tables import read_table, write_table

WITHDRAWN = ".withdrawn"
RECORD = "withdrawn.csv"
COLUMNS = ("session", "rater", "occasion", "reason", "by", "at")


def withdraw(
    study: Study, session: str, rater: str, reason: str, *, again: bool = False
) -> list[Path]:
    """Set aside all files of one rater's sort of a session; the answer is their new names.

    Who did it, when and why goes to withdrawn.csv first, so that no sort is missed unexplained.
    Raises `UsageError` for anybody but a lead and without a reason, `StudyError` where there is no
    such sort, `LockedError` while somebody works on it.
    """
    study.check_leads()
    if not reason.strip():
        raise UsageError("A sort is withdrawn for a reason.", 'Say it: --reason "a copy".')
    folder = study.sorts_folder(session)
    code = folder.parent.name
    name = find_name(rater, study.raters_of(code))
    if name is None or not _files_of(folder, name, again):
        there = ", ".join(study.raters_of(code)) or "nobody"
        raise StudyError(f"{rater} has no such sort of {code}.", f"Sorts there: {there}.")
    paths = study.sort_paths(code, name, again)
    lock = take_lock(paths.lock, "The sort", paths.mode)
    try:
        _record(study, [code, name, "2" if again else "1", reason.strip(), _who(study), _now()])
        return [files.set_aside(one, WITHDRAWN) for one in _files_of(folder, name, again)]
    finally:
        lock.release()


def _files_of(folder: Path, rater: str, again: bool) -> list[Path]:
    """The files of a sort, the submitted tables first: they are what counts."""
    named = [(read_sort_name(path), path) for path in files.list_folder(folder)]
    found = [
        (one.what != SUBMITTED, path)
        for one, path in named
        if one is not None and one.what != LOCK and (one.rater, one.again) == (rater, again)
    ]
    return [path for _, path in sorted(found)]


def _record(study: Study, row: list[str]) -> None:
    path = study.folder / RECORD
    with files.locked_file(study.folder / ".withdrawn.lock"):
        before = read_table(path, COLUMNS)[1] if files.exists(path) else []
        rows = [[cells[name] for name in COLUMNS] for _, cells in before]
        write_table(path, COLUMNS, [*rows, row])


def _who(study: Study) -> str:
    return study.viewer.name or "lead"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
