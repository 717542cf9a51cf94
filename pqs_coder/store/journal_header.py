"""The header of a journal: whose draft it is, of what, and what it started from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pqs_coder._version import __version__
from pqs_coder.errors import DataError, PqsError
from pqs_coder.model.card import HEAPS, Card, tidy_evidence
from pqs_coder.store.vault import Vault, open_line, seal_line

FORMAT = 1
KINDS = ("rater", "consensus", "criterion", "practice")
"""What a sort is: a rater's, an adjudicated one, one to train against, a trainee's."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a journal.

    A revision says its number, why, and who asked for it, and holds in ``start`` the cards of the
    sort that it revises. ``mended`` tells what a repair has left out.
    """

    session: str
    rater: str
    item_set: str
    item_set_hash: str
    transcript_hash: str | None
    seed: int | None
    started_at: str
    format: int = FORMAT
    program: str = f"pqs_coder {__version__}"
    kind: str = "rater"
    occasion: int = 1
    revision: int = 1
    reason: str = ""
    asked_by: str = ""
    mended: str = ""
    start: Mapping[int, Card] | None = None


_PLAIN = ("session", "rater", "item_set", "item_set_hash", "transcript_hash", "seed", "started_at")
# Written only where they say something: headers from before they existed read the same.
_OPTIONAL: dict[str, object] = {
    "kind": "rater",
    "occasion": 1,
    "revision": 1,
    "reason": "",
    "asked_by": "",
    "mended": "",
}


def header_to_json(header: Header, vault: Vault | None = None) -> dict[str, Any]:
    """The header as a line of the journal; notes and evidence sealed where there is a vault."""
    line: dict[str, Any] = {"format": header.format, "program": header.program}
    line |= {key: getattr(header, key) for key in _PLAIN}
    for key, usual in _OPTIONAL.items():
        if getattr(header, key) != usual:
            line[key] = getattr(header, key)
    if header.start is not None:
        cards = [_card_to_json(item, card) for item, card in sorted(header.start.items())]
        line["start"] = [seal_line(card, vault) for card in cards]
    return line


def header_from_json(line: Mapping[str, Any], name: str, vault: Vault | None = None) -> Header:
    """Read what `header_to_json` wrote, in this or an older format; else `DataError`."""
    version = line.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _wrong(name, "it has no format")
    if version > FORMAT:
        raise DataError(
            f"{name}: format {version!r} is newer than this program knows.",
            "Open it with the version of pqs that wrote it, or a later one.",
        )
    for key in _PLAIN:
        if key not in line:
            raise _wrong(name, f"{key} is missing")
    fields = {key: line[key] for key in (*_PLAIN, "format", "program", *_OPTIONAL) if key in line}
    for key, value in fields.items():
        if not _FITS[key](value):
            raise _wrong(name, f"{key} is {value!r}")
    start = line.get("start")
    try:
        cards = None
        if start is not None:
            cards = dict(_card_from_json(open_line(one, vault)) for one in start)
    except (TypeError, ValueError, KeyError, PqsError) as error:
        raise _wrong(name, "the cards that it starts from can't be read") from error
    return Header(**fields, start=cards)


def _wrong(name: str, what: str) -> DataError:
    return DataError(f"{name}, line 1: {what}.", "Run pqs verify.")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_FITS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("session", "rater", "item_set", "item_set_hash"), _is_text),
    **dict.fromkeys(("program", "reason", "asked_by", "mended"), _is_text),
    "transcript_hash": lambda value: value is None or _is_text(value),
    "seed": lambda value: value is None or _is_whole(value),
    "started_at": _is_time,
    "format": _is_whole,
    "occasion": lambda value: _is_whole(value) and value in (1, 2),
    "kind": lambda value: value in KINDS,
    "revision": lambda value: _is_whole(value) and value >= 1,
}


def _card_to_json(item: int, card: Card) -> dict[str, Any]:
    line: dict[str, Any] = {"item": item, "pile": card.pile, "heap": card.heap}
    if card.unsure:
        line["unsure"] = True
    if card.note:
        line["note"] = card.note
    if card.evidence:
        line["evidence"] = list(card.evidence)
    if card.moves:
        line["moves"] = card.moves
    return line


def _card_from_json(line: Mapping[str, Any]) -> tuple[int, Card]:
    heap, note = line["heap"], line.get("note", "")
    for value in (line["item"], line["pile"], line.get("moves", 0)):
        if value is not None and not _is_whole(value):
            raise TypeError(f"{value!r} is no whole number")
    if (heap is not None and (not _is_whole(heap) or heap not in HEAPS)) or not _is_text(note):
        raise ValueError("no card")
    return line["item"], Card(
        heap=heap,
        pile=line["pile"],
        unsure=line.get("unsure") is True,
        note=note,
        evidence=tidy_evidence(line.get("evidence", [])),
        moves=line.get("moves", 0),
    )
