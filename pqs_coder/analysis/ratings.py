"""Scores of rating forms as a table, and how far raters agree on the scales."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import polars as pl

from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import StatisticsError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.scoring import key_lines, score, turned
from pqs_coder.stats.intraclass import icc
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
    **dict.fromkeys(("n_sessions", "n_raters", "n_ratings"), pl.Int64),
    **dict.fromkeys(("icc1", "icc1_low", "icc1_high", "icc1k"), pl.Float64),
    **dict.fromkeys(("icc2", "icc2_low", "icc2_high", "icc2k", "alpha"), pl.Float64),
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
    """One row a form and scale: ICC of the totals over sessions, and Cronbach's alpha.

    ``icc1`` is one-way, as it has to be where raters rotate; ``icc2`` (two-way, agreement) is
    there only where the same raters rated every one of these sessions. Both use sessions with two
    or more whole ratings: ``n_sessions`` is how many, by ``n_raters`` raters. Alpha takes the items
    as parts and all ``n_ratings`` whole ratings as cases. What can't be computed is null.
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
    row: dict[str, Any] = {"n_ratings": len(whole)}
    row |= _over_sessions(whole, cases.sum(axis=1)) if whole else {"n_sessions": 0, "n_raters": 0}
    if len(whole) > 2 and len(items) > 1:
        row["alpha"] = float(cronbach_alpha(cases.T, degenerate="nan"))
    return row


def _over_sessions(whole: list[Ratings], totals: np.ndarray) -> dict[str, Any]:
    """The ICCs of totals, one of each rating, over the sessions that have two or more."""
    by_session: dict[str, dict[str, float]] = {}
    for one, total in zip(whole, totals.tolist(), strict=True):
        by_session.setdefault(one.session, {})[one.rater] = total
    shared = [given for given in by_session.values() if len(given) > 1]
    raters = sorted({rater for given in shared for rater in given})
    row: dict[str, Any] = {"n_sessions": len(shared), "n_raters": len(raters)}
    if len(shared) < 2:
        return row
    codes = [number for number, given in enumerate(shared) for _ in given]
    pooled = np.array([total for given in shared for total in given.values()])
    with contextlib.suppress(StatisticsError):
        found = item_icc(pooled[:, None], codes, degenerate="nan")
        row |= {"icc1": float(found.icc1.value[0]), "icc1k": float(found.icc1k.value[0])}
        row |= {"icc1_low": float(found.icc1.low[0]), "icc1_high": float(found.icc1.high[0])}
    if all(len(given) == len(raters) for given in shared):
        crossed = np.array([[given[rater] for given in shared] for rater in raters])
        with contextlib.suppress(StatisticsError):
            same = icc(crossed, degenerate="nan")
            row |= {"icc2": float(same.icc2.value), "icc2k": float(same.icc2k.value)}
            row |= {"icc2_low": float(same.icc2.low), "icc2_high": float(same.icc2.high)}
    return row
