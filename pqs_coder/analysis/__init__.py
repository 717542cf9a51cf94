"""The questions a lead asks, answered as polars frames.

Names are loaded when they are first asked for: importing this package loads neither polars nor
numpy. ``X_of(study)`` gives a `Result` (a frame and what has to be said beside it), ``X_table``
does the same for a tidy table in hand.
"""

from __future__ import annotations

from pqs_coder._lazy import lazy_names

# Public name: the module it lives in. Never a module's own name, because importing the module
# would then hide the function.
_HOME = {
    "Context": "context",
    "Result": "result",
    "Structure": "variables",
    "adherence_detail_of": "adherence_context",
    "adherence_groups_of": "adherence_context",
    "adherence_of": "adherence",
    "adherence_table": "adherence",
    "agreement_of": "agreement",
    "agreement_table": "agreement",
    "assign_of": "assignments",
    "balance": "assigning",
    "baseline_test_of": "distinctive",
    "bias_of": "portraits",
    "build_of": "building",
    "build_prototype": "building",
    "change_of": "change",
    "change_points_of": "change",
    "compare_of": "compare",
    "compare_prototypes": "prototypes",
    "components_of": "decision",
    "composite_of": "composites",
    "composite_table": "composites",
    "contrast_of": "adherence_tests",
    "decision_of": "decision",
    "differences_of": "differences",
    "distinctive_of": "distinctive",
    "drift_of": "drift",
    "feedback_of": "training",
    "item_set_table": "item_sets",
    "item_sets_table": "item_sets",
    "items_of": "items",
    "load_structures": "structure_files",
    "matrix_of": "matrix",
    "open_study": "study",
    "outcomes_of": "outcomes",
    "partial_adherence_of": "adherence_tests",
    "portraits_of": "portraits",
    "profiles": "composites",
    "progress_of": "progress",
    "prototype_table": "prototypes",
    "prototypes_table": "prototypes",
    "pyramid_of": "items",
    "raters_table": "status",
    "save_structures": "structure_files",
    "show_sort": "sorts",
    "sort_matrix": "arrays",
    "status_table": "status",
    "structures_of": "structures",
    "study_context": "context",
    "study_profiles": "composites",
    "study_subsets": "subsets",
    "third_raters_of": "third_raters",
    "training_of": "training",
}

__all__ = sorted(_HOME)
__getattr__, __dir__ = lazy_names(__name__, _HOME)
