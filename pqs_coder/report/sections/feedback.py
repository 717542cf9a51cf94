"""Feedback for one rater: own work and agreement. Nobody else is named, no fact of a case told."""

from __future__ import annotations

import polars as pl

from pqs_coder.analysis.result import Result
from pqs_coder.analysis.training import training_of
from pqs_coder.report.document import Block, Section, Words
from pqs_coder.report.material import Material, only, shown
from pqs_coder.report.sections.raters import bias, drift, drift_blocks, item_bias, portraits
from pqs_coder.report.sections.reliability import agreement

MOST_LEANINGS = 15

WHAT_IT_MEANS = (
    "r with the others is the mean over the other raters of a session. Sorts differ because "
    "sessions are hard, because raters see different things, and because raters lean; a single low "
    "value says little. Look at the items, and talk about them when the session is open."
)
TWO_RATERS = (
    "With two raters in the study an agreement belongs to the pair: nobody can tell from it which "
    "of the two has moved."
)


def sections(material: Material, rater: str) -> list[Section]:
    """The rater's feedback, as far as the viewer may see sorts."""
    return [_work(material, rater), _agreement(material, rater), _leanings(material, rater)]


def _of(result: Result, rater: str) -> Result:
    return only(result, "rater", [rater])


def _work(material: Material, rater: str) -> Section:
    habits = _of(portraits(material), rater)
    own = habits.frame.drop([c for c in _NOT_WORK if c in habits.frame.columns])
    blocks: list[Block] = shown("portraits", Result(own), "Your sorts", "pqs portraits")
    if not blocks:
        blocks = [Words("No sort submitted yet.")]
    again = habits.frame.drop_nulls("r_self") if "r_self" in habits.frame.columns else None
    if again is not None and again.height:
        columns = again.select("rater", "n_again", "r_self", "exact_self")
        blocks += shown("portraits", Result(columns), "You and yourself", "pqs portraits")
    blocks += _practice(material, rater)
    return Section("work", "Your work", tuple(blocks))


_NOT_WORK = ("r_others", "r_low", "r_high", "n_shared", "r_self", "exact_self", "n_again")


def _practice(material: Material, rater: str) -> list[Block]:
    """Practice sorts against their criteria: only what has been submitted."""

    result = _of(material.ask("training", lambda: training_of(material.study)), rater)
    if not result.frame.height:
        return []
    return shown("training", result, "Practice sorts against their criterion", "pqs training")


def _agreement(material: Material, rater: str) -> Section:
    title = "Agreement with the others"
    row = _of(agreement(material, "rater"), rater)
    charts = drift(material)
    chart = _of(charts, rater)
    blocks: list[Block] = [Words(WHAT_IT_MEANS)]
    if not row.frame.height:
        words = "Not to be told yet: no other sort of your sessions is open to you."
        return Section("agreement", title, (Words(words),))
    blocks += shown(
        "rater", Result(row.frame), "Over all your sessions", "pqs agreement --by rater"
    )
    if charts.frame.height and not chart.frame.height:
        blocks.append(Words(TWO_RATERS))
    else:
        blocks += drift_blocks(Result(chart.frame, () if charts.frame.height else charts.notes))
    return Section("agreement", title, tuple(blocks))


def _leanings(material: Material, rater: str) -> Section:
    groups = _of(bias(material), rater)
    items = _of(item_bias(material), rater)
    blocks = shown("bias", groups, "By item group", "pqs bias")
    if items.frame.height:
        most = Result(items.frame.sort(pl.col("bias").abs(), descending=True).head(MOST_LEANINGS))
        title = "Items that you lay elsewhere than the others, over all sessions"
        blocks += shown("item bias", most, title, "pqs bias --by-item")
    if blocks:
        words = (
            "How much higher than the others you lay items, in piles, over the sessions you share."
        )
        blocks.insert(0, Words(words))
    return Section("leanings", "Leanings", tuple(blocks))
