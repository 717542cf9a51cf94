"""A prototype that is being typed in from a paper: every score is on disk before it shows.

What is unfinished lies in ``prototypes/ID.entry`` (TOML), which no analysis reads; finishing makes
``ID.csv`` and ``ID.toml`` of it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tomlkit

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import check_name, find_name
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_toml
from pqs_coder.store.locks import Lock, take_lock
from pqs_coder.store.prototypes import add_prototype, check_scores, prototype_ids
from pqs_coder.store.study import Study

SUFFIX = ".entry"
FAR = 4.0
"""A score so many SD from the mean of the others is asked about: a point may be missing."""
FEWEST_TO_JUDGE = 10


class Entry:
    """Scores by item as far as they are typed in; a context that holds the lock of the entry."""

    def __init__(self, study: Study, identifier: str, path: Path, lock: Lock) -> None:
        self.study = study
        self.identifier = identifier
        self.about: dict[str, str] = {}
        self.scale: tuple[float, float] | None = None
        self.scores: dict[int, float] = {}
        self.finished = False
        self._path = path
        self._lock = lock
        self._undo: list[tuple[int, float | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

    def touch(self) -> bool:
        """Keep the lock fresh; False where somebody has taken it over."""
        return self._lock.touch()

    @property
    def missing(self) -> list[int]:
        """Items without a score, in order."""
        return [number for number in self.study.item_set.numbers if number not in self.scores]

    @property
    def mean(self) -> float | None:
        """Mean of the scores so far."""
        return statistics.fmean(self.scores.values()) if self.scores else None

    @property
    def sd(self) -> float | None:
        """Their standard deviation, from two scores on."""
        return statistics.stdev(self.scores.values()) if len(self.scores) > 1 else None

    def check(self, item: int, score: float) -> str:
        """What is odd about a score, in words, or ''; `UsageError` where it can't be."""
        item_set = self.study.item_set
        if not item_set.has_item(item):
            raise UsageError(
                f"There is no item {item} in '{item_set.id}'.",
                f"Items run from 1 to {item_set.numbers[-1]}.",
            )
        if not math.isfinite(score):
            raise UsageError("That is no number.", "Type the item and its score: 47 8.2")
        if self.scale is not None and not self.scale[0] <= score <= self.scale[1]:
            low, high = self.scale
            raise UsageError(
                f"{score:g} for item {item} is off the scale.", f"It runs from {low:g} to {high:g}."
            )
        before = self.scores.get(item)
        if before is not None and before != score:
            return f"item {item} has {before:g} already"
        others = [value for number, value in self.scores.items() if number != item]
        if len(others) < FEWEST_TO_JUDGE:
            return ""
        mean, spread = statistics.fmean(others), statistics.stdev(others)
        if spread > 0 and abs(score - mean) > FAR * spread:
            return f"{score:g} lies far from the others (mean {mean:.2f}, SD {spread:.2f})"
        return ""

    def put(self, item: int, score: float) -> None:
        """Write a score down; in place of the one that the item had."""
        self.check(item, score)
        self._change(item, score)

    def take(self, item: int) -> None:
        """Take the score of an item away; `UsageError` where it has none."""
        if item not in self.scores:
            raise UsageError(f"Item {item} has no score.")
        self._change(item, None)

    def _change(self, item: int, score: float | None) -> None:
        before = self.scores.get(item)
        self._write(_changed(self.scores, item, score))
        self._undo.append((item, before))

    def undo(self) -> int:
        """Take the last change of this sitting back; the item that it was about."""
        if not self._undo:
            raise UsageError("There is nothing to undo in this sitting.")
        item, before = self._undo[-1]
        self._write(_changed(self.scores, item, before))
        self._undo.pop()
        return item

    def _write(self, scores: dict[int, float]) -> None:
        """On disk first; only then does it count."""
        document = tomlkit.document()
        document.add(tomlkit.comment("A prototype that is being typed in: pqs prototypes enter."))
        for name, text in self.about.items():
            document[name] = text
        if self.scale is not None:
            document["scale"] = list(self.scale)
        table = tomlkit.table()
        for number, value in sorted(scores.items()):
            table[str(number)] = value
        document["scores"] = table
        files.write_whole(self._path, tomlkit.dumps(document).encode())
        self.scores = scores

    def finish(self) -> Path:
        """Put the prototype into the library; the entry is gone.

        Raises `DataError` where it has too few scores, or scores that are all equal.
        """
        check_scores(self.scores, f"Prototype {self.identifier}")
        path = add_prototype(self.study, self.identifier, self.scores, self.about)
        files.remove(self._path)
        self.finished = True
        return path


def _changed(scores: Mapping[int, float], item: int, score: float | None) -> dict[int, float]:
    kept = {number: value for number, value in scores.items() if number != item}
    return kept if score is None else {**kept, item: score}


def open_entry(
    study: Study,
    identifier: str,
    about: Mapping[str, str],
    scale: tuple[float, float] | None = None,
) -> Entry:
    """Begin to type in a prototype, or go on where one was left.

    What is given anew (``about``, ``scale``) is kept over what was given before. Raises
    `StudyError` where the library has the prototype already, `LockedError` where somebody else is
    at it.
    """
    study.check_leads()
    name = check_name(identifier, "prototype")
    folder = study.folder / "prototypes"
    files.make_folder(folder)
    there = find_name(name, prototype_ids(study))
    if there is not None:
        raise StudyError(
            f"There is a prototype '{there}' already.",
            "Give another ID; pqs prototypes export shows its scores.",
        )
    begun = find_name(name, [one.stem for one in files.list_folder(folder) if _is_entry(one)])
    path = folder / f"{begun or name}{SUFFIX}"
    lock = take_lock(path.with_suffix(".lock"), f"the entry of prototype {path.stem}")
    try:
        entry = Entry(study, path.stem, path, lock)
        kept = read_entry(path, study.item_set) if files.exists(path) else {}
        entry.about = {**kept.get("about", {}), **about}
        entry.scale = scale or kept.get("scale")
        entry.scores = kept.get("scores", {})
        for item, score in entry.scores.items():
            entry.check(item, score)
    except BaseException:
        lock.release()
        raise
    return entry


def entries(study: Study) -> list[str]:
    """Ids of the prototypes that are being typed in."""
    return [one.stem for one in files.list_folder(study.folder / "prototypes") if _is_entry(one)]


def _is_entry(path: Path) -> bool:
    return path.suffix == SUFFIX


def read_entry(path: Path, item_set: ItemSet) -> dict[str, Any]:
    """``about``, ``scale`` and ``scores`` of an entry on disk; `DataError` where it can't be."""
    table = read_toml(path)
    scores: dict[int, float] = {}
    written = table.pop("scores", {})
    for text, value in (written if isinstance(written, dict) else {}).items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not text.isdecimal() or not item_set.has_item(int(text)) or not number:
            raise DataError(f"{path}: {text} = {value!r} is no score.", "Mend or remove the line.")
        scores[int(text)] = float(value)
    scale = table.pop("scale", None)
    ends = tuple(map(float, scale)) if isinstance(scale, list) and len(scale) == 2 else None
    about = {name: text for name, text in table.items() if isinstance(text, str)}
    return {"about": about, "scale": ends, "scores": scores}
