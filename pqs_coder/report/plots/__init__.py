"""Pictures as Vega-Lite, made by altair, from analysis frames; `pictures` turns them into files.

Names are loaded when they are first asked for, and altair with them.
"""

from __future__ import annotations

from pqs_coder._lazy import lazy_names

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
__getattr__, __dir__ = lazy_names(__name__, _HOME)
