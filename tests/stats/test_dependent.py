"""Dependent correlations against published numbers, and under the null."""

import numpy as np
import pytest

from pqs_coder.errors import StatisticsError, TooFewItemsError
from pqs_coder.stats.dependent import (
    meng_comparison,
    steiger_comparison,
    steiger_comparison_apart,
    williams_comparison,
)


def test_the_example_of_meng_rosenthal_and_rubin():
    found = meng_comparison(0.63, -0.03, -0.19, 15)
    assert round(float(found.statistic), 2) == 1.68
    assert round(float(found.p) / 2, 3) == 0.047  # one-sided in the paper
    assert round(float(found.low), 3) == -0.129
    assert float(found.high) == pytest.approx(1.671, abs=1e-3)


@pytest.mark.parametrize(
    ("between", "z"),
    [(0.0, 1.62), (0.1, 1.70), (0.2, 1.80), (0.3, 1.91), (0.4, 2.06), (0.6, 2.50), (0.8, 3.50)],
)
def test_the_table_of_may_and_hittner_1997(between, z):
    assert round(float(meng_comparison(0.5, 0.2, between, 50).statistic), 2) == z


def test_the_numbers_of_silver_hittner_and_may_2006():
    for compare, statistic, p in (
        (meng_comparison, -1.0707, 0.2843),
        (steiger_comparison, -1.0718, 0.2838),
        (williams_comparison, -1.0767, 0.2843),
    ):
        found = compare(0.3, 0.4, 0.5, 100)
        assert round(float(found.statistic), 4) == statistic
        assert round(float(found.p), 4) == p
    apart = steiger_comparison_apart(0.3, 0.4, [0.5, 0.8, 0.6, 0.7], 100)
    assert round(float(apart.statistic), 4) == -1.0744
    assert round(float(apart.p), 4) == 0.2827


def test_the_cases_of_steiger_1980():
    # the paper rounds on the way: -.8913 and -1.4045
    assert float(steiger_comparison(0.4, 0.5, 0.1, 103).statistic) == pytest.approx(
        -0.8913, abs=3e-3
    )
    apart = steiger_comparison_apart(0.5, 0.6, [0.8, 0.5, 0.5, 0.7], 103)
    assert float(apart.statistic) == pytest.approx(-1.4045, abs=1e-3)


def test_everything_broadcasts_and_turns_with_the_order():
    r1, r2 = np.array([0.3, 0.5, 0.1]), np.array([[0.2], [0.4]])
    for compare in (meng_comparison, steiger_comparison, williams_comparison):
        found = compare(r1, r2, 0.3, 100)
        back = compare(r2, r1, 0.3, 100)
        assert found.statistic.shape == found.p.shape == found.df.shape == (2, 3)
        assert np.allclose(found.statistic, -back.statistic)
        assert np.allclose(found.p, back.p)
        assert float(compare(0.4, 0.4, 0.2, 50).p) == 1.0


def test_the_interval_covers_the_z_difference_as_often_as_the_test_accepts():
    found = meng_comparison(np.linspace(0.1, 0.8, 30), 0.35, 0.4, 100)
    assert np.array_equal(found.p < 0.05, (found.low > 0) | (found.high < 0))


@pytest.mark.parametrize("compare", [meng_comparison, steiger_comparison, williams_comparison])
def test_false_positives_are_five_per_cent(compare):
    rng = np.random.default_rng(1)
    r = np.array([[1, 0.4, 0.4], [0.4, 1, 0.3], [0.4, 0.3, 1]])
    draws = rng.standard_normal((6_000, 100, 3)) @ np.linalg.cholesky(r).T
    centred = draws - draws.mean(axis=1, keepdims=True)
    unit = centred / np.sqrt((centred**2).sum(axis=1, keepdims=True))
    found = np.swapaxes(unit, 1, 2) @ unit
    p = compare(found[:, 0, 1], found[:, 0, 2], found[:, 1, 2], 100).p
    assert abs((p < 0.05).mean() - 0.05) < 0.009  # three standard errors


@pytest.mark.parametrize("compare", [meng_comparison, steiger_comparison, williams_comparison])
def test_what_can_not_be_compared_says_so(compare):
    with pytest.raises(TooFewItemsError):
        compare(0.3, 0.2, 0.1, 3)
    with pytest.raises(StatisticsError, match="1, -1"):
        compare(1.0, 0.2, 0.2, 100)
    with pytest.raises(StatisticsError, match="1, -1"):
        compare(np.nan, 0.2, 0.2, 100)
    with pytest.raises(StatisticsError, match="no three variables"):
        compare(0.9, -0.9, 0.9, 100)


def test_four_correlations_are_needed_apart():
    with pytest.raises(StatisticsError, match="four correlations"):
        steiger_comparison_apart(0.3, 0.2, [0.1, 0.2, 0.3], 100)
