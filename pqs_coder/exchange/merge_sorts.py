"""One rater's work on one session in two copies of a study: which is further, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, PqsError
from pqs_coder.exchange.merge_journals import acts_in, append_lines, extending, further
from pqs_coder.exchange.merge_parts import Change, writing
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.drafts import retire_journal
from pqs_coder.store.journal import parse_journal
from pqs_coder.store.locks import take_lock
from pqs_coder.store.sort_names import JOURNAL, KEPT, LOCK, SUBMITTED, read_sort_name
from pqs_coder.store.sorts import checked_bytes, digest_path, frame_of, open_frame
from pqs_coder.store.study import SortPaths, Study
from pqs_coder.store.vault import Vault


@dataclass
class _Work:
    """The files of one rater's work: draft, submitted sorts by revision, kept journals."""

    paths: SortPaths
    draft: bytes | None = None
    torn: bool = False
    submitted: dict[int, Path] = field(default_factory=dict)
    kept: dict[int, Path] = field(default_factory=dict)

    @property
    def latest(self) -> int:
        return max(self.submitted, default=0)


def merge_sorts(study: Study, theirs: Study, code: str) -> list[Change]:
    """What a merge does with every sort of a session, in the order in which it is written."""
    ours_at = study.sessions_folder / code / "sorts"
    theirs_at = theirs.sessions_folder / code / "sorts"
    changes: list[Change] = []
    ours = _works(ours_at, changes, f"sessions/{code}/sorts", mine=True)
    others = _works(theirs_at, changes, f"sessions/{code}/sorts", mine=False)
    for (rater, again), work in sorted(others.items()):
        where = f"sessions/{code}/sorts/{rater}{'.again' * again}"
        found = find_name(rater, [name for name, _ in ours])
        if found is not None and found != rater:
            why = f"here the rater is spelled {found}; rename the files in one copy"
            changes.append(Change(where, "conflict", why))
            continue
        mine = ours.get((rater, again), _Work(SortPaths(ours_at, rater, again)))
        try:
            changes += _merge_work(mine, work, where, study.vault)
        except PqsError as error:
            changes.append(Change(where, "conflict", error.message))
    return changes


def _works(
    folder: Path, changes: list[Change], where: str, *, mine: bool
) -> dict[tuple[str, bool], _Work]:
    works: dict[tuple[str, bool], _Work] = {}
    for path in files.list_folder(folder):
        name = read_sort_name(path)
        if name is None:
            if not mine and not path.name.startswith("."):
                changes.append(Change(f"{where}/{path.name}", "left", "no file of a sort"))
            continue
        key = (name.rater, name.again)
        work = works.setdefault(key, _Work(SortPaths(folder, name.rater, name.again)))
        if name.what == JOURNAL:
            reading = parse_journal(files.read_bytes(path), str(path))
            work.draft, work.torn = reading.data, bool(reading.torn)
        elif name.what == SUBMITTED:
            work.submitted[name.revision] = path
        elif name.what == KEPT:
            work.kept.setdefault(name.revision, path)
        elif name.what == LOCK and not mine:
            changes.append(Change(f"{where}/{path.name}", "left", "a lock"))
    return works


def _merge_work(mine: _Work, other: _Work, where: str, vault: Vault | None) -> list[Change]:
    changes: list[Change] = []
    for revision, path in sorted(other.submitted.items()):
        name = f"{where} revision {revision}"
        frame = frame_of(checked_bytes(path), path)
        if revision in mine.submitted:
            change = _same_sort(name, mine.submitted[revision], frame, vault)
        elif revision != mine.latest + 1 + sum(one.action == "add" for one in changes):
            change = Change(name, "conflict", "the revision before it is missing here")
        else:
            change = _new_sort(name, mine, other, revision)
        changes.append(change)
        if change.action == "conflict":
            return changes
    if other.draft is not None:
        changes.append(_draft(f"{where}.journal", mine, other))
    return changes


def _same_sort(
    name: str, ours_at: Path, theirs: pl.DataFrame, vault: Vault | None = None
) -> Change:
    ours = open_frame(frame_of(checked_bytes(ours_at), ours_at), vault)
    theirs = open_frame(theirs, vault)
    if ours.equals(theirs):
        return Change(name, "same")
    said = ["item", "pile", "note", "evidence", "unsure"]
    if ours.select(said).equals(theirs.select(said)):
        return Change(name, "same", "the same sort; its times differ, ours are kept")
    if ours["item"].equals(theirs["item"]):
        differ = int((ours["pile"] != theirs["pile"]).sum())
        why = f"both copies hold a submitted sort; {plural(differ, 'item')} in other piles"
        if differ == 0:
            why = "both copies hold the sort; notes, evidence or doubts differ"
    else:
        why = "both copies hold a submitted sort, of other items"
    return Change(name, "conflict", f"{why}; ours is kept")


def _new_sort(name: str, mine: _Work, other: _Work, revision: int) -> Change:
    """A sort that was submitted in the other copy; a draft here must be the beginning of it."""
    kept = other.kept.get(revision)
    journal = files.read_bytes(kept) if kept is not None else None
    if mine.draft is not None and revision == mine.latest + 1:
        if journal is None or not journal.startswith(mine.draft):
            why = f"submitted there, while the draft here is another one ({acts_in(mine.draft)})"
            return Change(
                name, "conflict", f"{why}; submit it here under another name, or remove it"
            )
        rest = journal[len(mine.draft) :]
        why = "submitted there; the draft here is its beginning and is kept as its journal"
        write = _submitting(mine, other.submitted[revision], revision, rest)
        return Change(name, "add", why, write)
    return Change(
        name, "add", "submitted there", _copying(mine, other.submitted[revision], revision, journal)
    )


def _copying(
    mine: _Work, source: Path, revision: int, journal: bytes | None
) -> Callable[[], object]:
    target, data = mine.paths.submitted(revision), checked_bytes(source)
    digest = files.read_bytes(digest_path(source))

    def write() -> None:
        files.make_folder(mine.paths.folder)
        with files.locked_folder(mine.paths.folder):
            if journal is not None:
                kept = files.free_name(mine.paths.kept_journal(revision))
                files.write_whole(kept, journal, replace=False)
            if files.exists(target):
                raise DataError(f"{target} has come to be since.", "Merge again.")
            files.write_whole(digest_path(target), digest)
            files.write_whole(target, data, replace=False)

    return write


def _submitting(mine: _Work, source: Path, revision: int, rest: bytes) -> Callable[[], object]:
    copy = _copying(mine, source, revision, None)

    def write() -> None:
        lock = take_lock(mine.paths.lock, f"The draft {mine.paths.journal.name}")
        try:
            append_lines(mine.paths.journal, mine.draft or b"", rest)
            copy()
            retire_journal(mine.paths, revision)
        finally:
            lock.release()

    return write


def _draft(name: str, mine: _Work, other: _Work) -> Change:
    theirs = other.draft or b""
    if mine.latest > other.latest:
        kept = mine.kept.get(other.latest + 1)
        if kept is not None and files.read_bytes(kept).startswith(theirs):
            return Change(name, "behind", "it is submitted here")
        return Change(
            name, "conflict", f"submitted here; the draft there ({acts_in(theirs)}) is another"
        )
    if mine.draft is None:
        if other.latest and other.latest != mine.latest:
            why = "a draft of a revision of a sort that is added"
        else:
            why = acts_in(theirs)
        return Change(name, "add", why, writing(mine.paths.journal, theirs))
    return further(name, mine.draft, theirs, partial(_extending, mine))


def _extending(mine: _Work, rest: bytes) -> Callable[[], object]:
    paths = mine.paths
    what = f"The draft {paths.journal.name}"
    return extending(paths.journal, paths.lock, what, mine.draft or b"", rest)
