"""What chance alone gives: exact moments by enumeration, permutation tests, agreement by chance."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats as sps

from pqs_coder.errors import ConstantRatingsError, StatisticsError, TooFewItemsError
from pqs_coder.stats import (
    chance_exact,
    chance_p,
    chance_within_one,
    exact_agreement,
    forced_null,
    forced_permutation_test,
    mean_r,
    permutation_moments,
    within_one_agreement,
)
from tests.stats.forced_sorts import (
    PQS_SIZES,
    PQS_VALUES,
    SWAP_SIZES,
    SWAP_VALUES,
    deck,
    simulated,
    six_pairs,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_agreement_by_chance_in_the_pqs():
    assert round(chance_exact(PQS_SIZES), 3) == 0.130
    assert round(chance_within_one(PQS_SIZES, PQS_VALUES), 3) == 0.377


@pytest.mark.parametrize(("sizes", "values"), [(PQS_SIZES, PQS_VALUES), (SWAP_SIZES, SWAP_VALUES)])
def test_agreement_by_chance_is_the_mean_over_random_sorts(sizes, values):
    cards = deck(sizes, values)
    sorts = rng().permuted(np.tile(cards, (4000, 2, 1)), axis=2)
    assert np.isclose(exact_agreement(sorts)[:, 0, 1].mean(), chance_exact(sizes), atol=0.003)
    near = within_one_agreement(sorts)[:, 0, 1].mean()
    assert np.isclose(near, chance_within_one(sizes, values), atol=0.004)


def test_agreement_by_chance_of_two_distributions():
    assert chance_exact([1, 1], [3, 1]) == 0.5
    assert chance_exact([4, 0], [3, 1]) == 0.75
    assert chance_within_one([1, 1, 0], [1, 2, 3], [0, 0, 1]) == 0.5
    assert chance_within_one([1, 1], [0, 2]) == 0.5  # values two apart are not neighbours


@pytest.mark.parametrize("sizes", [[], [0, 0], [-1, 2], [[1, 2]]])
def test_sizes_that_are_none(sizes):
    with pytest.raises(StatisticsError, match="sizes"):
        chance_exact(sizes)


def test_piles_that_do_not_pair_up():
    with pytest.raises(StatisticsError, match="2 sizes and 3 values"):
        chance_within_one([1, 2], [1, 2, 3])
    with pytest.raises(StatisticsError, match="piles"):
        chance_exact([1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 1, 2, 3, 3, 7], [0, 1, 1, 1, 5, 6]),
        ([1, 2, 2, 2, 3, 3, 9], [1, 2, 2, 2, 3, 3, 9]),
        ([1, 2, 3, 4], [4, 9, 1, 1]),
    ],
)
def test_moments_by_enumeration(one, other):
    everything = np.array([np.corrcoef(one, p)[0, 1] for p in permutations(other)])
    found = permutation_moments(one, other)
    assert np.isclose(everything.mean(), 0, atol=1e-12)
    assert found.mean == 0
    assert np.isclose(found.variance, everything.var())
    assert np.isclose(found.skewness, sps.skew(everything))
    assert np.isclose(found.kurtosis, sps.kurtosis(everything))


def test_moments_of_decks():
    pqs = forced_null(PQS_SIZES, PQS_VALUES)
    assert pqs.variance == 1 / 99
    assert np.isclose(pqs.skewness, 0, atol=1e-12)
    swap = forced_null(SWAP_SIZES, SWAP_VALUES)
    assert swap.skewness > 0.05  # half of the deck in one pile
    with pytest.raises(TooFewItemsError):
        permutation_moments([1, 2, 3], [1, 2, 3])
    with pytest.raises(ConstantRatingsError):
        permutation_moments([0.1] * 5, [1, 2, 3, 4, 5])


def test_p_of_chance():
    assert np.isclose(chance_p(0.25, 100), sps.t.sf(0.25 * np.sqrt(98 / (1 - 0.0625)), 98))
    assert np.isclose(chance_p(-0.25, 100, alternative="two-sided"), 2 * chance_p(0.25, 100))
    assert chance_p(1, 100) == 0
    assert chance_p([0.1, 0.2], 100).shape == (2,)


def test_p_of_chance_is_that_of_random_sorts():
    sorts = rng(1).permuted(np.tile(deck(), (20000, 2, 1)), axis=2)
    r = mean_r(sorts)
    for limit in (0.1, 0.2, 0.25):
        share = (r >= limit).mean()
        assert abs(share - chance_p(limit, 100)) < 4 * np.sqrt(share / 20000) + 5e-4


def test_permutation_test_agrees_with_the_t_test():
    person_4 = six_pairs()[3]
    found = forced_permutation_test(person_4, samples=4999, rng=rng(3))
    assert np.isclose(found.value, 0.243056, atol=5e-7)
    assert np.isclose(found.p, chance_p(found.value, 100), atol=0.005)
    assert np.isclose(found.null_mean, 0, atol=0.006)
    assert np.isclose(found.null_sd, np.sqrt(1 / 99), rtol=0.04)


def test_permutation_test_of_three_raters():
    sorts = simulated(rng(5), raters=3, agreement=0.0)
    found = forced_permutation_test(sorts, samples=3000, rng=rng(6))
    # pairs of random sorts are uncorrelated: variance 2 / (k (k - 1)(n - 1))
    assert np.isclose(found.null_sd, np.sqrt(2 / 6 / 99), rtol=0.05)


def test_permutation_p_is_never_zero_and_never_above_one():
    same = np.tile(six_pairs()[0, 0], (2, 1))
    found = forced_permutation_test(same, samples=99, rng=rng())
    assert found.p == found.smallest_p == 0.01
    opposed = forced_permutation_test([same[0], 10 - same[0]], samples=99, rng=rng())
    assert opposed.p == 1
    both = forced_permutation_test(
        [same[0], 10 - same[0]], samples=99, rng=rng(), alternative="two-sided"
    )
    assert both.p == 0.01


def test_exact_p_of_a_tiny_deck():
    # 1 2 3 4 5 against itself: 1 of 120 orders gives r = 1, 4 more give r = .9
    found = forced_permutation_test([[1, 2, 3, 4, 5], [1, 2, 3, 5, 4]], samples=20000, rng=rng(2))
    assert np.isclose(found.p, 5 / 120, atol=0.006)


def test_permutation_p_is_uniform_under_chance():
    sorts = rng(8).permuted(np.tile(deck(), (200, 2, 1)), axis=2)
    p = forced_permutation_test(sorts, samples=199, rng=rng(9)).p
    assert sps.kstest(p, "uniform").pvalue > 0.01


def test_permutation_test_refuses_and_gives_nan():
    constant = [[1, 1, 1, 1], [1, 2, 3, 4]]
    with pytest.raises(ConstantRatingsError):
        forced_permutation_test(constant, rng=rng())
    found = forced_permutation_test(
        [constant, [[1, 2, 3, 4]] * 2], rng=rng(), samples=9, degenerate="nan"
    )
    assert np.isnan(found.p[0])
    assert found.p[1] <= 1
    with pytest.raises(StatisticsError, match="samples"):
        forced_permutation_test(six_pairs()[0], rng=rng(), samples=0)
    with pytest.raises(StatisticsError, match="alternative"):
        forced_permutation_test(six_pairs()[0], rng=rng(), alternative="less")
