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
    "percentile_interval": "bootstrap",
    "bca_interval": "bootstrap",
    "resample_counts": "bootstrap",
    "resample_indices": "bootstrap",
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
