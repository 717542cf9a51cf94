"""Pictures as Vega-Lite, made by altair, from analysis frames; `pictures` turns them into files.

Names are loaded when they are first asked for, and altair with them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "adherence_groups": "adherence",
    "adherence_lines": "adherence",
    "adherence_map": "adherence",
    "change_lines": "change",
    "drift_chart": "agreement",
    "item_differences": "items",
    "pyramid": "items",
    "rater_matrix": "agreement",
    "scree": "change",
    "session_agreement": "agreement",
    "structure_lines": "change",
    "third_raters": "agreement",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Load a picture's maker on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
