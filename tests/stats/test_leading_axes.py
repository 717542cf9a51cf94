"""One call for many sessions is one call each: every statistic laid out (..., raters, items)."""

import dataclasses

import numpy as np
import pytest

from pqs_coder import stats
from pqs_coder.errors import ConstantRatingsError, PqsError, TooFewRatersError
from tests.stats.forced_sorts import simulated

SESSIONS = (2, 3)
SORTS = simulated(np.random.default_rng(8), leading=SESSIONS, raters=4)


def with_rng(function, **options):
    return lambda sorts: function(sorts, rng=np.random.default_rng(3), **options)


STATISTICS = {
    "q_correlation": stats.q_correlation,
    "spearman_correlation": stats.spearman_correlation,
    "squared_distance": stats.squared_distance,
    "exact_agreement": stats.exact_agreement,
    "within_one_agreement": stats.within_one_agreement,
    "mean_r": stats.mean_r,
    "mean_r_z": stats.mean_r_z,
    "mean_r_interval": stats.mean_r_interval,
    "mean_r_bootstrap": with_rng(stats.mean_r_bootstrap, samples=50),
    "cronbach_alpha": stats.cronbach_alpha,
    "quadratic_kappa": stats.quadratic_kappa,
    "icc": stats.icc,
    "icc, irr": lambda sorts: stats.icc(sorts, convention="irr"),
    "alpha_interval": with_rng(stats.alpha_interval, samples=50),
    "forced_permutation_test": with_rng(stats.forced_permutation_test, samples=50),
    "principal_components": lambda sorts: stats.principal_components(sorts, 2),
    "centroids": lambda sorts: stats.centroids(sorts, 2),
    "horst_centroids": lambda sorts: stats.horst_centroids(sorts, 1),
    **{
        f"krippendorff_alpha, {level}": lambda sorts, level=level: stats.krippendorff_alpha(
            sorts, level=level
        )
        for level in ("nominal", "ordinal", "interval", "ratio")
    },
}
DRAWS = ("mean_r_bootstrap", "alpha_interval", "forced_permutation_test")


def arrays(answer):
    """Every array of an answer, by its place in it; counts and words are left out."""
    if dataclasses.is_dataclass(answer):
        parts = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    elif hasattr(answer, "_asdict"):
        parts = answer._asdict()
    else:
        return {"": np.asarray(answer)}
    return {
        f"{name}.{inner}": array
        for name, part in parts.items()
        if not isinstance(part, (int, float, str, bool)) or np.ndim(part)
        for inner, array in arrays(part).items()
    }


@pytest.mark.parametrize("name", STATISTICS)
def test_many_sessions_in_one_call_are_one_call_each(name):
    together = arrays(STATISTICS[name](SORTS))
    assert together
    for cell in np.ndindex(SESSIONS):
        alone = arrays(STATISTICS[name](SORTS[cell]))
        for place, array in alone.items():
            whole = np.asarray(together[place])
            assert whole.shape == (*SESSIONS, *array.shape), place
            if name not in DRAWS or cell == (0, 0):
                assert np.allclose(whole[cell], array, rtol=1e-9, atol=1e-9), place


@pytest.mark.parametrize("name", STATISTICS)
def test_ratings_are_left_as_they_were(name):
    sorts = SORTS.copy()
    sorts.setflags(write=False)
    STATISTICS[name](sorts)
    assert np.array_equal(sorts, SORTS)


AGREEMENT = [name for name in STATISTICS if "component" not in name and "centroid" not in name]
MATRICES = {
    "q_correlation", "spearman_correlation", "squared_distance", "exact_agreement",
    "within_one_agreement", "quadratic_kappa",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(AGREEMENT) - MATRICES))
def test_one_rater_has_a_named_error_with_a_cure(name):
    with pytest.raises(TooFewRatersError) as caught:
        STATISTICS[name](SORTS[0, 0, :1])
    assert caught.value.cure


@pytest.mark.parametrize("name", sorted(set(STATISTICS) - MATRICES))
def test_constant_ratings_have_a_named_error_with_a_cure(name):
    with pytest.raises(ConstantRatingsError) as caught:
        STATISTICS[name](np.full((3, 100), 5.0))
    assert isinstance(caught.value, PqsError)
    assert caught.value.cure
