"""The sessions that a viewer sees on the home page, and how far each is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pqs_coder.errors import PqsError
from pqs_coder.model.draft import Draft
from pqs_coder.model.names import fold
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.ratings import raters_of_forms, session_ratings
from pqs_coder.store.sort_names import JOURNAL, read_sort_name
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
    forms: str = ""


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
            begun = f"submitted; revision {revision + 1} begun" if revision else _said(draft)
            return Work(rater, IN_HAND, begun)
        turn = draft.view.turn
        return Work(rater, TO_DO, f"read to turn {turn}" if turn > 1 else "opened, nothing laid")
    return _submitted(rater, paths.latest_revision())


def _submitted(rater: str, revision: int) -> Work:
    """The work of somebody without a draft; revision 0: nothing is submitted."""
    if not revision:
        return Work(rater, TO_DO, "not begun")
    return Work(rater, DONE, "submitted" if revision == 1 else f"submitted, revision {revision}")


def _said(draft: Draft) -> str:
    """The cards in piles; in the first pass, where there are none yet, those in heaps."""
    count, where = (draft.piled, "piles") if draft.piled else (draft.heaped, "heaps")
    return f"{count} of {len(draft.cards)} in {where}"


def session_rows(study: Study) -> list[SessionRow]:
    """The viewer's sessions: a rater's own (as assigned, else all), all of them for a lead."""
    asked: dict[str, list[str]] = defaultdict(list)
    assigned = study.assignments()
    for session, rater in assigned:
        asked[fold(session)].append(rater)
    rows = []
    for code in study.session_codes():
        begun, names = _begun(study, code), asked[fold(code)]
        if study.viewer.leads:
            spelt = {fold(name): name for name in [*(one.rater for one in begun.values()), *names]}
            names = [spelt[key] for key in dict.fromkeys([*map(fold, names), *begun])]
        else:
            me = study.viewer.name or ""
            if assigned and not names and fold(me) not in begun:
                continue
            names = [me]
        works = tuple(_work(study, code, name, begun.get(fold(name))) for name in names)
        title = study.session_info(code).title
        rows.append(SessionRow(code, title, _state(works), works, forms_begun(study, code)))
    return rows


def forms_begun(study: Study, code: str) -> str:
    """The rating forms that the viewer has begun, with how far; for a lead how many raters have."""
    if study.viewer.leads:
        begun = raters_of_forms(study, code).items()
        return ", ".join(f"{form} by {len(names)}" for form, names in begun if names)
    return ", ".join(f"{form} {far}" for form, far in forms_progress(study, code).items())


def forms_progress(study: Study, code: str) -> dict[str, str]:
    """How far the viewer is with each form that is begun; for nobody by name how many raters are.

    A file that can't be read is told in its place: the other forms are not the worse for it.
    """
    me, found = study.viewer.name, dict[str, str]()
    for form, raters in raters_of_forms(study, code).items():
        if me is None and raters:
            found[form] = f"{plural(len(raters), 'rater')} begun"
        elif me is not None and fold(me) in map(fold, raters):
            try:
                own = next(
                    one for one in session_ratings(study, code, form) if fold(one.rater) == fold(me)
                )
                found[form] = f"{len(own.values)} of {len(own.form.items)}"
            except PqsError:
                found[form] = "can't be read"
    return found


@dataclass(slots=True)
class _Begun:
    """What lies there of one rater's first sort of a session."""

    rater: str
    drafted: bool = False
    revision: int = 0


def _begun(study: Study, code: str) -> dict[str, _Begun]:
    """What each rater has begun, by name without case; one look into the folder."""
    found: dict[str, _Begun] = {}
    for file in files.list_names(study.sessions_folder / code / "sorts"):
        name = read_sort_name(file)
        if name is None or not name.is_sort:
            continue
        one = found.setdefault(fold(name.rater), _Begun(name.rater))
        if not name.again:
            one.drafted |= name.what == JOURNAL
            one.revision = max(one.revision, name.revision)
    return found


def _work(study: Study, code: str, rater: str, begun: _Begun | None) -> Work:
    """How far a rater is with a session; a draft is read, the rest the names of files tell."""
    if begun is None:
        return Work(rater, TO_DO, "not begun")
    return work_of(study, code, rater) if begun.drafted else _submitted(rater, begun.revision)


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
