"""Bring back a sort that was saved to another place while the study could not be written."""

from __future__ import annotations

from pathlib import Path

from pqs_coder.errors import DataError, StudyError
from pqs_coder.store import files
from pqs_coder.store.journal import Header, Reading, parse_journal
from pqs_coder.store.locks import take_lock
from pqs_coder.store.study import SortPaths, Study


def bring_back(study: Study, copy: Path) -> Path:
    """Put a copy made by `Desk.save_copy` into the study; the answer is the draft's file.

    The draft in the study is replaced only where the copy goes on from it, and is kept as
    ``RATER.journal.old``. Where the study has more than the copy nothing is done. Raises
    `StudyError` where the two went different ways or the sort has been submitted, `DataError`
    where the copy is damaged, `UsageError` where the viewer may not change that sort.
    """
    reading = parse_journal(files.read_bytes(copy), str(copy))
    header = _sound_header(reading, copy)
    study.check_may_sort(header.rater)
    paths = study.paths(header.session, header.rater, header.occasion == 2)
    study.make_sorts_folder(header.session)
    lock = take_lock(paths.lock, f"The sort of {header.session} by {paths.rater}", paths.mode)
    try:
        return _put(paths, header, reading.data, copy)
    finally:
        lock.release()


def _sound_header(reading: Reading, copy: Path) -> Header:
    if reading.header is None:
        raise DataError(f"{copy}: no draft of pqs.", "Name the file that was saved.")
    if not reading.sound:
        raise DataError(f"{copy}: {reading.trouble}.", "Take another copy, if there is one.")
    return reading.header


def _put(paths: SortPaths, header: Header, data: bytes, copy: Path) -> Path:
    submitted = paths.submitted(header.revision)
    if files.exists(submitted):
        raise StudyError(
            f"The sort of {header.session} by {paths.rater} has been submitted ({submitted.name}).",
            "Nothing was changed. The copy is a draft of it.",
        )
    there = files.read_if_there(paths.journal)
    if there is None:
        files.write_whole(paths.journal, data, replace=False, mode=paths.mode)
        return paths.journal
    known = parse_journal(there, str(paths.journal)).data
    if known.startswith(data):
        return paths.journal
    if not data.startswith(known):
        raise StudyError(
            f"{paths.journal} and {copy} went different ways from one beginning.",
            "Nothing was changed. Open both to see which one is meant, and keep the other.",
        )
    old = files.free_name(paths.journal.with_name(paths.journal.name + ".old"))
    files.write_whole(old, there, replace=False, mode=paths.mode)
    files.write_whole(paths.journal, data)
    return paths.journal
