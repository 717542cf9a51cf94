"""Six intraclass correlations: published values, both conventions, perfect and void cases.

What R's psych and irr give to ten decimals is in test_against_others.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as sps

from pqs_coder.errors import (
    ConstantRatingsError,
    StatisticsError,
    TooFewItemsError,
    TooFewRatersError,
)
from pqs_coder.stats import icc
from tests.stats.forced_sorts import simulated, six_pairs

FORMS = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")

# Shrout & Fleiss (1979), table 2: six targets, four judges.
TABLE_2 = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
).T


def fields(coefficient):
    return [getattr(coefficient, name) for name in ("value", "f", "df1", "df2", "p", "low", "high")]


def test_printed_values_of_the_paper():
    found = icc(TABLE_2)
    assert [round(float(getattr(found, form).value), 2) for form in FORMS] == [
        0.17,
        0.29,
        0.71,
        0.44,
        0.62,
        0.91,
    ]


def irr_agreement(ratings, average):
    """ICC(A,1) or ICC(A,k) by the steps of R irr::icc 0.84.1, with scipy's F."""
    k, n = ratings.shape
    msr = k * ratings.mean(axis=0).var(ddof=1)
    msc = n * ratings.mean(axis=1).var(ddof=1)
    sst = ((ratings - ratings.mean()) ** 2).sum()
    mse = (sst - msr * (n - 1) - msc * (k - 1)) / ((n - 1) * (k - 1))
    if average:
        value = (msr - mse) / (msr + (msc - mse) / n)
    else:
        value = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    fl, fu = sps.f.ppf(0.975, n - 1, v), sps.f.ppf(0.975, v, n - 1)
    if average:
        low = n * (msr - fl * mse) / (fl * (msc - mse) + n * msr)
        high = n * (fu * msr - mse) / (msc - mse + n * fu * msr)
    else:
        rest = k * msc + (k * n - k - n) * mse
        low = n * (msr - fl * mse) / (fl * rest + n * msr)
        high = n * (fu * msr - mse) / (rest + n * fu * msr)
    return value, msr / mse, n - 1, v, sps.f.sf(msr / mse, n - 1, v), low, high


@pytest.mark.parametrize("ratings", [TABLE_2, six_pairs()[2], six_pairs()[4] + [[0.0], [1.0]]])
def test_irr_convention(ratings):
    found = icc(ratings, convention="irr")
    assert np.allclose(fields(found.icc2), irr_agreement(ratings, average=False), rtol=1e-9)
    assert np.allclose(fields(found.icc2k), irr_agreement(ratings, average=True), rtol=1e-9)
    for form in ("icc1", "icc3", "icc1k", "icc3k"):
        assert fields(getattr(found, form)) == fields(getattr(icc(ratings), form))


def test_conventions_differ_where_they_are_said_to():
    psych, irr = icc(TABLE_2), icc(TABLE_2, convention="irr")
    assert irr.icc2.p > psych.icc2.p
    assert (irr.icc2.low, irr.icc2.high) == (psych.icc2.low, psych.icc2.high)
    assert irr.icc2k.low != psych.icc2k.low


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:.*inplace")
def test_against_pingouin():
    pingouin = pytest.importorskip("pingouin")
    import pandas as pd

    ratings = simulated(np.random.default_rng(4), raters=4) + np.arange(4)[:, None] * 0.3
    rater, item = np.indices(ratings.shape)
    table = pd.DataFrame({"item": item.ravel(), "rater": rater.ravel(), "pile": ratings.ravel()})
    peer = pingouin.intraclass_corr(table, targets="item", raters="rater", ratings="pile")
    found = icc(ratings)
    for row, form in zip(peer.to_dict("records"), FORMS, strict=True):
        ours = getattr(found, form)
        assert np.allclose(
            [ours.value, ours.f, ours.p], [row["ICC"], row["F"], row["pval"]], rtol=1e-9
        )


def test_leading_axes_are_one_call_each():
    ratings = simulated(np.random.default_rng(1), leading=(2, 5), raters=3) + 0.5
    found = icc(ratings, confidence=0.9)
    for cell in np.ndindex(2, 5):
        alone = icc(ratings[cell], confidence=0.9)
        for form in FORMS:
            whole = [np.broadcast_to(x, (2, 5))[cell] for x in fields(getattr(found, form))]
            assert np.allclose(whole, fields(getattr(alone, form)), rtol=1e-12)


def test_names_of_mcgraw_and_wong():
    found = icc(TABLE_2)
    assert found.mcgraw_wong["ICC(A,1)"] is found.icc2
    assert found.mcgraw_wong["ICC(C,k)"] is found.icc3k
    assert (found.k, found.n) == (4, 6)


@pytest.mark.parametrize("raters", [2, 3, 7])
@pytest.mark.parametrize("scale", [1.0, 0.1, 1e6 + 0.1])
def test_perfect_agreement_is_one_to_one(raters, scale):
    sort = six_pairs()[0, 0] * scale
    for convention in ("psych", "irr"):
        found = icc(np.tile(sort, (raters, 1)), convention=convention)
        for form in FORMS:
            c = getattr(found, form)
            assert (c.value, c.low, c.high, c.p) == (1.0, 1.0, 1.0, 0.0)
            assert np.isinf(c.f)


def test_perfect_consistency_with_another_level():
    sort = six_pairs()[0, 0]
    found = icc([sort, sort + 1])
    assert np.allclose([found.icc3.value, found.icc3.low, found.icc3.high], 1.0, atol=1e-12)
    assert 0 < found.icc2.low < found.icc2.value < found.icc2.high < 1


def test_negative_stays_negative():
    person_3 = six_pairs()[2]
    found = icc(person_3)
    assert np.isclose(found.icc3.value, -0.094907, atol=5e-7)
    assert np.isclose(found.icc3k.value, -0.209719, atol=5e-7)
    assert found.icc3.low < found.icc3.value < found.icc3.high


def test_items_that_do_not_differ_at_all():
    sort = six_pairs()[0, 0]
    found = icc([sort, 10 - sort])
    assert found.icc3.value == -1
    assert found.icc3k.value == -np.inf
    assert (found.icc3.low, found.icc3.high) == (-1, -1)
    assert found.icc3.p == 1


def test_one_rater_and_one_item():
    with pytest.raises(TooFewRatersError, match="1 rater"):
        icc([[1, 2, 3]])
    with pytest.raises(TooFewItemsError):
        icc([[1], [2]])
    with pytest.raises(StatisticsError, match="axis"):
        icc([1, 2, 3])


@pytest.mark.parametrize("void", [np.full((2, 5), 3.1), np.repeat([[1.1], [2.1]], 5, axis=1)])
def test_raters_who_tell_nothing_apart(void):
    with pytest.raises(ConstantRatingsError) as caught:
        icc(void)
    assert caught.value.cure
    batch = icc([void, [[1, 2, 3, 4, 5], [2, 1, 3, 5, 4]]], degenerate="nan")
    for form in FORMS:
        c = getattr(batch, form)
        assert np.isnan([c.value[0], c.low[0], c.high[0], c.p[0]]).all()
        assert np.isfinite([c.value[1], c.low[1], c.high[1], c.p[1]]).all()


def test_one_constant_rater_is_no_error():
    found = icc([[3, 3, 3, 3], [1, 2, 3, 4]])
    assert found.icc3.value == 0


def test_missing_ratings():
    ratings = np.array([[1, 2, np.nan], [1, 2, 3.0]])
    with pytest.raises(StatisticsError, match="missing"):
        icc(ratings)
    assert np.isnan(icc(ratings, degenerate="nan").icc3.value)


def test_wrong_words_are_refused():
    with pytest.raises(StatisticsError, match="convention"):
        icc(TABLE_2, convention="spss")
    with pytest.raises(StatisticsError, match="confidence"):
        icc(TABLE_2, confidence=95)
    with pytest.raises(StatisticsError, match="degenerate"):
        icc(TABLE_2, degenerate="ignore")


@given(seed=st.integers(0, 2**32 - 1), raters=st.integers(2, 6), items=st.integers(3, 30))
def test_estimates_lie_in_their_intervals_whatever_the_order(seed, raters, items):
    rng = np.random.default_rng(seed)
    ratings = rng.standard_normal((raters, items)) + rng.standard_normal(items) * rng.random()
    found = icc(ratings)
    shuffled = icc(ratings[rng.permutation(raters)][:, rng.permutation(items)] * 3 + 2)
    for form in FORMS:
        c = getattr(found, form)
        if form not in ("icc2", "icc2k"):
            assert c.low <= c.value <= c.high
        assert np.allclose(fields(c), fields(getattr(shuffled, form)), rtol=1e-7, atol=1e-9)


@given(seed=st.integers(0, 2**32 - 1), raters=st.integers(2, 5))
def test_wider_confidence_is_a_wider_interval(seed, raters):
    ratings = simulated(np.random.default_rng(seed), raters=raters)
    narrow, wide = icc(ratings, 0.8), icc(ratings, 0.99)
    for form in FORMS:
        assert getattr(wide, form).low <= getattr(narrow, form).low
        assert getattr(narrow, form).high <= getattr(wide, form).high


def test_no_sessions_at_all():
    from pqs_coder.stats import cronbach_alpha, krippendorff_alpha, mean_r_interval, q_correlation

    nobody = np.zeros((0, 2, 100))
    assert icc(nobody).icc2.low.shape == (0,)
    assert mean_r_interval(nobody).low.shape == (0,)
    assert q_correlation(nobody).shape == (0, 2, 2)
    assert cronbach_alpha(nobody).shape == (0,)
    for level in ("nominal", "ordinal", "interval", "ratio"):
        assert krippendorff_alpha(nobody, level=level).shape == (0,)
