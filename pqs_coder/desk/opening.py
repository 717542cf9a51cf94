"""Open a desk: find the session, take the lock, replay the draft."""

from __future__ import annotations

from datetime import UTC, datetime

from pqs_coder.desk.desk import Desk
from pqs_coder.errors import StudyError
from pqs_coder.model.draft import new_draft
from pqs_coder.model.guide import card_order, seed_for
from pqs_coder.model.transcript import Transcript
from pqs_coder.store import files
from pqs_coder.store.drafts import DraftFile
from pqs_coder.store.journal import Header, Reading, read_journal, replay
from pqs_coder.store.locks import take_lock
from pqs_coder.store.study import SESSION_FILE, SortPaths, Study
from pqs_coder.store.transcripts import columns_of, read_transcript


def open_desk(
    study: Study, session: str, rater: str, *, again: bool = False, read_only: bool = False
) -> Desk:
    """Open one rater's draft of one session; a new one where there is none.

    Raises `LockedError` where it is open elsewhere, `StudyError` where it has been submitted
    (unless ``read_only``) or where the item set has changed since, `UsageError` where the viewer
    may not see it.
    """
    info = study.session_info(session)
    paths = study.paths(session, rater, again)
    transcript = session_transcript(study, session)
    if read_only:
        return _reading_desk(study, paths, info.code, transcript)
    files.make_folder(paths.folder)
    lock = take_lock(paths.lock, f"The sort of {info.code} by {paths.rater}")
    try:
        _refuse_submitted(paths)
        reading = read_journal(paths.journal) if files.exists(paths.journal) else None
        header = _new_header(study, paths, info.code, transcript)
        file = DraftFile(paths, header, reading, lock)
        seed = file.header.seed
        order = card_order(study.item_set, seed)
        draft = (
            replay(reading, study.item_set, str(paths.journal))
            if reading and reading.header
            else new_draft(study.item_set, order[0])
        )
    except BaseException:
        lock.release()
        raise
    return Desk(
        draft,
        file,
        rater=paths.rater,
        info=info,
        order=order,
        transcript=transcript,
        warnings=_warnings(reading, transcript),
    )


def session_transcript(study: Study, session: str) -> Transcript | None:
    """The transcript of a session, or None where it has none."""
    path = study.transcript_file(session)
    if path is None:
        return None
    named = columns_of(study.session_table(session), str(path.parent / SESSION_FILE))
    return read_transcript(path, named)


def _reading_desk(
    study: Study, paths: SortPaths, session: str, transcript: Transcript | None
) -> Desk:
    revision = paths.latest_revision()
    journal = paths.journal
    if not files.exists(journal) and revision:
        journal = paths.kept_journal(revision)
    if not files.exists(journal):
        raise StudyError(
            f"{paths.rater} has not begun to sort {session}.", "There is nothing to read yet."
        )
    reading = read_journal(journal)
    draft = replay(reading, study.item_set, str(journal))
    seed = reading.header.seed if reading.header else None
    return Desk(
        draft,
        None,
        rater=paths.rater,
        info=study.session_info(session),
        order=card_order(study.item_set, seed),
        transcript=transcript,
        warnings=_warnings(reading, transcript),
    )


def _refuse_submitted(paths: SortPaths) -> None:
    revision = paths.latest_revision()
    if not revision:
        return
    if files.exists(paths.journal):
        _retire_leftover(paths, revision)
    if not files.exists(paths.journal):
        raise StudyError(
            f"{paths.rater} has submitted this sort ({paths.submitted(revision).name}).",
            "A submitted sort is not changed. Read it with pqs show.",
        )


def _retire_leftover(paths: SortPaths, revision: int) -> None:
    """Finish a submission that was cut off after its file was whole and before the draft moved."""
    from pqs_coder.store.sorts import read_submitted

    header = read_journal(paths.journal).header
    started = read_submitted(paths.submitted(revision))["started_at"][0]
    if header is not None and started == datetime.fromisoformat(header.started_at):
        files.rename(paths.journal, files.free_name(paths.kept_journal(revision)))


def _new_header(
    study: Study, paths: SortPaths, session: str, transcript: Transcript | None
) -> Header:
    shuffled = study.settings.order == "shuffled"
    return Header(
        session=session,
        rater=paths.rater,
        item_set=study.item_set.id,
        item_set_hash=study.item_set.hash,
        transcript_hash=transcript.hash if transcript else None,
        seed=seed_for(paths.rater, session) if shuffled else None,
        started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )


def _warnings(reading: Reading | None, transcript: Transcript | None) -> tuple[str, ...]:
    words = []
    if reading is not None and reading.torn:
        words.append(
            f"The last line of the draft was torn ({reading.torn} bytes) and is set aside; "
            "every move that was shown is there."
        )
    then = reading.header.transcript_hash if reading and reading.header else None
    now = transcript.hash if transcript else None
    if reading and reading.header and then != now:
        words.append(
            "The transcript has changed since this draft was begun; check your evidence: "
            "turn numbers may have moved."
        )
    return tuple(words)
