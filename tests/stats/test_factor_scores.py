"""Scores, arrays, distinguishing items, number and stability of factors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import StatisticsError
from pqs_coder.stats.components import principal_components
from pqs_coder.stats.distinguishing import distinguishing_items, factor_characteristics
from pqs_coder.stats.flags import flag
from pqs_coder.stats.parallel import parallel_analysis
from pqs_coder.stats.rotation import arrange_factors, varimax
from pqs_coder.stats.scores import factor_arrays, factor_scores, forced_distribution
from pqs_coder.stats.stability import bootstrap_factors

PILES = np.repeat(np.arange(1, 10), [5, 8, 12, 16, 18, 16, 12, 8, 5]).astype(float)

seeds = st.integers(0, 2**32 - 1)


def panel(rng, sizes=(6, 5), noise=0.8):
    """Forced sorts of several schools, so many raters each."""
    latent = np.concatenate(
        [rng.standard_normal(100) + noise * rng.standard_normal((size, 100)) for size in sizes]
    )
    sorts = np.empty_like(latent)
    for row, values in zip(sorts, latent, strict=True):
        row[np.argsort(values)] = PILES
    return sorts


def solve(sorts, factors):
    loadings = arrange_factors(varimax(principal_components(sorts, factors).loadings).loadings)
    return loadings.loadings, flag(loadings.loadings, sorts.shape[-1])


# -- scores


@given(seeds)
def test_pqmethod_scores_are_the_weighted_sums(seed):
    sorts = panel(np.random.default_rng(seed))
    loadings, flags = solve(sorts, 2)
    found = factor_scores(sorts, loadings, flags)
    for factor in range(2):
        total = np.zeros(100)
        for rater in np.flatnonzero(flags[:, factor]):
            total += sorts[rater] * loadings[rater, factor] / (1 - loadings[rater, factor] ** 2)
        assert np.allclose(found.raw[:, factor], total)
        assert np.allclose(found.z[:, factor], (total - total.mean()) / total.std(ddof=1))


@given(seeds)
def test_regression_scores_solve_the_normal_equations(seed):
    sorts = panel(np.random.default_rng(seed))
    loadings, _ = solve(sorts, 2)
    found = factor_scores(sorts, loadings, method="regression")
    weights = np.linalg.solve(np.corrcoef(sorts), loadings)
    standard = (sorts - sorts.mean(axis=1, keepdims=True)) / sorts.std(
        axis=1, ddof=1, keepdims=True
    )
    assert np.allclose(found.weights, weights, atol=1e-9)
    assert np.allclose(found.raw, standard.T @ weights, atol=1e-9)
    # scores of rotated components do not correlate and have unit variance
    assert np.allclose(np.cov(found.raw.T), np.eye(2), atol=1e-9)
    # and they give the loadings back
    assert np.allclose(np.corrcoef(sorts, found.raw.T)[:11, 11:], loadings, atol=1e-9)


def test_regression_scores_exist_with_equal_sorts_and_with_more_sorts_than_items():
    rng = np.random.default_rng(1)
    sorts = panel(rng, (4,))
    double = np.concatenate([sorts, sorts])
    alone = factor_scores(sorts, principal_components(sorts, 1).loadings, method="regression")
    twice = factor_scores(double, principal_components(double, 1).loadings, method="regression")
    assert np.allclose(alone.z, twice.z, atol=1e-8)
    wide = rng.integers(1, 8, (30, 12)).astype(float)
    found = factor_scores(wide, principal_components(wide, 3).loadings, method="regression")
    assert np.allclose(np.cov(found.raw.T), np.eye(3), atol=1e-8)


def test_scores_broadcast():
    rng = np.random.default_rng(2)
    panels = np.stack([panel(rng), panel(rng)])
    loadings, flags = solve(panels, 2)
    for method in ("pqmethod", "regression"):
        whole = factor_scores(panels, loadings, flags, method=method).z
        alone = factor_scores(panels[1], loadings[1], flags[1], method=method).z
        assert np.allclose(whole[1], alone, atol=1e-10)


def test_a_perfect_sort_decides_alone():
    sorts = panel(np.random.default_rng(3), (3,))
    loadings = np.array([[0.7], [1.0], [0.6]])
    found = factor_scores(sorts, loadings, np.ones((3, 1), dtype=bool))
    assert np.allclose(np.corrcoef(found.z[:, 0], sorts[1])[0, 1], 1.0)
    nearly = np.array([[0.7], [1.0 - 1e-9], [0.6]])
    limit = factor_scores(sorts, nearly, np.ones((3, 1), dtype=bool))
    assert np.allclose(found.z, limit.z, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"flags": None}, "need flags"),
        ({"flags": np.array([[1, 0]] * 11)}, "no sort is flagged on factor 2"),
        ({"loadings": np.full((11, 2), 1.1)}, "Heywood"),
        ({"loadings": np.zeros((5, 2))}, "in the same order"),
        ({"method": "guess"}, "pqmethod or regression"),
    ],
)
def test_scores_that_do_not_exist_say_so(change, message):
    sorts = panel(np.random.default_rng(4))
    loadings, flags = solve(sorts, 2)
    given_ = {"sorts": sorts, "loadings": loadings, "flags": flags, **change}
    with pytest.raises(StatisticsError, match=message):
        factor_scores(**given_)


# -- arrays


@given(seeds, st.integers(1, 4), st.integers(0, 3))
def test_arrays_have_the_forced_numbers_whatever_ties(seed, factors, decimals):
    z = np.round(np.random.default_rng(seed).standard_normal((100, factors)), decimals)
    arrays = factor_arrays(z, PILES)
    for column, scores in zip(arrays.T, z.T, strict=True):
        assert np.array_equal(np.sort(column), PILES)
        higher = scores[:, None] > scores[None, :]
        assert (column[:, None] >= column[None, :])[higher].all()
        tied_and_earlier = (scores[:, None] == scores[None, :]) & np.tri(100, k=-1, dtype=bool).T
        assert (column[:, None] >= column[None, :])[tied_and_earlier].all()


def test_ties_go_to_the_earlier_item_and_rounding_makes_no_difference():
    z = np.array([[0.5 + 1e-13], [0.5], [0.5 + 2e-13], [-1.0]])
    assert factor_arrays(z, [1, 2, 2, 3])[:, 0].tolist() == [3, 2, 2, 1]


def test_arrays_of_a_batch():
    z = np.random.default_rng(5).standard_normal((2, 3, 100, 2))
    arrays = factor_arrays(z, PILES)
    assert np.array_equal(arrays[1, 2], factor_arrays(z[1, 2], PILES))


def test_the_distribution_is_read_off_the_sorts_or_refused():
    sorts = panel(np.random.default_rng(6))
    assert np.array_equal(forced_distribution(sorts), PILES)
    sorts[3, 0] = 9 if sorts[3, 0] != 9 else 1
    with pytest.raises(StatisticsError, match="one forced distribution"):
        forced_distribution(sorts)
    with pytest.raises(StatisticsError, match="places for"):
        factor_arrays(np.zeros((99, 1)), PILES)
    with pytest.raises(StatisticsError, match="complete"):
        factor_arrays(np.full((100, 1), np.nan), PILES)


# -- characteristics


def test_reliability_and_errors_of_the_book():
    loadings = np.zeros((6, 2))
    flags = np.array([[True, False]] * 5 + [[False, True]])
    z = np.random.default_rng(7).standard_normal((50, 2))
    z = (z - z.mean(axis=0)) / z.std(axis=0, ddof=1)
    found = factor_characteristics(loadings, flags, z)
    assert np.allclose(found.reliability, [5 * 0.8 / (1 + 4 * 0.8), 0.8])
    assert np.allclose(found.se, np.sqrt(1 - found.reliability))
    assert found.se_differences[0, 1] == pytest.approx(np.sqrt((found.se**2).sum()))
    assert np.allclose(found.correlations, np.corrcoef(z.T))
    better = factor_characteristics(loadings, flags, z, reliability=0.9)
    assert (better.se < found.se).all()


@given(seeds, st.integers(2, 5))
def test_what_distinguishes_and_what_is_consensus(seed, factors):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((40, factors))
    errors = np.full((factors, factors), 0.4)
    found = distinguishing_items(z, errors)
    apart = np.abs(z[:, :, None] - z[:, None, :]) > 0.4 * 1.959964
    for f in range(factors):
        others = np.arange(factors) != f
        assert np.array_equal(found.distinguishing[:, f], apart[:, f, others].all(axis=1))
        alone = apart[:, f, others].all(axis=1) & ~apart[:, others][:, :, others].any(axis=(1, 2))
        assert np.array_equal(found.only[:, f], alone)
    assert np.array_equal(found.consensus, ~apart.any(axis=(1, 2)))
    assert np.array_equal(found.all, found.distinguishing.all(axis=1))
    assert not (found.consensus & found.distinguishing.any(axis=1)).any()
    assert (found.p[found.significant] < 0.05).all()


def test_one_factor_has_nothing_to_differ_from():
    with pytest.raises(StatisticsError, match="one factor"):
        distinguishing_items(np.zeros((10, 1)), np.ones((1, 1)))


# -- number of factors


def test_parallel_analysis_finds_the_planted_factors_and_none_in_noise():
    rng = np.random.default_rng(8)
    assert parallel_analysis(panel(rng, (6, 5, 6)), rng=rng, samples=200).factors == 3
    noise = rng.permuted(np.tile(PILES, (12, 1)), axis=1)
    counts = [
        parallel_analysis(
            rng.permuted(noise, axis=1), rng=rng, samples=200, percentile=99.9
        ).factors
        for _ in range(5)
    ]
    assert counts == [0] * 5


def test_parallel_analysis_of_items_over_few_sessions():
    rng = np.random.default_rng(9)
    mood = rng.standard_normal((15, 1))
    values = mood * rng.choice([-1.0, 1.0], 60) + 0.7 * rng.standard_normal((15, 60))
    found = parallel_analysis(values.T, rng=rng, samples=200)
    assert found.factors == 1
    assert found.eigenvalues.shape == (60,)
    assert np.isclose(found.eigenvalues.sum(), 60)


def test_shuffled_and_normal_chance_data_agree_for_forced_sorts():
    sorts = panel(np.random.default_rng(10))
    shuffled, normal = (
        parallel_analysis(sorts, rng=np.random.default_rng(11), samples=500, null=null)
        for null in ("permuted", "normal")
    )
    assert np.allclose(shuffled.mean, normal.mean, atol=0.02)
    assert np.isclose(shuffled.mean.sum(), 11)
    assert (shuffled.limit >= shuffled.mean).all()


def test_parallel_analysis_depends_on_nothing_but_the_generator():
    sorts = panel(np.random.default_rng(12))
    one, other = (parallel_analysis(sorts, rng=np.random.default_rng(1), samples=50) for _ in "ab")
    assert np.array_equal(one.limit, other.limit)
    with pytest.raises(StatisticsError, match="percentile"):
        parallel_analysis(sorts, rng=np.random.default_rng(1), percentile=0)
    with pytest.raises(StatisticsError, match="permuted or normal"):
        parallel_analysis(sorts, rng=np.random.default_rng(1), null="uniform")


# -- stability


@pytest.mark.parametrize("alignment", ["target", "match"])
@pytest.mark.parametrize("method", ["pqmethod", "regression"])
def test_clear_factors_are_stable(alignment, method):
    sorts = panel(np.random.default_rng(13), (8, 8), noise=0.4)
    loadings, flags = solve(sorts, 2)
    found = bootstrap_factors(
        sorts, 2, rng=np.random.default_rng(14), samples=200, alignment=alignment, method=method
    )
    assert np.array_equal(found.loadings.estimate, loadings)
    assert np.allclose(found.z.estimate, factor_scores(sorts, loadings, flags, method=method).z)
    assert (found.flagged[flags] > 0.97).all()
    assert (found.flagged[~flags] < 0.03).all()
    inside = (found.loadings.low <= loadings + 0.05) & (loadings - 0.05 <= found.loadings.high)
    assert inside.all()
    assert np.nanmax(found.loadings.se) < 0.15
    assert np.nanmax(found.z.se) < 0.4
    assert (found.z.low <= found.z.high).all()
    assert found.undefined.sum() <= 2


def test_unclear_factors_are_not_stable():
    rng = np.random.default_rng(15)
    clear = panel(rng, (8, 8), noise=0.4)
    unclear = rng.permuted(clear, axis=1)
    spread = [
        np.nanmean(bootstrap_factors(s, 2, rng=rng, samples=100, alignment="match").z.se)
        for s in (clear, unclear)
    ]
    assert spread[1] > 2 * spread[0]


def test_a_sample_of_too_few_sorts_is_counted_not_scored():
    sorts = panel(np.random.default_rng(16), (2, 1))
    found = bootstrap_factors(sorts, 2, rng=np.random.default_rng(17), samples=300)
    # a sample of three raters holds one rater three times in 3 of 27 cases
    assert 10 <= found.undefined.min() <= 80
    assert np.isfinite(found.z.mean).all()


def test_the_bootstrap_can_follow_loadings_turned_by_hand():
    sorts = panel(np.random.default_rng(18))
    loadings, _ = solve(sorts, 2)
    swapped = loadings[:, ::-1]
    found = bootstrap_factors(sorts, 2, rng=np.random.default_rng(19), samples=50, loadings=swapped)
    assert np.array_equal(found.loadings.estimate, swapped)
    assert (np.abs(found.loadings.mean - swapped) < 0.25).all()
    with pytest.raises(StatisticsError, match="Give the loadings"):
        bootstrap_factors(sorts, 3, rng=np.random.default_rng(19), loadings=swapped)


def test_the_bootstrap_depends_on_nothing_but_the_generator():
    sorts = panel(np.random.default_rng(20))
    one, other = (
        bootstrap_factors(sorts, 2, rng=np.random.default_rng(3), samples=30) for _ in "ab"
    )
    assert np.array_equal(one.z.se, other.z.se)
    with pytest.raises(StatisticsError, match="target or match"):
        bootstrap_factors(sorts, 2, rng=np.random.default_rng(3), alignment="guess")
