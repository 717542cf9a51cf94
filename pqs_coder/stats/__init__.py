"""What sorts say: plain arrays in, plain arrays out. No labels, no disk, no tables.

Everything is laid out ``(..., raters, items)`` and broadcasts over the leading axes, so that one
call serves one session, all sessions of a study or all samples of a bootstrap. The names are
loaded when they are first asked for: ``import pqs_coder.stats`` loads no numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Public name: the module it lives in. One name a line, and never a module's own name, because
# importing the module would then hide the function.
_HOME = {
    "IccResult": "intraclass",
    "Interval": "results",
    "Coefficient": "results",
    "icc": "intraclass",
    "q_correlation": "correlation",
    "squared_distance": "distance",
    "exact_agreement": "distance",
    "within_one_agreement": "distance",
    "chance_exact": "chance",
    "chance_within_one": "chance",
    "mean_r": "meanr",
    "mean_r_z": "meanr",
    "mean_r_interval": "meanr",
    "fisher_interval": "meanr",
    "average_r": "meanr",
    "spearman_correlation": "correlation",
    "quadratic_kappa": "kappa",
    "cronbach_alpha": "reliability",
    "lengthening": "reliability",
    "raters_needed": "reliability",
    "spearman_brown": "reliability",
    "krippendorff_alpha": "alpha",
    "alpha_interval": "alpha_bootstrap",
    "alpha_samples": "alpha_bootstrap",
    "mean_r_bootstrap": "item_bootstrap",
    "forced_null": "chance",
    "permutation_moments": "chance",
    "forced_permutation_test": "chance",
    "chance_p": "chance",
    "baseline_r": "baseline",
    "repairing_test": "baseline",
    "distinctive_agreement": "distinctive",
    "leave_out_means": "distinctive",
    "item_icc": "item_agreement",
    "item_icc_two_way": "item_agreement",
    "rater_bias": "item_agreement",
    "variance_components": "generalizability",
    "decision_study": "generalizability",
    "percentile_interval": "bootstrap",
    "bca_interval": "bootstrap",
    "resample_counts": "bootstrap",
    "resample_indices": "bootstrap",
    "Extraction": "components",
    "principal_components": "components",
    "components_from_correlations": "components",
    "centroids": "centroid",
    "centroids_from_correlations": "centroid",
    "horst_centroids": "centroid",
    "Rotation": "rotation",
    "Arrangement": "rotation",
    "varimax": "rotation",
    "rotate_by_hand": "rotation",
    "arrange_factors": "rotation",
    "rotate_to_target": "rotation",
    "FlagReview": "flags",
    "flag": "flags",
    "loading_limit": "flags",
    "flag_by_hand": "flags",
    "review_flags": "flags",
    "FactorScores": "scores",
    "factor_scores": "scores",
    "factor_arrays": "scores",
    "forced_distribution": "scores",
    "FactorCharacteristics": "distinguishing",
    "ItemDifferences": "distinguishing",
    "factor_characteristics": "distinguishing",
    "distinguishing_items": "distinguishing",
    "ParallelAnalysis": "parallel",
    "parallel_analysis": "parallel",
    "FactorStability": "stability",
    "Spread": "stability",
    "bootstrap_factors": "stability",
    "DependentComparison": "dependent",
    "meng_comparison": "dependent",
    "steiger_comparison": "dependent",
    "steiger_comparison_apart": "dependent",
    "williams_comparison": "dependent",
    "PrototypeCorrelations": "prototypes",
    "ZAverage": "prototypes",
    "ZDifference": "prototypes",
    "prototype_correlations": "prototypes",
    "partial_prototype_correlations": "prototypes",
    "partial_r": "prototypes",
    "mean_z": "prototypes",
    "mean_z_difference": "prototypes",
    "ClusterMeans": "clusters",
    "ClusterDifferences": "clusters",
    "cluster_means": "clusters",
    "case_differences": "clusters",
    "GroupDifference": "groups",
    "RankDifference": "groups",
    "EffectSize": "groups",
    "welch": "groups",
    "mann_whitney": "groups",
    "cohens_d": "groups",
    "hedges_g": "groups",
    "paired_d": "groups",
    "paired_g": "groups",
    "PermutationTest": "permutation",
    "permute_groups": "permutation",
    "flip_signs": "permutation",
    "holm": "multiple",
    "benjamini_hochberg": "multiple",
    "MannKendall": "trends",
    "Slope": "trends",
    "mann_kendall": "trends",
    "trend_slope": "trends",
    "CrossLag": "lagged",
    "cross_lag": "lagged",
    "PTechnique": "ptechnique",
    "p_technique": "ptechnique",
    "structure_members": "ptechnique",
    "structure_scores": "ptechnique",
    "structure_items": "ptechnique",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
