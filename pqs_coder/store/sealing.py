"""Seal a study, or open it again for good: transcripts, notes and evidence, file by file.

Sorts, their journals, ratings on forms. Files of other users of a server are left to them.

Each file is replaced whole or not at all, so that a run that is cut off leaves a study that can be
read, and is finished by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import tomlkit

from pqs_coder.errors import DataError, LockedError, PqsError, UsageError
from pqs_coder.store import files, ratings
from pqs_coder.store.findings import is_unfinished
from pqs_coder.store.item_sets import read_text
from pqs_coder.store.journal import decode, encode, parse_journal
from pqs_coder.store.locks import take_lock
from pqs_coder.store.rights import is_of_another
from pqs_coder.store.sort_names import JOURNAL, KEPT, SUBMITTED, SortName, read_sort_name
from pqs_coder.store.sorts import (
    digest_path,
    open_frame,
    read_submitted,
    seal_frame,
    to_parquet,
)
from pqs_coder.store.study import STUDY_FILE, Study
from pqs_coder.store.vault import SUFFIX, Vault, has_open_text, new_vault, open_line, seal_line


@dataclass
class Sealed:
    """How many files were changed, and which still hold open (or sealed) text, and why."""

    changed: int = 0
    left: list[tuple[Path, str]] = field(default_factory=list)


def seal_study(
    study: Study, *, passphrase: str | None = None, key_file: Path | None = None
) -> Sealed:
    """Seal all that is open; a study that is not sealed yet is given its key first.

    ``key_file`` names a file made by `write_key_file`, outside the study. Call it again (then
    without a key) for what was in use or has come since; a rater seals own work only. What is left
    is named. `StudyError` where the study is sealed and locked, `UsageError` for a rater where
    there is no key yet.
    """
    if study.vault is None:
        study.check_leads()
        if key_file is not None:
            check_key_place(study, key_file)
        if (passphrase is None) == (key_file is None):
            raise UsageError("A passphrase or a key file?", "Give one of the two.")
        vault = new_vault(passphrase=passphrase, key_file=key_file)
        _write_settings(study, vault)
        study.vault = vault
    return _change_all(study, _Seal(study.vault))


def check_key_place(study: Study, key_file: Path) -> None:
    """`UsageError` where a key file would lie in the study that it opens."""
    if key_file.resolve().is_relative_to(study.folder.resolve()):
        raise UsageError(
            f"{key_file} lies in the study.",
            "Keep the key elsewhere: whoever gets the study must not get it.",
        )


def unseal_study(study: Study) -> Sealed:
    """Open all that is sealed, for good; the key is taken out of study.toml at the end.

    Where a file could not be opened the study stays sealed; run it again.
    """
    study.check_leads()
    if study.vault is None:
        raise UsageError("This study is not sealed.", "Nothing was changed.")
    done = _change_all(study, _Open(study.vault))
    if not done.left:
        _write_settings(study, None)
        study.vault = None
    return done


def holds_open_text(journal: bytes) -> bool:
    """Whether whole lines of a journal hold notes or evidence that are not sealed."""
    lines = [line for raw in journal.split(b"\n")[:-1] if (line := decode(raw)) is not None]
    return any(has_open_text(part) for line in lines for part in (line, *line.get("start", ())))


def _write_settings(study: Study, vault: Vault | None) -> None:
    path = study.folder / STUDY_FILE
    with files.locked_file(study.folder / ".study.lock"):
        document = tomlkit.parse(read_text(path))
        document.pop("vault", None)
        if vault is not None:
            table = tomlkit.table()
            for key in ("kind", "check", "salt"):
                if getattr(vault.settings, key):
                    table[key] = getattr(vault.settings, key)
            document["vault"] = table
        files.write_whole(path, tomlkit.dumps(document).encode())


class _Seal:
    def __init__(self, vault: Vault) -> None:
        vault.check_unlocked()
        self.vault = vault

    def line(self, line: dict[str, Any]) -> dict[str, Any]:
        return seal_line(line, self.vault)

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        return seal_frame(frame, self.vault)

    def transcript(self, path: Path, data: bytes) -> tuple[Path, bytes]:
        if path.suffix == SUFFIX:
            return path, data
        return path.with_name(path.name + SUFFIX), self.vault.seal_bytes(data, "transcript")

    def concerns(self, data: bytes) -> bool:
        """Whether something that is left as it is may hold open text."""
        return bool(data)


class _Open:
    def __init__(self, vault: Vault) -> None:
        vault.check_unlocked()
        self.vault = vault

    def line(self, line: dict[str, Any]) -> dict[str, Any]:
        return open_line(line, self.vault)

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        return open_frame(frame, self.vault)

    def transcript(self, path: Path, data: bytes) -> tuple[Path, bytes]:
        if path.suffix != SUFFIX:
            return path, data
        return path.with_suffix(""), self.vault.open_bytes(data, "transcript", str(path))

    def concerns(self, data: bytes) -> bool:
        """Whether something that is left as it is may hold sealed text."""
        return b"sealed" in data or data.startswith(b"PAR1")


_Act = tuple[Path, Callable[[], bool]]


def _change_all(study: Study, change: _Seal | _Open) -> Sealed:
    done = Sealed()
    for code in study.session_codes():
        for path, act in [*_of_session(study, code, change), *_of_ratings(study, code, change)]:
            try:
                if is_of_another(path):
                    raise LockedError("it is another user's: its owner runs pqs seal")
                done.changed += act()
            except PqsError as error:
                done.left.append((path, error.message))
        done.left += _left_as_it_is(study, code, change)
    return done


def _of_session(study: Study, code: str, change: _Seal | _Open) -> Iterator[_Act]:
    folder = study.session_folder(code)
    for path in files.list_folder(folder) if study.viewer.leads else ():
        if path.name.startswith("transcript."):
            yield path, partial(_transcript, path, change)
    for path in files.list_folder(folder / "sorts"):
        name = read_sort_name(path)
        if name is None or not study.may_see_draft(name.rater):
            continue
        if name.what in (JOURNAL, KEPT):
            yield path, partial(_journal, study, code, path, name, change)
        elif name.what == SUBMITTED:
            yield path, partial(_submitted, path, change)


def _of_ratings(study: Study, code: str, change: _Seal | _Open) -> Iterator[_Act]:
    for form in files.list_folder(study.session_folder(code) / ratings.FOLDER):
        for path in files.list_folder(form) if files.is_folder(form) else ():
            ours = path.suffix == ratings.SUFFIX and not path.name.startswith(".")
            if ours and study.may_see_draft(path.stem):
                yield path, partial(_ratings, path, change)


def _left_as_it_is(study: Study, code: str, change: _Seal | _Open) -> Iterator[tuple[Path, str]]:
    """Files that nothing reads, and torn last lines, where they may hold what is looked for."""
    folder = study.session_folder(code)
    forms = [one for one in files.list_folder(folder / ratings.FOLDER) if files.is_folder(one)]
    for path in (one for place in (folder, folder / "sorts", *forms) for one in _files_in(place)):
        rater = path.name.lstrip(".").partition(".")[0]
        if is_of_another(path) or not study.may_see_draft(rater):
            continue
        if is_unfinished(path):
            if change.concerns(files.read_if_there(path) or b""):
                yield path, "an unfinished write: pqs verify --repair removes it after an hour"
        elif any(mark in path.name for mark in (".torn", ".damaged", ".old", ".withdrawn")):
            if change.concerns(files.read_if_there(path) or b""):
                yield path, "set aside earlier, and left as it is: remove it when it is not needed"
        elif ".journal" in path.name:
            torn = (files.read_if_there(path) or b"").rpartition(b"\n")[2]
            if change.concerns(torn):
                yield path, "its torn last line is left as it is, and set aside by the next move"


def _files_in(folder: Path) -> list[Path]:
    return [path for path in files.list_folder(folder) if not files.is_folder(path)]


def _transcript(path: Path, change: _Seal | _Open) -> bool:
    data = files.read_bytes(path)
    target, new = change.transcript(path, data)
    if target == path:
        return False
    files.write_whole(target, new, mode=files.status_of(path).st_mode & 0o777)
    files.remove(path)
    return True


def _journal(study: Study, code: str, path: Path, name: SortName, change: _Seal | _Open) -> bool:
    paths = study.sort_paths(code, name.rater, name.again)
    lock = take_lock(paths.lock, f"The sort of {code} by {name.rater}", paths.mode)
    try:
        data = files.read_bytes(path)
        reading = parse_journal(data, str(path), change.vault)
        if not reading.sound:
            raise DataError(f"{reading.trouble}: run pqs verify --repair first")
        return _rewrite(path, data, reading.good, change)
    finally:
        lock.release()


def _ratings(path: Path, change: _Seal | _Open) -> bool:
    mode = files.status_of(path).st_mode & 0o777
    lock = take_lock(path.with_suffix(".lock"), f"{path.stem}'s {path.parent.name}", mode)
    try:
        data = files.read_bytes(path)
        return _rewrite(path, data, data.rfind(b"\n") + 1, change)
    finally:
        lock.release()


def _rewrite(path: Path, data: bytes, good: int, change: _Seal | _Open) -> bool:
    """The whole lines of a journal changed; whether any was."""
    new = b"".join(map(_changed_line(change), data[:good].split(b"\n")[:-1]))
    if new == data[:good]:
        return False
    files.write_whole(path, new + data[good:])
    return True


def _changed_line(change: _Seal | _Open) -> Callable[[bytes], bytes]:
    """A raw line of a journal with its texts sealed or opened; the same bytes where none are."""

    def changed(raw: bytes) -> bytes:
        line = decode(raw)
        if line is None:
            raise DataError("a line is damaged: put the file back from a copy of the study")
        new = change.line(line)
        if "start" in line:
            new["start"] = [change.line(card) for card in line["start"]]
        return raw + b"\n" if new == line else encode(new)

    return changed


def _submitted(path: Path, change: _Seal | _Open) -> bool:
    """The digest file holds both digests while the file is replaced: it matches at any moment."""
    frame = read_submitted(path)
    new = change.frame(frame)
    if new.equals(frame):
        return False
    data, beside = to_parquet(new), digest_path(path)
    old = files.read_bytes(beside)
    said = f"{files.digest(data)}  {path.name}\n".encode("ascii")
    files.write_whole(beside, old.rstrip(b"\n") + b"\n" + said)
    files.write_whole(path, data)
    files.write_whole(beside, said)
    return True
