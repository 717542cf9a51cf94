"""Make studies, sessions and roster entries. All is checked before anything is written."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.names import check_name, find_name, fold
from pqs_coder.model.study import FACT_COLUMNS, ROLES, Facts
from pqs_coder.store import files
from pqs_coder.store.item_sets import (
    ITEMS,
    SETTINGS,
    find_item_set,
    item_set_folders,
    read_text,
)
from pqs_coder.store.study import STUDY_FILE, Study, find_study
from pqs_coder.store.tables import write_table
from pqs_coder.store.transcripts import Columns, read_transcript, transcript_columns
from pqs_coder.store.vault import SUFFIX as SEALED

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O: they read as 1 and 0


@dataclass(frozen=True)
class NewSession:
    """A session to be added: its transcript, what a rater may know, and facts for leads.

    ``content`` is suffix and bytes of the transcript where they are not those of the file.
    """

    code: str
    transcript: Path | None = None
    title: str = ""
    media: str = ""
    columns: Columns = field(default_factory=Columns)
    facts: Mapping[str, str] = field(default_factory=dict)
    content: tuple[str, bytes] | None = None

    def read(self) -> tuple[Path, bytes] | None:
        """The transcript's name and bytes; None where there is none."""
        if self.content is not None:
            return Path(f"transcript{self.content[0]}"), self.content[1]
        if self.transcript is None:
            return None
        return self.transcript, files.read_bytes(self.transcript)


def make_study(folder: Path, *, title: str = "", item_set: str = "pqs") -> None:
    """A new study; `StudyError` where the folder or one above it holds one already.

    `UsageError` for a rating form: its items have no forced distribution to sort into.
    """
    above = find_study(folder.resolve())
    if above is not None:
        raise StudyError(f"{above} holds a study already.", "Choose another folder.")
    if find_item_set(item_set, folder).kind == "ratings":
        raise UsageError(
            f"{item_set} is a rating form: there is nothing to sort.",
            f"Make the study with a deck such as pqs, then pqs rate SESSION --form {item_set}.",
        )
    document = tomlkit.document()
    document.add(tomlkit.comment("A study of pqs_coder. docs/on-disk.md says what may stand here."))
    document["format"] = 1
    document["title"] = title or folder.resolve().name
    document["item_set"] = item_set
    document["raters_per_session"] = 2
    document["threshold"] = 0.50
    files.make_folder(folder / "sessions")
    keep_item_set(folder, item_set)
    files.write_whole(folder / STUDY_FILE, tomlkit.dumps(document).encode(), replace=False)


def keep_item_set(study_folder: Path, identifier: str) -> None:
    """Give a study its own copy of an item set, unless it has one.

    The wording that ships may change with a version of the program; a study's must not, or open
    drafts could not be read any more.
    """
    own = study_folder / "item_sets" / identifier
    source = item_set_folders(study_folder)[identifier]
    if source != own:
        files.make_folder(own.parent)
        content = {name: files.read_bytes(source / name) for name in (SETTINGS, ITEMS)}
        files.make_folder_whole(own, content)


def random_code(taken: Sequence[str], rng: random.Random | None = None) -> str:
    """A session code that tells nothing: a letter and two digits, three where two run out."""
    generator = rng or random.SystemRandom()
    for digits in (2, 3, 4, 6):
        free = 10**digits * len(_LETTERS) - len(taken)
        for _ in range(200 if free > 0 else 0):
            number = generator.randrange(10**digits)
            code = f"{generator.choice(_LETTERS)}{number:0{digits}d}"
            if find_name(code, list(taken)) is None:
                return code
    raise StudyError("No session code is free.", "Name the session with --session.")


def make_session_folder(
    study_folder: Path,
    code: str,
    info: Mapping[str, object] | None = None,
    content: Mapping[str, bytes] | None = None,
    *,
    taken: AbstractSet[str] | None = None,
) -> Path:
    """The folder of a new session with session.toml (and files), whole or not at all.

    ``taken`` is what `taken_codes` gave, for whoever makes many.
    """
    name = check_name(code, "session")
    sessions = study_folder / "sessions"
    files.make_folder(sessions)
    if fold(name) in (taken_codes(study_folder) if taken is None else taken):
        raise StudyError(f"There is a session '{name}' already.", "Choose another code.")
    whole = {**(content or {}), "session.toml": _session_toml(info or {})}
    return files.make_folder_whole(sessions / name, whole)


def taken_codes(study_folder: Path) -> set[str]:
    """The codes of all sessions, folded as names are compared."""
    return {fold(name) for name in files.list_names(study_folder / "sessions")}


def _session_toml(info: Mapping[str, object]) -> bytes:
    document = tomlkit.document()
    document.add(tomlkit.comment("What a rater may know of this session; facts go to facts.csv."))
    for key, value in info.items():
        if value:
            document[key] = value
    return tomlkit.dumps(document).encode()


def add_sessions(study: Study, new: Sequence[NewSession]) -> list[Path]:
    """Add sessions; every transcript is read first, so that one bad file adds nothing.

    In a sealed study transcripts are sealed before they are written; `StudyError` without the key.
    """
    study.check_unlocked()
    taken = study.session_codes()
    names = [check_name(one.code, "session") for one in new]
    for number, name in enumerate(names):
        found = find_name(name, taken + names[:number])
        if found is not None:
            raise StudyError(f"There is a session '{found}' already.", "Choose another code.")
    read = [one.read() for one in new]
    found_columns = [_checked_columns(*one) for one in zip(new, read, strict=True)]
    folders = []
    for name, one, file, columns in zip(names, new, read, found_columns, strict=True):
        content = {}
        if file is not None:
            content = _transcript_file(study, file[0].suffix.lower() or ".txt", file[1])
        info: dict[str, Any] = {"title": one.title, "media": one.media}
        # The columns that were found are kept, so that no later word list reads it otherwise.
        info["transcript"] = columns.as_table() if columns else {}
        folders.append(make_session_folder(study.folder, name, info, content))
    add_facts(study, {n: one.facts for n, one in zip(names, new, strict=True) if one.facts})
    return folders


def _transcript_file(study: Study, suffix: str, data: bytes) -> dict[str, bytes]:
    if study.vault is None:
        return {f"transcript{suffix}": data}
    return {f"transcript{suffix}{SEALED}": study.vault.seal_bytes(data, "transcript")}


def _checked_columns(new: NewSession, file: tuple[Path, bytes] | None) -> Columns | None:
    if file is None:
        return None
    read_transcript(file[0], new.columns, file[1])
    return transcript_columns(file[0], new.columns, file[1])


def add_facts(study: Study, new: Mapping[str, Mapping[str, str]]) -> None:
    """Add facts of sessions to facts.csv, where leads look and raters don't."""
    if not new:
        return
    path = study.folder / "facts.csv"
    with files.locked_file(study.folder / ".facts.lock"):
        facts = study.facts()
        more = list(dict.fromkeys(key for one in facts.values() for key in one.more))
        for code, given in new.items():
            more += [key for key in given if key not in (*FACT_COLUMNS, *more)]
            facts[code] = _merged(facts.get(code, Facts(code)), given)
        rows = [
            [getattr(one, key) for key in FACT_COLUMNS] + [one.more.get(key, "") for key in more]
            for one in facts.values()
        ]
        write_table(path, [*FACT_COLUMNS, *more], rows)


def _merged(facts: Facts, given: Mapping[str, str]) -> Facts:
    known = {key: given.get(key, getattr(facts, key)) for key in FACT_COLUMNS if key != "session"}
    more = {key: value for key, value in given.items() if key not in FACT_COLUMNS}
    return Facts(facts.session, **known, more={**facts.more, **more})


def add_raters(
    study: Study, names: Sequence[str], *, role: str = "rater", login: str = "", title: str = ""
) -> list[str]:
    """Add people to the roster in study.toml; comments in the file stay where they are."""
    if not study.viewer.leads:
        raise UsageError("The roster is written by leads.", "Ask the lead.")
    if role not in ROLES:
        raise UsageError(f"There is no role '{role}'.", f"Roles: {', '.join(ROLES)}.")
    checked = [check_name(name, "rater") for name in names]
    path = study.folder / STUDY_FILE
    with files.locked_file(study.folder / ".study.lock"):
        document = tomlkit.parse(read_text(path))
        people = document.setdefault("raters", tomlkit.table(is_super_table=True))
        for number, name in enumerate(checked):
            found = find_name(name, [*people, *checked[:number]])
            if found is not None:
                raise UsageError(f"'{found}' is in the roster already.", "Names ignore case.")
        for name in checked:
            person = tomlkit.table()
            person["role"] = role
            if login:
                person["login"] = login
            if title:
                person["name"] = title
            people[name] = person
        files.write_whole(path, tomlkit.dumps(document).encode())
    return checked


def write_assignments(study: Study, pairs: Sequence[tuple[str, str]]) -> int:
    """Add (session, rater) pairs to assignments.csv; the answer is how many were new."""
    if not study.viewer.leads:
        raise UsageError("Who rates what is decided by leads.", "Ask the lead.")
    with files.locked_file(study.folder / ".assignments.lock"):
        have = study.assignments()
        known = {(fold(session), fold(rater)) for session, rater in have}
        new = [pair for pair in pairs if (fold(pair[0]), fold(pair[1])) not in known]
        write_table(study.folder / "assignments.csv", ["session", "rater"], [*have, *new])
    return len(new)
