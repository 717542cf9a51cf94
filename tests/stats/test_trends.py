"""Trends, lead and lag, and interaction structures of one case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pqs_coder.errors import ConstantRatingsError, StatisticsError
from pqs_coder.stats.lagged import cross_lag
from pqs_coder.stats.ptechnique import (
    p_technique,
    structure_items,
    structure_members,
    structure_scores,
)
from pqs_coder.stats.reliability import cronbach_alpha
from pqs_coder.stats.trends import mann_kendall, trend_slope

seeds = st.integers(0, 2**32 - 1)


def autoregressive(rng, sessions, rho, series):
    noise = rng.standard_normal((sessions, series))
    values = np.empty_like(noise)
    values[0] = noise[0] / np.sqrt(1 - rho**2)
    for t in range(1, sessions):
        values[t] = rho * values[t - 1] + noise[t]
    return values


# -- Mann-Kendall


@given(seeds, st.integers(3, 25))
def test_exact_mann_kendall_is_kendalls_tau_with_time(seed, sessions):
    values = np.random.default_rng(seed).standard_normal((sessions, 3))
    found = mann_kendall(values)
    assert found.exact.all()
    for item in range(3):
        known = stats.kendalltau(np.arange(sessions), values[:, item], method="exact")
        assert found.tau[item] == pytest.approx(known.statistic)
        assert found.p[item] == pytest.approx(known.pvalue)
    assert (found.p >= found.smallest_p - 1e-15).all()


@given(seeds, st.integers(6, 25))
def test_mann_kendall_with_ties(seed, sessions):
    values = np.random.default_rng(seed).integers(1, 5, (sessions, 2)).astype(float)
    found = mann_kendall(values)
    for item in range(2):
        column = values[:, item]
        s = sum(
            np.sign(column[j] - column[i]) for i in range(sessions) for j in range(i + 1, sessions)
        )
        assert found.s[item] == s
        if len(set(column)) == 1:
            assert np.isnan(found.p[item])
            continue
        assert found.tau[item] == pytest.approx(
            stats.kendalltau(np.arange(sessions), column).statistic
        )
        t = np.unique(column, return_counts=True)[1]
        variance = (
            sessions * (sessions - 1) * (2 * sessions + 5) - (t * (t - 1) * (2 * t + 5)).sum()
        ) / 18
        if not found.exact[item]:
            z = max(abs(s) - 1, 0) / np.sqrt(variance)
            assert found.p[item] == pytest.approx(2 * stats.norm.sf(z))


def test_mann_kendall_goes_by_session_number():
    values = np.array([3.0, 1.0, 2.0])
    assert mann_kendall(values, [3, 1, 2]).s == 3
    with pytest.raises(StatisticsError, match="same number"):
        mann_kendall(values, [1, 1, 2])


def test_a_perfect_order_reaches_the_smallest_p():
    found = mann_kendall(np.arange(5.0))
    assert found.p == pytest.approx(found.smallest_p)
    assert found.smallest_p == pytest.approx(2 / 120)
    assert found.tau == 1


# -- slopes


@given(seeds)
def test_the_independent_slope_is_the_textbooks(seed):
    values = np.random.default_rng(seed).standard_normal(12)
    times = np.array([1, 2, 3, 5, 8, 9, 10, 12, 15, 16, 17, 20])
    found = trend_slope(values, times, method="independent")
    known = stats.linregress(times, values)
    assert found.value == pytest.approx(known.slope)
    assert found.p == pytest.approx(known.pvalue)
    reach = stats.t.ppf(0.975, 10) * known.stderr
    assert found.high - found.value == pytest.approx(reach)


def test_newey_west_by_loops():
    rng = np.random.default_rng(1)
    values, times = rng.standard_normal(15), np.array([*range(10), *range(12, 17)])
    lags = 3
    away = times - times.mean()
    residual = values - values.mean() - away * (away @ values) / (away @ away)
    spread = 0.0
    for i in range(15):
        for j in range(15):
            weight = max(0.0, 1 - abs(times[i] - times[j]) / (lags + 1))
            spread += weight * away[i] * residual[i] * away[j] * residual[j]
    error = np.sqrt(spread * 15 / 13) / (away @ away)
    found = trend_slope(values, times, method="newey_west", lags=lags)
    assert found.high - found.value == pytest.approx(stats.t.ppf(0.975, 13) * error)


def test_the_ar1_slope_by_brute_force():
    """The posterior under the same priors, from the multivariate t density on a dense grid."""
    rng = np.random.default_rng(2)
    values = autoregressive(rng, 12, 0.5, 1)[:, 0]
    times = np.array([1, 2, 3, 4, 6, 7, 8, 9, 10, 13, 14, 15])
    slopes = np.linspace(-1.5, 1.5, 1501)
    density = np.zeros_like(slopes)
    distance = np.abs(times[:, None] - times)
    line = np.column_stack([np.ones(12), times - times.mean()])
    for rho in np.linspace(-0.9, 0.99, 96):
        v = np.where(distance == 0, 1.0, np.power(rho, distance))
        w = np.linalg.inv(v)
        # intercept and scale integrated out by hand
        one = line[:, 0]
        project = w - np.outer(w @ one, w @ one) / (one @ w @ one)
        rest = values[:, None] - line[:, 1:] * slopes
        squares = np.einsum("ts,tu,us->s", rest, project, rest)
        density += np.linalg.det(v) ** -0.5 * (one @ w @ one) ** -0.5 * squares ** (-11 / 2)
    below = (np.cumsum(density) - density / 2) / density.sum()
    found = trend_slope(values, times)
    assert found.low == pytest.approx(np.interp(0.025, below, slopes), abs=3e-3)
    assert found.high == pytest.approx(np.interp(0.975, below, slopes), abs=3e-3)
    assert found.value == pytest.approx((density * slopes).sum() / density.sum(), abs=3e-3)
    zero = np.interp(0.0, slopes, below)
    assert found.p == pytest.approx(2 * min(zero, 1 - zero), abs=5e-3)


@given(seeds, st.floats(-2, 2), st.floats(0.5, 20), st.floats(-5, 5))
def test_slopes_follow_the_scale_and_ignore_the_level(seed, added, scale, level):
    values = np.random.default_rng(seed).standard_normal(10)
    plain = trend_slope(values)
    moved = trend_slope(values * scale + level + added * np.arange(10))
    for one, other in zip(
        (plain.value, plain.low, plain.high), (moved.value, moved.low, moved.high), strict=True
    ):
        assert other == pytest.approx(one * scale + added, abs=1e-5 * scale)
    assert plain.low < plain.value < plain.high


def test_the_interval_excludes_zero_where_p_is_small():
    values = np.random.default_rng(3).standard_normal((14, 200)) + 0.15 * np.arange(14)[:, None]
    found = trend_slope(values)
    assert np.array_equal(found.p < 0.05, (found.low > 0) | (found.high < 0))
    assert 0.1 < (found.p < 0.05).mean() < 1


def test_autocorrelation_is_found_and_widens_the_interval():
    values = autoregressive(np.random.default_rng(4), 60, 0.7, 200)
    found, plain = trend_slope(values), trend_slope(values, method="independent")
    assert found.autocorrelation.mean() == pytest.approx(0.7, abs=0.08)
    assert np.mean(found.high - found.low) > 1.8 * np.mean(plain.high - plain.low)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_false_positives_of_the_slope_stay_near_five_per_cent(rho):
    values = autoregressive(np.random.default_rng(5), 25, rho, 800)
    assert (trend_slope(values).p < 0.05).mean() < 0.073  # .05 and three standard errors
    if rho:
        assert (trend_slope(values, method="independent").p < 0.05).mean() > 0.1


def test_what_has_no_slope_to_test():
    flat = np.column_stack([np.full(6, 5.0), np.arange(6.0), [1, 3, 2, 5, 4, 6]])
    found = trend_slope(flat)
    assert np.allclose(found.value[:2], [0, 1])
    assert np.isnan(found.low[:2]).all()
    assert np.isnan(found.p[:2]).all()
    assert np.isfinite(found.p[2])
    with pytest.raises(StatisticsError, match="at least 5"):
        trend_slope(np.arange(4.0))
    with pytest.raises(StatisticsError, match="ar1, newey_west"):
        trend_slope([1.0, 3, 2, 5, 4], method="magic")
    with pytest.raises(StatisticsError, match="confidence"):
        trend_slope([1.0, 3, 2, 5, 4], confidence=95)


def test_fractions_of_a_session_know_no_negative_autocorrelation():
    values = np.random.default_rng(6).standard_normal(12)
    found = trend_slope(values, np.arange(12) + 0.5 * (np.arange(12) == 3))
    assert found.autocorrelation >= 0


# -- lead and lag


def test_a_leading_series_is_found_at_its_lag():
    rng = np.random.default_rng(7)
    x = rng.standard_normal(60)
    y = np.concatenate([np.zeros(2), x[:-2]]) + 0.3 * rng.standard_normal(60)
    found = {lag: cross_lag(x, y, lag=lag) for lag in (-2, 0, 1, 2, 3)}
    assert found[2].r > 0.8
    assert found[2].p < 0.001
    assert all(abs(found[lag].r) < 0.4 for lag in (-2, 0, 1, 3))
    assert found[2].pairs == 58
    assert found[2].low < found[2].r < found[2].high


def test_sessions_are_paired_by_number_not_by_row():
    rng = np.random.default_rng(8)
    x, y = rng.standard_normal((2, 30))
    times = np.concatenate([np.arange(15), np.arange(20, 35)])
    assert cross_lag(x, y, times).pairs == 28
    shuffled = rng.permutation(30)
    again = cross_lag(x[shuffled], y[shuffled], times[shuffled])
    assert again.r == pytest.approx(cross_lag(x, y, times).r)


def test_a_common_trend_is_no_lead():
    rng = np.random.default_rng(9)
    line = np.arange(40) * 1.0
    x, y = line + rng.standard_normal(40), line + rng.standard_normal(40)
    assert abs(cross_lag(x, y).r) < 0.35


def test_slow_series_are_worth_fewer_pairs():
    slow = autoregressive(np.random.default_rng(10), 60, 0.8, 2).T
    quick = np.random.default_rng(11).standard_normal((2, 60))
    assert cross_lag(*slow).effective < 40
    assert cross_lag(*quick).effective > 45


def test_under_twenty_sessions_nothing_leads():
    with pytest.raises(StatisticsError, match="20 sessions"):
        cross_lag(np.arange(19.0), np.arange(19.0))
    with pytest.raises(ConstantRatingsError):
        cross_lag(np.arange(25.0), np.random.default_rng(1).standard_normal(25))
    with pytest.raises(StatisticsError, match="shorter lag"):
        cross_lag(*np.random.default_rng(1).standard_normal((2, 25)), lag=20)


# -- P-technique


@given(seeds, st.integers(6, 20), st.booleans())
def test_loadings_are_correlations_with_scores_though_sessions_are_few(seed, sessions, rotate):
    values = np.random.default_rng(seed).standard_normal((sessions, 40))
    found = p_technique(values, 3, rotate=rotate)
    known = np.corrcoef(values.T, found.scores.T)[:40, 40:]
    assert np.allclose(found.loadings, known, atol=1e-9)
    assert np.allclose(np.cov(found.scores.T), np.eye(3), atol=1e-9)
    assert len(found.eigenvalues) == min(sessions - 1, 40)
    assert found.eigenvalues.sum() == pytest.approx(40)
    assert found.explained.sum() == pytest.approx(found.eigenvalues[:3].sum() / 40 * 100)
    assert (np.diff(found.explained) <= 1e-9).all()
    assert (found.loadings.sum(axis=0) >= -1e-9).all()


def test_a_planted_structure_is_found():
    rng = np.random.default_rng(12)
    moods = rng.standard_normal((18, 2))
    values = rng.standard_normal((18, 30))
    values[:, :8] += 2.5 * moods[:, :1] * np.array([1, 1, 1, 1, -1, -1, 1, 1])
    values[:, 8:14] += 2.5 * moods[:, 1:]
    found = p_technique(values, 2)
    members = structure_members(found.loadings, least=0.6)
    first = np.argmax(np.abs(found.loadings[:8]).mean(axis=0))
    assert abs(members[:8, first]).all()
    assert len(set(members[[0, 1, 2, 3, 6, 7], first])) == 1
    assert members[4, first] == members[5, first] == -members[0, first]
    assert abs(np.corrcoef(found.scores[:, first], moods[:, 0])[0, 1]) > 0.9


def test_items_that_never_change_are_refused_or_left_out():
    values = np.random.default_rng(13).standard_normal((8, 5))
    values[:, 2] = 5.0
    with pytest.raises(ConstantRatingsError, match="1 item"):
        p_technique(values, 2)
    found = p_technique(values, 2, constant="leave_out")
    assert np.isnan(found.loadings[2]).all()
    assert found.varying.tolist() == [True, True, False, True, True]
    assert np.array_equal(found.scores, p_technique(np.delete(values, 2, axis=1), 2).scores)
    assert (structure_members(found.loadings)[2] == 0).all()


def test_no_more_components_than_sessions_less_one():
    values = np.random.default_rng(14).standard_normal((5, 20))
    p_technique(values, 4)
    with pytest.raises(StatisticsError, match="Ask for 1 to 4"):
        p_technique(values, 5)
    with pytest.raises(StatisticsError, match="at least 3"):
        p_technique(values[:2], 1)


def test_structure_scores_mirror_negative_items():
    values = np.array([[9.0, 1.0, 4.0], [5.0, 5.0, 7.0]])
    members = np.array([[1, 0], [-1, 0], [0, 1]])
    assert structure_scores(values, members, middle=5.0).tolist() == [[9.0, 4.0], [5.0, 7.0]]
    items = structure_items(values, members, middle=5.0)
    assert items[0].tolist() == [[9.0, 5.0], [9.0, 5.0]]
    assert items[1].tolist() == [[4.0, 7.0]]
    with pytest.raises(StatisticsError, match="structure 2"):
        structure_scores(values, [[1, 0], [0, 0], [0, 0]], middle=5.0)
    with pytest.raises(StatisticsError, match="do not fit"):
        structure_scores(values, [[1], [2], [0]], middle=5.0)


def test_alpha_of_a_structure_needs_its_items_mirrored():
    rng = np.random.default_rng(15)
    mood = rng.standard_normal(30)
    values = 5 + np.column_stack([mood, mood, -mood]) + 0.5 * rng.standard_normal((30, 3))
    mirrored = structure_items(values, [[1], [1], [-1]], middle=5.0)[0]
    assert cronbach_alpha(mirrored) > 0.8
    assert cronbach_alpha(values.T) < 0.3
