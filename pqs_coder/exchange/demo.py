"""The demo studies: made from what ships under sessions/, all of it invented.

The demo goes through the same door as a rater: every card is placed at a desk and journalled.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import StudyError
from pqs_coder.model.guide import next_card
from pqs_coder.store import files
from pqs_coder.store.shipped import shipped_folder
from pqs_coder.store.study import find_study, open_study
from pqs_coder.store.tables import read_table

Progress = Callable[[int, int], None]


def make_demo(folder: Path, progress: Progress = lambda _done, _total: None) -> None:
    """The demo study: two cases, six sessions, invented; `StudyError` where a study is already."""
    _refuse_study(folder)
    source = shipped_folder("sessions") / "demo"
    if not files.exists(source / "study.toml"):
        raise StudyError(f"{source} holds no demo.", "Install pqs_coder again.")
    sorts = sorted(source.glob("sessions/*/sorts/*.csv"))
    _copy(source, folder)
    for done, file in enumerate(sorts, 1):
        _sort_by_hand(folder, file.parent.parent.name, file)
        progress(done, len(sorts))


def _refuse_study(folder: Path) -> None:
    above = find_study(folder.resolve())
    if above is not None:
        raise StudyError(f"{above} holds a study already.", "Choose another folder.")


def _copy(source: Path, folder: Path) -> None:
    """Copy everything but the sorts, study.toml last: only then is it a study."""
    found = [one for one in sorted(source.rglob("*")) if one.is_file() and one.name != "study.toml"]
    for path in found:
        if "sorts" in path.relative_to(source).parts:
            continue
        target = folder / path.relative_to(source)
        files.make_folder(target.parent)
        files.write_whole(target, files.read_bytes(path))
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
