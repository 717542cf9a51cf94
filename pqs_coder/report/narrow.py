"""Tables for people in a narrow terminal: which columns go first, and what is said of them."""

from __future__ import annotations

import polars as pl

from pqs_coder.report.plain import plain_table
from pqs_coder.report.text_cells import cell_width

_ICC = ("icc1", "icc2", "icc1k", "icc2k", "icc3", "icc3k")

SPARE: dict[str, tuple[str, ...]] = {
    "session": (
        *_ICC,
        *("alpha_ordinal", "alpha_interval", "n_items", "r_max", "r_min", "n_raters"),
        *("baseline_r", "r_low", "r_high"),
    ),
    "pair": ("distance", "within_one_chance", "within_one", "r_high", "r_low"),
    "study": (
        *("mean_r_z", "max_r", "min_r", "n_third", "distinctive_r", "sd_r", "baseline_r"),
        "mean_r_sessions",
    ),
    "differences": (
        *("session", "unsure_b", "unsure_a", "rater_b", "rater_a", "share"),
        *("note_b", "note_a", "evidence_b", "evidence_a", "difference"),
    ),
    "status": ("items", "moves", "placed", "minutes"),
    "sort": ("session", "rater", "state", "moves", "seconds", "heap", "note", "evidence"),
    "compare": (
        *("smallest_p", "n_b", "n_a", "p_fdr", "p", "effect_high", "effect_low"),
        *("high", "low", "mean_b", "mean_a", "effect"),
    ),
    "adherence": (
        *("source", "n_items", "n_sessions", "r_ab", "t", "rater", "high", "low"),
        *("r_high", "r_low", "partial_high", "partial_low", "reliability", "case"),
        *("prototype_b", "prototype_a", "number"),
    ),
    "change": (
        *("scale", "tau_p", "tau", "middle", "autocorrelation", "early", "late", "n_sessions"),
        *("label", "p", "slope_high", "slope_low"),
    ),
    "outcome": (
        *("n_sessions", "outcome", "intake", "partial_high", "partial_low", "r_high", "r_low"),
        *("label",),
    ),
}
"""By kind of table, the columns that a narrow terminal can spare, the least needed first."""


def fit(frame: pl.DataFrame, kind: str, width: int) -> tuple[str, str]:
    """The table in lines of ``width`` cells at most, and a sentence on what was left out for that.

    Only columns that the kind can spare are left out, so a table may stay too wide. What one of
    them holds in every row is told in the sentence.
    """
    text, gone = plain_table(frame), list[str]()
    for name in SPARE.get(kind, ()):
        if _width(text) <= width:
            break
        if name in frame.columns:
            gone.append(name)
            text = plain_table(frame.drop(gone))
    if not gone:
        return text, ""
    words = ", ".join(_told(frame, name) for name in gone)
    return text, (
        f"Left out to fit {width} columns: {words}. All: --format csv or json, or a wider terminal."
    )


def _width(text: str) -> int:
    return max(map(cell_width, text.splitlines()), default=0)


def _told(frame: pl.DataFrame, name: str) -> str:
    """A column's name, with its text where every row holds the same one."""
    column = frame[name]
    if column.dtype == pl.String and column.n_unique() == 1 and column[0] is not None:
        return f"{name} ({column[0]})"
    return name
