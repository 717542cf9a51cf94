"""Every number that R and KADE made for tests/reference/*.txt, against ours on the same data."""

import csv
from pathlib import Path

import numpy as np
import pytest

from pqs_coder.stats import (
    benjamini_hochberg,
    cohens_d,
    cronbach_alpha,
    exact_agreement,
    fisher_interval,
    hedges_g,
    holm,
    horst_centroids,
    icc,
    krippendorff_alpha,
    mann_kendall,
    mann_whitney,
    mean_r_z,
    partial_prototype_correlations,
    principal_components,
    q_correlation,
    quadratic_kappa,
    spearman_brown,
    spearman_correlation,
    squared_distance,
    steiger_comparison_apart,
    trend_slope,
    variance_components,
    varimax,
    welch,
    williams_comparison,
    within_one_agreement,
)
from tests.stats.forced_sorts import six_pairs

REFERENCE = Path(__file__).parents[1] / "reference"
DATA = Path(__file__).parent / "data"

TABLE_2 = np.array(  # Shrout & Fleiss (1979), judges in rows
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
).T


def read_numbers(name):
    """The lines "name value value ..." of a printed reference."""
    lines = (REFERENCE / name).read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if not line.startswith("#")]
    return {key: np.array(values, float) for key, *values in words}


def read_columns(path, first):
    with path.open(newline="") as file:
        return np.array([row[first:] for row in list(csv.reader(file))[1:]], float)


LIPSET = read_columns(DATA / "lipset" / "sorts.csv", 1).T
CCQ = read_columns(DATA / "criteria" / "ccq_example_sorts.csv", 2)
CRITERIA = read_columns(DATA / "criteria" / "ccq_criterion_sorts_and_scales.csv", 1)[:, :5].T
RATINGS = {"table2": TABLE_2, "lipset": LIPSET, "ccq": CCQ}

PSYCH = read_numbers("psych-2.2.9.txt")
IRR = read_numbers("irr-0.84.1.txt")
LME4 = read_numbers("lme4-1.1-31.txt")
BASE = read_numbers("base-4.2.2.txt")
MULTICON = read_numbers("multicon-1.6.txt")
KADE = read_numbers("kade-1.4.0.txt")


def named(numbers, start):
    """Keys of a reference that begin so, as parameters of a test; there must be some."""
    keys = [key for key in numbers if key.startswith(start)]
    assert keys, start
    return keys


def fields(c):
    return [c.value, c.f, c.df1, c.df2, c.p, c.low, c.high]


def close(found, known, atol=1e-10):
    return np.allclose(found, known, rtol=0, atol=atol)


@pytest.mark.parametrize("key", named(PSYCH, "icc."))
def test_icc_of_psych(key):
    _, name, form = key.split(".")
    assert close(fields(getattr(icc(RATINGS[name]), form)), PSYCH[key])


IRR_FORMS = {
    "oneway.consistency.single": "icc1",
    "twoway.agreement.single": "icc2",
    "twoway.consistency.single": "icc3",
    "oneway.consistency.average": "icc1k",
    "twoway.agreement.average": "icc2k",
    "twoway.consistency.average": "icc3k",
}


@pytest.mark.parametrize("key", named(IRR, "icc."))
def test_icc_of_irr(key):
    _, name, form = key.split(".", 2)
    found = getattr(icc(RATINGS[name], convention="irr"), IRR_FORMS[form])
    assert close(fields(found), IRR[key])


@pytest.mark.parametrize("name", RATINGS)
def test_cronbach_alpha_of_psych(name):
    assert close(cronbach_alpha(RATINGS[name]), PSYCH[f"alpha.{name}"][0])


@pytest.mark.parametrize(
    ("numbers", "key"),
    [(numbers, key) for numbers in (PSYCH, IRR) for key in named(numbers, "kappa.")],
)
def test_weighted_kappa_of_psych_and_irr(numbers, key):
    _, name, one, other = key.split(".")
    found = quadratic_kappa(RATINGS[name])[int(one) - 1, int(other) - 1]
    assert close(found, numbers[key][0])


def with_gaps(sorts):
    """Where (7 rater + 3 item) is a multiple of 11, both counted from one, nothing was rated."""
    rater, item = np.indices(sorts.shape) + 1
    return np.where((rater * 7 + item * 3) % 11 == 0, np.nan, sorts)


SECTION_C = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    ]
)


@pytest.mark.parametrize("key", named(IRR, "alpha."))
def test_krippendorff_alpha_of_irr(key):
    _, name, level = key.split(".")
    ratings = {"section_c": SECTION_C, "pair": CCQ[:2], "gaps": with_gaps(CCQ)}[name]
    assert close(krippendorff_alpha(ratings, level=level), IRR[key][0])


@pytest.mark.parametrize("key", named(IRR, "agree."))
def test_agreement_of_irr(key):
    one, other = (int(number) - 1 for number in key.split(".")[2:])
    found = [exact_agreement(CCQ)[one, other], within_one_agreement(CCQ)[one, other]]
    assert close(found, IRR[key])


def test_fisher_z_of_psych():
    assert close(np.arctanh(q_correlation(LIPSET)[0, 1:]), PSYCH["fisherz.lipset"])
    assert close(mean_r_z(LIPSET), PSYCH["mean_z.lipset"][0])


@pytest.mark.parametrize("key", named(PSYCH, "r.con:"))
def test_fisher_interval_of_psych(key):
    _, r, n = key.split(":")
    assert close(fisher_interval(float(r), int(n)), PSYCH[key])


def test_partial_correlations_of_psych():
    found = partial_prototype_correlations(CCQ[:4], CRITERIA[:1], CRITERIA[4]).r[:, 0]
    assert close(found, [PSYCH[f"partial.ccq.{sort}"][0] for sort in (1, 2, 3, 4)])


@pytest.mark.parametrize("key", named(PSYCH, "williams:"))
def test_williams_t_of_psych(key):
    r1, r2, r12, n = (float(word) for word in key.split(":")[1:])
    found = williams_comparison(r1, r2, r12, n)
    assert close([found.statistic, found.p], PSYCH[key])


def test_steigers_z_without_a_common_variable_of_psych():
    found = steiger_comparison_apart(0.5, 0.6, [0.7, 0.5, 0.5, 0.8], 103)
    assert close([found.statistic, found.p], PSYCH["steiger.apart"])


def test_principal_components_and_varimax_of_psych():
    found = principal_components(LIPSET, 3)
    assert close(found.eigenvalues, PSYCH["eigenvalues.lipset"])
    assert close(varimax(found.loadings).loadings.T.ravel(), PSYCH["varimax.lipset"], atol=1e-7)


def rotating():
    with (REFERENCE / "rotating_sorts.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([r[2:] for r in rows], float), [int(r[0]) for r in rows], [r[1] for r in rows]


def components(found):
    return [found.item, found.item_session, found.item_rater, found.residual]


def lme4(name):
    groups = ("item", "item:session", "item:rater", "Residual")
    return [float(LME4.get(f"{name}.{group}", [np.nan])[0]) for group in groups]


def test_reml_of_lme4():
    found = components(variance_components(*rotating()))
    assert close(found, lme4("rotating"), atol=1e-6)


def test_reml_of_lme4_with_raters_nested_in_sessions():
    sorts, session, _ = rotating()
    nine = np.array(session) <= 9
    found = components(variance_components(sorts[nine], np.array(session)[nine]))
    assert np.allclose(found, lme4("nested"), rtol=0, atol=1e-6, equal_nan=True)


def test_reml_of_lme4_where_a_variance_is_zero():
    found = components(variance_components(LIPSET, [1, 1, 1, 2, 2, 3, 3, 4, 4], list("abcabbcca")))
    assert close(found, lme4("lipset"), atol=1e-5)
    assert found[0] == 0


@pytest.mark.parametrize("item", [1, 2, 10, 55, 100])
def test_two_groups_of_r(item):
    one, other = CCQ[:5, item - 1 : item], CCQ[5:, item - 1 : item]
    found = welch(one, other)
    assert close(
        np.ravel([found.t, found.df, found.p, found.low, found.high]),
        BASE[f"welch.{item}"],
    )
    ranks = mann_whitney(one, other)
    assert close(np.ravel([ranks.u, ranks.p]), BASE[f"mann_whitney.{item}"])
    assert close(cohens_d(one, other).value, BASE[f"cohens_d.{item}"])
    assert close(hedges_g(one, other).value, BASE[f"hedges_g.{item}"])


def test_exact_mann_whitney_of_r():
    found = mann_whitney([[1.1], [2.3], [0.4], [5.5]], [[3.2], [4.1], [6.6], [2.9], [8.8]])
    assert close(np.ravel([found.u, found.p]), BASE["mann_whitney.exact"])


def test_corrections_of_r():
    p = [0.011, 0.0004, 0.2, 0.04, 0.04, 0.9, 0.003, 0.06]
    assert close(holm(p), BASE["holm"])
    assert close(benjamini_hochberg(p), BASE["benjamini_hochberg"])


NUMBERS = [1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15]
SERIES = [4.1, 3.9, 5.2, 4.8, 5.1, 6.3, 5.9, 5.0, 6.8, 6.1, 7.2, 6.0]


def test_change_of_r():
    trend = mann_kendall(SERIES, NUMBERS)
    assert close([trend.tau, trend.p], BASE["kendall"])
    slope = trend_slope(SERIES, NUMBERS, method="independent")
    assert close([slope.value, slope.low, slope.high, slope.p], BASE["slope.independent"])
    value, error = BASE["slope.newey_west"]
    robust = trend_slope(SERIES, method="newey_west", lags=2)
    assert close(robust.value, value)
    t_of_ten = 2.2281388519649385  # 97.5 % of t with 12 - 2 degrees of freedom
    assert close((robust.high - robust.low) / 2 / t_of_ten, error)


def test_spearman_of_r():
    assert close(spearman_correlation(LIPSET).ravel(), BASE["spearman.lipset"])


def test_acquaintances_of_multicon():
    sorts = six_pairs()
    r = q_correlation(sorts)[:, 0, 1]
    assert close(r, MULTICON["r"])
    assert close(squared_distance(sorts)[:, 0, 1], MULTICON["squared_distance"])
    assert close(spearman_brown(r, 2), MULTICON["spearman_brown"])


@pytest.mark.parametrize("key", named(MULTICON, "icc."))
def test_iccs_of_the_acquaintances(key):
    _, person, form = key.split(".")
    found = getattr(icc(six_pairs()[int(person) - 1]), form)
    assert close([found.value, found.low, found.high], MULTICON[key])


@pytest.mark.parametrize("factors", [1, 2, 3])
def test_horst_centroids_of_kade(factors):
    """Three factors don't settle: KADE gives its last round, and says so as we do."""
    found = horst_centroids(LIPSET, factors, threshold=1e-6, max_rounds=1_001)
    assert found.converged == bool(KADE[f"horst.{factors}.converged"][0])
    known = [KADE[f"horst.{factors}.{factor}"] for factor in range(1, factors + 1)]
    assert close(found.loadings.T, known, atol=1e-6)
