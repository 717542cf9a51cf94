"""Check the ratings of one session, and say what each file beside them is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from pqs_coder.errors import DataError, PqsError
from pqs_coder.store import files
from pqs_coder.store.findings import FOREIGN, OK, Finding, check, is_unfinished, of_unfinished
from pqs_coder.store.journal import decode
from pqs_coder.store.locks import take_lock
from pqs_coder.store.mending import correct
from pqs_coder.store.ratings import FOLDER, SUFFIX, check_journal, form_of, is_whole
from pqs_coder.store.rights import is_of_another
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
        found = check(path, partial(_journal, study, form.name, path))
        return (repair and found.state != OK and _repaired(study, path)) or found
    if _UNREAD.fullmatch(path.name):
        return Finding(str(path), OK, "Nothing reads it.")
    return Finding(str(path), FOREIGN, "Not a file of pqs: nothing reads it.")


def _journal(study: Study, form: str, path: Path) -> str:
    data = files.read_bytes(path)
    told = check_journal(path, form_of(study, form), study.vault)
    header = decode(data.partition(b"\n")[0]) or {}
    whose = (header.get("session"), header.get("rater"))
    if header and whose != (path.parents[2].name, path.stem):
        raise DataError(
            f"{path}: it is the rating of {whose[0]} by {whose[1]}.",
            "Put the file back where it belongs, under the name that it had.",
        )
    if not told and study.vault is not None and holds_open_text(data):
        return OPEN_TEXT
    return told


def _repaired(study: Study, path: Path) -> Finding | None:
    """The journal with a wrong byte set right, the damaged file kept; None where that is not it."""
    if is_of_another(path):
        return None
    form = form_of(study, path.parent.name)
    try:
        lock = take_lock(
            path.with_suffix(".lock"), "The ratings", files.status_of(path).st_mode & 0o777
        )
    except PqsError:
        return None
    try:
        data = files.read_bytes(path)
        mended = correct(data)
        if mended == data or not is_whole(mended, form):
            return None
        kept = files.free_name(path.with_name(f"{path.name}.damaged"))
        files.write_whole(kept, data, replace=False, mode=files.status_of(path).st_mode & 0o777)
        files.write_whole(path, mended)
    except PqsError:
        return None
    finally:
        lock.release()
    words = f"Repaired: one wrong byte was set right. The damaged file is kept as {kept.name}."
    return Finding(str(path), OK, words)
