"""Two prototypes compared: held constant, or tested against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.adherence import OVERLAP, prototype_r
from pqs_coder.analysis.arrays import FloatArray, IntArray
from pqs_coder.analysis.composites import Profiles, study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural, study_context
from pqs_coder.analysis.provenance import provenance
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.analysis.subsets import over_subset
from pqs_coder.errors import StatisticsError, TooFewItemsError, UsageError
from pqs_coder.model.names import fold
from pqs_coder.model.prototype import Prototype
from pqs_coder.stats import (
    average_r,
    mean_z_difference,
    meng_comparison,
    partial_prototype_correlations,
    q_correlation,
)

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
PARTIAL_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "n_raters": pl.Int64,
    "reliability": _R,
    "prototype": pl.String,
    "holding": pl.String,
    **dict.fromkeys(("r", "partial_r", "partial_low", "partial_high"), _R),
    "n_items": pl.Int64,
    "prototype_hash": pl.String,
    "holding_hash": pl.String,
}
SESSION_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "n_raters": pl.Int64,
    "reliability": _R,
    "prototype_a": pl.String,
    "prototype_b": pl.String,
    **dict.fromkeys(("r_a", "r_b", "r_ab", "z_difference", "low", "high", "p"), _R),
    "n_items": pl.Int64,
    "hash_a": pl.String,
    "hash_b": pl.String,
}
GROUP_SCHEMA: dict[str, Any] = {
    "group": pl.String,
    "prototype_a": pl.String,
    "prototype_b": pl.String,
    "n_cases": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("r_a", "r_b", "z_difference", "low", "high", "t", "p"), _R),
    "hash_a": pl.String,
    "hash_b": pl.String,
}
EVERYTHING = "all"


def partial_adherence_of(
    study: Study,
    prototype: str,
    holding: Sequence[str],
    *,
    subset: str | None = None,
    least_raters: int = 1,
) -> Result:
    """Adherence of a study to one prototype, others held constant, see `partial_adherence`.

    `UsageError` where a prototype is to be held constant for itself.
    """
    from pqs_coder.store.prototypes import load_prototype

    if fold(prototype) in map(fold, holding):
        raise UsageError(
            f"{prototype} can't be held constant for itself.", "Name another one: --holding ID."
        )
    named = [load_prototype(study, one) for one in (prototype, *holding)]
    (ideal, *held), words = over_subset(study, named, subset)
    result = partial_adherence(study_profiles(study, least_raters), ideal, held)
    return result.with_notes(*words, *provenance([ideal, *held]))


def partial_adherence(
    found: Profiles, prototype: Prototype, holding: Sequence[Prototype]
) -> Result:
    """r of each session with a prototype, plain and with the prototypes ``holding`` constant.

    Over the items that all of them score; each one held constant costs the interval an item.
    """
    ideals = np.array(
        [[one.scores.get(int(i), np.nan) for i in found.items] for one in (prototype, *holding)]
    )
    rows = np.isfinite(found.mean) | ~np.isfinite(ideals).all(axis=0)
    whole = np.flatnonzero(rows.all(axis=1))
    both = np.isfinite(ideals).all(axis=0)
    plain, partial, low, high = (np.full(len(found.sessions), np.nan) for _ in range(4))
    notes = [OVERLAP]
    try:
        values = found.mean[np.ix_(whole, np.flatnonzero(both))]
        result = partial_prototype_correlations(values, ideals[:1, both], ideals[1:, both])
        limits = result.interval()
        partial[whole], low[whole], high[whole] = (
            result.r[:, 0],
            limits.low[:, 0],
            limits.high[:, 0],
        )
        shared = Prototype(
            prototype.id, {int(i): prototype.scores[int(i)] for i in found.items[both]}
        )
        plain = prototype_r(found.mean, found.items, shared)[0]
    except (StatisticsError, TooFewItemsError) as error:
        notes = [f"{error.title}: {error.message}. {error.cure}"]
    columns = {
        "session": found.sessions,
        "n_raters": found.n_raters,
        "reliability": found.reliability,
        "prototype": [prototype.id] * len(plain),
        "holding": [",".join(one.id for one in holding)] * len(plain),
        "r": plain,
        "partial_r": partial,
        "partial_low": low,
        "partial_high": high,
        "n_items": np.full(len(plain), int(both.sum())),
        "prototype_hash": [prototype.hash] * len(plain),
        "holding_hash": [",".join(one.hash for one in holding)] * len(plain),
    }
    return Result(build_frame(columns, PARTIAL_SCHEMA), (*found.notes(), *notes))


def contrast_of(
    study: Study,
    a: str,
    b: str,
    *,
    by: str = "session",
    subset: str | None = None,
    least_raters: int = 1,
) -> Result:
    """Is a session, a case, a group nearer to prototype ``a`` than to ``b``?

    ``by`` is session, or ``all``, case or another column of facts.csv (for leads).
    """
    from pqs_coder.store.prototypes import load_prototype

    (one, other), words = over_subset(study, [load_prototype(study, x) for x in (a, b)], subset)
    found = study_profiles(study, least_raters)
    if by == "session":
        result = contrast_sessions(found, one, other)
    else:
        context = lead_context(study) if by != EVERYTHING else study_context(study)
        column = None if by == EVERYTHING else by
        result = contrast_groups(found, one, other, context, column)
    return result.with_notes(*words, *provenance([one, other]))


def _both(
    found: Profiles, a: Prototype, b: Prototype
) -> tuple[FloatArray, FloatArray, IntArray, list[Prototype]]:
    """r with a, r with b and how many items, over the items that both score; r of a and b."""
    shared = set(a.scores) & set(b.scores)
    pair = [Prototype(x.id, {i: s for i, s in x.scores.items() if i in shared}) for x in (a, b)]
    r_a, n = prototype_r(found.mean, found.items, pair[0])
    r_b, _ = prototype_r(found.mean, found.items, pair[1])
    return r_a, r_b, n, pair


def contrast_sessions(found: Profiles, a: Prototype, b: Prototype) -> Result:
    """A row a session: z of r_a less z of r_b with limits and p (Meng, Rosenthal & Rubin 1992).

    The sample is the items; the question is whether other items of the kind would show it too.
    """
    r_a, r_b, n, (one, other) = _both(found, a, b)
    r_ab, difference, low, high, p = (np.full(len(r_a), np.nan) for _ in range(5))
    for row, piles in enumerate(found.mean):
        items = [int(i) for i, x in zip(found.items, piles, strict=True) if np.isfinite(x)]
        scores = [[x.scores[i] for i in items if i in x.scores] for x in (one, other)]
        if n[row] < 5:
            continue
        r_ab[row] = np.asarray(q_correlation(np.array(scores), degenerate="nan"))[0, 1]
        try:
            test = meng_comparison(r_a[row], r_b[row], r_ab[row], n[row])
        except StatisticsError:
            continue
        difference[row], low[row], high[row] = test.z_difference, test.low, test.high
        p[row] = test.p
    columns = {
        "session": found.sessions,
        "n_raters": found.n_raters,
        "reliability": found.reliability,
        "prototype_a": [a.id] * len(r_a),
        "prototype_b": [b.id] * len(r_a),
        "r_a": r_a,
        "r_b": r_b,
        "r_ab": r_ab,
        "z_difference": difference,
        "low": low,
        "high": high,
        "p": p,
        "n_items": n,
        "hash_a": [a.hash] * len(r_a),
        "hash_b": [b.hash] * len(r_a),
    }
    return Result(build_frame(columns, SESSION_SCHEMA), (*found.notes(), OVERLAP))


def contrast_groups(
    found: Profiles, a: Prototype, b: Prototype, context: Context, column: str | None = None
) -> Result:
    """A row a group: differences of z by session, averaged within cases, t over the cases.

    The sample is the cases, never items x sessions. A single case has its means and their
    difference, without limits and p: its sessions follow one another and are no sample.
    """
    values = context.fact(column) if column else dict.fromkeys(found.sessions, EVERYTHING)
    groups = np.array([values.get(code, "") for code in found.sessions], dtype=object)
    cases = np.array(context.case_of(found.sessions), dtype=str)
    r_a, r_b, _, _ = _both(found, a, b)
    rows, single = [], []
    for name in natural(set(groups) - {""}):
        here = (groups == name) & np.isfinite(r_a) & np.isfinite(r_b)
        if not here.any():
            continue
        alone = len(set(cases[here])) == 1
        single += [name] * alone
        row = _one_group(r_a[here], r_b[here], None if alone else cases[here])
        row = (*row[:3], *[float("nan")] * 4) if alone else row
        rows.append(
            (name, a.id, b.id, len(set(cases[here])), int(here.sum()), *row, a.hash, b.hash)
        )
    columns = {name: [row[n] for row in rows] for n, name in enumerate(GROUP_SCHEMA)}
    notes = [*found.notes(), OVERLAP]
    if single:
        notes.append(
            f"One case only ({', '.join(single)}): no limits and no p. Its sessions follow one "
            "another, so they are no sample, and one case says nothing of other cases."
        )
    return Result(build_frame(columns, GROUP_SCHEMA), tuple(notes))


def _one_group(r_a: FloatArray, r_b: FloatArray, cases: Any) -> tuple[float, ...]:
    means = float(average_r(r_a)), float(average_r(r_b))
    try:
        found = mean_z_difference(r_a, r_b, cases)
    except StatisticsError:
        return (*means, *[float("nan")] * 5)
    return (*means, *(float(x) for x in (found.z, found.low, found.high, found.t, found.p)))
