"""The tables on interaction structures: items, alpha, scores, number of components, lags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pqs_coder.analysis.arrays import FloatArray, IntArray
from pqs_coder.analysis.result import Result, build_frame, stack_frames
from pqs_coder.analysis.variables import Structure
from pqs_coder.errors import StatisticsError
from pqs_coder.stats import cronbach_alpha, cross_lag, holm, structure_items

_R = pl.Float64
STRUCTURE_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "structure": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "loading": _R,
    "sign": pl.Int64,
}
SUMMARY_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "structure": pl.String,
    "n_items": pl.Int64,
    "n_sessions": pl.Int64,
    **dict.fromkeys(("explained", "alpha", "mean", "sd"), _R),
}
SCORE_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "session": pl.String,
    "number": _R,
    "structure": pl.String,
    "score": _R,
}
PARALLEL_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "component": pl.Int64,
    **dict.fromkeys(("eigenvalue", "random_mean", "random_95"), _R),
    "kept": pl.Boolean,
}
LAG_SCHEMA: dict[str, Any] = {
    "case": pl.String,
    "leads": pl.String,
    "follows": pl.String,
    "lag": pl.Int64,
    **dict.fromkeys(("r", "r_low", "r_high", "p"), _R),
    "n_pairs": pl.Int64,
    "p_corrected": _R,
}
EIGENVALUES_SHOWN = 12


@dataclass(frozen=True, eq=False)
class CaseProfiles:
    """The numbered composites of one case, in order: ``values`` ``(sessions, items)``.

    Or those of a sample of cases: then ``cases`` holds the case of each session.
    """

    case: str
    sessions: NDArray[Any]
    numbers: FloatArray
    items: IntArray
    values: FloatArray
    cases: tuple[str, ...] | None = None

    @property
    def case_of(self) -> list[str]:
        """The case of each session."""
        return list(self.cases) if self.cases is not None else [self.case] * len(self.sessions)


def item_table(
    given: CaseProfiles,
    structures: Sequence[Structure],
    loadings: Sequence[Mapping[int, float]],
    labels: Mapping[int, str] | None,
) -> Result:
    """A row an item of each structure, the largest loading first; sign -1 is reversed."""
    rows = []
    for n, one in enumerate(structures):
        known = loadings[n] if loadings else {}
        signed = [(item, 1) for item in one.items] + [(item, -1) for item in one.reversed_items]
        signed.sort(key=lambda pair: (-abs(known.get(pair[0], 0.0)), pair[0]))
        rows += [
            (given.case, one.name, item, (labels or {}).get(item), known.get(item), sign)
            for item, sign in signed
        ]
    columns = {name: [row[n] for row in rows] for n, name in enumerate(STRUCTURE_SCHEMA)}
    return Result(build_frame(columns, STRUCTURE_SCHEMA))


def summary_table(
    given: CaseProfiles,
    structures: Sequence[Structure],
    scores: Sequence[FloatArray],
    explained: Sequence[float],
    middle: float,
) -> Result:
    """A row a structure: how many items, variance explained, alpha, mean and SD of its score."""
    columns = {
        "case": [given.case] * len(structures),
        "structure": [one.name for one in structures],
        "n_items": [len(one.items) + len(one.reversed_items) for one in structures],
        "n_sessions": [len(given.sessions)] * len(structures),
        "explained": list(explained) or [float("nan")] * len(structures),
        "alpha": [_alpha(given, one, middle) for one in structures],
        "mean": [float(np.mean(one)) for one in scores],
        "sd": [float(np.std(one, ddof=1)) for one in scores],
    }
    note = (
        "alpha is over the sessions, reversed items mirrored; it flatters: the items were chosen "
    )
    note += "because they go together."
    return Result(build_frame(columns, SUMMARY_SCHEMA), (note,) if structures else ())


def _alpha(given: CaseProfiles, one: Structure, middle: float) -> float | None:
    sign = np.isin(given.items, one.items).astype(int) - np.isin(given.items, one.reversed_items)
    if np.abs(sign).sum() < 2:
        return None
    parts = structure_items(given.values, sign[:, None], middle=middle)[0]
    return float(cronbach_alpha(parts, degenerate="nan"))


def score_table(
    given: CaseProfiles, structures: Sequence[Structure], scores: Sequence[FloatArray]
) -> Result:
    """A row a structure and session: the mean pile of its items, reversed ones mirrored."""
    frames = [
        build_frame(
            {
                "case": given.case_of,
                "session": given.sessions,
                "number": given.numbers,
                "structure": [one.name] * len(given.sessions),
                "score": score,
            },
            SCORE_SCHEMA,
        )
        for one, score in zip(structures, scores, strict=True)
    ]
    return Result(stack_frames(frames, SCORE_SCHEMA))


def parallel_table(case: str, chance: Any, number: int, asked: int | None) -> Result:
    """Eigenvalues beside those of chance data, and which components were kept."""
    shown = min(EIGENVALUES_SHOWN, len(chance.eigenvalues))
    columns = {
        "case": [case] * shown,
        "component": list(range(1, shown + 1)),
        "eigenvalue": chance.eigenvalues[:shown],
        "random_mean": chance.mean[:shown],
        "random_95": chance.limit[:shown],
        "kept": [n < number for n in range(shown)],
    }
    words = f"Parallel analysis keeps {chance.factors} (eigenvalue above 95 % of chance data)"
    words += f"; {asked} asked for." if asked else "."
    return Result(build_frame(columns, PARALLEL_SCHEMA), (words,))


def lag_table(
    given: CaseProfiles,
    structures: Sequence[Structure],
    scores: Sequence[FloatArray],
    lags: Sequence[int] = (1,),
) -> Result:
    """Each structure with each other one some sessions later, both detrended.

    Sessions are paired by number; ``p_corrected`` is Holm's over the rows. Refused under 20
    sessions, and for a sample of cases: the note says so.
    """
    rows = []
    if given.cases is not None:
        return Result(pl.DataFrame(schema=LAG_SCHEMA), ("Lead and lag are asked of one case.",))
    try:
        for one, other in permutations(range(len(structures)), 2):
            for lag in lags:
                found = cross_lag(scores[one], scores[other], given.numbers, lag=lag)
                names = (structures[one].name, structures[other].name)
                rows.append(
                    (given.case, *names, lag, found.r, found.low, found.high, found.p, found.pairs)
                )
    except StatisticsError as error:
        return Result(
            pl.DataFrame(schema=LAG_SCHEMA), (f"{error.title}: {error.message}. {error.cure}",)
        )
    if not rows:
        return Result(pl.DataFrame(schema=LAG_SCHEMA))
    told = [*LAG_SCHEMA][:-1]
    columns: dict[str, Any] = {name: [row[n] for row in rows] for n, name in enumerate(told)}
    columns["p_corrected"] = holm([row[-2] for row in rows])
    tests = f"{len(rows)} tests: p_corrected is Holm's over all of them, p is that of one alone."
    return Result(build_frame(columns, LAG_SCHEMA), ("Leading is not causing.", tests))
