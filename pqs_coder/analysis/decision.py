"""How many raters does the study need? Variance components and the decision study, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import NEEDED, group_sessions, rated, sort_matrix
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import StatisticsError
from pqs_coder.model.words import plural
from pqs_coder.stats import decision_study, variance_components
from pqs_coder.stats.generalizability import VarianceComponents

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
COMPONENT_SCHEMA: dict[str, Any] = {
    "component": pl.String,
    "variance": _R,
    "share": _R,
}
DECISION_SCHEMA: dict[str, Any] = {
    "n_raters": pl.Int64,
    **dict.fromkeys(("profile", "profile_low", "profile_high"), _R),
    **dict.fromkeys(("distinctive", "distinctive_low", "distinctive_high"), _R),
}
MOST_REML = 600
"""Sorts up to which REML is used: its work grows with their cube. Beyond, Henderson's method."""

METHODS = {"reml": "restricted maximum likelihood", "henderson": "Henderson's method 1"}
WANTED = 0.80
FEWEST_TRIED = 12
"""Sessions from which the limits of the coefficients were found right, see docs/methods.md."""

MEANING = {
    "item": "what all sessions share: the picture of a session",
    "item x session": "what is a session's own: what a comparison of sessions lives on",
    "item x rater": "lasting leanings of the raters",
    "residual": "everything else: error",
}


def components_of(study: Study) -> Result:
    """Variance components of the sorts of a study, see `components_table`."""
    from pqs_coder.store.reading import read_sorts

    return components_table(read_sorts(study, columns=NEEDED))


def decision_of(study: Study, raters: Sequence[int] = (1, 2, 3, 4, 5)) -> Result:
    """What so many raters a session would be worth in a study, see `decision_table`."""
    from pqs_coder.store.reading import read_sorts

    return decision_table(read_sorts(study, columns=NEEDED), raters)


def components_table(frame: pl.DataFrame) -> Result:
    """A row a component: variance in squared pile values, and its share of their sum.

    Session, rater and their interaction have no variance in forced sorts, by construction. An
    item x rater that can't be told from the residual (raters who don't recur) is null.
    """
    try:
        found = _components(frame)
    except StatisticsError as error:
        return Result(pl.DataFrame(schema=COMPONENT_SCHEMA), (f"{error.message}. {error.cure}",))
    values = np.array([found.item, found.item_session, found.item_rater, found.residual])
    columns = {
        "component": list(MEANING),
        "variance": values,
        "share": values / np.nansum(values),
    }
    notes = [f"{name}: {meaning}." for name, meaning in MEANING.items()]
    notes.append(
        f"By {METHODS[found.method]}: {plural(found.n_sorts, 'sort')} of "
        f"{plural(found.n_sessions, 'session')} by {plural(found.n_raters, 'rater')}."
    )
    return Result(build_frame(columns, COMPONENT_SCHEMA), tuple(notes))


def decision_table(frame: pl.DataFrame, raters: Sequence[int] = (1, 2, 3, 4, 5)) -> Result:
    """Two coefficients for each number of raters a session, and what they mean in words."""
    try:
        components = _components(frame)
        found = decision_study(components, list(raters))
        enough = decision_study(components, list(range(1, 101)))
    except StatisticsError as error:
        return Result(pl.DataFrame(schema=DECISION_SCHEMA), (f"{error.message}. {error.cure}",))
    columns = {"n_raters": list(raters)}
    for name in DECISION_SCHEMA:
        if name != "n_raters":
            columns[name] = np.atleast_1d(getattr(found, name)).tolist()
    notes = [
        "profile: does the composite order the items of a session well? "
        + _needed("It", enough.profile),
        "distinctive: does it order the sessions on an item well? A comparison of sessions needs "
        "this one. " + _needed("It", enough.distinctive),
    ]
    if np.isfinite(columns["profile_low"]).any():
        notes += _limits_in_words(components)
    elif components.method == "henderson":
        notes.append("No limits: Henderson's method gives none.")
    return Result(build_frame(columns, DECISION_SCHEMA), tuple(notes))


def _limits_in_words(components: VarianceComponents) -> list[str]:
    """What the limits are good for, and where they aren't known to be."""
    people, sessions = components.n_raters, components.n_sessions
    words = [
        f"The limits take the items for a sample, and speak of raters like these {people} and of "
        f"sessions like these {sessions}."
    ]
    if sessions < FEWEST_TRIED:
        words.append(
            f"Don't rely on them: they were found right from {FEWEST_TRIED} sessions on, and these "
            f"are {sessions}."
        )
    return words


def _components(frame: pl.DataFrame) -> VarianceComponents:
    parts = group_sessions(rated(sort_matrix(frame))).complete()
    if not parts:
        raise StatisticsError("No sorts to compare", "Submit two sorts of some sessions first.")
    sorts = parts[0]
    session, rater = (sorts.column(name).astype(str) for name in ("session", "rater"))
    few = len(sorts) <= MOST_REML
    return variance_components(sorts.piles, session, rater, method="reml" if few else "henderson")


def _needed(what: str, values: Any) -> str:
    reached = np.flatnonzero(np.asarray(values) >= WANTED)
    if not len(reached):
        return f"{what} stays under {WANTED:.2f} with any number of raters up to 100."
    number = int(reached[0]) + 1
    return f"{what} reaches {WANTED:.2f} with {plural(number, 'rater')} a session."
