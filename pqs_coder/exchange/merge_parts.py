"""The parts of two copies that leads write: people, settings, facts, assignments, shared files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

from pqs_coder.model.names import find_name, fold
from pqs_coder.model.study import FACT_COLUMNS, Facts
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.making import add_facts, add_raters, write_assignments
from pqs_coder.store.study import Study


@dataclass(frozen=True)
class Change:
    """What a merge does with one file or fact: the action, why, and how it is written."""

    file: str
    action: str
    why: str = ""
    write: Callable[[], object] | None = field(default=None, compare=False, repr=False)


def merge_people(study: Study, theirs: Study) -> list[Change]:
    """People of the other copy are added; other settings that differ are conflicts."""
    changes = []
    known = [one.name for one in study.settings.raters]
    for person in theirs.settings.raters:
        name = f"study.toml [raters.{person.name}]"
        found = find_name(person.name, known)
        if found is None:
            changes.append(Change(name, "add", person.role, _adding(study, person.name, person)))
        elif study.settings.rater(found) != person:
            changes.append(Change(name, "conflict", "role, name or login differ; ours is kept"))
    for one in fields(study.settings):
        ours, other = getattr(study.settings, one.name), getattr(theirs.settings, one.name)
        if one.name != "raters" and ours != other:
            why = f"here {ours!r}, in the other copy {other!r}; ours is kept"
            changes.append(Change(f"study.toml {one.name}", "conflict", why))
    return changes


def _adding(study: Study, name: str, person: object) -> Callable[[], object]:
    role = getattr(person, "role", "rater")
    title = getattr(person, "title", "")
    logins: tuple[str, ...] = getattr(person, "logins", ())
    login = logins[0] if logins else ""
    return lambda: add_raters(study, [name], role=role, login=login, title=title)


def merge_files(ours: Path, theirs: Path, folder: str) -> list[Change]:
    """Files of a shared folder: added where they are missing, a conflict where they differ."""
    changes = []
    for source in _files_below(theirs / folder):
        name = source.relative_to(theirs)
        target = ours / name
        data = files.read_bytes(source)
        have = files.read_if_there(target)
        if have is None:
            changes.append(Change(str(name), "add", "", writing(target, data)))
        elif have == data:
            changes.append(Change(str(name), "same"))
        else:
            changes.append(Change(str(name), "conflict", "they differ; ours is kept"))
    return changes


def _files_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in files.list_folder(folder):
        if path.name.startswith(".") or path.is_symlink():
            continue
        found += _files_below(path) if path.is_dir() else [path]
    return found


def writing(target: Path, data: bytes) -> Callable[[], object]:
    """Write a file that is not there yet, and the folders above it."""

    def write() -> None:
        files.make_folder(target.parent)
        files.write_whole(target, data, replace=False)

    return write


def merge_facts(study: Study, theirs: Study) -> list[Change]:
    """Facts fill empty cells; cells that differ are conflicts. Assignments are joined."""
    ours = study.facts()
    changes = []
    new: dict[str, dict[str, str]] = {}
    for code, facts in theirs.facts().items():
        have = _cells(ours.get(code, Facts(code)))
        for key, value in _cells(facts).items():
            if not value or have.get(key, "") == value:
                continue
            if have.get(key, ""):
                why = f"here {have[key]!r}, in the other copy {value!r}; ours is kept"
                changes.append(Change(f"facts.csv {code} {key}", "conflict", why))
            else:
                new.setdefault(code, {})[key] = value
    for code, cells in new.items():
        change = Change(f"facts.csv {code}", "add", ", ".join(cells), _facts(study, code, cells))
        changes.append(change)
    known = {(fold(session), fold(rater)) for session, rater in study.assignments()}
    pairs = [pair for pair in theirs.assignments() if (fold(pair[0]), fold(pair[1])) not in known]
    if pairs:
        why = plural(len(pairs), "assignment")
        changes.append(
            Change("assignments.csv", "add", why, lambda: write_assignments(study, pairs))
        )
    return changes


def _cells(facts: Facts) -> dict[str, str]:
    known = {key: getattr(facts, key) for key in FACT_COLUMNS if key != "session"}
    return {**known, **facts.more}


def _facts(study: Study, code: str, cells: dict[str, str]) -> Callable[[], object]:
    return lambda: add_facts(study, {code: cells})
