"""The consensus of a session beside its raters, and how far the consensus of each session is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.arrays import NEEDED, group_sessions, rated, sort_matrix
from pqs_coder.analysis.context import natural
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.desk.consensus import (
    Adjudication,
    Disputed,
    accepted_items,
    adjudication_of,
    consensus_cards,
)
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.reading import read_sorts

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

CONSENSUS_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "piles": pl.String,
    "spread": pl.Int64,
    "mean": pl.Float64,
    "suggested": pl.Int64,
    "tied": pl.Boolean,
    "consensus": pl.Int64,
    "state": pl.String,
    "notes": pl.String,
    "evidence": pl.String,
    "accepted": pl.Boolean,
}
OVERVIEW_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "raters": pl.String,
    "n_differ": pl.Int64,
    "n_decided": pl.Int64,
    "state": pl.String,
    "n_accepted": pl.Int64,
}


def consensus_of(study: Study, session: str) -> Result:
    """A row an item, largest difference first, for leads; errors as `adjudication_of`.

    ``piles``, ``notes`` and ``evidence`` name each rater; ``spread`` is the highest pile less the
    lowest; ``suggested`` the rounded composite in the forced distribution (``tied``: an item with
    the same mean went to another pile); ``consensus`` where the consensus has it; ``state`` of the
    consensus is none, draft or submitted; ``accepted``: placed there with all others as suggested,
    and by nobody's judgement.
    """
    table = adjudication_of(study, session)
    state, cards = consensus_cards(study, session)
    suggested, tied = table.suggestions(study.item_set, cards)
    accepted = set(accepted_items(cards))
    rows = []
    for one in table.items:
        card = cards.get(one.item)
        rows.append(
            {
                "session": table.session,
                "suggested": suggested[one.item],
                "tied": one.item in tied,
                "label": study.item_set.item(one.item).label,
                "consensus": card.pile if card else None,
                "state": state,
                "accepted": one.item in accepted,
                **_said(table, one),
            }
        )
    columns = {name: [row[name] for row in rows] for name in CONSENSUS_SCHEMA}
    differ = plural(len(table.disputed), "item")
    note = f"{table.session}: {' and '.join(table.raters)} differ on {differ} of {len(rows)}."
    return Result(build_frame(columns, CONSENSUS_SCHEMA), (note,))


def _said(table: Adjudication, one: Disputed) -> dict[str, Any]:
    """What each rater has said of an item, the names with it."""
    cards = {rater: table.sides[rater][one.item] for rater in table.raters}
    piles = [f"{rater} {pile}" for rater, pile in zip(table.raters, one.piles, strict=True)]
    notes = [f"{rater}: {card.note}" for rater, card in cards.items() if card.note]
    evidence = [f"{rater}: {' '.join(c.evidence)}" for rater, c in cards.items() if c.evidence]
    return {
        "item": one.item,
        "piles": ", ".join(piles),
        "spread": one.spread,
        "mean": one.mean,
        "notes": " | ".join(notes) or None,
        "evidence": " | ".join(evidence) or None,
    }


def consensus_states_of(study: Study) -> Result:
    """A row a session whose consensus is begun: session and state (draft, submitted); for leads."""
    rows = []
    for code in natural(study.session_codes()):
        paths = study.consensus_paths(code)
        drafted = files.exists(paths.journal)
        if drafted or paths.latest_revision():
            rows.append({"session": code, "state": "draft" if drafted else "submitted"})
    schema = {"session": pl.String, "state": pl.String}
    return Result(build_frame({name: [row[name] for row in rows] for name in schema}, schema))


def consensus_overview_of(study: Study, sessions: Sequence[str] | None = None) -> Result:
    """A row a session (of all, or of these) with two submitted sorts or a consensus; for leads.

    ``n_decided`` counts, of the items on which the raters differ, those that the consensus places,
    ``n_accepted`` those of them that were placed all at once as suggested, judged by nobody.
    """
    study.check_leads()
    asked = None if sessions is None else [study.session_folder(one).name for one in sessions]
    codes = natural(study.session_codes() if asked is None else asked)
    differing = _differing(study, codes)
    begun = set(consensus_states_of(study).frame["session"])
    rows = []
    for code in codes:
        if code not in differing:
            continue
        raters, items = differing[code]
        state, cards = consensus_cards(study, code) if code in begun else ("none", {})
        rows.append(
            {
                "session": code,
                "raters": raters,
                "n_differ": len(items),
                "n_decided": sum(n in cards and cards[n].pile is not None for n in items),
                "state": state,
                "n_accepted": len(set(accepted_items(cards)).intersection(items)),
            }
        )
    columns = {name: [row[name] for row in rows] for name in OVERVIEW_SCHEMA}
    return Result(build_frame(columns, OVERVIEW_SCHEMA))


def _differing(study: Study, codes: Sequence[str]) -> dict[str, tuple[str, list[int]]]:
    """Raters and the items on which they differ, of sessions with two sorts; all in one reading."""
    frame = read_sorts(study, columns=NEEDED, sessions=codes)
    own = frame.filter(pl.col("item_set_hash") == study.item_set.hash)
    grouped = group_sessions(rated(sort_matrix(own)))
    names, found = grouped.sorts.column("rater"), {}
    for block in grouped.blocks(fewest_items=1):
        differ = block.piles.max(axis=1) != block.piles.min(axis=1)
        for code, rows, where in zip(block.sessions, block.rows, differ, strict=True):
            found[code] = (",".join(names[rows]), block.items[where].tolist())
    return found
