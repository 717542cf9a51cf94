"""Raters against each other over all the sessions that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.agreement import agreement_of, agreement_table
from pqs_coder.analysis.agreement_across import over_sessions
from pqs_coder.analysis.agreement_sessions import ROUNDING
from pqs_coder.analysis.context import Context, natural
from pqs_coder.analysis.result import NO_PAIRS, Result, build_frame

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

MATRIX_SCHEMA: dict[str, Any] = {
    "rater_a": pl.String,
    "rater_b": pl.String,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("r", "r_low", "r_high", "r_min", "r_max"), pl.Float64),
    "n_under": pl.Int64,
}


def matrix_of(study: Study) -> Result:
    """Every pair of raters of a study, see `matrix_from_pairs`."""
    pairs = agreement_of(study, "pair")
    return _of_pairs(pairs, study.settings.threshold)


def matrix_table(frame: pl.DataFrame, context: Context | None = None) -> Result:
    """The same of a tidy table."""
    about = context or Context()
    pairs = agreement_table(frame, "pair", about)
    return _of_pairs(pairs, about.settings.threshold)


def _of_pairs(pairs: Result, threshold: float) -> Result:
    matrix = matrix_from_pairs(pairs.frame, threshold)
    return Result(matrix, pairs.notes if matrix.height else (NO_PAIRS, *pairs.notes))


def matrix_from_pairs(pairs: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """A row a pair of raters who share sessions, from the table of agreement by pair.

    ``r`` is the plain mean over the sessions, its limits by t over the sessions;
    ``n_under`` counts sessions with r under the threshold.
    """
    names = natural({*pairs["rater_a"], *pairs["rater_b"]})
    place = {name: n for n, name in enumerate(names)}
    values: dict[tuple[str, str], list[float]] = {}
    for one, other, r in pairs.select("rater_a", "rater_b", "r").drop_nulls().iter_rows():
        key = (one, other) if place[one] <= place[other] else (other, one)
        values.setdefault(key, []).append(r)
    keys = sorted(values, key=lambda key: (place[key[0]], place[key[1]]))
    arrays = [np.array(values[key]) for key in keys]
    limits = [over_sessions(r) for r in arrays]
    columns: dict[str, Any] = {
        "rater_a": [one for one, _ in keys],
        "rater_b": [other for _, other in keys],
        "n_sessions": [len(r) for r in arrays],
        "r": [float(r.mean()) for r in arrays],
        "r_low": [low for low, _ in limits],
        "r_high": [high for _, high in limits],
        "r_min": [float(r.min()) for r in arrays],
        "r_max": [float(r.max()) for r in arrays],
        "n_under": [int((r < threshold - ROUNDING).sum()) for r in arrays],
    }
    return build_frame(columns, MATRIX_SCHEMA)


def matrix_grid(matrix: pl.DataFrame) -> tuple[list[str], list[list[float | None]]]:
    """Names and a square of mean r, None on the diagonal and where two share no session."""
    names = natural({*matrix["rater_a"], *matrix["rater_b"]})
    place = {name: n for n, name in enumerate(names)}
    grid: list[list[float | None]] = [[None] * len(names) for _ in names]
    for one, other, r in matrix.select("rater_a", "rater_b", "r").iter_rows():
        grid[place[one]][place[other]] = grid[place[other]][place[one]] = r
    return names, grid
