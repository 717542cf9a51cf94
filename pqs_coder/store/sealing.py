"""Seal a study, or open it again for good: transcripts, notes and evidence, file by file.

Each file is replaced whole or not at all, so that a run that is cut off leaves a study that can be
read, and is finished by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import tomlkit

from pqs_coder.errors import LockedError, PqsError, UsageError
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_text
from pqs_coder.store.journal import decode, encode, parse_journal
from pqs_coder.store.locks import take_lock
from pqs_coder.store.sort_names import JOURNAL, KEPT, SUBMITTED, SortName, read_sort_name
from pqs_coder.store.sorts import (
    digest_path,
    open_frame,
    read_submitted,
    seal_frame,
    to_parquet,
)
from pqs_coder.store.study import STUDY_FILE, Study
from pqs_coder.store.vault import SUFFIX, Vault, new_vault, open_line, seal_line


@dataclass
class Sealed:
    """How many files were changed, and which still hold open (or sealed) text, and why."""

    changed: int = 0
    left: list[tuple[Path, str]] = field(default_factory=list)


def seal_study(
    study: Study, *, passphrase: str | None = None, key_file: Path | None = None
) -> Sealed:
    """Seal all that is open; a study that is not sealed yet is given its key first.

    ``key_file`` names a file made by `write_key_file`. Call it again after adding transcripts
    (then without a key). Files that were set aside are named and left. `StudyError` where the
    study is sealed and locked, `UsageError` for anybody but a lead.
    """
    study.check_leads()
    if study.vault is None:
        if (passphrase is None) == (key_file is None):
            raise UsageError("A passphrase or a key file?", "Give one of the two.")
        vault = new_vault(passphrase=passphrase, key_file=key_file)
        _write_settings(study, vault)
        study.vault = vault
    return _change_all(study, _Seal(study.vault))


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


def _change_all(study: Study, change: _Seal | _Open) -> Sealed:
    done = Sealed()
    for code in study.session_codes():
        for path, act in _files_of(study, code, change):
            try:
                done.changed += act()
            except PqsError as error:
                done.left.append((path, error.message))
        done.left += _set_aside(study, code)
    return done


def _files_of(
    study: Study, code: str, change: _Seal | _Open
) -> Iterator[tuple[Path, Callable[[], bool]]]:
    folder = study.session_folder(code)
    for path in files.list_folder(folder):
        if path.name.startswith("transcript."):
            yield path, lambda path=path: _transcript(path, change)  # type: ignore[misc]
    for path in files.list_folder(folder / "sorts"):
        name = read_sort_name(path)
        if name is None:
            continue
        if name.what in (JOURNAL, KEPT):
            yield path, lambda path=path, name=name: _journal(study, code, path, name, change)  # type: ignore[misc]
        elif name.what == SUBMITTED:
            yield path, lambda path=path: _submitted(path, change)  # type: ignore[misc]


def _set_aside(study: Study, code: str) -> list[tuple[Path, str]]:
    why = "set aside earlier, and left as it is: remove it, if its text must not stay"
    return [
        (path, why)
        for path in files.list_folder(study.sessions_folder / code / "sorts")
        if any(mark in path.name for mark in (".torn", ".damaged", ".old"))
    ]


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
            raise LockedError(f"{reading.trouble}: run pqs verify --repair first")
        new = b"".join(map(_changed_line(change), reading.data.split(b"\n")[:-1]))
        if new == reading.data:
            return False
        files.write_whole(path, new + data[reading.good :])
    finally:
        lock.release()
    return True


def _changed_line(change: _Seal | _Open) -> Callable[[bytes], bytes]:
    """A raw line of a journal with its texts sealed or opened; the same bytes where none are."""

    def changed(raw: bytes) -> bytes:
        line = decode(raw)
        assert line is not None
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
