"""The raters: who agrees with whom, leanings, drift, habits. For leads."""

from __future__ import annotations

from pqs_coder.analysis.control_chart import BASELINE
from pqs_coder.analysis.drift import drift_table
from pqs_coder.analysis.matrix import matrix_from_pairs
from pqs_coder.analysis.portraits import (
    SEALED,
    SEALED_WORDS,
    bias_table,
    item_bias_table,
    portraits_table,
)
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.subsets import study_subsets
from pqs_coder.report import figures
from pqs_coder.report.document import Block, Section, Words
from pqs_coder.report.material import Material, shown
from pqs_coder.report.sections.reliability import agreement


def matrix(material: Material) -> Result:
    """Every pair of raters over the sessions they share."""
    pairs = agreement(material, "pair")
    if not pairs.frame.height:
        return Result(pairs.frame, pairs.notes)
    return Result(matrix_from_pairs(pairs.frame, material.threshold), pairs.notes)


def drift(material: Material) -> Result:
    """Control charts of the raters."""
    result: Result = material.ask("drift", drift_table, material.frame, material.context)
    return result


def portraits(material: Material) -> Result:
    """Habits and agreement of each rater."""
    result: Result = material.ask("portraits", portraits_table, material.frame)
    vault = material.study.vault
    if vault is None or not vault.locked:
        return result
    frame = result.frame.drop([name for name in SEALED if name in result.frame.columns])
    return Result(frame, (*result.notes, SEALED_WORDS))


def bias(material: Material) -> Result:
    """Leanings by item group."""
    result: Result = material.ask(
        "bias", lambda: bias_table(material.frame, study_subsets(material.study))
    )
    return result


def item_bias(material: Material) -> Result:
    """Leanings item by item."""
    result: Result = material.ask("item bias", item_bias_table, material.frame)
    return material.with_labels(result)


WHAT_DRIFT_IS = (
    "Of each sort r with the others, less what the session and the partners led to expect. A "
    f"rater's first {BASELINE} sorts are the baseline: they set the centre and the limits, and the "
    "level of the later ones is held against them. A level outside its limits is a reason to look, "
    "not a verdict."
)


def drift_blocks(charts: Result) -> list[Block]:
    """The control charts, from as many sorts on as let them tell anything."""
    longest = charts.frame["order"].max() if charts.frame.height else None
    if not isinstance(longest, int):
        return [Words(" ".join(charts.notes))] if charts.notes else []
    if longest <= BASELINE:
        words = f"Control charts of agreement over time begin after {BASELINE} sorts of a rater."
        return [Words(words)]
    return [Words(WHAT_DRIFT_IS), figures.drift(charts, "pqs drift")]


def section(material: Material) -> Section:
    """All raters of the study."""
    found = matrix(material)
    blocks: list[Block] = []
    if found.frame.height:
        blocks.append(figures.rater_matrix(found, "pqs matrix"))
    by_rater = agreement(material, "rater")
    blocks += shown("rater", by_rater, "Each rater with the others", "pqs agreement --by rater")
    blocks += drift_blocks(drift(material))
    blocks += shown("bias", bias(material), "Leanings by item group", "pqs bias", folded=True)
    blocks += shown(
        "portraits", portraits(material), "Habits of the raters", "pqs portraits", folded=True
    )
    return Section("raters", "Raters", tuple(blocks))
