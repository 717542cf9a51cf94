"""Training: practice sorts against a criterion, feedback on items, certification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.arrays import NEEDED, FloatArray, SortMatrix, rated, sort_matrix
from pqs_coder.analysis.context import natural, natural_key
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.errors import StudyError
from pqs_coder.model.names import CONSENSUS, fold
from pqs_coder.model.study import TrainingRule
from pqs_coder.model.words import plural
from pqs_coder.stats import (
    exact_agreement,
    fisher_interval,
    mean_r,
    squared_distance,
    within_one_agreement,
)

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_R = pl.Float64
TRAINING_SCHEMA: dict[str, Any] = {
    "rater": pl.String,
    "order": pl.Int64,
    "session": pl.String,
    "submitted_at": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("r", "r_low", "r_high", "distance", "exact", "within_one"), _R),
    "in_a_row": pl.Int64,
    "certified": pl.Boolean,
    "kind": pl.String,
}
FEEDBACK_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "rater": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "pile": pl.Int64,
    "criterion": _R,
    "difference": _R,
}
KINDS = ("rater", "practice")

Criteria = Mapping[str, Mapping[int, float]]
"""Scores by item number, by session."""


def training_of(study: Study, rule: TrainingRule | None = None) -> Result:
    """All practice sorts of a study that the viewer may see, against their criteria.

    Only submitted sorts are compared: nobody learns of a criterion before.
    """
    from pqs_coder.store.reading import read_sorts

    columns = (*NEEDED, "submitted_at")
    return training_in(study, read_sorts(study, kind=KINDS, columns=columns), rule)


def training_in(study: Study, frame: pl.DataFrame, rule: TrainingRule | None = None) -> Result:
    """The same of sorts that are read already, rater and practice sorts among them."""
    return training_table(*_practice(study, frame), rule or study.settings.training)


def feedback_of(study: Study, session: str, rater: str) -> Result:
    """One practice sort item by item against its criterion, see `feedback_table`."""
    from pqs_coder.store.reading import read_sorts

    frame = read_sorts(study, kind=KINDS, columns=NEEDED)  # what the viewer may see
    code = study.session_folder(session).name
    labels = {item.number: item.label for item in study.item_set.items}
    return feedback_table(*_practice(study, frame), code, study.spelling_of(rater), labels)


def _practice(study: Study, frame: pl.DataFrame) -> tuple[pl.DataFrame, Criteria]:
    """Sorts that may be held against a criterion, and the criteria.

    Against a consensus only trainees' sorts: those of raters are what it was made from. For the
    program's own use: what a trainee may see of criteria is decided by what is submitted.
    """
    written, agreed = written_criteria(study), consensus_criteria(study)
    made_from = pl.col("session").is_in([code for code in agreed if code not in written])
    return frame.filter(~(made_from & (pl.col("kind") == "rater"))), {**agreed, **written}


def written_criteria(study: Study) -> dict[str, dict[int, float]]:
    """Scores of ``criteria/SESSION.csv`` (item, score) by session."""
    from pqs_coder.store import files
    from pqs_coder.store.prototypes import read_criterion

    codes = {fold(code): code for code in study.session_codes()}
    return {
        codes.get(fold(path.stem), path.stem): read_criterion(path, study.item_set)
        for path in files.list_folder(study.folder / "criteria")
        if path.suffix == ".csv"
    }


def consensus_criteria(study: Study) -> dict[str, dict[int, float]]:
    """The consensus, as last revised, of sessions whose session.toml says ``practice = true``."""
    from pqs_coder.store.sorts import read_submitted

    criteria: dict[str, dict[int, float]] = {}
    for code in study.session_codes():
        paths = study.sort_paths(code, CONSENSUS)
        revision = paths.latest_revision()
        if revision and study.session_table(code).get("practice") is True:
            frame = read_submitted(paths.submitted(revision))
            rows = frame.select("item", "pile").drop_nulls().iter_rows()
            criteria[code] = {int(item): float(pile) for item, pile in rows}
    return criteria


def training_table(
    frame: pl.DataFrame, criteria: Criteria, rule: TrainingRule | None = None
) -> Result:
    """A row a sort of a session with a criterion, by rater and time.

    ``kind`` is practice for a trainee's, rater for one that counts for agreement as well; the note
    says whose those are. ``in_a_row`` counts the sorts up to here that met the rule without a
    break; ``certified`` tells whether the rule has been met by then.
    """
    wanted = rule or TrainingRule()
    sorts = rated(sort_matrix(frame), kinds=KINDS)
    has_one = np.array([code in criteria for code in sorts.column("session")], dtype=bool)
    sorts = sorts.take(has_one)
    pairs = _with_criterion(sorts, criteria)
    r = np.array([float(mean_r(pair, degenerate="nan")) for pair in pairs])
    limits = fisher_interval(r, np.array([max(4, pair.shape[1]) for pair in pairs]))
    labels = sorts.labels
    when = (
        labels["submitted_at"]
        if "submitted_at" in labels.columns
        else pl.Series([None] * len(sorts), dtype=TRAINING_SCHEMA["submitted_at"])
    )
    table = pl.DataFrame(
        {
            "rater": labels["rater"],
            "session": labels["session"],
            "kind": sorts.column("kind"),
            "submitted_at": when,
            "r": r,
            "r_low": np.atleast_1d(limits.low),
            "r_high": np.atleast_1d(limits.high),
            "distance": [float(squared_distance(pair)[0, 1]) for pair in pairs],
            "exact": [float(exact_agreement(pair)[0, 1]) for pair in pairs],
            "within_one": [float(within_one_agreement(pair)[0, 1]) for pair in pairs],
        },
        schema_overrides={
            name: TRAINING_SCHEMA[name] for name in ("distance", "exact", "within_one")
        },
    )
    return Result(_with_rule(table, wanted), tuple(_in_words(table, wanted)))


def _with_criterion(sorts: SortMatrix, criteria: Criteria) -> list[FloatArray]:
    """Each sort beside its criterion, ``(2, shared items)``."""
    pairs = []
    for session, piles in zip(sorts.column("session"), sorts.piles, strict=True):
        ideal = np.array([criteria[session].get(int(item), np.nan) for item in sorts.items])
        both = np.isfinite(piles) & np.isfinite(ideal)
        pairs.append(np.stack([piles[both], ideal[both]]))
    return pairs


def _with_rule(table: pl.DataFrame, rule: TrainingRule) -> pl.DataFrame:
    rows = []
    ordered = sorted(
        table.iter_rows(named=True),
        key=lambda row: (
            natural_key(row["rater"]),
            row["submitted_at"] is None,
            row["submitted_at"] or 0,
            natural_key(row["session"]),
        ),
    )
    rater, order, run, done = None, 0, 0, False
    for row in ordered:
        if row["rater"] != rater:
            rater, order, run, done = row["rater"], 0, 0, False
        order += 1
        met = row["r"] is not None and row["r"] >= rule.r - 1e-12
        run = run + 1 if met else 0
        done = done or run >= rule.in_a_row
        rows.append({**row, "order": order, "in_a_row": run, "certified": done})
    columns = {name: [row[name] for row in rows] for name in TRAINING_SCHEMA}
    return build_frame(columns, TRAINING_SCHEMA)


def _in_words(table: pl.DataFrame, rule: TrainingRule) -> list[str]:
    if not table.height:
        return ["No practice sorts: a practice session has criteria/SESSION.csv or a consensus."]
    words = [f"The rule: r of {rule.r:.2f} or more with the criterion, {rule.in_a_row} in a row."]
    real = table.filter(pl.col("kind") == "rater")
    if real.height:
        names = ", ".join(natural(real["rater"].unique()))
        words.append(
            f"No practice, but raters' own sorts of sessions that have a criterion: of {names} "
            f"({real.height} of {plural(table.height, 'sort')}). They count for agreement as well. "
            "Where they were meant as practice the rater is a trainee before sorting: "
            "pqs raters add NAME --role trainee."
        )
    return words


def feedback_table(
    frame: pl.DataFrame,
    criteria: Criteria,
    session: str,
    rater: str,
    labels: Mapping[int, str] | None = None,
) -> Result:
    """A row an item, the largest difference from the criterion first.

    Raises `StudyError` where the rater has not submitted the session, or it has no criterion.
    """
    sorts = rated(sort_matrix(frame), kinds=KINDS)
    keys = zip(sorts.column("session"), sorts.column("rater"), strict=True)
    rows = [n for n, key in enumerate(keys) if key == (session, rater)]
    if not rows:
        raise StudyError(
            f"There is no submitted sort of {session} by {rater} that you may see.",
            "Feedback opens after submitting.",
        )
    if session not in criteria:
        raise StudyError(f"{session} has no criterion.", "Add criteria/SESSION.csv (item, score).")
    piles = sorts.piles[rows[0]]
    ideal = np.array([criteria[session].get(int(item), np.nan) for item in sorts.items])
    here = np.isfinite(piles)
    items = sorts.items[here]
    columns = {
        "session": [session] * len(items),
        "rater": [rater] * len(items),
        "item": items,
        "label": [(labels or {}).get(int(item)) for item in items],
        "pile": piles[here],
        "criterion": ideal[here],
        "difference": piles[here] - ideal[here],
    }
    table = build_frame(columns, FEEDBACK_SCHEMA)
    largest = pl.col("difference").abs()
    return Result(table.sort(largest, "item", descending=[True, False], nulls_last=True))
