"""Mend a damaged journal: exactly where one byte is wrong, else without the lines that are lost.

Nothing is decided in silence: what is left out is said in words, and the caller keeps the file as
it was. A journal whose header can't be mended is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.journal import (
    Header,
    apply_line,
    decode,
    encode,
    first_draft,
    parse_journal,
)
from pqs_coder.store.vault import open_line

# Every byte of a line is tried up to this length, beyond it every single bit only: a CRC-32 names
# the one right correction, and longer lines would take minutes.
_EVERY_BYTE_UP_TO = 1500
_LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class Mended:
    """A mended journal: its bytes, whether it is exactly as it was written, and what was done."""

    data: bytes
    exact: bool
    words: str


def mend(data: bytes, item_set: ItemSet | None) -> Mended | None:
    """Mend the bytes of a journal; None where nothing can be done, or nothing need be.

    First a single wrong byte is looked for in every damaged place. Where that does not explain all
    of it, whole lines are kept and damaged ones left out, provided that the item set of the journal
    is given (``item_set``): see `_without_damage`.
    """
    corrected = correct(data)
    try:
        reading = parse_journal(corrected)
    except DataError:
        return None
    if reading.header is None or (reading.sound and corrected == data):
        return None
    if reading.sound:
        return Mended(corrected, True, "one wrong byte was set right; nothing is lost.")
    if item_set is None or item_set.hash != reading.header.item_set_hash:
        return None
    return _without_damage(corrected, reading.header, item_set)


# -- one wrong byte --------------------------------------------------------------------------------


def correct(data: bytes) -> bytes:
    """A journal with every run of damaged lines set right that one wrong byte explains."""
    lines = data.split(b"\n")
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in lines[:-1]:
        if decode(line) is None:
            bad.append(line)
            continue
        good += _corrected(bad)
        good.append(line)
        bad = []
    rest = lines[-1]
    if bad or decode(rest[:-1]) is not None:  # the end of the last line may be the wrong byte
        joined = [*bad, rest] if rest else bad
        fixed = _corrected_run(b"\n".join(joined) + (b"" if rest else b"\n"))
        if fixed is not None:
            return b"\n".join([*good, fixed])
    return b"\n".join([*good, *bad, rest])


def _corrected(bad: list[bytes]) -> list[bytes]:
    if not bad:
        return []
    fixed = _corrected_run(b"\n".join(bad) + b"\n")
    return bad if fixed is None else fixed[:-1].split(b"\n")


def _corrected_run(run: bytes) -> bytes | None:
    """The only neighbour of ``run`` by one byte that is made of whole lines; None otherwise."""
    if len(run) > _LONGEST or run.count(b"\n") > 3:
        return None
    found = None
    for candidate in _neighbours(run):
        if candidate[-1:] == b"\n" and all(
            decode(line) is not None for line in candidate[:-1].split(b"\n")
        ):
            if found is not None:
                return None
            found = candidate
    return found


def _neighbours(run: bytes) -> Iterator[bytes]:
    tried = bytearray(run)
    for place, was in enumerate(run):
        if len(run) <= _EVERY_BYTE_UP_TO:
            others = [byte for byte in (10, *range(32, 127)) if byte != was]
        else:
            others = [was ^ 1 << bit for bit in range(8)] + [10] * (was != 10)
        for other in others:
            tried[place] = other
            yield bytes(tried)
        tried[place] = was


# -- whole lines without the damaged ones ----------------------------------------------------------


def _without_damage(data: bytes, header: Header, item_set: ItemSet) -> Mended | None:
    """Lines before the damage are sure. Of those after it, all are kept that make sense by
    themselves; undo and redo that reach back to what is lost are left out as well."""
    raws = data.split(b"\n")[1:-1]
    draft = first_draft(header, item_set)
    kept: list[Mapping[str, Any]] = []
    lost: list[int] = []
    expected = 1
    for number, raw in enumerate(raws, 2):
        line = decode(raw)
        if line is None:
            lost.append(number)
            draft = _cut_off(draft)
            expected += 1
            continue
        if line.get("n") != expected:
            lost.append(number - 1)
            draft = _cut_off(draft)
        expected = (line["n"] if isinstance(line.get("n"), int) else expected) + 1
        try:
            draft = apply_line(draft, open_line(line, None))
        except (DataError, UsageError):
            lost.append(number)
            continue
        kept.append(line)
    words = _told(sorted(set(lost)))
    first = json.loads(data.partition(b"\n")[0])  # as it stands: what is sealed stays so
    new = [encode({**first, "mended": words})]
    new += [encode({**line, "n": number}) for number, line in enumerate(kept, 1)]
    return Mended(b"".join(new), False, words)


def _cut_off(draft: Draft) -> Draft:
    """The same without a past: an undo must not reach over the gap."""
    return replace(draft, past=None, future=None)


def _told(lost: list[int]) -> str:
    listed = ", ".join(map(str, lost[:8])) + (" ..." if len(lost) > 8 else "")
    lines = f"line {listed} was" if len(lost) == 1 else f"lines {listed} were"
    return f"{lines} damaged or missing and left out; look over all cards before you submit."
