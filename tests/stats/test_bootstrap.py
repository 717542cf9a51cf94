"""Bootstrap intervals: percentile and BCa, and those of alpha and of mean r."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as sps

from pqs_coder.errors import ConstantRatingsError, StatisticsError
from pqs_coder.stats import (
    alpha_interval,
    alpha_samples,
    bca_interval,
    krippendorff_alpha,
    mean_r,
    mean_r_bootstrap,
    percentile_interval,
    resample_counts,
)
from pqs_coder.stats.alpha_bootstrap import weighted_alpha
from pqs_coder.stats.item_bootstrap import weighted_mean_r
from tests.stats.forced_sorts import simulated, six_pairs

LEVELS = ("nominal", "ordinal", "interval", "ratio")


def rng(seed=0):
    return np.random.default_rng(seed)


def test_counts_are_of_draws_with_replacement():
    counts = resample_counts(rng(), 20, 5000)
    assert counts.shape == (5000, 20)
    assert (counts.sum(axis=1) == 20).all()
    assert np.allclose(counts.mean(axis=0), 1, atol=0.06)
    assert np.allclose(counts.var(axis=0), 1 - 1 / 20, atol=0.12)


def test_counts_do_not_depend_on_how_they_are_cut_up(monkeypatch):
    whole = resample_counts(rng(5), 7, 100)
    monkeypatch.setattr("pqs_coder.stats.bootstrap._BLOCK", 21)
    assert np.array_equal(whole, resample_counts(rng(5), 7, 100))


def test_percentile_interval_is_numpys_quantile():
    samples = rng().standard_normal((501, 3))
    found = percentile_interval(samples, 0.9)
    assert np.allclose(found, np.quantile(samples, [0.05, 0.95], axis=0))


def test_samples_without_a_value_are_left_out():
    samples = rng().standard_normal((501, 2))
    gaps = samples.copy()
    gaps[100:200, 0] = np.nan
    gaps[:, 1] = np.nan
    low, high = percentile_interval(gaps)
    assert np.allclose([low[0], high[0]], np.nanquantile(gaps[:, 0], [0.025, 0.975]))
    assert np.isnan([low[1], high[1]]).all()


def test_bca_against_scipy():
    data = rng(3).exponential(size=40)
    ours_samples = rng(1).choice(data, (9999, 40)).mean(axis=1)
    left_out = (data.sum() - data) / 39
    low, high = bca_interval(ours_samples, data.mean(), left_out, 0.9)
    peer = sps.bootstrap((data,), np.mean, n_resamples=9999, confidence_level=0.9, rng=rng(2))
    assert np.allclose([low, high], peer.confidence_interval, atol=0.02)
    plain = percentile_interval(ours_samples, 0.9)
    assert low > plain.low  # skewed to the right: BCa moves up
    assert high > plain.high


def test_bca_of_samples_that_are_all_the_estimate():
    assert bca_interval(np.ones(50), 1.0, np.ones(9)) == (1.0, 1.0)


def test_bca_where_all_samples_lie_on_one_side():
    low, high = bca_interval(np.linspace(2, 3, 99), 1.0, np.arange(9.0))
    assert low == high == 2.0


def test_too_few_samples():
    with pytest.raises(StatisticsError, match="two"):
        percentile_interval([1.0])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("gaps", [0.0, 0.3])
@pytest.mark.parametrize("real", [False, True])
def test_weights_are_repeated_units(level, gaps, real):
    generator = rng(4)
    ratings = simulated(generator, raters=3)[:, :30]
    if real:
        ratings = ratings + generator.random(ratings.shape)
    ratings[generator.random(ratings.shape) < gaps] = np.nan
    ratings = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    weights = resample_counts(generator, ratings.shape[1], 20)
    again = [krippendorff_alpha(np.repeat(ratings, w, axis=1), level=level) for w in weights]
    assert np.allclose(weighted_alpha(ratings, weights, level=level), again, rtol=0, atol=1e-10)


@pytest.mark.parametrize("level", LEVELS)
def test_kept_expectation_varies_the_observed_disagreement_only(level):
    ratings = six_pairs()[0]
    whole = np.ones((1, 100))
    found = weighted_alpha(ratings, whole, level=level, expected="kept")
    assert np.allclose(found, krippendorff_alpha(ratings, level=level))
    # 1 - alpha is then a plain mean over units, so units add up
    halves = np.stack([np.repeat([1, 0], 50), np.repeat([0, 1], 50)])
    parts = weighted_alpha(ratings, halves, level=level, expected="kept")
    assert np.isclose(parts.mean(), found[0])


def test_blocks_of_samples_do_not_matter(monkeypatch):
    weights = resample_counts(rng(), 100, 50)
    ratings = six_pairs()[1]
    whole = weighted_alpha(ratings, weights, level="ordinal")
    monkeypatch.setattr("pqs_coder.stats.alpha_bootstrap._BLOCK", 1500)
    assert np.array_equal(whole, weighted_alpha(ratings, weights, level="ordinal"))


@pytest.mark.parametrize("method", ["percentile", "bca"])
@pytest.mark.parametrize("expected", ["drawn", "kept"])
def test_alpha_interval_holds_alpha_and_is_repeatable(method, expected):
    sorts = six_pairs()
    value = krippendorff_alpha(sorts)
    settings = {"samples": 800, "method": method, "expected": expected}
    low, high = alpha_interval(sorts, rng=rng(1), **settings)
    again = alpha_interval(sorts, rng=rng(1), **settings)
    assert low.shape == (6,)
    assert np.array_equal(low, again.low)
    assert (low < value).all()
    assert (value < high).all()
    assert (high - low < 0.6).all()


def test_units_are_drawn_and_raters_are_not():
    # every rater is constant but for one unit: drawing raters would give other alphas
    ratings = np.ones((3, 12))
    ratings[:, 0] = 5
    samples = alpha_samples(ratings, samples=300, rng=rng())
    assert np.nanmin(samples) == 1.0  # three equal raters agree in every sample
    assert np.isnan(samples).any()  # and without that unit nothing varies


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_perfect_agreement_is_one_to_one(level, method):
    sort = six_pairs()[0, 0]
    interval = alpha_interval(
        [sort, sort, sort], level=level, method=method, samples=200, rng=rng()
    )
    assert interval == (1.0, 1.0)


def test_alpha_interval_refuses_and_gives_nan():
    constant = np.ones((2, 5))
    with pytest.raises(ConstantRatingsError):
        alpha_interval(constant, rng=rng())
    both = alpha_interval(
        [constant, six_pairs()[0, :, :5]], samples=99, rng=rng(), degenerate="nan"
    )
    assert np.isnan([both.low[0], both.high[0]]).all()
    assert np.isfinite([both.low[1], both.high[1]]).all()
    with pytest.raises(StatisticsError, match="method"):
        alpha_interval(six_pairs()[0], method="normal", rng=rng())
    with pytest.raises(StatisticsError, match="expected"):
        alpha_interval(six_pairs()[0], expected="new", rng=rng())


@given(seed=st.integers(0, 2**32 - 1), raters=st.integers(2, 5))
def test_weighted_mean_r_is_mean_r_of_repeated_items(seed, raters):
    generator = rng(seed)
    sorts = generator.standard_normal((raters, 15))
    weights = resample_counts(generator, 15, 10)
    again = [
        mean_r(np.repeat(sorts, w, axis=1), degenerate="nan") if (w > 0).sum() > 1 else np.nan
        for w in weights
    ]
    assert np.allclose(weighted_mean_r(sorts, weights), again, atol=1e-9, equal_nan=True)


def test_a_sample_in_which_a_sort_is_constant_has_no_r():
    weights = np.array([[5, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    found = weighted_mean_r(np.array([[1.3, 2, 3, 4, 5], [2.1, 2, 4, 3, 5]]), weights)
    assert np.isnan(found[0])
    assert np.isfinite(found[1])


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_mean_r_bootstrap(method):
    sorts = six_pairs()
    low, high = mean_r_bootstrap(sorts, samples=800, rng=rng(2), method=method)
    r = mean_r(sorts)
    assert (low < r).all()
    assert (r < high).all()
    sort = sorts[0, 0]
    same = mean_r_bootstrap([sort, sort, sort], samples=200, rng=rng(), method=method)
    assert same == (1.0, 1.0)


def test_mean_r_bootstrap_refuses_and_gives_nan():
    with pytest.raises(StatisticsError, match="method"):
        mean_r_bootstrap(six_pairs()[0], rng=rng(), method="t")
    with pytest.raises(ConstantRatingsError):
        mean_r_bootstrap([[1, 1, 1, 1], [1, 2, 3, 4]], rng=rng())
    assert np.isnan(mean_r_bootstrap([[1, 1, 1, 1], [1, 2, 3, 4]], rng=rng(), degenerate="nan").low)
