"""Variance components: balanced closed forms, simulated truth, an independent maximum."""

import numpy as np
import pytest
from scipy.optimize import minimize

from pqs_coder.errors import NoOverlapError, StatisticsError, TooFewSessionsError
from pqs_coder.stats import decision_study, variance_components
from tests.stats.forced_sorts import six_pairs

TRUE = (1.2, 0.5, 0.3, 2.0)


def rng(seed=0):
    return np.random.default_rng(seed)


def sorts_of(generator, session, rater, variances=TRUE, items=60):
    """Placements whose components are known; sorts are not forced but centred in the analysis."""
    item, item_session, item_rater, residual = variances
    normal = generator.standard_normal
    return (
        np.sqrt(item) * normal(items)
        + np.sqrt(item_session) * normal((session.max() + 1, items))[session]
        + np.sqrt(item_rater) * normal((rater.max() + 1, items))[rater]
        + np.sqrt(residual) * normal((len(session), items))
    )


def rotating(generator, sessions=30, people=6):
    """Pairs that rotate, with some third raters: session and rater."""
    session, rater = [], []
    for s in range(sessions):
        number = 3 if s % 5 == 0 else 2
        session += [s] * number
        rater += generator.permutation(people)[:number].tolist()
    return np.array(session), np.array(rater)


def four(found):
    return np.array([found.item, found.item_session, found.item_rater, found.residual])


@pytest.mark.parametrize("method", ["reml", "henderson"])
def test_balanced_design_is_analysis_of_variance(method):
    session, rater = np.repeat(np.arange(8), 3), np.tile(np.arange(3), 8)
    sorts = sorts_of(rng(1), session, rater)
    y = (sorts - sorts.mean(axis=1, keepdims=True)).reshape(8, 3, 60)
    free = 59
    grand, by_session, by_rater = y.mean(axis=(0, 1)), y.mean(axis=1), y.mean(axis=0)
    rest = y - by_session[:, None] - by_rater[None] + grand
    ms_rest = (rest**2).sum() / (free * 7 * 2)
    ms_session = 3 * ((by_session - grand) ** 2).sum() / (free * 7)
    ms_rater = 8 * ((by_rater - grand) ** 2).sum() / (free * 2)
    ms_item = 24 * (grand**2).sum() / free
    expected = [
        (ms_item - ms_session - ms_rater + ms_rest) / 24,
        (ms_session - ms_rest) / 3,
        (ms_rater - ms_rest) / 8,
        ms_rest,
    ]
    found = variance_components(sorts, session, rater, method=method)
    assert np.allclose(four(found), expected, rtol=1e-6)
    assert (found.n_items, found.n_sorts, found.n_sessions, found.n_raters) == (60, 24, 8, 3)


@pytest.mark.parametrize("method", ["reml", "henderson"])
def test_unbalanced_design_is_unbiased(method):
    found = []
    for seed in range(60):
        generator = rng(seed)
        session, rater = rotating(generator)
        sorts = sorts_of(generator, session, rater)
        found.append(four(variance_components(sorts, session, rater, method=method)))
    error = np.std(found, axis=0, ddof=1) / np.sqrt(60)
    assert (np.abs(np.mean(found, axis=0) - TRUE) < 3.5 * error).all()


def minus_likelihood(log_variances, sorts, session, rater):
    n, items = sorts.shape
    y = sorts - sorts.mean(axis=1, keepdims=True)
    parts = [
        np.ones((n, n)),
        np.equal.outer(session, session),
        np.equal.outer(rater, rater),
        np.eye(n),
    ]
    V = sum(np.exp(v) * part for v, part in zip(log_variances, parts, strict=True))
    return (items - 1) * np.linalg.slogdet(V)[1] + np.sum(y * np.linalg.solve(V, y))


def test_reml_is_the_maximum():
    session, rater = rotating(rng(5))
    sorts = sorts_of(rng(6), session, rater)
    found = variance_components(sorts, session, rater)
    peer = minimize(
        minus_likelihood, np.zeros(4), (sorts, session, rater), method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000},
    )  # fmt: skip
    assert np.allclose(four(found), np.exp(peer.x), rtol=1e-4)


def test_standard_errors_are_those_of_repeated_studies():
    session, rater = rotating(rng(7))
    found = [
        variance_components(sorts_of(rng(seed), session, rater), session, rater)
        for seed in range(100)
    ]
    spread = np.std([four(f) for f in found], axis=0, ddof=1)
    stated = np.sqrt(np.mean([np.diag(f.covariance) for f in found], axis=0))
    assert np.allclose(spread, stated, rtol=0.25)


@pytest.mark.parametrize("method", ["reml", "henderson"])
def test_raters_who_do_not_recur_are_part_of_the_residual(method):
    session = np.repeat(np.arange(10), 2)
    sorts = sorts_of(rng(2), session, np.arange(20))
    nested = variance_components(sorts, session, method=method)
    named = variance_components(sorts, session, np.arange(20) + 5, method=method)
    assert np.isnan(nested.item_rater)
    assert nested.error == nested.residual
    assert np.array_equal(four(nested), four(named), equal_nan=True)
    assert nested.covariance.shape == (4, 4)


def test_negative_estimates_stay_and_reml_stops_at_zero():
    session, rater = np.repeat(np.arange(12), 2), np.tile([0, 1], 12)
    for seed in range(20):
        sorts = sorts_of(rng(seed), session, rater, (1.0, 0.0, 0.0, 1.0))
        plain = variance_components(sorts, session, rater, method="henderson")
        held = variance_components(sorts, session, rater)
        if plain.item_session < 0:
            break
    assert plain.item_session < 0
    assert held.item_session == 0
    assert (np.diag(held.covariance)[1], held.residual > 0) == (0, True)


def test_the_order_of_sorts_is_nothing():
    session, rater = rotating(rng(8))
    sorts = sorts_of(rng(9), session, rater)
    order = rng(10).permutation(len(session))
    for method in ("reml", "henderson"):
        one = variance_components(sorts, session, rater, method=method)
        two = variance_components(sorts[order], session[order], rater[order], method=method)
        assert np.allclose(four(one), four(two), rtol=1e-7)


def test_decision_study_by_hand():
    session, rater = rotating(rng(8))
    c = variance_components(sorts_of(rng(9), session, rater), session, rater)
    found = decision_study(c, [1, 2, 5])
    true = c.item + c.item_session
    error = (c.item_rater + c.residual) / np.array([1, 2, 5])
    assert np.allclose(found.profile, true / (true + error))
    assert np.allclose(found.distinctive, c.item_session / (c.item_session + error))
    same = decision_study(c, [2], same_raters=True)
    assert np.allclose(same.distinctive, c.item_session / (c.item_session + c.residual / 2))
    assert same.profile[0] == found.profile[1]
    for low, value, high in (
        (found.profile_low, found.profile, found.profile_high),
        (found.distinctive_low, found.distinctive, found.distinctive_high),
    ):
        assert (low < value).all()
        assert (value < high).all()
        assert ((low > 0) & (high < 1)).all()
    wide = decision_study(c, [1, 2, 5], 0.99)
    assert (wide.distinctive_low < found.distinctive_low).all()


def test_intervals_that_do_not_exist():
    session, rater = rotating(rng(8))
    sorts = sorts_of(rng(9), session, rater)
    found = decision_study(variance_components(sorts, session, rater, method="henderson"), [2])
    assert np.isfinite(found.profile).all()
    assert np.isnan([found.profile_low, found.distinctive_high]).all()


def test_real_sorts_of_six_people():
    sorts = six_pairs().reshape(12, 100)
    found = variance_components(sorts, np.repeat(np.arange(6), 2))
    total = found.item + found.item_session + found.residual
    assert np.isclose(total, 432 / 99)  # the variance of every forced sort of this deck


def test_what_is_refused():
    sorts = six_pairs().reshape(12, 100)
    with pytest.raises(TooFewSessionsError):
        variance_components(sorts, np.zeros(12))
    with pytest.raises(NoOverlapError):
        variance_components(sorts, np.arange(12))
    with pytest.raises(StatisticsError, match="missing"):
        variance_components(np.where(sorts == 9, np.nan, sorts), np.repeat(np.arange(6), 2))
    session = np.repeat(np.arange(6), 2)
    with pytest.raises(StatisticsError, match="method"):
        variance_components(sorts, session, method="anova")
    with pytest.raises(StatisticsError, match="positive"):
        decision_study(variance_components(sorts, session), [0])


def test_too_many_sorts_for_reml(monkeypatch):
    monkeypatch.setattr("pqs_coder.stats.reml.MOST_SORTS", 10)
    sorts, session = six_pairs().reshape(12, 100), np.repeat(np.arange(6), 2)
    with pytest.raises(StatisticsError, match="henderson"):
        variance_components(sorts, session)
    assert variance_components(sorts, session, method="henderson").n_sorts == 12
