"""Item portraits: most and least characteristic items, and what tells groups and phases apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from pqs_coder.analysis.compare import compare_table, groups_compared
from pqs_coder.analysis.context import natural
from pqs_coder.analysis.items import groups_by, items_table
from pqs_coder.analysis.result import Result
from pqs_coder.report import figures
from pqs_coder.report.document import Block, Section, Words
from pqs_coder.report.material import Material, only, shown

MOST = 10
"""Items shown from either end."""
MOST_PAIRS = 3
PHASE = "phase"


def items(material: Material, by: str | None) -> Result:
    """The most and least characteristic items of everything, or of each group."""

    def answer() -> Result:
        groups = groups_by(material.profiles.sessions.tolist(), by, material.context)
        return items_table(material.profiles, groups, material.context, material.labels, most=MOST)

    result: Result = material.ask(f"items {by}", answer)
    return result


def compared(material: Material, column: str, a: str, b: str) -> Result:
    """Two groups item by item."""

    def answer() -> Result:
        given = groups_compared(material.profiles, material.context, column, a, b)
        found = compare_table(given, material.labels)
        return Result(found.frame, (*material.profiles.notes(), *found.notes))

    result: Result = material.ask(f"compare {column} {a} {b}", answer)
    return result


def section(material: Material) -> Section:
    """Portraits of the study and of its groups; differences between groups and phases."""
    command = f"pqs items --most {MOST}"
    blocks: list[Block] = [
        *shown("items", items(material, None), _title("the study"), command),
    ]
    column = material.options.groups
    if len(set(material.values_of(column).values())) > 1:
        blocks += _by(material, column)
    if material.context.cases:
        blocks += _by(material, "case")
    blocks += _differences(material, column)
    if column != PHASE:
        blocks += _differences(material, PHASE)
    return Section("portraits", "Item portraits", tuple(blocks))


def of_group(material: Material, by: str, name: str) -> Section:
    """The portrait of one session or case."""
    result = only(items(material, by), "group", [name])
    command = f"pqs items --by {by} --only {name} --most {MOST}"
    blocks = shown("items", result, _title(name), command)
    return Section("portraits", "Item portrait", tuple(blocks))


def _title(whose: str) -> str:
    return f"Most and least characteristic items of {whose}"


def _by(material: Material, column: str) -> list[Block]:
    title = _title(f"each {column}")
    command = f"pqs items --by {column} --most {MOST}"
    return shown("items", items(material, column), title, command, folded=True)


def _differences(material: Material, column: str) -> list[Block]:
    blocks: list[Block] = []
    names = natural(set(material.values_of(column).values()))
    for a, b in _pairs(names, column):
        result = compared(material, column, a, b)
        command = f'pqs compare {column} "{a}" "{b}"'
        if not result.frame.drop_nulls("difference").height if result.frame.width else True:
            blocks.append(Words(f"{a} and {b}: {' '.join(result.notes)}", "note"))
        elif result.frame["low"].null_count() == result.frame.height:
            words = f"{a} and {b}: too few cases for an interval. {' '.join(result.notes)}"
            blocks.append(Words(f"{words} ({command})", "note"))
        else:
            blocks.append(figures.item_differences(result, a, b, command))
    return blocks


def _pairs(names: Sequence[str], column: str) -> list[tuple[str, str]]:
    """Which groups are compared: first and last phase, else pairs of groups."""
    if column == PHASE and {"early", "late"} <= set(names):
        return [("late", "early")]
    return list(combinations(names, 2))[:MOST_PAIRS]
