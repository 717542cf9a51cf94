"""A transcript: the turns of one session, exactly as the file says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pqs_coder.model.item_set import content_hash


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance. ``number`` counts from 1; ``time`` is the file's own text, '' where absent."""

    number: int
    speaker: str
    text: str
    time: str = ""

    @property
    def start(self) -> float | None:
        """Seconds from the start of the recording, where the time can be read."""
        return seconds_of(self.time)


@dataclass(frozen=True)
class Transcript:
    """All turns of a session, numbered from 1 without a gap."""

    turns: tuple[Turn, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over canonical JSON of the turns (not of the file's bytes)."""
        return content_hash([[t.number, t.speaker, t.text, t.time] for t in self.turns])

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """Speakers in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))

    def turn(self, number: int) -> Turn:
        """The turn of that number; KeyError where there is none."""
        if not 1 <= number <= len(self.turns):
            raise KeyError(number)
        return self.turns[number - 1]

    def __len__(self) -> int:
        return len(self.turns)


_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,6})?)")


def seconds_of(time: str) -> float | None:
    """Seconds of a time code (H:MM:SS, MM:SS, either with decimals), or None.

    >>> seconds_of("01:02:03.5")
    3723.5
    """
    match = _TIME.fullmatch(time.strip())
    if not match:
        return None
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
