"""Every submitted sort of a study as one tidy table."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, PqsError
from pqs_coder.store import files
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.sort_names import JOURNAL, SUBMITTED, SortName, read_sort_name
from pqs_coder.store.sorts import SORT_SCHEMA, SortLabels, checked_bytes, sort_frame
from pqs_coder.store.study import Study
from pqs_coder.store.work import Work, list_work

__all__ = ["Work", "list_work", "read_sorts"]

WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class SortFile:
    """A file in a sorts folder: where it lies, of which session, and what its name says."""

    path: Path
    session: str
    name: SortName


def read_sorts(
    study: Study,
    *,
    kind: Sequence[str] = ("rater",),
    occasion: int | None = 1,
    all_revisions: bool = False,
    drafts: bool = False,
) -> pl.DataFrame:
    """The tidy table (`SORT_SCHEMA`) of all sorts that the viewer may see, a row an item.

    ``kind`` holds the kinds wanted; ``occasion`` None is both occasions; the latest revision of
    each sort only, unless ``all_revisions``; ``drafts`` adds drafts as they stand (``submitted_at``
    null). Every file's digest is checked first. Raises `DataError` that names every file that is
    damaged or holds another sort than its name says.
    """
    found = [one for one in sort_files(study) if occasion in (None, one.name.occasion)]
    submitted = [one for one in found if one.name.what == SUBMITTED]
    if not all_revisions:
        submitted = latest(submitted)
    frames = read_files(submitted)
    if drafts:
        frames += _draft_frames(study, [one for one in found if one.name.what == JOURNAL])
    if not frames:
        return pl.DataFrame(schema=SORT_SCHEMA)
    return pl.concat(frames).filter(pl.col("kind").is_in(list(kind)))


def sort_files(study: Study) -> list[SortFile]:
    """All files of sorts that the viewer may see, by session and name."""
    found = []
    for code in sorted(study.session_codes()):
        for path in files.list_folder(study.sessions_folder / code / "sorts"):
            name = read_sort_name(path)
            if name is not None and study.may_see(code, name.rater):
                found.append(SortFile(path, code, name))
    return found


def latest(submitted: Iterable[SortFile]) -> list[SortFile]:
    """Of each sort the file with the highest revision."""
    best: dict[tuple[str, str, bool], SortFile] = {}
    for one in submitted:
        key = (one.session, one.name.rater, one.name.again)
        if key not in best or best[key].name.revision < one.name.revision:
            best[key] = one
    return list(best.values())


def read_files(submitted: Sequence[SortFile]) -> list[pl.DataFrame]:
    """One frame a file; `DataError` names all that can't be trusted."""
    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(_caught(read_one), submitted))
    troubles = [one for one in results if isinstance(one, PqsError)]
    if troubles:
        raise DataError(
            "\n".join(one.message for one in troubles[:20]),
            troubles[0].cure or "Run pqs verify.",
        )
    return [one for one in results if isinstance(one, pl.DataFrame)]


def read_one(file: SortFile) -> pl.DataFrame:
    """The frame of one submitted sort, digest and labels checked."""
    frame = pl.read_parquet(io.BytesIO(checked_bytes(file.path)))
    if frame.schema != pl.Schema(SORT_SCHEMA) or frame.height == 0:
        raise DataError(f"{file.path}: not the columns of a sort.", "Run pqs verify.")
    session, rater = frame["session"][0], frame["rater"][0]
    if session != file.session or rater != file.name.rater:
        raise DataError(
            f"{file.path}: it holds the sort of {session} by {rater}.",
            "Put the file where it belongs, under the name that it had.",
        )
    return frame


def _caught(
    read: Callable[[SortFile], pl.DataFrame],
) -> Callable[[SortFile], pl.DataFrame | PqsError]:
    def reader(file: SortFile) -> pl.DataFrame | PqsError:
        try:
            return read(file)
        except PqsError as error:
            return error

    return reader


def _draft_frames(study: Study, journals: Iterable[SortFile]) -> list[pl.DataFrame]:
    frames = []
    for one in journals:
        reading = read_journal(one.path)
        header = reading.header
        if header is None:
            continue
        draft = replay(reading, study.item_set, str(one.path))
        labels = SortLabels(
            session=header.session,
            rater=header.rater,
            item_set=header.item_set,
            item_set_hash=header.item_set_hash,
            transcript_hash=header.transcript_hash,
            occasion=one.name.occasion,
            started_at=header.started_at,
        )
        frames.append(sort_frame(draft.item_set, draft.cards, labels, draft.seconds))
    return frames
