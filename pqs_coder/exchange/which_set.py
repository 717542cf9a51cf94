"""Which item set a file is taken for: many have the same items and piles, and numbers don't tell.

Nothing is decided here: the words say what the sorts are taken for, and what they may be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pqs_coder.errors import UsageError
from pqs_coder.exchange.reading import SortReading
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.item_sets import find_item_set, item_set_folders
from pqs_coder.store.study import Study

_WORDS = re.compile(r"[^\W\d_]+")


def check_item_set(study: Study, said: str | None) -> None:
    """`UsageError` where the file is said to be of another item set than the study's."""
    own = study.item_set
    if said is not None and said != own.id:
        raise UsageError(
            f"This study sorts with {own.id}, the file is said to hold sorts of {said}.",
            f"Make a study for it: pqs init DIR --item-set {said}.",
        )


@dataclass(frozen=True, slots=True)
class TakenFor:
    """What sorts are taken for, in words; what can't be told from the file; what speaks against."""

    words: str
    untold: str = ""
    doubt: str = ""


def taken_for(study: Study, reading: SortReading, said: str | None = None) -> TakenFor:
    """What the sorts of a file are taken for, and whether the file itself tells it.

    Other item sets may have the same items and piles; ``said`` is what somebody says it holds.
    """
    own = study.item_set
    words = f"item set: {own.id} ({own.title})" if own.title else f"item set: {own.id}"
    alike = [] if said or reading.columns.get("layout") == "tidy" else _alike(study)
    spoken = _spoken(reading)
    if not alike or _name(own.id) in spoken:
        return TakenFor(words)
    named = [one for one in alike if _name(one) in spoken]
    if named:
        told = f"The file speaks of {', '.join(named)}: are these sorts of {own.id}?"
        return TakenFor(words, doubt=f"{told} --item-set {own.id} says so.")
    return TakenFor(words, f"The numbers alone don't tell {own.id} from {', '.join(alike)}.")


def _alike(study: Study) -> list[str]:
    own, found = study.item_set, []
    for identifier in sorted(item_set_folders(study.folder)):
        other = find_item_set(identifier, study.folder)
        if _name(identifier) != _name(own.id) and _shape(other) == _shape(own):
            found.append(identifier)
    return found


def _shape(item_set: ItemSet) -> tuple[object, ...]:
    return (item_set.kind, len(item_set.items), item_set.values, item_set.sizes)


def _name(identifier: str) -> str:
    """The letters that an id begins with: rbq for rbq-2, pqs for the pqs of a language."""
    found = _WORDS.match(identifier.casefold())
    return found[0] if found else identifier.casefold()


def _spoken(reading: SortReading) -> set[str]:
    """The words in the names of the file, its columns and its title."""
    texts = [Path(reading.file).name, *reading.columns.values(), *reading.notes]
    return {word for text in texts for word in _WORDS.findall(text.casefold())}
