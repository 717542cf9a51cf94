"""The pages of the lead's desk as lines: layout only, every number comes from the analyses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pqs_coder.model.words import plural
from pqs_coder.tui.screens.lead_agreement import agreement_page
from pqs_coder.tui.screens.lead_data import Names, PageData, Records
from pqs_coder.tui.screens.lead_tables import Column, noted, number, table_sheet
from pqs_coder.tui.text import visible, wrap
from pqs_coder.tui.widgets.lead_list import Row, Sheet, plain
from pqs_coder.tui.widgets.lines import Line, Piece

# -- progress --------------------------------------------------------------------------------------

_SIGNS = {"assigned": "to do", "submitted": "done"}


def progress_page(data: PageData, names: Names, cells: int) -> Sheet:
    """Sessions by raters, then the pace of each rater."""
    status, third = data.tables["status"], data.tables.get("third")
    raters = sorted({one["rater"] for one in status if one["rater"]})
    states = {one["session"]: one["state"] for one in third or ()}
    grid: dict[str, dict[str, str]] = {}
    for one in status:
        row = grid.setdefault(one["session"], {})
        if one["rater"]:
            row[one["rater"]] = _SIGNS.get(one["state"], f"{one['piled']}/{one['items']}")
    done = sum(one["state"] == "submitted" for one in status)
    counts = (
        f"{plural(len(grid), 'session')}, {plural(done, 'sort')} submitted, "
        f"{'...' if third is None else f'{len(third):,}'} under the threshold or rated by a third"
    )
    width = max(7, min(10, (cells - 30) // max(1, len(raters)) - 1))
    columns: list[Column] = [("session", -12, lambda one: one["session"])]
    columns += [(names(rater), width, _cell_of(rater)) for rater in raters]
    columns.insert(1, ("third rater", -11, lambda one: one["third"]))
    records = [
        {"session": code, "third": _third(states.get(code)), "work": row}
        for code, row in grid.items()
    ]
    sheet = table_sheet(
        records,
        columns,
        cells,
        key=lambda one: one["session"],
        style=lambda one: "over" if one["third"] else "",
    )
    pace = [Row(line) for line in _pace_lines(data.tables.get("pace", []), names, cells)]
    head = (plain(counts, "strong"), *sheet.head)
    room = (cells - 1 - 13 - 12) // (width + 1)
    more = [
        f"No room for {plural(len(raters) - room, 'rater')} more: a wider window, or pqs status."
    ]
    notes = (*(more if len(raters) > room else ()), *data.notes)
    return noted(Sheet(head, [*sheet.rows, Row(plain("")), *pace]), notes, names, cells)


def _cell_of(rater: str) -> Callable[[dict[str, Any]], str]:
    return lambda one: one["work"].get(rater, "-")


def _third(state: str | None) -> str:
    return {None: "", "resolved": ""}.get(state, state or "")


def _day(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if value is not None else ""


def _pace_lines(pace: Records, names: Names, cells: int) -> list[Line]:
    sheet = table_sheet(
        pace,
        [
            ("rater", -12, lambda one: names(one["rater"])),
            ("to do", 6, lambda one: str(one["to_do"])),
            ("drafts", 7, lambda one: str(one["drafts"])),
            ("done", 5, lambda one: str(one["submitted"])),
            ("min", 7, lambda one: number(one["minutes"], 0)),
            ("min/sort", 8, lambda one: number(one["minutes_a_sort"], 0)),
            ("a week", 7, lambda one: number(one["sorts_a_week"], 1)),
            ("may end", 11, lambda one: _day(one["expected_end"])),
        ],
        cells,
    )
    return [*sheet.head, *(row.line for row in sheet.rows)]


# -- matrix ----------------------------------------------------------------------------------------


def matrix_page(data: PageData, names: Names, cells: int) -> Sheet:
    """Raters by raters, numbers with shades, then each pair with its interval."""
    from pqs_coder.report.text_plots import matrix_lines

    pairs = data.tables["matrix"]
    if not pairs:
        return noted(Sheet(), data.notes, names, cells)
    raters = list(dict.fromkeys([n for one in pairs for n in (one["rater_a"], one["rater_b"])]))
    raters.sort()
    r = {(one["rater_a"], one["rater_b"]): one["r"] for one in pairs}
    grid = [[r.get((a, b), r.get((b, a))) for b in raters] for a in raters]
    picture = matrix_lines([names(one) for one in raters], grid, width=cells - 2)
    table = table_sheet(
        pairs,
        [
            ("pair", -24, lambda one: f"{names(one['rater_a'])} {names(one['rater_b'])}"),
            ("sessions", 8, lambda one: str(one["n_sessions"])),
            ("r", 6, lambda one: number(one["r"])),
            ("95 %", 12, lambda one: f"{number(one['r_low'])} {number(one['r_high'])}"),
            ("lowest", 7, lambda one: number(one["r_min"])),
            ("under", 6, lambda one: str(one["n_under"])),
        ],
        cells,
        key=lambda one: f"{one['rater_a']},{one['rater_b']}",
    )
    rows = [Row(plain(line)) for line in picture]
    rows += [Row(plain("")), *(Row(line) for line in table.head), *table.rows]
    title = plain("mean r of each pair over the sessions that both have sorted", "strong")
    return noted(Sheet((title,), rows), data.notes, names, cells)


# -- raters, drift, training -----------------------------------------------------------------------


def raters_page(data: PageData, names: Names, cells: int) -> Sheet:
    """Portraits, and how much higher each rater lays items of a group."""
    if not data.tables["portraits"]:
        return noted(Sheet(), data.notes, names, cells)
    sheet = table_sheet(
        data.tables["portraits"],
        [
            ("rater", -12, lambda one: names(one["rater"])),
            ("sorts", 5, lambda one: str(one["n_sorts"])),
            ("r", 5, lambda one: number(one["r_others"])),
            ("95 %", 11, lambda one: f"{number(one['r_low'])} {number(one['r_high'])}"),
            ("notes", 6, lambda one: number(one["notes"], 1)),
            ("evid.", 6, lambda one: number(one["evidence"], 1)),
            ("hour", 5, lambda one: number(one["whole_hour"], 1)),
            ("unsure", 6, lambda one: number(one["unsure"], 1)),
            ("min", 5, lambda one: number(one["minutes"], 0)),
            ("self", 5, lambda one: number(one["r_self"])),
        ],
        cells,
    )
    bias = table_sheet(
        data.tables["bias"],
        [
            ("rater", -12, lambda one: names(one["rater"])),
            ("items about", -14, lambda one: one["group"]),
            ("higher by", 10, lambda one: number(one["bias"])),
            ("se", 6, lambda one: number(one["se"])),
        ],
        cells,
    )
    rows = [*sheet.rows, Row(plain("")), *(Row(line) for line in bias.head), *bias.rows]
    return noted(Sheet(sheet.head, rows), data.notes, names, cells)


def drift_page(data: PageData, names: Names, cells: int) -> Sheet:
    """What was found, then a control chart for each rater, those with a warning first."""
    from pqs_coder.report.text_plots import Strip, strip_plot

    if not data.tables["drift"]:
        return noted(Sheet(), data.notes, names, cells)
    rows: list[Row] = []
    for note in data.notes:
        lines = wrap(visible(names.in_words(note)), cells - 2)
        rows += [Row(plain(line, "strong")) for line in lines]
    if data.notes:
        rows.append(Row(plain("")))
    charts: dict[str, Records] = {}
    for one in data.tables["drift"]:
        charts.setdefault(one["rater"], []).append(one)
    warnings = {rater: any(one["warning"] for one in chart) for rater, chart in charts.items()}
    for rater, chart in sorted(charts.items(), key=lambda pair: not warnings[pair[0]]):
        warned = warnings[rater]
        outside = [one for one in chart if one["warning"]]
        said = ", ".join(
            f"{side} the limits from sort {first['order']} of {len(chart)} on ({first['session']})"
            for side in ("below", "above")
            for first in [one for one in outside if one["side"] == side][:1]
        )
        title = f"{names(rater)}: {visible(said)}" if warned else names(rater)
        rows.append(Row(plain(title, "over" if warned else "strong"), begins=True))
        shown = ("deviation", "level", "low", "high")
        values = [one[k] for one in chart for k in shown if one[k] is not None]
        low, high = min(values, default=-0.2), max(values, default=0.2)
        strips = [
            Strip(
                f"{one['order']:>3} {one['session']}",
                one["deviation"] if one["baseline"] else one["level"],
                one["low"],
                one["high"],
                "!" if one["warning"] else "." if one["baseline"] else "o",
            )
            for one in chart
        ]
        lines = strip_plot(strips, width=cells - 2, low=low - 0.02, high=high + 0.02)
        rows += [Row(plain(line)) for line in lines]
        rows.append(Row(plain("")))
    head = (
        plain(
            "r less what was expected: . in the baseline, o level (moving average) after it,",
            "title",
        ),
        plain("! outside its limits (---); left and right go from rater to rater", "title"),
    )
    return Sheet(head, rows)


def training_page(data: PageData, names: Names, cells: int) -> Sheet:
    """Practice sorts against their criterion."""
    return noted(
        table_sheet(
            data.tables["training"],
            [
                ("rater", -12, lambda one: names(one["rater"])),
                ("sort", 4, lambda one: str(one["order"])),
                ("session", -12, lambda one: one["session"]),
                ("r", 5, lambda one: number(one["r"])),
                ("95 %", 11, lambda one: f"{number(one['r_low'])} {number(one['r_high'])}"),
                ("exact", 6, lambda one: number(one["exact"])),
                ("in a row", 8, lambda one: str(one["in_a_row"])),
                ("certified", -9, lambda one: "yes" if one["certified"] else ""),
            ],
            cells,
            style=lambda one: "good" if one["certified"] else "",
        ),
        data.notes,
        names,
        cells,
    )


PAGES: dict[str, Callable[[PageData, Names, int], Sheet]] = {
    "progress": progress_page,
    "agreement": agreement_page,
    "matrix": matrix_page,
    "raters": raters_page,
    "drift": drift_page,
    "training": training_page,
}


def tabs_line(now: str) -> list[Piece]:
    """The pages by key, the one that is open marked."""
    pieces: list[Piece] = []
    for n, page in enumerate(PAGES, 1):
        shown = f"[{n} {page}]" if page == now else f" {n} {page} "
        pieces.append((shown, "cursor" if page == now else ""))
    return pieces
