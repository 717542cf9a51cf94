"""Build a prototype from a panel: experts who sorted (or rated) the ideal session of a school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import NEEDED, FloatArray, IntArray, rated, sort_matrix
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import StatisticsError
from pqs_coder.model.prototype import Prototype
from pqs_coder.model.words import plural
from pqs_coder.stats import (
    arrange_factors,
    bootstrap_factors,
    factor_scores,
    flag,
    mean_r,
    mean_r_interval,
    parallel_analysis,
    principal_components,
    spearman_brown,
    varimax,
)

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

Method = Literal["q", "mean"]
Scores = Literal["regression", "pqmethod"]

_R = pl.Float64
SCORE_SCHEMA: dict[str, Any] = {
    "prototype": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    **dict.fromkeys(("score", "z", "z_se", "z_low", "z_high"), _R),
}
LOADING_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "prototype": pl.String,
    **dict.fromkeys(("loading", "loading_low", "loading_high"), _R),
    "flagged": pl.Boolean,
    "often_flagged": _R,
}
PANEL_SCHEMA: dict[str, Any] = {
    "n_raters": pl.Int64,
    "n_items": pl.Int64,
    **dict.fromkeys(("mean_r", "r_low", "r_high", "reliability"), _R),
    "factors_beyond_chance": pl.Int64,
}
FEW_RATERS = 5
"""Under so many raters a panel is warned of."""
BOOTSTRAP_SEED = 20244
"""Seed of the bootstrap over the panel and of parallel analysis."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Who sorted the ideal: names, item numbers, and piles or ratings ``(raters, items)``."""

    raters: tuple[str, ...]
    items: IntArray
    values: FloatArray
    left_out: int = 0


@dataclass(frozen=True)
class Built:
    """Prototypes, one a factor, and how they came about.

    ``scores`` (item scores, z and how stable they are), ``loadings`` (of the raters) and ``panel``
    (how far the raters agree) are tables with their notes.
    """

    prototypes: tuple[Prototype, ...]
    scores: Result
    loadings: Result
    panel: Result


def build_of(study: Study, session: str, identifier: str, **options: Any) -> Built:
    """Build from all submitted sorts of one session of a study: the panel's "session".

    Options as `build_prototype`.
    """
    from pqs_coder.store.reading import read_sorts

    code = study.session_folder(session).name
    frame = read_sorts(study, sessions=[code], columns=NEEDED)
    labels = {item.number: item.label for item in study.item_set.items}
    options = {"item_set": study.item_set.id, "labels": labels, **options}
    return build_prototype(panel_from_sorts(frame), identifier, **options)


def panel_from_sorts(frame: pl.DataFrame) -> Panel:
    """The panel of a tidy table: one row of values for each sort, over the items that all have."""
    sorts = rated(sort_matrix(frame))
    sessions = sorts.labels["session"].n_unique()
    names = sorts.column("rater")
    if sessions > 1:
        names = np.array(
            [
                f"{session} {rater}"
                for session, rater in sorts.labels.select("session", "rater").rows()
            ],
            dtype=object,
        )
    whole = np.isfinite(sorts.piles).all(axis=0)
    return Panel(
        tuple(map(str, names)), sorts.items[whole], sorts.piles[:, whole], int((~whole).sum())
    )


def build_prototype(
    panel: Panel,
    identifier: str,
    *,
    method: Method = "q",
    factors: int = 1,
    scores: Scores = "regression",
    title: str = "",
    instruction: str = "",
    item_set: str = "",
    labels: Mapping[int, str] | None = None,
    samples: int = 1000,
) -> Built:
    """Prototypes from a panel's sorts or ratings, with what a reader needs to trust them.

    ``"q"``: Q factor analysis, the raters as variables: principal components, varimax where there
    are several ``factors``, and factor scores by regression over all raters, or by PQMethod weights
    over the flagged ones. ``"mean"``: the plain mean of the raters. Stability is by bootstrap over
    the raters (for ``"q"``). ``instruction`` is what the panel was told, and is kept.
    Raises StatisticsError for a panel of fewer than two, or sorts without variance.
    """
    if len(panel.raters) < 2:
        raise StatisticsError(
            f"a panel of {len(panel.raters)}", "A prototype is built from two raters or more."
        )
    if method == "mean":
        solution = _mean_solution(panel)
    else:
        solution = _q_solution(panel, factors, scores, samples)
    several = solution.score.shape[1] > 1
    names = [
        f"{identifier}-{n}" if several else identifier
        for n in range(1, solution.score.shape[1] + 1)
    ]
    how = _how(panel, method, factors, scores)
    prototypes = tuple(
        Prototype(
            name,
            dict(zip(panel.items.tolist(), solution.score[:, n].tolist(), strict=True)),
            title=f"{title} {n + 1}".strip() if several else title,
            how=how,
            item_set=item_set,
            panel=plural(len(panel.raters), "rater"),
            instruction=instruction,
        )
        for n, name in enumerate(names)
    )
    return Built(
        prototypes,
        _score_table(panel, names, solution, labels or {}),
        _loading_table(panel, names, solution),
        _panel_table(panel),
    )


@dataclass(frozen=True, eq=False)
class _Solution:
    """Scores and z ``(items, factors)``, loadings and flags ``(raters, factors)``, stability."""

    score: FloatArray
    z: FloatArray
    loadings: FloatArray | None = None
    flags: Any = None
    stability: Any = None


def _mean_solution(panel: Panel) -> _Solution:
    mean = panel.values.mean(axis=0)[:, None]
    spread = mean.std(ddof=1)
    return _Solution(mean, (mean - mean.mean()) / (spread if spread > 0 else np.nan))


def _q_solution(panel: Panel, factors: int, scores: Scores, samples: int) -> _Solution:
    loadings = np.asarray(principal_components(panel.values, factors).loadings)
    if factors > 1:
        loadings = np.asarray(arrange_factors(varimax(loadings).loadings).loadings)
    flags = np.asarray(flag(loadings, len(panel.items)))
    found = factor_scores(panel.values, loadings, flags, method=scores)
    stability = None
    if samples and len(panel.raters) > factors + 1:
        stability = bootstrap_factors(
            panel.values,
            factors,
            rng=np.random.default_rng(BOOTSTRAP_SEED),
            samples=samples,
            loadings=loadings,
            method=scores,
        )
    score = found.raw if scores == "regression" else found.z
    return _Solution(np.asarray(score), np.asarray(found.z), loadings, flags, stability)


def _how(panel: Panel, method: Method, factors: int, scores: Scores) -> str:
    raters = plural(len(panel.raters), "rater")
    if method == "mean":
        return f"Mean of {raters}."
    turned = ", varimax" if factors > 1 else ""
    weights = (
        "regression scores over all raters"
        if scores == "regression"
        else "PQMethod weights over the flagged raters"
    )
    return (
        f"Q factor analysis of {raters}: {plural(factors, 'principal component')}{turned}, "
        f"{weights}."
    )


def _few(panel: Panel) -> list[str]:
    """A warning of a panel in which each rater weighs much."""
    k = len(panel.raters)
    if k >= FEW_RATERS:
        return []
    r = float(mean_r(panel.values))
    return [
        f"A panel of {k} only: the prototype holds much that is one rater's own (reliability "
        f"{spearman_brown(r, k):.2f}, mean r {r:.2f}), and others may see the ideal otherwise."
    ]


def _score_table(
    panel: Panel, names: Sequence[str], solution: _Solution, labels: Mapping[int, str]
) -> Result:
    count = len(panel.items)
    order = [np.lexsort((panel.items, -solution.z[:, n])) for n in range(len(names))]
    nothing = np.full(solution.z.shape, np.nan)
    spread = solution.stability.z if solution.stability is not None else None
    parts = {
        "score": solution.score,
        "z": solution.z,
        "z_se": spread.se if spread is not None else nothing,
        "z_low": spread.low if spread is not None else nothing,
        "z_high": spread.high if spread is not None else nothing,
    }
    columns: dict[str, Any] = {
        "prototype": [name for name in names for _ in range(count)],
        "item": np.concatenate([panel.items[rows] for rows in order]),
        "label": [labels.get(int(item)) for rows in order for item in panel.items[rows]],
    }
    for name, values in parts.items():
        columns[name] = np.concatenate(
            [np.asarray(values)[rows, n] for n, rows in enumerate(order)]
        )
    notes = _few(panel)
    if panel.left_out:
        notes.append(f"Left out: {plural(panel.left_out, 'item')} that some of the panel lack.")
    if spread is not None:
        notes.append(
            f"z_se, z_low and z_high: bootstrap over the raters, {solution.stability.samples} "
            "samples."
        )
    return Result(build_frame(columns, SCORE_SCHEMA), tuple(notes))


def _loading_table(panel: Panel, names: Sequence[str], solution: _Solution) -> Result:
    if solution.loadings is None:
        return Result(pl.DataFrame(schema=LOADING_SCHEMA))
    shape = solution.loadings.shape
    stability, nothing = solution.stability, np.full(shape, np.nan)
    columns = {
        "rater": [rater for rater in panel.raters for _ in names],
        "prototype": [name for _ in panel.raters for name in names],
        "loading": solution.loadings.ravel(),
        "loading_low": (stability.loadings.low if stability else nothing).ravel(),
        "loading_high": (stability.loadings.high if stability else nothing).ravel(),
        "flagged": solution.flags.ravel(),
        "often_flagged": (stability.flagged if stability else nothing).ravel(),
    }
    alone = [
        rater for rater, row in zip(panel.raters, solution.flags, strict=True) if not row.any()
    ]
    notes = (f"Not flagged on any factor: {', '.join(alone)}.",) if alone else ()
    return Result(build_frame(columns, LOADING_SCHEMA), notes)


def _panel_table(panel: Panel) -> Result:
    k = len(panel.raters)
    r = float(mean_r(panel.values))
    limits = mean_r_interval(panel.values)
    chance = parallel_analysis(panel.values, rng=np.random.default_rng(BOOTSTRAP_SEED))
    columns = {
        "n_raters": [k],
        "n_items": [len(panel.items)],
        "mean_r": [r],
        "r_low": [float(limits.low)],
        "r_high": [float(limits.high)],
        "reliability": [float(spearman_brown(r, k))],
        "factors_beyond_chance": [chance.factors],
    }
    notes = _few(panel)
    if chance.factors > 1:
        notes.append(
            f"Parallel analysis finds {chance.factors} factors in this panel: it may hold more "
            "than one picture of the ideal."
        )
    return Result(build_frame(columns, PANEL_SCHEMA), tuple(notes))
