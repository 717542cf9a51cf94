"""Progress: who has done what, and how much each person has done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.context import natural_key
from pqs_coder.analysis.result import build_frame
from pqs_coder.model.names import fold
from pqs_coder.model.words import listed, plural
from pqs_coder.store.work import Work, list_work, total_minutes

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_WHEN = pl.Datetime("us", "UTC")
STATUS_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "rater": pl.String,
    "state": pl.String,
    "placed": pl.Int64,
    "piled": pl.Int64,
    "items": pl.Int64,
    "moves": pl.Int64,
    "minutes": pl.Float64,
    "submitted_at": _WHEN,
}
RATERS_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "role": pl.String,
    "title": pl.String,
    "logins": pl.String,
    "assigned": pl.Int64,
    "drafts": pl.Int64,
    "submitted": pl.Int64,
    "minutes": pl.Float64,
}


def status(study: Study) -> pl.DataFrame:
    """A row for each session and rater that the viewer may see.

    States are open, assigned, draft and submitted; a session without raters has one row, rater
    null. Leads get sessions by name, a rater gets them in the order shuffled for that rater.
    """
    work = list_work(study)
    if study.viewer.leads:
        work.sort(key=lambda one: natural_key(one.session))
    return status_table(work)


def status_table(work: Iterable[Work]) -> pl.DataFrame:
    """Work as a table, in the order given; moves are null where a sort came from a file."""
    rows = list(work)
    columns = {name: [getattr(one, name) for one in rows] for name in STATUS_SCHEMA}
    columns["moves"] = [None if _imported(one) else one.moves for one in rows]
    return build_frame(columns, STATUS_SCHEMA)


def _imported(one: Work) -> bool:
    """Whether a submitted sort was never moved here: it came from a file."""
    return one.state == "submitted" and one.minutes is None and not one.moves and not one.problem


def imported_sorts(table: pl.DataFrame) -> tuple[str, ...]:
    """The note on sorts that came from a file, if `status_table` has any."""
    number = table.filter(pl.col("state") == "submitted", pl.col("moves").is_null()).height
    if not number:
        return ()
    return (
        f"Taken in from a file: {plural(number, 'sort')}. Their minutes and moves are not known, "
        "and submitted_at says when they were taken in.",
    )


def unreadable(work: Sequence[Work]) -> tuple[str, ...]:
    """The note on files that could not be read, if there are any."""
    bad = [one for one in work if one.problem]
    if not bad:
        return ()
    named = listed([f"{one.session} by {one.rater}" for one in bad])
    return (f"{plural(len(bad), 'file')} could not be read ({named}): run pqs verify.",)


def raters_table(study: Study) -> pl.DataFrame:
    """Everybody of the roster and everybody with work, with how much each has done.

    A viewer who is no lead gets the own row only.
    """
    done: dict[str, list[Work]] = {}
    spelt = {fold(one.name): one.name for one in study.settings.raters}
    for work in list_work(study):
        if work.rater is not None:
            done.setdefault(fold(work.rater), []).append(work)
            spelt.setdefault(fold(work.rater), work.rater)
    if not study.viewer.leads:
        own = fold(study.viewer.name or "")
        spelt = {key: name for key, name in spelt.items() if key == own}
    rows = [
        _rater_row(study, name, done.get(key, []))
        for key, name in sorted(spelt.items(), key=lambda pair: natural_key(pair[1]))
    ]
    return build_frame({name: [row[name] for row in rows] for name in RATERS_SCHEMA}, RATERS_SCHEMA)


def _rater_row(study: Study, name: str, work: Sequence[Work]) -> dict[str, Any]:
    person = study.settings.rater(name)
    return {
        "rater": name,
        "role": person.role if person else "rater",
        "title": (person.title if person else "") or None,
        "logins": ",".join(person.logins if person else ()) or None,
        "assigned": sum(one.state == "assigned" for one in work),
        "drafts": sum(one.state == "draft" for one in work),
        "submitted": sum(one.state == "submitted" for one in work),
        "minutes": total_minutes(work),
    }
