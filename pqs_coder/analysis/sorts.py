"""One sort as a table, for reading: the draft, else what was submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.result import build_frame
from pqs_coder.errors import StudyError
from pqs_coder.store import files
from pqs_coder.store.journal import read_journal, replay
from pqs_coder.store.sorts import open_frame, read_submitted

if TYPE_CHECKING:
    from pqs_coder.model.item_set import ItemSet
    from pqs_coder.store.study import SortPaths, Study

SHOW_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "rater": pl.String,
    "state": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "pile": pl.Int64,
    "heap": pl.Int64,
    "unsure": pl.Boolean,
    "evidence": pl.String,
    "note": pl.String,
    "moves": pl.Int64,
    "seconds": pl.Float64,
}


def show_sort(study: Study, session: str, rater: str, *, again: bool = False) -> pl.DataFrame:
    """A row an item: the draft as it stands, else the last submitted revision.

    Raises `UsageError` where the viewer may not see it, `StudyError` where nothing is begun.
    """
    paths = study.paths(session, rater, again)
    code = study.session_folder(session).name
    if study.may_see_draft(paths.rater) and files.exists(paths.journal):
        return _draft_rows(study.item_set, paths, code)
    revision = paths.latest_revision()
    if not revision:
        raise StudyError(
            f"{paths.rater} has not begun to sort {code}.", "There is nothing to show."
        )
    frame = open_frame(read_submitted(paths.submitted(revision)), study.vault)
    return _submitted_rows(study.item_set, frame)


def _draft_rows(item_set: ItemSet, paths: SortPaths, session: str) -> pl.DataFrame:
    draft = replay(read_journal(paths.journal, paths.vault), item_set, str(paths.journal))
    cards = [draft.cards[item.number] for item in item_set.items]
    columns: dict[str, Any] = {
        "session": [session] * len(cards),
        "rater": [paths.rater] * len(cards),
        "state": ["draft"] * len(cards),
        "item": [item.number for item in item_set.items],
        "label": [item.label for item in item_set.items],
        "pile": [card.pile for card in cards],
        "heap": [card.heap for card in cards],
        "unsure": [card.unsure for card in cards],
        "evidence": [" ".join(card.evidence) or None for card in cards],
        "note": [card.note or None for card in cards],
        "moves": [card.moves for card in cards],
        "seconds": [draft.seconds.get(item.number, 0.0) for item in item_set.items],
    }
    return build_frame(columns, SHOW_SCHEMA)


def _submitted_rows(item_set: ItemSet, frame: pl.DataFrame) -> pl.DataFrame:
    labels = [item_set.item(n).label if item_set.has_item(n) else None for n in frame["item"]]
    whole = frame.with_columns(
        pl.lit("submitted").alias("state"), pl.Series("label", labels, dtype=pl.String)
    )
    return whole.select(list(SHOW_SCHEMA))
