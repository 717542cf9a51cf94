"""The demo studies: made from what ships under sessions/, all of it invented.

The demo goes through the same door as a rater: every card is placed at a desk and journalled.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import StudyError
from pqs_coder.exchange.archive_demo import ArchiveSession, archive_sorts
from pqs_coder.model.card import Card
from pqs_coder.model.guide import next_card
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.study import FACT_COLUMNS
from pqs_coder.store import files
from pqs_coder.store.item_sets import find_item_set
from pqs_coder.store.making import keep_item_set, make_session_folder
from pqs_coder.store.shipped import shipped_folder
from pqs_coder.store.sorts import SortLabels, sort_frame, write_submitted
from pqs_coder.store.study import SortPaths, find_study, open_study
from pqs_coder.store.tables import read_table, write_table

Progress = Callable[[int, int], None]
THIRD_LATER = 5
"""Days from the first two sorts of an archived session to the third."""


def make_demo(folder: Path, progress: Progress = lambda _done, _total: None) -> None:
    """The demo study: two cases, six sessions, invented; `StudyError` where a study is already."""
    source = shipped_folder("sessions") / "demo"
    if not files.exists(source / "study.toml"):
        raise StudyError(f"{source} holds no demo.", "Install pqs_coder again.")
    sorts = sorted(source.glob("sessions/*/sorts/*.csv"))
    with _made_whole(folder) as place:
        _copy(source, place)
        for done, file in enumerate(sorts, 1):
            _sort_by_hand(place, file.parent.parent.name, file)
            progress(done, len(sorts))


@contextlib.contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """A place to fill that becomes ``folder`` at the end, or goes away: never half a study."""
    above = find_study(folder.resolve())
    if above is not None:
        raise StudyError(f"{above} holds a study already.", "Choose another folder.")
    if files.exists(folder) and files.list_folder(folder):
        raise StudyError(f"{folder} is not empty.", "Choose another folder.")
    with files.new_folder(folder) as place:
        yield place


def _copy(source: Path, folder: Path) -> None:
    """Copy everything but the sorts, study.toml last: only then is it a study."""
    found = [one for one in sorted(source.rglob("*")) if one.is_file() and one.name != "study.toml"]
    for path in found:
        if "sorts" in path.relative_to(source).parts:
            continue
        target = folder / path.relative_to(source)
        files.make_folder(target.parent)
        files.write_whole(target, files.read_bytes(path))
    keep_item_set(folder, "pqs")
    files.write_whole(folder / "study.toml", files.read_bytes(source / "study.toml"))


def _sort_by_hand(folder: Path, session: str, file: Path) -> None:
    """Sort as a rater would: first the heaps, then piles, notes and evidence; submit if whole."""
    _, lines = read_table(file, ["item", "heap", "pile", "unsure", "note", "evidence"])
    rows = [cells for _, cells in lines]
    with open_desk(open_study(folder, file.stem), session, file.stem) as desk:
        for cells in rows:
            if cells["heap"]:
                desk.heap(int(cells["item"]), int(cells["heap"]))
        desk.look(stage="piles")
        for cells in rows:
            item = int(cells["item"])
            if cells["pile"]:
                desk.place(item, int(cells["pile"]))
            if cells["note"]:
                desk.note(item, cells["note"])
            if cells["evidence"]:
                desk.evidence(item, tuple(cells["evidence"].split()))
            if cells["unsure"].strip().lower() in ("1", "true", "yes"):
                desk.unsure(item, True)
        if desk.draft.complete:
            desk.submit()
        else:
            _bring_first_waiting(desk)


def _bring_first_waiting(desk: Desk) -> None:
    following = next_card(desk.draft, desk.order)
    if following is not None:
        desk.look(hand=following)


ARCHIVE_SETTINGS = """# An invented study: nobody in it is real, and neither is any number.
title = "Demo archive (invented)"
item_set = "pqs"
raters_per_session = 2
threshold = 0.50

[raters.emil]
name = "Emil (invented)"

[raters.fay]
name = "Fay (invented)"

[raters.gus]
name = "Gus (invented)"

[raters.hana]
name = "Hana (invented)"
"""


def make_archive(folder: Path, progress: Progress = lambda _done, _total: None) -> None:
    """The archive: invented sorts of 78 sessions without transcripts, for what needs numbers."""
    item_set = find_item_set("pqs")
    sessions = archive_sorts(values=item_set.values, sizes=item_set.sizes)
    total = sum(len(one.sorts) for one in sessions)
    with _made_whole(folder) as place:
        done = 0
        for one in sessions:
            _write_sorts(place, one, item_set)
            done += len(one.sorts)
            progress(done, total)
        _archive_facts(place, sessions)
        keep_item_set(place, "pqs")
        files.make_folder(place / "prototypes")
        for path in files.list_folder(shipped_folder("sessions") / "demo" / "prototypes"):
            files.write_whole(place / "prototypes" / path.name, files.read_bytes(path))
        files.write_whole(place / "study.toml", ARCHIVE_SETTINGS.encode())


def _write_sorts(place: Path, session: ArchiveSession, item_set: ItemSet) -> None:
    folder = make_session_folder(place, session.code) / "sorts"
    files.make_folder(folder)
    held = date.fromisoformat(session.sorted_on)
    for n, (rater, piles) in enumerate(session.sorts.items()):
        when = held + timedelta(days=THIRD_LATER if n == 2 else 0)
        cards = {n: Card(pile=p) for n, p in zip(item_set.numbers, piles, strict=True)}
        labels = SortLabels(
            session=session.code,
            rater=rater,
            item_set=item_set.id,
            item_set_hash=item_set.hash,
            submitted_at=f"{when.isoformat()}T12:00:00.0Z",
        )
        write_submitted(SortPaths(folder, rater), 1, sort_frame(item_set, cards, labels))


def _archive_facts(folder: Path, sessions: list[ArchiveSession]) -> None:
    more = ("outcome_pre", "outcome_post")
    rows = [
        [one.code, *(getattr(one, name) for name in (*FACT_COLUMNS[1:], *more))] for one in sessions
    ]
    write_table(folder / "facts.csv", [*FACT_COLUMNS, *more], rows)
    pairs = [(one.code, rater) for one in sessions for rater in one.sorts]
    write_table(folder / "assignments.csv", ["session", "rater"], pairs)
