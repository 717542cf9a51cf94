"""What sorts of other sessions and cases share with a session: the baseline beside agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqs_coder.analysis.arrays import Grouped, SortMatrix
from pqs_coder.analysis.context import Context
from pqs_coder.model.words import plural
from pqs_coder.stats import baseline_r


@dataclass(frozen=True)
class Baselines:
    """Mean r with the sorts of other raters, sessions and cases.

    ``value`` over the whole study and ``by_session``; ``same_case_by_session`` with those of other
    sessions of the same case. nan where there is nobody to compare with.
    """

    value: float
    n_pairs: int
    by_session: Mapping[str, float]
    same_case_by_session: Mapping[str, float]


def baselines(grouped: Grouped, context: Context) -> Baselines:
    """Baselines of all sorts; only sorts of one item set (by hash) are compared.

    A session whose case is unknown counts as a case of its own.
    """
    total, pairs = 0.0, 0
    by_session: dict[str, float] = {}
    same_case: dict[str, float] = {}
    for sorts in grouped.complete():
        session, rater = sorts.column("session").astype(str), sorts.column("rater").astype(str)
        case = case_labels(sorts, context)
        found = baseline_r(sorts.piles, session, rater, case, degenerate="nan")
        names = found.sessions.tolist()
        by_session.update(zip(names, found.by_session.tolist(), strict=True))
        same_case.update(zip(names, found.same_case_by_session.tolist(), strict=True))
        if found.n_pairs:
            total += found.value * found.n_pairs
            pairs += found.n_pairs
    value = total / pairs if pairs else float("nan")
    return Baselines(value, pairs, by_session, same_case)


def case_labels(sorts: SortMatrix, context: Context) -> NDArray[np.str_]:
    """One label a sort, equal for sorts of one case; a session of unknown case has its own."""
    return np.array(context.case_of(sorts.column("session")), dtype=str)


def without_case(grouped: Grouped, context: Context) -> list[str]:
    """The note on sessions whose case is unknown."""
    codes = grouped.sorts.labels["session"].unique().to_list()
    unknown = sum(code not in context.cases for code in codes)
    if not unknown:
        return []
    return [
        f"{plural(unknown, 'session')} without a known case: each counts as a case of its own in "
        "the baseline."
    ]
