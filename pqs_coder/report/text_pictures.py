"""The pictures of a study in plain text, from the same frames as those on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from pqs_coder.analysis.matrix import matrix_grid
from pqs_coder.model.item_set import ItemSet
from pqs_coder.report.text_cells import cell_width, fitted, short_r
from pqs_coder.report.text_plots import (
    Strip,
    matrix_lines,
    pyramid_lines,
    spark_line,
    strip_plot,
)

WIDTH = 100


def session_strips(
    frame: pl.DataFrame, threshold: float, baseline: float | None = None, width: int = WIDTH
) -> list[str]:
    """r of each session with its interval, lowest first; ``!`` asks for another rater."""
    lines = {threshold: "threshold"}
    if baseline is not None:
        lines[baseline] = "baseline"
    rows = [
        Strip(
            row["session"],
            row["r"],
            row["r_low"],
            row["r_high"],
            "!" if row["needs_rater"] else "o",
        )
        for row in frame.sort("r", nulls_last=True).iter_rows(named=True)
    ]
    return strip_plot(rows, width=width, lines=lines)


def rater_matrix(frame: pl.DataFrame, width: int = WIDTH) -> list[str]:
    """Mean r of every pair of raters, darker is higher."""
    names, grid = matrix_grid(frame)
    return matrix_lines(names, grid, width=width)


def third_rater_strips(frame: pl.DataFrame, threshold: float, width: int = WIDTH) -> list[str]:
    """r of the first two (o) and of all raters (#), two rows a session."""
    rows = []
    for row in frame.sort("r_before").iter_rows(named=True):
        rows.append(Strip(f"{row['session']} first two", row["r_before"]))
        if row["r_after"] is not None:
            rows.append(Strip(f"{row['session']} all", row["r_after"], mark="#"))
    return strip_plot(rows, width=width, lines={threshold: "threshold"})


def adherence_matrix(frame: pl.DataFrame, width: int = WIDTH) -> list[str]:
    """Sessions x prototypes, darker is higher; rows by case and number."""
    prototypes = frame["prototype"].unique(maintain_order=True).to_list()
    sessions = frame["session"].unique(maintain_order=True).to_list()
    cells = {(row["session"], row["prototype"]): row["r"] for row in frame.iter_rows(named=True)}
    where = {row["session"]: _place(row) for row in frame.iter_rows(named=True)}
    grid = [[cells.get((code, name)) for name in prototypes] for code in sessions]
    names = [where[code] for code in sessions]
    return matrix_lines(names, grid, columns=prototypes, low=-1.0, width=width)


def _place(row: Mapping[str, object]) -> str:
    number = row.get("number")
    parts = [row.get("case"), int(number) if isinstance(number, float) else None, row["session"]]
    return " ".join(str(part) for part in parts if part is not None)


def limit_strips(
    frame: pl.DataFrame, names: Sequence[str], value: str = "r", width: int = WIDTH
) -> list[str]:
    """Any values with limits: rows named by these columns; the axis reaches as far as they do."""
    limits = ("r_low", "r_high") if value == "r" else ("low", "high")
    rows = [
        Strip(
            " ".join(_word(row[name]) for name in names), row[value], row[limits[0]], row[limits[1]]
        )
        for row in frame.iter_rows(named=True)
    ]
    known = [x for one in rows for x in (one.value, one.low, one.high) if x is not None]
    reach = max([0.1, *(abs(x) for x in known)])
    end = 1.0 if value == "r" and reach > 0.5 else reach * 1.05
    return strip_plot(
        rows, width=width, low=-end, high=end, lines={0.0: "0"}, correlations=value == "r"
    )


def _word(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def sort_pyramid(frame: pl.DataFrame, item_set: ItemSet, width: int = WIDTH) -> list[str]:
    """One sort as its piles, lowest on the left."""
    piles = {
        value: frame.filter(pl.col("pile") == value)["item"].to_list() for value in item_set.values
    }
    sizes = {pile.value: pile.size for pile in item_set.piles}
    labels = {item.number: item.label for item in item_set.items}
    return pyramid_lines(piles, sizes, labels=labels, width=width)


def series_sparks(
    frame: pl.DataFrame, by: str, value: str, order: str, width: int = WIDTH
) -> list[str]:
    """Each series as one line of bars, from its lowest to its highest value, first to last."""
    names = frame[by].unique(maintain_order=True).to_list()
    label = min(max([cell_width(name) for name in names] or [0]), width // 3)
    lines = []
    for name in names:
        part = frame.filter(pl.col(by) == name).sort(order)
        values = part[value].to_list()
        known = [one for one in values if one is not None]
        if not known:
            continue
        low, high = min(known), max(known)
        bars = spark_line(values, low, high if high > low else low + 1)
        ends = f"{short_r(low)} to {short_r(high)}"
        lines.append(f"{fitted(name, label)}  {bars}  {ends}")
    return lines


def eigenvalue_strips(frame: pl.DataFrame, width: int = WIDTH) -> list[str]:
    """Eigenvalues of the sorts (#, kept; o, not) beside the limit of chance (|)."""
    top = max([1.0, *frame["eigenvalue"], *frame["random_95"].drop_nulls()])
    rows = []
    for row in frame.iter_rows(named=True):
        mark = "#" if row["kept"] else "o"
        rows.append(Strip(f"{row['component']} sorts", row["eigenvalue"], mark=mark))
        rows.append(Strip(f"{row['component']} chance", row["random_95"], mark="|"))
    return strip_plot(rows, width=width, low=0.0, high=top, correlations=False)
