"""Correlations between sorts, distances, weighted kappa; all against numpy, scipy or the definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as sps

from pqs_coder.errors import ConstantRatingsError, StatisticsError
from pqs_coder.stats import (
    exact_agreement,
    q_correlation,
    quadratic_kappa,
    spearman_correlation,
    squared_distance,
    within_one_agreement,
)
from pqs_coder.stats.ranks import mid_ranks, tie_sum
from tests.stats.forced_sorts import simulated, six_pairs

MATRICES = (
    q_correlation,
    spearman_correlation,
    squared_distance,
    exact_agreement,
    within_one_agreement,
    quadratic_kappa,
)


def unforced(seed=0, shape=(2, 4, 30)):
    return np.random.default_rng(seed).integers(1, 8, shape).astype(float)


def test_pearson_is_numpys():
    ratings = unforced()
    for cell, found in zip(ratings, q_correlation(ratings), strict=True):
        assert np.allclose(found, np.corrcoef(cell), atol=1e-13)


def test_spearman_is_scipys():
    ratings = unforced(1)
    for cell, found in zip(ratings, spearman_correlation(ratings), strict=True):
        assert np.allclose(found, sps.spearmanr(cell, axis=1).statistic, atol=1e-13)


def test_single_precision_keeps_six_digits():
    sorts = simulated(np.random.default_rng(0), raters=50)
    small = q_correlation(sorts, dtype=np.float32)
    assert small.dtype == np.float32
    assert np.abs(small - q_correlation(sorts)).max() < 3e-6
    assert (np.diagonal(small) == 1).all()


@pytest.mark.parametrize("scale", [1.0, 0.1, 3e5])
def test_equal_and_mirrored_sorts_are_exactly_one(scale):
    sort = six_pairs()[3, 1] * scale + 0.7
    r = q_correlation([sort, sort, 9 - 2 * sort])
    assert np.array_equal(r, [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])


def test_distances_by_hand():
    a, b, c = [1, 2, 3, 5], [1, 3, 5, 5], [5, 3, 2, 1]
    assert squared_distance([a, b, c]).tolist() == [[0, 5, 34], [5, 0, 41], [34, 41, 0]]
    assert exact_agreement([a, b, c])[0].tolist() == [1, 0.5, 0]
    assert within_one_agreement([a, b, c])[0].tolist() == [1, 0.75, 0.5]


def kappa_of_table(a, b):
    """Quadratic weighted kappa from the contingency table of two sorts."""
    values = np.union1d(a, b)
    table = np.array([[np.sum((a == v) & (b == w)) for w in values] for v in values]) / len(a)
    weight = (values[:, None] - values[None, :]) ** 2
    chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    return 1 - (weight * table).sum() / (weight * chance).sum()


@given(seed=st.integers(0, 2**32 - 1))
def test_kappa_is_that_of_the_table(seed):
    ratings = unforced(seed, (3, 12))
    found = quadratic_kappa(ratings, degenerate="nan")
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert np.isclose(found[i, j], kappa_of_table(ratings[i], ratings[j]), atol=1e-12)


def test_kappa_at_the_edge():
    sort = six_pairs()[0, 0]
    assert quadratic_kappa([sort, sort])[0, 1] == 1
    constant = np.full(100, 4.0)
    assert quadratic_kappa([sort, sort + 1])[0, 1] < 1  # another level is disagreement
    with pytest.raises(ConstantRatingsError):
        quadratic_kappa([constant, constant])
    found = quadratic_kappa([constant, sort], degenerate="nan")
    assert np.isnan(found[0, 0])
    assert found[0, 1] == 0


@pytest.mark.parametrize("matrix", MATRICES)
def test_leading_axes(matrix):
    sorts = simulated(np.random.default_rng(2), leading=(2, 3), raters=4)
    found = matrix(sorts)
    assert found.shape == (2, 3, 4, 4)
    assert np.allclose(found[1, 2], matrix(sorts[1, 2]), atol=1e-14)
    assert np.allclose(found, np.swapaxes(found, -1, -2), atol=1e-14)


@pytest.mark.parametrize("matrix", MATRICES)
def test_missing_ratings(matrix):
    sorts = six_pairs()[:, :, :]
    sorts[1, 0, 17] = np.nan
    with pytest.raises(StatisticsError, match="missing"):
        matrix(sorts)
    found = matrix(sorts, degenerate="nan")
    assert np.isnan(found[1, 0]).all()
    assert np.isnan(found[1, :, 0]).all()
    assert np.isfinite(found[0]).all()


@pytest.mark.parametrize("matrix", [q_correlation, spearman_correlation])
def test_constant_sorts(matrix):
    sorts = six_pairs()
    sorts[2, 1] = 0.1
    with pytest.raises(ConstantRatingsError) as caught:
        matrix(sorts)
    assert caught.value.cure
    found = matrix(sorts, degenerate="nan")
    assert np.isnan(found[2, 1, 0])
    assert found[2, 0, 0] == 1


@pytest.mark.parametrize("matrix", MATRICES)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_is_nothing(matrix, seed):
    rng = np.random.default_rng(seed)
    sorts = simulated(rng, raters=4)
    raters = rng.permutation(4)
    other = sorts[raters][:, rng.permutation(100)]
    assert np.allclose(matrix(sorts)[np.ix_(raters, raters)], matrix(other), atol=1e-12)


@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(["piles", "wide", "real"]),
    gaps=st.sampled_from([0.0, 0.3]),
)
def test_ranks_and_ties(seed, kind, gaps):
    rng = np.random.default_rng(seed)
    values = rng.integers(-3, 5, (2, 3, 17)).astype(float)
    values = {"piles": values, "wide": values * 100, "real": values / 3}[kind]
    values[rng.random(values.shape) < gaps] = np.nan
    ranks, ties = mid_ranks(values), tie_sum(values)
    for cell in np.ndindex(2, 3):
        row = values[cell]
        known = ~np.isnan(row)
        assert np.array_equal(ranks[cell][known], sps.rankdata(row[known]))
        assert np.isnan(ranks[cell][~known]).all()
        assert ties[cell] == (np.unique(row[known], return_counts=True)[1] ** 2).sum()
