"""Agreement over many sessions: of each rater, of each item, of the study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from pqs_coder.analysis.agreement_sessions import pair_r
from pqs_coder.analysis.arrays import Block, FloatArray, Grouped
from pqs_coder.analysis.baselines import baselines, without_case
from pqs_coder.analysis.context import Context, natural
from pqs_coder.analysis.distinctive import study_distinctive
from pqs_coder.analysis.limits import mean_limits
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.analysis.third_raters import r_before
from pqs_coder.errors import NoOverlapError, TooFewSessionsError
from pqs_coder.model.words import plural
from pqs_coder.stats import average_r, item_icc, q_correlation, spearman_brown

_R = pl.Float64
RATER_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("r_others", "r_low", "r_high"), _R),
}
ITEM_SCHEMA: dict[str, Any] = {
    "item": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("icc1", "icc1_low", "icc1_high", "icc1k", "mad"), _R),
}
STUDY_SCHEMA: dict[str, Any] = {
    "n_sessions": pl.Int64,
    "n_pairs": pl.Int64,
    **dict.fromkeys(("mean_r", "mean_r_z", "sd_r", "min_r", "max_r"), _R),
    "n_third": pl.Int64,
    **dict.fromkeys(("reliability", "baseline_r", "distinctive_r"), _R),
    **dict.fromkeys(("mean_r_sessions", "mean_r_first"), _R),
}


def r_with_others(grouped: Grouped) -> pl.DataFrame:
    """Of each sort that has company: session, rater, n_raters, r (mean r with the others)."""
    frames = []
    for block in grouped.blocks():
        k = block.piles.shape[1]
        r = np.asarray(q_correlation(block.piles, degenerate="nan"))
        others = (r.sum(axis=-1) - np.diagonal(r, axis1=-2, axis2=-1)) / (k - 1)
        columns = {
            "session": np.repeat(block.sessions, k),
            "rater": grouped.sorts.column("rater")[block.rows].ravel(),
            "n_raters": np.full(others.size, k),
            "r": others.ravel(),
        }
        schema = {"session": pl.String, "rater": pl.String, "n_raters": pl.Int64, "r": _R}
        frames.append(build_frame(columns, schema))
    empty = {"session": pl.String, "rater": pl.String, "n_raters": pl.Int64, "r": _R}
    return pl.concat(frames) if frames else pl.DataFrame(schema=empty)


def by_rater(grouped: Grouped, context: Context) -> Result:
    """Each rater's mean r with the others; limits of this mean by t over the sessions.

    The sample is the sessions, so one session has no limits.
    """
    del context
    each = r_with_others(grouped).drop_nulls("r")
    names = natural(each["rater"].unique())
    values = {name: each.filter(pl.col("rater") == name)["r"].to_numpy() for name in names}
    limits = [over_sessions(values[name]) for name in names]
    columns: dict[str, Any] = {
        "rater": names,
        "n_sessions": [len(values[name]) for name in names],
        "r_others": [float(values[name].mean()) for name in names],
        "r_low": [low for low, _ in limits],
        "r_high": [high for _, high in limits],
    }
    notes = []
    if len(names) == 2:
        notes.append("With two raters both rows tell of the same pair, not of a person.")
    return Result(build_frame(columns, RATER_SCHEMA), tuple(notes))


def over_sessions(r: FloatArray) -> tuple[float, float]:
    """Limits of the mean r by t over the sessions, cut at -1 and 1; nan for one session."""
    _, low, high = mean_limits(r)
    return float(np.maximum(low, -1.0)), float(np.minimum(high, 1.0))


def by_item(grouped: Grouped, context: Context) -> Result:
    """Each item over the sessions: one-way ICC, since pairs of raters may rotate."""
    del context
    parts = grouped.complete()
    try:
        found = item_icc(parts[0].piles, parts[0].column("session"), degenerate="nan")
    except (IndexError, NoOverlapError, TooFewSessionsError):
        note = "An item's reliability needs two sessions with two sorts or more."
        return Result(pl.DataFrame(schema=ITEM_SCHEMA), (note,))
    items = parts[0].items
    columns = {
        "item": items,
        "n_sessions": np.full(len(items), found.n_sessions),
        "icc1": found.icc1.value,
        "icc1_low": found.icc1.low,
        "icc1_high": found.icc1.high,
        "icc1k": found.icc1k.value,
        "mad": found.mad,
    }
    notes = [
        "An item's reliability over sessions is far lower than the agreement of whole sorts, and "
        "is not to be read as such.",
        f"ICC(1,k) is for the mean of {found.k:.3g} raters.",
    ]
    if len(parts) > 1:
        left = sum(len(part) for part in parts[1:])
        notes.append(f"Left out: {plural(left, 'sort')} of other item sets or wordings.")
    return Result(build_frame(columns, ITEM_SCHEMA), tuple(notes))


def _usual_raters(blocks: list[Block]) -> int:
    """The number of raters that most sessions have."""
    counts: dict[int, int] = {}
    for block in blocks:
        k = block.piles.shape[1]
        counts[k] = counts.get(k, 0) + len(block.sessions)
    return max(counts, key=lambda k: (counts[k], -k))


def _over(pairs: list[FloatArray]) -> float:
    """Mean over the sessions of the mean r of their pairs."""
    return _mean_of(np.concatenate([one.mean(axis=1) for one in pairs]))


def _mean_of(r: FloatArray) -> float:
    found = r[np.isfinite(r)]
    return float(found.mean()) if len(found) else float("nan")


def _before_third(grouped: Grouped) -> float:
    """Mean r of the first two raters, each session once; nan where they aren't known."""
    labels = grouped.sorts.labels
    found = []
    for block in grouped.blocks():
        r = np.asarray(q_correlation(block.piles, degenerate="nan"))
        whole = np.isfinite(r).all(axis=(1, 2))
        found.append(r_before(r, block, labels)[whole])
    first = np.concatenate(found)
    return _mean_of(first) if np.isfinite(first).all() else float("nan")


def _of_sessions(columns: Mapping[str, list[Any]]) -> list[str]:
    """What three raters in some sessions do to the mean, where there are any."""
    if not columns["n_third"][0]:
        return []
    words = (
        "Mean r is over the pairs, so a session with three raters counts three times. With each "
        f"session once it is {columns['mean_r_sessions'][0]:.3f}"
    )
    first = columns["mean_r_first"][0]
    if np.isfinite(first):
        return [f"{words}; with the first two raters of each, before third raters, {first:.3f}."]
    return [f"{words}; the times of submission don't tell what it was before third raters."]


def by_study(grouped: Grouped, context: Context) -> Result:
    """One row: what papers print about a study.

    ``mean_r`` is over the pairs, in which a session of three raters counts three times;
    ``mean_r_sessions`` counts each session once; so does ``mean_r_first``, by its first two raters
    (null where the times of submission don't tell who came third).
    """
    blocks = list(grouped.blocks())
    pairs = [pair_r(block) for block in blocks]
    r = np.concatenate([one.ravel() for one in pairs]) if pairs else np.zeros(0)
    r = r[np.isfinite(r)]
    if not len(r):
        return Result(pl.DataFrame(schema=STUDY_SCHEMA))
    k = _usual_raters(blocks)
    distinctive, refused = study_distinctive(grouped, context)
    columns: dict[str, list[Any]] = {
        "n_sessions": [sum(len(block.sessions) for block in blocks)],
        "n_pairs": [len(r)],
        "mean_r": [float(r.mean())],
        "mean_r_z": [float(average_r(r))],
        "sd_r": [float(r.std(ddof=1)) if len(r) > 1 else float("nan")],
        "min_r": [float(r.min())],
        "max_r": [float(r.max())],
        "n_third": [sum(len(b.sessions) for b in blocks if b.piles.shape[1] > 2)],
        "reliability": [float(spearman_brown(r.mean(), k))],
        "baseline_r": [baselines(grouped, context).value],
        "distinctive_r": [distinctive],
    }
    columns |= {"mean_r_sessions": [_over(pairs)], "mean_r_first": [_before_third(grouped)]}
    notes = [
        *_of_sessions(columns),
        f"The reliability is Spearman-Brown of mean r for {k} raters, which most sessions have.",
        *refused,
        *without_case(grouped, context),
    ]
    return Result(build_frame(columns, STUDY_SCHEMA), tuple(notes))
