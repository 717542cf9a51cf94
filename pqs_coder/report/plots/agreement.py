"""Pictures of agreement: sessions with intervals, the matrix of raters, third raters, drift."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from pqs_coder.analysis.agreement_sessions import ROUNDING
from pqs_coder.report.plots import theme
from pqs_coder.report.plots.base import ROW, Spec, data, finished, line_at

_HOLLOW = "white"
STATES = ("at the threshold or over it", "asks for another rater", "under it, nobody left to ask")


def session_agreement(
    frame: pl.DataFrame, threshold: float, title: str, baseline: float | None = None
) -> Spec:
    """r of each session with its interval, lowest on top, beside the threshold.

    Columns: session, r, r_low, r_high, needs_rater. What a session is, its sign tells too;
    ``baseline`` is drawn as a dotted line.
    """
    shown = frame.drop_nulls("r").sort("r", "session")
    state = (
        pl.when(pl.col("needs_rater"))
        .then(pl.lit(STATES[1]))
        .when(pl.col("r") < threshold - ROUNDING)
        .then(pl.lit(STATES[2]))
        .otherwise(pl.lit(STATES[0]))
    )
    shown = shown.with_columns(state.alias("state"))
    base = alt.Chart(data(shown, "session", "r", "r_low", "r_high", "state")).encode(
        y=alt.Y("session:N", sort=shown["session"].to_list(), title=None, axis=_rows_axis())
    )
    limits = base.mark_rule(color=theme.GREY, strokeWidth=1.4).encode(
        x=alt.X("r_low:Q", title="r between raters"), x2="r_high:Q"
    )
    signs = ["circle", "triangle-up", "square"]
    dots = base.mark_point(size=48, filled=True, opacity=1, strokeWidth=1.5).encode(
        x=alt.X("r:Q", title="r between raters"),
        shape=alt.Shape(
            "state:N",
            title=None,
            scale=alt.Scale(domain=list(STATES), range=signs),
            legend=alt.Legend(orient="top", labelLimit=0),
        ),
        color=alt.Color(
            "state:N",
            title=None,
            scale=alt.Scale(domain=list(STATES), range=list(theme.COLOURS[:3])),
        ),
    )
    layers = [line_at(threshold), limits, dots]
    words = [f"Dashed: the threshold, {threshold:.2f}."]
    if baseline is not None:
        layers.insert(0, line_at(baseline, dash=(1, 3)))
        words.append(f"Dotted: raters of other sessions and cases, {baseline:.2f}.")
    chart = alt.layer(*layers).properties(width=theme.WIDTH, height=alt.Step(ROW))
    return finished(chart, title, [" ".join(words)])


def _rows_axis() -> alt.Axis:
    return alt.Axis(grid=True, gridDash=[1, 2], ticks=False, domain=False)


def rater_matrix(frame: pl.DataFrame, title: str) -> Spec:
    """Raters x raters: mean r as a shade and a number, the number of sessions below it.

    Columns: rater_a, rater_b, n_sessions, r.
    """
    half = frame.select("rater_a", "rater_b", "r", "n_sessions")
    whole = pl.concat(
        [
            half,
            half.select(
                pl.col("rater_b").alias("rater_a"),
                pl.col("rater_a").alias("rater_b"),
                "r",
                "n_sessions",
            ),
        ]
    ).unique(maintain_order=True)
    names = list(dict.fromkeys([*frame["rater_a"], *frame["rater_b"]]))
    base = alt.Chart(data(whole, "rater_a", "rater_b", "r", "n_sessions")).encode(
        x=alt.X("rater_b:N", sort=names, title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("rater_a:N", sort=names, title=None),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color(
            "r:Q",
            scale=alt.Scale(domain=[0, 1], range=list(theme.LOW_TO_HIGH), clamp=True),
            legend=alt.Legend(title="Mean r", gradientLength=120),
        )
    )
    light = alt.when("datum.r > 0.55").then(alt.value("#ffffff"))
    ink = light.otherwise(alt.value("#000000"))
    numbers = base.mark_text(fontSize=13, dy=-6).encode(
        text=alt.Text("r:Q", format=".2f"), color=ink
    )
    counts = base.transform_calculate(n="'n = ' + datum.n_sessions")
    below = counts.mark_text(fontSize=10, dy=9).encode(text="n:N", color=ink)
    chart = alt.layer(cells, numbers, below).properties(width=alt.Step(74), height=alt.Step(46))
    return finished(chart, title)


def third_raters(frame: pl.DataFrame, threshold: float, title: str) -> Spec:
    """r before (hollow) and after a third rater (filled), a row a session.

    Columns: session, r_before, r_after (null while there is none), state.
    """
    order = frame.sort("r_before", "session")["session"].to_list()
    base = alt.Chart(data(frame, "session", "r_before", "r_after", "state")).encode(
        y=alt.Y("session:N", sort=order, title=None, axis=_rows_axis())
    )
    title_x = "r between raters"
    links = base.mark_rule(color=theme.GREY, strokeWidth=1.4).encode(
        x=alt.X("r_before:Q", title=title_x), x2="r_after:Q"
    )
    before = base.transform_calculate(when="'before: the first two'")
    after = base.transform_filter("isValid(datum.r_after)").transform_calculate(
        when="'after: all raters'"
    )
    steps = ["before: the first two", "after: all raters"]
    looks = {
        "shape": alt.Shape(
            "when:N",
            title=None,
            scale=alt.Scale(domain=steps, range=["circle", "square"]),
            legend=alt.Legend(orient="top"),
        ),
        "fill": alt.Fill(
            "when:N", title=None, scale=alt.Scale(domain=steps, range=[_HOLLOW, theme.COLOURS[0]])
        ),
    }
    dot: dict[str, Any] = {"size": 55, "stroke": theme.COLOURS[0], "strokeWidth": 1.5, "opacity": 1}
    layers = [
        line_at(threshold),
        links,
        before.mark_point(**dot).encode(x=alt.X("r_before:Q", title=title_x), **looks),
        after.mark_point(**dot).encode(x=alt.X("r_after:Q", title=title_x), **looks),
    ]
    chart = alt.layer(*layers).properties(width=theme.WIDTH, height=alt.Step(ROW))
    return finished(chart, title, [f"Dashed: the threshold, {threshold:.2f}."])


def drift_chart(frame: pl.DataFrame, title: str) -> Spec:
    """Control charts, one below the other: deviations, their moving level, and the limits.

    Columns: rater, order, deviation, level, center, low, high, warning, side. A warning is a
    triangle.
    """
    names = frame["rater"].unique(maintain_order=True).to_list()
    columns = ("rater", "order", "deviation", "level", "center", "low", "high", "warning", "side")
    source = data(frame, *columns)
    x = alt.X("order:Q", title="Sorts in the order of submission", axis=_count_axis())
    title_y = "r less expected"
    base = alt.Chart().encode(x=x)
    dots = base.mark_point(size=26, color=theme.GREY, opacity=0.8).encode(
        y=alt.Y("deviation:Q", title=title_y)
    )
    level = base.mark_line(color=theme.COLOURS[0], strokeWidth=2).encode(
        y=alt.Y("level:Q", title=title_y)
    )
    limits = [
        base.mark_line(color=theme.INK, strokeDash=dash, strokeWidth=1).encode(
            y=alt.Y(f"{name}:Q", title=title_y)
        )
        for name, dash in (("center", [1, 0]), ("low", [4, 3]), ("high", [4, 3]))
    ]
    warned = [
        base.transform_filter(alt.datum.side == side)
        .mark_point(shape=shape, filled=True, size=80, color=theme.COLOURS[1], opacity=1)
        .encode(y="level:Q")
        for side, shape in (("below", "triangle-down"), ("above", "triangle-up"))
    ]
    layered = alt.layer(*limits, dots, level, *warned).properties(width=theme.WIDTH, height=110)
    header = alt.Header(title=None, labelAnchor="start", labelFontWeight="bold", labelOrient="top")
    chart = alt.layer(*layered.layer, data=source).properties(width=theme.WIDTH, height=110)
    faceted = chart.facet(row=alt.Row("rater:N", sort=names, header=header), spacing=18)
    words = [
        "Dots: sorts; the first, without a level, are the baseline. Line: moving level.",
        "Dashed: its limits. Triangle: the level is outside them.",
    ]
    return finished(faceted, title, words)


def _count_axis() -> alt.Axis:
    return alt.Axis(tickMinStep=1, format="d", grid=False)
