"""The third rater rule: sessions whose first two raters agree too little, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.agreement_sessions import ROUNDING, in_order
from pqs_coder.analysis.arrays import (
    NEEDED,
    Block,
    FloatArray,
    Grouped,
    group_sessions,
    rated,
    sort_matrix,
)
from pqs_coder.analysis.context import Context, study_context
from pqs_coder.analysis.result import NO_PAIRS, Result, build_frame, stack_frames
from pqs_coder.model.words import listed
from pqs_coder.stats import q_correlation, spearman_brown
from pqs_coder.store.work import ASSIGNED, DRAFT, Work, list_work

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
THIRD_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "raters": pl.String,
    "n_raters": pl.Int64,
    "r_before": _R,
    "r_after": _R,
    "reliability": _R,
    "closest_two": pl.String,
    "r_closest": _R,
    "state": pl.String,
}
STATES = ("needed", "waiting", "nobody", "resolved", "unresolved")
"""A third rater is needed; is assigned or has begun; is needed, and nobody is left to ask; r of all
is at the threshold or over it; still under it."""

SETTLED = "No session is under the threshold, and none has a third sort."
LATE = 2**62
"""Microseconds: later than any time of submission."""

SELECTS = (
    "To keep the closest two selects on the outcome: agreement looks higher while validity falls. "
    "Report r after, of all raters."
)


def third_raters_of(study: Study) -> Result:
    """Sessions of a study under the threshold, before and after a third rater."""
    from pqs_coder.store.reading import read_sorts

    frame = read_sorts(study, columns=(*NEEDED, "submitted_at"))
    return third_raters_table(frame, study_context(study), list_work(study))


def third_raters_table(
    frame: pl.DataFrame, context: Context | None = None, work: Iterable[Work] = ()
) -> Result:
    """A row a session whose first two raters are under the threshold, or that has three or more.

    The first two are those who submitted first. ``r_before`` is theirs (null where three have no
    times, or equal ones, and so nobody knows who came third), ``r_after`` the mean r of all (null
    while there are two), ``reliability`` that of the composite of all. ``work`` tells who was asked
    and has not submitted: such a session is ``waiting``.
    """
    about = context or Context()
    sorts = rated(sort_matrix(frame))
    grouped = group_sessions(sorts, prefer=about.item_set_hash)
    people = set(about.people(sorts.labels["rater"].unique()))
    asked = {one.session for one in work if one.state in (ASSIGNED, DRAFT)}
    frames = [
        _rows(block, grouped, people, about.settings.threshold, asked) for block in grouped.blocks()
    ]
    table = in_order(stack_frames(frames, THIRD_SCHEMA), grouped)
    notes = [SELECTS] if table["r_closest"].is_not_null().any() else []
    if not table.height:
        notes = [SETTLED if any(True for _ in grouped.blocks()) else NO_PAIRS]
    return Result(table, (*_without_order(table), *_without_people(table), *notes))


def _without_people(table: pl.DataFrame) -> list[str]:
    """The note on sessions for which nobody is left to ask."""
    left = table.filter(pl.col("state") == "nobody")["session"].to_list()
    if not left:
        return []
    return [
        f"Nobody is left to ask in {listed(left)}: every rater has sorted "
        f"{'it' if len(left) == 1 else 'them'}. Add people with pqs raters add NAME."
    ]


def _without_order(table: pl.DataFrame) -> list[str]:
    """The note on sessions of which nobody knows who came third."""
    many = table.filter(pl.col("r_before").is_null(), pl.col("r_after").is_not_null())
    if not many.height:
        return []
    return [
        f"No r before in {listed(many['session'].to_list())}: the times of submission don't tell "
        "who came third."
    ]


def _rows(
    block: Block, grouped: Grouped, people: set[str], threshold: float, asked: Collection[str]
) -> pl.DataFrame:
    labels = grouped.sorts.labels
    raters = labels["rater"].to_numpy()[block.rows]
    k = block.piles.shape[1]
    one, other = np.triu_indices(k, 1)
    r = np.asarray(q_correlation(block.piles, degenerate="nan"))
    before = r_before(r, block, labels)
    pairs = r[:, one, other]
    mean = pairs.mean(axis=1)
    best = np.nanargmax(np.nan_to_num(pairs, nan=-2.0), axis=1)
    low = threshold - ROUNDING
    wanted = (before < low) | (k > 2)
    nobody = np.array([not people - set(row) for row in raters])
    after = np.where(mean < low, "unresolved", "resolved")
    begun = np.isin(block.sessions, list(asked))
    open_ones = np.where(begun, "waiting", np.where(nobody, "nobody", "needed"))
    state = after if k > 2 else open_ones
    nothing = np.full(len(r), np.nan)
    columns = {
        "session": block.sessions,
        "raters": np.array([",".join(row) for row in raters], dtype=object),
        "n_raters": np.full(len(r), k),
        "r_before": before,
        "r_after": mean if k > 2 else nothing,
        "reliability": spearman_brown(mean, k),
        "closest_two": np.array(
            [
                f"{row[one[b]]},{row[other[b]]}" if k > 2 else None
                for row, b in zip(raters, best, strict=True)
            ],
            dtype=object,
        ),
        "r_closest": pairs[np.arange(len(r)), best] if k > 2 else nothing,
        "state": state.astype(object),
    }
    return build_frame({name: np.asarray(v)[wanted] for name, v in columns.items()}, THIRD_SCHEMA)


def r_before(r: FloatArray, block: Block, labels: pl.DataFrame) -> FloatArray:
    """r of the two of each session that were submitted first, nan where that isn't known.

    ``r`` are those of all raters, ``(sessions, raters, raters)``.
    """
    first, known = _first_two(block, labels)
    return np.where(known, r[np.arange(len(r)), first[:, 0], first[:, 1]], np.nan)


def _first_two(block: Block, labels: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Places of the two that were submitted first ``(sessions, 2)``, and whether that is known."""
    sessions, raters = block.rows.shape
    if raters == 2 or "submitted_at" not in labels.columns:
        return np.tile([0, 1], (sessions, 1)), np.full(sessions, raters == 2)
    when = labels["submitted_at"].dt.epoch("us").fill_null(LATE).to_numpy()[block.rows]
    order = np.argsort(when, axis=1, kind="stable")
    second, third = np.take_along_axis(when, order[:, 1:3], axis=1).T
    return order[:, :2], (second < third) & (second < LATE)
