"""From a reading to the study: a plan that is shown, then sorts that are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.exchange.likeness import warn_of_mirrors
from pqs_coder.exchange.reading import ImportedSort, SortReading
from pqs_coder.model.card import Card
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import find_name
from pqs_coder.store import files
from pqs_coder.store.making import make_session_folder
from pqs_coder.store.sorts import SortLabels, sort_frame, write_submitted
from pqs_coder.store.study import SortPaths, Study

Keep = Literal["none", "valid", "unforced"]
Progress = Callable[[int, int], None]

PLAN_SCHEMA = {
    "line": pl.Int64,
    "session": pl.String,
    "rater": pl.String,
    "state": pl.String,
    "why": pl.String,
}
"""Columns of `ImportPlan.table`; ``state`` is forced, unforced or refused."""


@dataclass(frozen=True)
class ImportPlan:
    """What would go in and what would not.

    ``taken`` goes in, ``refused`` does not; ``new_sessions`` will be made. ``says`` tells in words
    how the file was read and what was found.
    """

    reading: SortReading
    keep: Keep
    taken: tuple[ImportedSort, ...]
    refused: tuple[ImportedSort, ...]
    new_sessions: tuple[str, ...]
    says: tuple[str, ...]

    def table(self) -> pl.DataFrame:
        """The sorts that are refused, each with its line and why; all sorts where none is."""
        shown = sorted(self.refused or self.taken, key=lambda one: one.line)
        rows = [(one.line, one.session, one.rater, _state(one), one.problem) for one in shown]
        return pl.DataFrame(rows, schema=PLAN_SCHEMA, orient="row").with_columns(
            pl.col("why").replace("", None)
        )


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many sorts were written, in how many sessions, and how many were left out."""

    written: int
    sessions: int
    left: int


def _state(one: ImportedSort) -> str:
    if not one.whole:
        return "refused"
    return "forced" if one.forced else "unforced"


def plan_import(study: Study, reading: SortReading, keep: Keep = "none") -> ImportPlan:
    """Decide what goes in; nothing is written.

    ``keep`` is what is taken where some sorts are not forced: ``none`` (all or nothing), ``valid``
    (the forced ones), ``unforced`` (all that are whole). Raises `UsageError` for anybody but a
    lead and for raters outside a closed roster, `StudyError` where a sort is there already.
    """
    if not study.viewer.leads:
        raise UsageError("Sorts are imported by leads.", "Ask the lead of the study.")
    if not reading.sorts:
        raise DataError(f"{reading.file}: no sorts.", "Give a row for each sort.")
    sorts = _spelled_as_known(study, reading.sorts)
    known = study.session_codes()
    _refuse_existing(study, reading.file, [one for one in sorts if one.session in known])
    wanted: list[ImportedSort] = []
    refused: list[ImportedSort] = []
    for one in sorts:
        goes_in = one.forced or (keep == "unforced" and one.whole)
        (wanted if goes_in else refused).append(one)
    taken = [] if refused and keep == "none" else wanted
    sessions = dict.fromkeys(one.session for one in taken)
    return ImportPlan(
        reading=reading,
        keep=keep,
        taken=tuple(taken),
        refused=tuple(refused),
        new_sessions=tuple(code for code in sessions if code not in known),
        says=tuple(_words(study, reading, sorts)),
    )


def _spelled_as_known(study: Study, sorts: Sequence[ImportedSort]) -> list[ImportedSort]:
    codes = study.session_codes()
    sessions = {one.session: find_name(one.session, codes) or one.session for one in sorts}
    raters = {one.rater: study.spelling_of(one.rater) for one in sorts}
    roster = study.settings
    strangers = [name for name in raters if name and roster.rater(name) is None]
    if roster.roster == "closed" and strangers:
        names = ", ".join(one.name for one in roster.raters) or "nobody"
        raise UsageError(
            f"Not in the roster of this study: {', '.join(strangers[:8])}.",
            f"In the roster: {names}. A lead adds people with pqs raters add NAME.",
        )
    return [replace(one, session=sessions[one.session], rater=raters[one.rater]) for one in sorts]


def _refuse_existing(study: Study, file: str, sorts: Sequence[ImportedSort]) -> None:
    there = []
    for one in sorts:
        if not one.session or not one.rater:
            continue
        paths = SortPaths(study.sorts_folder(one.session), one.rater, again=one.occasion == 2)
        found = find_name(one.rater, study.raters_of(one.session))
        if found is not None:
            paths = replace(paths, rater=found)
        if paths.latest_revision() or files.exists(paths.journal):
            there.append(f"line {one.line}: {one.session} by {paths.rater}")
    if there:
        more = f"\nand {len(there) - 10} more" if len(there) > 10 else ""
        raise StudyError(
            f"{file}: {len(there)} of the sorts are in the study already; nothing was taken in.\n"
            + "\n".join(there[:10])
            + more,
            "A sort is never overwritten. Take these rows out of the file, or rename the rater.",
        )


def _words(study: Study, reading: SortReading, sorts: Sequence[ImportedSort]) -> list[str]:
    words = [", ".join(f"{what}: {name}" for what, name in reading.columns.items()) + "."]
    words += reading.notes
    for what, names in reading.renamed.items():
        shown = [f"'{text}' is {name}" for text, name in names.items()]
        if shown:
            more = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
            words.append(f"Names of {what}s: {', '.join(shown[:10])}{more}.")
    unforced = sum(one.whole and not one.forced for one in sorts)
    broken = sum(not one.whole for one in sorts)
    forced = len(sorts) - unforced - broken
    words.append(
        f"{len(sorts)} sorts: {forced} forced, {unforced} whole with other pile sizes, "
        f"{broken} not whole."
    )
    return words + warn_of_mirrors(study, [one for one in sorts if one.whole])


def carry_out(
    plan: ImportPlan, study: Study, progress: Progress = lambda _done, _total: None
) -> ImportResult:
    """Make the new sessions and write the sorts of a plan, one immutable file each."""
    if plan.refused and plan.keep == "none":
        raise DataError(
            f"{plan.reading.file}: {len(plan.refused)} sorts are refused; nothing was taken in.",
            "Mend these rows, or keep the valid or the unforced ones.",
        )
    for code in plan.new_sessions:
        make_session_folder(study.folder, code)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for done, one in enumerate(plan.taken, 1):
        paths = study.paths(one.session, one.rater, again=one.occasion == 2)
        files.make_folder(paths.folder)
        write_submitted(paths, 1, _frame(one, study.item_set, now))
        progress(done, len(plan.taken))
    sessions = len({one.session for one in plan.taken})
    return ImportResult(len(plan.taken), sessions, len(plan.refused))


def _frame(one: ImportedSort, item_set: ItemSet, now: str) -> pl.DataFrame:
    if one.tidy is not None:
        return _with_details(one, now)
    labels = SortLabels(
        session=one.session,
        rater=one.rater,
        item_set=item_set.id,
        item_set_hash=item_set.hash,
        occasion=one.occasion,
        submitted_at=now,
    )
    cards = {number: Card(pile=pile) for number, pile in one.piles.items()}
    # How often a card was moved elsewhere is not known.
    return sort_frame(item_set, cards, labels).with_columns(pl.lit(None, pl.Int64).alias("moves"))


def _with_details(one: ImportedSort, now: str) -> pl.DataFrame:
    """The sort's own table, under the names and with the piles that were planned."""
    assert one.tidy is not None
    moment = pl.lit(now).str.to_datetime(
        time_unit="us", time_zone="UTC", format="%Y-%m-%dT%H:%M:%S%.fZ"
    )
    return one.tidy.with_columns(
        pl.lit(one.session).alias("session"),
        pl.lit(one.rater).alias("rater"),
        pl.lit(1, pl.Int64).alias("revision"),
        pl.lit(one.forced).alias("forced"),
        pl.col("item").replace_strict(one.piles, return_dtype=pl.Int64).alias("pile"),
        pl.col("submitted_at").fill_null(moment),
    )
