"""Extraction, rotation and flags: what must hold whatever the sorts."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pqs_coder.errors import ConstantRatingsError, StatisticsError, TooFewRatersError
from pqs_coder.stats import centroid
from pqs_coder.stats.centroid import centroids, horst_centroids
from pqs_coder.stats.components import components_from_correlations, principal_components
from pqs_coder.stats.correlation import q_correlation
from pqs_coder.stats.flags import flag, flag_by_hand, loading_limit, review_flags
from pqs_coder.stats.rotation import (
    arrange_factors,
    rotate_by_hand,
    rotate_to_target,
    varimax,
)

PILES = np.repeat(np.arange(1, 10), [5, 8, 12, 16, 18, 16, 12, 8, 5]).astype(float)

seeds = st.integers(0, 2**32 - 1)


def forced(rng, raters, shared=0.6):
    """Forced sorts that share a picture."""
    latent = shared * rng.standard_normal(100) + rng.standard_normal((raters, 100))
    sorts = np.empty_like(latent)
    for row, values in zip(sorts, latent, strict=True):
        row[np.argsort(values)] = PILES
    return sorts


def some_loadings(rng, raters, factors):
    return rng.uniform(-0.9, 0.9, (raters, factors)) / np.sqrt(factors)


# -- principal components


@given(seeds, st.integers(3, 12))
def test_components_are_those_of_the_correlation_matrix(seed, raters):
    sorts = forced(np.random.default_rng(seed), raters)
    found = principal_components(sorts, raters)
    known = np.linalg.eigvalsh(np.corrcoef(sorts))[::-1]
    assert np.allclose(found.eigenvalues, known, atol=1e-9)
    assert np.allclose(found.loadings @ found.loadings.T, np.corrcoef(sorts), atol=1e-9)
    assert np.allclose(found.communalities, 1.0)
    assert np.allclose(found.explained.sum(), 100.0)
    assert (found.loadings.sum(axis=0) >= 0).all()


def test_more_sorts_than_items_take_the_short_way_to_the_same_components():
    sorts = np.random.default_rng(1).integers(1, 8, (40, 12)).astype(float)
    short = principal_components(sorts, 4)
    long = components_from_correlations(np.corrcoef(sorts), 4)
    assert np.allclose(short.loadings, long.loadings, atol=1e-9)
    assert np.allclose(short.eigenvalues, long.eigenvalues, atol=1e-9)
    assert short.eigenvalues.shape == (40,)
    assert np.abs(short.eigenvalues[11:]).max() < 1e-12


def test_components_broadcast_over_sessions():
    rng = np.random.default_rng(2)
    sessions = np.stack([forced(rng, 5) for _ in range(3)])
    whole = principal_components(sessions, 2)
    for place, session in enumerate(sessions):
        alone = principal_components(session, 2)
        assert np.allclose(whole.loadings[place], alone.loadings, atol=1e-12)


def test_no_more_components_than_have_variance():
    sort = forced(np.random.default_rng(3), 1)[0]
    with pytest.raises(StatisticsError, match=r"only 1 component"):
        principal_components([sort, sort, 10 - sort], 2)


@pytest.mark.parametrize("factors", [0, 4])
@pytest.mark.parametrize("extract", [principal_components, centroids, horst_centroids])
def test_the_number_of_factors_must_fit(extract, factors):
    with pytest.raises(StatisticsError, match="Ask for 1 to 3"):
        extract(forced(np.random.default_rng(4), 3), factors)


@pytest.mark.parametrize("extract", [principal_components, centroids, horst_centroids])
def test_impossible_sorts_have_names(extract):
    sorts = forced(np.random.default_rng(5), 3)
    with pytest.raises(TooFewRatersError):
        extract(sorts[:1], 1)
    flat = sorts.copy()
    flat[1] = 5
    with pytest.raises(ConstantRatingsError):
        extract(flat, 1)
    gap = sorts.copy()
    gap[0, 0] = np.nan
    with pytest.raises(StatisticsError):
        extract(gap, 1)


@pytest.mark.parametrize(
    "bad", [np.ones((2, 3)), [[1.0, 0.2], [0.3, 1.0]], [[2.0, 0.2], [0.2, 1.0]]]
)
def test_what_is_no_correlation_matrix_is_refused(bad):
    with pytest.raises(StatisticsError, match="correlations"):
        components_from_correlations(bad, 1)


# -- centroids


def by_the_book(r, factors, threshold):
    """Brown's recipe with loops over the whole matrix, as one does it on paper."""
    r, loadings = r.copy(), []
    for _ in range(factors):
        np.fill_diagonal(r, 0)
        sign = np.ones(len(r))
        while (sums := (r * np.outer(sign, sign)).sum(axis=0)).min() < -1e-12:
            sign[np.flatnonzero(sums <= sums.min() + 1e-12)[0]] *= -1
        guess = sums / (len(r) - 1)
        while True:
            size = (sums + guess) / np.sqrt((sums + guess).sum())
            if np.abs(guess - size**2).max() < threshold:
                break
            guess = size**2
        loadings.append(sign * size)
        r = r - np.outer(sign * size, sign * size)
    return np.transpose(loadings)


@given(seeds, st.integers(4, 10))
def test_brown_centroids_are_those_of_the_book(seed, raters):
    sorts = forced(np.random.default_rng(seed), raters)
    found = centroids(sorts, 3)
    assert np.allclose(found.loadings, by_the_book(q_correlation(sorts), 3, 1e-5), atol=1e-10)
    assert np.allclose(found.eigenvalues, (found.loadings**2).sum(axis=0))
    assert found.converged


def test_centroids_find_one_true_factor():
    true = np.array([0.9, 0.8, -0.7, 0.6, 0.5])
    r = np.outer(true, true)
    np.fill_diagonal(r, 1.0)
    found = centroid.centroids_from_correlations(r, 1, threshold=1e-12)
    assert np.allclose(found.loadings[:, 0] * np.sign(found.loadings[0, 0]), true, atol=1e-6)


@given(seeds)
def test_horst_communalities_stand_in_the_diagonal(seed):
    sorts = forced(np.random.default_rng(seed), 12, shared=0.9)
    found = horst_centroids(sorts, 2, threshold=1e-10, max_rounds=5_000)
    assume(found.converged)  # signs may turn to and fro for ever; then converged says so
    reduced = q_correlation(sorts)
    np.fill_diagonal(reduced, found.communalities)
    first = found.loadings[:, 0]
    sign = np.where(first < 0, -1.0, 1.0)
    assert np.allclose(first, reduced @ sign / np.sqrt(sign @ reduced @ sign), atol=1e-6)
    assert np.allclose(np.diag(reduced - found.loadings @ found.loadings.T), 0.0, atol=1e-6)


def test_horst_says_when_it_does_not_settle():
    sorts = forced(np.random.default_rng(6), 6)
    assert not horst_centroids(sorts, 2, threshold=1e-12, max_rounds=2).converged


def test_centroids_broadcast_and_stop_where_nothing_is_left():
    rng = np.random.default_rng(7)
    sessions = np.stack([forced(rng, 4), forced(rng, 4)])
    assert np.array_equal(centroids(sessions, 2).loadings[1], centroids(sessions[1], 2).loadings)
    apart = np.eye(3)
    with pytest.raises(StatisticsError, match="nothing is left"):
        centroid.centroids_from_correlations(apart, 1)


# -- rotation


@given(seeds, st.integers(4, 15), st.integers(1, 5))
def test_varimax_keeps_communalities_and_is_a_rotation(seed, raters, factors):
    loadings = some_loadings(np.random.default_rng(seed), raters, factors)
    found = varimax(loadings)
    assert np.allclose(found.matrix.T @ found.matrix, np.eye(factors), atol=1e-10)
    assert np.allclose(found.loadings, loadings @ found.matrix, atol=1e-12)
    assert np.allclose((found.loadings**2).sum(axis=1), (loadings**2).sum(axis=1), atol=1e-10)
    assert np.allclose(found.loadings @ found.loadings.T, loadings @ loadings.T, atol=1e-10)


def criterion(loadings, normalize=True):
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True)) if normalize else 1.0
    return ((loadings / length) ** 2).var(axis=0).sum()


@given(seeds, st.booleans())
def test_varimax_of_two_factors_is_the_best_of_all_angles(seed, normalize):
    loadings = some_loadings(np.random.default_rng(seed), 12, 2)
    found = criterion(varimax(loadings, normalize=normalize).loadings, normalize)
    tried = [
        criterion(rotate_by_hand(loadings, 0, 1, angle).loadings, normalize)
        for angle in np.linspace(0, 90, 361)
    ]
    assert found >= max(tried) - 1e-12


@given(seeds, st.integers(2, 5))
def test_no_small_turn_improves_varimax(seed, factors):
    rng = np.random.default_rng(seed)
    found = varimax(some_loadings(rng, 14, factors))
    if not found.converged:
        return
    best = criterion(found.loadings)
    for first in range(factors):
        for second in range(first + 1, factors):
            for angle in (-0.05, 0.05):
                turned = rotate_by_hand(found.loadings, first, second, angle).loadings
                assert criterion(turned) <= best + 1e-12


def test_varimax_of_a_batch_is_varimax_one_by_one():
    batch = np.random.default_rng(8).uniform(-0.7, 0.7, (5, 10, 3))
    whole = varimax(batch).loadings
    for place, one in enumerate(batch):
        assert np.allclose(whole[place], varimax(one).loadings, atol=1e-9)


def test_varimax_leaves_a_sort_without_communality_alone():
    loadings = some_loadings(np.random.default_rng(9), 8, 2)
    loadings[3] = 0.0
    found = varimax(loadings).loadings
    assert np.isfinite(found).all()
    assert (found[3] == 0.0).all()


def test_varimax_finds_simple_structure():
    simple = np.kron(np.eye(3), np.full((5, 1), 0.8))
    turn = np.linalg.qr(np.random.default_rng(10).standard_normal((3, 3)))[0]
    found = arrange_factors(varimax(simple @ turn).loadings).loadings
    assert np.allclose(np.sort(np.abs(found), axis=1), np.sort(simple, axis=1), atol=1e-9)


def test_hand_rotation_by_ninety_degrees_swaps_two_factors():
    loadings = some_loadings(np.random.default_rng(11), 6, 3)
    turned = rotate_by_hand(loadings, 0, 2, 90).loadings
    assert np.allclose(turned, np.column_stack([loadings[:, 2], loadings[:, 1], -loadings[:, 0]]))


@given(seeds, st.floats(-360, 360))
def test_hand_rotation_can_be_undone(seed, angle):
    loadings = some_loadings(np.random.default_rng(seed), 6, 3)
    there = rotate_by_hand(loadings, 1, 2, angle)
    assert np.allclose((there.loadings**2).sum(axis=1), (loadings**2).sum(axis=1))
    assert np.allclose(rotate_by_hand(there.loadings, 1, 2, -angle).loadings, loadings, atol=1e-12)


@pytest.mark.parametrize("pair", [(0, 0), (0, 3), (-1, 1)])
def test_hand_rotation_needs_two_factors_that_are_there(pair):
    with pytest.raises(StatisticsError, match="two different factors"):
        rotate_by_hand(np.zeros((4, 3)), *pair, 10)


def test_arranging_orders_by_size_and_turns_to_positive():
    loadings = np.array([[0.1, -0.8], [0.2, -0.7], [0.3, 0.1]])
    found = arrange_factors(loadings)
    assert found.order.tolist() == [1, 0]
    assert found.signs.tolist() == [-1.0, 1.0]
    assert np.allclose(found.loadings, [[0.8, 0.1], [0.7, 0.2], [-0.1, 0.3]])


@given(seeds)
def test_rotation_to_a_target_undoes_any_turn(seed):
    rng = np.random.default_rng(seed)
    loadings = some_loadings(rng, 9, 3)
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    assert np.allclose(rotate_to_target(loadings @ turn, loadings).loadings, loadings, atol=1e-9)


@pytest.mark.parametrize("bad", [[0.1, 0.2], [[0.1, np.nan]], np.empty((3, 0))])
def test_what_is_no_loadings_is_refused(bad):
    with pytest.raises(StatisticsError, match="loadings"):
        varimax(bad)


# -- flags


def test_the_flag_limits_of_the_books():
    assert loading_limit(33) == pytest.approx(1.96 / np.sqrt(33), abs=1e-5)
    assert loading_limit(100, 0.99) == pytest.approx(0.258, abs=5e-4)  # Brown: 2.58 / sqrt(n)


@given(seeds)
def test_a_sort_is_flagged_once_at_most_and_by_more_than_half(seed):
    loadings = some_loadings(np.random.default_rng(seed), 20, 4)
    flags = flag(loadings, 100)
    assert (flags.sum(axis=1) <= 1).all()
    share = loadings**2 / (loadings**2).sum(axis=1, keepdims=True)
    assert (share[flags] > 0.5).all()
    assert (np.abs(loadings[flags]) > 0.196 - 1e-4).all()
    assert not ((share > 0.5) & (np.abs(loadings) > 0.197) & ~flags).any()


def test_flags_by_hand():
    flags = np.array([[True, False], [False, False]])
    changed = flag_by_hand(flags, add=[(1, 1)], remove=[(0, 0)])
    assert changed.tolist() == [[False, False], [False, True]]
    assert flags.tolist() == [[True, False], [False, False]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"add": [(0, 0)]}, "already flagged"),
        ({"remove": [(1, 1)]}, "not flagged"),
        ({"add": [(2, 0)]}, "no sort 2"),
        ({"add": [(0, -1)]}, "no factor -1"),
        ({"add": [(1, 0)], "remove": [(1, 0)]}, "added and removed"),
    ],
)
def test_slips_in_flags_by_hand_are_told(change, message):
    with pytest.raises(StatisticsError, match=message):
        flag_by_hand([[True, False], [False, False]], **change)


def test_review_of_flags():
    loadings = np.array([[-0.8, 0.1, 0.0], [0.6, 0.6, 0.1], [0.2, 0.1, 0.1]])
    flags = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0]])
    found = review_flags(loadings, flags)
    assert found.negative.tolist() == [[True, False, False], [False] * 3, [False] * 3]
    assert found.several.tolist() == [False, True, False]
    assert found.none.tolist() == [False, False, True]
    assert found.empty.tolist() == [False, False, True]


def test_flags_must_be_flags():
    with pytest.raises(StatisticsError, match="true or false"):
        flag_by_hand([[0.5, 1.0]])
    with pytest.raises(StatisticsError, match="do not fit"):
        review_flags(np.zeros((3, 2)), np.zeros((2, 2), dtype=bool))
    with pytest.raises(StatisticsError, match="confidence"):
        flag(np.zeros((3, 2)), 100, confidence=95)
