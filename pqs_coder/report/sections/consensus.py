"""Consensus: which sessions were adjudicated, and what was decided where the raters differ."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pqs_coder.analysis.consensus import (
    consensus_of,
    consensus_overview_of,
    consensus_states_of,
)
from pqs_coder.analysis.result import Result
from pqs_coder.report.document import Section, Words
from pqs_coder.report.material import Material, only, shown

PRIVATE = ("notes", "evidence")
WHAT_IT_IS = (
    "A consensus is a third sort beside those of the raters, on what they differ in. What was only "
    "accepted was taken over from the rounded composite all at once; the rest was placed item "
    "by item. It is not independent of them: agreement, composites and adherence are "
    "computed from the raters' own sorts."
)


def section(material: Material, sessions: Sequence[str] | None = None) -> Section:
    """The sessions (of the study, or these) whose consensus is begun or submitted."""
    title = "Consensus"
    states: Result = material.ask("consensus states", consensus_states_of, material.study)
    if sessions is not None:
        states = only(states, "session", sessions)
    if not states.frame.height:
        return Section("consensus", title)
    codes = states.frame["session"].to_list()
    overview = consensus_overview_of(material.study, codes)
    blocks = shown("consensus", overview, "Sessions with a consensus", "pqs consensus")
    return Section("consensus", title, (Words(WHAT_IT_IS), *blocks))


def of_session(material: Material, session: str) -> Section:
    """Item by item: where the raters laid it, and where the consensus did."""
    whole = section(material, [session])
    if not whole.blocks:
        return whole
    found: Result = material.ask(f"consensus {session}", consensus_of, material.study, session)
    table = found.frame.filter(pl.col("spread") > 0) if found.frame.height else found.frame
    if table.height and not material.options.notes:
        table = table.drop(PRIVATE)
    title = f"{session}: what was decided where the raters differ"
    items = shown("consensus items", Result(table, found.notes), title, f"pqs consensus {session}")
    return Section(whole.key, whole.title, (*whole.blocks, *items))
