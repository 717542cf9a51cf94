"""A rater's portrait: leanings, notes and evidence, time, agreement with oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.agreement_across import over_sessions, r_with_others
from pqs_coder.analysis.arrays import (
    NEEDED,
    SORT_KEY,
    SortMatrix,
    group_sessions,
    rated,
    sort_matrix,
)
from pqs_coder.analysis.context import natural, natural_key
from pqs_coder.analysis.result import NO_PAIRS, Result, build_frame
from pqs_coder.analysis.subsets import Subsets
from pqs_coder.stats import exact_agreement, mean_r, rater_bias

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
PORTRAIT_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "n_sorts": pl.Int64,
    **dict.fromkeys(("notes", "evidence", "whole_hour", "unsure", "minutes", "moves"), _R),
    "n_shared": pl.Int64,
    **dict.fromkeys(("r_others", "r_low", "r_high"), _R),
    "n_again": pl.Int64,
    **dict.fromkeys(("r_self", "exact_self"), _R),
}
BIAS_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "group": pl.String,
    "n_items": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("bias", "se"), _R),
}
ITEM_BIAS_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "item": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("bias", "se"), _R),
}
FEWEST_ITEMS = 4
SEALED = ("notes", "evidence", "whole_hour")
"""Habits that can't be known while notes and evidence are sealed."""
SEALED_WORDS = "Notes and evidence are sealed: they are not counted."
HABITS = (*NEEDED, "note", "evidence", "unsure", "seconds", "moves")


def portraits_of(study: Study) -> Result:
    """A row a rater of a study, see `portraits_table`."""
    from pqs_coder.store.reading import read_sorts

    result = portraits_table(read_sorts(study, occasion=None, columns=HABITS))
    if study.vault is None or not study.vault.locked:
        return result
    unknown = pl.lit(None, dtype=_R)
    frame = result.frame.with_columns(unknown.alias(name) for name in SEALED)
    return Result(frame, (*result.notes, SEALED_WORDS))


def portraits_table(frame: pl.DataFrame) -> Result:
    """Habits and agreement of each rater, from sorts of both occasions.

    ``notes``, ``evidence``, ``whole_hour`` and ``unsure`` are items a sort that have a note,
    evidence (of turns or times; of the whole hour) and the mark unsure; ``minutes`` and ``moves``
    are medians over sorts; the r's are means over sessions; ``r_self`` and ``exact_self`` compare
    the blind second sort of a session with the first.
    """
    habits = _habits(frame)
    others = r_with_others(group_sessions(rated(sort_matrix(frame)))).drop_nulls("r")
    again = _with_oneself(frame)
    rows = []
    for rater in natural(habits["rater"]):
        with_others = others.filter(pl.col("rater") == rater)["r"].to_numpy()
        oneself = again.filter(pl.col("rater") == rater)
        low, high = over_sessions(with_others) if len(with_others) else (None, None)
        rows.append(
            {
                **habits.row(by_predicate=pl.col("rater") == rater, named=True),
                "n_shared": len(with_others),
                "r_others": float(with_others.mean()) if len(with_others) else None,
                "r_low": low,
                "r_high": high,
                "n_again": oneself.height,
                "r_self": oneself["r"].mean(),
                "exact_self": oneself["exact"].mean(),
            }
        )
    columns = {name: [row[name] for row in rows] for name in PORTRAIT_SCHEMA}
    notes = () if rows else ("No submitted sorts yet.",)
    return Result(build_frame(columns, PORTRAIT_SCHEMA), notes)


def _habits(frame: pl.DataFrame) -> pl.DataFrame:
    """Of each rater's sorts of the first occasion: what is noted, how long it took."""
    latest = pl.col("revision") == pl.col("revision").max().over(
        "session", "rater", "kind", "occasion"
    )
    chosen = frame.filter(pl.col("kind") == "rater", pl.col("occasion") == 1, latest)
    whole = pl.col("evidence").fill_null("").str.split(" ").list.contains("all")
    each = chosen.group_by(SORT_KEY, maintain_order=True).agg(
        (pl.col("note").fill_null("") != "").sum().alias("notes"),
        ((pl.col("evidence").fill_null("") != "") & (pl.col("evidence") != "all"))
        .sum()
        .alias("evidence"),
        whole.sum().alias("whole_hour"),
        pl.col("unsure").fill_null(False).sum().alias("unsure"),
        (pl.col("seconds").sum() / 60).alias("minutes"),
        pl.col("moves").sum().alias("moves"),
        pl.col("seconds").is_not_null().any().alias("timed"),
    )
    timed = pl.col("minutes").filter(pl.col("timed"))
    return each.group_by("rater").agg(
        pl.len().alias("n_sorts"),
        pl.col("notes", "evidence", "whole_hour", "unsure").mean(),
        timed.median(),
        pl.col("moves").filter(pl.col("timed")).median(),
    )


def _with_oneself(frame: pl.DataFrame) -> pl.DataFrame:
    """r and exact agreement of the first and the blind second sort, a row a session and rater."""
    both = [rated(sort_matrix(frame), occasion=occasion) for occasion in (1, 2)]
    places = [{key: n for n, key in enumerate(_keys(sorts))} for sorts in both]
    shared = [key for key in places[0] if key in places[1]]
    pairs = [np.stack([both[side].piles[places[side][key]] for side in (0, 1)]) for key in shared]
    pairs = [pair[:, np.isfinite(pair).all(axis=0)] for pair in pairs]
    whole = [n for n, pair in enumerate(pairs) if pair.shape[1] >= FEWEST_ITEMS]
    columns = {
        "rater": [shared[n][1] for n in whole],
        "r": [float(mean_r(pairs[n], degenerate="nan")) for n in whole],
        "exact": [float(exact_agreement(pairs[n])[0, 1]) for n in whole],
    }
    return build_frame(columns, {"rater": pl.String, "r": _R, "exact": _R})


def _keys(sorts: SortMatrix) -> list[tuple[str, str, str]]:
    return list(sorts.labels.select("session", "rater", "item_set_hash").iter_rows())


def bias_of(study: Study, *, by_item: bool = False) -> Result:
    """Leanings of the raters of a study by item group, or item by item."""
    from pqs_coder.analysis.subsets import study_subsets
    from pqs_coder.store.reading import read_sorts

    frame = read_sorts(study, columns=NEEDED)
    if by_item:
        return item_bias_table(frame)
    return bias_table(frame, study_subsets(study))


def bias_table(frame: pl.DataFrame, groups: Subsets) -> Result:
    """How much higher each rater lays the items of a group than the others of the same sessions.

    In pile values, with the standard error over sessions. A forced sort has one mean, so what a
    rater lays higher in one group lies lower in the rest.
    """
    sorts = _shared(frame)
    named = {
        name: np.isin(sorts.items, np.asarray(numbers, dtype=np.intp))
        for name, numbers in groups.items()
    }
    named = {name: mask for name, mask in named.items() if mask.any()}
    if not len(sorts) or not named:
        return Result(pl.DataFrame(schema=BIAS_SCHEMA), () if len(sorts) else (NO_PAIRS,))
    means = np.stack([sorts.piles[:, mask].mean(axis=1) for mask in named.values()], axis=1)
    found = rater_bias(means, *_session_and_rater(sorts))
    raters = found.raters.tolist()
    order = sorted(range(len(raters)), key=lambda n: natural_key(raters[n]))
    columns = {
        "rater": [raters[n] for n in order for _ in named],
        "group": [name for _ in order for name in named],
        "n_items": [int(mask.sum()) for _ in order for mask in named.values()],
        "n_sessions": [int(found.n_sessions[n]) for n in order for _ in named],
        "bias": found.bias[order].ravel(),
        "se": found.se[order].ravel(),
    }
    note = "A forced sort has one mean: what lies higher in one group lies lower in the rest."
    return Result(build_frame(columns, BIAS_SCHEMA), (note,))


def item_bias_table(frame: pl.DataFrame) -> Result:
    """The same item by item, the largest leanings of each rater first."""
    sorts = _shared(frame)
    if not len(sorts):
        return Result(pl.DataFrame(schema=ITEM_BIAS_SCHEMA), (NO_PAIRS,))
    found = rater_bias(sorts.piles, *_session_and_rater(sorts))
    people, items = len(found.raters), len(sorts.items)
    columns = {
        "rater": np.repeat(found.raters.astype(object), items),
        "item": np.tile(sorts.items, people),
        "n_sessions": np.repeat(found.n_sessions, items),
        "bias": found.bias.ravel(),
        "se": found.se.ravel(),
    }
    table = build_frame(columns, ITEM_BIAS_SCHEMA)
    names = {name: n for n, name in enumerate(natural(found.raters.tolist()))}
    place = pl.col("rater").replace_strict(names, return_dtype=pl.Int64)
    return Result(
        table.sort(place, pl.col("bias").abs(), descending=[False, True], nulls_last=True)
    )


def _shared(frame: pl.DataFrame) -> SortMatrix:
    """Complete sorts of the item set that most sorts have."""
    grouped = group_sessions(rated(sort_matrix(frame)))
    parts = grouped.complete()
    return parts[0] if parts else grouped.sorts


def _session_and_rater(sorts: SortMatrix) -> tuple[Any, Any]:
    return sorts.column("session").astype(str), sorts.column("rater").astype(str)
