"""Who has done what: one `Work` for each session and rater, for status and home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pqs_coder.errors import PqsError
from pqs_coder.model.names import fold
from pqs_coder.store import files
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.sort_names import JOURNAL, SUBMITTED, SortName, read_sort_name
from pqs_coder.store.study import SortPaths, Study

OPEN, ASSIGNED, DRAFT, DONE = "open", "assigned", "draft", "submitted"


@dataclass(frozen=True, slots=True)
class Work:
    """One rater's work on one session; ``rater`` is None where a session has nobody yet.

    ``state`` is open, assigned, draft or submitted; a draft begins with its first move, so whoever
    has only read in a session counts as before. ``placed`` counts cards in a heap or a pile,
    ``piled`` those in a pile, ``items`` those of the item set; ``moves`` placements that stand;
    ``minutes`` active minutes, None where none were taken. ``revision`` is that of the submitted
    sort, 0 where there is none; ``revising`` tells that a further revision is begun. ``problem``
    says in words why a file could not be read; its counts are 0 then.
    """

    session: str
    rater: str | None
    state: str
    items: int
    placed: int = 0
    piled: int = 0
    moves: int = 0
    minutes: float | None = 0.0
    submitted_at: datetime | None = None
    revision: int = 0
    revising: bool = False
    problem: str = ""


def total_minutes(work: Iterable[Work]) -> float | None:
    """Active minutes of all; None where every one of them came without times."""
    found = [one.minutes for one in work]
    known = [minutes for minutes in found if minutes is not None]
    return sum(known) if known or not found else None


def list_work(study: Study, *, occasion: int = 1) -> list[Work]:
    """All work that the viewer may see: sessions in the viewer's order, raters by name.

    A rater's view holds every session: own work, or a row with no rater where there is none.
    """
    assigned: dict[str, list[str]] = defaultdict(list)
    for session, rater in study.assignments():
        assigned[session].append(rater)
    work: list[Work] = []
    for code in study.session_codes():
        work += _session_work(study, code, assigned.get(code, []), occasion)
    return _with_submitted(study, work, occasion)


def _session_work(study: Study, code: str, assigned: list[str], occasion: int) -> list[Work]:
    names: dict[str, list[SortName]] = defaultdict(list)
    spelt: dict[str, str] = {}
    for file in files.list_names(study.sessions_folder / code / "sorts"):
        name = read_sort_name(file)
        if name is None or name.reserved or name.occasion != occasion:
            continue
        visible = study.may_see_draft(name.rater) or (
            name.what == SUBMITTED and study.may_see(code, name.rater)
        )
        if name.is_sort and visible:
            names[fold(name.rater)].append(name)
            spelt.setdefault(fold(name.rater), name.rater)
    for rater in assigned if occasion == 1 else []:
        spelt.setdefault(fold(rater), study.spelling_of(rater))
    asked = {fold(rater) for rater in assigned} if occasion == 1 else set()
    rows = [_rater_work(study, code, spelt[key], names.get(key, [])) for key in sorted(spelt)]
    work = [one for one in rows if one.state != ASSIGNED or fold(str(one.rater)) in asked]
    if not work and occasion == 1:
        return [Work(code, None, OPEN, len(study.item_set.items))]
    return work


def _rater_work(study: Study, code: str, rater: str, names: list[SortName]) -> Work:
    """The row, without the counts of a submitted sort."""
    items = len(study.item_set.items)
    if not names:
        return Work(code, rater, ASSIGNED, items)
    revision = max(name.revision for name in names)
    if revision:
        drafting = any(name.what == JOURNAL for name in names)
        return Work(code, rater, DONE, items, revision=revision, revising=drafting)
    paths = SortPaths(study.sessions_folder / code / "sorts", rater, names[0].again)
    try:
        return _draft(study, paths, code)
    except PqsError as error:
        return Work(code, rater, DRAFT, items, problem=error.message)


def _draft(study: Study, paths: SortPaths, code: str) -> Work:
    draft = replay(read_journal(paths.journal), study.item_set, str(paths.journal))
    return Work(
        session=code,
        rater=paths.rater,
        state=DRAFT if draft.acts else ASSIGNED,
        items=len(draft.cards),
        placed=draft.placed,
        piled=draft.piled,
        moves=sum(card.moves for card in draft.cards.values()),
        minutes=sum(draft.seconds.values()) / 60,
    )


def _with_submitted(study: Study, work: list[Work], occasion: int) -> list[Work]:
    """The same with the counts of all submitted sorts, read in one go."""
    done = [one for one in work if one.state == DONE]
    if not done:
        return work
    from pqs_coder.store.summaries import summarise

    summaries = summarise(
        study, [(one.session, str(one.rater), one.revision) for one in done], occasion
    )
    return [
        replace(one, **summaries[one.session, one.rater])
        if one.state == DONE and one.rater
        else one
        for one in work
    ]
