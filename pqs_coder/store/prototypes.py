"""Prototypes on disk: ``prototypes/ID.csv`` (item, score) and ``ID.toml`` (where it comes from)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import tomlkit

from pqs_coder.errors import DataError, StudyError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import check_name, find_name
from pqs_coder.model.prototype import Prototype
from pqs_coder.model.words import plural
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_text, read_toml
from pqs_coder.store.known_prototypes import known_prototype, known_prototypes
from pqs_coder.store.study import Study
from pqs_coder.store.tables import parse_table, separator_of, write_table

REMOVED = ".removed"


def read_scores(path: Path, item_set: ItemSet) -> dict[int, float]:
    """Scores by item from a CSV with the columns item, score; `DataError` names line and cure."""
    scores, _ = read_scored_lines(path, item_set)
    check_scores(scores, str(path))
    return scores


def read_scored_lines(path: Path, item_set: ItemSet) -> tuple[dict[int, float], dict[int, int]]:
    """Scores by item, and the line of each; whether they are enough is for the caller to ask."""
    whole = read_text(path)
    sign = separator_of(whole)
    _, lines = parse_table(whole, str(path), ["item", "score"], sign)
    scores: dict[int, float] = {}
    places: dict[int, int] = {}
    for line, cells in lines:
        where = f"{path}, line {line}"
        text = cells["item"].strip()
        if not text.isdecimal() or not item_set.has_item(int(text)):
            raise DataError(
                f"{where}: there is no item {text!r} in '{item_set.id}'.",
                f"Items run from 1 to {item_set.numbers[-1]}.",
            )
        if int(text) in scores:
            raise DataError(f"{where}: item {text} stands there twice.", "Keep one row an item.")
        score = cells["score"].strip()
        if score:  # a comma in it is a decimal one only where the cells are parted otherwise
            scores[int(text)] = _score(score if sign == "," else score.replace(",", "."), where)
            places[int(text)] = line
    return scores, places


def read_criterion(path: Path, item_set: ItemSet) -> dict[int, float]:
    """A criterion by item; `DataError` for a score that lies beyond the piles of the item set.

    An expert's sort has piles only, the mean of several experts may lie between them.
    """
    scores, lines = read_scored_lines(path, item_set)
    low, high = item_set.values[0], item_set.values[-1]
    for item, score in scores.items():
        if not low <= score <= high:
            raise DataError(
                f"{path}, line {lines[item]}: item {item} is {score:g}, which is no pile.",
                f"The piles of '{item_set.id}' run from {low} to {high}; so does a criterion.",
            )
    check_scores(scores, str(path), "criterion")
    return scores


def stray_scores(scores: Mapping[int, float]) -> list[int]:
    """Items whose scores lie apart from all others: slips of typing, or signs for a missing score.

    Apart are at most one score in twenty at either end, beyond a gap that is wider than half the
    range of the rest. Of fewer than ten scores nothing can be told.
    """
    left = sorted(scores, key=lambda item: scores[item])
    most, stray = len(left) // 20 or 1, []
    for sign in (1, -1) if len(left) >= 10 else ():
        ordered = left[::sign]  # the end that is looked at stands last
        for many in range(most, 0, -1):
            rest, apart = ordered[:-many], ordered[-many:]
            span = abs(scores[rest[-1]] - scores[rest[0]])
            if span and abs(scores[apart[0]] - scores[rest[-1]]) > span / 2:
                stray += apart
                left = [item for item in left if item not in apart]
                break
    return sorted(stray)


def check_scores(scores: Mapping[int, float], where: str, what: str = "prototype") -> None:
    """`DataError` where these scores can't be correlated with anything."""
    if len(scores) < 3:
        raise DataError(
            f"{where}: {plural(len(scores), 'score')}.", f"A {what} needs three or more."
        )
    if len(set(scores.values())) == 1:
        raise DataError(
            f"{where}: all scores are equal.", "A correlation needs scores that differ."
        )


def _score(text: str, where: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise DataError(f"{where}: the score is {text!r}.", "Write a number, or leave it empty.")
    return score


def prototype_ids(study: Study) -> list[str]:
    """Ids of the study's prototypes, by name."""
    folder = study.folder / "prototypes"
    return [one.stem for one in files.list_folder(folder) if one.suffix == ".csv"]


def load_prototype(study: Study, identifier: str) -> Prototype:
    """The prototype of that id; `StudyError` where there is none, `UsageError` for blind raters."""
    study.check_may_see_prototypes()
    known = prototype_ids(study)
    found = find_name(identifier, known)
    if found is None:
        listed = ", ".join(known) or "none yet: pqs prototypes add FILE"
        raise StudyError(f"There is no prototype '{identifier}'.", f"Prototypes: {listed}.")
    folder = study.folder / "prototypes"
    about_file = folder / f"{found}.toml"
    about = read_toml(about_file) if files.exists(about_file) else {}
    return Prototype(
        id=found,
        scores=read_scores(folder / f"{found}.csv", study.item_set),
        title=str(about.get("title", "")),
        citation=str(about.get("citation", "")),
        panel=str(about.get("panel", "")),
        how=str(about.get("how", "")),
        instruction=str(about.get("instruction", "")),
        item_set=str(about.get("item_set", study.item_set.id)),
        invented=about.get("invented") is True,
    )


def load_prototypes(study: Study) -> list[Prototype]:
    """All prototypes of a study, by id; `UsageError` for a rater who works blind to them."""
    study.check_may_see_prototypes()
    return [load_prototype(study, identifier) for identifier in prototype_ids(study)]


def whence(
    study: Study, identifier: str, given: Mapping[str, str], like: str = ""
) -> dict[str, str]:
    """Where a new prototype comes from: what was ``given``, else what is known from the literature.

    ``like`` names the known one; without it, a known one of the same id. `StudyError` where it is
    not known.
    """
    name = study.item_set.id
    known = {one.id: one for one in known_prototypes(name)}
    same = find_name(identifier, list(known))
    entry = known_prototype(name, like) if like else known[same] if same else None
    about = dict(entry.about) if entry else {}
    return about | {key: text for key, text in given.items() if text} | {"item_set": name}


def add_prototype(
    study: Study, identifier: str, scores: Mapping[int, float], about: Mapping[str, object]
) -> Path:
    """Write a prototype; never over another one."""
    name = check_name(identifier, "prototype")
    found = find_name(name, prototype_ids(study))
    if found is not None:
        raise StudyError(
            f"There is a prototype '{found}' already.",
            f"Give another --id, or take it out of the library: pqs prototypes remove {found}.",
        )
    folder = study.folder / "prototypes"
    files.make_folder(folder)
    document = tomlkit.document()
    for key, value in about.items():
        if value:
            document[key] = value
    files.write_whole(folder / f"{name}.toml", tomlkit.dumps(document).encode())
    path = folder / f"{name}.csv"
    write_table(path, ["item", "score"], sorted(scores.items()))
    return path


def remove_prototype(study: Study, identifier: str) -> list[Path]:
    """Take a prototype out of the library: its files stay, under names that nothing reads."""
    study.check_leads()
    name = find_name(identifier, prototype_ids(study)) or load_prototype(study, identifier).id
    folder = study.folder / "prototypes"
    found = [folder / f"{name}.csv", folder / f"{name}.toml"]  # the scores first: they make it one
    return [files.set_aside(one, REMOVED) for one in found if files.exists(one)]
