"""What is a session's own: agreement beyond the picture that all sessions share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.agreement_sessions import in_order, pair_r
from pqs_coder.analysis.arrays import NEEDED, Grouped, group_sessions, rated, sort_matrix
from pqs_coder.analysis.baselines import baselines, case_labels, without_case
from pqs_coder.analysis.context import Context, study_context
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import NoOverlapError, StatisticsError, TooFewSessionsError
from pqs_coder.stats import distinctive_agreement, repairing_test
from pqs_coder.stats.baseline import Repairing

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

DISTINCTIVE_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "n_raters": pl.Int64,
    **dict.fromkeys(("r", "baseline_r", "same_case_r", "distinctive_r"), pl.Float64),
}
BASELINE_SCHEMA: dict[str, Any] = {
    "n_pairs": pl.Int64,
    **dict.fromkeys(("r", "repaired_r", "repaired_sd", "p", "smallest_p"), pl.Float64),
    "samples": pl.Int64,
}
NO_BASELINE = (
    "Re-paired r isn't the baseline r of the agreement table: sorts that are dealt anew may meet "
    "one of the same case, or of their own session, and the baseline leaves such pairs out."
)
REPAIRING_SEED = 20241
"""Seed of the re-pairings: the same data give the same p."""


def distinctive_of(study: Study) -> Result:
    """Agreement of each session beside its baselines and beyond the mean profile."""
    from pqs_coder.store.reading import read_sorts

    return distinctive_table(read_sorts(study, columns=NEEDED), study_context(study))


def distinctive_table(frame: pl.DataFrame, context: Context | None = None) -> Result:
    """A row a session with two sorts or more.

    ``same_case_r``: its raters against other raters of other sessions of its case. Under ten
    sessions ``distinctive_r`` is null, and a note says why.
    """
    about = context or Context()
    grouped = group_sessions(rated(sort_matrix(frame)), prefer=about.item_set_hash)
    base = baselines(grouped, about)
    own, notes = _by_session(grouped, about)
    blocks = list(grouped.blocks())
    codes = [code for block in blocks for code in block.sessions]
    columns = {
        "session": codes,
        "n_raters": [block.piles.shape[1] for block in blocks for _ in block.sessions],
        "r": [r for block in blocks for r in pair_r(block).mean(axis=1)],
        "baseline_r": [base.by_session.get(code, np.nan) for code in codes],
        "same_case_r": [base.same_case_by_session.get(code, np.nan) for code in codes],
        "distinctive_r": [own.get(code, np.nan) for code in codes],
    }
    table = in_order(build_frame(columns, DISTINCTIVE_SCHEMA), grouped)
    return Result(table, (*notes, *without_case(grouped, about)))


def study_distinctive(grouped: Grouped, context: Context) -> tuple[float, list[str]]:
    """Mean distinctive agreement of a study, and the note where it is refused."""
    own, notes = _by_session(grouped, context)
    return (float(np.nanmean(list(own.values()))) if own else float("nan")), notes


def _by_session(grouped: Grouped, context: Context) -> tuple[Mapping[str, float], list[str]]:
    found: dict[str, float] = {}
    for sorts in grouped.complete():
        try:
            one = distinctive_agreement(
                sorts.piles,
                sorts.column("session").astype(str),
                case_labels(sorts, context),
                degenerate="nan",
            )
        except (TooFewSessionsError, NoOverlapError):
            continue
        found.update(zip(one.sessions.tolist(), one.distinctive.tolist(), strict=True))
    if found:
        return found, []
    return found, ["No distinctive r: it needs ten sessions, two sorts in one of them or more."]


def baseline_test_of(study: Study, *, samples: int = 9999) -> Result:
    """Do raters of one session agree more than raters of different sessions do? One row."""
    from pqs_coder.store.reading import read_sorts

    return baseline_test_table(read_sorts(study, columns=NEEDED), samples=samples)


def baseline_test_table(frame: pl.DataFrame, *, samples: int = 9999) -> Result:
    """Mean r of pairs against each rater's sorts dealt anew among that rater's sessions.

    Pairs are dependent, so this and no t test over pairs. All ways where they are few, else
    random ones with the seed `REPAIRING_SEED`.
    """
    parts = group_sessions(rated(sort_matrix(frame))).complete()
    if not parts:
        return Result(pl.DataFrame(schema=BASELINE_SCHEMA), ("No sorts to compare.",))
    sorts = parts[0]
    rng = np.random.default_rng(REPAIRING_SEED)
    try:
        found = repairing_test(
            sorts.piles,
            sorts.column("session").astype(str),
            sorts.column("rater").astype(str),
            samples=samples,
            rng=rng,
        )
    except StatisticsError as error:
        return Result(pl.DataFrame(schema=BASELINE_SCHEMA), (f"No test: {error.message}.",))
    columns = {
        "n_pairs": [found.n_pairs],
        "r": [found.value],
        "repaired_r": [found.null_mean],
        "repaired_sd": [found.null_sd],
        "p": [found.p],
        "smallest_p": [found.smallest_p],
        "samples": [found.samples],
    }
    return Result(build_frame(columns, BASELINE_SCHEMA), tuple(_in_words(found)))


def _in_words(found: Repairing) -> list[str]:
    ways = f"All {found.samples} ways" if found.exact else f"{found.samples} random ways"
    words = f"{ways} to deal each rater's sorts anew among that rater's sessions; no p can be under"
    words += f" {found.smallest_p:.2g}."
    if found.smallest_p > 0.05:
        words += " So few sessions can't reach .05."
    return [words, NO_BASELINE]
