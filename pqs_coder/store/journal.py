"""The journal of a draft: one JSON object a line, appended and fsynced at every act.

Line 1 is the header. Every further line says one act and carries a CRC-32 of itself. Readers never
write. Every prefix is a valid draft: a torn last line is told and set aside by the next append.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pqs_coder._version import __version__
from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.guide import card_order
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import Act, act_from_json, act_to_json
from pqs_coder.store import files

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: whose draft this is, and of what."""

    session: str
    rater: str
    item_set: str
    item_set_hash: str
    transcript_hash: str | None
    seed: int | None
    started_at: str
    format: int = FORMAT
    program: str = f"pqs_coder {__version__}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a journal holds: the whole lines, and how many bytes of them are good.

    ``torn`` is the number of bytes of a torn tail; ``damaged`` the numbers of lines in the middle
    that fail their checksum.
    """

    header: Header | None
    lines: tuple[Mapping[str, Any], ...]
    good: int
    torn: int
    damaged: tuple[int, ...]


def encode(line: Mapping[str, Any]) -> bytes:
    """One line with its checksum, ready to be appended."""
    text = _canonical({key: value for key, value in line.items() if key != "crc"})
    crc = f"{zlib.crc32(text):08x}"
    return text[:-1] + b',"crc":"' + crc.encode() + b'"}\n'


def _canonical(line: Mapping[str, Any]) -> bytes:
    # ASCII with escapes: no encoding, line separator or control character can tear a line.
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode("ascii")


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


def read_journal(path: Path) -> Reading:
    """Read a journal without changing it."""
    return parse_journal(files.read_bytes(path), str(path))


def parse_journal(data: bytes, name: str = "journal") -> Reading:
    """Read the bytes of a journal: whole lines, torn tail, damaged lines."""
    *raws, _tail = data.split(b"\n")
    decoded = [decode(raw) for raw in raws]
    while decoded and decoded[-1] is None:  # a torn write can hold a line end
        decoded.pop()
    good = sum(len(raw) + 1 for raw in raws[: len(decoded)])
    torn = len(data) - good
    if not decoded:
        return Reading(None, (), 0, torn, ())
    if decoded[0] is None:
        raise DataError(f"{name}, line 1: the header is damaged.", "Run pqs verify.")
    header = _header(decoded[0], name)
    damaged = tuple(i for i, line in enumerate(decoded, 1) if line is None)
    lines = tuple(line for line in decoded[1:] if line is not None)
    return Reading(header, lines, good, torn, damaged)


def _header(line: Mapping[str, Any], name: str) -> Header:
    version = line.get("format")
    if not isinstance(version, int) or version > FORMAT:
        raise DataError(
            f"{name}: format {version!r} is newer than this program knows.",
            "Open it with the version of pqs that wrote it, or a later one.",
        )
    try:
        return Header(**{key: line[key] for key in Header.__dataclass_fields__})
    except KeyError as error:
        raise DataError(f"{name}, line 1: {error} is missing.", "Run pqs verify.") from error


def header_line(header: Header) -> bytes:
    """The first line of a journal."""
    return encode(asdict(header))


def act_line(
    number: int, at: str, act: Act, view: Mapping[str, Any] | None, seconds: float
) -> bytes:
    """A further line: an act, with what changes in the view and the active seconds before it."""
    line: dict[str, Any] = {"n": number, "at": at, **act_to_json(act)}
    if view:
        line["view"] = dict(view)
    if seconds > 0:
        line["t"] = round(seconds, 2)
    return encode(line)


def replay(reading: Reading, item_set: ItemSet, name: str = "journal") -> Draft:
    """The draft that the lines of a journal lead to.

    Raises `StudyError` where the journal was written for an item set with other wording: it is
    kept and never replayed onto other items. Raises `DataError` with the line for what makes no
    sense.
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
    draft = new_draft(item_set, card_order(item_set, header.seed)[0])
    for number, line in enumerate(reading.lines, 2):
        try:
            view, seconds = line.get("view"), line.get("t", 0.0)
            draft = advance(draft, act_from_json(line), view, float(seconds))
        except (DataError, UsageError, TypeError, ValueError, KeyError) as error:
            first = getattr(error, "message", str(error))
            raise DataError(f"{name}, line {number}: {first}", "Run pqs verify.") from error
    return draft
