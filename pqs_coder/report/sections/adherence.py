"""Adherence: prototypes, sessions x prototypes, groups, lines over the sessions of a case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from pqs_coder.analysis.adherence_context import adherence_detail, adherence_groups
from pqs_coder.analysis.adherence_tests import contrast_groups
from pqs_coder.analysis.prototypes import compare_prototypes, prototypes_table
from pqs_coder.analysis.provenance import incomplete
from pqs_coder.analysis.result import Result
from pqs_coder.report import figures
from pqs_coder.report.document import Block, Section, Words
from pqs_coder.report.material import Material, only, shown

MOST_CASES = 16
"""Cases whose lines are drawn in the report of a study; any case has its own report."""
MOST_CONTRASTS = 6

WHAT_IT_IS = (
    "Adherence is r of a session's composite with a prototype. Prototypes overlap, and adherence "
    "is not competence. There is no test against zero: any shared picture of a session beats it. "
    "Beside each r stand the mean adherence of the other cases and the distinctive r, of what is "
    "the session's own. A composite correlates higher than one rater does, and one of three "
    "higher than one of two, so raters and reliability stand in every row."
)


def detail(material: Material) -> Result:
    """Adherence of every session with what it is read beside."""
    result: Result = material.ask(
        "adherence",
        lambda: adherence_detail(material.profiles, material.prototypes, material.context),
    )
    return result.with_notes(*incomplete(material.prototypes, material.study.item_set))


def section(
    material: Material, sessions: Sequence[str] | None = None, case: str | None = None
) -> Section:
    """Adherence in the study, or of some of its sessions."""
    if not material.prototypes:
        words = "This study has no prototypes: pqs prototypes add FILE, or enter."
        return Section("adherence", "Adherence to prototypes", (Words(words),))
    result = detail(material)
    if sessions is not None:
        result = only(result, "session", sessions)
    blocks: list[Block] = [Words(WHAT_IT_IS), *_prototypes(material)]
    if not result.frame.height:
        blocks += shown("adherence", result, "Adherence")
    elif case is not None:
        blocks.append(_lines(result, case))
    elif sessions is not None:
        blocks += shown("adherence", result, "Adherence", "pqs adherence --detail")
    else:
        blocks += _of_the_study(material, result)
    return Section("adherence", "Adherence to prototypes", tuple(blocks))


def _prototypes(material: Material) -> list[Block]:
    library = Result(prototypes_table(material.study))
    overlap = material.ask("overlap", compare_prototypes, material.prototypes)
    return [
        *shown("prototypes", library, "The prototypes", "pqs prototypes list", folded=True),
        *shown("overlap", overlap, "How the prototypes overlap", "pqs prototypes compare"),
    ]


def _lines(result: Result, case: str) -> Block:
    numbered = result.frame.drop_nulls(["number", "r"])
    if not numbered.height:
        words = f"{case} has no numbered sessions: fill the column number of facts.csv."
        return Words(words, "note")
    return figures.adherence_lines(result, case, "pqs adherence --detail")


def _of_the_study(material: Material, result: Result) -> list[Block]:
    blocks: list[Block] = [figures.adherence_map(result, "pqs adherence --detail")]
    column = material.options.groups
    if len(set(material.values_of(column).values())) > 1:
        blocks.append(_by_group(material, column))
    blocks += _contrasts(material)
    cases = result.frame.drop_nulls(["case", "number"])["case"].unique(maintain_order=True)
    drawn = [case for case in cases if _sessions_of(result.frame, case) > 1]
    lines: list[Block] = [
        _lines(only(Result(result.frame), "case", [case]), case) for case in drawn[:MOST_CASES]
    ]
    if len(drawn) > MOST_CASES:
        words = f"{len(drawn) - MOST_CASES} more cases: pqs report --case CASE draws each."
        lines.append(Words(words, "note"))
    if lines:
        blocks.append(Section("adherence-cases", "Case by case", tuple(lines)))
    return blocks


def _sessions_of(frame: pl.DataFrame, case: str) -> int:
    return frame.filter(pl.col("case") == case)["session"].n_unique()


def _by_group(material: Material, column: str) -> Block:
    result: Result = material.ask(
        "adherence groups",
        lambda: adherence_groups(material.profiles, material.prototypes, material.context, column),
    )
    command = f"pqs adherence --by {column}"
    if not result.frame.height:
        return Words(f"Adherence by {column}: {' '.join(result.notes)}", "note")
    return figures.adherence_groups(result, column, command)


def _contrasts(material: Material) -> list[Block]:
    """Pairs of prototypes tested against each other over the cases."""
    if not material.context.cases:
        return []
    blocks: list[Block] = []
    column = material.options.groups
    has_groups = bool(material.values_of(column))
    for a, b in list(combinations(material.prototypes, 2))[:MOST_CONTRASTS]:
        result = material.ask(
            f"contrast {a.id} {b.id}",
            contrast_groups,
            material.profiles,
            a,
            b,
            material.context,
            column if has_groups else None,
        )
        by = column if has_groups else "all"
        command = f"pqs adherence --contrast {a.id} {b.id} --by {by}"
        title = f"Nearer to {a.id} than to {b.id}?"
        blocks += shown("contrast", result, title, command, folded=True)
    return blocks
