"""Two copies of one journal: which goes on where the other ends, and how lines are added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pqs_coder.errors import DataError
from pqs_coder.exchange.merge_parts import Change
from pqs_coder.store import files
from pqs_coder.store.appender import Appender
from pqs_coder.store.locks import take_lock


def further(
    name: str, ours: bytes, theirs: bytes, write: Callable[[bytes], Callable[[], object]]
) -> Change:
    """What a merge does with the whole lines of a journal that both copies have.

    ``write`` makes what adds the lines that only the other copy has.
    """
    if ours == theirs:
        return Change(name, "same")
    if ours.startswith(theirs):
        return Change(name, "behind", f"{acts_in(theirs)} there, {acts_in(ours)} here")
    if theirs.startswith(ours):
        more = _acts(_count(theirs) - _count(ours)).replace(" ", " more ")
        return Change(name, "extend", f"{more} there", write(theirs[len(ours) :]))
    common = max(_common_lines(ours, theirs) - 1, 0)
    apart = f"{acts_in(ours)} here, {acts_in(theirs)} there"
    why = f"went on apart after {_acts(common)}: {apart}; ours is kept"
    return Change(name, "conflict", why)


def extending(
    journal: Path, lock: Path, what: str, good: bytes, rest: bytes
) -> Callable[[], object]:
    """Add lines to a journal that nobody has open; ``what`` names it where somebody has."""

    def write() -> None:
        held = take_lock(lock, what)
        try:
            append_lines(journal, good, rest)
        finally:
            held.release()

    return write


def append_lines(journal: Path, good: bytes, rest: bytes) -> None:
    """Add lines behind ``good``; a torn tail is set aside first, as by a rater's next act."""
    if not rest:
        return
    whole = files.read_bytes(journal)
    if whole[: len(good)] != good:
        raise DataError(f"{journal} has changed since.", "Merge again.")
    appender = Appender(journal, len(good), len(whole) - len(good))
    try:
        appender.append(rest)
    finally:
        appender.close()


def acts_in(journal: bytes) -> str:
    """How many acts a journal holds, in words."""
    return _acts(_count(journal))


def _acts(count: int) -> str:
    return f"{count} act{'' if count == 1 else 's'}"


def _count(journal: bytes) -> int:
    return max(journal.count(b"\n") - 1, 0)


def _common_lines(ours: bytes, theirs: bytes) -> int:
    count = 0
    for mine, other in zip(ours.split(b"\n"), theirs.split(b"\n"), strict=False):
        if mine != other:
            break
        count += 1
    return count
