"""Mean r, its interval, Spearman-Brown and what follows from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import (
    ConstantRatingsError,
    StatisticsError,
    TooFewRatersError,
)
from pqs_coder.stats import (
    average_r,
    cronbach_alpha,
    fisher_interval,
    icc,
    lengthening,
    mean_r,
    mean_r_bootstrap,
    mean_r_interval,
    mean_r_z,
    q_correlation,
    raters_needed,
    spearman_brown,
)
from tests.stats.forced_sorts import simulated, six_pairs


def pairs_of(r):
    return r[..., *np.triu_indices(r.shape[-1], 1)]


def test_mean_r_is_the_mean_over_pairs():
    ratings = np.random.default_rng(0).standard_normal((3, 5, 40))
    pairs = pairs_of(q_correlation(ratings))
    assert np.allclose(mean_r(ratings), pairs.mean(axis=-1), atol=1e-14)
    assert np.allclose(mean_r_z(ratings), np.tanh(np.arctanh(pairs).mean(axis=-1)), atol=1e-14)


def test_average_over_z():
    assert np.isclose(average_r([0.5, 0.7]), np.tanh((np.arctanh(0.5) + np.arctanh(0.7)) / 2))
    assert average_r([0.5, 1.0]) == 1
    assert np.isclose(average_r([0.5, np.nan]), 0.5)
    assert np.isnan(average_r([np.nan]))
    assert average_r(np.full((2, 3), 0.2), axis=0).shape == (3,)


def test_fisher_interval_by_hand():
    low, high = fisher_interval(0.5, 100)
    z, reach = np.arctanh(0.5), 1.959963984540054 / np.sqrt(97)
    assert np.allclose([low, high], np.tanh([z - reach, z + reach]), atol=1e-15)
    assert fisher_interval(1.0, 100) == (1.0, 1.0)
    assert fisher_interval(-1.0, 100) == (-1.0, -1.0)
    assert np.isnan(fisher_interval(0.5, 3)).all()
    assert fisher_interval([0.1, 0.2], [[50], [100]]).low.shape == (2, 2)
    with pytest.raises(StatisticsError, match="confidence"):
        fisher_interval(0.5, 100, 95)


def test_f_interval_is_that_of_icc3_in_forced_sorts():
    for raters in (2, 3, 5):
        sorts = simulated(np.random.default_rng(raters), (4,), raters)
        form = icc(sorts, 0.9).icc3
        assert np.allclose(mean_r_interval(sorts, 0.9), [form.low, form.high], atol=1e-12)


def test_two_raters_are_within_a_thousandth_of_fisher():
    sorts = six_pairs()
    ours, fisher = mean_r_interval(sorts), fisher_interval(mean_r(sorts), 100)
    assert np.abs(np.array(ours) - np.array(fisher)).max() < 0.001


def test_three_raters_are_far_from_fisher():
    sorts = simulated(np.random.default_rng(3), raters=3)
    ours, fisher = mean_r_interval(sorts), fisher_interval(mean_r(sorts), 100)
    assert ours.high - ours.low < 0.8 * (fisher.high - fisher.low)


def test_unforced_sorts_are_standardised_first():
    sorts = simulated(np.random.default_rng(3), raters=3)
    stretched = sorts * [[1], [2], [7]] + [[0], [3], [-1]]
    assert np.allclose(mean_r_interval(stretched), mean_r_interval(sorts), atol=1e-12)


def test_bootstrap_by_the_same_door():
    sorts = six_pairs()[:2]
    ours = mean_r_interval(
        sorts, 0.9, method="bootstrap", samples=300, rng=np.random.default_rng(1)
    )
    theirs = mean_r_bootstrap(sorts, 0.9, samples=300, rng=np.random.default_rng(1))
    assert np.array_equal(ours, theirs)
    with pytest.raises(StatisticsError, match="generator"):
        mean_r_interval(sorts, method="bootstrap")
    with pytest.raises(StatisticsError, match="method"):
        mean_r_interval(sorts, method="jackknife")


@pytest.mark.parametrize("raters", [2, 3, 6])
def test_perfect_agreement(raters):
    same = np.tile(six_pairs()[5, 0] / 3, (raters, 1))
    assert mean_r(same) == mean_r_z(same) == 1
    assert mean_r_interval(same) == (1.0, 1.0)
    assert cronbach_alpha(same) == 1


def test_opposite_raters():
    sort = six_pairs()[0, 0]
    opposed = [sort, 10 - sort]
    assert mean_r(opposed) == -1
    assert mean_r_interval(opposed) == (-1.0, -1.0)
    assert cronbach_alpha(opposed) == -np.inf
    assert spearman_brown(-1, 2) == -np.inf


@pytest.mark.parametrize("statistic", [mean_r, mean_r_z, mean_r_interval, cronbach_alpha])
def test_what_has_no_mean_r(statistic):
    with pytest.raises(TooFewRatersError):
        statistic([[1, 2, 3, 4]])
    constant = [[2, 2, 2, 2], [2, 2, 2, 2]]
    with pytest.raises(ConstantRatingsError):
        statistic(constant)
    with pytest.raises(StatisticsError, match="missing"):
        statistic([[1, 2, np.nan, 3], [1, 2, 3, 4]])
    found = np.asarray(statistic([constant, [[1, 2, 3, 4], [2, 1, 4, 3]]], degenerate="nan"))
    assert np.isnan(found[..., 0]).all()
    assert np.isfinite(found[..., 1]).all()


def cronbach(ratings):
    """The textbook formula."""
    k = len(ratings)
    return k / (k - 1) * (1 - ratings.var(axis=1, ddof=1).sum() / ratings.sum(axis=0).var(ddof=1))


@given(seed=st.integers(0, 2**32 - 1), raters=st.integers(2, 6))
def test_cronbachs_formula(seed, raters):
    ratings = (
        np.random.default_rng(seed).standard_normal((raters, 25))
        * np.arange(1, raters + 1)[:, None]
    )
    assert np.isclose(cronbach_alpha(ratings), cronbach(ratings), rtol=1e-9)
    assert np.isclose(cronbach_alpha(ratings), icc(ratings).icc3k.value, rtol=1e-12)


def test_spearman_brown():
    assert np.isclose(spearman_brown(0.5, 2), 2 / 3)
    assert np.isclose(spearman_brown(-0.094907, 2), -0.209719, atol=2e-6)
    assert np.allclose(spearman_brown([0.2, 0.4], [[1], [3]]), [[0.2, 0.4], [3 / 7, 2 / 3]])
    assert spearman_brown(0.6, 1) == 0.6
    assert spearman_brown(-0.6, 4) == -np.inf  # not +3, which the bare formula says


@given(r=st.floats(0.01, 0.99), wanted=st.floats(0.02, 0.98))
def test_lengthening_undoes_spearman_brown(r, wanted):
    k = lengthening(r, wanted)
    assert np.isclose(spearman_brown(r, k), wanted)
    whole = raters_needed(r, wanted)
    assert whole >= 1
    assert spearman_brown(r, whole) >= wanted - 1e-9
    if whole > 1:
        assert spearman_brown(r, whole - 1) < wanted


def test_raters_needed():
    assert raters_needed(0.5, 0.8) == 4  # 4 but for rounding is 4
    assert raters_needed(0.5, 0.81) == 5
    assert raters_needed(0.9, 0.5) == 1
    assert raters_needed([0.0, -0.3], 0.8).tolist() == [np.inf, np.inf]
    for impossible in (0, 1, 1.2):
        with pytest.raises(StatisticsError, match="wanted"):
            raters_needed(0.5, impossible)


@given(seed=st.integers(0, 2**32 - 1), raters=st.integers(2, 6))
def test_the_estimate_lies_in_its_interval(seed, raters):
    sorts = np.random.default_rng(seed).standard_normal((raters, 12))
    low, high = mean_r_interval(sorts)
    assert low <= mean_r(sorts) <= high
    assert -1 / (raters - 1) - 1e-12 <= low
    assert high <= 1
