"""Pictures of change over the sessions of a case, and of how many components there are."""

from __future__ import annotations

import altair as alt
import polars as pl

from pqs_coder.report.plots import theme
from pqs_coder.report.plots.base import Spec, dashed_lines, data, finished, series, session_number


def change_lines(frame: pl.DataFrame, title: str, axis: str) -> Spec:
    """Values over session number with a smoothed line, a small picture a variable.

    Columns: variable, label (may be null), number, value, smooth (null where there is none).
    ``axis`` names the scale, so the variables should have one.
    """
    titles = pl.concat_str("variable", pl.col("label"), separator=": ", ignore_nulls=True)
    frame = frame.with_columns(titles.alias("title"))
    names = frame["title"].unique(maintain_order=True).to_list()
    looks = series("title", names)
    base = alt.Chart().encode(x=session_number())
    scale = alt.Scale(zero=False)
    dots = base.mark_point(filled=True, size=40, opacity=0.9).encode(
        y=alt.Y("value:Q", title=axis, scale=scale),
        color=looks["color"].legend(None),
        shape=looks["shape"].legend(None),
    )
    line = base.mark_line(strokeWidth=2).encode(
        y=alt.Y("smooth:Q", title=axis, scale=scale), color=looks["color"].legend(None)
    )
    source = data(frame, "title", "number", "value", "smooth")
    small = alt.layer(line, dots, data=source).properties(width=theme.WIDTH, height=120)
    header = alt.Header(title=None, labelAnchor="start", labelFontWeight="bold", labelOrient="top")
    chart = small.facet(row=alt.Row("title:N", sort=names, header=header), spacing=16)
    return finished(chart.resolve_scale(y="independent"), title, ["Line: smoothed."])


def structure_lines(frame: pl.DataFrame, title: str) -> Spec:
    """Scores of interaction structures over session number, a line a structure.

    Columns: structure, number, score.
    """
    names = frame["structure"].unique(maintain_order=True).to_list()
    looks = series("structure", names, "Structure")
    base = alt.Chart(data(frame, "structure", "number", "score")).encode(
        x=session_number(),
        y=alt.Y("score:Q", title="Score (mean pile)", scale=alt.Scale(zero=False)),
    )
    chart = alt.layer(
        *dashed_lines(base, "structure", names, looks),
        base.mark_point(filled=True, size=45, opacity=1).encode(**looks),
    ).properties(width=theme.WIDTH, height=theme.HEIGHT)
    return finished(chart, title)


def scree(frame: pl.DataFrame, title: str) -> Spec:
    """Eigenvalues beside those of chance (parallel analysis); filled dots are kept.

    Columns: component, eigenvalue, random_95, kept.
    """
    names = {"eigenvalue": "of the sorts", "random_95": "of chance (95 %)"}
    long = frame.unpivot(
        list(names), index=["component", "kept"], variable_name="which", value_name="size"
    ).with_columns(pl.col("which").replace_strict(names, return_dtype=pl.String))
    looks = series("which", list(names.values()))
    base = alt.Chart(data(long, "component", "which", "size", "kept")).encode(
        x=alt.X(
            "component:Q",
            title="Component",
            axis=alt.Axis(tickMinStep=1, format="d", grid=False),
            scale=alt.Scale(zero=False, nice=False, padding=14),
        ),
        y=alt.Y("size:Q", title="Eigenvalue"),
    )
    kept = base.transform_filter(f"datum.kept && datum.which == '{names['eigenvalue']}'")
    chart = alt.layer(
        *dashed_lines(base, "which", list(names.values()), looks),
        base.mark_point(size=60, opacity=1).encode(**looks),
        kept.mark_point(size=60, filled=True, opacity=1, color=theme.COLOURS[0]),
    ).properties(width=theme.WIDTH, height=theme.HEIGHT)
    return finished(chart, title, ["Filled: the components that are kept."])
