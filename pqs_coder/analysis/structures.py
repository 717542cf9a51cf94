"""Interaction structures of one case: items that move together over its sessions (P-technique)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pqs_coder.analysis.composites import Profiles, study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.structure_files import load_structures
from pqs_coder.analysis.structure_tables import (
    PARALLEL_SCHEMA,
    CaseProfiles,
    item_table,
    lag_table,
    parallel_table,
    score_table,
    summary_table,
)
from pqs_coder.analysis.subsets import in_subset, study_subsets, subset_items
from pqs_coder.analysis.variables import Structure, structure_values
from pqs_coder.errors import StatisticsError, StudyError
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.stats import p_technique, parallel_analysis, structure_members

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

PARALLEL_SEED = 20243
"""Seed of the parallel analysis: the same data keep the same number of structures."""

LEAST_LOADING = 0.40
FEW_SESSIONS = 50


@dataclass(frozen=True)
class Structures:
    """All tables on the structures of a case, each with its notes.

    ``items`` (loadings), ``summary`` (alpha, variance explained), ``scores`` (a row a session),
    ``parallel`` (how many components), ``lags`` (who leads whom).
    """

    items: Result
    summary: Result
    scores: Result
    parallel: Result
    lags: Result
    found: tuple[Structure, ...]


def structures_of(
    study: Study,
    case: str,
    *,
    components: int | None = None,
    subset: str | None = None,
    kept: bool = False,
    lags: Sequence[int] = (1,),
) -> Structures:
    """The interaction structures of a case of a study; for leads.

    ``components`` is the number of structures, else parallel analysis decides; ``kept`` takes
    those of ``structures/CASE.toml`` instead of finding them anew.
    """
    context = lead_context(study)
    given = case_profiles(study_profiles(study), context, case)
    labels = {item.number: item.label for item in study.item_set.items}
    values = study.item_set.values
    middle = (values[0] + values[-1]) / 2
    if kept:
        known = load_structures(study, given.case)
        return describe_structures(given, known, labels=labels, middle=middle, lags=lags)
    chosen = subset_items(study_subsets(study), subset) if subset else None
    return find_structures(
        given, components=components, subset=chosen, labels=labels, middle=middle, lags=lags
    )


def case_profiles(found: Profiles, context: Context, case: str) -> CaseProfiles:
    """The composites of a case in order of session number, over the items that all have.

    Raises `StudyError` for an unknown case.
    """
    names = natural(set(context.cases.values()))
    name = find_name(case, names)
    if name is None:
        raise StudyError(f"There is no case '{case}'.", f"Cases: {', '.join(names) or 'none'}.")
    rows = sorted(
        (context.numbers[code], n)
        for n, code in enumerate(found.sessions)
        if context.cases.get(code) == name and code in context.numbers
    )
    if len({number for number, _ in rows}) < len(rows):
        raise StudyError(
            f"Two sessions of case {name} have the same number.",
            "Number the sessions of a case 1, 2, 3 ... in facts.csv.",
        )
    index = np.array([n for _, n in rows], dtype=np.intp)
    values = found.mean[index]
    whole = np.isfinite(values).all(axis=0)
    numbers = np.array([number for number, _ in rows])
    return CaseProfiles(name, found.sessions[index], numbers, found.items[whole], values[:, whole])


def find_structures(
    given: CaseProfiles,
    *,
    components: int | None = None,
    subset: Sequence[int] | None = None,
    labels: Mapping[int, str] | None = None,
    middle: float = 5.0,
    lags: Sequence[int] = (1,),
) -> Structures:
    """Principal components of the items over the sessions, varimax, items loading .40 and over.

    Items that never change take no part. Raises StatisticsError with too few sessions or where no
    component is more than chance and ``components`` is not given.
    """
    mask = in_subset(given.items, subset) & (given.values != given.values[:1]).any(axis=0)
    items, values = given.items[mask], given.values[:, mask]
    if len(values) < 4 or len(items) < 3:
        raise StatisticsError(
            f"{len(values)} numbered sessions and {len(items)} items that change",
            "Structures need four sessions and three items at the very least, and better fifty.",
        )
    chance = parallel_analysis(values.T, rng=np.random.default_rng(PARALLEL_SEED))
    number = components or chance.factors
    if not number:
        raise StatisticsError(
            "no component is more than chance", "Ask for a number of structures yourself."
        )
    solution = p_technique(values, number)
    sign = structure_members(solution.loadings, least=LEAST_LOADING)
    keep = np.flatnonzero((sign != 0).any(axis=0))
    found = [
        Structure(
            str(n),
            tuple(map(int, items[sign[:, column] > 0])),
            tuple(map(int, items[sign[:, column] < 0])),
        )
        for n, column in enumerate(keep, 1)
    ]
    loadings = [
        dict(zip(items.tolist(), solution.loadings[:, c].tolist(), strict=True)) for c in keep
    ]
    explained = [float(solution.explained[c]) for c in keep]
    described = describe_structures(
        given, found, loadings, explained, labels=labels, middle=middle, lags=lags
    )
    return Structures(
        items=Result(described.items.frame, (*_warnings(given), *described.items.notes)),
        summary=described.summary,
        scores=described.scores,
        parallel=parallel_table(given.case, chance, number, components),
        lags=described.lags,
        found=tuple(found),
    )


def describe_structures(
    given: CaseProfiles,
    structures: Sequence[Structure],
    loadings: Sequence[Mapping[int, float]] = (),
    explained: Sequence[float] = (),
    *,
    labels: Mapping[int, str] | None = None,
    middle: float = 5.0,
    lags: Sequence[int] = (1,),
) -> Structures:
    """Items, alpha, scores and lags of structures that are known already."""
    whole = _as_profiles(given)
    scores = [structure_values(whole, one, middle) for one in structures]
    nothing = Result(pl.DataFrame(schema=PARALLEL_SCHEMA))
    return Structures(
        items=item_table(given, structures, loadings, labels),
        summary=summary_table(given, structures, scores, explained, middle),
        scores=score_table(given, structures, scores),
        parallel=nothing,
        lags=lag_table(given, structures, scores, lags),
        found=tuple(structures),
    )


def _as_profiles(given: CaseProfiles) -> Profiles:
    nothing = np.full(given.values.shape, np.nan)
    lone = np.full(len(given.sessions), np.nan)
    return Profiles(
        sessions=given.sessions,
        raters=[()] * len(given.sessions),
        items=given.items,
        mean=given.values,
        sd=nothing,
        low=nothing,
        high=nothing,
        r=lone,
        reliability=lone,
        item_sets=np.full(len(given.sessions), "", dtype=object),
    )


def _warnings(given: CaseProfiles) -> list[str]:
    n = len(given.sessions)
    if n >= FEW_SESSIONS:
        return []
    return [
        f"{plural(n, 'session')} only: the sample is the sessions, single loadings are unstable. "
        "Read structures, not items."
    ]
