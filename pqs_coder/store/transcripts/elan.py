"""ELAN (.eaf): a turn for each annotation of the speakers' tiers, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.chat import clock
from pqs_coder.store.transcripts.lines import plain_ends

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def read_elan_turns(data: bytes, file: str) -> list[Turn]:
    """Annotations of all tiers that hang on no other; the speaker is the participant, or the tier.

    Tiers below another one (translations, codes) are about the talk and not shown. Raises
    `DataError` where the file is no EAF.
    """
    root = _parsed(data, file)
    times = _times(root)
    found: list[tuple[int, int, str, str, bool]] = []
    for tier in root.iter("TIER"):
        if tier.get("PARENT_REF"):
            continue
        speaker = tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
        for one in tier.iter("ALIGNABLE_ANNOTATION"):
            value = one.findtext("ANNOTATION_VALUE") or ""
            time, known = times.get(one.get("TIME_SLOT_REF1") or "", (0, False))
            if value:
                found.append((time, len(found), speaker, plain_ends(value), known))
    return [
        Turn(number, speaker, words, clock(time) if known else "")
        for number, (time, _, speaker, words, known) in enumerate(sorted(found), 1)
    ]


def _times(root: Element) -> dict[str, tuple[int, bool]]:
    """Milliseconds of each time slot; a slot without a time has that of the slot before it."""
    times: dict[str, tuple[int, bool]] = {}
    last = 0
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE") or ""
        known = value.isdecimal() and len(value) < 12
        last = int(value) if known else last
        times[slot.get("TIME_SLOT_ID") or ""] = (last, known)
    return times


def _parsed(data: bytes, file: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data)
    except ParseError as error:
        line = error.position[0]
        raise DataError(f"{file}, line {line}: no XML ({error}).", _CURE) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise DataError(f"{file}: XML of a kind that is not read.", _CURE) from error
    if root.tag != "ANNOTATION_DOCUMENT":
        raise DataError(f"{file}, line 1: no ELAN document (<{root.tag}>).", _CURE)
    return root


_CURE = "Save it in ELAN as .eaf, or export it as text."
