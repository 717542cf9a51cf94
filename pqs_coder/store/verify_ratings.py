"""Check the ratings of one session, and say what each file beside them is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from pqs_coder.store import files
from pqs_coder.store.findings import FOREIGN, OK, Finding, check, is_unfinished, of_unfinished
from pqs_coder.store.ratings import FOLDER, SUFFIX, check_journal, form_of
from pqs_coder.store.sealing import holds_open_text
from pqs_coder.store.study import Study
from pqs_coder.store.vault import OPEN_TEXT

_UNREAD = re.compile(r"[^.]+\.(lock|journal\.(torn|damaged|old)(-[0-9]+)?)")


def ratings_findings(study: Study, session: str, repair: bool) -> Iterable[Finding]:
    """One for each file of ratings; of a viewer who is no lead, own ones only."""
    for form in files.list_folder(study.sessions_folder / session / FOLDER):
        inside = files.list_folder(form) if files.is_folder(form) else [form]
        for path in inside:
            if study.may_see_draft(path.name.lstrip(".").partition(".")[0]):
                yield _of(study, path, form, repair)


def _of(study: Study, path: Path, form: Path, repair: bool) -> Finding:
    if is_unfinished(path):
        return of_unfinished(path, repair)
    if path == form:
        return Finding(str(path), FOREIGN, "Not a file of pqs: nothing reads it.")
    if path.suffix == SUFFIX and not path.name.startswith("."):
        return check(path, partial(_journal, study, form.name, path))
    if _UNREAD.fullmatch(path.name):
        return Finding(str(path), OK, "Nothing reads it.")
    return Finding(str(path), FOREIGN, "Not a file of pqs: nothing reads it.")


def _journal(study: Study, form: str, path: Path) -> str:
    told = check_journal(path, form_of(study, form), study.vault)
    if not told and study.vault is not None and holds_open_text(files.read_bytes(path)):
        return OPEN_TEXT
    return told
