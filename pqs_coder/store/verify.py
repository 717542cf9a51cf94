"""Walk a study and say for each file whether it is whole, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pqs_coder.errors import PqsError
from pqs_coder.store import files
from pqs_coder.store.item_sets import load_item_set
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.prototypes import read_scores
from pqs_coder.store.sort_names import DIGEST, JOURNAL, KEPT, LOCK, SUBMITTED, read_sort_name
from pqs_coder.store.sorts import digest_path, read_submitted
from pqs_coder.store.study import SESSION_FILE, STUDY_FILE, Study
from pqs_coder.store.transcripts import columns_of, read_transcript

OK, DAMAGED, MISSING, FOREIGN = "ok", "damaged", "missing", "foreign"


@dataclass(frozen=True, slots=True)
class Finding:
    """One file of a study: ``state`` is ok, damaged, missing or foreign; ``message`` the cure."""

    file: str
    state: str
    message: str = ""


def verify(study: Study, repair: bool = False) -> list[Finding]:
    """Check every file of a study, by path.

    ``repair`` does only what can't lose anything: of a journal with a damaged line it keeps the
    file as RATER.journal.damaged and goes on with the lines before the damage, which are sure.
    """
    study.check_leads()
    found = _of_study(study)
    for folder in files.list_folder(study.sessions_folder):
        if files.is_folder(folder) and not folder.name.startswith("."):
            found += _of_session(study, folder)
            found += [
                _of_sort(study, path, repair)
                for path in files.list_folder(folder / "sorts")
                if not files.is_folder(path)
            ]
            found += _lost(folder / "sorts")
    return sorted(
        (Finding(str(Path(f.file).relative_to(study.folder)), f.state, f.message) for f in found),
        key=lambda one: one.file,
    )


def _check(path: Path, look: Callable[[], object]) -> Finding:
    try:
        look()
    except PqsError as error:
        return Finding(str(path), DAMAGED, f"{error.message} {error.cure}".strip())
    return Finding(str(path), OK)


def _of_study(study: Study) -> list[Finding]:
    folder = study.folder
    found = [Finding(str(folder / STUDY_FILE), OK)]  # it has been read to get here
    for name, look in (("facts.csv", study.facts), ("assignments.csv", study.assignments)):
        if files.exists(folder / name):
            found.append(_check(folder / name, look))
    found += [
        _check(place, partial(load_item_set, place))
        for place in files.list_folder(folder / "item_sets")
    ]
    found += [
        _check(path, partial(read_scores, path, study.item_set))
        for path in files.list_folder(folder / "prototypes")
        if path.suffix == ".csv"
    ]
    return found


def _of_session(study: Study, folder: Path) -> list[Finding]:
    about = folder / SESSION_FILE
    found = [_check(about, lambda: study.session_info(folder.name))] if files.exists(about) else []
    transcript = study.transcript_file(folder.name)
    if transcript is not None:

        def look() -> None:
            named = columns_of(study.session_table(folder.name), str(about))
            read_transcript(transcript, named)

        found.append(_check(transcript, look))
    return found


def _of_sort(study: Study, path: Path, repair: bool) -> Finding:
    name = read_sort_name(path)
    if name is None:
        return Finding(str(path), FOREIGN, "Not a file of pqs, or set aside; nothing reads it.")
    if name.what == SUBMITTED:
        return _check(path, lambda: read_submitted(path))
    if name.what == JOURNAL:
        return _of_journal(study, path, repair)
    if name.what == KEPT:
        return _check(path, lambda: read_journal(path))
    if name.what == DIGEST and not files.exists(path.with_suffix("")):
        return Finding(str(path), MISSING, "The sort of this digest is gone: put it back.")
    assert name.what in (DIGEST, LOCK)
    return Finding(str(path), OK)


def _of_journal(study: Study, path: Path, repair: bool) -> Finding:
    finding = _check(path, lambda: replay(read_journal(path), study.item_set, str(path)))
    if finding.state == OK or not repair:
        return finding
    sure = _sure_lines(path)
    if sure is None:
        return finding
    kept = files.set_aside(path, ".damaged")
    files.write_whole(path, sure, replace=False)
    words = f"Goes on with the lines before the damage; the whole file is kept as {kept.name}."
    return Finding(str(path), OK, words)


def _sure_lines(path: Path) -> bytes | None:
    """The lines before the first that is damaged or missing; None where that is not the trouble."""
    reading = read_journal(path)
    bad = [*reading.damaged, *reading.gaps]
    if not bad:
        return None
    lines = files.read_bytes(path).splitlines(keepends=True)
    return b"".join(lines[: min(bad) - 1])


def _lost(folder: Path) -> list[Finding]:
    """Submitted sorts that have no digest are told by their own check; digests by theirs."""
    return [
        Finding(str(digest_path(path)), MISSING, "The digest is gone: put it back from a copy.")
        for path in files.list_folder(folder)
        if path.suffix == ".parquet" and not files.exists(digest_path(path))
    ]
