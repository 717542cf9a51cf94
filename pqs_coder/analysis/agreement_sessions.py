"""Agreement session by session and pair by pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import Block, FloatArray, Grouped, SortMatrix
from pqs_coder.analysis.baselines import Baselines, baselines, without_case
from pqs_coder.analysis.context import Context
from pqs_coder.analysis.result import Result, build_frame, stack_frames
from pqs_coder.model.words import listed
from pqs_coder.stats import (
    chance_exact,
    chance_within_one,
    exact_agreement,
    fisher_interval,
    icc,
    krippendorff_alpha,
    mean_r_bootstrap,
    mean_r_interval,
    q_correlation,
    spearman_brown,
    squared_distance,
    within_one_agreement,
)

BOOTSTRAP_SEED = 20240
"""Seed of the bootstrap intervals of unforced sorts: the same data give the same limits."""

ROUNDING = 1e-12
"""An r this near under the threshold is the threshold itself, computed in floating point."""

_R = pl.Float64
SESSION_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "raters": pl.String,
    "n_raters": pl.Int64,
    "n_items": pl.Int64,
    **dict.fromkeys(("r", "r_low", "r_high", "r_min", "r_max", "baseline_r", "reliability"), _R),
    **dict.fromkeys(("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"), _R),
    **dict.fromkeys(("alpha_interval", "alpha_ordinal"), _R),
    "needs_rater": pl.Boolean,
}
PAIR_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "rater_a": pl.String,
    "rater_b": pl.String,
    **dict.fromkeys(("r", "r_low", "r_high", "distance", "exact", "within_one"), _R),
    **dict.fromkeys(("exact_chance", "within_one_chance"), _R),
}


def by_session(grouped: Grouped, context: Context) -> Result:
    """One row a session with two sorts or more."""
    people = context.people(grouped.sorts.labels["rater"].unique())
    base = baselines(grouped, context)
    frames = [
        _session_rows(block, grouped.sorts, base, people, context.settings.threshold)
        for block in grouped.blocks()
    ]
    table = in_order(stack_frames(frames, SESSION_SCHEMA), grouped)
    return Result(table, (*without_r(table), *without_case(grouped, context)))


def _session_rows(
    block: Block, sorts: SortMatrix, base: Baselines, people: list[str], threshold: float
) -> pl.DataFrame:
    k = block.piles.shape[1]
    r = pair_r(block)
    mean = r.mean(axis=1)  # from the pairs, so that two raters have one r to the last digit
    low, high = mean_interval(block, mean)
    forms = icc(block.piles, degenerate="nan")
    raters = sorts.column("rater")[block.rows]
    left = [len(set(people) - set(row)) > 0 for row in raters]
    columns: dict[str, Any] = {
        "session": block.sessions,
        "raters": [",".join(row) for row in raters],
        "n_raters": np.full(len(mean), k),
        "n_items": np.full(len(mean), len(block.items)),
        "r": mean,
        "r_low": low,
        "r_high": high,
        "r_min": r.min(axis=1),
        "r_max": r.max(axis=1),
        "baseline_r": [base.by_session.get(code, np.nan) for code in block.sessions],
        "reliability": spearman_brown(mean, k),
        **{
            name: getattr(forms, name).value
            for name in ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")
        },
        "alpha_interval": krippendorff_alpha(block.piles, level="interval", degenerate="nan"),
        "alpha_ordinal": krippendorff_alpha(block.piles, level="ordinal", degenerate="nan"),
        "needs_rater": (mean < threshold - ROUNDING) & np.array(left),
    }
    return build_frame(columns, SESSION_SCHEMA)


def pair_r(block: Block) -> FloatArray:
    """r of each pair of raters, ``(sessions, pairs)``; nan where a sort has no variance."""
    one, other = np.triu_indices(block.piles.shape[1], 1)
    return np.asarray(q_correlation(block.piles, degenerate="nan")[:, one, other])


def mean_interval(block: Block, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """95 % limits of the mean r of each session.

    Two raters: Fisher with n = items. More: the F interval of ICC(3,1), which mean r is in forced
    sorts; for unforced sorts bootstrap over items (BCa, 2,000 samples, seed `BOOTSTRAP_SEED`).
    """
    if block.piles.shape[1] == 2:
        limits = fisher_interval(mean, len(block.items))
        return limits.low, limits.high
    limits = mean_r_interval(block.piles, degenerate="nan")
    low, high = np.array(limits.low), np.array(limits.high)
    free = np.flatnonzero(~block.forced)
    if len(free):
        rng = np.random.default_rng(BOOTSTRAP_SEED)
        drawn = mean_r_bootstrap(block.piles[free], rng=rng, degenerate="nan")
        low[free], high[free] = drawn.low, drawn.high
    return low, high


def by_pair(grouped: Grouped, context: Context) -> Result:
    """One row a pair of raters of a session."""
    del context
    frames = [_pair_rows(block, grouped.sorts) for block in grouped.blocks()]
    table = in_order(stack_frames(frames, PAIR_SCHEMA), grouped)
    return Result(table, tuple(without_r(table)))


def _pair_rows(block: Block, sorts: SortMatrix) -> pl.DataFrame:
    one, other = np.triu_indices(block.piles.shape[1], 1)
    raters = sorts.column("rater")[block.rows]
    r = pair_r(block)
    limits = fisher_interval(r, len(block.items))
    exact_chance, near_chance = _chance(block)
    columns: dict[str, Any] = {
        "session": np.repeat(block.sessions, len(one)),
        "rater_a": raters[:, one].ravel(),
        "rater_b": raters[:, other].ravel(),
        "r": r.ravel(),
        "r_low": limits.low.ravel(),
        "r_high": limits.high.ravel(),
        "distance": squared_distance(block.piles)[:, one, other].ravel(),
        "exact": exact_agreement(block.piles)[:, one, other].ravel(),
        "within_one": within_one_agreement(block.piles)[:, one, other].ravel(),
        "exact_chance": exact_chance.ravel(),
        "within_one_chance": near_chance.ravel(),
    }
    return build_frame(columns, PAIR_SCHEMA)


def _chance(block: Block) -> tuple[FloatArray, FloatArray]:
    """Exact and within-one agreement by chance of each pair ``(sessions, pairs)``.

    Forced sorts share one distribution; of unforced sorts each has its own.
    """
    values = np.unique(block.piles)
    counts = (block.piles[..., None] == values).sum(axis=-2)
    different, which = np.unique(counts.reshape(-1, len(values)), axis=0, return_inverse=True)
    one, other = np.triu_indices(block.piles.shape[1], 1)
    kinds = which.reshape(counts.shape[:2])
    exact = np.empty((len(different), len(different)))
    near = np.empty_like(exact)
    for i, j in np.ndindex(exact.shape):
        exact[i, j] = chance_exact(different[i], different[j])
        near[i, j] = chance_within_one(different[i], values, different[j])
    return exact[kinds[:, one], kinds[:, other]], near[kinds[:, one], kinds[:, other]]


def in_order(table: pl.DataFrame, grouped: Grouped) -> pl.DataFrame:
    """Rows of a table in the order of the sessions in ``grouped``, then as they came."""
    order = grouped.sorts.labels["session"].unique(maintain_order=True).to_list()
    place = pl.col("session").replace_strict(
        {code: n for n, code in enumerate(order)}, return_dtype=pl.Int64
    )
    return table.sort(place, maintain_order=True)


def without_r(table: pl.DataFrame) -> list[str]:
    """The note on rows whose r does not exist."""
    codes = table.filter(pl.col("r").is_null())["session"].unique(maintain_order=True).to_list()
    if not codes:
        return []
    return [f"No r in {listed(codes)}: a sort in which all items lie in one pile has no variance."]
