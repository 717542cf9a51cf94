"""Correlations with prototypes against R's qsort, partial ones, and averages over z."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pqs_coder.errors import ConstantRatingsError, StatisticsError, TooFewItemsError
from pqs_coder.stats.prototypes import (
    mean_z,
    mean_z_difference,
    partial_prototype_correlations,
    partial_r,
    prototype_correlations,
)

DATA = Path(__file__).parent / "data" / "criteria"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "criteria"

seeds = st.integers(0, 2**32 - 1)


def read(name):
    return np.loadtxt(DATA / name, delimiter=",", skiprows=1)


@pytest.fixture(scope="module")
def criteria():
    return read("ccq_criterion_sorts_and_scales.csv")[:, 1:6].T


@pytest.fixture(scope="module")
def sorts():
    return read("ccq_example_sorts.csv")[:, 2:]


def test_criterion_correlations_of_r(sorts, criteria):
    found = prototype_correlations(sorts, criteria)
    known = read("ccq_expected_criterion_correlations_full_precision.csv")[:, 1:]
    assert np.allclose(found.r, known, rtol=0, atol=1e-12)
    assert found.n.tolist() == [100] * 5
    assert np.array_equal(found.r.round(3), read("ccq_expected_scores.csv")[:, 1:6])


def test_partial_correlations_of_r(sorts, criteria):
    found = partial_prototype_correlations(sorts, criteria[:4], criteria[4])
    # the package rounds to three digits; all forty agree
    assert np.array_equal(found.r.round(3), read("ccq_expected_scores.csv")[:, 6:10])
    plain = prototype_correlations(sorts, criteria).r
    between = np.corrcoef(criteria)[4, :4]
    assert np.allclose(found.r, partial_r(plain[:, :4], plain[:, 4:], between), atol=1e-12)
    assert found.controls == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the project's data are not here")
@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.csv")))
def test_copies_are_the_originals(name):
    assert (DATA / name).read_bytes() == (SHARED / name).read_bytes()


@given(seeds, st.floats(0.1, 10), st.floats(-50, 50))
def test_any_linear_scale_will_do(seed, factor, shift):
    rng = np.random.default_rng(seed)
    profiles, ideals = rng.standard_normal((4, 30)), rng.standard_normal((3, 30))
    one = prototype_correlations(profiles, ideals).r
    assert np.allclose(one, prototype_correlations(profiles, ideals * factor + shift).r, atol=1e-9)
    assert np.allclose(one, np.corrcoef(profiles, ideals)[:4, 4:], atol=1e-12)


@given(seeds, st.integers(1, 3))
def test_partial_correlations_are_those_of_the_inverse_matrix(seed, controls):
    rng = np.random.default_rng(seed)
    profile, ideal = rng.standard_normal(40), rng.standard_normal(40)
    held = rng.standard_normal((controls, 40))
    found = partial_prototype_correlations(profile[None], ideal, held)
    inverse = np.linalg.inv(np.corrcoef(np.vstack([profile, ideal, held])))
    known = -inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1])
    assert np.allclose(found.r[0, 0], known, atol=1e-9)
    low, high = found.interval()
    z, reach = np.arctanh(known), 1.959964 / np.sqrt(40 - controls - 3)
    assert np.allclose([low[0, 0], high[0, 0]], np.tanh([z - reach, z + reach]), atol=1e-6)


def test_an_incomplete_prototype_counts_the_items_it_has(sorts, criteria):
    gaps = criteria[:2].copy()
    gaps[0, ::4] = np.nan
    found = prototype_correlations(sorts, gaps)
    there = ~np.isnan(gaps[0])
    assert found.n.tolist() == [75, 100]
    known = [np.corrcoef(sort[there], gaps[0, there])[0, 1] for sort in sorts]
    assert np.allclose(found.r[:, 0], known)
    partial = partial_prototype_correlations(sorts, criteria[1:2], gaps[0])
    assert partial.n.tolist() == [75]


def test_profiles_broadcast(sorts, criteria):
    batch = np.stack([sorts, sorts[::-1]])
    found = prototype_correlations(batch, criteria).r
    assert found.shape == (2, 10, 5)
    assert np.allclose(found[1, ::-1], found[0], atol=1e-14)


def test_what_has_no_correlation_says_so(sorts, criteria):
    with pytest.raises(ConstantRatingsError):
        prototype_correlations(sorts, np.full(100, 5.0))
    with pytest.raises(ConstantRatingsError):
        prototype_correlations(np.full((1, 100), 5.0), criteria)
    with pytest.raises(StatisticsError, match="incomplete"):
        prototype_correlations(np.where(sorts == 1, np.nan, sorts), criteria)
    with pytest.raises(StatisticsError, match="items"):
        prototype_correlations(sorts, criteria[:, :99])
    few = np.full(100, np.nan)
    few[:3] = (1, 2, 4)
    with pytest.raises(TooFewItemsError):
        prototype_correlations(sorts, few)
    with pytest.raises(StatisticsError, match="equals the control"):
        partial_prototype_correlations(sorts, criteria[0] * 2 + 1, criteria[0])
    with pytest.raises(StatisticsError, match="equals the control"):
        partial_r(0.3, 1.0, 0.2)


# -- averages


def test_an_average_over_z():
    r = np.array([0.2, 0.5, 0.8])
    found = mean_z(r)
    assert found.mean == pytest.approx(np.tanh(np.arctanh(r).mean()))
    known = stats.ttest_1samp(np.arctanh(r), 0).confidence_interval()
    assert np.allclose([found.low, found.high], np.tanh([known.low, known.high]))
    assert (found.n, found.cases, found.df) == (3, 3, 2)


def test_cases_are_the_sample_not_sessions():
    r = np.array([0.1, 0.1, 0.1, 0.1, 0.7, 0.5])
    cases = ["a", "a", "a", "a", "b", "b"]
    found = mean_z(r, cases)
    z = np.arctanh(r)
    assert found.z == pytest.approx((z[:4].mean() + z[4:].mean()) / 2)
    assert (found.n, found.cases, found.df) == (6, 2, 1)
    assert found.high - found.low > mean_z(r).high - mean_z(r).low


def test_one_case_has_a_mean_and_no_interval():
    found = mean_z([0.3, 0.4], ["a", "a"])
    assert found.mean == pytest.approx(np.tanh(np.arctanh([0.3, 0.4]).mean()))
    assert np.isnan([found.low, found.high, found.se]).all()


@given(seeds)
def test_differences_are_paired_by_session_and_tested_over_cases(seed):
    rng = np.random.default_rng(seed)
    cases = np.repeat(np.arange(6), [1, 2, 3, 4, 5, 6])
    r1, r2 = rng.uniform(-0.8, 0.8, (2, len(cases), 2))
    found = mean_z_difference(r1, r2, cases)
    apart = np.arctanh(r1) - np.arctanh(r2)
    means = np.array([apart[cases == c].mean(axis=0) for c in range(6)])
    known = stats.ttest_1samp(means, 0)
    assert np.allclose(found.t, known.statistic)
    assert np.allclose(found.p, known.pvalue)
    assert np.allclose(found.low, known.confidence_interval().low)
    assert (found.n, found.cases, found.df) == (21, 6, 5)


def test_averages_that_do_not_exist_say_so():
    with pytest.raises(StatisticsError, match="no finite z"):
        mean_z([0.3, 1.0])
    with pytest.raises(StatisticsError, match="missing"):
        mean_z([0.3, np.nan])
    with pytest.raises(StatisticsError, match="no sample"):
        mean_z_difference([0.3, 0.2], [0.1, 0.2], ["a", "a"])
    with pytest.raises(StatisticsError, match="one a session"):
        mean_z([0.3, 0.2], ["a"])
    with pytest.raises(StatisticsError, match="different sessions"):
        mean_z_difference([0.3, 0.2], [0.1])
    with pytest.raises(StatisticsError, match="confidence"):
        mean_z([0.3, 0.2], confidence=95)
