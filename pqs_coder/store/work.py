"""Who has done what: one `Work` for each session and rater, for status and home."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pqs_coder.errors import PqsError
from pqs_coder.model.names import fold
from pqs_coder.store import files
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.sort_names import JOURNAL, SUBMITTED, SortName, read_sort_name
from pqs_coder.store.study import SortPaths, Study

OPEN, ASSIGNED, DRAFT, SUBMITTED_STATE = "open", "assigned", "draft", "submitted"


@dataclass(frozen=True, slots=True)
class Work:
    """One rater's work on one session; ``rater`` is None where a session has nobody yet.

    ``state`` is open, assigned, draft or submitted; ``placed`` counts cards in a heap or a pile,
    ``piled`` those in a pile, ``items`` those of the item set; ``moves`` placements that stand;
    ``minutes`` active minutes. ``revising`` tells that a revision of a submitted sort is begun.
    ``problem`` says in words why a file could not be read; its counts are 0 then.
    """

    session: str
    rater: str | None
    state: str
    items: int
    placed: int = 0
    piled: int = 0
    moves: int = 0
    minutes: float = 0.0
    submitted_at: datetime | None = None
    revising: bool = False
    problem: str = ""


def list_work(study: Study, *, occasion: int = 1) -> list[Work]:
    """All work that the viewer may see: sessions in the viewer's order, raters by name.

    A rater's view holds every session: own work, or a row with no rater where there is none.
    """
    assigned: dict[str, list[str]] = defaultdict(list)
    for session, rater in study.assignments():
        assigned[session].append(rater)
    work = []
    for code in study.session_codes():
        work += _session_work(study, code, assigned.get(code, []), occasion)
    return work


def _session_work(study: Study, code: str, assigned: list[str], occasion: int) -> list[Work]:
    names: dict[str, list[SortName]] = defaultdict(list)
    spelt: dict[str, str] = {}
    for path in files.list_folder(study.sessions_folder / code / "sorts"):
        name = read_sort_name(path)
        if name is None or name.reserved or name.occasion != occasion:
            continue
        if name.what in (JOURNAL, SUBMITTED) and study.may_see(code, name.rater):
            names[fold(name.rater)].append(name)
            spelt.setdefault(fold(name.rater), name.rater)
    for rater in assigned if occasion == 1 else []:
        spelt.setdefault(fold(rater), study.spelling_of(rater))
    items = len(study.item_set.items)
    if not spelt:
        return [Work(code, None, OPEN, items)] if occasion == 1 else []
    return [_rater_work(study, code, spelt[key], names.get(key, [])) for key in sorted(spelt)]


def _rater_work(study: Study, code: str, rater: str, names: list[SortName]) -> Work:
    items = len(study.item_set.items)
    if not names:
        return Work(code, rater, ASSIGNED, items)
    paths = SortPaths(study.sessions_folder / code / "sorts", rater, names[0].again)
    revision = max(name.revision for name in names)
    drafting = any(name.what == JOURNAL for name in names)
    state = SUBMITTED_STATE if revision else DRAFT
    try:
        if revision:
            return _submitted(paths, code, revision, drafting)
        return _draft(study, paths, code)
    except PqsError as error:
        return Work(
            code, rater, state, items, revising=bool(revision) and drafting, problem=error.message
        )


def _draft(study: Study, paths: SortPaths, code: str) -> Work:
    draft = replay(read_journal(paths.journal), study.item_set, str(paths.journal))
    return Work(
        session=code,
        rater=paths.rater,
        state=DRAFT,
        items=len(draft.cards),
        placed=draft.placed,
        piled=draft.piled,
        moves=sum(card.moves for card in draft.cards.values()),
        minutes=sum(draft.seconds.values()) / 60,
    )


def _submitted(paths: SortPaths, code: str, revision: int, drafting: bool) -> Work:
    from pqs_coder.store.sorts import read_submitted

    frame = read_submitted(paths.submitted(revision))
    return Work(
        session=code,
        rater=paths.rater,
        state=SUBMITTED_STATE,
        items=frame.height,
        placed=frame.height,
        piled=int(frame["pile"].is_not_null().sum()),
        moves=int(frame["moves"].sum()),
        minutes=float(frame["seconds"].sum() or 0.0) / 60,
        submitted_at=frame["submitted_at"][0],
        revising=drafting,
    )
