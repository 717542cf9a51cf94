"""What all pictures share: data into altair, rules, points with limits, and the finished spec."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import altair as alt
import polars as pl

from pqs_coder.report.plots import theme

Spec = dict[str, Any]
"""A picture as Vega-Lite: plain data, drawn by `pictures`."""

ROW = 15
"""Height of a row of a picture that lists things, in pixels."""


def data(frame: pl.DataFrame, *columns: str) -> alt.InlineData:
    """The rows of these columns as data of a picture; times as ISO texts."""
    rows = [
        {name: _plain(value) for name, value in row.items()}
        for row in frame.select(columns).iter_rows(named=True)
    ]
    return alt.InlineData(values=rows)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def finished(chart: Any, title: str, subtitle: Sequence[str] = ()) -> Spec:
    """The checked spec of a chart with its title and the look that all share."""
    titled = chart.properties(title=alt.Title(title, subtitle=list(subtitle)))
    spec: Spec = titled.to_dict()
    spec["config"] = theme.config()
    return spec


def line_at(value: float, *, upright: bool = True, dash: Sequence[int] = (4, 3)) -> Any:
    """A line across the picture at one value of x (or of y)."""
    at = alt.datum(value)
    where = {"x": at} if upright else {"y": at}
    mark = alt.Chart(alt.InlineData(values=[{}])).mark_rule(
        color=theme.INK, strokeDash=list(dash), strokeWidth=1, opacity=0.75
    )
    return mark.encode(**where)


def series(field: str, names: Sequence[str], title: str | None = None) -> dict[str, Any]:
    """Colour and sign of a series in one legend; `dashed_line` adds the dash."""
    scale = theme.scales(names)
    legend = alt.Legend(symbolOpacity=1)
    return {
        "color": alt.Color(
            f"{field}:N", scale=alt.Scale(**scale["color"]), title=title, legend=legend
        ),
        "shape": alt.Shape(
            f"{field}:N", scale=alt.Scale(**scale["shape"]), title=title, legend=legend
        ),
    }


def dashed_lines(
    base: alt.Chart, field: str, names: Sequence[str], looks: dict[str, Any]
) -> list[Any]:
    """The line of each series, dashed in its way.

    Lines by themselves, not an encoding: else the signs in the legend would be dashed too.
    """
    return [
        base.transform_filter(alt.FieldEqualPredicate(field=field, equal=name))
        .mark_line(strokeWidth=1.8, strokeDash=theme.dash_of(n))
        .encode(color=looks["color"])
        for n, name in enumerate(names)
    ]


def session_number() -> alt.X:
    """The axis of session numbers."""
    return alt.X(
        "number:Q",
        title="Session number",
        axis=alt.Axis(tickMinStep=1, format="d", grid=False),
        scale=alt.Scale(zero=False, nice=False, padding=12),
    )
