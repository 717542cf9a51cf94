"""Adherence beside what is needed to read it: other cases, the shared picture, groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.adherence import OVERLAP, prototype_r
from pqs_coder.analysis.arrays import FloatArray
from pqs_coder.analysis.composites import Profiles, study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural
from pqs_coder.analysis.provenance import provenance
from pqs_coder.analysis.result import Result, build_frame, stack_frames
from pqs_coder.analysis.subsets import over_subset
from pqs_coder.errors import StatisticsError, TooFewSessionsError
from pqs_coder.model.prototype import Prototype
from pqs_coder.stats import average_r, fisher_interval, leave_out_means, mean_z

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
DETAIL_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "case": pl.String,
    "number": _R,
    "n_raters": pl.Int64,
    "reliability": _R,
    "prototype": pl.String,
    **dict.fromkeys(("r", "r_low", "r_high", "others_mean_r", "distinctive_r"), _R),
    "n_items": pl.Int64,
    "prototype_hash": pl.String,
}
GROUP_SCHEMA: dict[str, Any] = {
    "group": pl.String,
    "prototype": pl.String,
    "n_cases": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("r", "r_low", "r_high"), _R),
    "prototype_hash": pl.String,
}


def adherence_detail_of(
    study: Study, *, subset: str | None = None, least_raters: int = 1
) -> Result:
    """Adherence of a study with what it is read beside, see `adherence_detail`; for leads."""
    from pqs_coder.store.prototypes import load_prototypes

    context = lead_context(study)
    prototypes, words = over_subset(study, load_prototypes(study), subset)
    result = adherence_detail(study_profiles(study, least_raters), prototypes, context)
    return result.with_notes(*words, *provenance(prototypes))


def adherence_detail(
    found: Profiles, prototypes: Sequence[Prototype], context: Context | None = None
) -> Result:
    """A row a session and prototype, by case and number.

    ``others_mean_r`` is the mean adherence of the sessions of the other cases (over z);
    ``distinctive_r`` the correlation of what is the session's own: its composite less the mean
    profile of the other sessions (of the other cases where there are three cases or more). Under
    ten sessions it is null.
    """
    about = context or Context()
    cases = np.array(about.case_of(found.sessions), dtype=str)
    own, notes = _own_part(found, cases)
    frames = [_detail_rows(found, one, about, cases, own) for one in prototypes]
    table = stack_frames(frames, DETAIL_SCHEMA)
    words = [*found.notes(), *notes, OVERLAP] if table.height else found.notes()
    order = {case: n for n, case in enumerate(natural(set(about.cases.values())))}
    place = pl.col("case").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return Result(table.sort("prototype", place, "number", maintain_order=True), tuple(words))


def _own_part(found: Profiles, cases: Any) -> tuple[FloatArray, list[str]]:
    """Composites less the mean profile of the others ``(sessions, items)``; nan where refused."""
    own = np.full(found.mean.shape, np.nan)
    whole = np.isfinite(found.mean)
    items = whole.any(axis=0)
    rows = np.flatnonzero(whole[:, items].all(axis=1))
    values = found.mean[np.ix_(rows, np.flatnonzero(items))]
    try:
        if not len(rows):
            raise TooFewSessionsError("no whole profiles")
        shared = leave_out_means(values, found.sessions[rows].astype(str), cases[rows])
    except TooFewSessionsError:
        return own, ["No distinctive r: it needs ten sessions."]
    own[np.ix_(rows, np.flatnonzero(items))] = values - shared
    return own, []


def _detail_rows(
    found: Profiles, one: Prototype, context: Context, cases: Any, own: FloatArray
) -> pl.DataFrame:
    r, n = prototype_r(found.mean, found.items, one)
    distinctive, _ = prototype_r(own, found.items, one)
    limits = fisher_interval(r, np.maximum(n, 4))
    columns = {
        "session": found.sessions,
        "case": [context.cases.get(code) for code in found.sessions],
        "number": [context.numbers.get(code) for code in found.sessions],
        "n_raters": found.n_raters,
        "reliability": found.reliability,
        "prototype": [one.id] * len(r),
        "r": r,
        "r_low": limits.low,
        "r_high": limits.high,
        "others_mean_r": _of_other_cases(r, cases),
        "distinctive_r": distinctive,
        "n_items": n,
        "prototype_hash": [one.hash] * len(r),
    }
    return build_frame(columns, DETAIL_SCHEMA)


def _of_other_cases(r: FloatArray, cases: Any) -> FloatArray:
    """Mean r (over z) of the sessions of all other cases, for each session."""
    by_case = {
        case: float(average_r(r[cases != case])) if np.isfinite(r[cases != case]).any() else np.nan
        for case in np.unique(cases)
    }
    return np.array([by_case[case] for case in cases])


def adherence_groups_of(
    study: Study, column: str, *, subset: str | None = None, least_raters: int = 1
) -> Result:
    """Mean adherence of the groups of a study (a column of facts.csv); for leads."""
    from pqs_coder.store.prototypes import load_prototypes

    context = lead_context(study)
    prototypes, words = over_subset(study, load_prototypes(study), subset)
    found = study_profiles(study, least_raters)
    result = adherence_groups(found, prototypes, context, column)
    return result.with_notes(*words, *provenance(prototypes))


def adherence_groups(
    found: Profiles, prototypes: Sequence[Prototype], context: Context, column: str
) -> Result:
    """A row a group and prototype: r averaged over z, every case once.

    Limits are by t over the cases; a group of one case has none.
    """
    values = context.fact(column)
    groups = np.array([values.get(code, "") for code in found.sessions], dtype=object)
    cases = np.array(context.case_of(found.sessions), dtype=str)
    rows = []
    for one in prototypes:
        r, _ = prototype_r(found.mean, found.items, one)
        for name in natural(set(groups) - {""}):
            here = (groups == name) & np.isfinite(r)
            if here.any():
                rows.append((name, one.id, *_averaged(r[here], cases[here]), one.hash))
    columns = {name: [row[n] for row in rows] for n, name in enumerate(GROUP_SCHEMA)}
    notes = [*found.notes(), OVERLAP] if rows else found.notes()
    if any(row[2] == 1 for row in rows):
        notes.append("A group of one case has no interval.")
    return Result(build_frame(columns, GROUP_SCHEMA), tuple(notes))


def _averaged(r: FloatArray, cases: Any) -> tuple[int, int, float, float, float]:
    try:
        found = mean_z(r, cases)
    except StatisticsError:
        return len(set(cases)), len(r), float("nan"), float("nan"), float("nan")
    return found.cases, found.n, float(found.mean), float(found.low), float(found.high)
