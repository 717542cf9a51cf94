"""SubRip (.srt): a turn for each cue, with the time at which it begins."""

from __future__ import annotations

import re

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.lines import is_blank, split_lines
from pqs_coder.store.transcripts.webvtt import labelled_lines

_STAMP = r"\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}"
_TIMING = re.compile(rf"[ \t]*({_STAMP})[ \t]*-->[ \t]*{_STAMP}.*")
_TAG = re.compile(r"</?(?:[biu]|font)(?:[ \t][^<>]*)?>", re.IGNORECASE)


def read_subrip_turns(text: str, file: str) -> list[Turn]:
    """Turns of a SubRip file; a line of a cue may begin with ``NAME: words``.

    Raises `DataError` with the line of a cue that has no times.
    """
    lines = split_lines(text, file)
    turns: list[Turn] = []
    place = 0
    while place < len(lines):
        if is_blank(lines[place]):
            place += 1
            continue
        place = _cue(lines, place, file, turns)
    return turns


def _cue(lines: list[str], place: int, file: str, turns: list[Turn]) -> int:
    """Read one cue; returns where the next may begin."""
    counted = lines[place].strip().isdecimal() and place + 1 < len(lines)
    timing = _TIMING.fullmatch(lines[place + counted])
    if timing is None:
        raise DataError(
            f"{file}, line {place + counted + 1}: no times of a cue.",
            "Write them as 00:01:02,000 --> 00:01:04,000, and a blank line after each cue.",
        )
    begin = end = place + counted + 1
    while end < len(lines) and not is_blank(lines[end]):
        if "-->" in lines[end]:
            raise DataError(
                f"{file}, line {end + 1}: the times of a cue within another one.",
                "Put a blank line after each cue.",
            )
        end += 1
    words = _TAG.sub("", "\n".join(lines[begin:end]))
    for speaker, spoken in labelled_lines(words):
        turns.append(Turn(len(turns) + 1, speaker, spoken, timing[1]))
    return end
