"""Two copies of a study made one, by content: a plan that is shown, then what it says is written.

Nothing is overwritten. What can't be joined without losing something is a conflict: it is explained
and left as it is in both copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.exchange.merge_parts import Change, merge_facts, merge_files, merge_people
from pqs_coder.exchange.merge_ratings import merge_ratings
from pqs_coder.exchange.merge_sorts import merge_sorts
from pqs_coder.model.names import find_name
from pqs_coder.store import files
from pqs_coder.store.session_transcripts import transcript_bytes
from pqs_coder.store.study import Study, open_study

SCHEMA = {"file": pl.String, "action": pl.String, "why": pl.String}
"""Columns of `MergePlan.table`; ``action`` is one of `ACTIONS`."""
ACTIONS = ("add", "extend", "same", "behind", "left", "conflict")
"""Added; lines added to a draft; the same; older in the other copy; not ours to take; conflict."""
SHARED_FOLDERS = ("item_sets", "prototypes", "subsets", "criteria", "structures")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class MergePlan:
    """What would be done, a `Change` for each file or fact.

    ``doubts`` says in words what speaks against the two being copies of one study.
    """

    changes: tuple[Change, ...]
    doubts: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """Changes that can't be made without losing something."""
        return tuple(one for one in self.changes if one.action == "conflict")

    @property
    def writes(self) -> tuple[Change, ...]:
        """Changes that will be written."""
        return tuple(one for one in self.changes if one.write is not None)

    def table(self, *, everything: bool = False) -> pl.DataFrame:
        """A row for each change; what is the same in both copies only if ``everything``."""
        rows = [
            (one.file, one.action, one.why or None)
            for one in self.changes
            if everything or one.action != "same"
        ]
        return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def plan_merge(study: Study, other: Path) -> MergePlan:
    """Compare a study with another copy of it; nothing is written.

    Raises `UsageError` for anybody but a lead, `StudyError` where the two have different item sets:
    then they are not copies of one study.
    """
    if not study.viewer.leads:
        raise UsageError("Studies are merged by leads.", "Ask the lead of the study.")
    theirs = open_study(other)
    if theirs.folder.resolve() == study.folder.resolve():
        raise UsageError("That is the study itself.", "Name the folder of the other copy.")
    if theirs.item_set.hash != study.item_set.hash:
        raise StudyError(
            f"{other} sorts with {theirs.item_set.id}, this study with {study.item_set.id}, or "
            "with another wording of it.",
            "Only copies of one study are merged; else use pqs export and pqs import.",
        )
    _check_vaults(study, theirs)
    changes = merge_people(study, theirs)
    for name in SHARED_FOLDERS:
        changes += merge_files(study.folder, theirs.folder, name)
    for code in theirs.session_codes():
        changes += _merge_session(study, theirs, code)
    changes += merge_facts(study, theirs)
    return MergePlan(tuple(changes), _doubts(study, theirs))


def _check_vaults(study: Study, theirs: Study) -> None:
    """What is sealed there must open with the key of this study, and what is open be sealed."""
    if theirs.vault is not None and theirs.settings.vault != study.settings.vault:
        raise StudyError(
            f"{theirs.folder} is sealed, and not with the key of this study.",
            "Open it first: pqs unseal --study there. Or merge it into a copy of itself.",
        )
    study.check_unlocked()
    if theirs.vault is not None:
        theirs.vault = study.vault


def _doubts(study: Study, theirs: Study) -> tuple[str, ...]:
    doubts = []
    ours, other = study.settings.title, theirs.settings.title
    if ours != other:
        doubts.append(f"This study is called '{ours}', the other one '{other}'.")
    here, there = study.session_codes(), theirs.session_codes()
    if here and there and not any(find_name(code, here) for code in there):
        doubts.append(f"No session there ({len(there)} in all) is among the {len(here)} here.")
    return tuple(doubts)


def _merge_session(study: Study, theirs: Study, code: str) -> list[Change]:
    known = study.session_codes()
    found = find_name(code, known)
    where = f"sessions/{code}"
    if found is not None and found != code:
        return [
            Change(where, "conflict", f"here the session is spelled {found}; rename one folder")
        ]
    if found is None:
        content = {
            path.name: files.read_bytes(path)
            for path in files.list_folder(theirs.session_folder(code))
            if path.name == "session.toml" or path.name.startswith("transcript.")
        }
        folder = study.sessions_folder / code

        def make() -> None:
            files.make_folder(study.sessions_folder)
            files.make_folder_whole(folder, content)

        changes = [Change(where, "add", "a session of the other copy", make)]
        return changes + _merge_work(study, theirs, code)
    changes, same_hour = _merge_session_files(study, theirs, code)
    return changes + (_merge_work(study, theirs, code) if same_hour else [])


def _merge_work(study: Study, theirs: Study, code: str) -> list[Change]:
    return merge_sorts(study, theirs, code) + merge_ratings(study, theirs, code)


def _merge_session_files(study: Study, theirs: Study, code: str) -> tuple[list[Change], bool]:
    """Transcript and session.toml; False where the code means two different hours."""
    ours_at, theirs_at = study.transcript_file(code), theirs.transcript_file(code)
    where = f"sessions/{code}"
    changes: list[Change] = []
    if theirs_at is not None and ours_at is None:
        target = study.session_folder(code) / theirs_at.name
        changes.append(_copy(f"{where}/{theirs_at.name}", theirs_at, target))
    elif theirs_at is not None and ours_at is not None:
        if transcript_bytes(study, ours_at) != transcript_bytes(theirs, theirs_at):
            why = "the transcripts differ, so nothing of this session is taken; rename one session"
            return [Change(f"{where}/{theirs_at.name}", "conflict", why)], False
        changes.append(Change(f"{where}/{theirs_at.name}", "same"))
    if study.session_table(code) == theirs.session_table(code):
        changes.append(Change(f"{where}/session.toml", "same"))
    else:
        changes.append(Change(f"{where}/session.toml", "conflict", "they differ; ours is kept"))
    return changes, True


def _copy(name: str, source: Path, target: Path) -> Change:
    data = files.read_bytes(source)
    return Change(name, "add", "", lambda: files.write_whole(target, data, replace=False))


def carry_out_merge(
    plan: MergePlan, progress: Progress = lambda _done, _total: None
) -> Sequence[Change]:
    """Write what the plan says; returns the changes that were written.

    Raises `LockedError` where a draft that is to be extended is open, `WriteError` where a file
    came to be in the meantime; what was written before stays, and the merge can be done again.
    """
    for done, one in enumerate(plan.writes, 1):
        if one.write is not None:
            one.write()
        progress(done, len(plan.writes))
    return plan.writes
