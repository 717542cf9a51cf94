"""What a rater must not learn: facts that can't be mistaken, other raters, and what they wrote."""

from __future__ import annotations

import re
from pathlib import Path

from pqs_coder.desk.consensus import open_consensus
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.study import open_study
from pqs_coder.store.tables import write_table

FACTS = ("zzcase", "87314", "1987-06-05", "zztreatment", "zzphase", "94133")
OTHERS = ("ben", "carla", "Ben", "Carla")


def plant(folder: Path) -> tuple[str, ...]:
    """Give the demo such facts and a consensus; the notes of all raters but anna."""
    study = open_study(folder)
    header = ["session", "case", "number", "date", "treatment", "phase", "outcome"]
    write_table(folder / "facts.csv", header, [[code, *FACTS] for code in study.session_codes()])
    with open_consensus(study, "D3") as room:
        room.take_all()
        room.submit()
    sorts = read_sorts(study, drafts=True, columns=("rater", "note")).drop_nulls("note")
    notes = [note for rater, note in sorts.iter_rows() if rater in OTHERS]
    assert len(notes) > 50
    return tuple(note for note in notes if len(note) > 8)


def leaks(text: str, notes: tuple[str, ...]) -> list[str]:
    """What a rater should not have learned from a text."""
    found = [fact for fact in FACTS if fact in text]
    found += [name for name in OTHERS if re.search(rf"\b{name}\b", text)]
    return found + [note for note in notes if note in text]
