"""Group comparisons against scipy, permutation tests against enumeration, corrections."""

import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pqs_coder import stats as front_door
from pqs_coder.errors import StatisticsError
from pqs_coder.stats.clusters import case_differences, cluster_means
from pqs_coder.stats.groups import cohens_d, hedges_g, mann_whitney, paired_d, paired_g, welch
from pqs_coder.stats.multiple import benjamini_hochberg, holm
from pqs_coder.stats.permutation import flip_signs, permute_groups

ROOT = Path(__file__).parents[2]

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(2, 12)


def generator():
    return np.random.default_rng(1)


# -- Welch, Mann-Whitney, effect sizes


@given(seeds, sizes, sizes)
def test_welch_is_scipys(seed, n1, n2):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(1, 1, (n1, 4)), rng.normal(0, 3, (n2, 4))
    found, known = welch(a, b), stats.ttest_ind(a, b, equal_var=False)
    assert np.allclose(found.t, known.statistic)
    assert np.allclose(found.p, known.pvalue)
    assert np.allclose(found.df, known.df)
    limits = known.confidence_interval()
    assert np.allclose(found.low, limits.low)
    assert np.allclose(found.high, limits.high)
    assert np.allclose(found.difference, a.mean(axis=0) - b.mean(axis=0))


def test_an_item_that_never_varies_has_no_t_and_does_not_disturb_the_others():
    a, b = np.array([[0.1, 1.0], [0.1, 2.0]]), np.array([[0.1, 4.0], [0.1, 6.0]])
    for found in (welch(a, b).p, cohens_d(a, b).value, mann_whitney(a, b).p):
        assert np.isnan(found[0])
        assert np.isfinite(found[1])
    assert welch(a, b).difference[0] == 0.0


@given(seeds, sizes, sizes)
def test_mann_whitney_is_scipys(seed, n1, n2):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(n1, 3)), rng.normal(size=(n2, 3))
    a[:, 2], b[:, 2] = rng.integers(1, 5, n1), rng.integers(1, 5, n2)
    found = mann_whitney(a, b)
    small = min(n1, n2) <= 8
    assert found.exact[:2].tolist() == [small, small]
    for item in range(3):
        method = "exact" if found.exact[item] else "asymptotic"
        known = stats.mannwhitneyu(a[:, item], b[:, item], method=method)
        assert found.u[item] == known.statistic
        if not np.isnan(found.p[item]):
            assert found.p[item] == pytest.approx(known.pvalue)
        above = (a[:, item][:, None] > b[:, item]).mean() + (
            a[:, item][:, None] == b[:, item]
        ).mean() / 2
        assert found.superiority[item] == pytest.approx(above)


@given(seeds, sizes, sizes)
def test_the_limits_of_d_are_where_noncentral_t_leaves_the_tails(seed, n1, n2):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(rng.uniform(0, 2), 1, n1), rng.normal(0, 1, n2)
    found, df = cohens_d(a, b), n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * a.var(ddof=1) + (n2 - 1) * b.var(ddof=1)) / df)
    assert found.value == pytest.approx((a.mean() - b.mean()) / pooled)
    root = np.sqrt(n1 * n2 / (n1 + n2))
    if abs(found.value * root) < 15:  # beyond, scipy's own noncentral t is not exact
        assert stats.nct.cdf(found.value * root, df, found.low * root) == pytest.approx(
            0.975, abs=1e-4
        )
        assert stats.nct.cdf(found.value * root, df, found.high * root) == pytest.approx(
            0.025, abs=1e-4
        )
    assert found.low < found.value < found.high


def test_hedges_takes_the_known_share_off():
    rng = generator()
    a, b = rng.normal(1, 1, 6), rng.normal(0, 1, 7)
    d, g = cohens_d(a, b), hedges_g(a, b)
    assert g.value / d.value == pytest.approx(1 - 3 / (4 * 11 - 1), abs=1e-3)
    assert g.low / d.low == pytest.approx(g.value / d.value)


def test_hedges_g_is_unbiased_where_d_is_not():
    rng = generator()
    a, b = rng.normal(0.8, 1, (4, 10_000)), rng.normal(0, 1, (4, 10_000))
    assert hedges_g(a, b).value.mean() == pytest.approx(0.8, abs=0.03)
    assert cohens_d(a, b).value.mean() > 0.88


def test_paired_effect_sizes():
    changes = np.array([1.0, 2.0, 3.0, 0.5])
    found = paired_d(changes)
    assert found.value == pytest.approx(changes.mean() / changes.std(ddof=1))
    t = stats.ttest_1samp(changes, 0).statistic
    assert stats.nct.cdf(t, 3, found.low * 2) == pytest.approx(0.975, abs=1e-6)
    assert 0 < paired_g(changes).value < found.value


def test_groups_of_one_can_not_be_compared():
    for compare in (welch, mann_whitney, cohens_d, hedges_g):
        with pytest.raises(StatisticsError, match="at least 2"):
            compare([[1.0]], [[1.0], [2.0]])
        with pytest.raises(StatisticsError, match="missing"):
            compare([[1.0], [np.nan]], [[1.0], [2.0]])
    with pytest.raises(StatisticsError, match="confidence"):
        welch([1.0, 2.0], [3.0, 5.0], confidence=95)


# -- nesting


def test_case_means_count_every_case_once():
    found = cluster_means([[1.0], [3.0], [10.0]], ["b", "b", "a"])
    assert found.means.tolist() == [[10.0], [2.0]]
    assert found.codes.tolist() == ["a", "b"]
    assert found.counts.tolist() == [1, 2]


def test_differences_within_cases_leave_out_cases_without_both_phases():
    values = np.array([1.0, 3.0, 10.0, 5.0, 6.0, 7.0])
    found = case_differences(values, [0, 0, 1, 0, 1, 0], list("aaabbc"))
    assert found.differences.tolist() == [8.0, 1.0]
    assert found.codes.tolist() == ["a", "b"]
    assert found.left_out == 1
    with pytest.raises(StatisticsError, match="both phases"):
        case_differences(values, [0, 0, 0, 1, 1, 1], list("aaabbb"))


# -- permutation tests


def by_enumeration(values, member):
    n, k = len(values), int(member.sum())
    observed = abs(values[member].mean(axis=0) - values[~member].mean(axis=0))
    hits, ways = 0, 0
    for chosen in combinations(range(n), k):
        dealt = np.isin(np.arange(n), chosen)
        hits = hits + (
            abs(values[dealt].mean(axis=0) - values[~dealt].mean(axis=0)) >= observed - 1e-9
        )
        ways += 1
    return hits / ways


@given(seeds, st.integers(2, 4), st.integers(2, 4))
def test_exact_group_tests_are_full_enumerations(seed, n1, n2):
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 10, (n1 + n2, 5)).astype(float)
    member = np.arange(n1 + n2) < n1
    found = permute_groups(values, member, rng=generator())
    assert found.exact
    assert np.allclose(found.p, by_enumeration(values, member))
    assert np.allclose(found.difference, values[member].mean(axis=0) - values[~member].mean(axis=0))


@given(seeds, st.integers(1, 6))
def test_exact_sign_tests_are_full_enumerations(seed, cases):
    values = np.random.default_rng(seed).integers(-4, 5, (cases, 3)).astype(float)
    found = flip_signs(values, rng=generator())
    flipped = np.array([np.array(s) @ values for s in product((-1.0, 1.0), repeat=cases)])
    known = (abs(flipped) >= abs(values.sum(axis=0)) - 1e-9).mean(axis=0)
    assert found.exact
    assert np.allclose(found.p, known)
    assert found.smallest_p == 2 / 2**cases


@given(seeds, st.integers(2, 9), st.integers(2, 9), st.booleans())
def test_no_p_is_below_the_smallest_that_can_be_reached(seed, n1, n2, exact):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n1 + n2, 6))
    values[:n1] += rng.uniform(0, 20)
    found = permute_groups(
        values, np.arange(n1 + n2) < n1, rng=rng, samples=99, most_exact=20_000 if exact else 0
    )
    for p in (found.p, found.familywise):
        assert (p >= found.smallest_p - 1e-12).all()
        assert (p <= 1).all()
    assert (found.familywise >= found.p - 1e-12).all()
    signs = flip_signs(values[:n1], rng=rng, samples=99, most_exact=20_000 if exact else 0)
    assert (signs.p >= signs.smallest_p - 1e-12).all()
    assert (signs.familywise >= signs.p - 1e-12).all()


def test_the_smallest_p_is_reached_by_groups_that_do_not_overlap():
    apart = np.arange(8.0)
    balanced = permute_groups(apart, apart >= 4, rng=generator())
    assert balanced.p == balanced.smallest_p == 2 / 70
    lopsided = permute_groups(apart**2, apart >= 6, rng=generator())
    assert lopsided.p == lopsided.smallest_p == 1 / 28
    assert (
        flip_signs(np.arange(1.0, 6), rng=generator()).p == 2 / 32
    )  # five cases: never below .0625


def test_drawn_arrangements_come_near_the_exact_p():
    rng = np.random.default_rng(5)
    values = rng.normal(size=(12, 3)) + np.arange(12)[:, None] * 0.05
    member = np.arange(12) % 2 == 0
    exact = permute_groups(values, member, rng=rng)
    drawn = permute_groups(values, member, rng=rng, most_exact=0, samples=20_000)
    assert exact.exact
    assert not drawn.exact
    assert np.allclose(exact.p, drawn.p, atol=0.012)
    assert drawn.smallest_p == exact.smallest_p == 2 / 924
    rare = permute_groups(values, member, rng=rng, most_exact=0, samples=99)
    assert rare.smallest_p == 0.01
    signs = flip_signs(values, rng=rng)
    drawn_signs = flip_signs(values, rng=rng, most_exact=0, samples=20_000)
    assert np.allclose(signs.p, drawn_signs.p, atol=0.012)
    assert np.allclose(signs.familywise, drawn_signs.familywise, atol=0.012)


def test_sessions_stay_with_their_case():
    rng = np.random.default_rng(6)
    cases = np.repeat(np.arange(6), 4)
    values = rng.normal(size=(6, 1)).repeat(4, axis=0) + 0.1 * rng.normal(size=(24, 1))
    groups = cases < 3
    nested = permute_groups(values, groups, cases, rng=rng)
    assert nested.cases == 6
    assert nested.arrangements == 20
    assert np.allclose(
        nested.p, permute_groups(cluster_means(values, cases).means, np.arange(6) < 3, rng=rng).p
    )
    with pytest.raises(StatisticsError, match="both groups"):
        permute_groups(values, np.arange(24) < 14, cases, rng=rng)


def test_items_without_variance_have_p_one():
    values = np.column_stack([np.full(6, 0.1), np.arange(6.0)])
    found = permute_groups(values, np.arange(6) < 3, rng=generator())
    assert found.p[0] == found.familywise[0] == 1.0
    assert flip_signs(np.zeros((4, 1)), rng=generator()).p[0] == 1.0


def test_familywise_p_minds_that_items_hang_together():
    rng = np.random.default_rng(7)
    one = rng.normal(size=(12, 1)) + np.array([1.3] * 6 + [0] * 6)[:, None]
    same = permute_groups(np.repeat(one, 50, axis=1), np.arange(12) < 6, rng=rng)
    assert np.allclose(same.familywise, same.p)
    apart = permute_groups(
        np.column_stack([one, rng.normal(size=(12, 49))]), np.arange(12) < 6, rng=rng
    )
    assert apart.familywise[0] > 3 * apart.p[0]


def test_groups_must_be_two():
    for groups in ([0, 0, 0], [0, 1, 2], [0, 1]):
        with pytest.raises(StatisticsError):
            permute_groups(np.arange(3.0), groups, rng=generator())


# -- corrections


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_corrections_are_the_textbooks(p):
    p = np.array(p)
    assert np.allclose(benjamini_hochberg(p), stats.false_discovery_control(p))
    order = np.argsort(p, kind="stable")
    running, known = 0.0, np.empty_like(p)
    for rank, place in enumerate(order):
        running = max(running, min(1.0, p[place] * (len(p) - rank)))
        known[place] = running
    assert np.allclose(holm(p), known)
    assert (p <= benjamini_hochberg(p) + 1e-12).all()
    assert (benjamini_hochberg(p) <= holm(p) + 1e-12).all()
    assert (holm(p) <= np.minimum(1, p * len(p)) + 1e-12).all()


def test_missing_p_are_not_counted_and_rows_stand_alone():
    p = np.array([[0.01, np.nan, 0.04], [0.5, 0.5, 0.001]])
    assert np.allclose(holm(p)[0], [0.02, np.nan, 0.04], equal_nan=True)
    assert np.allclose(holm(p)[1], holm(p[1]))
    for bad in (0.5, [0.5, 1.2]):
        with pytest.raises(StatisticsError):
            holm(bad)


def test_scipy_stats_is_loaded_by_no_import():
    """It costs most of a second; only Mann-Whitney asks for it, when it is called."""
    modules = sorted(set(front_door._HOME.values()))
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(f'pqs_coder.stats.{{name}}')\n"
        "print('scipy.special' in sys.modules, 'scipy.stats' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["True", "False"]
