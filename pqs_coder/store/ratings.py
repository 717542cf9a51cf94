"""Ratings on a form: ``sessions/SESSION/ratings/FORM/RATER.journal``, a line an act.

The lines have the checksums of a sort's journal, and are appended and fsynced like them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pqs_coder._version import __version__
from pqs_coder.errors import DataError, UsageError, WriteError
from pqs_coder.model.card import tidy_evidence, tidy_note
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import check_name, find_name
from pqs_coder.store import files
from pqs_coder.store.appender import Appender
from pqs_coder.store.item_sets import find_item_set, item_set_folders
from pqs_coder.store.journal import decode, encode
from pqs_coder.store.locks import Lock, take_lock
from pqs_coder.store.making import keep_item_set
from pqs_coder.store.study import SHARED_FILE_MODE, SHARED_FOLDER_MODE, Study
from pqs_coder.store.vault import Vault, open_line, seal_line

FORMAT = 1
FOLDER = "ratings"
SUFFIX = ".journal"


@dataclass(frozen=True, slots=True)
class Rating:
    """What was said about one item; ``value`` is None where it is missing, ``at`` the last act."""

    value: int | None = None
    note: str = ""
    evidence: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True)
class Ratings:
    """One rater's ratings of one session on one form, by item number."""

    session: str
    rater: str
    form: ItemSet
    given: Mapping[int, Rating] = field(default_factory=dict)

    @property
    def values(self) -> dict[int, int]:
        """The values; what is not there is missing."""
        return {n: one.value for n, one in self.given.items() if one.value is not None}

    def rating(self, item: int) -> Rating:
        """What was said about an item."""
        return self.given.get(item, Rating())


@dataclass(frozen=True)
class _Read:
    given: dict[int, Rating]
    begun: bool = False
    lines: int = 0
    good: int = 0
    torn: int = 0


def form_of(study: Study, identifier: str) -> ItemSet:
    """The rating form of that id; `UsageError` where it is a deck to sort."""
    form = find_item_set(check_name(identifier, "item set"), study.folder)
    if form.kind != "ratings":
        raise UsageError(f"{form.id} is a deck to sort, not a rating form.", "Use pqs place.")
    return form


def forms_of(study: Study) -> list[ItemSet]:
    """Every rating form that can be found, by id: a form that is begun, of which the study then
    keeps a copy, stays where it stood."""
    found = [find_item_set(name, study.folder) for name in item_set_folders(study.folder)]
    return sorted((one for one in found if one.kind == "ratings"), key=lambda form: form.id)


class Sheet:
    """One rater's ratings of a session, open to be written; `open_sheet` makes it.

    Every act is durable when its method returns; `WriteError` says that it is not, and then
    ``ratings`` is as it was. Nobody else can write until `close`.
    """

    def __init__(
        self,
        path: Path,
        mode: int,
        ratings: Ratings,
        read: _Read,
        lock: Lock,
        study: Study,
    ) -> None:
        self.ratings = ratings
        self._study = study
        self._lock = lock
        self._begun, self._lines = read.begun, read.lines
        self._appender = Appender(path, read.good, read.torn, mode)
        self._before: list[tuple[str, int, Rating]] = []

    def __enter__(self) -> Sheet:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._appender.close()
        self._lock.release()

    def touch(self) -> bool:
        """Keep the lock fresh, once a minute; False where somebody has taken it over."""
        return self._lock.touch()

    def rate(self, item: int, value: int | None) -> None:
        """Rate an item; None takes the rating back. `UsageError` for what the form has not."""
        check_rating(self.ratings.form, item, value)
        self._do("rate", item, "value", value)

    def note(self, item: int, text: str) -> None:
        """Write the note on an item; '' removes it."""
        check_rating(self.ratings.form, item)
        self._do("note", item, "text", tidy_note(text))

    def evidence(self, item: int, marks: tuple[str, ...]) -> None:
        """Say what supports the rating, in the place of what was there (see `tidy_evidence`)."""
        check_rating(self.ratings.form, item)
        self._do("evidence", item, "marks", list(tidy_evidence(marks)))

    def undo(self) -> tuple[str, int]:
        """Take the last act since opening back: whether rate, note or evidence, and of which item.

        `UsageError`: there is none.
        """
        if not self._before:
            raise UsageError(
                "There is nothing to undo.", "What was said earlier is changed item by item."
            )
        do, item, before = self._before[-1]
        if do == "rate":
            self._append(do, item, "value", before.value)
        elif do == "note":
            self._append(do, item, "text", before.note)
        else:
            self._append(do, item, "marks", list(before.evidence))
        self._before.pop()
        return do, item

    def _do(self, do: str, item: int, key: str, said: Any) -> None:
        before = self.ratings.rating(item)
        self._append(do, item, key, said)
        self._before.append((do, item, before))

    def _append(self, do: str, item: int, key: str, said: Any) -> None:
        ratings = self.ratings
        if not self._begun:
            _keep_form(self._study, ratings.form)
            who = {"session": ratings.session, "rater": ratings.rater, "form": ratings.form.id}
            more = {"form_hash": ratings.form.hash, "started_at": _now(), "format": FORMAT}
            self._appender.append(encode({**who, **more, "program": __version__}))
            self._begun = True
        act = {"n": self._lines + 1, "at": _now(), "do": do, "item": item, key: said}
        self._appender.append(encode(seal_line(act, self._study.vault)))
        self._lines += 1
        changed = _after(ratings.rating(item), act, ratings.form)
        self.ratings = replace(ratings, given={**ratings.given, item: changed})


def check_rating(form: ItemSet, item: int, value: int | None = None) -> None:
    """`UsageError` for an item or a value that the form has not."""
    if not form.has_item(item) or (value is not None and not form.has_pile(value)):
        with_value = "" if value is None else f" with the value {value}"
        raise UsageError(
            f"{form.id} has no item {item}{with_value}.",
            f"Items run from 1 to {form.numbers[-1]}, values are "
            f"{', '.join(map(str, form.values))}.",
        )


def open_sheet(study: Study, session: str, form: ItemSet, rater: str) -> Sheet:
    """Open a rater's ratings to write them.

    Raises `UsageError` for a rater other than the viewer's own, `LockedError` where somebody else
    is writing, `DataError` for a journal that is damaged, `StudyError` where the study is sealed
    and there is no key in hand.
    """
    study.check_may_sort(rater)
    study.check_unlocked()
    folder = study.session_folder(session)
    name = _spelling(study, form, study.known_rater(folder.name, rater))
    path = folder / FOLDER / form.id / f"{name}{SUFFIX}"
    shared = study.on_server
    files.make_folder(path.parent, SHARED_FOLDER_MODE if shared else files.FOLDER_MODE)
    mode = SHARED_FILE_MODE if shared else files.FILE_MODE
    lock = take_lock(path.with_suffix(".lock"), f"{name}'s {form.id} of {session}", mode)
    try:
        read = _read(path, form, study.vault) if files.exists(path) else _Read({})
    except BaseException:
        lock.release()
        raise
    ratings = Ratings(folder.name, name, form, read.given)
    return Sheet(path, mode, ratings, read, lock, study)


def _keep_form(study: Study, form: ItemSet) -> None:
    """Give the study its own copy of a form that is begun, as of its deck (see `keep_item_set`).

    A rater on a shared server may not write there: the ratings still name the form by its hash.
    """
    own = study.folder / "item_sets" / form.id
    if files.exists(own):
        return
    with contextlib.suppress(WriteError):
        keep_item_set(study.folder, form.id)
        if study.on_server:
            from pqs_coder.store.rights import apply_rights  # which knows of ratings

            apply_rights(study)


def _spelling(study: Study, form: ItemSet, name: str) -> str:
    """The name as ratings on this form have it already, whatever the case, else as given."""
    known = {
        path.stem
        for code in study.session_codes()
        for path in files.list_folder(study.sessions_folder / code / FOLDER / form.id)
        if path.suffix == SUFFIX
    }
    return find_name(name, sorted(known)) or name


def rate(
    study: Study, session: str, form: ItemSet, rater: str, values: Mapping[int, int | None]
) -> Ratings:
    """Write ratings, durable when this returns; None takes a rating back.

    Nothing is written where one of them is an item or a value that the form has not. Raises what
    `open_sheet` raises.
    """
    study.check_may_sort(rater)
    for item, value in values.items():
        check_rating(form, item, value)
    with open_sheet(study, session, form, rater) as sheet:
        for item, value in values.items():
            sheet.rate(item, value)
        return sheet.ratings


def _after(rating: Rating, act: Mapping[str, Any], form: ItemSet) -> Rating:
    """The rating after one act; ValueError where the act is none of this form."""
    value, text, marks = act.get("value"), act.get("text"), act.get("marks")
    at = str(act.get("at", ""))
    match act.get("do"):
        case "rate" if value is None or (type(value) is int and form.has_pile(value)):
            return replace(rating, value=value, at=at)
        case "note" if isinstance(text, str):
            return replace(rating, note=text, at=at)
        case "evidence" if isinstance(marks, list) and all(isinstance(m, str) for m in marks):
            return replace(rating, evidence=tuple(marks), at=at)
    raise ValueError(act)


def check_journal(path: Path, form: ItemSet, vault: Vault | None = None) -> str:
    """Read a journal of ratings: '' or what is worth knowing. `DataError` where it is damaged."""
    torn = _read(path, form, vault).torn
    return f"A torn last line ({torn} bytes), set aside by the next rating." if torn else ""


def whole_lines(path: Path, form: ItemSet) -> bytes:
    """The journal without a torn last line. `DataError` where it is damaged or of another form."""
    return files.read_bytes(path)[: _read(path, form).good]


def said_in(path: Path, form: ItemSet, vault: Vault | None = None) -> dict[int, Rating]:
    """What a journal says now, without when it was said."""
    given = {item: replace(one, at="") for item, one in _read(path, form, vault).given.items()}
    return {item: one for item, one in given.items() if one != Rating()}


def _read(path: Path, form: ItemSet, vault: Vault | None = None) -> _Read:
    """What a journal holds; what is sealed is absent without the key."""
    return _parsed(files.read_bytes(path), str(path), form, vault)


def is_whole(data: bytes, form: ItemSet) -> bool:
    """Whether these bytes are a journal of ratings on that form."""
    try:
        _parsed(data, "journal", form)
    except DataError:
        return False
    return True


def _parsed(data: bytes, path: str, form: ItemSet, vault: Vault | None = None) -> _Read:
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
    # A key that the lab has given since changes what is scored, not what was rated.
    if header.get("form_hash") not in (form.hash, form.without_key.hash):
        raise DataError(
            f"{path}: rated with another wording or key of {form.id}.",
            "Give the form that was used its own id, or put its files back.",
        )
    given: dict[int, Rating] = {}
    for number, line in enumerate(acts[1:], 2):
        act = open_line(line, vault)
        item = act.get("item")
        try:
            if type(item) is not int or not form.has_item(item):
                raise ValueError(item)
            given[item] = _after(given.get(item, Rating()), act, form)
        except ValueError:
            raise DataError(f"{path}, line {number}: no rating of {form.id}.", cure) from None
    return _Read(given, bool(acts), len(acts[1:]), len(data) - len(rest), len(rest))


def all_ratings(study: Study, form_id: str | None = None) -> Iterator[Ratings]:
    """Every rating that the viewer may see, by session, form and rater."""
    for session in study.session_codes():
        yield from session_ratings(study, session, form_id)


def session_ratings(study: Study, session: str, form_id: str | None = None) -> Iterator[Ratings]:
    """The ratings of one session that the viewer may see, by form and rater."""
    top = study.session_folder(session) / FOLDER
    for name, raters in raters_of_forms(study, session).items():
        if form_id not in (None, name):
            continue
        form = form_of(study, name)
        for rater in raters:
            given = _read(top / name / f"{rater}{SUFFIX}", form, study.vault).given
            yield Ratings(session, rater, form, given)


def raters_of_forms(study: Study, session: str) -> dict[str, list[str]]:
    """Who has ratings of a session that the viewer may see, by form; no file is opened."""
    found: dict[str, list[str]] = {}
    for folder in files.list_folder(study.session_folder(session) / FOLDER):
        if not folder.name.startswith("."):
            found[folder.name] = [
                path.stem
                for path in files.list_folder(folder)
                if path.suffix == SUFFIX and study.may_see_draft(path.stem)
            ]
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
