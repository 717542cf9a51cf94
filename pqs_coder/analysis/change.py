"""Change over the sessions of a case: trend, thirds, a smooth line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import FloatArray, IntArray
from pqs_coder.analysis.composites import study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural
from pqs_coder.analysis.limits import mean_limits, mean_p
from pqs_coder.analysis.provenance import provenance
from pqs_coder.analysis.result import Result, build_frame, stack_frames
from pqs_coder.analysis.smoothing import smooth
from pqs_coder.analysis.structure_files import SAMPLE
from pqs_coder.analysis.variables import Variables, process_variables
from pqs_coder.errors import DataError, StudyError
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.stats import mann_kendall, trend_slope

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
CHANGE_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "variable": pl.String,
    "label": pl.String,
    "scale": pl.String,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("slope", "slope_low", "slope_high", "p", "autocorrelation"), _R),
    **dict.fromkeys(("tau", "tau_p", "early", "middle", "late"), _R),
    "prototype_hash": pl.String,
}
POINT_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "session": pl.String,
    "number": _R,
    "variable": pl.String,
    "label": pl.String,
    **dict.fromkeys(("value", "smooth"), _R),
    "prototype_hash": pl.String,
}
FEWEST_SESSIONS = 5
FEWEST_POOLED = 3
FEWEST_CASES = 3
ALL_CASES = "all cases"


@dataclass(frozen=True, eq=False)
class Course:
    """One variable over the numbered sessions of one case, in order of number."""

    case: str
    column: int
    rows: IntArray
    numbers: FloatArray
    fitted: FloatArray


def study_variables(
    study: Study,
    items: Sequence[int] = (),
    prototypes: Sequence[str] | None = None,
    structures_of_case: str | None = None,
) -> tuple[Variables, list[str]]:
    """Variables of a study: items by number, prototypes by id (None: all), saved structures."""
    from pqs_coder.analysis.structure_files import load_structures
    from pqs_coder.store.prototypes import load_prototype, load_prototypes

    found = study_profiles(study)
    ideals = (
        load_prototypes(study)
        if prototypes is None
        else [load_prototype(study, one) for one in prototypes]
    )
    named = load_structures(study, structures_of_case) if structures_of_case else []
    variables = process_variables(
        found,
        items=items,
        prototypes=ideals,
        structures=named,
        labels={item.number: item.label for item in study.item_set.items},
        middle=(study.item_set.values[0] + study.item_set.values[-1]) / 2,
    )
    return variables, [*found.notes(), *provenance(ideals)]


def change_of(
    study: Study,
    *,
    items: Sequence[int] = (),
    prototypes: Sequence[str] | None = None,
    structures: bool = False,
    case: str | None = None,
) -> Result:
    """Trends of the cases of a study, see `change_table`; for leads."""
    return _asked(change_table, study, items, prototypes, structures, case)


def change_points_of(
    study: Study,
    *,
    items: Sequence[int] = (),
    prototypes: Sequence[str] | None = None,
    structures: bool = False,
    case: str | None = None,
) -> Result:
    """The points behind the trends, with a smooth line, see `change_points`; for leads."""
    return _asked(change_points, study, items, prototypes, structures, case)


def _asked(
    answer: Callable[..., Result],
    study: Study,
    items: Sequence[int],
    prototypes: Sequence[str] | None,
    structures: bool,
    case: str | None,
) -> Result:
    context = lead_context(study)
    kept = (case or SAMPLE) if structures else None
    variables, notes = study_variables(study, items, prototypes, kept)
    result = answer(variables, context, case=case)
    return Result(result.frame, (*notes, *result.notes))


def courses(variables: Variables, context: Context, case: str | None = None) -> Iterator[Course]:
    """Each variable of each case over its numbered sessions.

    Raises `DataError` where two sessions of a case have one number, `StudyError` for an unknown
    case.
    """
    cases, numbers = context.cases, context.numbers
    names = natural(set(cases.values()))
    if case is not None:
        found = find_name(case, names)
        if found is None:
            raise StudyError(f"There is no case '{case}'.", f"Cases: {', '.join(names) or 'none'}.")
        names = [found]
    fitted = variables.fitted()
    for name in names:
        rows = [
            (numbers[code], n)
            for n, code in enumerate(variables.sessions)
            if cases.get(code) == name and code in numbers
        ]
        rows.sort()
        when = np.array([number for number, _ in rows])
        if len(np.unique(when)) < len(when):
            raise DataError(
                f"Two sessions of case {name} have the same number.",
                "Number the sessions of a case 1, 2, 3 ... in facts.csv.",
            )
        index = np.array([n for _, n in rows], dtype=np.intp)
        for column in range(len(variables.names)):
            values = fitted[index, column]
            there = np.isfinite(values)
            yield Course(name, column, index[there], when[there], values[there])


def change_table(variables: Variables, context: Context, *, case: str | None = None) -> Result:
    """A row a case and variable.

    ``slope`` is the change a session with limits that mind autocorrelation (in z for scale r);
    ``tau`` is Kendall's with its p (Mann-Kendall); ``early``, ``middle`` and ``late`` are means of
    the thirds of the sessions, in order of number (over z for scale r, shown as r). Under five
    sessions there is no slope. From three cases on, a row of all cases holds the mean of their
    least-squares slopes (of three sessions or more, each case once) with limits and p by t over
    the cases.
    """
    found = list(courses(variables, context, case))
    rows = _trends(found)
    frames = [_rows(variables, found, rows)] if found else []
    if case is None:
        frames += [_pooled(variables, found)]
    table = stack_frames(frames, CHANGE_SCHEMA)
    return Result(table, (*_notes(variables, context), *_blanks(found, table)))


def _trends(found: Sequence[Course]) -> list[dict[str, float]]:
    """The trend of every course; those over the same sessions are fitted at once."""
    together: dict[tuple[int, ...], list[int]] = {}
    for n, course in enumerate(found):
        together.setdefault(tuple(course.rows.tolist()), []).append(n)
    rows: dict[int, dict[str, float]] = {}
    for places in together.values():
        values = np.stack([found[n].fitted for n in places], axis=1)
        columns = _trend(values, found[places[0]].numbers)
        for column, n in enumerate(places):
            rows[n] = {name: float(numbers[column]) for name, numbers in columns.items()}
    return [rows[n] for n in range(len(found))]


def _trend(values: FloatArray, when: FloatArray) -> dict[str, FloatArray]:
    """Columns of the table for series ``(sessions, series)`` of the same session numbers."""
    nothing = np.full(values.shape[1], np.nan)
    columns = dict.fromkeys(("slope", "slope_low", "slope_high", "p", "autocorrelation"), nothing)
    columns |= dict.fromkeys(("tau", "tau_p"), nothing)
    if len(values) >= FEWEST_SESSIONS:
        slope, sign = trend_slope(values, when), mann_kendall(values, when)
        columns |= {"slope": slope.value, "slope_low": slope.low, "slope_high": slope.high}
        columns |= {"p": slope.p, "autocorrelation": slope.autocorrelation}
        columns |= {"tau": sign.tau, "tau_p": sign.p}
    thirds = np.array_split(values, 3)
    for name, part in zip(("early", "middle", "late"), thirds, strict=True):
        columns[name] = part.mean(axis=0) if len(values) >= 3 else nothing
    return columns


def _rows(
    variables: Variables, found: Sequence[Course], rows: Sequence[dict[str, float]]
) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "case": [course.case for course in found],
        "variable": [variables.names[course.column] for course in found],
        "label": [variables.labels[course.column] for course in found],
        "scale": [variables.scales[course.column] for course in found],
        "n_sessions": [len(course.fitted) for course in found],
        "prototype_hash": [variables.hash_of(course.column) for course in found],
    }
    for name in CHANGE_SCHEMA:
        if name not in columns:
            columns[name] = [float(row[name]) for row in rows]
    for name in ("early", "middle", "late"):
        columns[name] = [
            float(np.tanh(value)) if scale == "r" else value
            for value, scale in zip(columns[name], columns["scale"], strict=True)
        ]
    return build_frame(columns, CHANGE_SCHEMA)


def least_squares(course: Course) -> float:
    """The ordinary slope of a variable over the session numbers of a case."""
    when = course.numbers - course.numbers.mean()
    return float((when * course.fitted).sum() / (when**2).sum())


def _pooled(variables: Variables, found: Sequence[Course]) -> pl.DataFrame:
    """The mean slope over the cases, for variables with three slopes or more.

    The sample is the cases: a slope of few sessions needs no interval of its own to be one of them.
    """
    kept = []
    for column, name in enumerate(variables.names):
        pairs = [
            (course, least_squares(course))
            for course in found
            if course.column == column and len(course.fitted) >= FEWEST_POOLED
        ]
        if len(pairs) >= FEWEST_CASES:
            slopes = np.array([slope for _, slope in pairs])
            mean, low, high = mean_limits(slopes)
            kept.append(
                dict.fromkeys(CHANGE_SCHEMA)
                | {
                    "case": ALL_CASES,
                    "variable": name,
                    "label": variables.labels[column],
                    "scale": variables.scales[column],
                    "n_sessions": sum(len(course.fitted) for course, _ in pairs),
                    "slope": float(mean),
                    "slope_low": float(low),
                    "slope_high": float(high),
                    "p": float(mean_p(slopes)),
                    "prototype_hash": variables.hash_of(column),
                }
            )
    return build_frame({n: [row[n] for row in kept] for n in CHANGE_SCHEMA}, CHANGE_SCHEMA)


def _notes(variables: Variables, context: Context) -> list[str]:
    without = [
        code
        for code in variables.sessions
        if code not in context.cases or code not in context.numbers
    ]
    notes = []
    if without:
        notes.append(
            f"Left out: {plural(len(without), 'session')} without a case or a number in facts.csv."
        )
    if "r" in variables.scales:
        notes.append("Slopes of correlations are in Fisher's z a session.")
    return notes


def _blanks(found: Sequence[Course], table: pl.DataFrame) -> list[str]:
    """Why cells of a table of trends are empty, and what the row of all cases is."""
    notes = []
    short = {course.case for course in found if len(course.fitted) < FEWEST_SESSIONS}
    if short:
        notes.append(
            f"No slope under {FEWEST_SESSIONS} sessions and no thirds under 3: "
            f"{plural(len(short), 'case')}."
        )
    if ALL_CASES in table["case"]:
        notes.append(
            f"{ALL_CASES.capitalize()}: the mean of the cases' least-squares slopes (3 sessions or "
            "more), limits and p by t over the cases."
        )
    return notes


def change_points(variables: Variables, context: Context, *, case: str | None = None) -> Result:
    """A row a case, session and variable, with a smooth line (local straight lines, span 2/3)."""
    frames = []
    for course in courses(variables, context, case):
        name, scale = variables.names[course.column], variables.scales[course.column]
        line = smooth(course.numbers, course.fitted)
        columns = {
            "case": [course.case] * len(course.rows),
            "session": variables.sessions[course.rows],
            "number": course.numbers,
            "variable": [name] * len(course.rows),
            "label": [variables.labels[course.column]] * len(course.rows),
            "value": variables.values[course.rows, course.column],
            "smooth": np.tanh(line) if scale == "r" else line,
            "prototype_hash": [variables.hash_of(course.column)] * len(course.rows),
        }
        frames.append(build_frame(columns, POINT_SCHEMA))
    return Result(stack_frames(frames, POINT_SCHEMA), tuple(_notes(variables, context)[:1]))
