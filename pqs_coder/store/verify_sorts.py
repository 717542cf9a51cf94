"""Check, and repair where nothing can be lost, the sorts of one session."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, LockedError, PqsError, StudyError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store import files
from pqs_coder.store.findings import (
    DAMAGED,
    FOREIGN,
    MISSING,
    OK,
    Finding,
    check,
    is_unfinished,
    of_unfinished,
)
from pqs_coder.store.journal import Reading, parse_journal, read_journal, replay
from pqs_coder.store.locks import holder_of, take_lock
from pqs_coder.store.mending import mend
from pqs_coder.store.reading import SortFile, check_labels
from pqs_coder.store.rights import is_of_another
from pqs_coder.store.sealing import holds_open_text
from pqs_coder.store.sort_names import DIGEST, JOURNAL, KEPT, LOCK, SUBMITTED, read_sort_name
from pqs_coder.store.sorts import (
    digest_path,
    labels_of,
    open_frame,
    read_submitted,
    sort_frame,
    write_submitted,
)
from pqs_coder.store.study import SortPaths, Study
from pqs_coder.store.vault import OPEN_TEXT, PREFIX

_SET_ASIDE = re.compile(r"(?P<rater>[^.]+)\..*\.(?P<why>torn|damaged|old|withdrawn)(-[0-9]+)?")
_WORDS = {
    "torn": "A torn last line, set aside; nothing reads it.",
    "damaged": "Kept as it was before a repair; nothing reads it.",
    "withdrawn": "Withdrawn: withdrawn.csv says why; nothing reads it.",
    "old": "A draft that was set aside; nothing reads it.",
}
_NOT_OURS = "Not repaired: it is another user's, who runs pqs verify --repair."
_FROM_COPY = "Put it back from a copy of the study."


class SortsFolder:
    """The sorts folder of one session."""

    def __init__(self, study: Study, session: str, item_set: ItemSet | None) -> None:
        self.study = study
        self.session = session
        self.item_set = item_set
        self.folder = study.sessions_folder / session / "sorts"

    def findings(self, repair: bool) -> list[Finding]:
        """One for each file, and one for each that should be there and is not."""
        if not files.exists(self.folder):
            return []
        found: list[Finding] = []
        for path in files.list_folder(self.folder):
            if self._may_look(path):
                found += self._of(path, repair)
        return [*found, *self._lost(repair)]

    def _may_look(self, path: Path) -> bool:
        if self.study.viewer.leads:
            return True
        name = path.name.lstrip(".").partition(".")[0]
        return self.study.may_see_draft(name)

    def _of(self, path: Path, repair: bool) -> Iterable[Finding]:
        name = read_sort_name(path)
        aside = _SET_ASIDE.fullmatch(path.name)
        if name is not None and files.is_folder(path):
            yield Finding(str(path), FOREIGN, "A folder in the place of a file.")
        elif name is None and is_unfinished(path):
            yield of_unfinished(path, repair)
        elif name is None and aside is not None:
            yield Finding(str(path), OK, _WORDS[aside["why"]])
        elif name is None:
            yield Finding(str(path), FOREIGN, "Not a file of pqs: nothing reads it.")
        else:
            file = SortFile(path, self.session, name)
            look: dict[str, Callable[[SortFile, bool], Finding]] = {
                SUBMITTED: self._of_submitted,
                DIGEST: self._of_digest,
                JOURNAL: self._of_journal,
                KEPT: self._of_journal,
                LOCK: self._of_lock,
            }
            yield look[name.what](file, repair)

    def _paths(self, file: SortFile) -> SortPaths:
        return self.study.sort_paths(self.session, file.name.rater, file.name.again)

    # -- submitted sorts -----------------------------------------------------------------------

    def _of_submitted(self, file: SortFile, repair: bool) -> Finding:
        if not files.exists(digest_path(file.path)):
            bad = Finding(str(file.path), DAMAGED, f"Its digest is missing. {_FROM_COPY}")
        else:
            bad = check(file.path, partial(self._read_submitted, file))
        if bad.state == OK or not repair:
            return bad
        if is_of_another(file.path):
            return replace(bad, message=f"{bad.message} {_NOT_OURS}")
        return self._rebuilt(file) or bad

    def _read_submitted(self, file: SortFile) -> str:
        read = read_submitted(file.path)
        frame = open_frame(read, self.study.vault)
        check_labels(frame, file)
        if frame["item"].n_unique() != frame.height:
            raise DataError(f"{file.path}: an item stands there twice.", _FROM_COPY)
        if self.item_set is not None and frame["item_set_hash"][0] != self.item_set.hash:
            return "Sorted with another version of the item set; not compared unless asked."
        texts = [*read["note"].drop_nulls(), *read["evidence"].drop_nulls()]
        sealed = all(text.startswith(PREFIX) for text in texts)
        return "" if sealed or self.study.vault is None else OPEN_TEXT

    def _of_digest(self, file: SortFile, _repair: bool) -> Finding:
        sort = file.path.with_suffix("")
        if files.exists(sort):
            return check(file.path, lambda: "")
        paths = self._paths(file)
        if files.exists(paths.journal) or files.exists(paths.kept_journal(file.name.revision)):
            return Finding(str(file.path), OK, "Of a submission that was cut off.")
        return Finding(str(sort), MISSING, f"Its digest is there, the sort is gone. {_FROM_COPY}")

    def _lost(self, repair: bool) -> Iterable[Finding]:
        """Submitted sorts of which only the journal, or a later revision, is left."""
        names = {name for path in files.list_names(self.folder) if (name := read_sort_name(path))}
        there = {(n.rater, n.again, n.revision) for n in names if n.what == SUBMITTED}
        meant = {
            (n.rater, n.again, revision)
            for n in names
            if n.what in (SUBMITTED, KEPT) and self.study.may_see_draft(n.rater)
            for revision in ([n.revision] if n.what == KEPT else range(1, n.revision))
        }
        for rater, again, revision in sorted(meant - there):
            path = self.study.sort_paths(self.session, rater, again).submitted(revision)
            name = read_sort_name(path)
            if name is not None:
                rebuilt = self._rebuilt(SortFile(path, self.session, name)) if repair else None
                yield rebuilt or Finding(
                    str(path), MISSING, f"It was submitted and is gone. {_FROM_COPY}"
                )

    def _rebuilt(self, file: SortFile) -> Finding | None:
        """The sort written anew from its journal; None where the journal does not tell it whole.

        The time of submission is that of the last act, which is all that a journal knows.
        """
        paths, revision = self._paths(file), file.name.revision
        journal = paths.kept_journal(revision)
        try:
            self.study.check_unlocked()  # else the notes would be lost
            reading = read_journal(journal, self.study.vault)
            if reading.header is None or self.item_set is None or not reading.lines:
                return None
            draft = replay(reading, self.item_set, str(journal))
            header = reading.header
            labels = labels_of(header, str(reading.lines[-1].get("at", "")))
            frame = sort_frame(self.item_set, draft.cards, labels, draft.seconds)
            check_labels(frame, file)
            if not draft.complete:
                return None
            kept = ""
            if files.exists(file.path):
                kept = f"; the file is kept as {files.set_aside(file.path, '.damaged').name}"
            write_submitted(paths, revision, frame)
        except (PqsError, pl.exceptions.PolarsError):
            return None
        return Finding(str(file.path), OK, f"Written anew from {journal.name}{kept}.")

    # -- journals and locks --------------------------------------------------------------------

    def _of_journal(self, file: SortFile, repair: bool) -> Finding:
        found = check(file.path, partial(self._read_journal, file))
        if found.state == OK or not repair:
            return found
        if is_of_another(file.path):
            return replace(found, message=f"{found.message} {_NOT_OURS}")
        return self._mended(file) or found

    def _read_journal(self, file: SortFile) -> str:
        reading = read_journal(file.path, self.study.vault)
        header = reading.header
        if header is None:
            return "Empty: nothing was acknowledged." if file.name.what == JOURNAL else ""
        self._check_header(file, reading)
        if not reading.sound:
            raise DataError(f"{file.path}: {reading.trouble}.", "Use pqs verify --repair.")
        if self.item_set is not None:
            try:
                replay(reading, self.item_set, str(file.path))
            except StudyError as error:  # other wording: whole, and kept for it
                return f"{error.message} {error.cure}"
        if reading.torn:
            return f"A torn last line ({reading.torn} bytes), set aside by the next move."
        if header.mended:
            return f"Mended: {header.mended}"
        sealed = self.study.vault is not None and not holds_open_text(reading.data)
        return "" if sealed or self.study.vault is None else OPEN_TEXT

    def _check_header(self, file: SortFile, reading: Reading) -> None:
        header = reading.header
        assert header is not None
        told = (header.session, header.rater, header.occasion)
        if told != (self.session, file.name.rater, file.name.occasion):
            raise DataError(
                f"{file.path}: it is the draft of {header.session} by {header.rater}.",
                "Put the file back where it belongs, under the name that it had.",
            )

    def _mended(self, file: SortFile) -> Finding | None:
        """The journal mended under its lock, the damaged file kept; None where it can't be."""
        paths = self._paths(file)
        try:
            lock = take_lock(paths.lock, "The draft", paths.mode)
        except LockedError as error:
            return Finding(str(file.path), DAMAGED, f"Not repaired: {error.message}")
        try:
            data = files.read_bytes(file.path)
            mended = mend(data, self.item_set if file.name.what == JOURNAL else None)
            if mended is None:
                return None
            self._check_header(file, parse_journal(mended.data, str(file.path)))
            kept = files.free_name(file.path.with_name(file.path.name + ".damaged"))
            files.write_whole(kept, data, replace=False, mode=paths.mode)
            files.write_whole(file.path, mended.data)
        except PqsError:
            return None
        finally:
            lock.release()
        words = f"Repaired: {mended.words} The damaged file is kept as {kept.name}."
        return Finding(str(file.path), OK, words)

    def _of_lock(self, file: SortFile, repair: bool) -> Finding:
        holder = holder_of(file.path)
        if holder is not None:
            return Finding(str(file.path), OK, f"Held by {holder}.")
        if not repair:
            return Finding(str(file.path), OK, "Left by a program that was stopped; harmless.")
        try:
            take_lock(file.path, "The draft").release()
        except PqsError:
            return Finding(str(file.path), OK, "Held by somebody.")
        return Finding(str(file.path), OK, "Left by a program that was stopped; removed.")
