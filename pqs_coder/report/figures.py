"""Figures: a picture of an analysis, its text for those who don't see it, the table behind it."""

from __future__ import annotations

import polars as pl

from pqs_coder.analysis.change import FEWEST_SESSIONS
from pqs_coder.analysis.result import Result
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.words import plural
from pqs_coder.report import plots
from pqs_coder.report.document import Figure
from pqs_coder.report.printed import printed
from pqs_coder.report.text_cells import short_interval, short_r

MOST_ROWS = 120
"""Rows up to which a picture lists things; the table has all."""
MOST_DIFFERENCES = 24
APART = f"Under {FEWEST_SESSIONS} sessions: not joined, since no trend is claimed."
SINGLE = "Hollow: the sort of one rater, no composite."


def _ends(frame: pl.DataFrame, name: str, value: str = "r") -> str:
    """ "from .13 (SX20) to .80 (MC59)": where the values of a column lie."""
    known = frame.drop_nulls(value).sort(value)
    if not known.height:
        return "no values"
    low, high = known.row(0, named=True), known.row(-1, named=True)
    return f"from {short_r(low[value])} ({low[name]}) to {short_r(high[value])} ({high[name]})"


def _each_series(frame: pl.DataFrame, by: str, name: str, value: str) -> str:
    parts = [
        f"{key}: {_ends(frame.filter(pl.col(by) == key), name, value)}"
        for key in frame[by].unique(maintain_order=True)
    ]
    return "; ".join(parts)


def session_agreement(
    result: Result, threshold: float, baseline: float | None, command: str
) -> Figure:
    """r of each session with its interval; the lowest where they are many."""
    known = result.frame.drop_nulls("r").sort("r")
    shown = known.head(MOST_ROWS)
    more = known.height - shown.height
    title = "Agreement of each session, lowest on top"
    asks = int(known["needs_rater"].sum())
    alt = (
        f"Dots with 95 % intervals: r of {plural(shown.height, 'session')} "
        f"{_ends(shown, 'session')}. Threshold {threshold:.2f}; another rater is asked for in "
        f"{plural(asks, 'session')}."
    )
    notes = [f"The picture shows the {MOST_ROWS} lowest, {more} more are here."] if more else []
    table = printed("session", result, "Agreement by session", command, notes)
    return Figure(title, plots.session_agreement(shown, threshold, title, baseline), alt, table)


def rater_matrix(result: Result, command: str) -> Figure:
    """Mean r of every pair of raters."""
    title = "Mean agreement of every pair of raters"
    pairs = [
        f"{row['rater_a']} and {row['rater_b']} {short_r(row['r'])} (n = {row['n_sessions']})"
        for row in result.frame.iter_rows(named=True)
    ]
    alt = f"Matrix of raters, darker is higher: {'; '.join(pairs)}."
    table = printed("matrix", result, "Pairs of raters over the sessions they share", command)
    return Figure(title, plots.rater_matrix(result.frame, title), alt, table)


def third_raters(result: Result, threshold: float, command: str) -> Figure:
    """r before and after a third rater."""
    title = "r before and after a third rater"
    shown = result.frame.sort("r_before").head(MOST_ROWS)
    states = result.frame["state"]
    counts = [f"{int((states == state).sum())} {state}" for state in states.unique().sort()]
    alt = (
        "Dots linked by lines: r of the first two raters and of all, of "
        f"{plural(shown.height, 'session')}, before {_ends(shown, 'session', 'r_before')}; "
        f"{', '.join(counts)}."
    )
    table = printed(
        "third", result, "Sessions under the threshold, and with a third rater", command
    )
    return Figure(title, plots.third_raters(shown, threshold, title), alt, table)


def drift(result: Result, command: str) -> Figure:
    """A control chart for each rater."""
    title = "Agreement over time, less what the sessions led to expect"
    outside = result.frame.filter(pl.col("warning")).select("rater", "side").unique()
    warned = [f"{rater} ({side})" for rater, side in outside.sort("rater", "side").iter_rows()]
    names = result.frame["rater"].unique(maintain_order=True).to_list()
    told = f"outside the limits {', '.join(warned)}" if warned else "no warning"
    alt = f"Control charts of {', '.join(names)}: {told}."
    table = printed("drift", result, "Control charts of the raters", command)
    return Figure(title, plots.drift_chart(result.frame, title), alt, table)


def adherence_lines(result: Result, case: str, command: str) -> Figure:
    """Adherence over the numbered sessions of one case."""
    title = f"Adherence over the sessions of {case}"
    numbered = result.frame.drop_nulls(["number", "r"])
    few = numbered["session"].n_unique() < FEWEST_SESSIONS
    words = [APART] if few else []
    if (numbered["n_raters"] == 1).any():
        words.append(SINGLE)
    drawn = "Dots" if few else "Lines"
    each = _each_series(numbered, "prototype", "session", "r")
    alt = " ".join([f"{drawn} over session number. {each}.", *words])
    table = printed("adherence", result, f"Adherence of {case}", command, words)
    return Figure(title, plots.adherence_lines(numbered, title, words), alt, table)


def adherence_map(result: Result, command: str) -> Figure:
    """Sessions x prototypes as shaded cells."""
    title = "Adherence of all sessions"
    number = pl.col("number").cast(pl.Int64, strict=False).cast(pl.String)
    parts = [pl.col("case"), number, pl.col("session")]
    label = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    labelled = result.frame.with_columns(label.alias("label")).sort(
        pl.col("case").is_null(), pl.int_range(pl.len()), maintain_order=True
    )
    rows = labelled["label"].unique(maintain_order=True)
    shown = labelled.filter(pl.col("label").is_in(rows.head(MOST_ROWS).to_list()))
    alt = f"Shaded cells, sessions by prototypes. {_each_series(shown, 'prototype', 'label', 'r')}."
    more = len(rows) - MOST_ROWS
    notes = [f"The picture shows {MOST_ROWS} sessions, {more} more are here."] if more > 0 else []
    table = printed("adherence", result, "Adherence of all sessions", command, notes)
    return Figure(title, plots.adherence_map(shown, title), alt, table)


def adherence_groups(result: Result, column: str, command: str) -> Figure:
    """Mean adherence of groups with intervals over cases."""
    title = f"Mean adherence by {column}"
    parts = [
        f"{row['group']}, {row['prototype']}: {short_r(row['r'])} "
        f"{short_interval(row['r_low'], row['r_high'])}".strip()
        for row in result.frame.iter_rows(named=True)
    ]
    table = printed("adherence groups", result, title, command)
    spec = plots.adherence_groups(result.frame, title)
    return Figure(title, spec, f"Dots with 95 % intervals. {'; '.join(parts)}.", table)


def pyramid(result: Result, item_set: ItemSet, who: str, command: str) -> Figure:
    """One sort, or one composite, as the forced piles."""
    title = f"The sort as its piles: {who}"
    highest = result.frame.filter(pl.col("pile") == pl.col("pile").max())["item"].to_list()
    lowest = result.frame.filter(pl.col("pile") == pl.col("pile").min())["item"].to_list()
    alt = (
        f"Piles {item_set.values[0]} to {item_set.values[-1]} as columns of items. Highest pile: "
        f"{', '.join(map(str, highest))}. Lowest pile: {', '.join(map(str, lowest))}."
    )
    table = printed("pyramid", result, title, command)
    return Figure(title, plots.pyramid(result.frame, item_set.values, title), alt, table)


def item_differences(result: Result, a: str, b: str, command: str) -> Figure:
    """The items that tell two groups apart most."""
    title = f"Items that tell {a} and {b} apart"
    shown = result.frame.drop_nulls("difference").head(MOST_DIFFERENCES)
    largest = [
        f"{row['item']} {row['label'] or ''} {row['difference']:+.2f}"
        for row in shown.head(5).iter_rows(named=True)
    ]
    alt = f"Dots with 95 % intervals. Largest effects: {'; '.join(largest)} ({a} less {b})."
    table = printed("compare", result, f"{a} (A) and {b} (B), item by item", command)
    axis = f"Difference in piles (right: higher in {a})"
    spec = plots.item_differences(shown, title, axis)
    return Figure(title, spec, alt, table)


def change(result: Result, case: str, axis: str, command: str) -> Figure:
    """Values over session number with smoothed lines."""
    title = f"{axis} over the sessions of {case}"
    alt = f"Dots and smoothed lines. {_each_series(result.frame, 'variable', 'session', 'value')}."
    table = printed("change points", result, title, command)
    return Figure(title, plots.change_lines(result.frame, title, axis), alt, table)


def structure_scores(result: Result, case: str, command: str) -> Figure:
    """Scores of the interaction structures of a case."""
    title = f"Interaction structures over the sessions of {case}"
    alt = f"Lines. {_each_series(result.frame, 'structure', 'session', 'score')}."
    table = printed("structure scores", result, title, command)
    return Figure(title, plots.structure_lines(result.frame, title), alt, table)


def scree(result: Result, case: str, command: str) -> Figure:
    """Eigenvalues beside those of chance."""
    title = f"How many structures in {case}: eigenvalues beside chance"
    kept = int(result.frame["kept"].sum())
    sizes = ", ".join(f"{value:.2f}" for value in result.frame["eigenvalue"])
    alt = f"Falling line of eigenvalues ({sizes}) and of chance; {kept} components are kept."
    table = printed("parallel", result, title, command)
    return Figure(title, plots.scree(result.frame, title), alt, table)
