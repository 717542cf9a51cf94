"""What sorts of other sessions and cases share with a session: the baseline beside agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pqs_coder.analysis.arrays import FloatArray, IntArray, SortMatrix, codes_of
from pqs_coder.analysis.context import Context
from pqs_coder.analysis.result import plural
from pqs_coder.stats import (
    baseline_r,
)


@dataclass(frozen=True)
class Baselines:
    """Mean r with the sorts of other raters, sessions and cases.

    ``value`` over the whole study and ``by_session``; nan where there is nobody to compare with.
    """

    value: float
    n_pairs: int
    by_session: Mapping[str, float]


def baselines(sorts: SortMatrix, context: Context) -> Baselines:
    """Baselines of all sorts; only sorts of one item set (by hash) are compared.

    A session whose case is unknown counts as a case of its own.
    """
    total, pairs = 0.0, 0
    by_session: dict[str, float] = {}
    for part, matrix in complete_groups(sorts):
        codes = [str(code) for code in part.column("session")]
        found = baseline_r(
            matrix,
            codes_of(codes),
            codes_of(part.column("rater")),
            case_codes(codes, context),
            degenerate="nan",
        )
        by_session.update(zip(np.unique(codes).tolist(), found.by_session.tolist(), strict=True))
        if found.n_pairs:
            total += found.value * found.n_pairs
            pairs += found.n_pairs
    return Baselines(total / pairs if pairs else float("nan"), pairs, by_session)


def complete_groups(sorts: SortMatrix) -> Iterator[tuple[SortMatrix, FloatArray]]:
    """Sorts of each item set (by hash) with their piles ``(sorts, items)``, incomplete ones out."""
    if len(sorts) == 0:
        return
    hashes = sorts.column("item_set_hash")
    for one in dict.fromkeys(hashes.tolist()):
        part = sorts.take(hashes == one)
        present = np.isfinite(part.piles)
        part_items = present.any(axis=0)
        whole = present[:, part_items].all(axis=1)
        part = part.take(whole)
        if len(part) and part_items.sum() >= 4:
            yield part, part.piles[:, part_items]


def case_codes(sessions: list[str], context: Context) -> IntArray:
    """One integer a case; a session whose case is unknown has its own."""
    cases = context.cases
    return codes_of([f"case {cases[s]}" if s in cases else f"session {s}" for s in sessions])


def without_case(sorts: SortMatrix, context: Context) -> list[str]:
    """The note on sessions whose case is unknown."""
    codes = sorts.labels["session"].unique().to_list()
    unknown = sum(code not in context.cases for code in codes)
    if not unknown:
        return []
    return [
        f"{plural(unknown, 'session')} without a known case: each counts as a case of its own in "
        "the baseline."
    ]
