"""Items across sessions: one-way and two-way ICC, mean absolute difference, leanings of raters."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import (
    ConstantRatingsError,
    NoOverlapError,
    StatisticsError,
    TooFewSessionsError,
)
from pqs_coder.stats import icc, item_icc, item_icc_two_way, rater_bias
from tests.stats.forced_sorts import simulated, six_pairs


def rng(seed=0):
    return np.random.default_rng(seed)


def long_form(sorts):
    """Sorts, session and rater of ``(sessions, raters, items)``."""
    sessions, raters, items = sorts.shape
    return (
        sorts.reshape(-1, items),
        np.repeat(np.arange(sessions), raters),
        np.tile(np.arange(raters), sessions),
    )


def unequal(seed):
    """Sorts of twelve sessions with one to four raters each, in no order."""
    generator = rng(seed)
    session = np.repeat(np.arange(12), generator.integers(1, 5, 12))
    session[:2] = 0
    sorts = (
        generator.standard_normal((len(session), 5)) + generator.standard_normal((12, 5))[session]
    )
    order = generator.permutation(len(session))
    return sorts[order], session[order]


@pytest.mark.parametrize("raters", [2, 4])
def test_equal_numbers_give_icc1_of_sessions(raters):
    table = simulated(rng(1), (15,), raters)
    sorts, session, _ = long_form(table)
    order = rng(2).permutation(len(session))
    found = item_icc(sorts[order], session[order], 0.9)
    known = icc(np.moveaxis(table, (0, 1, 2), (2, 1, 0)), 0.9)
    assert found.k == raters
    assert found.n_sessions == 15
    for ours, theirs in ((found.icc1, known.icc1), (found.icc1k, known.icc1k)):
        for field in ("value", "low", "high", "f", "df1", "df2", "p"):
            assert np.allclose(getattr(ours, field), getattr(theirs, field), rtol=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
def test_unequal_numbers_by_hand(seed):
    sorts, session = unequal(seed)
    groups = [sorts[session == s] for s in np.unique(session) if (session == s).sum() >= 2]
    if len(groups) < 2:
        return
    sizes = np.array([len(g) for g in groups])
    total = sizes.sum()
    grand = np.concatenate(groups).mean(axis=0)
    between = sum(len(g) * (g.mean(axis=0) - grand) ** 2 for g in groups) / (len(groups) - 1)
    within = sum(((g - g.mean(axis=0)) ** 2).sum(axis=0) for g in groups) / (total - len(groups))
    k0 = (total - (sizes**2).sum() / total) / (len(groups) - 1)
    found = item_icc(sorts, session)
    assert np.isclose(found.k, k0)
    assert np.allclose(found.icc1.value, (between - within) / (between + (k0 - 1) * within))
    assert np.allclose(found.icc1k.value, 1 - within / between)
    assert (found.icc1.low < found.icc1.value).all()
    assert (found.icc1.value < found.icc1.high).all()
    mad = [np.mean([np.abs(a - b) for a, b in combinations(g, 2)], axis=0) for g in groups]
    assert np.allclose(found.mad, np.mean(mad, axis=0))


def test_sessions_with_one_sort_are_left_out():
    sorts, session, _ = long_form(six_pairs())
    found = item_icc(np.concatenate([sorts, sorts[:1]]), [*session, 99])
    assert found.n_sessions == 6
    assert np.allclose(found.icc1.value, item_icc(sorts, session).icc1.value)


def test_perfect_agreement_on_an_item():
    table = simulated(rng(3), (8,), 3)
    table[:, :, 4] = rng(4).random((8, 1)) * 0.1
    found = item_icc(*long_form(table)[:2])
    assert (found.icc1.value[4], found.icc1.low[4], found.icc1.high[4]) == (1, 1, 1)
    assert found.icc1k.value[4] == 1
    assert found.mad[4] == 0


def test_an_item_that_all_lay_in_one_pile():
    table = six_pairs()
    table[:, :, 7] = 0.1
    sorts, session, rater = long_form(table)
    with pytest.raises(ConstantRatingsError, match="an item"):
        item_icc(sorts, session)
    found = item_icc(sorts, session, degenerate="nan")
    assert np.isnan([found.icc1.value[7], found.icc1.low[7], found.icc1k.value[7]]).all()
    assert np.isfinite(found.icc1.value[:7]).all()
    with pytest.raises(ConstantRatingsError):
        item_icc_two_way(sorts, session, rater)
    assert np.isnan(item_icc_two_way(sorts, session, rater, degenerate="nan").icc3.value[7])


def test_two_way_is_icc_of_sessions():
    table = simulated(rng(5), (9,), 3)
    sorts, session, rater = long_form(table)
    order = rng(6).permutation(len(session))
    found = item_icc_two_way(sorts[order], session[order], rater[order], convention="irr")
    known = icc(table.transpose(2, 1, 0), convention="irr")
    assert np.allclose(found.icc2.value, known.icc2.value)
    assert np.allclose(found.icc3k.high, known.icc3k.high)


def test_two_way_is_refused_where_pairs_rotate():
    sorts, session, rater = long_form(six_pairs())
    rater[0] = 2
    with pytest.raises(StatisticsError, match="every session"):
        item_icc_two_way(sorts, session, rater)


def test_too_little():
    sorts, session, _ = long_form(six_pairs())
    with pytest.raises(NoOverlapError):
        item_icc(sorts, np.arange(12))
    with pytest.raises(TooFewSessionsError):
        item_icc(sorts[:3], session[:3])
    with pytest.raises(StatisticsError, match="missing"):
        item_icc(np.where(sorts == 9, np.nan, sorts), session)


@given(seed=st.integers(0, 2**32 - 1))
def test_leanings_by_hand(seed):
    sorts, session = unequal(seed)
    rater = rng(seed + 1).integers(0, 4, len(session))
    found = rater_bias(sorts, session, rater)
    for row, person in enumerate(found.raters):
        apart = []
        for i in np.flatnonzero(rater == person):
            others = [j for j in np.flatnonzero(session == session[i]) if j != i]
            if others:
                apart.append(sorts[i] - sorts[others].mean(axis=0))
        assert found.n_sessions[row] == len(apart)
        if apart:
            assert np.allclose(found.bias[row], np.mean(apart, axis=0))
        else:
            assert np.isnan(found.bias[row]).all()
        if len(apart) > 1:
            assert np.allclose(found.se[row], np.std(apart, axis=0, ddof=1) / np.sqrt(len(apart)))
        else:
            assert np.isnan(found.se[row]).all()


def test_leanings_of_forced_sorts_sum_to_nothing():
    found = rater_bias(*long_form(simulated(rng(7), (10,), 3)))
    assert np.allclose(found.bias.sum(axis=1), 0, atol=1e-10)
    assert found.n_sessions.tolist() == [10, 10, 10]
