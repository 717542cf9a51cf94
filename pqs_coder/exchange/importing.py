"""From a reading to the study: a plan that is shown, then sorts that are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.exchange.likeness import warn_of_mirrors
from pqs_coder.exchange.newcomers import newcomers, swapped_columns
from pqs_coder.exchange.reading import ImportedSort, SortReading
from pqs_coder.exchange.which_set import TakenFor, check_item_set, taken_for
from pqs_coder.model.card import Card
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import find_name
from pqs_coder.model.twins import Alike, equal_sorts, equal_words
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.making import make_session_folder, taken_codes
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.sorts import SortLabels, read_submitted, sort_frame, write_submitted
from pqs_coder.store.study import SortPaths, Study

Keep = Literal["none", "valid", "unforced"]
Progress = Callable[[int, int], None]
WORKERS = 4  # they wait for the disk most of the time

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
    how the file was read and what was found, ``doubts`` what may be wrong all the same; those of
    them in ``stops`` make it likely that the file was misread.
    """

    reading: SortReading
    keep: Keep
    taken: tuple[ImportedSort, ...]
    refused: tuple[ImportedSort, ...]
    new_sessions: tuple[str, ...]
    says: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()

    def table(self) -> pl.DataFrame:
        """The sorts that are refused, each with its line and why; all sorts where none is."""
        shown = sorted(self.refused or self.taken, key=lambda one: one.line)
        rows = [(one.line, one.session, one.rater, _state(one), one.problem) for one in shown]
        return pl.DataFrame(rows, schema=PLAN_SCHEMA, orient="row").with_columns(
            pl.col("why").replace("", None)
        )

    def left_out(self, most: int = 20) -> list[str]:
        """The refused sorts by name, each with its line and why; the first ``most``."""
        words = [
            f"{one.session or '?'} by {one.rater or '?'} (line {one.line}): {one.problem}"
            for one in self.refused[:most]
        ]
        rest = len(self.refused) - most
        return [*words, f"{rest} more; --dry-run lists them all"] if rest > 0 else words


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


def plan_import(
    study: Study,
    reading: SortReading,
    keep: Keep = "none",
    *,
    skip_same: bool = False,
    item_set: str | None = None,
) -> ImportPlan:
    """Decide what goes in; nothing is written.

    ``skip_same`` leaves out sorts that are in the study already with the same piles, so that an
    import that was cut off can be taken up again. ``item_set`` is what the file is said to hold.

    ``keep`` is what is taken where some sorts are not forced: ``none`` (all or nothing), ``valid``
    (the forced ones), ``unforced`` (all that are whole). Raises `UsageError` for anybody but a
    lead, for another item set than the study's and for raters outside a closed roster,
    `StudyError` where a sort is there already.
    """
    if not study.viewer.leads:
        raise UsageError("Sorts are imported by leads.", "Ask the lead of the study.")
    check_item_set(study, item_set)
    if not reading.sorts:
        raise DataError(f"{reading.file}: no sorts.", "Give a row for each sort.")
    known = study.session_codes()
    people = sorted({name for code in known for name in study.raters_of(code)})
    sorts = _spelled_as_known(study, reading.sorts, people)
    there = [one for one in sorts if one.session in known and _is_there(study, one)]
    same = {_key(one) for one in there if skip_same and _is_same(study, one)}
    _refuse_existing(reading.file, [one for one in there if _key(one) not in same])
    sorts = [one for one in sorts if _key(one) not in same]
    wanted: list[ImportedSort] = []
    refused: list[ImportedSort] = []
    for one in sorts:
        goes_in = one.forced or (keep == "unforced" and one.whole)
        (wanted if goes_in else refused).append(one)
    taken = [] if refused and keep == "none" else wanted
    sessions = dict.fromkeys(one.session for one in taken)
    what = taken_for(study, reading, item_set)
    mirrors = warn_of_mirrors(study, [one for one in sorts if one.whole])
    stops = tuple(swapped_columns(study, sorts, people))
    told = (*newcomers(study, taken, people), *equal_words(_equal(study, taken)))
    return ImportPlan(
        reading=reading,
        keep=keep,
        taken=tuple(taken),
        refused=tuple(refused),
        new_sessions=tuple(code for code in sessions if code not in known),
        says=(*_words(reading, sorts, what), *told, *_skipped(len(same))),
        doubts=(*stops, *filter(None, [what.doubt]), *mirrors),
        stops=stops,
    )


def _equal(study: Study, taken: Sequence[ImportedSort]) -> list[Alike]:
    """Sorts of the file that equal one of the same session by somebody else."""
    new = {_key(one) for one in taken if one.occasion == 1}
    codes = {session for session, _, _ in new} & set(study.session_codes())
    frame = read_sorts(study, sessions=sorted(codes), columns=("session", "rater", "item", "pile"))
    sorts = [
        (session, rater, tuple(sorted(rows.select("item", "pile").iter_rows())))
        for (session, rater), rows in frame.group_by("session", "rater")
    ]
    sorts += [
        (one.session, one.rater, tuple(sorted(one.piles.items())))
        for one in taken
        if one.occasion == 1
    ]
    return [
        (session, raters)
        for session, raters in equal_sorts(sorts)
        if any((session, rater, 1) in new for rater in raters)
    ]


def _spelled_as_known(
    study: Study, sorts: Sequence[ImportedSort], there: list[str]
) -> list[ImportedSort]:
    codes = study.session_codes()
    sessions = {one.session: find_name(one.session, codes) or one.session for one in sorts}
    raters = {}
    for name in dict.fromkeys(one.rater for one in sorts):
        person = study.settings.rater(name)
        raters[name] = person.name if person else find_name(name, there) or name
    roster = study.settings
    strangers = [name for name in raters if name and roster.rater(name) is None]
    if roster.roster == "closed" and strangers:
        names = ", ".join(one.name for one in roster.raters) or "nobody"
        raise UsageError(
            f"Not in the roster of this study: {', '.join(strangers[:8])}.",
            f"In the roster: {names}. A lead adds people with pqs raters add NAME.",
        )
    return [replace(one, session=sessions[one.session], rater=raters[one.rater]) for one in sorts]


def _key(one: ImportedSort) -> tuple[str, str, int]:
    return one.session, one.rater, one.occasion


def _paths(study: Study, one: ImportedSort) -> SortPaths:
    return SortPaths(study.sorts_folder(one.session), one.rater, again=one.occasion == 2)


def _is_there(study: Study, one: ImportedSort) -> bool:
    if not one.session or not one.rater:
        return False
    paths = _paths(study, one)
    return bool(paths.latest_revision()) or files.exists(paths.journal)


def _is_same(study: Study, one: ImportedSort) -> bool:
    """Whether the study's latest sort of that name has the same piles."""
    paths = _paths(study, one)
    revision = paths.latest_revision()
    if not revision:
        return False
    frame = read_submitted(paths.submitted(revision))
    return dict(frame.select("item", "pile").iter_rows()) == one.piles


def _refuse_existing(file: str, there: Sequence[ImportedSort]) -> None:
    if not there:
        return
    head = f"{file}: {len(there)} of the sorts are in the study already; nothing was taken in."
    lines = [f"line {one.line}: {one.session} by {one.rater}" for one in there[:10]]
    lines += [f"and {len(there) - 10} more"] if len(there) > 10 else []
    raise StudyError(
        "\n".join([head, *lines]),
        "A sort is never overwritten. Take these rows out of the file, rename the rater, or leave "
        "out those that are the same (--skip-same).",
    )


def _skipped(count: int) -> list[str]:
    return [f"{count} are in the study already, the same, and left out."] if count else []


def _words(reading: SortReading, sorts: Sequence[ImportedSort], what: TakenFor) -> list[str]:
    columns = [f"{part}: {name}" for part, name in reading.columns.items()]
    words = [", ".join([what.words, *columns]) + ".", *filter(None, [what.untold])]
    words += reading.notes
    for part, names in reading.renamed.items():
        shown = [f"'{text}' is {name}" for text, name in names.items()]
        if shown:
            more = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
            words.append(f"Names of {part}s: {', '.join(shown[:10])}{more}.")
    unforced = sum(one.whole and not one.forced for one in sorts)
    broken = sum(not one.whole for one in sorts)
    forced = len(sorts) - unforced - broken
    words.append(
        f"{plural(len(sorts), 'sort')}: {forced} forced, {unforced} whole with other pile sizes, "
        f"{broken} not whole."
    )
    return words


def carry_out(
    plan: ImportPlan, study: Study, progress: Progress = lambda _done, _total: None
) -> ImportResult:
    """Make the new sessions and write the sorts of a plan, one immutable file each."""
    if plan.refused and plan.keep == "none":
        raise DataError(
            f"{plan.reading.file}: {plural(len(plan.refused), 'sort')} refused; "
            "nothing was taken in.",
            "Mend these rows, or keep the valid or the unforced ones.",
        )
    taken = taken_codes(study.folder)
    for code in plan.new_sessions:
        make_session_folder(study.folder, code, taken=taken)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    first = plan.taken[0] if plan.taken else None
    like = study.paths(first.session, first.rater) if first else None

    def write(one: ImportedSort) -> None:
        # Names were looked up once for all; only the places change.
        study.make_sorts_folder(one.session)
        folder, again = study.sorts_folder(one.session), one.occasion == 2
        assert like is not None
        paths = replace(like, folder=folder, rater=one.rater, again=again)
        write_submitted(paths, 1, _frame(one, study.item_set, now))

    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for done, _ in enumerate(pool.map(write, plan.taken), 1):
                progress(done, len(plan.taken))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
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
