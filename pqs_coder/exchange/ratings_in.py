"""Ratings on a form from a lab's table: read, shown as a plan, then written as any rater's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, PqsError, UsageError
from pqs_coder.exchange.headers import choose_table, usual_names, where_words
from pqs_coder.exchange.names import map_names, renamed
from pqs_coder.exchange.options import ReadOptions
from pqs_coder.exchange.scales import whole_number
from pqs_coder.exchange.tables_in import TextTable, read_tables
from pqs_coder.exchange.wide import has_items, item_columns, item_words
from pqs_coder.model.card import tidy_evidence, tidy_note
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import find_name
from pqs_coder.model.words import plural
from pqs_coder.store.making import make_session_folder, taken_codes
from pqs_coder.store.ratings import Rating, all_ratings, open_sheet
from pqs_coder.store.study import Study

LONG = ("session", "rater", "item", "value")
"""The columns of a row for each item, as ``pqs score --ratings`` writes them."""
PLAN_SCHEMA = {
    "line": pl.Int64,
    "session": pl.String,
    "rater": pl.String,
    "rated": pl.Int64,
    "missing": pl.Int64,
    "why": pl.String,
}


@dataclass
class Given:
    """What a file says of one rater's form of one session; ``problems`` are why it can't go in."""

    session: str
    rater: str
    line: int
    said: dict[int, Rating] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RatingPlan:
    """What would go in: all of ``given``, or nothing where one has a problem."""

    form: ItemSet
    given: tuple[Given, ...]
    new_sessions: tuple[str, ...]
    says: tuple[str, ...]

    @property
    def refused(self) -> tuple[Given, ...]:
        """Those that can't go in."""
        return tuple(one for one in self.given if one.problems)

    def table(self) -> pl.DataFrame:
        """A row for each that is refused, else for each that goes in."""
        items = len(self.form.items)
        rows = []
        for one in self.refused or self.given:
            rated = sum(said.value is not None for said in one.said.values())
            why = "; ".join(one.problems[:3]) or None
            rows.append((one.line, one.session, one.rater, rated, items - rated, why))
        return pl.DataFrame(rows, schema=PLAN_SCHEMA, orient="row")


def plan_ratings(study: Study, path: Path, form: ItemSet, options: ReadOptions) -> RatingPlan:
    """Read a wide table (a column for each item) or a long one (`LONG`); nothing is written.

    An empty cell is a missing item. Raises `DataError` where the table can't be read, `UsageError`
    for anybody but a lead.
    """
    if not study.viewer.leads:
        raise UsageError("Ratings are imported by leads.", "Ask the lead of the study.")
    tables = read_tables(path)
    table = choose_table(path, tables, options.sheet, form, lambda one: _is_known(one, form))
    options = usual_names(table, options)
    columns, given = (_long if _is_long(table) else _wide)(table, form, options)
    blank = [one for one in given if not one.problems and not _says_anything(one)]
    given = [one for one in given if one not in blank]
    if not given:
        raise DataError(f"{path}: no ratings.", "Give a row for each session and rater.")
    words = [", ".join(f"{what}: {name}" for what, name in columns.items()) + "."]
    words += where_words(table) + _name_all(study, given)
    if blank:
        words.append(f"Without any rating, and passed over: {plural(len(blank), 'row')}.")
    if form.reversed_items:
        turned = ", ".join(map(str, form.reversed_items))
        words.append(f"The values are taken as they were given; {turned} are turned in the scores.")
    known = {(one.session, one.rater) for one in all_ratings(study, form.id)}
    for one in given:
        if (one.session, one.rater) in known:
            one.problems.append(f"ratings on {form.id} are in the study already")
    codes = study.session_codes()
    new = dict.fromkeys(one.session for one in given if one.session not in codes)
    return RatingPlan(form, tuple(given), tuple(new), tuple(words))


def _says_anything(one: Given) -> bool:
    return any(said != Rating() for said in one.said.values())


def _is_known(table: TextTable, form: ItemSet) -> bool:
    return _is_long(table) or has_items(table, form)


def _is_long(table: TextTable) -> bool:
    return all(table.find(name) is not None for name in LONG)


def _wide(
    table: TextTable, form: ItemSet, options: ReadOptions
) -> tuple[dict[str, str], list[Given]]:
    session = table.place(options.session_column, "--session-column")
    rater = table.place(options.rater_column, "--rater-column")
    items = item_columns(table, form, {session, rater})
    given = []
    for line, cells in table.rows:
        row = cells + [""] * (len(table.header) - len(cells))
        one = Given(row[session].strip(), row[rater].strip(), line)
        for item, place in items.items():
            _rate(one, form, item, row[place])
        given.append(one)
    names = {"session": table.header[session], "rater": table.header[rater]}
    return {"form": form.id, **names, "items": item_words(table, items)}, given


def _long(
    table: TextTable, form: ItemSet, _options: ReadOptions
) -> tuple[dict[str, str], list[Given]]:
    at = {name: table.find(name) for name in (*LONG, "form", "form_hash", "note", "evidence")}
    begun: dict[tuple[str, str], Given] = {}
    for line, cells in table.rows:
        row = cells + [""] * (len(table.header) - len(cells))
        said = {name: row[place].strip() if place is not None else "" for name, place in at.items()}
        one = begun.setdefault(
            (said["session"], said["rater"]), Given(said["session"], said["rater"], line)
        )
        item = whole_number(said["item"])
        if said["form"] not in ("", form.id) or said["form_hash"] not in ("", form.hash):
            one.problems.append(f"line {line}: of another form or wording ({said['form']})")
        elif item is None or not form.has_item(item):
            one.problems.append(f"line {line}: no item {said['item'][:20]!r}")
        elif item in one.said:
            one.problems.append(f"line {line}: item {item} for the second time")
        else:
            _rate(one, form, item, said["value"])
            _say(one, item, row[at["note"]] if at["note"] is not None else "", said["evidence"])
    return {"form": form.id, "layout": "a row for each item"}, list(begun.values())


def _rate(one: Given, form: ItemSet, item: int, cell: str) -> None:
    value = whole_number(cell)
    if cell.strip() and (value is None or not form.has_pile(value)):
        scale = f"{form.values[0]}..{form.values[-1]}"
        one.problems.append(f"item {item} is {cell.strip()[:20]!r}, not {scale}")
    else:
        one.said[item] = Rating(value)


def _say(one: Given, item: int, note: str, evidence: str) -> None:
    try:
        marks = tidy_evidence(tuple(evidence.split()))
    except PqsError as error:
        one.problems.append(f"item {item}: {error.message}")
        return
    if item in one.said:
        one.said[item] = replace(one.said[item], note=tidy_note(note), evidence=marks)


def _name_all(study: Study, given: Sequence[Given]) -> list[str]:
    """Give sessions and raters valid names, as the study spells them; words on what changed."""
    words = []
    codes = study.session_codes()
    raters = [one.name for one in study.settings.raters]
    raters += sorted({name for code in codes for name in study.raters_of(code)})
    sessions = map_names((one.session for one in given), "session")
    people = map_names((one.rater for one in given), "rater")
    for what, names in (("session", sessions), ("rater", people)):
        shown = [f"'{text}' is {name}" for text, name in renamed(names).items()]
        if shown:
            words.append(f"Names of {what}s: {', '.join(shown[:10])}{' ...' * (len(shown) > 10)}.")
    lines: dict[tuple[str, str], int] = {}
    for one in given:
        for what, text in (("session", one.session), ("rater", one.rater)):
            if not text.strip():
                one.problems.append(f"no {what}")
        session, rater = sessions.get(one.session, ""), people.get(one.rater, "")
        one.session = find_name(session, codes) or session
        one.rater = find_name(rater, raters) or rater
        first = lines.setdefault((one.session, one.rater), one.line)
        if first != one.line:
            one.problems.append(f"{one.session} by {one.rater} stands on line {first} too")
    return words


def carry_out_ratings(
    plan: RatingPlan, study: Study, progress: Callable[[int, int], None] = lambda _d, _t: None
) -> int:
    """Make the new sessions and write what is in the plan; how many forms were written."""
    if plan.refused:
        raise DataError("Some ratings are refused; nothing was taken in.", "Mend these rows.")
    taken = taken_codes(study.folder)
    for code in plan.new_sessions:
        make_session_folder(study.folder, code, taken=taken)
    for done, one in enumerate(plan.given, 1):
        with open_sheet(study, one.session, plan.form, one.rater) as sheet:
            for item, said in one.said.items():
                if said.value is not None:
                    sheet.rate(item, said.value)
                if said.note:
                    sheet.note(item, said.note)
                if said.evidence:
                    sheet.evidence(item, said.evidence)
        progress(done, len(plan.given))
    return len(plan.given)
