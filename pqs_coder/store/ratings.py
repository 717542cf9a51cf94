"""Ratings on a form: ``sessions/SESSION/ratings/FORM/RATER.journal``, a line an act.

The lines have the checksums of a sort's journal, and are appended and fsynced like them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pqs_coder._version import __version__
from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import check_name
from pqs_coder.store import files
from pqs_coder.store.appender import Appender
from pqs_coder.store.item_sets import find_item_set
from pqs_coder.store.journal import decode, encode
from pqs_coder.store.locks import take_lock
from pqs_coder.store.study import SHARED_FILE_MODE, SHARED_FOLDER_MODE, Study

FORMAT = 1
FOLDER = "ratings"
SUFFIX = ".journal"


@dataclass(frozen=True)
class Ratings:
    """One rater's ratings of one session on one form; what is not in ``values`` is missing."""

    session: str
    rater: str
    form: ItemSet
    values: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Read:
    values: dict[int, int]
    lines: int
    good: int
    torn: int


def form_of(study: Study, identifier: str) -> ItemSet:
    """The rating form of that id; `UsageError` where it is a deck to sort."""
    form = find_item_set(check_name(identifier, "item set"), study.folder)
    if form.kind != "ratings":
        raise UsageError(f"{form.id} is a deck to sort, not a rating form.", "Use pqs place.")
    return form


def rate(
    study: Study, session: str, form: ItemSet, rater: str, values: Mapping[int, int | None]
) -> Ratings:
    """Write ratings, durable when this returns; None takes a rating back.

    Raises `UsageError` for an item or value that the form has not (before anything is written) and
    for a rater other than the viewer's own, `LockedError` where somebody else is writing.
    """
    study.check_may_sort(rater)
    for item, value in values.items():
        if not form.has_item(item) or (value is not None and not form.has_pile(value)):
            raise UsageError(
                f"{form.id} has no item {item} with the value {value}.",
                f"Items run from 1 to {form.numbers[-1]}, values are "
                f"{', '.join(map(str, form.values))}.",
            )
    session_folder = study.session_folder(session)
    name = study.known_rater(session_folder.name, rater)
    path = session_folder / FOLDER / form.id / f"{name}{SUFFIX}"
    shared = study.on_server
    files.make_folder(path.parent, SHARED_FOLDER_MODE if shared else files.FOLDER_MODE)
    mode = SHARED_FILE_MODE if shared else files.FILE_MODE
    lock = take_lock(path.with_suffix(".lock"), f"{name}'s {form.id} of {session}", mode)
    try:
        _append(path, mode, form, {"session": session_folder.name, "rater": name}, values)
    finally:
        lock.release()
    return Ratings(session_folder.name, name, form, _read(path, form).values)


def _append(
    path: Path, mode: int, form: ItemSet, who: dict[str, Any], values: Mapping[int, int | None]
) -> None:
    found = _read(path, form) if files.exists(path) else _Read({}, 0, 0, 0)
    appender = Appender(path, found.good, found.torn, mode)
    try:
        if not found.good:
            header = {"form": form.id, "form_hash": form.hash, "started_at": _now()}
            appender.append(encode(who | header | {"format": FORMAT, "program": __version__}))
        for n, (item, value) in enumerate(values.items(), found.lines + 1):
            act = {"n": n, "at": _now(), "do": "rate", "item": item, "value": value}
            appender.append(encode(act))
    finally:
        appender.close()


def _read(path: Path, form: ItemSet) -> _Read:
    data = files.read_bytes(path)
    *raws, rest = data.split(b"\n")
    lines = [decode(raw) for raw in raws]
    cure = "Put the file back from a copy of the study."
    for number, line in enumerate(lines, 1):
        if line is None or (number > 1 and line.get("n") != number - 1):
            raise DataError(f"{path}, line {number}: damaged.", cure)
    acts = [line for line in lines if line is not None]
    header = acts[0] if acts else {"format": FORMAT, "form_hash": form.hash}
    if header.get("format") != FORMAT:
        raise DataError(f"{path}: of a later format.", "Use a later version of the program.")
    if header.get("form_hash") != form.hash:
        raise DataError(
            f"{path}: rated with another wording or key of {form.id}.",
            "Give the form that was used its own id, or put its files back.",
        )
    values: dict[int, int] = {}
    for number, act in enumerate(acts[1:], 2):
        item, value = act.get("item"), act.get("value")
        if act.get("do") != "rate" or not isinstance(item, int) or not form.has_item(item):
            raise DataError(f"{path}, line {number}: no rating of {form.id}.", cure)
        if value is None:
            values.pop(item, None)
        elif isinstance(value, int) and form.has_pile(value):
            values[item] = value
        else:
            raise DataError(f"{path}, line {number}: {form.id} has no value {value!r}.", cure)
    return _Read(values, len(acts[1:]), len(data) - len(rest), len(rest))


def all_ratings(study: Study, form_id: str | None = None) -> Iterator[Ratings]:
    """Every rating that the viewer may see, by session, form and rater."""
    for session in study.session_codes():
        top = study.session_folder(session) / FOLDER
        for folder in files.list_folder(top):
            if form_id not in (None, folder.name) or folder.name.startswith("."):
                continue
            form = form_of(study, folder.name)
            for path in files.list_folder(folder):
                if path.suffix == SUFFIX and study.may_see_draft(path.stem):
                    yield Ratings(session, path.stem, form, _read(path, form).values)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
