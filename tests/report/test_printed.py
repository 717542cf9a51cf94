"""The printed columns against the frames they are printed from, and the tables of the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pqs_coder.analysis import (
    adherence,
    adherence_context,
    adherence_tests,
    agreement_across,
    agreement_sessions,
    change,
    compare,
    consensus,
    decision,
    differences,
    distinctive,
    drift,
    items,
    matrix,
    outcomes,
    portraits,
    prototypes,
    status,
    structure_tables,
    third_raters,
    training,
)
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.study import agreement_of
from pqs_coder.report.printed import COLUMNS, printed
from pqs_coder.report.table_formats import table_file
from pqs_coder.store.study import Study, open_study
from tests.report.conftest import Golden

LABEL = {"label": pl.String}
SCHEMAS = {
    "session": agreement_sessions.SESSION_SCHEMA,
    "coefficients": agreement_sessions.SESSION_SCHEMA,
    "pair": agreement_sessions.PAIR_SCHEMA,
    "rater": agreement_across.RATER_SCHEMA,
    "item": agreement_across.ITEM_SCHEMA | LABEL,
    "study": agreement_across.STUDY_SCHEMA,
    "matrix": matrix.MATRIX_SCHEMA,
    "third": third_raters.THIRD_SCHEMA,
    "consensus": consensus.OVERVIEW_SCHEMA,
    "consensus items": consensus.CONSENSUS_SCHEMA,
    "distinctive": distinctive.DISTINCTIVE_SCHEMA,
    "components": decision.COMPONENT_SCHEMA,
    "decision": decision.DECISION_SCHEMA,
    "portraits": portraits.PORTRAIT_SCHEMA,
    "bias": portraits.BIAS_SCHEMA,
    "item bias": portraits.ITEM_BIAS_SCHEMA | LABEL,
    "drift": drift.DRIFT_SCHEMA,
    "training": training.TRAINING_SCHEMA,
    "differences": differences.DIFFERENCE_SCHEMA,
    "adherence": adherence_context.DETAIL_SCHEMA,
    "each rater": adherence.ADHERENCE_SCHEMA,
    "adherence groups": adherence_context.GROUP_SCHEMA,
    "contrast": adherence_tests.GROUP_SCHEMA,
    "prototypes": prototypes.LIST_SCHEMA,
    "overlap": prototypes.COMPARE_SCHEMA,
    "items": items.ITEMS_SCHEMA,
    "pyramid": items.PYRAMID_SCHEMA,
    "compare": compare.COMPARE_SCHEMA,
    "change": change.CHANGE_SCHEMA,
    "change points": change.POINT_SCHEMA,
    "outcome": outcomes.OUTCOME_SCHEMA,
    "structure items": structure_tables.STRUCTURE_SCHEMA,
    "structure summary": structure_tables.SUMMARY_SCHEMA,
    "structure scores": structure_tables.SCORE_SCHEMA,
    "parallel": structure_tables.PARALLEL_SCHEMA,
    "lags": structure_tables.LAG_SCHEMA,
    "status": status.STATUS_SCHEMA,
}


def test_every_kind_has_its_frame() -> None:
    assert set(SCHEMAS) == set(COLUMNS)


@pytest.mark.parametrize("kind", COLUMNS)
def test_no_printed_column_is_without_its_source(kind: str) -> None:
    """A frame whose column was renamed would lose it silently in print."""
    for column in COLUMNS[kind]:
        assert set(column.sources) <= set(SCHEMAS[kind]), column


@pytest.fixture
def study(demo_study: Path) -> Study:
    return open_study(demo_study)


TABLES: dict[str, tuple[str, Callable[[Study], Result]]] = {
    "session": ("session", lambda study: agreement_of(study, "session")),
    "coefficients": ("coefficients", lambda study: agreement_of(study, "session")),
    "pair": ("pair", lambda study: agreement_of(study, "pair")),
    "study": ("study", lambda study: agreement_of(study, "study")),
    "adherence": ("adherence", adherence_context.adherence_detail_of),
    "third-raters": ("third", third_raters.third_raters_of),
    "items": ("items", lambda study: items.items_of(study, most=3)),
    "compare": (
        "compare",
        lambda study: Result(compare.compare_of(study, "phase", "late", "early").frame.head(5)),
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_the_demo(name: str, study: Study, golden: Golden) -> None:
    kind, ask = TABLES[name]
    table = printed(kind, ask(study), name.capitalize()).numbered(1)
    golden(f"demo-{name}.md", table_file([table], ".md"))
