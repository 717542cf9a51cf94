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
    "chance_exact": "distance",
    "chance_within_one": "distance",
    "mean_r": "meanr",
    "mean_r_z": "meanr",
    "mean_r_interval": "meanr",
    "fisher_interval": "meanr",
    "cronbach_alpha": "reliability",
    "spearman_brown": "reliability",
    "krippendorff_alpha": "krippendorff_units",
    "baseline_r": "baseline",
    "percentile_interval": "bootstrap",
    "bca_interval": "bootstrap",
    "resample_counts": "bootstrap",
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
