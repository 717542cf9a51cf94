"""How each analysis frame is printed: which columns, under which heads, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pqs_coder.report.tables import Column, Table, build_table

if TYPE_CHECKING:
    from pqs_coder.analysis.result import Result


def _r(name: str = "r", head: str = "r") -> Column:
    return Column(name, head, "r", italic=True)


def _limits(low: str = "r_low", high: str = "r_high", head: str = "95 % CI") -> Column:
    return Column(low, head, "r_interval", high=high)


def _n(name: str, head: str) -> Column:
    return Column(name, head, "count")


def _p(name: str = "p", head: str = "p") -> Column:
    return Column(name, head, "p", italic=True)


_SESSION = Column("session", "Session")
_CASE = Column("case", "Case")
_NUMBER = Column("number", "No.", "number", digits=0)
_RATER = Column("rater", "Rater")
_ITEM = (_n("item", "Item"), Column("label", "Label"))
_PROTOTYPE = Column("prototype", "Prototype")
_RELIABILITY = Column("reliability", "Reliability", "r")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "session": (
        _SESSION,
        Column("raters", "Raters", "names"),
        _r(),
        _limits(),
        _r("r_min", "lowest r"),
        _r("r_max", "highest r"),
        _r("baseline_r", "baseline r"),
        _RELIABILITY,
        Column("needs_rater", "Asks for a rater", "yes"),
    ),
    "coefficients": (
        _SESSION,
        _n("n_raters", "Raters"),
        _r(),
        *(Column(f"icc{n}", f"ICC({n},1)", "r") for n in (1, 2, 3)),
        *(Column(f"icc{n}k", f"ICC({n},k)", "r") for n in (1, 2, 3)),
        Column("alpha_interval", "\N{GREEK SMALL LETTER ALPHA} interval", "r"),
        Column("alpha_ordinal", "\N{GREEK SMALL LETTER ALPHA} ordinal", "r"),
    ),
    "pair": (
        _SESSION,
        Column("rater_a", "Rater A"),
        Column("rater_b", "Rater B"),
        _r(),
        _limits(),
        Column("exact", "Exact", "percent"),
        Column("exact_chance", "by chance", "percent"),
        Column("within_one", "Within one pile", "percent"),
        Column("within_one_chance", "by chance", "percent"),
    ),
    "rater": (
        _RATER,
        _n("n_sessions", "Sessions"),
        _r("r_others", "r with others"),
        _limits(),
    ),
    "item": (
        *_ITEM,
        _n("n_sessions", "Sessions"),
        Column("icc1", "ICC(1,1)", "r"),
        _limits("icc1_low", "icc1_high"),
        Column("icc1k", "ICC(1,k)", "r"),
        Column("mad", "Mean difference", "number"),
    ),
    "study": (
        _n("n_sessions", "Sessions"),
        _n("n_pairs", "Pairs"),
        _r("mean_r", "mean r"),
        _r("mean_r_z", "mean r over z"),
        _r("sd_r", "SD of r"),
        _r("min_r", "lowest r"),
        _r("max_r", "highest r"),
        _n("n_third", "With a third rater"),
        Column("reliability", "Spearman-Brown", "r"),
        _r("baseline_r", "baseline r"),
        _r("distinctive_r", "distinctive r"),
        _r("mean_r_sessions", "mean r over sessions"),
        _r("mean_r_first", "mean r before third raters"),
    ),
    "matrix": (
        Column("rater_a", "Rater A"),
        Column("rater_b", "Rater B"),
        _n("n_sessions", "Sessions"),
        _r(),
        _limits(),
        _r("r_min", "lowest r"),
        _r("r_max", "highest r"),
        _n("n_under", "Under threshold"),
    ),
    "third": (
        _SESSION,
        Column("raters", "Raters", "names"),
        _r("r_before", "r before"),
        _r("r_after", "r after"),
        Column("reliability", "Reliability of all", "r"),
        Column("closest_two", "Closest two", "names"),
        _r("r_closest", "their r"),
        Column("state", "State"),
    ),
    "consensus": (
        _SESSION,
        Column("raters", "Raters", "names"),
        *map(
            _n,
            ("n_differ", "n_decided", "n_accepted"),
            ("Items that differ", "Decided", "Only accepted"),
        ),
        Column("state", "State"),
    ),
    "consensus items": (
        *_ITEM,
        Column("piles", "Piles of the raters"),
        _n("spread", "Spread"),
        Column("mean", "M", "number", italic=True),
        *map(_n, ("suggested", "consensus"), ("Suggested", "Consensus")),
        Column("accepted", "Only accepted", "yes"),
        *map(Column, ("notes", "evidence"), ("Notes", "Evidence")),
    ),
    "distinctive": (
        _SESSION,
        _n("n_raters", "Raters"),
        _r(),
        _r("baseline_r", "baseline r"),
        _r("same_case_r", "same case r"),
        _r("distinctive_r", "distinctive r"),
    ),
    "components": (
        Column("component", "Component"),
        Column("variance", "Variance", "number", digits=3),
        Column("share", "Share", "percent"),
    ),
    "decision": (
        _n("n_raters", "Raters"),
        Column("profile", "Profile", "r"),
        _limits("profile_low", "profile_high"),
        Column("distinctive", "Distinctive", "r"),
        _limits("distinctive_low", "distinctive_high"),
    ),
    "portraits": (
        _RATER,
        _n("n_sorts", "Sorts"),
        Column("minutes", "Minutes", "number", digits=0),
        Column("moves", "Moves", "number", digits=0),
        Column("notes", "Notes", "number", digits=1),
        Column("evidence", "With evidence", "number", digits=1),
        Column("whole_hour", "Whole hour", "number", digits=1),
        Column("unsure", "Unsure", "number", digits=1),
        _n("n_shared", "Shared sessions"),
        _r("r_others", "r with others"),
        _limits(),
        _n("n_again", "Sorted twice"),
        _r("r_self", "r with oneself"),
    ),
    "bias": (
        _RATER,
        Column("group", "Items"),
        _n("n_items", "Number"),
        _n("n_sessions", "Sessions"),
        Column("bias", "Higher by", "number"),
        Column("se", "SE", "number"),
    ),
    "item bias": (
        _RATER,
        *_ITEM,
        _n("n_sessions", "Sessions"),
        Column("bias", "Higher by", "number"),
        Column("se", "SE", "number"),
    ),
    "drift": (
        _RATER,
        _n("order", "Sort"),
        _SESSION,
        Column("submitted_at", "Submitted", "when"),
        _r("r_others", "r with others"),
        _r("expected", "expected"),
        _r("deviation", "deviation"),
        _r("level", "level"),
        _limits("low", "high", "Limits"),
        Column("warning", "Warning", "yes"),
    ),
    "training": (
        _RATER,
        _n("order", "Practice"),
        _SESSION,
        Column("submitted_at", "Submitted", "when"),
        _r(),
        _limits(),
        Column("exact", "Exact", "percent"),
        Column("within_one", "Within one pile", "percent"),
        _n("in_a_row", "In a row"),
        Column("certified", "Certified", "yes"),
        Column("kind", "Kind"),
    ),
    "differences": (
        *_ITEM,
        Column("rater_a", "Rater A"),
        _n("pile_a", "Pile"),
        Column("rater_b", "Rater B"),
        _n("pile_b", "Pile"),
        Column("difference", "Difference", "number", digits=0),
        Column("share", "Share of d\N{SUPERSCRIPT TWO}", "percent"),
        Column("evidence_a", "Evidence A"),
        Column("evidence_b", "Evidence B"),
        Column("note_a", "Note A"),
        Column("note_b", "Note B"),
    ),
    "adherence": (
        _CASE,
        _NUMBER,
        _SESSION,
        _PROTOTYPE,
        _n("n_raters", "Raters"),
        _RELIABILITY,
        _r(),
        _limits(),
        _r("others_mean_r", "mean r of other cases"),
        _r("distinctive_r", "distinctive r"),
        _n("n_items", "Items"),
    ),
    "each rater": (
        _SESSION,
        _RATER,
        _PROTOTYPE,
        Column("reliability", "Reliability of one", "r"),
        _r(),
        _limits(),
        _n("n_items", "Items"),
    ),
    "adherence groups": (
        Column("group", "Group"),
        _PROTOTYPE,
        _n("n_cases", "Cases"),
        _n("n_sessions", "Sessions"),
        _r("r", "mean r"),
        _limits(),
    ),
    "contrast": (
        Column("group", "Group"),
        Column("prototype_a", "Prototype A"),
        Column("prototype_b", "Prototype B"),
        _n("n_cases", "Cases"),
        _n("n_sessions", "Sessions"),
        _r("r_a", "r with A"),
        _r("r_b", "r with B"),
        Column("z_difference", "z of A less B", "number"),
        Column("low", "95 % CI", "interval", high="high"),
        Column("t", "t", "number", italic=True),
        _p(),
    ),
    "prototypes": (
        _PROTOTYPE,
        Column("title", "Title"),
        _n("n_items", "Items"),
        Column("invented", "Invented", "yes"),
        Column("citation", "Citation"),
        Column("panel", "Panel"),
        Column("how", "How it was made"),
        Column("instruction", "Instruction"),
        Column("hash", "SHA-256", "hash"),
    ),
    "overlap": (
        Column("prototype_a", "Prototype A"),
        Column("prototype_b", "Prototype B"),
        _r(),
        _limits(),
        _n("n_items", "Items"),
    ),
    "items": (
        Column("group", "Group"),
        _n("rank", "Rank"),
        *_ITEM,
        Column("mean", "M", "number", italic=True),
        Column("sd", "SD", "number", italic=True),
        _n("n_cases", "Cases"),
        _n("n_sessions", "Sessions"),
        _n("n_sorts", "Sorts"),
    ),
    "pyramid": (
        _SESSION,
        Column("raters", "Raters", "names"),
        _n("pile", "Pile"),
        *_ITEM,
        Column("score", "Score", "number"),
    ),
    "compare": (
        *_ITEM,
        Column("mean_a", "M A", "number", italic=True),
        Column("mean_b", "M B", "number", italic=True),
        Column("difference", "A less B", "number"),
        Column("low", "95 % CI", "interval", high="high"),
        Column("effect", "g", "number", italic=True),
        Column("effect_low", "95 % CI of g", "interval", high="effect_high"),
        _p(),
        _p("p_corrected", "p corrected"),
        _p("p_fdr", "p FDR"),
        _n("n_a", "Cases A"),
        _n("n_b", "Cases B"),
    ),
    "change": (
        _CASE,
        Column("variable", "Variable"),
        Column("label", "Label"),
        _n("n_sessions", "Sessions"),
        Column("slope", "Slope", "number", digits=3),
        Column("slope_low", "95 % CI", "interval", high="slope_high", digits=3),
        _p(),
        Column("autocorrelation", "Autocorrelation", "r"),
        Column("tau", "\N{GREEK SMALL LETTER TAU}", "r", italic=True),
        _p("tau_p", "p of \N{GREEK SMALL LETTER TAU}"),
        Column("early", "Early", "number"),
        Column("middle", "Middle", "number"),
        Column("late", "Late", "number"),
    ),
    "change points": (
        _CASE,
        _NUMBER,
        _SESSION,
        Column("variable", "Variable"),
        Column("label", "Label"),
        Column("value", "Value", "number"),
        Column("smooth", "Smoothed", "number"),
    ),
    "outcome": (
        Column("variable", "Process variable"),
        Column("label", "Label"),
        Column("outcome", "Outcome"),
        _n("n_cases", "Cases"),
        _n("n_sessions", "Sessions"),
        _r(),
        _limits(),
        Column("intake", "Held constant"),
        _r("partial_r", "partial r"),
        _limits("partial_low", "partial_high"),
    ),
    "structure items": (
        Column("structure", "Structure"),
        *_ITEM,
        Column("loading", "Loading", "r"),
        Column("sign", "Sign", "number", digits=0),
    ),
    "structure summary": (
        Column("structure", "Structure"),
        _n("n_items", "Items"),
        _n("n_sessions", "Sessions"),
        Column("explained", "Variance explained (%)", "number"),
        Column("alpha", "\N{GREEK SMALL LETTER ALPHA}", "r", italic=True),
        Column("mean", "M", "number", italic=True),
        Column("sd", "SD", "number", italic=True),
    ),
    "structure scores": (
        _CASE,
        _NUMBER,
        _SESSION,
        Column("structure", "Structure"),
        Column("score", "Score", "number"),
    ),
    "parallel": (
        _n("component", "Component"),
        Column("eigenvalue", "Eigenvalue", "number"),
        Column("random_mean", "Mean of chance", "number"),
        Column("random_95", "95 % of chance", "number"),
        Column("kept", "Kept", "yes"),
    ),
    "lags": (
        Column("leads", "Leads"),
        Column("follows", "Follows"),
        _n("lag", "Sessions later"),
        _r(),
        _limits(),
        _p(),
        _p("p_corrected", "p corrected"),
        _n("n_pairs", "Pairs"),
    ),
    "status": (
        _SESSION,
        _RATER,
        Column("state", "State"),
        *map(_n, ("placed", "items", "moves"), ("Placed", "Items", "Moves")),
        Column("minutes", "Minutes", "number", digits=0),
        Column("submitted_at", "Submitted", "when"),
    ),
}
"""What a frame is called here, and its printed columns; those that a frame lacks are left out."""


def printed(
    kind: str, result: Result, title: str, command: str = "", notes: Sequence[str] = ()
) -> Table:
    """An analysis as a table: its own notes first, then ``notes``, below it."""
    return build_table(result.frame, COLUMNS[kind], title, (*result.notes, *notes), command)
