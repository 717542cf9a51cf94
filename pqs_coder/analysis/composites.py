"""Composites: the mean of the raters of a session, with its reliability."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pqs_coder.analysis.arrays import (
    NEEDED,
    FloatArray,
    Grouped,
    IntArray,
    group_sessions,
    rated,
    sort_matrix,
)
from pqs_coder.analysis.context import Context, natural, study_context
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.model.words import plural
from pqs_coder.stats import mean_r, q_correlation, spearman_brown

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

COMPOSITE_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "raters": pl.String,
    "n_raters": pl.Int64,
    "reliability": pl.Float64,
    "item": pl.Int64,
    "score": pl.Float64,
    "sd": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


@dataclass(frozen=True, eq=False)
class Profiles:
    """One profile a session: its composite, or the sort of its one rater.

    ``mean``, ``sd``, ``low`` and ``high`` of the raters' piles are ``(sessions, items)``, nan where
    a session lacks an item; ``r`` is the mean r of the raters and ``reliability`` that of the
    composite (Spearman-Brown), both ``(sessions,)`` and nan for one rater.
    """

    sessions: NDArray[Any]
    raters: list[tuple[str, ...]]
    items: IntArray
    mean: FloatArray
    sd: FloatArray
    low: FloatArray
    high: FloatArray
    r: FloatArray
    reliability: FloatArray
    item_sets: NDArray[Any]
    left_out: int = 0
    closest: str = ""
    least: int = 1
    few: int = 0

    @property
    def n_raters(self) -> IntArray:
        """Raters of each session ``(sessions,)``."""
        return np.array([len(one) for one in self.raters], dtype=np.intp)

    def at_least(self, raters: int) -> Profiles:
        """Only the sessions with so many raters; the notes count the others."""
        kept = self.n_raters >= raters
        return replace(self.take(kept), least=raters, few=int((~kept).sum()))

    def take(self, rows: Any) -> Profiles:
        """The profiles of these sessions (indices or a mask)."""
        index = np.asarray(rows)
        index = np.flatnonzero(index) if index.dtype == np.bool_ else index
        return Profiles(
            sessions=self.sessions[index],
            raters=[self.raters[n] for n in index],
            items=self.items,
            mean=self.mean[index],
            sd=self.sd[index],
            low=self.low[index],
            high=self.high[index],
            r=self.r[index],
            reliability=self.reliability[index],
            item_sets=self.item_sets[index],
            left_out=self.left_out,
            closest=self.closest,
            least=self.least,
            few=self.few,
        )

    def notes(self) -> list[str]:
        """What has to be said beside anything that is computed from them."""
        single = int((self.n_raters == 1).sum())
        notes = []
        if self.few:
            few = plural(self.few, "session")
            notes.append(f"Left out: {few} with fewer than {self.least} raters.")
        if single:
            notes.append(
                f"{plural(single, 'session')} with one rater: not a composite, and its reliability "
                "is unknown."
            )
        if self.left_out:
            notes.append(
                f"Left out: {plural(self.left_out, 'sort')} of another item set or wording than "
                "the others of the session."
            )
        return [*notes, self.closest] if self.closest else notes


def profiles(
    frame: pl.DataFrame,
    context: Context | None = None,
    *,
    mix_item_sets: bool = False,
    closest_two: bool = False,
) -> Profiles:
    """One profile a session from the tidy table (kind rater, latest revision, occasion 1).

    ``closest_two`` keeps of three raters and more the two that agree best. It selects on the
    outcome: the note says what it does to r.
    """
    prefer = context.item_set_hash if context else None
    sorts = rated(sort_matrix(frame))
    grouped = group_sessions(sorts, least=1, mix_item_sets=mix_item_sets, prefer=prefer)
    warning = ""
    if closest_two:
        grouped, warning = _closest_two(grouped)
    names = np.array(natural(grouped.sorts.labels["session"].unique()), dtype=object)
    place = {name: n for n, name in enumerate(names)}
    shape = (len(names), len(sorts.items))
    mean, sd, low, high = (np.full(shape, np.nan) for _ in range(4))
    r, reliability = np.full(len(names), np.nan), np.full(len(names), np.nan)
    raters: list[tuple[str, ...]] = [()] * len(names)
    item_sets = np.full(len(names), "", dtype=object)
    all_raters, all_sets = grouped.sorts.column("rater"), grouped.sorts.column("item_set")
    for block in grouped.blocks(least=1, fewest_items=1):
        at = np.array([place[code] for code in block.sessions])
        cells = np.ix_(at, np.searchsorted(sorts.items, block.items))
        k = block.piles.shape[1]
        mean[cells] = block.piles.mean(axis=1)
        low[cells], high[cells] = block.piles.min(axis=1), block.piles.max(axis=1)
        item_sets[at] = all_sets[block.rows[:, 0]]
        for n, row in zip(at, block.rows, strict=True):
            raters[n] = tuple(all_raters[row])
        if k > 1:
            sd[cells] = block.piles.std(axis=1, ddof=1)
        if k > 1 and len(block.items) >= 4:
            r[at] = mean_r(block.piles, degenerate="nan")
            reliability[at] = spearman_brown(r[at], k)
    return Profiles(
        names,
        raters,
        sorts.items,
        mean,
        sd,
        low,
        high,
        r,
        reliability,
        item_sets,
        grouped.other_sets,
        warning,
    )


def _closest_two(grouped: Grouped) -> tuple[Grouped, str]:
    """Only the two closest sorts of each session, and what has to be said of it."""
    kept = np.ones(len(grouped.sorts), dtype=bool)
    before, after = [], []
    for block in grouped.blocks(least=3):
        r = np.asarray(q_correlation(block.piles, degenerate="nan"))
        one, other = np.triu_indices(r.shape[-1], 1)
        pairs = r[:, one, other]
        best = np.nan_to_num(pairs, nan=-2.0).argmax(axis=1)
        kept[block.rows] = False
        kept[block.rows[np.arange(len(best)), one[best]]] = True
        kept[block.rows[np.arange(len(best)), other[best]]] = True
        before += pairs.mean(axis=1).tolist()
        after += pairs[np.arange(len(best)), best].tolist()
    if not before:
        return grouped, ""
    warning = (
        f"The closest two of the raters of {plural(len(before), 'session')}: this selects on the "
        f"outcome. Their mean r is {np.nanmean(after):.2f} where that of all raters is "
        f"{np.nanmean(before):.2f}; agreement looks higher while validity falls."
    )
    return replace(grouped, sorts=grouped.sorts.take(kept)), warning


def study_profiles(study: Study, least_raters: int = 1, **options: bool) -> Profiles:
    """The profiles of a study, as far as its viewer may see sorts; options as `profiles`.

    Sessions with fewer than ``least_raters`` are left out.
    """
    from pqs_coder.store.reading import read_sorts

    frame = read_sorts(study, columns=NEEDED)
    return profiles(frame, study_context(study), **options).at_least(least_raters)


def composite_of(study: Study, **options: bool) -> Result:
    """The mean of the raters, a row for each session and item; options as `profiles`."""
    return composite_table(study_profiles(study, **options))


def composite_table(found: Profiles) -> Result:
    """Profiles as a tidy table; ``sd``, ``low`` and ``high`` are of the raters' piles."""
    session, column = np.nonzero(np.isfinite(found.mean))
    joined = np.array([",".join(one) for one in found.raters], dtype=object)
    columns = {
        "session": found.sessions[session],
        "raters": joined[session],
        "n_raters": found.n_raters[session],
        "reliability": found.reliability[session],
        "item": found.items[column],
        "score": found.mean[session, column],
        "sd": found.sd[session, column],
        "low": found.low[session, column],
        "high": found.high[session, column],
    }
    return Result(build_frame(columns, COMPOSITE_SCHEMA), tuple(found.notes()))
