"""Two groups, phases or raters compared, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pqs_coder.analysis.arrays import NEEDED, FloatArray, IntArray, rated, sort_matrix
from pqs_coder.analysis.composites import Profiles, study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural
from pqs_coder.analysis.limits import mean_limits
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.analysis.subsets import in_subset, study_subsets, subset_items
from pqs_coder.errors import StatisticsError, StudyError, UsageError
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.stats import (
    benjamini_hochberg,
    case_differences,
    cluster_means,
    flip_signs,
    hedges_g,
    paired_g,
    permute_groups,
    welch,
)

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
COMPARE_SCHEMA: dict[str, Any] = {
    "item": pl.Int64,
    "label": pl.String,
    **dict.fromkeys(("mean_a", "mean_b", "difference", "low", "high"), _R),
    **dict.fromkeys(("effect", "effect_low", "effect_high"), _R),
    **dict.fromkeys(("p", "p_corrected", "p_fdr", "smallest_p"), _R),
    **dict.fromkeys(("n_a", "n_b"), pl.Int64),
}
FEWEST_CASES = 6
"""Cases over which signs are flipped: with fewer no p can be under .05."""

PERMUTATION_SEED = 20242
"""Seed of the permutations: the same data give the same p."""

IPSATIVE = (
    "Items of a forced sort are ipsative: over all items the differences sum to zero, so some fall "
    "where others rise."
)


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared: ``values`` ``(rows, items)``, which rows are of b, and their cases."""

    values: FloatArray
    items: IntArray
    is_b: NDArray[np.bool_]
    clusters: NDArray[Any]
    unit: str
    note: str = ""


def compare_of(study: Study, column: str, a: str, b: str, *, subset: str | None = None) -> Result:
    """Two groups of a study: ``column`` is one of facts.csv, or ``rater`` for two raters.

    Needs facts: `UsageError` for a viewer who is no lead.
    """
    from pqs_coder.store.reading import read_sorts

    context = lead_context(study)
    chosen = subset_items(study_subsets(study), subset) if subset else None
    labels = {item.number: item.label for item in study.item_set.items}
    if column == "rater":
        given = raters_compared(read_sorts(study, columns=NEEDED), a, b, context)
        return compare_table(given, labels, subset=chosen)
    found = study_profiles(study)
    given = groups_compared(found, context, column, a, b)
    result = compare_table(given, labels, subset=chosen)
    return Result(result.frame, (*found.notes(), *result.notes))


def groups_compared(found: Profiles, context: Context, column: str, a: str, b: str) -> Compared:
    """Composites of the sessions of two groups, named by a column of facts.csv."""
    values = context.fact(column)
    names = natural(set(values.values()))
    one, other = (_known(name, names, column) for name in (a, b))
    if one == other:
        raise UsageError(f"'{a}' is compared with itself.", f"Groups: {', '.join(names)}.")
    group = np.array([values.get(code, "") for code in found.sessions], dtype=object)
    rows = np.flatnonzero((group == one) | (group == other))
    cases = np.array(context.case_of(found.sessions), dtype=str)
    return Compared(found.mean[rows], found.items, group[rows] == other, cases[rows], "case")


def _known(name: str, names: Sequence[str], column: str) -> str:
    found = find_name(name, list(names))
    if found is None:
        listed = ", ".join(names) or "none"
        raise StudyError(f"No session has {column} '{name}'.", f"There are: {listed}.")
    return found


def raters_compared(
    frame: pl.DataFrame, a: str, b: str, context: Context | None = None
) -> Compared:
    """The sorts of two raters of the sessions that both sorted.

    Sessions of a case resemble one another, so the sample is the cases where there are
    `FEWEST_CASES` or more; else it is the sessions, and ``note`` says so.
    """
    sorts = rated(sort_matrix(frame))
    raters, sessions = sorts.column("rater"), sorts.column("session")
    names = natural(set(raters.tolist()))
    one, other = (_known(name, names, "a sort by") for name in (a, b))
    if one == other:
        raise UsageError(f"'{a}' is compared with itself.", f"Raters: {', '.join(names)}.")
    both = set(sessions[raters == one]) & set(sessions[raters == other])
    rows = [
        n
        for n, (session, rater) in enumerate(zip(sessions, raters, strict=True))
        if session in both and rater in (one, other)
    ]
    chosen = sorts.take(np.array(rows, dtype=np.intp))
    clusters, unit, note = _sample(chosen.column("session").astype(str), context or Context())
    return Compared(
        chosen.piles, chosen.items, chosen.column("rater") == other, clusters, unit, note
    )


def _sample(sessions: NDArray[Any], about: Context) -> tuple[NDArray[Any], str, str]:
    """What two raters are compared over: a label a sort, its unit, what is to be said of it."""
    codes = set(sessions.tolist())
    if not codes <= set(about.cases):
        note = "The sessions are the sample, since their cases are not all known"
    else:
        cases = np.array(about.case_of(sessions), dtype=str)
        count = len(set(cases.tolist()))
        if count >= FEWEST_CASES:
            return cases, "case", f"Every case counts once: {plural(len(codes), 'session')}."
        note = f"The sessions are the sample, since they come from {plural(count, 'case')} only"
    words = f"{note}: where those of a case resemble one another, p is too small and the limits too"
    return sessions, "session", f"{words} narrow, and nothing is said of other cases."


def compare_table(
    given: Compared,
    labels: Mapping[int, str] | None = None,
    *,
    subset: Sequence[int] | None = None,
) -> Result:
    """A row an item, the largest effect first. ``difference`` is a - b.

    Where cases have sessions on both sides the phases are compared within cases: means of the
    cases' differences, t limits, Hedges' g of the differences, p by flipping their signs. Else the
    groups are compared over their cases: Welch limits, Hedges' g, p by dealing the cases anew.
    Every case counts once. ``p_corrected`` holds the error over all items of the table at once
    (largest statistic of each arrangement), ``p_fdr`` is Benjamini-Hochberg; neither can be under
    ``smallest_p``, the least that so few cases allow.
    """
    kept = np.isfinite(given.values).all(axis=0) & in_subset(given.items, subset)
    given = replace(given, values=given.values[:, kept], items=given.items[kept])
    if not given.is_b.any() or given.is_b.all() or not kept.any():
        note = "One of the two sides has no sessions, or they share no item."
        return Result(pl.DataFrame(schema=COMPARE_SCHEMA), (note,))
    nested = set(given.clusters[given.is_b]) & set(given.clusters[~given.is_b])
    try:
        columns, notes = _within(given) if nested else _between(given)
    except StatisticsError as error:
        return Result(pl.DataFrame(schema=COMPARE_SCHEMA), (f"{error.message}. {error.cure}",))
    columns["item"] = given.items
    columns["label"] = [(labels or {}).get(int(item)) for item in given.items]
    columns["p_fdr"] = benjamini_hochberg(columns["p"])
    table = build_frame(columns, COMPARE_SCHEMA)
    largest = pl.col("effect").abs()
    ordered = table.sort(largest, "item", descending=[True, False], nulls_last=True)
    whole = subset is None
    return Result(ordered, (*notes, IPSATIVE) if whole else tuple(notes))


def _between(given: Compared) -> tuple[dict[str, Any], list[str]]:
    first = cluster_means(given.values[~given.is_b], given.clusters[~given.is_b]).means
    second = cluster_means(given.values[given.is_b], given.clusters[given.is_b]).means
    rng = np.random.default_rng(PERMUTATION_SEED)
    test = permute_groups(given.values, given.is_b, given.clusters, rng=rng)
    count = len(given.items)
    columns: dict[str, Any] = {
        "mean_a": first.mean(axis=0),
        "mean_b": second.mean(axis=0),
        "difference": first.mean(axis=0) - second.mean(axis=0),
    }
    names = ("low", "high", "effect", "effect_low", "effect_high")
    columns |= dict.fromkeys(names, np.full(count, np.nan))
    if min(len(first), len(second)) > 1:
        limits, effect = welch(first, second), hedges_g(first, second)
        columns |= {"low": limits.low, "high": limits.high}
        columns |= {"effect": effect.value, "effect_low": effect.low, "effect_high": effect.high}
    columns |= _tested(test, count, len(first), len(second))
    how = f"{plural(len(first), 'case')} against {len(second)}; p by dealing the cases anew"
    return columns, [_in_words(how, test)]


def _within(given: Compared) -> tuple[dict[str, Any], list[str]]:
    found = case_differences(given.values, given.is_b, given.clusters)
    apart = -np.asarray(found.differences)  # a - b
    both = np.isin(given.clusters, found.codes)
    sides = [
        cluster_means(given.values[side & both], given.clusters[side & both]).means
        for side in (~given.is_b, given.is_b)
    ]
    test = flip_signs(apart, rng=np.random.default_rng(PERMUTATION_SEED))
    mean, low, high = mean_limits(apart)
    count = len(given.items)
    columns: dict[str, Any] = {
        "mean_a": sides[0].mean(axis=0),
        "mean_b": sides[1].mean(axis=0),
        "difference": mean,
        "low": low,
        "high": high,
    }
    columns |= dict.fromkeys(("effect", "effect_low", "effect_high"), np.full(count, np.nan))
    if len(apart) > 1:
        effect = paired_g(apart)
        columns |= {"effect": effect.value, "effect_low": effect.low, "effect_high": effect.high}
    columns |= _tested(test, count, len(apart), len(apart))
    unit = plural(len(apart), given.unit)
    how = f"Within {unit}; p by flipping the sign of each {given.unit}'s difference"
    notes = [_in_words(how, test), *[given.note] * bool(given.note)]
    if len(apart) == 2:
        notes.append(f"No effect size: Hedges' g within {given.unit}s needs three of them.")
    if found.left_out:
        notes.append(f"Left out: {plural(found.left_out, given.unit)} without both sides.")
    return columns, notes


def _tested(test: Any, count: int, n_a: int, n_b: int) -> dict[str, Any]:
    return {
        "p": np.atleast_1d(test.p),
        "p_corrected": np.atleast_1d(test.familywise),
        "smallest_p": np.full(count, test.smallest_p),
        "n_a": np.full(count, n_a),
        "n_b": np.full(count, n_b),
    }


def _in_words(how: str, test: Any) -> str:
    ways = f"all {test.arrangements}" if test.exact else f"{test.arrangements} random"
    words = f"{how} ({ways} arrangements); no p can be under "
    words += f"{test.smallest_p:.2g}."
    if test.smallest_p > 0.05:
        words += " So few cases can't reach .05."
    return words
