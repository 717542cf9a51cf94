"""What must hold of every forced sort, for any deck: the identities that docs/methods states."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.stats import (
    cronbach_alpha,
    exact_agreement,
    icc,
    krippendorff_alpha,
    mean_r,
    mean_r_interval,
    mean_r_z,
    q_correlation,
    quadratic_kappa,
    spearman_brown,
    spearman_correlation,
    squared_distance,
    variance_components,
    within_one_agreement,
)
from tests.stats.forced_sorts import deck, forced_sorts, simulated

close = {"rtol": 1e-9, "atol": 1e-9}


def square_sum(sorts):
    return ((sorts[0] - sorts[0].mean()) ** 2).sum()


@given(sorts=forced_sorts())
def test_r_is_one_less_distance_over_twice_the_square_sum(sorts):
    expected = 1 - squared_distance(sorts) / (2 * square_sum(sorts))
    assert np.allclose(q_correlation(sorts), expected, **close)


@given(sorts=forced_sorts())
def test_quadratic_kappa_is_r(sorts):
    assert np.allclose(quadratic_kappa(sorts), q_correlation(sorts), **close)


@given(sorts=forced_sorts())
def test_icc3_is_mean_r_and_the_mean_form_is_spearman_brown(sorts):
    k, found, r = len(sorts), icc(sorts), mean_r(sorts)
    assert np.isclose(found.icc3.value, r, **close)
    assert np.allclose(mean_r_interval(sorts), [found.icc3.low, found.icc3.high], **close)
    if r > -1 / (k - 1) + 1e-6:
        stepped = spearman_brown(r, k)
        assert np.isclose(stepped, found.icc3k.value, rtol=1e-6)
        assert np.isclose(stepped, cronbach_alpha(sorts), rtol=1e-6)


@given(sorts=forced_sorts(most_raters=2))
def test_two_raters(sorts):
    r = mean_r(sorts)
    assert np.isclose(r, mean_r_z(sorts), **close)
    if r > -1 + 1e-6:
        assert np.isclose(cronbach_alpha(sorts), 2 * r / (1 + r), rtol=1e-6)


@given(sorts=forced_sorts())
def test_interval_alpha(sorts):
    k, n = sorts.shape
    expected = 1 - (1 - mean_r(sorts)) * (k * n - 1) / (k * n)
    assert np.isclose(krippendorff_alpha(sorts, level="interval"), expected, **close)


@given(sorts=forced_sorts())
def test_ordinal_alpha(sorts):
    k, n = sorts.shape
    rho = spearman_correlation(sorts)[np.triu_indices(k, 1)].mean()
    expected = 1 - (1 - rho) * (k * n - 1) / (k * n)
    assert np.isclose(krippendorff_alpha(sorts, level="ordinal"), expected, **close)


@given(sorts=forced_sorts())
def test_nominal_alpha_is_exact_agreement_against_chance(sorts):
    k, n = sorts.shape
    share = np.unique(sorts[0], return_counts=True)[1] / n
    exact = exact_agreement(sorts)[np.triu_indices(k, 1)].mean()
    chance = 1 - (1 - (share**2).sum()) * k * n / (k * n - 1)
    expected = (exact - chance) / (1 - chance)
    assert np.isclose(krippendorff_alpha(sorts, level="nominal"), expected, **close)


@given(sorts=forced_sorts())
def test_icc2_lies_slightly_farther_from_zero_than_icc3(sorts):
    n, r, found = sorts.shape[1], mean_r(sorts), icc(sorts)
    assert np.isclose(found.icc2.value, n * r / (n - 1 + r), **close)
    assert abs(found.icc2.value) >= abs(found.icc3.value) - 1e-12


@given(sorts=forced_sorts())
def test_icc1_lies_slightly_above_r(sorts):
    (k, n), r = sorts.shape, mean_r(sorts)
    expected = (k * n * r + 1 - r) / (k * n - (k - 1) * (1 - r))
    assert np.isclose(icc(sorts).icc1.value, expected, **close)
    assert expected >= r - 1e-12


SYMMETRIC = st.lists(st.integers(1, 5), min_size=2, max_size=4).map(
    lambda half: [*half, *reversed(half)]
)


@given(sizes=SYMMETRIC, seed=st.integers(0, 2**32 - 1))
def test_the_mirror_image_of_a_symmetric_deck(sizes, seed):
    cards = deck(sizes, range(1, len(sizes) + 1))
    sorts = simulated(np.random.default_rng(seed), raters=3, cards=cards)
    mirror = cards[0] + cards[-1] - sorts
    assert np.array_equal(np.sort(mirror, axis=1), np.sort(sorts, axis=1))
    for statistic in (mean_r, mean_r_z, cronbach_alpha, krippendorff_alpha):
        assert np.isclose(statistic(mirror), statistic(sorts), **close)
    assert np.isclose(
        krippendorff_alpha(mirror, level="ordinal"),
        krippendorff_alpha(sorts, level="ordinal"),
        **close,
    )
    # one rater turned round turns r round
    turned = np.stack([mirror[0], sorts[1]])
    assert np.isclose(mean_r(turned), -mean_r(sorts[:2]), **close)
    assert np.array_equal(within_one_agreement(mirror), within_one_agreement(sorts))


@given(seed=st.integers(0, 2**32 - 1), raters=st.integers(2, 4))
def test_profile_coefficient_of_one_rater_is_the_mean_r_of_sessions(seed, raters):
    sessions = 6
    sorts = simulated(np.random.default_rng(seed), (sessions,), raters)
    found = variance_components(
        sorts.reshape(-1, 100), np.repeat(np.arange(sessions), raters), method="henderson"
    )
    total = found.item + found.item_session + found.residual
    assert np.isclose(total, square_sum(sorts[0]) / 99, **close)  # every sort has this variance
    profile = (found.item + found.item_session) / total
    assert np.isclose(profile, mean_r(sorts).mean(), **close)


@pytest.mark.parametrize("statistic", [icc, mean_r, cronbach_alpha, krippendorff_alpha])
@given(sorts=forced_sorts(least_raters=3))
def test_the_order_of_raters_and_items_is_nothing(statistic, sorts):
    rng = np.random.default_rng(0)
    other = sorts[rng.permutation(len(sorts))][:, rng.permutation(sorts.shape[1])]
    one, two = statistic(sorts), statistic(other)
    if statistic is icc:
        one, two = one.icc2.value, two.icc2.value
    assert np.isclose(one, two, **close) or one == two
