"""Every printed table by name: one command makes each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pqs_coder.analysis.adherence import adherence_of
from pqs_coder.analysis.adherence_context import adherence_detail_of, adherence_groups_of
from pqs_coder.analysis.agreement import agreement_of
from pqs_coder.analysis.change import change_of
from pqs_coder.analysis.compare import compare_of
from pqs_coder.analysis.consensus import consensus_overview_of
from pqs_coder.analysis.decision import components_of, decision_of
from pqs_coder.analysis.differences import differences_of
from pqs_coder.analysis.distinctive import distinctive_of
from pqs_coder.analysis.drift import drift_of
from pqs_coder.analysis.items import items_of, pyramid_of
from pqs_coder.analysis.matrix import matrix_of
from pqs_coder.analysis.outcomes import outcomes_of
from pqs_coder.analysis.portraits import bias_of, portraits_of
from pqs_coder.analysis.prototypes import compare_of as overlap_of
from pqs_coder.analysis.prototypes import prototypes_table
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.status import status
from pqs_coder.analysis.structures import structures_of
from pqs_coder.analysis.third_raters import third_raters_of
from pqs_coder.analysis.training import training_of
from pqs_coder.errors import StudyError
from pqs_coder.report.catalogue import Selection
from pqs_coder.report.printed import printed

if TYPE_CHECKING:
    from pqs_coder.report.tables import Table
    from pqs_coder.store.study import Study

MOST = 10

Ask = Callable[["Study", Selection], Result]


@dataclass(frozen=True)
class TableKind:
    """A printed table: its title, the columns it is printed with, and the question behind it."""

    title: str
    columns: str
    ask: Ask


def table_of(study: Study, kind: str, wanted: Selection) -> Table:
    """A printed table of a study as its viewer may see it; `StudyError` where it has no rows."""
    about = TABLES[kind]
    result = _labelled(study, about.ask(study, wanted))
    if not result.frame.height:
        raise StudyError("There is nothing to print.", " ".join(result.notes))
    return printed(about.columns, result, about.title)


def _labelled(study: Study, result: Result) -> Result:
    """The rows with the labels of their items."""
    frame = result.frame
    if "item" not in frame.columns or "label" in frame.columns:
        return result
    labels = {item.number: item.label for item in study.item_set.items}
    label = pl.col("item").replace_strict(labels, default=None, return_dtype=pl.String)
    return Result(frame.with_columns(label.alias("label")), result.notes)


def _agreement(by: str) -> Ask:
    return lambda study, _wanted: agreement_of(study, by)


def _plain(question: Callable[[Study], Result]) -> Ask:
    return lambda study, _wanted: question(study)


def _structures(part: str) -> Ask:
    def ask(study: Study, wanted: Selection) -> Result:
        result: Result = getattr(
            structures_of(study, wanted.needed("case"), subset=wanted.subset), part
        )
        return result

    return ask


def _items(study: Study, wanted: Selection) -> Result:
    if wanted.session is not None:
        return items_of(study, by="session", only=wanted.session, most=MOST, subset=wanted.subset)
    if wanted.case is not None:
        return items_of(study, by="case", only=wanted.case, most=MOST, subset=wanted.subset)
    return items_of(study, by=wanted.by, most=MOST, subset=wanted.subset)


def _change(study: Study, wanted: Selection) -> Result:
    items = wanted.chosen(study)
    ideals: Sequence[str] | None = () if items else None
    return change_of(study, items=items, prototypes=ideals, case=wanted.case)


def _consensus(study: Study, wanted: Selection) -> Result:
    sessions = [wanted.session] if wanted.session else None
    return consensus_overview_of(study, sessions)


def _adherence(study: Study, wanted: Selection) -> Result:
    if study.viewer.leads:
        return adherence_detail_of(study, subset=wanted.subset)
    return adherence_of(study, subset=wanted.subset)


TABLES: dict[str, TableKind] = {
    "study": TableKind("Agreement in the study", "study", _agreement("study")),
    "sessions": TableKind("Agreement by session", "session", _agreement("session")),
    "coefficients": TableKind("All coefficients by session", "coefficients", _agreement("session")),
    "pairs": TableKind("Agreement by pair", "pair", _agreement("pair")),
    "raters": TableKind("Each rater with the others", "rater", _agreement("rater")),
    "item-reliability": TableKind("Reliability of the items", "item", _agreement("item")),
    "matrix": TableKind("Pairs of raters", "matrix", _plain(matrix_of)),
    "third-raters": TableKind(
        "Sessions under the threshold, and with a third rater", "third", _plain(third_raters_of)
    ),
    "consensus": TableKind("Consensus of the sessions", "consensus", _consensus),
    "distinctive": TableKind(
        "Agreement beside what all sessions share", "distinctive", _plain(distinctive_of)
    ),
    "decision": TableKind("What so many raters are worth", "decision", _plain(decision_of)),
    "components": TableKind("Variance components", "components", _plain(components_of)),
    "drift": TableKind("Control charts of the raters", "drift", _plain(drift_of)),
    "portraits": TableKind("Habits of the raters", "portraits", _plain(portraits_of)),
    "bias": TableKind("Leanings by item group", "bias", _plain(bias_of)),
    "item-bias": TableKind(
        "Leanings item by item", "item bias", lambda study, _wanted: bias_of(study, by_item=True)
    ),
    "training": TableKind(
        "Practice sorts against their criterion", "training", _plain(training_of)
    ),
    "differences": TableKind(
        "The items on which two raters differ",
        "differences",
        lambda study, wanted: differences_of(study, wanted.needed("session")),
    ),
    "prototypes": TableKind(
        "The prototypes", "prototypes", lambda study, _wanted: Result(prototypes_table(study))
    ),
    "overlap": TableKind("How the prototypes overlap", "overlap", _plain(overlap_of)),
    "adherence": TableKind("Adherence to the prototypes", "adherence", _adherence),
    "adherence-each-rater": TableKind(
        "Adherence of each rater's sort",
        "each rater",
        lambda study, wanted: adherence_of(study, each_rater=True, subset=wanted.subset),
    ),
    "adherence-groups": TableKind(
        "Mean adherence of groups",
        "adherence groups",
        lambda study, wanted: adherence_groups_of(study, wanted.needed("by"), subset=wanted.subset),
    ),
    "items": TableKind("Most and least characteristic items", "items", _items),
    "pyramid": TableKind(
        "A sort as its piles",
        "pyramid",
        lambda study, wanted: pyramid_of(study, wanted.needed("session"), wanted.rater),
    ),
    "compare": TableKind(
        "Two groups, item by item",
        "compare",
        lambda study, wanted: compare_of(study, *wanted.pair(), subset=wanted.subset),
    ),
    "change": TableKind("Trends over the sessions", "change", _change),
    "outcome": TableKind(
        "Process and outcome over the cases",
        "outcome",
        lambda study, wanted: outcomes_of(
            study, wanted.needed("outcome"), items=wanted.chosen(study)
        ),
    ),
    "structures": TableKind(
        "Items of the interaction structures", "structure items", _structures("items")
    ),
    "structure-summary": TableKind(
        "The interaction structures", "structure summary", _structures("summary")
    ),
    "structure-scores": TableKind(
        "Scores of the interaction structures", "structure scores", _structures("scores")
    ),
    "parallel": TableKind("Eigenvalues beside chance", "parallel", _structures("parallel")),
    "lags": TableKind("Who leads, who follows", "lags", _structures("lags")),
    "status": TableKind(
        "Who has done what", "status", lambda study, _wanted: Result(status(study))
    ),
}
