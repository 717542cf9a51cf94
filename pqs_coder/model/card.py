"""A card: all that one rater has said about one item of one session."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pqs_coder.errors import UsageError
from pqs_coder.model.transcript import seconds_of

HEAPS = (-1, 0, 1)
"""Uncharacteristic, neutral, characteristic."""

WHOLE_HOUR = "all"
"""The evidence for absence: it is nowhere in the whole hour."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where the item lies, and what was said about it.

    ``evidence`` holds turn numbers, time codes where there is no transcript, and `WHOLE_HOUR`, as
    text. ``moves`` counts placements that stand (an undone move does not count).
    """

    heap: int | None = None
    pile: int | None = None
    unsure: bool = False
    note: str = ""
    evidence: tuple[str, ...] = ()
    moves: int = 0
    earlier: tuple[int, ...] = ()

    @property
    def placed(self) -> bool:
        """Whether the card lies in a heap or a pile."""
        return self.heap is not None or self.pile is not None

    @property
    def turns(self) -> tuple[int, ...]:
        """The turns among the evidence."""
        return tuple(int(mark) for mark in self.evidence if mark.isdecimal())


def tidy_note(text: str) -> str:
    """A note that every file can hold: plain line ends, U+FFFD for what is no character.

    Half surrogates come from bytes on a command line that are no UTF-8; no table takes them.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in lines)


def tidy_evidence(marks: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Evidence in its one order: turns ascending, time codes ascending, the whole hour; no doubles.

    Raises `UsageError` for a mark that is none of these.
    """
    turns, times, whole = set(), set(), False
    for mark in marks:
        if re.fullmatch(r"[0-9]{1,7}", mark) and int(mark) > 0:
            turns.add(int(mark))
        elif mark == WHOLE_HOUR:
            whole = True
        elif seconds_of(mark) is not None and " " not in mark:
            times.add(mark)
        else:
            raise UsageError(
                f"{mark!r} is no evidence.",
                "Give turn numbers, time codes such as 12:30 or 1:02:30, or the word all.",
            )
    ordered = [str(n) for n in sorted(turns)]
    ordered += sorted(times, key=lambda t: (seconds_of(t) or 0.0, t))
    return tuple(ordered + [WHOLE_HOUR] * whole)
