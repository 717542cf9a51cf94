"""Finding words in a transcript: without case, composed and decomposed letters alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pqs_coder.tui.text import graphemes


@dataclass(frozen=True, slots=True)
class Match:
    """One place where the words stand: turn, and beginning and end in its shown text."""

    turn: int
    start: int
    end: int


def folded(text: str) -> str:
    """Text as it is compared: NFC, without case, every blank alike."""
    if text.isascii():
        return text.lower().replace("\n", " ")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).replace(
        "\n", " "
    )


class TranscriptIndex:
    """The shown texts of the turns, folded once, and the search in them."""

    def __init__(self, shown: Sequence[str]) -> None:
        """``shown`` holds the text of each turn, in order."""
        self._shown = shown
        self._folded: list[str] = [folded(text) for text in shown]

    def search(self, words: str) -> list[Match]:
        """All places of ``words``, none overlapping; none for blank ``words``."""
        wanted = folded(words)
        if not wanted.strip():
            return []
        found: list[Match] = []
        for at, text in enumerate(self._folded):
            if wanted in text:
                found += self._in_turn(at, wanted)
        return found

    def _in_turn(self, at: int, wanted: str) -> list[Match]:
        shown, text = self._shown[at], self._folded[at]
        if shown.isascii():
            starts = list(range(len(text) + 1))
        else:
            text, starts = _folded_with_places(shown)
        found: list[Match] = []
        position = text.find(wanted)
        while position >= 0:
            end = position + len(wanted)
            found.append(Match(at + 1, starts[position], _end_of(starts, end)))
            position = text.find(wanted, end)
        return found


def _folded_with_places(shown: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters (and its end) the place in ``shown``."""
    pieces: list[str] = []
    places: list[int] = []
    position = 0
    for piece, _ in graphemes(shown):
        fold = folded(piece)
        pieces.append(fold)
        places += [position] * len(fold)
        position += len(piece)
    places.append(position)
    return "".join(pieces), places


def _end_of(places: list[int], end: int) -> int:
    """Where a match ends in the shown text: behind the whole of its last letter."""
    last = places[end - 1]
    while end < len(places) - 1 and places[end] == last:
        end += 1
    return places[end]


class Matches:
    """What a search found, and at which place one stands."""

    def __init__(self, found: Sequence[Match] = ()) -> None:
        self.found = found
        self.here = -1
        self.by_turn: dict[int, list[int]] = {}
        for number, match in enumerate(found):
            self.by_turn.setdefault(match.turn, []).append(number)

    @property
    def now(self) -> Match | None:
        """The place where one stands; None before the first step."""
        return self.found[self.here] if self.here >= 0 else None

    def step(self, step: int, turn: int) -> Match | None:
        """Go on, round at the ends; the first step goes to the nearest place from ``turn`` on
        (or back from it). None where there is no place.
        """
        if not self.found:
            return None
        if self.here >= 0:
            self.here = (self.here + step) % len(self.found)
        else:
            first = next((i for i, one in enumerate(self.found) if one.turn >= turn), 0)
            self.here = first if step >= 0 else (first - 1) % len(self.found)
        return self.found[self.here]
