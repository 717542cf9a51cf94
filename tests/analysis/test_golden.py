"""The known answers on real sorts, to six decimals."""

from __future__ import annotations

import polars as pl
import pytest

from pqs_coder.analysis.adherence import adherence_table
from pqs_coder.analysis.agreement import agreement_table
from pqs_coder.analysis.composites import composite_table, profiles

# person: r, sum d^2, Spearman-Brown, ICC1, ICC2, ICC3, r(A,T), r(B,T), r(composite,T)
GOLDEN = {
    "1": (0.537037, 400, 0.698795, 0.540603, 0.539535, 0.537037, 0.747275, 0.602573, 0.769888),
    "2": (0.689815, 268, 0.816438, 0.692440, 0.691961, 0.689815, 0.660036, 0.721678, 0.751594),
    "3": (
        -0.094907,
        946,
        -0.209719,
        -0.089925,
        -0.095958,
        -0.094907,
        0.548506,
        -0.116754,
        0.320903,
    ),
    "4": (0.243056, 654, 0.391061, 0.247778, 0.244909, 0.243056, 0.162724, 0.244216, 0.258089),
    "5": (0.694444, 264, 0.819672, 0.697037, 0.696573, 0.694444, 0.694775, 0.757200, 0.788734),
    "6": (0.425926, 496, 0.597403, 0.430031, 0.428385, 0.425926, 0.669961, 0.292798, 0.570104),
}


def close(value: float) -> object:
    return pytest.approx(value, abs=5.1e-7)


@pytest.fixture(params=["caq", "caq_all"])
def sorts(request: pytest.FixtureRequest) -> pl.DataFrame:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("person", GOLDEN)
def test_agreement(sorts: pl.DataFrame, person: str) -> None:
    r, distance, reliability, icc1, icc2, icc3, *_ = GOLDEN[person]
    row = agreement_table(sorts).frame.row(by_predicate=pl.col("session") == person, named=True)
    assert (row["raters"], row["n_raters"], row["n_items"]) == ("A,B", 2, 100)
    assert row["r"] == row["r_min"] == row["r_max"] == close(r)
    assert [row["reliability"], row["icc3k"]] == [close(reliability)] * 2
    assert [row["icc1"], row["icc2"], row["icc3"]] == [close(v) for v in (icc1, icc2, icc3)]
    pair = agreement_table(sorts, "pair").frame.row(
        by_predicate=pl.col("session") == person, named=True
    )
    assert pair["r"] == close(r)
    assert pair["distance"] == distance
    assert pair["r"] == pytest.approx(1 - distance / 864, abs=1e-12)


@pytest.mark.parametrize("person", GOLDEN)
def test_adherence(sorts: pl.DataFrame, template: object, person: str) -> None:
    of_a, of_b, of_both = GOLDEN[person][6:]
    each = adherence_table(sorts, [template], each_rater=True).frame
    each = each.filter(pl.col("session") == person).sort("rater")
    assert each["r"].to_list() == [close(of_a), close(of_b)]
    assert each["source"].to_list() == ["rater", "rater"]
    whole = adherence_table(sorts, [template]).frame.row(
        by_predicate=pl.col("session") == person, named=True
    )
    assert whole["r"] == close(of_both)
    assert (whole["source"], whole["rater"], whole["n_raters"]) == ("composite", None, 2)
    assert whole["reliability"] == close(GOLDEN[person][2])


def test_chance_of_two_forced_sorts(caq: pl.DataFrame) -> None:
    pairs = agreement_table(caq, "pair").frame
    assert pairs["exact_chance"].to_list() == [pytest.approx(0.1302, abs=5e-5)] * 6
    assert pairs["within_one_chance"].to_list() == [pytest.approx(0.3766, abs=5e-5)] * 6


def test_baseline_of_the_real_sorts_is_what_is_known(caq_all: pl.DataFrame) -> None:
    study = agreement_table(caq_all, "study").frame
    assert 0.28 <= study["baseline_r"][0] <= 0.30
    assert study["n_sessions"][0] == 107


def test_composite_is_the_mean_of_the_two(caq: pl.DataFrame) -> None:
    table = composite_table(profiles(caq)).frame
    first = table.row(by_predicate=(pl.col("session") == "1") & (pl.col("item") == 1), named=True)
    assert (first["score"], first["low"], first["high"]) == (3.5, 3.0, 4.0)
    assert first["sd"] == pytest.approx(0.5**0.5)
    assert table.height == 600
