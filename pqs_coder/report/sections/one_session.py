"""One session: its sorts as piles, and the items on which its raters differ."""

from __future__ import annotations

import polars as pl

from pqs_coder.analysis.composites import profiles
from pqs_coder.analysis.differences import differences_table
from pqs_coder.analysis.items import pyramid_table
from pqs_coder.analysis.result import Result
from pqs_coder.report import figures
from pqs_coder.report.document import Block, Section, Words
from pqs_coder.report.material import Material, shown

PRIVATE = ("note_a", "note_b")
MOST_DIFFERENCES = 25


def sorts_of(material: Material, session: str) -> pl.DataFrame:
    """The sorts of the session, first occasion."""
    here = (pl.col("session") == session) & (pl.col("occasion") == 1)
    return material.frame.filter(here)


def raters_of(material: Material, session: str) -> list[str]:
    """Who has submitted it."""
    return sorts_of(material, session)["rater"].unique().sort().to_list()


def differences(material: Material, session: str) -> Section:
    """Every pair of raters, the items on which they differ most."""
    raters = raters_of(material, session)
    blocks: list[Block] = []
    for n, one in enumerate(raters):
        for other in raters[n + 1 :]:
            blocks += _of_pair(material, session, one, other)
    if blocks and not material.options.notes:
        words = "Raters' notes may quote the transcript and are left out; --notes puts them in."
        blocks.append(Words(words, "note"))
    return Section("differences", "Where the raters differ", tuple(blocks))


def _of_pair(material: Material, session: str, one: str, other: str) -> list[Block]:
    frame = sorts_of(material, session)
    result = material.ask(
        f"differences {session} {one} {other}",
        differences_table,
        frame,
        session,
        one,
        other,
        material.labels,
    )
    if not result.frame.height:
        return shown("differences", result, f"{one} and {other}")
    table = result.frame.filter(pl.col("difference") != 0).head(MOST_DIFFERENCES)
    if not material.options.notes:
        table = table.drop(PRIVATE)
    title = f"{one} and {other}: the items on which they differ most"
    command = f"pqs differences {session} --raters {one},{other}"
    return shown("differences", Result(table, result.notes), title, command)


def pyramids(material: Material, session: str) -> Section:
    """The composite and each rater's sort, as the forced piles."""
    frame = sorts_of(material, session)
    raters = raters_of(material, session)
    blocks: list[Block] = []
    if len(raters) > 1:
        blocks += _pyramid(material, frame, session, None)
    for rater in raters:
        blocks += _pyramid(material, frame.filter(pl.col("rater") == rater), session, rater)
    return Section("piles", "The sorts as piles", tuple(blocks))


def _pyramid(
    material: Material, frame: pl.DataFrame, session: str, rater: str | None
) -> list[Block]:
    item_set = material.study.item_set
    piles = [(pile.value, pile.size) for pile in item_set.piles]
    result = material.ask(
        f"pyramid {session} {rater}",
        lambda: pyramid_table(profiles(frame, material.context), piles, material.labels),
    )
    who = f"{session} by {rater}" if rater else f"the composite of {session}"
    if not result.frame.height:
        return shown("pyramid", result, who)
    option = f" --rater {rater}" if rater else ""
    command = f"pqs items --pyramid {session}{option}"
    return [figures.pyramid(result, item_set, who, command)]
