"""The study folder: where things live, and what a viewer may see of it.

`open_study` decides once who is asking; everything that hands out data asks the viewer. Where the
system's file rights don't enforce it, it is a courtesy (docs/durability.md).
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.guide import seed_for
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import CONSENSUS, check_name, find_name, fold, is_name
from pqs_coder.model.study import FACT_COLUMNS, Facts, SessionInfo, Settings, Viewer, build_settings
from pqs_coder.store import files
from pqs_coder.store.item_sets import find_item_set, line_of_key, read_text, read_toml
from pqs_coder.store.sort_names import SUBMITTED, read_sort_name
from pqs_coder.store.tables import read_table
from pqs_coder.store.vault import Vault

STUDY_FILE = "study.toml"
SHARED_FILE_MODE = 0o640
SHARED_FOLDER_MODE = 0o3777
SESSION_FILE = "session.toml"


@dataclass(frozen=True, slots=True)
class SortPaths:
    """The files of one rater's work on one session (``again``: the blind second sort)."""

    folder: Path
    rater: str
    again: bool = False
    mode: int = files.FILE_MODE
    vault: Vault | None = None

    @property
    def stem(self) -> str:
        """RATER, or RATER.again."""
        return f"{self.rater}.again" if self.again else self.rater

    @property
    def journal(self) -> Path:
        """The draft."""
        return self.folder / f"{self.stem}.journal"

    @property
    def lock(self) -> Path:
        """Who has the draft open."""
        return self.folder / f"{self.stem}.lock"

    def kept_journal(self, revision: int) -> Path:
        """The journal of a submitted sort."""
        return self.folder / f"{self.stem}.journal-{revision}"

    def submitted(self, revision: int) -> Path:
        """A submitted sort: RATER.parquet, a later revision RATER.2.parquet."""
        middle = "" if revision == 1 else f".{revision}"
        return self.folder / f"{self.stem}{middle}.parquet"

    def latest_revision(self) -> int:
        """The number of the last submitted revision; 0 where nothing is submitted."""
        names = map(read_sort_name, files.list_names(self.folder))
        return max(
            (
                name.revision
                for name in names
                if name is not None
                and name.what == SUBMITTED
                and (name.rater, name.again) == (self.rater, self.again)
            ),
            default=0,
        )


class Study:
    """A study as one viewer sees it. Make one with `open_study`."""

    def __init__(self, folder: Path, settings: Settings, viewer: Viewer) -> None:
        self.folder = folder
        self.settings = settings
        self.viewer = viewer
        self.vault = Vault(settings.vault) if settings.vault is not None else None
        self._spelling: dict[str, str] = {}

    @cached_property
    def item_set(self) -> ItemSet:
        """The study's item set."""
        return find_item_set(self.settings.item_set, self.folder)

    @property
    def sessions_folder(self) -> Path:
        """Where the sessions lie."""
        return self.folder / "sessions"

    def session_codes(self) -> list[str]:
        """Codes of all sessions: by name for a lead, shuffled for each rater.

        Folders whose name can be no code (a copy that a file manager made) are passed over;
        `pqs verify` names them.
        """
        codes = [
            one
            for one in files.list_names(self.sessions_folder)
            if is_name(one) and files.is_folder(self.sessions_folder / one)
        ]
        if not self.viewer.leads and self.viewer.name:
            random.Random(seed_for(fold(self.viewer.name), "sessions")).shuffle(codes)
        return codes

    def session_folder(self, code: str) -> Path:
        """The folder of a session; `StudyError` where there is none."""
        wanted = fold(check_name(code, "session"))
        found = self._spelling.get(wanted)
        if found is None or not files.is_folder(self.sessions_folder / found):
            known = self.session_codes()
            self._spelling = {fold(name): name for name in known}
            found = self._spelling.get(wanted)
        if found is None:
            more = f" and {len(known) - 8} more" if len(known) > 8 else ""
            listed = ", ".join(known[:8]) + more or "none yet: pqs add TRANSCRIPT"
            raise StudyError(f"There is no session '{code}'.", f"Sessions: {listed}.")
        return self.sessions_folder / found

    def session_table(self, code: str) -> dict[str, Any]:
        """What session.toml of a session holds; nothing where there is none."""
        path = self.session_folder(code) / SESSION_FILE
        return read_toml(path) if files.exists(path) else {}

    def session_info(self, code: str) -> SessionInfo:
        """What a rater may know of a session."""
        folder = self.session_folder(code)
        table = self.session_table(code)
        speakers = table.get("speakers", {})
        if not isinstance(speakers, dict):
            raise DataError(
                f"{folder / SESSION_FILE}: speakers is no table.",
                "Write [speakers], then NAME = ROLE below it.",
            )
        return SessionInfo(
            folder.name,
            str(table.get("title", "")),
            str(table.get("media", "")),
            {str(name): str(role) for name, role in speakers.items()},
        )

    def transcript_file(self, code: str) -> Path | None:
        """The transcript of a session, or None."""
        folder = self.session_folder(code)
        found = [one for one in files.list_folder(folder) if one.name.startswith("transcript.")]
        return found[0] if found else None

    def sorts_folder(self, code: str) -> Path:
        """Where the sorts of a session lie (made when the first is begun)."""
        return self.session_folder(code) / "sorts"

    def make_sorts_folder(self, code: str) -> None:
        """Make the folder of a session's sorts.

        On a shared server everybody may write there, nobody may remove another's file, and the
        group of the leads reads (sticky, set-group-id).
        """
        files.make_folder(
            self.sorts_folder(code), SHARED_FOLDER_MODE if self.on_server else files.FOLDER_MODE
        )

    @property
    def on_server(self) -> bool:
        """Whether study.toml names the groups of a shared server."""
        return bool(self.settings.leads_group)

    def paths(self, code: str, rater: str, again: bool = False) -> SortPaths:
        """The files of one rater's work; `UsageError` where the viewer may not see it."""
        if fold(rater) == CONSENSUS:
            return self.consensus_paths(code)
        folder = self.sorts_folder(code)
        if not self.may_see(folder.parent.name, rater):
            raise self._blind()
        return self._paths(folder, self.known_rater(code, rater), again)

    def consensus_paths(self, code: str) -> SortPaths:
        """The files of a session's consensus; `UsageError` where the viewer is no lead."""
        self.check_leads()
        return self._paths(self.sorts_folder(code), CONSENSUS)

    def sort_paths(self, code: str, rater: str, again: bool = False) -> SortPaths:
        """The files of a name as it stands on disk; callers ask the viewer."""
        return self._paths(self.sessions_folder / code / "sorts", rater, again)

    def _paths(self, folder: Path, rater: str, again: bool = False) -> SortPaths:
        mode = SHARED_FILE_MODE if self.on_server else files.FILE_MODE
        return SortPaths(folder, rater, again, mode, self.vault)

    # -- blindness: decided here and nowhere else ----------------------------------------------

    def is_own(self, rater: str) -> bool:
        """Whether that rater is the viewer."""
        return self.viewer.name is not None and fold(self.viewer.name) == fold(rater)

    def may_see_draft(self, rater: str) -> bool:
        """Whether the viewer may see that rater's drafts: own ones, a lead all."""
        return self.viewer.leads or self.is_own(rater)

    def may_see(self, code: str, rater: str) -> bool:
        """Whether the viewer may see that rater's submitted sort of that session.

        Own work always, a lead everything. Of others: what a lead has opened (``opened`` in
        study.toml), and where ``others = "submitted"``, what both have submitted; on a shared
        server only what the system lets this process read.
        """
        if self.may_see_draft(rater):
            return True
        if self.on_server:
            theirs = self.sort_paths(code, rater)
            if not files.may_read(theirs.submitted(theirs.latest_revision() or 1)):
                return False
        if self.settings.is_opened(code):
            return True
        if self.settings.others != "submitted" or self.viewer.name is None:
            return False
        folder = self.sessions_folder / code / "sorts"
        mine = SortPaths(folder, self.spelling_of(self.viewer.name))
        return bool(mine.latest_revision() and SortPaths(folder, rater).latest_revision())

    def check_may_sort(self, rater: str) -> None:
        """`UsageError` where the viewer may not change that rater's work."""
        if not self.may_see_draft(rater):
            raise self._blind()

    def check_leads(self) -> None:
        """`UsageError` where the viewer is no lead."""
        if not self.viewer.leads:
            raise UsageError("That is for leads.", "Raters work blind to each other.")

    def check_may_see_prototypes(self) -> None:
        """`UsageError` where the viewer may not: leads may, all may when the whole study is opened.

        They tell what the study expects of its sessions.
        """
        if not (self.viewer.leads or self.settings.is_opened_whole):
            raise UsageError(
                "Prototypes, and adherence to them, are for leads.",
                "Raters work blind to what the study expects. When the rating is over a lead may "
                'open all of it: opened = "all" in study.toml.',
            )

    def check_unlocked(self) -> None:
        """`StudyError` where the study is sealed and there is no key in hand."""
        if self.vault is not None:
            self.vault.check_unlocked()

    def _blind(self) -> UsageError:
        return UsageError(
            f"As {self.viewer.name} you see your own sorts only.",
            "Raters work blind to each other; ask the lead.",
        )

    # -- people --------------------------------------------------------------------------------

    def spelling_of(self, rater: str) -> str:
        """The spelling under which study.toml knows that rater, else as given."""
        person = self.settings.rater(rater)
        return person.name if person is not None else rater

    def known_rater(self, code: str, rater: str) -> str:
        """The spelling under which a rater is known to the study; a new name is checked."""
        composed = check_name(rater, "rater")
        person = self.settings.rater(composed)
        if person is not None:
            return person.name
        found = find_name(composed, self.raters_of(code))
        if found is None and self.settings.roster == "closed":
            names = ", ".join(one.name for one in self.settings.raters) or "nobody"
            listed = f"In the roster: {names}. " if self.viewer.leads else ""
            raise UsageError(
                f"'{rater}' is not in the roster of this study.",
                f"{listed}A lead adds people with pqs raters add NAME.",
            )
        return found or self._spelling_elsewhere(composed)

    def _spelling_elsewhere(self, rater: str) -> str:
        """A name outside the roster is spelt as in the sessions that it has sorted already."""
        for code in self.session_codes():
            found = find_name(rater, self.raters_of(code))
            if found is not None:
                return found
        return rater

    def raters_of(self, code: str) -> list[str]:
        """Who has a draft or a submitted sort of a session; callers ask the viewer."""
        names = map(read_sort_name, files.list_folder(self.sorts_folder(code)))
        return sorted({one.rater for one in names if one is not None and one.is_sort})

    def facts(self) -> dict[str, Facts]:
        """Facts by session, for leads; `UsageError` for anybody else."""
        if not self.viewer.leads:
            raise UsageError("The facts of sessions are for leads.", "Raters work blind to them.")
        path = self.folder / "facts.csv"
        if not files.exists(path):
            return {}
        header, lines = read_table(path, ["session"])
        more = [name for name in header if name not in FACT_COLUMNS]
        facts: dict[str, Facts] = {}
        for line, cells in lines:
            code = cells["session"]
            if code in facts:
                raise DataError(f"{path}, line {line}: '{code}' stands there twice.", "Keep one.")
            known = {name: cells.get(name, "") for name in FACT_COLUMNS}
            facts[code] = Facts(**known, more={name: cells[name] for name in more})
        return facts

    def assignments(self) -> list[tuple[str, str]]:
        """(session, rater) pairs as leads wrote them; a rater gets own pairs only."""
        path = self.folder / "assignments.csv"
        if not files.exists(path):
            return []
        _, lines = read_table(path, ["session", "rater"])
        pairs = [(cells["session"], cells["rater"]) for _, cells in lines]
        if self.viewer.leads:
            return pairs
        me = fold(self.viewer.name or "")
        return [(session, rater) for session, rater in pairs if fold(rater) == me]


def open_study(path: Path | str, viewer: Viewer | str | None = None) -> Study:
    """Open the study in a folder, as ``viewer`` sees it (a name, or None for a lead).

    A sealed study is unlocked by what PQS_KEY_FILE or PQS_PASSPHRASE say, and else stays locked.
    Raises `StudyError` where there is no study or the key is wrong, `DataError` where study.toml is
    wrong.
    """
    folder = Path(path)
    file = folder / STUDY_FILE
    if not files.exists(file):
        raise StudyError(
            f"{folder} holds no study (no {STUDY_FILE}).",
            "Make one with pqs init DIR, or name it with --study DIR.",
        )
    text = read_text(file)
    settings = build_settings(read_toml(file), str(file), lambda key: line_of_key(text, key))
    if isinstance(viewer, str):
        viewer = viewer_named(settings, viewer)
    study = Study(folder, settings, viewer or Viewer(None))
    if study.vault is not None:
        study.vault.unlock_from(os.environ)
    return study


def viewer_named(settings: Settings, name: str) -> Viewer:
    """The viewer of that name: with the role that study.toml gives, else a rater."""
    person = settings.rater(name)
    if person is not None:
        return Viewer(person.name, "lead" if person.role == "lead" else "rater")
    return Viewer(check_name(name, "name"), "rater")


def who_is_asking(
    settings: Settings,
    as_name: str | None = None,
    environ_name: str | None = None,
    login: str = "",
    in_group: Callable[[str, str], bool] | None = None,
) -> Viewer:
    """The viewer: ``--as``, else ``PQS_RATER``, else the login as study.toml maps it, else a lead.

    Where study.toml names a group of leads, a login that it does not map is a lead only as a member
    of that group (``in_group(login, group)``), else `UsageError`.
    """
    name = as_name or environ_name
    if name:
        return viewer_named(settings, name)
    person = settings.by_login(login) if login else None
    if person is not None:
        return viewer_named(settings, person.name)
    group = settings.leads_group
    if group and in_group is not None and not in_group(login, group):
        raise UsageError(
            f"This study does not know the login '{login}'.",
            f'Say who you are with --as NAME; a lead adds login = "{login}" to your entry in '
            f"{STUDY_FILE}.",
        )
    return Viewer(None)


def find_study(start: Path) -> Path | None:
    """The folder itself or its nearest parent that holds a study."""
    for folder in (start, *start.parents):
        with contextlib.suppress(StudyError):  # a parent that may not be looked into
            if files.exists(folder / STUDY_FILE):
                return folder
    return None
