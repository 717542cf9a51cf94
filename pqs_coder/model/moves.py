"""Moves: what a rater can do to a sort, and how a journal line spells it.

A move is a small frozen value. It says what shall be, not how to get there, so that a line of a
journal can be read by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.card import HEAPS, tidy_evidence


@dataclass(frozen=True, slots=True)
class Place:
    """Lay an item in the pile of that value; None takes it off the board."""

    item: int
    pile: int | None


@dataclass(frozen=True, slots=True)
class Heap:
    """Lay an item in a heap of the first pass; None takes it out."""

    item: int
    heap: int | None


@dataclass(frozen=True, slots=True)
class Swap:
    """Two cards take each other's pile."""

    item: int
    other: int


@dataclass(frozen=True, slots=True)
class Note:
    """The rater's note on an item; '' removes it."""

    item: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence of an item, replacing what was there."""

    item: int
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsure:
    """Mark an item as unsure, or take the mark off."""

    item: int
    on: bool


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last move that stands."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again what was taken back last."""


@dataclass(frozen=True, slots=True)
class Look:
    """Nothing moves: only the view (card in hand, stage, reading position) changes."""


Move = Place | Heap | Swap | Note | Evidence | Unsure
Act = Move | Undo | Redo | Look


@dataclass(frozen=True, slots=True)
class View:
    """Where the rater is. Kept with the draft so that it opens exactly there; never undone."""

    stage: str = "heaps"
    hand: int | None = None
    turn: int = 1
    bookmarks: tuple[int, ...] = ()
    greeted: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


def act_to_json(act: Act) -> dict[str, Any]:
    """The part of a journal line that says what was done."""
    match act:
        case Place(item, pile):
            return {"do": "place", "item": item, "pile": pile}
        case Heap(item, heap):
            return {"do": "heap", "item": item, "heap": heap}
        case Swap(item, other):
            return {"do": "swap", "item": item, "other": other}
        case Note(item, text):
            return {"do": "note", "item": item, "text": text}
        case Evidence(item, marks):
            return {"do": "evidence", "item": item, "marks": list(marks)}
        case Unsure(item, on):
            return {"do": "unsure", "item": item, "on": on}
        case Undo():
            return {"do": "undo"}
        case Redo():
            return {"do": "redo"}
        case Look():
            return {"do": "look"}


def act_from_json(line: Mapping[str, Any]) -> Act:
    """Read what `act_to_json` wrote; `DataError` for anything else."""
    do = line.get("do")
    reader = _READERS.get(do) if isinstance(do, str) else None
    if reader is None:
        raise DataError(
            f"The move {do!r} is not known to this version.",
            "Open the draft with the version of pqs that wrote it, or a later one.",
        )
    try:
        return reader(line)
    except (KeyError, TypeError, ValueError, UsageError) as error:
        raise DataError(f"The move {do!r} can't be read: {error}.", "Run pqs verify.") from error


_READERS: dict[str, Callable[[Mapping[str, Any]], Act]] = {
    "place": lambda line: Place(_whole(line["item"]), _whole_or_none(line["pile"])),
    "heap": lambda line: Heap(_whole(line["item"]), _heap(line["heap"])),
    "swap": lambda line: Swap(_whole(line["item"]), _whole(line["other"])),
    "note": lambda line: Note(_whole(line["item"]), _text(line["text"])),
    "evidence": lambda line: Evidence(
        _whole(line["item"]), tidy_evidence([_text(mark) for mark in line["marks"]])
    ),
    "unsure": lambda line: Unsure(_whole(line["item"]), _flag(line["on"])),
    "undo": lambda _line: Undo(),
    "redo": lambda _line: Redo(),
    "look": lambda _line: Look(),
}


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _whole_or_none(value: object) -> int | None:
    return None if value is None else _whole(value)


def _heap(value: object) -> int | None:
    heap = _whole_or_none(value)
    if heap is not None and heap not in HEAPS:
        raise ValueError(f"there is no heap {heap}")
    return heap


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value
