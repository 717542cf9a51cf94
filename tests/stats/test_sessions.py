"""Statistics over many sessions: baseline, re-pairing, distinctive agreement; all by brute force."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as sps

from pqs_coder.errors import (
    ConstantRatingsError,
    NoOverlapError,
    StatisticsError,
    TooFewSessionsError,
)
from pqs_coder.stats import (
    baseline_r,
    distinctive_agreement,
    leave_out_means,
    q_correlation,
    repairing_test,
)
from tests.stats.forced_sorts import deck, forced, six_pairs


def rng(seed=0):
    return np.random.default_rng(seed)


def study(seed=0, sessions=12, people=4, shared=0.3, own=0.3):
    """Forced sorts of a small study with rotating pairs: sorts, session, rater."""
    generator = rng(seed)
    n = len(deck())
    picture = generator.standard_normal(n) * np.sqrt(shared)
    profile = generator.standard_normal((sessions, n)) * np.sqrt(own)
    session = np.repeat(np.arange(sessions), 2)
    rater = np.concatenate([generator.permutation(people)[:2] for _ in range(sessions)])
    noise = generator.standard_normal((2 * sessions, n)) * np.sqrt(1 - shared - own)
    return forced(picture + profile[session] + noise, deck()), session, rater


@given(seed=st.integers(0, 2**32 - 1), sorts=st.integers(4, 14))
def test_baseline_is_the_mean_over_eligible_pairs(seed, sorts):
    generator = rng(seed)
    piles = generator.standard_normal((sorts, 9))
    session = generator.integers(0, 6, sorts) * 10
    rater = generator.integers(0, 3, sorts)
    case = (session // 10) % 3 if seed % 2 else generator.integers(0, 3, sorts)
    r = q_correlation(piles)
    pairs = {"other": [], "kin": []}
    for i, j in combinations(range(sorts), 2):
        if session[i] != session[j] and rater[i] != rater[j]:
            pairs["other" if case[i] != case[j] else "kin"].append((i, j))
    found = baseline_r(piles, session, rater, case, degenerate="nan")
    assert found.n_pairs == len(pairs["other"])
    assert found.n_same_case == len(pairs["kin"])
    for name, value in (("other", found.value), ("kin", found.same_case)):
        expected = np.mean([r[p] for p in pairs[name]]) if pairs[name] else np.nan
        assert np.isclose(value, expected, atol=1e-12, equal_nan=True)
    assert found.sessions.tolist() == sorted(set(session.tolist()))
    for k, code in enumerate(found.sessions):
        own = [r[p] for p in pairs["other"] if (session[p[0]] == code) != (session[p[1]] == code)]
        assert found.pairs_by_session[k] == len(own)
        expected = np.mean(own) if own else np.nan
        assert np.isclose(found.by_session[k], expected, atol=1e-12, equal_nan=True)


def test_baseline_takes_labels_and_does_without_cases():
    sorts = six_pairs().reshape(12, 100)
    session = np.repeat(list("fedcba"), 2)
    found = baseline_r(sorts, session, np.tile(["x", "y"], 6))
    assert found.sessions.tolist() == list("abcdef")
    assert found.n_pairs == 30
    assert found.n_same_case == 0
    assert np.isnan(found.same_case)


def test_no_baseline():
    sorts = six_pairs()[:2].reshape(4, 100)
    session, rater, case = [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0]
    with pytest.raises(NoOverlapError):
        baseline_r(sorts, session, rater, case)
    found = baseline_r(sorts, session, rater, case, degenerate="nan")
    assert np.isnan(found.value)
    assert found.n_pairs == 0
    assert found.n_same_case == 2


def test_a_constant_sort_has_no_part_in_the_baseline():
    sorts = six_pairs().reshape(12, 100)
    broken = np.concatenate([sorts, np.full((1, 100), 5.0)])
    session, rater = np.repeat(np.arange(6), 2), np.tile([0, 1], 6)
    with pytest.raises(ConstantRatingsError):
        baseline_r(broken, [*session, 6], [*rater, 0])
    found = baseline_r(broken, [*session, 6], [*rater, 0], degenerate="nan")
    whole = baseline_r(sorts, session, rater)
    assert np.isclose(found.value, whole.value)
    assert found.n_pairs == whole.n_pairs
    assert np.isnan(found.by_session[6])


def test_codes_of_another_length():
    with pytest.raises(StatisticsError, match="rater"):
        baseline_r(six_pairs()[0], [0, 1], [0], [0, 1])


def test_repairing_finds_what_is_there():
    sorts, session, rater = study()
    found = repairing_test(sorts, session, rater, samples=499, rng=rng(1))
    r = q_correlation(sorts)
    assert np.isclose(found.value, np.mean([r[i, i + 1] for i in range(0, len(sorts), 2)]))
    assert found.n_pairs == 12
    assert found.p == found.smallest_p == 1 / 500
    assert found.null_mean < found.value - 0.1


def test_repairing_mean_is_near_the_baseline():
    sorts, session, _ = study(sessions=60, people=60)
    found = repairing_test(sorts, session, samples=400, rng=rng(2))
    base = baseline_r(sorts, session, np.arange(120))
    assert np.isclose(found.null_mean, base.value, atol=0.01)


@pytest.mark.parametrize(
    ("sessions", "raters", "ways", "least"),
    [
        ([0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4, 576, 1 / 24),
        ([0, 0, 1, 1, 2, 2, 3], [0, 1, 0, 1, 1, 2, 0], 6 * 6, 2 / 36),
        ([0, 0, 0, 1, 1, 2, 2], [0, 1, 2, 0, 1, 0, 2], 6 * 2 * 2, 1 / 24),
        ([0, 0, 1, 1], [0, 0, 0, 0], 24, 8 / 24),
    ],
)
def test_few_ways_to_deal_are_all_gone_through(sessions, raters, ways, least):
    sorts = study(sessions=4)[0][: len(sessions)]
    found = repairing_test(sorts, sessions, raters, rng=rng())
    assert (found.samples, found.exact) == (ways, True)
    assert found.smallest_p == pytest.approx(least)
    r = q_correlation(sorts)
    pairs = [(i, j) for i, j in combinations(range(len(raters)), 2) if sessions[i] == sessions[j]]
    values, pairings = [], []
    for deal in permutations(range(len(raters))):
        if all(raters[deal[n]] == raters[n] for n in range(len(raters))):
            values.append(np.mean([r[deal[i], deal[j]] for i, j in pairs]))
            pairings.append(frozenset(frozenset((deal[i], deal[j])) for i, j in pairs))
    mine = frozenset(frozenset(pair) for pair in pairs)
    assert found.smallest_p == pytest.approx(pairings.count(mine) / len(pairings))
    assert found.p == pytest.approx(np.mean(np.array(values) >= found.value - 1e-9))
    assert found.null_mean == pytest.approx(np.mean(values))
    assert found.p >= found.smallest_p


def test_random_dealings_give_no_less_than_all_could():
    sorts, session, rater = study(sessions=4)
    exact = repairing_test(sorts, session, rater, rng=rng())
    drawn = repairing_test(sorts, session, rater, samples=99, most_exact=0, rng=rng())
    assert not drawn.exact
    assert drawn.smallest_p == max(exact.smallest_p, 1 / 100)
    assert drawn.p >= drawn.smallest_p


@pytest.mark.parametrize("by_rater", [False, True])
def test_repairing_p_is_uniform_where_sessions_have_nothing_of_their_own(by_rater):
    p = []
    for seed in range(120):
        sorts, session, rater = study(seed, own=0.0)
        settings = {"samples": 99, "rng": rng(seed)}
        p.append(repairing_test(sorts, session, rater if by_rater else None, **settings).p)
    assert sps.kstest(p, "uniform").pvalue > 0.01


@pytest.mark.parametrize("sorts_that_are_sorted", [1024, 0])
def test_dealing_keeps_every_raters_sorts_with_the_rater(monkeypatch, sorts_that_are_sorted):
    from pqs_coder.stats.baseline import _deal

    monkeypatch.setattr("pqs_coder.stats.baseline._SORTED", sorts_that_are_sorted)
    rater = np.array([0, 1, 0, 2, 1, 0])
    dealt = _deal(rater, 200, rng())
    assert (rater[dealt] == rater).all()
    assert (np.sort(dealt, axis=1) == np.arange(6)).all()
    assert (dealt[:, 3] == 3).all()
    assert len(np.unique(dealt, axis=0)) == 6 * 2  # all arrangements there are


def test_dealing_within_cases_only():
    sorts, session, rater = study(sessions=12)
    case = session // 6
    free = repairing_test(sorts, session, within=case, samples=99, rng=rng(3))
    assert free.p == free.smallest_p
    with pytest.raises(StatisticsError, match="dealt"):
        repairing_test(sorts, session, rater, within=np.arange(24), rng=rng())


@pytest.mark.parametrize(("held", "off"), [(8192, 1e-7), (0, 1e-12)])
def test_repairing_many_sorts_in_single_precision_and_without_their_matrix(monkeypatch, held, off):
    sorts, session, rater = study()
    small = repairing_test(sorts, session, rater, samples=50, rng=rng(4))
    monkeypatch.setattr("pqs_coder.stats.baseline._SMALL", 0)
    monkeypatch.setattr("pqs_coder.stats.baseline._HELD", held)
    large = repairing_test(sorts, session, rater, samples=50, rng=rng(4))
    assert np.isclose(small.null_mean, large.null_mean, atol=off)
    assert np.isclose(small.value, large.value, atol=off)
    assert small.p == large.p


def test_nothing_to_re_pair():
    sorts = six_pairs().reshape(12, 100)
    with pytest.raises(NoOverlapError):
        repairing_test(sorts, np.arange(12), rng=rng())
    with pytest.raises(StatisticsError, match="leave rater out"):
        repairing_test(sorts, np.repeat(np.arange(6), 2), np.arange(12), rng=rng())


def test_leave_out_means_by_hand():
    sorts, session, _ = study()
    sorts, session = (
        sorts[:-1],
        session[:-1],
    )  # the last session has one sort: it counts all the same
    composites = np.array([sorts[session == s].mean(axis=0) for s in range(12)])
    found = leave_out_means(sorts, session)
    for row, s in zip(found, session, strict=True):
        assert np.allclose(row, np.delete(composites, s, axis=0).mean(axis=0))
    case = session % 3
    by_case = leave_out_means(sorts, session, case)
    for row, c in zip(by_case, case, strict=True):
        assert np.allclose(row, composites[np.arange(12) % 3 != c].mean(axis=0))
    # with two cases a case can't be spared
    assert np.allclose(leave_out_means(sorts, session, session % 2), found)


def test_a_session_in_two_cases():
    sorts, session, _ = study()
    case = session % 3
    case[0] = 1 - case[0]
    with pytest.raises(StatisticsError, match="two cases"):
        leave_out_means(sorts, session, case)


def test_distinctive_agreement_by_hand():
    sorts, session, _ = study()
    extra = np.concatenate([sorts, sorts[:1, ::-1]])  # a third sort of the first session
    sessions = np.array([*session, 0])
    own = extra - leave_out_means(extra, sessions)
    found = distinctive_agreement(extra, sessions)
    r, r_own = q_correlation(extra), q_correlation(own)
    for k in range(12):
        pairs = list(combinations(np.flatnonzero(sessions == k), 2))
        assert np.isclose(found.overall[k], np.mean([r[p] for p in pairs]))
        assert np.isclose(found.distinctive[k], np.mean([r_own[p] for p in pairs]))
    assert found.n_raters.tolist() == [3] + [2] * 11
    assert np.isclose(found.mean_distinctive, found.distinctive.mean())


def test_sessions_with_one_sort_are_in_the_mean_and_not_in_the_table():
    sorts, session, _ = study()
    found = distinctive_agreement(sorts[1:], session[1:])
    assert found.sessions.tolist() == list(range(1, 12))


def test_a_mean_that_holds_the_session_biases_downwards():
    left_out, held = [], []
    for seed in range(40):
        sorts, session, _ = study(seed, sessions=10, shared=0.4, own=0.2)
        left_out.append(distinctive_agreement(sorts, session).mean_distinctive)
        whole = sorts - sorts.mean(axis=0)
        r = q_correlation(whole)
        held.append(np.mean([r[i, i + 1] for i in range(0, 20, 2)]))
    assert np.mean(held) < np.mean(left_out) - 0.02


def test_no_distinctive_agreement_without_something_of_ones_own():
    found = [
        distinctive_agreement(*study(seed, shared=0.5, own=0.0)[:2]).mean_distinctive
        for seed in range(30)
    ]
    assert abs(np.mean(found)) < 0.08


def test_distinctive_agreement_is_refused():
    sorts, session, _ = study(sessions=9)
    with pytest.raises(TooFewSessionsError, match="9 session"):
        distinctive_agreement(sorts, session)
    sorts, session, _ = study(sessions=12)
    with pytest.raises(NoOverlapError):
        distinctive_agreement(sorts[::2], session[::2])


def test_the_error_of_the_left_out_mean_raises_r_as_stated():
    session, own, noise = np.repeat(np.arange(10), 2), 0.39, 2.77
    found = []
    for seed in range(150):
        normal = rng(seed).standard_normal
        sorts = normal(100) + np.sqrt(own) * normal((10, 100))[session]
        found.append(distinctive_agreement(sorts + np.sqrt(noise) * normal((20, 100)), session))
    r = own / (own + noise)
    stated = (own + noise / 2) / 9 * (1 - r) / (own + noise)
    assert np.isclose(np.mean([one.mean_distinctive for one in found]) - r, stated, atol=0.012)
