"""Scores of rating forms as a table, and how far raters agree on the scales."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import StatisticsError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.scoring import key_lines, score, turned
from pqs_coder.stats.item_agreement import item_icc
from pqs_coder.stats.reliability import cronbach_alpha
from pqs_coder.store.ratings import Ratings, all_ratings
from pqs_coder.store.study import Study

SCORE_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("session", "rater", "form", "form_hash", "scale"), pl.String),
    **dict.fromkeys(("items", "rated", "total"), pl.Int64),
    "mean": pl.Float64,
}
RATING_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("session", "rater", "form", "form_hash"), pl.String),
    **dict.fromkeys(("item", "value"), pl.Int64),
    **dict.fromkeys(("note", "evidence", "at"), pl.String),
}
AGREEMENT_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("form", "form_hash", "scale"), pl.String),
    **dict.fromkeys(("n_sessions", "n_ratings"), pl.Int64),
    **dict.fromkeys(("icc1", "icc1_low", "icc1_high", "icc1k", "alpha"), pl.Float64),
}


def score_table(study: Study, form_id: str | None = None) -> Result:
    """One row a session, rater, form and scale, as far as the viewer may see ratings.

    ``total`` is null where an item is missing, ``mean`` is that of the items that were rated. A
    form without a key has no rows and a note.
    """
    columns: dict[str, list[Any]] = {name: [] for name in SCORE_SCHEMA}
    notes: dict[str, None] = {}
    for one in all_ratings(study, form_id):
        if not one.form.has_key:
            notes.update(dict.fromkeys(f"{one.form.id}: {line}" for line in key_lines(one.form)))
            continue
        for part in score(one.form, one.values):
            row = (one.session, one.rater, one.form.id, one.form.hash, part.scale)
            numbers = (part.items, part.rated, part.total, part.mean)
            for name, value in zip(SCORE_SCHEMA, row + numbers, strict=True):
                columns[name].append(value)
    return Result(build_frame(columns, SCORE_SCHEMA), tuple(notes))


def rating_table(study: Study, form_id: str | None = None) -> Result:
    """One row a session, rater, form and item of the form, as far as the viewer may see ratings.

    ``value`` is as it was given, nothing turned, and null where the item is missing; ``note``,
    ``evidence`` (marks joined by blanks) and ``at`` (UTC, of the last act) are null where nothing
    was said.
    """
    columns: dict[str, list[Any]] = {name: [] for name in RATING_SCHEMA}
    for one in all_ratings(study, form_id):
        for item in one.form.numbers:
            said = one.rating(item)
            row: tuple[Any, ...] = (one.session, one.rater, one.form.id, one.form.hash, item)
            row += (said.value, said.note or None, " ".join(said.evidence) or None, said.at or None)
            for name, value in zip(RATING_SCHEMA, row, strict=True):
                columns[name].append(value)
    return Result(build_frame(columns, RATING_SCHEMA))


def scale_agreement_table(study: Study, form_id: str | None = None) -> Result:
    """One row a form and scale: one-way ICC of the totals over sessions, and Cronbach's alpha.

    The ICC is one-way because raters rotate; it uses sessions with two or more whole ratings
    (``n_sessions`` is how many). Alpha takes the items as parts and all ``n_ratings`` whole ratings
    as cases. Both are null where they can't be computed.
    """
    forms: dict[str, list[Ratings]] = {}
    for one in all_ratings(study, form_id):
        forms.setdefault(one.form.id, []).append(one)
    columns: dict[str, list[Any]] = {name: [] for name in AGREEMENT_SCHEMA}
    notes = []
    for ratings in forms.values():
        form = ratings[0].form
        if not form.has_key:
            notes += [f"{form.id}: {line}" for line in key_lines(form)]
        for scale in form.scales if form.has_key else ():
            row = {"form": form.id, "form_hash": form.hash, "scale": scale.name}
            row |= _agreement(form, scale.items, ratings)
            for name in AGREEMENT_SCHEMA:
                columns[name].append(row.get(name))
    return Result(build_frame(columns, AGREEMENT_SCHEMA), tuple(notes))


def _agreement(form: ItemSet, items: tuple[int, ...], ratings: list[Ratings]) -> dict[str, Any]:
    whole = [one for one in ratings if all(item in one.values for item in items)]
    cases = np.array(
        [[turned(form, item, one.values[item]) for item in items] for one in whole], dtype=float
    )
    sessions = [one.session for one in whole]
    shared = sum(1 for code in set(sessions) if sessions.count(code) > 1)
    row: dict[str, Any] = {"n_sessions": shared, "n_ratings": len(whole)}
    if shared > 1:
        try:
            found = item_icc(cases.sum(axis=1)[:, None], sessions, degenerate="nan")
            row |= {"icc1": float(found.icc1.value[0]), "icc1k": float(found.icc1k.value[0])}
            row |= {"icc1_low": float(found.icc1.low[0]), "icc1_high": float(found.icc1.high[0])}
        except StatisticsError:
            pass
    if len(whole) > 2 and len(items) > 1:
        row["alpha"] = float(cronbach_alpha(cases.T, degenerate="nan"))
    return row
