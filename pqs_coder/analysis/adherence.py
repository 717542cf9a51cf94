"""Adherence: how near a session lies to each prototype."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pqs_coder.analysis.arrays import NEEDED, FloatArray, IntArray, rated, sort_matrix
from pqs_coder.analysis.composites import Profiles, profiles
from pqs_coder.analysis.context import Context, study_context
from pqs_coder.analysis.provenance import provenance
from pqs_coder.analysis.result import Result, build_frame, stack_frames
from pqs_coder.analysis.subsets import over_subset
from pqs_coder.errors import UsageError
from pqs_coder.model.prototype import Prototype
from pqs_coder.model.words import listed
from pqs_coder.stats import (
    fisher_interval,
    q_correlation,
)

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

ADHERENCE_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "source": pl.String,
    "rater": pl.String,
    "n_raters": pl.Int64,
    "reliability": pl.Float64,
    "prototype": pl.String,
    "r": pl.Float64,
    "r_low": pl.Float64,
    "r_high": pl.Float64,
    "n_items": pl.Int64,
    "prototype_hash": pl.String,
}
FEWEST_ITEMS = 4

OVERLAP = "Prototypes overlap, and adherence is not competence."


@dataclass(frozen=True, eq=False)
class Sources:
    """What is compared with prototypes: composites, or sorts of single raters.

    Every field is ``(sources,)`` but ``scores``, which is ``(sources, items)``, nan for no score.
    ``reliability`` is that of the scores: of the composite, or of one rater (the mean r).
    """

    sessions: NDArray[Any]
    sources: NDArray[Any]
    raters: NDArray[Any]
    n_raters: IntArray
    reliability: FloatArray
    item_sets: NDArray[Any]
    items: IntArray
    scores: FloatArray


def adherence_of(
    study: Study,
    *,
    each_rater: bool = False,
    mix_item_sets: bool = False,
    subset: str | None = None,
    least_raters: int = 1,
) -> Result:
    """Sessions x prototypes of a study: of composites, or of each rater's sort.

    ``subset`` names the items that count; all do without it. Sessions with fewer than
    ``least_raters`` are left out.
    """
    from pqs_coder.store.prototypes import load_prototypes
    from pqs_coder.store.reading import read_sorts

    prototypes, words = over_subset(study, load_prototypes(study), subset)
    result = adherence_table(
        read_sorts(study, columns=NEEDED),
        prototypes,
        study_context(study),
        each_rater=each_rater,
        mix_item_sets=mix_item_sets,
        least_raters=least_raters,
    )
    return result.with_notes(*words, *provenance(prototypes))


def adherence_table(
    frame: pl.DataFrame,
    prototypes: Sequence[Prototype],
    context: Context | None = None,
    *,
    each_rater: bool = False,
    mix_item_sets: bool = False,
    least_raters: int = 1,
) -> Result:
    """Pearson r of each session with each prototype, over the items that both have.

    Limits are Fisher's with n = items. A composite correlates higher than one rater does, so the
    two are never mixed: a session with one rater is ``source`` rater.
    """
    found = profiles(frame, context, mix_item_sets=mix_item_sets).at_least(least_raters)
    given = rater_sources(frame, found) if each_rater else composite_sources(found)
    notes = [] if each_rater else found.notes()
    rows, unlike = [], []
    for one in prototypes:
        fits = np.array([not one.item_set or one.item_set == name for name in given.item_sets])
        if not fits.all():
            unlike.append(one.id)
        if fits.any():
            rows.append(_prototype_rows(given, one, fits))
    if unlike:
        notes.append(f"Not compared with sorts of another item set: {listed(unlike)}.")
    if rows:
        notes.append(OVERLAP)
    table = stack_frames(rows, ADHERENCE_SCHEMA)
    if table.height:
        order = {key: n for n, key in enumerate(dict.fromkeys(given.sessions.tolist()))}
        place = pl.col("session").replace_strict(order, return_dtype=pl.Int64)
        table = table.sort(place, "rater", maintain_order=True)
    return Result(table, tuple(notes))


def adherence_wide(result: Result) -> Result:
    """A row a session (or rater), r with each prototype in a column of its name."""
    keys = list(ADHERENCE_SCHEMA)[: list(ADHERENCE_SCHEMA).index("prototype")]
    names = result.frame["prototype"].unique(maintain_order=True).to_list()
    clash = [name for name in names if name in keys]
    if clash:
        raise UsageError(
            f"The prototype '{clash[0]}' has the name of a column.", "Leave --wide out."
        )
    wide = result.frame.pivot(on="prototype", index=keys, values="r", maintain_order=True)
    return Result(wide, result.notes)


def composite_sources(found: Profiles) -> Sources:
    """The composites of sessions; one rater's sort where there is but one."""
    single = found.n_raters == 1
    return Sources(
        sessions=found.sessions,
        sources=np.where(single, "rater", "composite").astype(object),
        raters=np.array([r[0] if len(r) == 1 else None for r in found.raters], dtype=object),
        n_raters=found.n_raters,
        reliability=found.reliability,
        item_sets=found.item_sets,
        items=found.items,
        scores=found.mean,
    )


def rater_sources(frame: pl.DataFrame, found: Profiles) -> Sources:
    """Every rater's sort by itself."""
    sorts = rated(sort_matrix(frame))
    used = {
        (code, r) for code, names in zip(found.sessions, found.raters, strict=True) for r in names
    }
    pairs = list(zip(sorts.column("session"), sorts.column("rater"), strict=True))
    sorts = sorts.take(np.array([pair in used for pair in pairs], dtype=bool))
    r = dict(zip(found.sessions.tolist(), found.r.tolist(), strict=True))
    sessions = sorts.column("session")
    return Sources(
        sessions=sessions,
        sources=np.full(len(sorts), "rater", dtype=object),
        raters=sorts.column("rater"),
        n_raters=np.ones(len(sorts), dtype=np.intp),
        reliability=np.array([r[code] for code in sessions], dtype=np.float64),
        item_sets=sorts.column("item_set"),
        items=sorts.items,
        scores=sorts.piles,
    )


def prototype_r(
    scores: FloatArray, items: IntArray, prototype: Prototype
) -> tuple[FloatArray, IntArray]:
    """r of each row of ``scores`` ``(rows, items)`` with a prototype, and over how many items.

    nan where fewer than four items are shared or one of the two has no variance over them.
    """
    ideal = np.array([prototype.scores.get(int(item), np.nan) for item in items])
    both = np.isfinite(scores) & np.isfinite(ideal)
    n = both.sum(axis=1)
    r = np.full(len(scores), np.nan)
    for mask in np.unique(both, axis=0):
        if mask.sum() < FEWEST_ITEMS:
            continue
        rows = np.flatnonzero((both == mask).all(axis=1))
        here = np.broadcast_to(ideal[mask], (len(rows), int(mask.sum())))
        pairs = np.stack([scores[rows][:, mask], here], axis=1)
        r[rows] = q_correlation(pairs, degenerate="nan")[:, 0, 1]
    return r, n


def _prototype_rows(given: Sources, one: Prototype, fits: NDArray[np.bool_]) -> pl.DataFrame:
    r, n = prototype_r(given.scores[fits], given.items, one)
    limits = fisher_interval(r, np.maximum(n, FEWEST_ITEMS))
    columns = {
        "session": given.sessions[fits],
        "source": given.sources[fits],
        "rater": given.raters[fits],
        "n_raters": given.n_raters[fits],
        "reliability": given.reliability[fits],
        "prototype": np.full(len(r), one.id, dtype=object),
        "r": r,
        "r_low": limits.low,
        "r_high": limits.high,
        "n_items": n,
        "prototype_hash": np.full(len(r), one.hash, dtype=object),
    }
    return build_frame(columns, ADHERENCE_SCHEMA)
