"""The sessions that a viewer sees on the home page, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass

from pqs_coder.errors import PqsError
from pqs_coder.model.draft import Draft
from pqs_coder.model.names import fold
from pqs_coder.store import files
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.study import Study

TO_DO, IN_HAND, DONE = "to do", "in hand", "done"


@dataclass(frozen=True, slots=True)
class Work:
    """One rater's work on one session."""

    rater: str
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as the home page lists it."""

    code: str
    title: str
    state: str
    works: tuple[Work, ...]


def work_of(study: Study, code: str, rater: str) -> Work:
    """How far a rater is with a session; who has only read in it is still to sort."""
    paths = study.paths(code, rater)
    if files.exists(paths.journal):
        try:
            draft = replay(read_journal(paths.journal), study.item_set, str(paths.journal))
        except PqsError as error:
            return Work(rater, IN_HAND, error.message)
        revision = paths.latest_revision()
        if draft.acts or revision:
            return Work(rater, IN_HAND, _said(draft) + (", a revision" if revision else ""))
        turn = draft.view.turn
        return Work(rater, TO_DO, f"read to turn {turn}" if turn > 1 else "opened, nothing laid")
    revision = paths.latest_revision()
    if revision:
        return Work(
            rater, DONE, "submitted" if revision == 1 else f"submitted, revision {revision}"
        )
    return Work(rater, TO_DO, "not begun")


def _said(draft: Draft) -> str:
    """The cards in piles; in the first pass, where there are none yet, those in heaps."""
    count, where = (draft.piled, "piles") if draft.piled else (draft.heaped, "heaps")
    return f"{count} of {len(draft.cards)} in {where}"


def session_rows(study: Study) -> list[SessionRow]:
    """The viewer's sessions: a rater's own (as assigned, else all), all of them for a lead."""
    assigned = study.assignments()
    rows = []
    for code in study.session_codes():
        info = study.session_info(code)
        asked = [rater for session, rater in assigned if fold(session) == fold(code)]
        if study.viewer.leads:
            names = list(dict.fromkeys([*asked, *study.raters_of(code)]))
        else:
            me = study.viewer.name or ""
            begun = any(fold(one) == fold(me) for one in study.raters_of(code))
            if assigned and not asked and not begun:
                continue
            names = [me]
        works = tuple(work_of(study, code, name) for name in names)
        rows.append(SessionRow(code, info.title, _state(works), works))
    return rows


def _state(works: tuple[Work, ...]) -> str:
    states = {work.state for work in works}
    if not works or states == {TO_DO}:
        return TO_DO
    return DONE if states == {DONE} else IN_HAND


def in_short(row: SessionRow) -> str:
    """How many raters are how far, for where there is no room to name them."""
    counts = dict.fromkeys((DONE, IN_HAND, TO_DO), 0)
    for work in row.works:
        counts[work.state] += 1
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count)
