"""The page on agreement: sessions, the whole study, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pqs_coder.model.words import plural
from pqs_coder.tui.screens.lead_data import Names, PageData, Records
from pqs_coder.tui.screens.lead_tables import Column, in_room, noted, number, table_sheet
from pqs_coder.tui.widgets.lead_list import Row, Sheet, plain
from pqs_coder.tui.widgets.lines import Line

LOW = ("needed", "waiting", "nobody", "unresolved")
"""States of a session under the threshold."""
ORDERS = ("under the threshold first", "session", "r", "rel.", "base", "own", "raters")
"""What the sessions can be sorted by."""
MEANING = (
    "r: how alike the raters lay the items, the mean over their pairs; 95 %: its interval over the "
    "items, not over other sessions.",
    "rel.: how far the mean of these raters can be relied on (Spearman-Brown of r).",
    "base: r of these raters with others in other sessions: what any two sorts share. Read r "
    "beside it, not beside zero.",
    "own: what they share beyond the mean profile of the study.",
)


def agreement_page(data: PageData, names: Names, cells: int, order: int = 0) -> Sheet:
    """Sessions in the order of `ORDERS`, then the study as a whole, and what it all means."""
    own = {one["session"]: one["distinctive_r"] for one in data.tables["distinctive"]}
    third = {one["session"]: one["state"] for one in data.tables["third"]}
    agreed = {one["session"]: one["state"] for one in data.tables["consensus"]}
    columns: list[Column] = [
        ("session", -12, lambda one: one["session"]),
        ("r", 5, lambda one: number(one["r"])),
        ("95 %", 11, lambda one: f"{number(one['r_low'])} {number(one['r_high'])}"),
        ("rel.", 5, lambda one: number(one["reliability"])),
        ("base", 5, lambda one: number(one["baseline_r"])),
        ("own", 5, lambda one: number(own.get(one["session"]))),
        ("third rater", -11, lambda one: third.get(one["session"]) or ""),
        ("raters", -16, lambda one: names(one["raters"])),
        ("consensus", -9, lambda one: _some(agreed.get(one["session"]))),
    ]
    records = in_order(data.tables["agreement"], ORDERS[order], own, third)
    sheet = table_sheet(
        records,
        columns,
        cells,
        key=lambda one: one["session"],
        style=lambda one: "over" if third.get(one["session"]) in LOW else "",
    )
    gone = [name for name, *_ in columns[len(in_room(columns, cells)) :]]
    no_room = [plain(f"no room for {', '.join(gone)}: a wider window", "quiet")] if gone else []
    head = (*study_lines(data.tables["study"]), *no_room, *sheet.head)
    ordered = list(sheet.rows)
    under = sum(third.get(one["session"]) in LOW for one in records)
    if not order and 0 < under < len(records):
        ordered.insert(under, Row(plain("not under the threshold, by name", "title")))
    rows = [*ordered, *decision_rows(data.tables["decision"], cells)]
    notes = (*(MEANING if sheet.rows else ()), *data.notes)
    return noted(Sheet(head, rows), notes, names, cells)


def in_order(
    records: Records, order: str, own: dict[str, float | None], third: dict[str, str]
) -> Records:
    """Sessions as they come (by name), or lowest first by a number; blanks last."""
    if order == "session":
        return list(records)
    if order == "raters":
        return sorted(records, key=lambda one: one["raters"])
    value: Callable[[dict[str, Any]], float | None] = {
        "rel.": lambda one: one["reliability"],
        "base": lambda one: one["baseline_r"],
        "own": lambda one: own.get(one["session"]),
    }.get(order, lambda one: one["r"])

    def place(one: dict[str, Any]) -> tuple[bool, float]:
        found = value(one)
        return (found is None, found or 0.0)

    if order in ORDERS[1:]:
        return sorted(records, key=place)
    under = [one for one in records if third.get(one["session"]) in LOW]
    rest = [one for one in records if third.get(one["session"]) not in LOW]
    return [*sorted(under, key=place), *rest]


def study_lines(study: Records) -> list[Line]:
    """The study in one line, as papers print it; no line before there is agreement."""
    if not study:
        return []
    row = study[0]
    words = (
        f"{plural(row['n_sessions'], 'session')}, {plural(row['n_pairs'], 'pair')}  "
        f"mean r {number(row['mean_r'])} ({number(row['min_r'])} to {number(row['max_r'])})  "
        f"rel. {number(row['reliability'])}"
    )
    for name, value in (("base", row["baseline_r"]), ("own", row["distinctive_r"])):
        words += f"  {name} {number(value)}" if value is not None else ""
    return [plain(words, "strong")]


def decision_rows(decision: Records, cells: int) -> list[Row]:
    """What so many raters a session are worth."""
    if not decision:
        return []
    sheet = table_sheet(
        decision,
        [
            ("raters a session", 16, lambda one: str(one["n_raters"])),
            ("profile", 8, lambda one: number(one["profile"])),
            ("distinctive", 12, lambda one: number(one["distinctive"])),
        ],
        cells,
    )
    return [Row(plain("")), *(Row(line) for line in sheet.head), *sheet.rows]


def _some(state: str | None) -> str:
    return "" if state in (None, "none") else state
