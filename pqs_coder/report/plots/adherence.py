"""Pictures of adherence: lines over a case, dots for groups, a map of sessions x prototypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from pqs_coder.analysis.change import FEWEST_SESSIONS
from pqs_coder.report.plots import theme
from pqs_coder.report.plots.base import (
    ROW,
    Spec,
    dashed_lines,
    data,
    finished,
    line_at,
    series,
    session_number,
)

MOST_BANDS = 3
"""Intervals are drawn for so many prototypes; more would hide each other (the table has them)."""
MOST_NUMBERS = 12
"""Columns up to which the cells of a map carry their numbers."""


def adherence_lines(frame: pl.DataFrame, title: str, words: Sequence[str] = ()) -> Spec:
    """Adherence over the sessions of one case, a line a prototype, with its band of limits.

    Columns: session, number, prototype, r, r_low, r_high, n_raters. Sessions are placed by number.
    Few sessions stand apart; a session that one rater sorted is hollow.
    """
    names = frame["prototype"].unique(maintain_order=True).to_list()
    looks = series("prototype", names, "Prototype")
    columns = ("session", "number", "prototype", "r", "r_low", "r_high", "n_raters")
    base = alt.Chart(data(frame, *columns)).encode(x=session_number())
    y = alt.Y("r:Q", title="r with the prototype")
    joined = frame["session"].n_unique() >= FEWEST_SESSIONS
    layers = [line_at(0, upright=False, dash=(1, 0))]
    if joined:
        layers += dashed_lines(base.encode(y=y), "prototype", names, looks)
    dots = base.mark_point(filled=True, size=55, opacity=1).encode(y=y, **looks)
    layers.append(dots.transform_filter("datum.n_raters > 1"))
    hollow = base.mark_point(size=55, opacity=1, fill="white").encode(y=y, **looks)
    layers.append(hollow.transform_filter("datum.n_raters == 1"))
    if len(names) <= MOST_BANDS:
        limits = base.mark_area(opacity=0.13) if joined else base.mark_rule(opacity=0.5)
        band = limits.encode(
            y=alt.Y("r_low:Q", title="r with the prototype"),
            y2="r_high:Q",
            color=looks["color"],
        )
        layers.insert(0, band)
    chart = alt.layer(*layers).properties(width=theme.WIDTH, height=theme.HEIGHT)
    return finished(chart, title, words)


def adherence_groups(frame: pl.DataFrame, title: str) -> Spec:
    """Mean adherence of groups as dots with intervals, a row a group and prototype.

    Columns: group, prototype, r, r_low, r_high.
    """
    names = frame["prototype"].unique(maintain_order=True).to_list()
    groups = frame["group"].unique(maintain_order=True).to_list()
    looks = series("prototype", names, "Prototype")
    y = alt.Y("group:N", title=None, sort=groups, axis=alt.Axis(grid=False))
    offset = alt.YOffset("prototype:N", sort=names)
    base = alt.Chart(data(frame, "group", "prototype", "r", "r_low", "r_high")).encode(
        y=y, yOffset=offset
    )
    title_x = "Mean r with the prototype"
    limits = base.mark_rule(strokeWidth=1.6).encode(
        x=alt.X("r_low:Q", title=title_x), x2="r_high:Q", color=looks["color"]
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("r:Q", title=title_x), **looks
    )
    step = max(16 * len(names) + 12, 34)
    chart = alt.layer(line_at(0, dash=(1, 0)), limits, dots).properties(
        width=theme.WIDTH, height=alt.Step(step, **{"for": "position"})
    )
    return finished(chart, title)


def adherence_map(frame: pl.DataFrame, title: str) -> Spec:
    """Sessions x prototypes as shaded cells with their numbers.

    Columns: label (how the session is named), prototype, r. Rows in the order of the frame.
    """
    labels = frame["label"].unique(maintain_order=True).to_list()
    names = frame["prototype"].unique(maintain_order=True).to_list()
    base = alt.Chart(data(frame, "label", "prototype", "r")).encode(
        x=alt.X(
            "prototype:N",
            sort=names,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0 if len(names) < 8 else -45, domain=False),
        ),
        y=alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(domain=False, ticks=False)),
    )
    colour = alt.Color(
        "r:Q",
        scale=alt.Scale(domain=[-1, 1], range=list(theme.BELOW_TO_ABOVE)),
        legend=alt.Legend(title="r", gradientLength=140),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(color=colour)
    width = max(56, min(110, 640 // max(len(names), 1)))
    layers = [cells]
    if len(names) <= MOST_NUMBERS:
        layers.append(_numbers(base, "r", light_below=-0.6, light_above=0.6))
    chart = alt.layer(*layers).properties(width=alt.Step(width), height=alt.Step(ROW))
    return finished(chart, title)


def _numbers(base: alt.Chart, field: str, light_below: float, light_above: float) -> Any:
    """The value in each cell, light on dark cells."""
    test = f"datum.{field} < {light_below} || datum.{field} > {light_above}"
    return base.mark_text(fontSize=10).encode(
        text=alt.Text(f"{field}:Q", format=".2f"),
        color=alt.when(test).then(alt.value("#ffffff")).otherwise(alt.value("#000000")),
    )
