"""Walk a study and say for each file whether it is whole, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from pqs_coder.errors import PqsError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import is_name
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
from pqs_coder.store.item_sets import ITEMS, SETTINGS, load_item_set, read_toml
from pqs_coder.store.prototype_entry import SUFFIX as ENTRY
from pqs_coder.store.prototype_entry import read_entry
from pqs_coder.store.prototypes import REMOVED, read_criterion, read_scores
from pqs_coder.store.ratings import FOLDER as RATINGS
from pqs_coder.store.rights import apply_rights, wrong_rights
from pqs_coder.store.session_slips import facts_slips, strange_sessions, unknown_keys
from pqs_coder.store.session_transcripts import session_transcript
from pqs_coder.store.study import SESSION_FILE, STUDY_FILE, Study
from pqs_coder.store.tables import read_table
from pqs_coder.store.vault import OPEN_TEXT, SUFFIX
from pqs_coder.store.verify_ratings import ratings_findings
from pqs_coder.store.verify_sorts import SortsFolder
from pqs_coder.store.withdrawal import COLUMNS, RECORD

__all__ = ["DAMAGED", "FOREIGN", "MISSING", "OK", "Finding", "verify"]

_NO_SESSION = "No session: its name can be no code, and nothing reads it."
_FOLDERS = ("item_sets", "prototypes", "subsets", "criteria", "structures", "sessions")


def verify(study: Study, repair: bool = False) -> list[Finding]:
    """Check every file of a study, by path; a viewer who is no lead has own sorts checked only.

    ``repair`` does only what can't lose anything, and keeps what it replaces as ``NAME.damaged``:
    see docs/durability.md.
    """
    item_set = _item_set(study)
    found: list[Finding] = []
    odd: list[Path] = []
    if study.viewer.leads:
        found += _of_root(study, repair)
        odd = apply_rights(study) if repair else wrong_rights(study)
        found += _of_item_sets(study)
        found += _of_prototypes(study, item_set)
        found += _of_tables(study, item_set)
    for folder in files.list_folder(study.sessions_folder):
        if is_unfinished(folder):
            found += [of_unfinished(folder, repair)] if study.viewer.leads else []
        elif not files.is_folder(folder) or not is_name(folder.name):
            found += [_foreign(folder, _NO_SESSION)] if study.viewer.leads else []
        else:
            found += _of_session(study, folder, repair) if study.viewer.leads else []
            found += SortsFolder(study, folder.name, item_set).findings(repair)
            found += ratings_findings(study, folder.name, repair)
    found = [_told_rights(one, odd) for one in found]
    inside = [replace(one, file=_relative(one.file, study.folder)) for one in found]
    return sorted(inside, key=lambda one: one.file)


def _told_rights(finding: Finding, odd: list[Path]) -> Finding:
    """The same, with a word where mode or group of the file are not those of the study."""
    if Path(finding.file) not in odd:
        return finding
    words = "Its mode or group is not what study.toml says; --repair sets it where it may."
    return replace(finding, message=f"{finding.message} {words}".strip())


def _relative(file: str, folder: Path) -> str:
    return Path(file).relative_to(folder).as_posix()


def _item_set(study: Study) -> ItemSet | None:
    try:
        return study.item_set
    except PqsError:
        return None


def _foreign(path: Path, why: str = "Not a file of pqs: nothing reads it.") -> Finding:
    return Finding(str(path), FOREIGN, why)


def _of_root(study: Study, repair: bool) -> Iterable[Finding]:
    looks: dict[str, Callable[[], str]] = {
        STUDY_FILE: partial(unknown_keys, study),
        "facts.csv": partial(facts_slips, study),
        "assignments.csv": partial(_unknown_assignments, study),
        RECORD: partial(_nothing, partial(read_table, study.folder / RECORD, COLUMNS)),
    }
    for path in files.list_folder(study.folder):
        if path.name in looks:
            yield check(path, looks[path.name])
        elif is_unfinished(path):
            yield of_unfinished(path, repair)
        elif path.name not in _FOLDERS and not path.name.startswith("."):
            yield _foreign(path)


def _unknown_assignments(study: Study) -> str:
    return strange_sessions(
        study, {session for session, _ in study.assignments()}, "Assigned, but no session"
    )


def _of_item_sets(study: Study) -> Iterable[Finding]:
    folder = study.folder / "item_sets"
    for place in files.list_folder(folder):
        if not files.is_folder(place):
            yield _foreign(place)
            continue
        for path in (place / SETTINGS, place / ITEMS):
            if files.exists(path):
                yield _part_of(check(path, partial(_nothing, partial(load_item_set, place))), path)
            else:
                yield Finding(str(path), MISSING, "Put it back from a copy of the study.")
    if _item_set(study) is None and not files.exists(folder / study.settings.item_set):
        yield Finding(
            str(folder / study.settings.item_set),
            MISSING,
            f"study.toml sorts with '{study.settings.item_set}', which is nowhere.",
        )


def _part_of(finding: Finding, path: Path) -> Finding:
    """A slip stands in one of the two files of an item set; the message begins with its name."""
    if finding.state == OK or finding.message.startswith(str(path)):
        return finding
    return Finding(str(path), OK)


def _nothing(look: Callable[[], object]) -> str:
    look()
    return ""


def _of_prototypes(study: Study, item_set: ItemSet | None) -> Iterable[Finding]:
    folder = study.folder / "prototypes"
    for path in files.list_folder(folder):
        if path.suffix == ".csv" and item_set is not None:
            yield check(path, partial(_nothing, partial(read_scores, path, item_set)))
        elif path.suffix == ".csv":
            yield check(path, partial(_nothing, partial(read_table, path, ["item", "score"])))
        elif path.suffix == ".toml":
            yield check(path, partial(_nothing, partial(read_toml, path)))
            scores = path.with_suffix(".csv")
            if not files.exists(scores):
                yield Finding(str(scores), MISSING, "The scores are gone: put them back.")
        elif path.suffix == ENTRY and item_set is not None:
            yield check(path, partial(_nothing, partial(read_entry, path, item_set)))
        elif path.suffix == ".lock":
            yield Finding(str(path), OK, "Nothing reads it.")
        elif path.suffix.partition("-")[0] == REMOVED:
            yield Finding(str(path), OK, "Taken out of the library; nothing reads it.")
        elif not is_unfinished(path):
            yield _foreign(path)


def _of_tables(study: Study, item_set: ItemSet | None) -> Iterable[Finding]:
    looks: dict[str, Callable[[Path], object]] = {
        ".csv": lambda path: read_table(path, ["item"]),
        ".toml": read_toml,
    }
    for name in ("subsets", "criteria", "structures"):
        for path in files.list_folder(study.folder / name):
            look = looks.get(path.suffix)
            if name == "criteria" and path.suffix == ".csv" and item_set is not None:
                yield check(path, partial(_nothing, partial(read_criterion, path, item_set)))
            elif look is not None:
                yield check(path, partial(_nothing, partial(look, path)))
            else:
                yield _foreign(path)


def _of_session(study: Study, folder: Path, repair: bool) -> Iterable[Finding]:
    transcript = study.transcript_file(folder.name)
    media = _media(study, folder.name)
    for path in files.list_folder(folder):
        if path.name == SESSION_FILE:
            yield check(path, partial(_nothing, partial(study.session_info, folder.name)))
        elif path == transcript:
            yield check(path, partial(_transcript, study, folder.name, path))
        elif path.name.startswith("transcript."):
            yield _foreign(path, f"A second transcript: {transcript and transcript.name} is read.")
        elif is_unfinished(path):
            yield of_unfinished(path, repair)
        elif path.name not in ("sorts", RATINGS):
            yield Finding(str(path), OK) if path.name == media else _foreign(path)


def _media(study: Study, code: str) -> str:
    """The file name of a session's recording, which may lie in its folder."""
    try:
        return Path(study.session_info(code).media).name
    except PqsError:
        return ""


def _transcript(study: Study, code: str, path: Path) -> str:
    if study.vault is not None and study.vault.locked and path.suffix == SUFFIX:
        return "Sealed; not looked into without the key."
    session_transcript(study, code)
    return "" if study.vault is None or path.suffix == SUFFIX else OPEN_TEXT
