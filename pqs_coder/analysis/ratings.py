"""Scores of rating forms as a table."""

from __future__ import annotations

from typing import Any

import polars as pl

from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.model.scoring import key_lines, score
from pqs_coder.store.ratings import all_ratings
from pqs_coder.store.study import Study

SCORE_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("session", "rater", "form", "form_hash", "scale"), pl.String),
    **dict.fromkeys(("items", "rated", "total"), pl.Int64),
    "mean": pl.Float64,
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
