"""The questions a lead asks, answered as polars frames.

Names are loaded when they are first asked for: importing this package loads neither polars nor
numpy. ``X_of(study)`` gives a `Result` (a frame and what has to be said beside it), ``X_table``
does the same for a tidy table in hand.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Public name: the module it lives in. Never a module's own name, because importing the module
# would then hide the function.
_HOME = {
    "Context": "context",
    "Result": "result",
    "adherence_of": "adherence",
    "adherence_table": "adherence",
    "agreement_of": "agreement",
    "agreement_table": "agreement",
    "compare_prototypes": "prototypes",
    "composite_of": "composites",
    "composite_table": "composites",
    "item_set_table": "item_sets",
    "item_sets_table": "item_sets",
    "open_study": "study",
    "profiles": "composites",
    "prototype_table": "prototypes",
    "prototypes_table": "prototypes",
    "raters_table": "status",
    "show_sort": "sorts",
    "sort_matrix": "arrays",
    "status_table": "status",
    "study_context": "context",
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
