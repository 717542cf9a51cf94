"""Ratings on forms in two copies of a study: journals, joined as drafts are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pqs_coder.errors import PqsError
from pqs_coder.exchange.merge_journals import acts_in, extending, further
from pqs_coder.exchange.merge_parts import Change, writing
from pqs_coder.model.names import find_name
from pqs_coder.store import files
from pqs_coder.store.ratings import FOLDER, SUFFIX, form_of, said_in, whole_lines
from pqs_coder.store.study import Study


def merge_ratings(study: Study, theirs: Study, code: str) -> list[Change]:
    """What a merge does with every rating of a session."""
    changes: list[Change] = []
    ours_at = study.sessions_folder / code / FOLDER
    for folder in files.list_folder(theirs.session_folder(code) / FOLDER):
        here = [one.stem for one in files.list_folder(ours_at / folder.name) if _is_journal(one)]
        for path in files.list_folder(folder) if files.is_folder(folder) else ():
            where = f"sessions/{code}/{FOLDER}/{folder.name}/{path.name}"
            if path.name.startswith("."):
                continue
            if not _is_journal(path):
                what = "a lock" if path.suffix == ".lock" else "no file of ratings"
                changes.append(Change(where, "left", what))
                continue
            found = find_name(path.stem, here)
            if found not in (None, path.stem):
                why = f"here the rater is spelled {found}; rename the files in one copy"
                changes.append(Change(where, "conflict", why))
                continue
            try:
                target = ours_at / folder.name / path.name
                changes.append(_merge_one(study, theirs, where, path, target))
            except PqsError as error:
                changes.append(Change(where, "conflict", error.message))
    return changes


def _is_journal(path: Path) -> bool:
    return path.suffix == SUFFIX and not path.name.startswith(".")


def _merge_one(study: Study, theirs: Study, where: str, source: Path, target: Path) -> Change:
    # With the form as it stands here, where it does: journals of another wording are refused.
    kept = files.exists(study.folder / "item_sets" / source.parent.name)
    form = form_of(study if kept else theirs, source.parent.name)
    data = whole_lines(source, form)
    if not files.exists(target):
        return Change(where, "add", acts_in(data), writing(target, data))
    ours = whole_lines(target, form)
    theirs_said = said_in(source, form, theirs.vault)
    if ours != data and theirs_said == said_in(target, form, study.vault):
        return Change(where, "same", "the same ratings; their times differ, ours are kept")
    what = f"{target.stem}'s {form.id} of {target.parents[2].name}"
    add = partial(extending, target, target.with_suffix(".lock"), what, ours)
    return further(where, ours, data, add)
