"""File modes and groups of a study on a shared server, where the system enforces blindness.

study.toml names two groups: ``[groups] raters = "..."``, ``leads = "..."``. Leads belong to both.
The study's folder is open to the group of the raters and to nobody else; what lies in it belongs
to the group of the leads. Facts, criteria and structures are closed to everybody but leads; in a
folder of sorts everybody may write, nobody may remove another's file, and only its owner and the
leads read a sort. On a laptop (no groups) everything is 0600 and 0700.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pqs_coder.errors import StudyError
from pqs_coder.store import files
from pqs_coder.store.ratings import FOLDER as RATINGS
from pqs_coder.store.study import SHARED_FILE_MODE, SHARED_FOLDER_MODE, Study

_CLOSED = ("facts.csv", "withdrawn.csv", "criteria", "structures")


@dataclass(frozen=True, slots=True)
class Right:
    """What a file or folder should be: its mode and its group's number."""

    path: Path
    mode: int
    group: int

    @property
    def kept(self) -> bool:
        """Whether it is so."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return True
        return stat.S_IMODE(found.st_mode) == self.mode and found.st_gid == self.group


def group_number(name: str) -> int:
    """The number of a group (a number stays itself); `StudyError` where there is none."""
    if name.isascii() and name.isdecimal():
        return int(name)
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise StudyError(
            f"study.toml names the group '{name}', which this machine does not have.",
            "Ask the administrator to make it, or name another under [groups].",
        ) from None


def is_member(login: str, group: str) -> bool:
    """Whether a login belongs to a group."""
    try:
        number = group_number(group)
        return number in os.getgrouplist(login, pwd.getpwnam(login).pw_gid)
    except (KeyError, StudyError):
        return False


def rights_of(study: Study) -> list[Right]:
    """What every file and folder of the study should be; nothing where there are no groups."""
    if not study.on_server:
        return []
    raters = group_number(study.settings.raters_group)
    leads = group_number(study.settings.leads_group)
    rights = [Right(study.folder, 0o750, raters)]
    for path in files.list_folder(study.folder):
        if path.name == "sessions":
            rights.append(Right(path, 0o2775, leads))
            for session in files.list_folder(path):
                rights += _of_session(session, leads)
        else:
            rights += _of_tree(path, leads, closed=path.name in _CLOSED)
    return rights


def _of_session(session: Path, leads: int) -> Iterable[Right]:
    if not files.is_folder(session):
        return
    yield Right(session, 0o2775, leads)
    for path in files.list_folder(session):
        if path.name == RATINGS:
            yield from _of_everybody(path, leads)
        elif path.name != "sorts":
            yield from _of_tree(path, leads, closed=False)
    yield from _of_everybody(session / "sorts", leads)


def _of_everybody(folder: Path, leads: int) -> Iterable[Right]:
    """Where everybody writes and reads their own."""
    yield Right(folder, SHARED_FOLDER_MODE, leads)
    for path in files.list_folder(folder):
        if files.is_folder(path):
            yield from _of_everybody(path, leads)
        elif not path.name.endswith(".lock"):
            yield Right(path, SHARED_FILE_MODE, leads)


def _of_tree(path: Path, leads: int, closed: bool) -> Iterable[Right]:
    if path.name.startswith(".") or path.is_symlink():
        return
    if not files.is_folder(path):
        yield Right(path, 0o660 if closed else 0o664, leads)
        return
    yield Right(path, 0o2770 if closed else 0o2775, leads)
    for inner in files.list_folder(path):
        yield from _of_tree(inner, leads, closed)


def apply_rights(study: Study) -> list[Path]:
    """Set what is not as it should be; the answer is what could not be set (somebody else's).

    Folders of sorts and ratings are made where they are missing: raters can't. Call it after
    every change that a lead makes; without groups it does nothing.
    """
    if not study.on_server:
        return []
    for code in study.session_codes():
        study.make_sorts_folder(code)
        files.make_folder(study.session_folder(code) / RATINGS, SHARED_FOLDER_MODE)
    refused = []
    for right in rights_of(study):
        if not right.kept:
            try:
                files.set_mode(right.path, right.mode, right.group)
            except OSError:
                refused.append(right.path)
    return refused


def is_of_another(path: Path) -> bool:
    """Whether a file is another user's: replacing it would take it from its owner."""
    try:
        return os.geteuid() not in (0, path.stat().st_uid)
    except FileNotFoundError:
        return False


def wrong_rights(study: Study) -> list[Path]:
    """Files and folders that are more open, more closed or of another group than they should be."""
    return [right.path for right in rights_of(study) if not right.kept]
