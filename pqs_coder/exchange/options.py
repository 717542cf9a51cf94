"""What a user may say about a file that is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LAYOUTS = ("wide", "long", "lists", "columns")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of ``pqs import``; what is None is recognised, and refused where it can't be.

    ``layout`` is one of `LAYOUTS`; ``session``, ``rater``, ``split`` and ``key`` tell what the
    names of sorts are (see `SortNames`). ``values`` are the file's values, that of the lowest pile
    first, where they are none of the usual scales; ``reversed_raters`` holds raters whose scale
    runs the other way, ``reverse_all`` says that all do.
    """

    session_column: str = "session"
    rater_column: str = "rater"
    item_column: str | None = None
    pile_column: str | None = None
    layout: str | None = None
    sheet: str | None = None
    session: str | None = None
    rater: str | None = None
    split: str | None = None
    key: Path | None = None
    values: tuple[int, ...] | None = None
    reversed_raters: tuple[str, ...] = ()
    reverse_all: bool = False
