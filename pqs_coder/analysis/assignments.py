"""A plan of who rates what for a study, as a table to be looked at before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.assigning import Plan, balance
from pqs_coder.analysis.context import study_context
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import UsageError
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

ASSIGN_SCHEMA: dict[str, Any] = {"session": pl.String, "rater": pl.String, "order": pl.Int64}


def assign_of(
    study: Study,
    *,
    raters: Sequence[str] = (),
    per_session: int | None = None,
    share: float = 1.0,
    seed: int = 1,
) -> Result:
    """What a balanced plan would add to a study; nothing is written.

    ``raters`` are those named, else all of the roster with the role rater; ``per_session`` is the
    study's number unless given. Work that is assigned or begun already is kept and counted.
    Raises `UsageError` for a viewer who is no lead and where there are too few raters.
    """
    from pqs_coder.store.work import list_work

    if not study.viewer.leads:
        raise UsageError("Work is assigned by leads.", "Ask the lead of the study.")
    context = study_context(study)
    names = [study.spelling_of(name) for name in raters] or context.people()
    if not names:
        raise UsageError("The roster has no raters.", "Add people with pqs raters add NAME.")
    plan = balance(
        context.sessions,
        names,
        per_session=per_session or study.settings.raters_per_session,
        share=share,
        seed=seed,
        cases=context.cases,
        existing=[(one.session, one.rater) for one in list_work(study) if one.rater is not None],
    )
    shown = plan_table(plan)
    return Result(shown.frame, (*strangers(study, names), *shown.notes))


def strangers(study: Study, names: Sequence[str]) -> list[str]:
    """What to say of people who get work and are not in the roster, where there is one.

    `UsageError` where the roster is closed.
    """
    people = study.settings.raters
    unknown = [name for name in names if study.settings.rater(name) is None]
    if not unknown or not (people or study.settings.roster == "closed"):
        return []
    roster = f"In the roster: {', '.join(one.name for one in people) or 'nobody'}."
    if study.settings.roster == "closed":
        raise UsageError(
            f"Not in the roster of this study: {', '.join(unknown)}.",
            f"{roster} Add people with pqs raters add NAME.",
        )
    return [f"Not in the roster: {', '.join(unknown)}. Spelt right? {roster}"]


def plan_table(plan: Plan) -> Result:
    """A plan as session, rater, order (each rater's order of work), with its balance in words."""
    order: dict[str, int] = {}
    places = []
    for _, rater in plan.rows:
        order[rater] = order.get(rater, 0) + 1
        places.append(order[rater])
    columns = {
        "session": [session for session, _ in plan.rows],
        "rater": [rater for _, rater in plan.rows],
        "order": places,
    }
    return Result(build_frame(columns, ASSIGN_SCHEMA), tuple(_in_words(plan)))


def _in_words(plan: Plan) -> list[str]:
    if not plan.rows:
        return ["Nothing to add: every session has its raters."]
    loads = ", ".join(f"{name} {number}" for name, number in plan.loads.items())
    words = [f"Sessions of each rater, with what was assigned before: {loads}."]
    shared = sorted(plan.pairs.values())
    if shared:
        least, most = shared[0], shared[-1]
        spread = plural(most, "session") if least == most else f"{least} to {most} sessions"
        words.append(f"Each pair of raters shares {spread}.")
    if plan.in_a_row:
        words.append(
            f"{plural(plan.in_a_row, 'time')} a rater meets one case twice in a row: it can't be "
            "helped."
        )
    return words
