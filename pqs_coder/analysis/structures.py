"""Interaction structures of one case: items that move together over its sessions (P-technique)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import FloatArray
from pqs_coder.analysis.composites import Profiles, study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural, natural_key
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.structure_files import SAMPLE, load_structures
from pqs_coder.analysis.structure_tables import (
    PARALLEL_SCHEMA,
    CaseProfiles,
    item_table,
    lag_table,
    parallel_table,
    score_table,
    summary_table,
)
from pqs_coder.analysis.subsets import chosen_items, in_subset
from pqs_coder.analysis.variables import Structure, structure_values
from pqs_coder.errors import StatisticsError, StudyError
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.stats import p_technique, parallel_analysis, structure_members

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

PARALLEL_SEED = 20243
"""Seed of the parallel analysis: the same data keep the same number of structures."""

ROUNDING = 1e-9
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
    case: str | None,
    *,
    components: int | None = None,
    subset: str | None = None,
    kept: bool = False,
    within: bool = False,
    lags: Sequence[int] = (1,),
) -> Structures:
    """The interaction structures of a case of a study (None: of all its sessions); for leads.

    ``components`` is the number of structures, else parallel analysis decides; ``kept`` takes
    those of ``structures/CASE.toml`` instead of finding them anew; ``within`` takes the cases'
    means out of a sample before structures are looked for.
    """
    context = lead_context(study)
    found = study_profiles(study)
    given = _given(found, context, case)
    labels = {item.number: item.label for item in study.item_set.items}
    values = study.item_set.values
    middle = (values[0] + values[-1]) / 2
    if kept:
        known = load_structures(study, given.case)
        return describe_structures(given, known, labels=labels, middle=middle, lags=lags)
    return find_structures(
        given,
        components=components,
        subset=chosen_items(study, subset),
        within=within,
        labels=labels,
        middle=middle,
        lags=lags,
    )


def _given(found: Profiles, context: Context, case: str | None) -> CaseProfiles:
    return sample_profiles(found, context) if case is None else case_profiles(found, context, case)


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


def sample_profiles(found: Profiles, context: Context) -> CaseProfiles:
    """The composites of all sessions, by case and number, over the items that all have.

    A session whose case is unknown is a case of its own. Raises `StudyError` where a case has the
    name of the sample.
    """
    if find_name(SAMPLE, sorted(set(context.cases.values()))) is not None:
        raise StudyError(f"A case is called '{SAMPLE}'.", "Give that case another name.")
    cases = [context.cases.get(code, code) for code in found.sessions]
    numbers = [context.numbers.get(code, np.nan) for code in found.sessions]
    order = sorted(
        range(len(cases)), key=lambda n: (natural_key(cases[n]), np.nan_to_num(numbers[n], nan=0.0))
    )
    values = found.mean[order]
    whole = np.isfinite(values).all(axis=0)
    return CaseProfiles(
        SAMPLE,
        found.sessions[order],
        np.array(numbers)[order],
        found.items[whole],
        values[:, whole],
        tuple(cases[n] for n in order),
    )


def find_structures(
    given: CaseProfiles,
    *,
    components: int | None = None,
    subset: Sequence[int] | None = None,
    within: bool = False,
    labels: Mapping[int, str] | None = None,
    middle: float = 5.0,
    lags: Sequence[int] = (1,),
) -> Structures:
    """Principal components of the items over the sessions, varimax, items loading .40 and over.

    Items that never change take no part. Raises StatisticsError with too few sessions or where no
    component is more than chance and ``components`` is not given.
    """
    apart = _within_cases(given) if within else given.values
    mask = in_subset(given.items, subset) & (np.ptp(apart, axis=0) > ROUNDING)
    items, values = given.items[mask], apart[:, mask]
    if len(values) < 4 or len(items) < 3:
        raise StatisticsError(
            f"{len(values)} numbered sessions and {len(items)} items that change",
            "Structures need four sessions and three items at the very least, and better fifty.",
        )
    chance = parallel_analysis(values.T, rng=np.random.default_rng(PARALLEL_SEED))
    number = components or chance.factors
    if not number:
        raise StatisticsError(
            f"none of the components of {len(values)} sessions is more than chance",
            "Rate more sessions, or name a number of structures (--components N).",
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
        items=Result(described.items.frame, (*_warnings(given, within), *described.items.notes)),
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


def _within_cases(given: CaseProfiles) -> FloatArray:
    """The composites less the mean of their case."""
    cases = np.array(given.case_of)
    apart = given.values.copy()
    for case in np.unique(cases):
        apart[cases == case] -= given.values[cases == case].mean(axis=0)
    return apart


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


def _warnings(given: CaseProfiles, within: bool) -> list[str]:
    n = len(given.sessions)
    notes = []
    if given.cases is not None:
        apart = (
            "the cases' means are taken out, what is left changes within cases."
            if within
            else "what differs between cases and what changes within them is mixed; --within takes "
            "the cases' means out."
        )
        cases = plural(len(set(given.cases)), "case")
        notes.append(f"{plural(n, 'session')} of {cases}: {apart}")
    if n >= FEW_SESSIONS:
        return notes
    return [
        *notes,
        f"{plural(n, 'session')} only: the sample is the sessions, single loadings are unstable. "
        "Read structures, not items.",
    ]
