"""Real sorts: the published figures of six pairs, and of the whole file where it is there."""

import numpy as np
import pytest

from pqs_coder.stats import (
    baseline_r,
    cronbach_alpha,
    decision_study,
    distinctive_agreement,
    icc,
    q_correlation,
    repairing_test,
    spearman_brown,
    squared_distance,
    variance_components,
)
from tests.stats.forced_sorts import (
    SHARED_ACQUAINTANCES,
    deck,
    six_pairs,
    whole_acquaintances,
)

# person: r(A,B), sum d^2, Spearman-Brown = alpha = ICC(3,k), ICC(1,1), ICC(2,1), ICC(3,1)
GOLDEN = np.array(
    [
        [0.537037, 400, 0.698795, 0.540603, 0.539535, 0.537037],
        [0.689815, 268, 0.816438, 0.692440, 0.691961, 0.689815],
        [-0.094907, 946, -0.209719, -0.089925, -0.095958, -0.094907],
        [0.243056, 654, 0.391061, 0.247778, 0.244909, 0.243056],
        [0.694444, 264, 0.819672, 0.697037, 0.696573, 0.694444],
        [0.425926, 496, 0.597403, 0.430031, 0.428385, 0.425926],
    ]
)


def test_six_pairs():
    sorts = six_pairs()
    assert (np.sort(sorts, axis=-1) == deck()).all()
    r = q_correlation(sorts)[:, 0, 1]
    found = icc(sorts)
    columns = [
        r,
        squared_distance(sorts)[:, 0, 1],
        spearman_brown(r, 2),
        found.icc1.value,
        found.icc2.value,
        found.icc3.value,
    ]
    assert np.allclose(np.array(columns).T, GOLDEN, rtol=0, atol=5.1e-7)
    assert np.allclose(cronbach_alpha(sorts), GOLDEN[:, 2], rtol=0, atol=5.1e-7)
    assert np.allclose(found.icc3k.value, GOLDEN[:, 2], rtol=0, atol=5.1e-7)


@pytest.fixture(scope="module")
def complete_pairs():
    """Sorts and persons of the pairs in which both sorts are exactly forced."""
    if not SHARED_ACQUAINTANCES.exists():
        pytest.skip("the whole file is not here")
    sorts, person = whole_acquaintances()
    whole = (np.sort(sorts, axis=1) == deck()).all(axis=1)
    assert (len(sorts), whole.sum()) == (240, 225)
    good = np.bincount(person, weights=whole)[person] == 2
    return sorts[good], person[good]


def test_the_short_table_is_the_head_of_the_file(complete_pairs):
    assert np.array_equal(complete_pairs[0][:12].reshape(6, 2, 100), six_pairs())


@pytest.mark.parametrize("method", ["reml", "henderson"])
def test_two_coefficients_of_107_pairs(complete_pairs, method):
    sorts, person = complete_pairs
    assert len(sorts) == 2 * 107
    found = decision_study(variance_components(sorts, person, method=method), [2])
    assert round(float(found.profile[0]), 3) == 0.535
    assert round(float(found.distinctive[0]), 3) == 0.220


def test_baseline_and_distinctive_agreement(complete_pairs):
    sorts, person = complete_pairs
    role = np.tile([0, 1], 107)
    base = baseline_r(sorts, person, role)
    assert base.n_pairs == 107 * 106
    assert 0.27 < base.value < 0.29
    tested = repairing_test(sorts, person, role, samples=500, rng=np.random.default_rng(1))
    assert np.isclose(tested.null_mean, base.value, atol=0.002)
    assert tested.p == tested.smallest_p
    found = distinctive_agreement(sorts, person)
    assert np.isclose(found.mean_overall, tested.value)
    assert 0.10 < found.mean_distinctive < 0.15 < found.mean_overall
