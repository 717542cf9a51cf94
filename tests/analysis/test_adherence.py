"""Composites and adherence: sources are never mixed, incomplete prototypes say so."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pqs_coder.analysis.adherence import ADHERENCE_SCHEMA, adherence_table
from pqs_coder.analysis.composites import COMPOSITE_SCHEMA, composite_table, profiles
from pqs_coder.analysis.prototypes import compare_prototypes
from pqs_coder.model.prototype import Prototype
from pqs_coder.stats import fisher_interval

COLUMNS = (
    "session source rater n_raters reliability prototype r r_low r_high n_items prototype_hash"
)


def test_columns_are_those_that_scripts_rely_on(caq: pl.DataFrame, template: Prototype) -> None:
    assert adherence_table(caq, [template]).frame.columns == COLUMNS.split()
    assert adherence_table(caq.clear(), [template]).frame.columns == COLUMNS.split()
    assert adherence_table(caq, []).frame.schema == ADHERENCE_SCHEMA


def test_a_session_with_one_rater_is_of_source_rater(tidy, draw, template: Prototype) -> None:
    sorts = draw({"x": "ab", "y": "c"})
    result = adherence_table(tidy(sorts), [template])
    rows = result.frame.rows(named=True)
    assert [(r["session"], r["source"], r["rater"], r["n_raters"]) for r in rows] == [
        ("x", "composite", None, 2),
        ("y", "rater", "c", 1),
    ]
    assert rows[1]["reliability"] is None
    assert any("one rater" in note for note in result.notes)


def test_of_each_rater_reliability_is_that_of_one_rater(tidy, draw, template: Prototype) -> None:
    sorts = draw({"x": "ab"})
    frame = adherence_table(tidy(sorts), [template], each_rater=True).frame
    r = np.corrcoef(sorts["x", "a"], sorts["x", "b"])[0, 1]
    assert frame["reliability"].to_list() == [pytest.approx(r)] * 2
    assert frame["n_raters"].to_list() == [1, 1]


def test_scale_of_a_prototype_does_not_matter(caq: pl.DataFrame, template: Prototype) -> None:
    other = Prototype("other", {item: 3 - 10 * score for item, score in template.scores.items()})
    frame = adherence_table(caq, [template, other]).frame
    one = frame.filter(pl.col("prototype") == "template")["r"].to_numpy()
    two = frame.filter(pl.col("prototype") == "other")["r"].to_numpy()
    assert np.allclose(one, -two)


def test_an_incomplete_prototype_is_compared_over_its_items(caq: pl.DataFrame) -> None:
    rng = np.random.default_rng(5)
    some = Prototype("some", {n: float(rng.normal()) for n in range(1, 41)})
    row = adherence_table(caq, [some]).frame.row(0, named=True)
    whole = profiles(caq)
    r = np.corrcoef(whole.mean[0, :40], [some.scores[n] for n in range(1, 41)])[0, 1]
    low, high = fisher_interval(r, 40)
    assert row["n_items"] == 40
    assert (row["r"], row["r_low"], row["r_high"]) == tuple(map(pytest.approx, (r, low, high)))


def test_too_few_shared_items_give_null(caq: pl.DataFrame) -> None:
    row = adherence_table(caq, [Prototype("tiny", {1: 1.0, 2: 2.0, 300: 3.0})]).frame.row(
        0, named=True
    )
    assert (row["r"], row["r_low"], row["n_items"]) == (None, None, 2)


def test_a_prototype_of_another_item_set_is_not_compared(caq: pl.DataFrame) -> None:
    result = adherence_table(caq, [Prototype("far", {1: 1.0, 2: 2.0, 3: 0.0}, item_set="caq")])
    assert result.frame.height == 0
    assert result.notes == ("Not compared with sorts of another item set: far.",)


def test_what_must_be_said_is_said(caq: pl.DataFrame, template: Prototype) -> None:
    notes = adherence_table(caq, [template]).notes
    assert notes == ("Prototypes overlap, and adherence is not competence.",)


def test_composite_of_three_and_of_one(tidy) -> None:
    sorts = {
        ("x", "a"): [1, 2, 3, 4, 5],
        ("x", "b"): [1, 2, 3, 5, 4],
        ("x", "c"): [4, 2, 3, 3, 3],
        ("y", "a"): [5, 4, 3, 2, 1],
    }
    frame = composite_table(profiles(tidy(sorts))).frame
    assert frame.schema == COMPOSITE_SCHEMA
    first = frame.row(0, named=True)
    assert (first["raters"], first["n_raters"], first["item"]) == ("a,b,c", 3, 1)
    assert (first["score"], first["low"], first["high"]) == (2.0, 1.0, 4.0)
    assert first["sd"] == pytest.approx(3**0.5)
    lone = frame.row(5, named=True)
    assert (lone["session"], lone["score"], lone["sd"], lone["reliability"]) == ("y", 5, None, None)


def test_prototypes_are_compared_over_shared_items() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(2, 30))
    one = Prototype("one", dict(enumerate(scores[0], 1)))
    other = Prototype("other", dict(enumerate(scores[1], 11)))
    result = compare_prototypes([one, other])
    row = result.frame.row(0, named=True)
    assert row["n_items"] == 20
    assert row["r"] == pytest.approx(np.corrcoef(scores[0, 10:], scores[1, :20])[0, 1])
    assert compare_prototypes([one]).notes == ("A comparison needs two prototypes.",)
