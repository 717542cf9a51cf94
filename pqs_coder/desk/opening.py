"""Open a desk: find the session, take the lock, replay the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.submission import holds
from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.card import Card
from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.guide import card_order, seed_for
from pqs_coder.model.moves import Look
from pqs_coder.model.names import CONSENSUS
from pqs_coder.model.transcript import Transcript
from pqs_coder.store import files
from pqs_coder.store.drafts import DraftFile, retire_journal
from pqs_coder.store.journal import Header, Reading, first_draft, read_journal, replay
from pqs_coder.store.locks import take_lock
from pqs_coder.store.session_transcripts import session_transcript as session_transcript
from pqs_coder.store.study import SortPaths, Study


@dataclass(frozen=True, slots=True)
class Revision:
    """Why a submitted sort is sorted over, and who asked for it."""

    reason: str
    asked_by: str


def open_desk(
    study: Study,
    session: str,
    rater: str,
    *,
    again: bool = False,
    read_only: bool = False,
    revise: Revision | None = None,
    anew: bool = False,
) -> Desk:
    """Open one rater's draft of one session; a new one where there is none.

    ``again`` is the blind second sort; ``revise`` begins a revision of a submitted sort, from its
    cards (or goes on with one that is begun); ``anew`` sets a draft aside and begins from nothing.

    Raises `LockedError` where it is open elsewhere, `StudyError` where it has been submitted
    (unless ``read_only`` or ``revise``) or where the item set has changed since, `UsageError` where
    the viewer may not see it or there is nothing to revise.
    """
    info = study.session_info(session)
    paths = study.paths(session, rater, again)
    transcript = session_transcript(study, session)
    if read_only:
        return _reading_desk(study, paths, info.code, transcript)
    study.check_may_sort(rater)
    study.check_unlocked()
    if paths.rater == CONSENSUS:
        _check_consensus(study, session)
    study.make_sorts_folder(info.code)
    lock = take_lock(paths.lock, f"The sort of {info.code} by {paths.rater}", paths.mode)
    try:
        reading = _draft_to_go_on_with(study, paths, info.code, anew)
        header = reading.header if reading else None
        if header is None:
            header = _new_header(study, paths, info.code, transcript, revise)
        elif revise is not None and header.revision == 1:
            raise UsageError(
                f"{paths.rater} has not submitted the sort of {info.code}.",
                "Go on with the draft; there is nothing to revise yet.",
            )
        file = DraftFile(paths, header, reading, lock)
        draft = _draft(reading, header, study, paths)
    except BaseException:
        lock.release()
        raise
    return Desk(
        draft,
        file,
        rater=paths.rater,
        info=info,
        order=card_order(study.item_set, header.seed),
        transcript=transcript,
        warnings=_warnings(reading, transcript),
        revision=file.header.revision,
        reason=file.header.reason,
    )


def _draft(reading: Reading | None, header: Header, study: Study, paths: SortPaths) -> Draft:
    if reading is not None and reading.header is not None:
        return replay(reading, study.item_set, str(paths.journal))
    return first_draft(header, study.item_set)


# -- which draft -----------------------------------------------------------------------------------


def _draft_to_go_on_with(
    study: Study, paths: SortPaths, session: str, anew: bool
) -> Reading | None:
    """The journal that is there; None where a new one is to be begun."""
    if not files.exists(paths.journal):
        return None
    if anew:
        files.set_aside(paths.journal, ".old")
        return None
    reading = read_journal(paths.journal, study.vault)
    header = reading.header
    if header is None:
        return reading
    if (header.session, header.rater) != (session, paths.rater):
        raise DataError(
            f"{paths.journal}: it is the draft of {header.session} by {header.rater}.",
            "Put the file back where it belongs, under the name that it had.",
        )
    submitted = paths.submitted(header.revision)
    if not files.exists(submitted):
        return reading
    # The sort was submitted, and the program stopped before the draft moved; or the two come
    # from two copies of the study.
    if holds(submitted, replay(reading, study.item_set, str(paths.journal)), header, study.vault):
        retire_journal(paths, header.revision)
        return None
    raise StudyError(
        f"{paths.journal} is a draft of the sort that was submitted as {submitted.name}, "
        "and the two differ.",
        "Ask the lead which one is meant, and move the other out of the folder.",
    )


def _way_to_revise(paths: SortPaths) -> str:
    agreed = paths.rater == CONSENSUS
    return "pqs consensus SESSION --reason WHY" if agreed else "pqs sort --revise REASON"


def _new_header(
    study: Study,
    paths: SortPaths,
    session: str,
    transcript: Transcript | None,
    revise: Revision | None,
) -> Header:
    latest = paths.latest_revision()
    if latest and revise is None:
        raise StudyError(
            f"{paths.rater} has submitted this sort ({paths.submitted(latest).name}).",
            f"It is not changed: read it with pqs show, or revise it with {_way_to_revise(paths)}.",
        )
    if revise is not None and not latest:
        raise UsageError(
            f"{paths.rater} has not submitted the sort of {session}.",
            "There is nothing to revise yet.",
        )
    if revise is not None and not (revise.reason.strip() and revise.asked_by.strip()):
        raise UsageError(
            "A revision needs a reason and the name of who asked for it.", "Give both."
        )
    if paths.again and not study.paths(session, paths.rater).latest_revision():
        raise UsageError(
            f"{paths.rater} has not submitted the first sort of {session}.",
            "A blind second sort comes after the first.",
        )
    shuffled = study.settings.order == "shuffled"
    named = f"{session}.again" if paths.again else session
    return Header(
        session=session,
        rater=paths.rater,
        item_set=study.item_set.id,
        item_set_hash=study.item_set.hash,
        transcript_hash=transcript.hash if transcript else None,
        seed=seed_for(paths.rater, named) if shuffled else None,
        started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        kind=_kind(study, paths.rater),
        occasion=2 if paths.again else 1,
        revision=latest + 1,
        reason=revise.reason.strip() if revise else "",
        asked_by=revise.asked_by.strip() if revise else "",
        start=_start(study, paths, session, latest),
    )


def _kind(study: Study, rater: str) -> str:
    """What the sort will be: a trainee's is practice and does not count as a rater's."""
    if rater == CONSENSUS:
        return CONSENSUS
    person = study.settings.rater(rater)
    return "practice" if person is not None and person.role == "trainee" else "rater"


def _check_consensus(study: Study, session: str) -> None:
    """`UsageError` where there is nothing to adjudicate, before anything is written."""
    from pqs_coder.desk.consensus import adjudication_of

    adjudication_of(study, session)


def _start(study: Study, paths: SortPaths, session: str, latest: int) -> dict[int, Card] | None:
    """The cards that a revision or a consensus begins with; a rater begins with none."""
    if latest:
        return _cards_of(study, paths, latest)
    if paths.rater != CONSENSUS:
        return None
    from pqs_coder.desk.consensus import agreed_cards

    return agreed_cards(study, session)


def _cards_of(study: Study, paths: SortPaths, revision: int) -> dict[int, Card]:
    """The cards of a submitted sort; `StudyError` where it is of another item set."""
    from pqs_coder.store.sorts import cards_of, open_frame, read_submitted

    path = paths.submitted(revision)
    frame = open_frame(read_submitted(path), study.vault)
    if frame["item_set_hash"][0] != study.item_set.hash:
        raise StudyError(
            f"{path}: it was sorted with another version of the item set '{frame['item_set'][0]}'.",
            "Put that version back under item_sets/.",
        )
    return cards_of(frame)


# -- reading only ----------------------------------------------------------------------------------


def _reading_desk(
    study: Study, paths: SortPaths, session: str, transcript: Transcript | None
) -> Desk:
    """A desk that changes nothing: the draft, else the journal of the submitted sort, else it."""
    revision = paths.latest_revision()
    reading = None
    journals = [paths.kept_journal(revision)] if revision else []
    if study.may_see_draft(paths.rater):
        journals.insert(0, paths.journal)
    for journal in journals:
        if files.exists(journal):
            reading = read_journal(journal, study.vault)
            draft = replay(reading, study.item_set, str(journal))
            break
    else:
        if not revision:
            raise StudyError(
                f"{paths.rater} has not begun to sort {session}.", "There is nothing to read yet."
            )
        cards = _cards_of(study, paths, revision)
        draft = new_draft(study.item_set).starting_from(cards)
    seed = reading.header.seed if reading and reading.header else None
    if draft.complete:  # a whole sort is read by its piles, wherever its rater stood
        draft = advance(draft, Look(), {"stage": "piles"})
    return Desk(
        draft,
        None,
        rater=paths.rater,
        info=study.session_info(session),
        order=card_order(study.item_set, seed),
        transcript=transcript,
        warnings=_warnings(reading, transcript),
    )


def _warnings(reading: Reading | None, transcript: Transcript | None) -> tuple[str, ...]:
    """What the rater should know on opening, in words."""
    if reading is None:
        return ()
    words = []
    if reading.torn:
        words.append(
            f"The last line of the draft was torn ({reading.torn} bytes) and is set aside; "
            "every move that was shown is there."
        )
    header = reading.header
    if header is None:
        return tuple(words)
    if header.mended:
        words.append(f"This draft was mended: {header.mended}")
    if header.transcript_hash != (transcript.hash if transcript else None):
        words.append(
            "The transcript has changed since this draft was begun; check your evidence: "
            "turn numbers may have moved."
        )
    return tuple(words)
