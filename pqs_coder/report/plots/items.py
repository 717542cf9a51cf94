"""Pictures of items: one sort as a pyramid, and differences between two groups."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from pqs_coder.report.plots import theme
from pqs_coder.report.plots.base import Spec, data, finished, line_at

CARD_WIDTH = 104
CARD_HEIGHT = 17
WORD_SIZE = 8.5
_NARROW, _USUAL, _WIDE = 0.30, 0.56, 0.86
"""Widths of letters in parts of their size."""


def pyramid(frame: pl.DataFrame, values: Sequence[int], title: str) -> Spec:
    """One sort as columns standing on a common ground, lowest pile on the left.

    Columns: item, label (may be null), pile. Items of a pile lie by number.
    """
    placed = frame.drop_nulls("pile").sort("pile", "item", descending=[False, True])
    placed = placed.with_columns(
        pl.int_range(pl.len()).over("pile").alias("level"),
        pl.col("label").fill_null("").map_elements(_on_card, return_dtype=pl.String).alias("words"),
    )
    tallest = placed["level"].max()
    levels = list(range(tallest if isinstance(tallest, int) else 0, -1, -1))
    base = alt.Chart(data(placed, "item", "words", "pile", "level")).encode(
        x=alt.X(
            "pile:O",
            title=None,
            scale=alt.Scale(domain=list(values), paddingInner=0.04, paddingOuter=0.02),
            axis=alt.Axis(labelAngle=0, labelFontSize=13, ticks=False, domain=False),
        ),
        y=alt.Y("level:O", axis=None, scale=alt.Scale(domain=levels, paddingInner=0.12)),
    )
    cards = base.mark_rect(
        fill=theme.COLOURS[0],
        fillOpacity=0.10,
        stroke=theme.INK,
        strokeOpacity=0.4,
        strokeWidth=0.6,
        cornerRadius=2,
    )
    half = CARD_WIDTH / 2
    numbers = base.mark_text(align="right", dx=-half + 22, fontSize=10, fontWeight="bold").encode(
        text="item:N"
    )
    labels = base.mark_text(align="left", dx=-half + 26, fontSize=WORD_SIZE).encode(text="words:N")
    chart = alt.layer(cards, numbers, labels).properties(
        width=alt.Step(CARD_WIDTH), height=alt.Step(CARD_HEIGHT)
    )
    return finished(chart, title)


def _on_card(label: str) -> str:
    """As much of a label as a card holds, by the usual widths of letters."""
    room, taken = (CARD_WIDTH - 32) / WORD_SIZE, 0.0
    for n, sign in enumerate(label):
        taken += _NARROW if sign in "iljtfrI.,'() " else _WIDE if sign in "mwMW" else _USUAL
        if taken > room:
            return label[: n - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return label


def item_differences(
    frame: pl.DataFrame, title: str, axis: str, subtitle: Sequence[str] = (), level: float = 0.05
) -> Spec:
    """Differences item by item with intervals, largest on top.

    Columns: item, label, difference, low, high, p_corrected. ``axis`` says which way is which.
    Filled dots hold after correction for all items: p_corrected under ``level``.
    """
    named = frame.with_columns(
        pl.format("{} {}", pl.col("item"), pl.col("label").fill_null("")).alias("name"),
        pl.when(pl.col("p_corrected") < level)
        .then(pl.lit("holds after correction"))
        .otherwise(pl.lit("does not"))
        .alias("verdict"),
    ).sort("difference", descending=True)
    base = alt.Chart(data(named, "name", "difference", "low", "high", "verdict")).encode(
        y=alt.Y("name:N", sort=named["name"].to_list(), title=None, axis=alt.Axis(grid=False))
    )
    limits = base.mark_rule(color=theme.GREY, strokeWidth=1.4).encode(
        x=alt.X("low:Q", title=axis), x2="high:Q"
    )
    verdicts = ["holds after correction", "does not"]
    dots = base.mark_point(size=55, stroke=theme.COLOURS[0], strokeWidth=1.5, opacity=1).encode(
        x=alt.X("difference:Q", title=axis),
        shape=alt.Shape(
            "verdict:N",
            title=None,
            scale=alt.Scale(domain=verdicts, range=["circle", "square"]),
            legend=alt.Legend(orient="top"),
        ),
        fill=alt.Fill(
            "verdict:N",
            title=None,
            scale=alt.Scale(domain=verdicts, range=[theme.COLOURS[0], "white"]),
        ),
    )
    chart = alt.layer(line_at(0, dash=(1, 0)), limits, dots).properties(
        width=theme.WIDTH - 120, height=alt.Step(17)
    )
    return finished(chart, title, subtitle)
