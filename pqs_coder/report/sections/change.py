"""Change over the sessions of cases, process and outcome, interaction structures."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pqs_coder.analysis.change import change_points, change_table
from pqs_coder.analysis.context import natural_key
from pqs_coder.analysis.outcomes import outcomes_table
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.structure_files import load_structures
from pqs_coder.analysis.structures import (
    Structures,
    case_profiles,
    describe_structures,
    find_structures,
)
from pqs_coder.analysis.variables import Variables, process_variables
from pqs_coder.errors import StudyError
from pqs_coder.model.words import plural
from pqs_coder.report import figures
from pqs_coder.report.document import Block, Section, Words
from pqs_coder.report.material import Material, only, shown

MOST_MOVING = 6
"""Items whose course is drawn: those with the strongest trends."""
MOST_CASES = 4
"""Long cases whose structures stand in the report of a study."""
ENOUGH_SESSIONS = 20
"""Numbered sessions from which on a study's report looks for structures in a case."""
OUTCOME = "outcome"

EXPLORING = (
    "These items were chosen because their trends are the strongest of all items: look for them "
    "again in other data before you believe them."
)


def variables(material: Material, items: Sequence[int] = ()) -> Variables:
    """Adherence to each prototype, and these items, of every session."""
    return process_variables(
        material.profiles,
        items=items,
        prototypes=material.prototypes,
        labels=material.labels,
    )


def section(material: Material, case: str | None = None) -> Section:
    """Change in the study, or in one case."""
    trends: Result = material.ask(
        "change", lambda: change_table(variables(material), material.context)
    )
    blocks: list[Block] = []
    if case is None:
        blocks += shown("change", trends, "Trends of adherence", "pqs change")
        blocks += _outcome(material)
        long = _long_cases(material)
        for n, name in enumerate(long[:MOST_CASES], 1):
            blocks.append(_structures(material, name, f"structures-{n}"))
        if len(long) > MOST_CASES:
            more = plural(len(long) - MOST_CASES, "more long case")
            blocks.append(Words(f"{more}: pqs report --case CASE finds the structures.", "note"))
    else:
        mine = only(trends, "case", [case])
        blocks += shown("change", mine, f"Trends of adherence of {case}", "pqs change")
        blocks += _courses(material, case)
        blocks.append(_structures(material, case, "structures"))
    kept = [one for one in blocks if not isinstance(one, Section) or one.blocks]
    return Section("change", "Change", tuple(kept))


def _courses(material: Material, case: str) -> list[Block]:
    """Pictures of adherence and of the items that move most."""
    every = material.profiles.items.tolist()
    trends: Result = material.ask(
        f"change items {case}",
        lambda: change_table(variables(material, every), material.context, case=case),
    )
    if not trends.frame.height:
        return shown("change", trends, f"Change in {case}")
    moving = trends.frame.filter(pl.col("scale") == "pile").drop_nulls("tau")
    moving = moving.sort(pl.col("tau").abs(), "variable", descending=[True, False])
    names = moving["variable"].head(MOST_MOVING).to_list()
    numbers = [int(name.removeprefix("item ")) for name in names]
    points = material.ask(
        f"points {case}",
        lambda: change_points(variables(material, numbers), material.context, case=case),
    )
    blocks: list[Block] = []
    fitted = material.ask(
        f"change {case} {numbers}",
        lambda: change_table(variables(material, numbers), material.context, case=case),
    )
    of_items = points.frame.filter(pl.col("variable").is_in(names))
    listed = ",".join(map(str, numbers))
    if of_items.height:
        rows = [fitted.frame.filter(pl.col("variable") == name) for name in names]
        strongest = Result(pl.concat(rows), fitted.notes)
        command = f"pqs change --case {case} --items {listed}"
        blocks.append(Words(EXPLORING))
        blocks += shown("change", strongest, f"Strongest trends of items in {case}", command)
        blocks.append(figures.change(Result(of_items), case, "Pile", f"{command} --points"))
    return blocks


def _outcome(material: Material) -> list[Block]:
    if not material.values_of(OUTCOME):
        return []
    result = material.ask(
        "outcome",
        lambda: outcomes_table(variables(material), material.context, OUTCOME, OUTCOME),
    )
    title = "Process and outcome over the cases"
    command = f"pqs outcome {OUTCOME} --intake {OUTCOME}"
    notes = (
        "Process is the mean over a case's sessions, outcome the value at its last session; held "
        f"constant is the value of the same column, {OUTCOME}, at its first. A study that keeps "
        "intake in a column of its own names it: pqs outcome COLUMN --intake COLUMN.",
    )
    return shown("outcome", result, title, command, notes=notes)


def _long_cases(material: Material) -> list[str]:
    """Cases with enough numbered sessions for structures, the longest first."""
    counts: dict[str, int] = {}
    for code in material.profiles.sessions.tolist():
        case = material.context.cases.get(code)
        if case is not None and code in material.context.numbers:
            counts[case] = counts.get(case, 0) + 1
    long = [case for case, count in counts.items() if count >= ENOUGH_SESSIONS]
    return sorted(long, key=lambda case: (-counts[case], natural_key(case)))


def _structures(material: Material, case: str, key: str) -> Section:
    """The interaction structures of a case: those that the lead has kept, else found anew."""
    title = f"Interaction structures of {case}"
    found, kept = find(material, case)
    if isinstance(found, Result):
        words = Words(f"No interaction structures: {' '.join(found.notes)}", "note")
        return Section(key, title, (words,))
    command = f"pqs structures {case}{' --kept' if kept else ''}"
    blocks: list[Block] = []
    if found.parallel.frame.height:
        blocks.append(figures.scree(found.parallel, case, f"{command} --show parallel"))
    blocks += shown("structure items", found.items, "Items of the structures", command)
    blocks += shown(
        "structure summary", found.summary, "The structures", f"{command} --show summary"
    )
    if found.scores.frame.height:
        blocks.append(figures.structure_scores(found.scores, case, f"{command} --show scores"))
    blocks += shown("lags", found.lags, "Who leads, who follows", f"{command} --show lags")
    return Section(key, title, tuple(blocks))


def find(material: Material, case: str) -> tuple[Structures | Result, bool]:
    """The structures of a case, or why there are none; and whether the lead has kept them."""
    values = material.study.item_set.values
    middle = (values[0] + values[-1]) / 2

    def answer() -> tuple[Structures, bool]:
        given = case_profiles(material.profiles, material.context, case)
        try:
            known = load_structures(material.study, given.case)
        except StudyError:
            found = find_structures(given, labels=material.labels, middle=middle)
            return found, False
        return describe_structures(given, known, labels=material.labels, middle=middle), True

    found = material.ask(f"structures {case}", answer)
    return (found, False) if isinstance(found, Result) else found
