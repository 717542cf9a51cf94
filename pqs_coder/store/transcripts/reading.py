"""Which reader reads which file."""

from __future__ import annotations

from pathlib import Path

from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.store.item_sets import read_text


def read_transcript(path: Path) -> Transcript:
    """Read a transcript; `DataError` names the line and the cure."""
    lines = read_text(path).splitlines()
    turns: list[Turn] = []
    for line in lines:
        speaker, colon, words = line.partition(": ")
        if colon:
            turns.append(Turn(len(turns) + 1, speaker, words))
    return Transcript(tuple(turns))
