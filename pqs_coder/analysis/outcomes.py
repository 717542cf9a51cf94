"""Process and outcome: does what happens in the hours go with how the cases fare?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import FloatArray
from pqs_coder.analysis.change import study_variables
from pqs_coder.analysis.context import Context, lead_context, natural
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.analysis.variables import Variables
from pqs_coder.errors import DataError
from pqs_coder.model.names import find_name
from pqs_coder.model.words import listed, plural
from pqs_coder.stats import fisher_interval, partial_r, q_correlation
from pqs_coder.store.tables import read_table

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
OUTCOME_SCHEMA: dict[str, Any] = {
    "variable": pl.String,
    "label": pl.String,
    "outcome": pl.String,
    "intake": pl.String,
    "n_cases": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("r", "r_low", "r_high"), _R),
    **dict.fromkeys(("partial_r", "partial_low", "partial_high"), _R),
    "prototype_hash": pl.String,
}
FEWEST_CASES = 4


def outcomes_of(
    study: Study,
    outcome: str,
    *,
    intake: str | None = None,
    items: Sequence[int] = (),
    prototypes: Sequence[str] | None = None,
    table: Path | None = None,
) -> Result:
    """Process variables of a study against an outcome, see `outcomes_table`; for leads.

    ``outcome`` and ``intake`` are columns of facts.csv, or of a ``table`` (CSV) that is joined by
    its column session or case.
    """
    context = lead_context(study)
    if table is not None:
        context = joined(context, table)
    variables, notes = study_variables(study, items, prototypes)
    result = outcomes_table(variables, context, outcome, intake)
    return Result(result.frame, (*notes, *result.notes))


def joined(context: Context, path: Path) -> Context:
    """The context with the columns of a CSV beside the facts, by its column session or case.

    A value of a case stands with every session of it. Raises `DataError` with file and line where
    a row names neither a session nor a case of the study, or the same one twice.
    """
    header, lines = read_table(path, [])
    key = next((name for name in ("session", "case") if name in header), None)
    if key is None:
        raise DataError(
            f"{path}: there is no column session or case.", "One of them joins it to the study."
        )
    of = {code: code for code in context.facts} if key == "session" else context.cases
    rows: dict[str, dict[str, str]] = {}
    for line, cells in lines:
        name = find_name(cells[key].strip(), list(dict.fromkeys(of.values())))
        if name is None or name in rows:
            wrong = f"there is no {key}" if name is None else f"a second row of {key}"
            raise DataError(
                f"{path}, line {line}: {wrong} '{cells[key]}'.", "One row a session or case."
            )
        rows[name] = {column: cell for column, cell in cells.items() if column != key}
    facts = {
        code: replace(one, more={**one.more, **rows.get(of.get(code, ""), {})})
        for code, one in context.facts.items()
    }
    return replace(context, facts=facts)


def outcomes_table(
    variables: Variables, context: Context, outcome: str, intake: str | None = None
) -> Result:
    """A row a variable: r over the cases of its case mean with the outcome, Fisher limits.

    Every case counts once: the process is the mean over its sessions (over z for correlations), the
    outcome its value at the last numbered session that has one, the ``intake`` its value at the
    first. ``partial_r`` holds the intake constant.
    """
    process, sessions = _case_means(variables, context)
    after = case_values(context, outcome, last=True)
    before = case_values(context, intake, last=False) if intake else {}
    rows = []
    for column, name in enumerate(variables.names):
        cases = [
            case
            for case in process
            if np.isfinite(process[case][column])
            and case in after
            and (intake is None or case in before)
        ]
        row = dict.fromkeys(OUTCOME_SCHEMA)
        row |= {"variable": name, "label": variables.labels[column], "outcome": outcome}
        row |= {"intake": intake, "n_cases": len(cases)}
        row["prototype_hash"] = variables.hash_of(column)
        row["n_sessions"] = sum(int(sessions[case][column]) for case in cases)
        if len(cases) >= FEWEST_CASES:
            x = np.array([process[case][column] for case in cases])
            series = [x, np.array([after[case] for case in cases])]
            if intake:
                series.append(np.array([before[case] for case in cases]))
            row |= _correlated(series)
        rows.append(row)
    columns = {name: [row[name] for row in rows] for name in OUTCOME_SCHEMA}
    taken = _which_values(context, outcome, intake, after, before)
    return Result(build_frame(columns, OUTCOME_SCHEMA), (*taken, *_notes(rows, process, after)))


def _case_means(
    variables: Variables, context: Context
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Mean of each variable, and over how many sessions, by case."""
    fitted = variables.fitted()
    means, counts = {}, {}
    codes = [context.cases.get(code) for code in variables.sessions]
    for case in natural({code for code in codes if code is not None}):
        values = fitted[np.array([code == case for code in codes])]
        there = np.isfinite(values)
        counts[case] = there.sum(axis=0)
        with np.errstate(invalid="ignore"):
            means[case] = np.where(there, values, 0.0).sum(axis=0) / counts[case]
    return means, counts


def case_values(context: Context, column: str, *, last: bool) -> dict[str, float]:
    """A number of each case: that of its last (or first) numbered session that has one.

    Raises `DataError` where a cell is no number.
    """
    found: dict[str, tuple[float, float]] = {}
    for code, text in context.fact(column).items():
        case, number = context.cases.get(code), context.numbers.get(code)
        if case is None or number is None:
            continue
        try:
            value = float(text)
        except ValueError as error:
            raise DataError(
                f"facts.csv: {column} of session {code} is {text!r}, no number.",
                "Write a number, or leave the cell empty.",
            ) from error
        later = case not in found or (number > found[case][0]) == last
        if later:
            found[case] = (number, value)
    return {case: value for case, (_, value) in found.items()}


def _which_values(
    context: Context,
    outcome: str,
    intake: str | None,
    after: Mapping[str, float],
    before: Mapping[str, float],
) -> list[str]:
    """Which of the values of a case were used, where its sessions hold more than one."""
    first = case_values(context, outcome, last=False)
    changes = sum(first[case] != value for case, value in after.items())
    notes = []
    if changes:
        notes.append(
            f"{outcome} differs between the sessions of {plural(changes, 'case')}: the outcome of "
            "a case is the value at its last numbered session that has one."
        )
    if intake is not None and before:
        notes.append(f"Held constant: {intake} at the first numbered session that has it.")
        if all(before.get(case) == value for case, value in after.items()):
            notes.append(
                "It is the outcome in every case, so there is no partial r: name a column that "
                "holds the value at intake."
            )
    return notes


def _correlated(series: Sequence[FloatArray]) -> Mapping[str, float]:
    n = len(series[0])
    r = np.asarray(q_correlation(np.stack(series), degenerate="nan"))
    limits = fisher_interval(r[0, 1], n)
    row = {"r": float(r[0, 1]), "r_low": float(limits.low), "r_high": float(limits.high)}
    if len(series) == 3 and np.isfinite(r).all() and max(abs(r[0, 2]), abs(r[1, 2])) < 1:
        partial = partial_r(r[0, 1], r[0, 2], r[1, 2])
        limits = fisher_interval(partial, n - 1)
        row |= {"partial_r": float(partial)}
        row |= {"partial_low": float(limits.low), "partial_high": float(limits.high)}
    return row


def _notes(
    rows: Sequence[Mapping[str, Any]],
    process: Mapping[str, FloatArray],
    after: Mapping[str, float],
) -> list[str]:
    notes = []
    without = natural(set(process) - set(after))
    if without:
        notes.append(
            f"Left out: {plural(len(without), 'case')} without outcome ({listed(without)})."
        )
    if any(row["n_cases"] < FEWEST_CASES for row in rows):
        notes.append(f"A correlation over cases needs {FEWEST_CASES} cases.")
    if len(rows) > 10:
        notes.append(
            f"{len(rows)} variables: about one interval in twenty misses zero by chance alone."
        )
    return notes
