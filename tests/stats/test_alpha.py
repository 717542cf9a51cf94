"""Krippendorff's alpha against published values, the krippendorff package and brute force."""

from itertools import permutations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import (
    ConstantRatingsError,
    NoOverlapError,
    StatisticsError,
    TooFewRatersError,
)
from pqs_coder.stats import krippendorff_alpha
from tests.stats.forced_sorts import simulated, six_pairs

LEVELS = ("nominal", "ordinal", "interval", "ratio")
nan = np.nan

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: four coders.
SECTION_C = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
)
EXPECTED_C = {
    "nominal": 0.743421052631579,
    "ordinal": 0.8153875037548813,
    "interval": 0.8491071428571428,
    "ratio": 0.7974027747116121,
}


@pytest.mark.parametrize("level", LEVELS)
def test_section_c(level):
    assert np.isclose(krippendorff_alpha(SECTION_C, level=level), EXPECTED_C[level], atol=1e-14)


def brute_alpha(ratings, level):
    """The definition, pair by pair over Python lists."""
    units = [[x for x in column if not np.isnan(x)] for column in ratings.T]
    units = [unit for unit in units if len(unit) >= 2]
    everything = [x for unit in units for x in unit]
    n = len(everything)

    def difference(a, b):
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        if level == "ratio":
            return 0.0 if a + b == 0 else ((a - b) / (a + b)) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= x <= high for x in everything)
        return (between - (everything.count(a) + everything.count(b)) / 2) ** 2

    observed = sum(
        sum(difference(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units
    )
    expected = sum(difference(a, b) for a, b in permutations(everything, 2)) / (n - 1)
    return 1 - observed / expected


tables = st.tuples(
    st.integers(2, 5),
    st.integers(2, 9),
    st.sampled_from([0.0, 0.2, 0.5]),
    st.sampled_from(["piles", "composites"]),
    st.integers(0, 2**32 - 1),
)


def table(raters, units, gaps, kind, seed):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 6, (raters, units)).astype(float)
    if kind == "composites":
        ratings = np.round(ratings + rng.choice([0, 1 / 3, 0.5, 0.1], ratings.shape), 12)
    ratings[rng.random(ratings.shape) < gaps] = nan
    paired = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    return ratings, len(np.unique(paired[~np.isnan(paired)])) > 1


@pytest.mark.parametrize("level", LEVELS)
@given(shape=tables)
def test_brute_force(level, shape):
    ratings, usable = table(*shape)
    if usable:
        assert np.isclose(
            krippendorff_alpha(ratings, level=level), brute_alpha(ratings, level), atol=1e-10
        )
    else:
        assert np.isnan(krippendorff_alpha(ratings, level=level, degenerate="nan"))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("gaps", [0.0, 0.25])
def test_the_package_on_sorts_in_one_call(level, gaps):
    rng = np.random.default_rng(7)
    ratings = simulated(rng, leading=(3, 4), raters=3)
    ratings[rng.random(ratings.shape) < gaps] = nan
    found = krippendorff_alpha(ratings, level=level)
    peer = [
        [krippendorff.alpha(cell, level_of_measurement=level) for cell in row] for row in ratings
    ]
    assert found.shape == (3, 4)
    assert np.allclose(found, peer, rtol=0, atol=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_values_of_any_number_and_none_of_the_batch_matters_to_another(level):
    rng = np.random.default_rng(3)
    composites = rng.random((2, 3, 40)) * 8
    composites[0, 0, :5] = nan
    mixed = np.concatenate([composites, simulated(rng, (1,), 3)[..., :40]])
    found = krippendorff_alpha(mixed, level=level)
    for cell, value in zip(mixed, found, strict=True):
        assert np.isclose(value, krippendorff.alpha(cell, level_of_measurement=level), atol=1e-10)


def test_raters_and_units_are_not_swapped():
    ratings = six_pairs()[0]
    assert not np.isclose(krippendorff_alpha(ratings), krippendorff_alpha(ratings.T))
    assert np.isclose(krippendorff_alpha(ratings), brute_alpha(ratings, "interval"))


def test_a_difference_function_of_ones_own():
    def bipolar(v1, v2, i1, i2, n_v, dtype=float):
        return ((v1 > 5) != (v2 > 5)).astype(dtype)

    found = krippendorff_alpha(six_pairs()[:2], level=bipolar)
    halves = (six_pairs()[:2] > 5).astype(float)
    assert np.allclose(found, krippendorff_alpha(halves, level="nominal"))


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement(level):
    sort = six_pairs()[0, 0] * 0.1
    assert krippendorff_alpha([sort, sort, sort], level=level) == 1


def test_negative_stays_negative():
    sort = six_pairs()[0, 0]
    assert krippendorff_alpha([sort, 10 - sort]) < -0.9


@pytest.mark.parametrize("level", LEVELS)
def test_no_overlap(level):
    apart = [[1, nan, 2], [nan, 1, nan]]
    with pytest.raises(NoOverlapError):
        krippendorff_alpha(apart, level=level)
    both = krippendorff_alpha([apart, [[1, 2, 2], [1, 2, 1]]], level=level, degenerate="nan")
    assert np.isnan(both[0])
    assert np.isfinite(both[1])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("value", [3.0, 0.1])
def test_constant_ratings(level, value):
    constant = np.full((3, 7), value)
    constant[0, 0] = 9  # the only rating of its unit: it pairs with nothing
    constant[1:, 0] = nan
    with pytest.raises(ConstantRatingsError):
        krippendorff_alpha(constant, level=level)
    assert np.isnan(krippendorff_alpha(constant, level=level, degenerate="nan"))


def test_what_is_refused():
    with pytest.raises(TooFewRatersError):
        krippendorff_alpha([[1, 2, 3]])
    with pytest.raises(StatisticsError, match="ratio"):
        krippendorff_alpha([[-1, 2], [0, 1]], level="ratio")
    with pytest.raises(StatisticsError, match="infinite"):
        krippendorff_alpha([[np.inf, 2], [0, 1]])
    with pytest.raises(StatisticsError, match="level"):
        krippendorff_alpha([[1, 2], [0, 1]], level="metric")
    with pytest.raises(StatisticsError, match="degenerate"):
        krippendorff_alpha([[1, 2], [0, 1]], degenerate="skip")


@pytest.mark.parametrize("level", LEVELS)
@given(shape=tables)
def test_the_order_of_raters_and_units_is_nothing(level, shape):
    ratings, usable = table(*shape)
    rng = np.random.default_rng(shape[-1])
    other = ratings[rng.permutation(ratings.shape[0])][:, rng.permutation(ratings.shape[1])]
    if usable:
        assert np.isclose(
            krippendorff_alpha(ratings, level=level), krippendorff_alpha(other, level=level)
        )


@given(shape=tables)
def test_ordinal_alpha_reads_order_only(shape):
    ratings, usable = table(*shape)
    if usable:
        assert np.isclose(
            krippendorff_alpha(ratings, level="ordinal"),
            krippendorff_alpha(np.exp(ratings) + 7, level="ordinal"),
        )
