"""The first section: what was rated, by whom, how far the work is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

from pqs_coder.analysis.result import Result
from pqs_coder.analysis.status import status
from pqs_coder.model.study import FACT_COLUMNS
from pqs_coder.model.words import plural
from pqs_coder.report.document import Block, Facts, Section, Shown, Words
from pqs_coder.report.material import Material, only, shown
from pqs_coder.report.sections.methods import counts
from pqs_coder.report.sections.reliability import agreement, open_sessions, third
from pqs_coder.report.tables import Column, build_table
from pqs_coder.report.text_cells import short_r

STATES = ("submitted", "draft", "assigned", "open")


def section(material: Material) -> Section:
    """The study at a glance."""
    study = material.study
    found = counts(material)
    item_set = study.item_set
    piles = ", ".join(f"{pile.size} in {pile.value}" for pile in item_set.piles)
    cases = set(material.context.cases.values())
    pairs = [
        (
            "Item set",
            f"{item_set.title} ({item_set.id} {item_set.version}), {len(item_set.items)} items",
        ),
        ("Piles", piles),
        ("Sessions", f"{len(material.context.sessions)}, {found.sessions} of them sorted"),
        ("Cases", str(len(cases)) if cases else "none named in facts.csv"),
        ("Raters", str(found.raters)),
        ("Submitted sorts", str(found.sorts)),
        ("Threshold", f"{study.settings.threshold:.2f}"),
    ]
    blocks: list[Block] = [Facts(tuple(pairs)), *_in_short(material)]
    blocks += _work(material)
    return Section("study", "The study", tuple(blocks))


def _in_short(material: Material) -> list[Block]:
    """The reliability in a sentence, and what is still open."""
    result = agreement(material, "study")
    if not result.frame.height:
        return [Words("No session has two submitted sorts yet.")]
    row = result.frame.row(0, named=True)
    text = (
        f"Raters agree at r = {short_r(row['mean_r'])} on average "
        f"({plural(row['n_pairs'], 'pair')}, {plural(row['n_sessions'], 'session')}, "
        f"from {short_r(row['min_r'])} to {short_r(row['max_r'])}){_once(row)}; "
        f"the composite has a reliability of {short_r(row['reliability'])} (Spearman-Brown). "
        f"Raters of other sessions and cases agree at {short_r(row['baseline_r']) or 'no known r'}."
    )
    return [Words(text), *open_sessions(third(material))]


def _once(row: dict[str, Any]) -> str:
    """The mean with each session once, where sessions with a third rater weigh more."""
    if not row["n_third"]:
        return ""
    words = f", with each session once at {short_r(row['mean_r_sessions'])}"
    first = short_r(row["mean_r_first"])
    return f"{words}, before third raters at {first}" if first else words


def _work(material: Material, sessions: Sequence[str] | None = None) -> list[Block]:
    table = Result(status(material.study))
    if sessions is not None:
        table = only(table, "session", sessions)
    states = Counter(table.frame["state"].to_list())
    counted = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
    title = f"Work: {counted}" if counted else "Work"
    return shown("status", table, title, "pqs status", folded=True)


def of_part(material: Material, title: str, sessions: Sequence[str]) -> Section:
    """One case or one session: its sessions with their facts, and the work on them."""
    blocks: list[Block] = [*_facts(material, sessions), *_work(material, sessions)]
    return Section("study", title, tuple(blocks))


def _facts(material: Material, sessions: Sequence[str]) -> list[Block]:
    """What facts.csv holds of these sessions; its own further columns last."""
    rows = [material.context.facts[code] for code in sessions if code in material.context.facts]
    if not rows:
        return []
    more = list(dict.fromkeys(name for one in rows for name in one.more))
    columns = {name: [getattr(one, name) or None for one in rows] for name in FACT_COLUMNS}
    columns |= {name: [one.more.get(name) or None for one in rows] for name in more}
    heads = [Column(name, name.replace("_", " ").capitalize()) for name in columns]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return [Shown(build_table(frame, heads, "Facts of the sessions (facts.csv)"))]
