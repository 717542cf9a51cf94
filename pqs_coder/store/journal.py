"""The journal of a draft: one JSON object a line, appended and fsynced at every act.

Line 1 is the header. Every further line says one act, carries its number and a CRC-32 of itself.
Readers never write. Every prefix is a valid draft: a torn last line is told and set aside by the
next append. A line that is damaged anywhere else is named, and nothing is replayed over the gap.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.guide import card_order
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import Act, act_from_json, act_to_json
from pqs_coder.store import files
from pqs_coder.store.journal_header import FORMAT, Header, header_from_json, header_to_json
from pqs_coder.store.vault import Vault, open_line, seal_line

__all__ = [
    "FORMAT",
    "Header",
    "Reading",
    "act_line",
    "decode",
    "encode",
    "header_line",
    "parse_journal",
    "read_journal",
    "replay",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a journal holds: the whole lines, and how many bytes of them are good.

    ``torn`` is the number of bytes of a torn last line: one without its end, so it was never
    acknowledged. ``damaged`` holds the numbers of ended lines that fail their checksum, ``gaps``
    those of whole lines before which lines are missing.
    """

    header: Header | None
    lines: tuple[Mapping[str, Any], ...]
    good: int
    torn: int
    damaged: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()
    data: bytes = b""

    @property
    def sound(self) -> bool:
        """Whether all lines are there and whole (a torn last line does not count)."""
        return not self.damaged and not self.gaps

    @property
    def trouble(self) -> str:
        """What is wrong with the lines, in words; '' where they are sound."""
        words = []
        for numbers, one, more in (
            (self.damaged, "line {} is damaged", "lines {} are damaged"),
            (self.gaps, "lines before line {} are missing", "lines before lines {} are missing"),
        ):
            if numbers:
                told = ", ".join(map(str, numbers[:5])) + (" ..." if len(numbers) > 5 else "")
                words.append((one if len(numbers) == 1 else more).format(told))
        return " and ".join(words)


def encode(line: Mapping[str, Any]) -> bytes:
    """One line with its checksum, ready to be appended."""
    text = _canonical({key: value for key, value in line.items() if key != "crc"})
    crc = f"{zlib.crc32(text):08x}"
    return text[:-1] + b',"crc":"' + crc.encode() + b'"}\n'


def _canonical(line: Mapping[str, Any]) -> bytes:
    # ASCII with escapes: no encoding, line separator or control character can tear a line.
    return json.dumps(line, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()


def decode(raw: bytes) -> dict[str, Any] | None:
    """The line, or None where it is torn or damaged."""
    head, mark, tail = raw.rpartition(b',"crc":"')
    if not mark or tail[-2:] != b'"}' or f"{zlib.crc32(head + b'}'):08x}".encode() != tail[:-2]:
        return None
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def read_journal(path: Path, vault: Vault | None = None) -> Reading:
    """Read a journal without changing it."""
    return parse_journal(files.read_bytes(path), str(path), vault)


def parse_journal(data: bytes, name: str = "journal", vault: Vault | None = None) -> Reading:
    """Read the bytes of a journal: whole lines, torn tail, damaged lines, gaps.

    Sealed notes and evidence are those of ``vault``, and absent without a key.
    `DataError` where the header is damaged or of a later format.
    """
    *raws, rest = data.split(b"\n")
    if decode(rest[:-1]) is not None:  # a whole line whose end is damaged, not a torn one
        raws, rest = [*raws, rest], b""
    if not raws:
        return Reading(None, (), 0, len(rest))
    header, *acts = [decode(raw) for raw in raws]
    if header is None:
        raise DataError(
            f"{name}, line 1: the header is damaged.",
            "Run pqs verify --repair, or put the file back from a copy of the study.",
        )
    good = len(data) - len(rest)
    return Reading(
        header=header_from_json(header, name, vault),
        lines=tuple(open_line(line, vault) for line in acts if line is not None),
        good=good,
        torn=len(rest),
        damaged=tuple(i for i, line in enumerate(acts, 2) if line is None),
        gaps=_gaps(acts),
        data=data[:good],
    )


def _gaps(acts: list[dict[str, Any] | None]) -> tuple[int, ...]:
    """Numbers of lines whose ``n`` does not follow on the line before."""
    gaps, expected = [], 1
    for number, line in enumerate(acts, 2):
        if line is not None and line.get("n") != expected:
            gaps.append(number)
            n = line.get("n")
            expected = n if isinstance(n, int) else expected
        expected += 1
    return tuple(gaps)


def header_line(header: Header, vault: Vault | None = None) -> bytes:
    """The first line of a journal; notes and evidence that it starts from are sealed."""
    return encode(header_to_json(header, vault))


def act_line(
    number: int,
    at: str,
    act: Act,
    view: Mapping[str, Any] | None,
    seconds: float,
    vault: Vault | None = None,
) -> bytes:
    """A further line: an act, with what changes in the view and the active seconds before it.

    Notes and evidence are sealed where there is a vault; `StudyError` where it is locked.
    """
    line: dict[str, Any] = {"n": number, "at": at, **act_to_json(act)}
    if view:
        line["view"] = dict(view)
    if seconds > 0:
        line["t"] = round(seconds, 2)
    return encode(seal_line(line, vault))


def first_draft(header: Header, item_set: ItemSet) -> Draft:
    """The draft before its first act: empty, or for a revision the cards of the sort before."""
    draft = new_draft(item_set, card_order(item_set, header.seed)[0])
    if header.start is None:
        return draft
    return draft.starting_from(header.start)


def replay(reading: Reading, item_set: ItemSet, name: str = "journal") -> Draft:
    """The draft that the lines of a journal lead to.

    Raises `StudyError` where the journal was written for an item set with other wording: it is
    kept and never replayed onto other items. Raises `DataError` with the line for what is damaged
    or makes no sense.
    """
    header = reading.header
    if header is None:
        return new_draft(item_set)
    if header.item_set_hash != item_set.hash:
        raise StudyError(
            f"{name}: this draft was begun with another version of the item set "
            f"'{header.item_set}' and is not replayed onto other items.",
            "Put that version back under item_sets/, or begin anew; the draft is kept as it is.",
        )
    if not reading.sound:
        raise DataError(
            f"{name}: {reading.trouble}.",
            "Run pqs verify --repair: it keeps the file and goes on with the whole lines.",
        )
    draft = first_draft(header, item_set)
    for number, line in enumerate(reading.lines, 2):
        try:
            draft = apply_line(draft, line)
        except (DataError, UsageError) as error:
            raise DataError(f"{name}, line {number}: {error.message}", "Run pqs verify.") from error
    return draft


def apply_line(draft: Draft, line: Mapping[str, Any]) -> Draft:
    """The draft after the act of one line; `DataError` or `UsageError` where it makes no sense."""
    view, seconds = line.get("view"), line.get("t", 0.0)
    if view is not None and not isinstance(view, dict):
        raise DataError(f"The view {view!r} is no table.", "Run pqs verify.")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise DataError(f"The seconds are {seconds!r}.", "Run pqs verify.")
    if not math.isfinite(seconds):
        raise DataError(f"The seconds are {seconds!r}.", "Run pqs verify.")
    return advance(draft, act_from_json(line), view, float(seconds))
