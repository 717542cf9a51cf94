"""Item portraits: what is most and least characteristic of a session, a case, a phase, a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import FloatArray
from pqs_coder.analysis.composites import Profiles, study_profiles
from pqs_coder.analysis.context import Context, lead_context, natural, study_context
from pqs_coder.analysis.result import Result, build_frame, stack_frames
from pqs_coder.analysis.subsets import in_subset, study_subsets, subset_items
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.names import find_name
from pqs_coder.stats import factor_arrays

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

ITEMS_SCHEMA: dict[str, Any] = {
    "group": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "mean": pl.Float64,
    "sd": pl.Float64,
    "n_cases": pl.Int64,
    "n_sessions": pl.Int64,
    "n_sorts": pl.Int64,
    "rank": pl.Int64,
}
PYRAMID_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "raters": pl.String,
    "pile": pl.Int64,
    "place": pl.Int64,
    "item": pl.Int64,
    "label": pl.String,
    "score": pl.Float64,
}
EVERYTHING = "all"


def items_of(
    study: Study,
    *,
    by: str | None = None,
    only: str | None = None,
    subset: str | None = None,
    most: int | None = None,
    least_raters: int = 1,
) -> Result:
    """Item portraits of a study: of everything, or of each group.

    ``by`` is session, or a column of facts.csv (case, treatment, phase ...); ``only`` keeps one
    group; ``subset`` names an item subset; ``most`` keeps so many items from either end. Sessions
    with fewer than ``least_raters`` are left out. Columns of facts are for leads: `UsageError` for
    anybody else.
    """
    context = study_context(study) if by in (None, "session") else lead_context(study)
    found = study_profiles(study, least_raters)
    chosen = subset_items(study_subsets(study), subset) if subset else None
    labels = {item.number: item.label for item in study.item_set.items}
    groups = groups_by(found.sessions.tolist(), by, context)
    return items_table(found, groups, context, labels, only=only, subset=chosen, most=most)


def groups_by(sessions: Sequence[str], by: str | None, context: Context) -> dict[str, str]:
    """The group of each session that has one."""
    if by is None:
        return dict.fromkeys(sessions, EVERYTHING)
    if by == "session":
        return {code: code for code in sessions}
    values = context.fact(by)
    return {code: values[code] for code in sessions if code in values}


def items_table(
    found: Profiles,
    groups: Mapping[str, str],
    context: Context | None = None,
    labels: Mapping[int, str] | None = None,
    *,
    only: str | None = None,
    subset: Sequence[int] | None = None,
    most: int | None = None,
) -> Result:
    """A row an item of each group, the most characteristic first (rank 1).

    ``mean`` and ``sd`` are over the sessions' composites, each session once; of a single session
    ``sd`` is over its raters. Raises `StudyError` for a group (``only``) that does not occur.
    """
    names = natural({groups[code] for code in found.sessions if code in groups})
    if only is not None:
        one = find_name(only, names)
        if one is None:
            raise StudyError(
                f"There is no group '{only}'.", f"Groups: {', '.join(names) or 'none'}."
            )
        names = [one]
    about = context or Context()
    frames = [
        _group_rows(found, [groups.get(c) == name for c in found.sessions], name, about, subset)
        for name in names
    ]
    table = stack_frames(frames, {k: v for k, v in ITEMS_SCHEMA.items() if k != "label"})
    label = pl.col("item").replace_strict(dict(labels or {}), default=None, return_dtype=pl.String)
    table = table.with_columns(label.alias("label")).select(list(ITEMS_SCHEMA))
    if most is not None:
        last = pl.col("rank").max().over("group")
        table = table.filter((pl.col("rank") <= most) | (pl.col("rank") > last - most))
    return Result(table, tuple(found.notes()))


def _group_rows(
    found: Profiles,
    here: Sequence[bool],
    name: str,
    context: Context,
    subset: Sequence[int] | None,
) -> pl.DataFrame:
    part = found.take(np.asarray(here, dtype=bool))
    seen = np.isfinite(part.mean)
    kept = seen.any(axis=0) & in_subset(part.items, subset)
    values, there = part.mean[:, kept], seen[:, kept]
    cases = np.array(context.case_of(part.sessions))
    mean = np.nanmean(values, axis=0) if kept.any() else np.zeros(0)
    order = np.lexsort((part.items[kept], -mean))
    columns = {
        "group": [name] * int(kept.sum()),
        "item": part.items[kept][order],
        "mean": mean[order],
        "sd": _spread(part, values, kept)[order],
        "n_cases": [len(set(cases[column])) for column in there.T[order]],
        "n_sessions": there.sum(axis=0)[order],
        "n_sorts": (there * part.n_raters[:, None]).sum(axis=0)[order],
        "rank": np.arange(1, int(kept.sum()) + 1),
    }
    return build_frame(columns, {k: v for k, v in ITEMS_SCHEMA.items() if k != "label"})


def _spread(part: Profiles, values: FloatArray, kept: Any) -> FloatArray:
    if len(values) == 1:
        return np.asarray(part.sd[0, kept])
    several = np.isfinite(values).sum(axis=0) > 1
    spread = np.full(values.shape[1], np.nan)
    if several.any():
        spread[several] = np.nanstd(values[:, several], axis=0, ddof=1)
    return spread


def pyramid_of(study: Study, session: str, rater: str | None = None) -> Result:
    """One sort, or the composite of a session, laid out as the forced piles.

    A composite is ranked and dealt into the piles' numbers, ties to the earlier item. Raises
    `StudyError` where there is no such sort that the viewer may see.
    """
    from pqs_coder.analysis.composites import profiles
    from pqs_coder.analysis.differences import session_sorts

    code = study.session_folder(session).name
    frame = session_sorts(study, code)
    if rater is not None:
        known = find_name(rater, frame["rater"].unique().to_list())
        frame = frame.filter(pl.col("rater") == (known or ""))
    if not frame.height:
        raise StudyError(
            f"There is no submitted sort of {code} that you may see.", "See pqs status."
        )
    piles = [(pile.value, pile.size) for pile in study.item_set.piles]
    labels = {item.number: item.label for item in study.item_set.items}
    return pyramid_table(profiles(frame, study_context(study)), piles, labels)


def pyramid_table(
    found: Profiles,
    piles: Sequence[tuple[int, int]],
    labels: Mapping[int, str] | None = None,
) -> Result:
    """Every profile dealt into ``piles`` (value, size): pile by pile, highest score first."""
    frames = []
    for n, session in enumerate(found.sessions):
        here = np.isfinite(found.mean[n])
        places = [value for value, size in piles for _ in range(size)]
        if here.sum() != len(places):
            raise UsageError(
                f"{session} has {int(here.sum())} items for {len(places)} places.",
                "Only whole sorts of this item set can be laid out.",
            )
        scores, items = found.mean[n, here], found.items[here]
        pile = np.asarray(factor_arrays(scores[:, None], places))[:, 0]
        order = np.lexsort((items, -scores, -pile))
        columns = {
            "session": [session] * len(items),
            "raters": [",".join(found.raters[n])] * len(items),
            "pile": pile[order],
            "place": _places(pile[order].tolist()),
            "item": items[order],
            "label": [(labels or {}).get(int(item)) for item in items[order]],
            "score": scores[order],
        }
        frames.append(build_frame(columns, PYRAMID_SCHEMA))
    return Result(stack_frames(frames, PYRAMID_SCHEMA), tuple(found.notes()))


def _places(piles: Sequence[float]) -> list[int]:
    """1, 2, 3 ... within each run of equal piles."""
    places: list[int] = []
    for n, pile in enumerate(piles):
        places.append(places[-1] + 1 if n and piles[n - 1] == pile else 1)
    return places
