"""How far raters agree: by session, pair, rater, item, study. One entry for all five."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import (
    NEEDED,
    Grouped,
    SortMatrix,
    group_sessions,
    rated,
    sort_matrix,
)
from pqs_coder.analysis.context import Context, study_context
from pqs_coder.analysis.result import Result
from pqs_coder.errors import UsageError
from pqs_coder.model.twins import Alike, equal_sorts, equal_words
from pqs_coder.model.words import listed, plural

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

WAYS = ("session", "pair", "rater", "item", "study")


def agreement_of(study: Study, by: str = "session", *, mix_item_sets: bool = False) -> Result:
    """Agreement in a study, as far as its viewer may see sorts; columns as in docs/columns.md.

    ``by`` is session, pair, rater, item or study. Raises `UsageError` for another word.
    """
    from pqs_coder.store.reading import read_sorts

    check_way(by)
    with ThreadPoolExecutor(1) as pool:
        columns = (*NEEDED, "submitted_at") if by == "study" else NEEDED  # who came third
        reading = pool.submit(read_sorts, study, columns=columns)
        _load_statistics()  # meanwhile: it takes as long as reading a thousand files
        context = study_context(study)
        frame = reading.result()
    return agreement_table(frame, by, context, mix_item_sets=mix_item_sets)


def _load_statistics() -> None:
    from pqs_coder.analysis import agreement_across, agreement_sessions  # noqa: F401


def agreement_table(
    frame: pl.DataFrame,
    by: str = "session",
    context: Context | None = None,
    *,
    mix_item_sets: bool = False,
) -> Result:
    """The same of a tidy table: kind rater, latest revision, occasion 1.

    Sorts of different item-set hashes are not compared unless ``mix_item_sets``, and then over the
    items that they share. A sort without variance has no r: its rows hold null, and a note says so.
    """
    from pqs_coder.analysis import agreement_across, agreement_sessions

    about = context or Context()
    sorts = rated(sort_matrix(frame))
    grouped = group_sessions(sorts, mix_item_sets=mix_item_sets, prefer=about.item_set_hash)
    tables: dict[str, Callable[[Grouped, Context], Result]] = {
        "session": agreement_sessions.by_session,
        "pair": agreement_sessions.by_pair,
        "rater": agreement_across.by_rater,
        "item": agreement_across.by_item,
        "study": agreement_across.by_study,
    }
    result = tables[check_way(by)](grouped, about)
    return Result(result.frame, (*left_out(grouped, about, mix_item_sets), *result.notes))


def check_way(by: str) -> str:
    """``by`` itself; `UsageError` where there is no such table."""
    if by not in WAYS:
        raise UsageError(f"There is no agreement by '{by}'.", f"Use one of: {', '.join(WAYS)}.")
    return by


def left_out(grouped: Grouped, context: Context, mixed: bool) -> list[str]:
    """What is not in the table, in words."""
    notes = []
    sorted_ones = set(grouped.sorts.labels["session"].unique())
    none = [code for code in context.sessions if code not in sorted_ones]
    few = len(grouped.alone) + len(none)
    if few:
        notes.append(
            f"Left out: {plural(few, 'session')} with fewer than two submitted sorts "
            f"({len(grouped.alone)} with one, {len(none)} with none)."
        )
    if grouped.other_sets:
        notes.append(
            f"Left out: {plural(grouped.other_sets, 'sort')} of another item set or wording than "
            "the others of the session; they are compared only when asked (mix item sets)."
        )
    if mixed and grouped.sorts.labels["item_set_hash"].n_unique() > 1:
        notes.append(
            "Sorts of different item sets or wordings are compared, over the items they share."
        )
    unforced = grouped.sorts.labels.filter(~pl.col("forced"))
    if unforced.height:
        notes.append(
            f"{plural(unforced.height, 'sort')} not forced (sessions "
            f"{listed(unforced['session'].unique(maintain_order=True).to_list())}): computed by "
            "the general formulas."
        )
    return notes + equal_words(_equal(grouped.sorts))


def _equal(sorts: SortMatrix) -> list[Alike]:
    """Equal sorts of a session; one with all items in one pile tells nothing."""
    rows = zip(sorts.column("session"), sorts.column("rater"), sorts.piles, strict=True)
    return equal_sorts((code, rater, row.tobytes()) for code, rater, row in rows if np.ptp(row))
