"""A lab's wording of an instrument, from a spreadsheet or a deck, loaded over an item set."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomlkit

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.exchange.scales import whole_number
from pqs_coder.exchange.tables_in import TextTable, read_tables
from pqs_coder.model.item_set import Item, ItemSet, Pile
from pqs_coder.model.names import check_name
from pqs_coder.store import files
from pqs_coder.store.item_sets import ITEMS, SETTINGS, load_item_set, read_text
from pqs_coder.store.study import Study

FIELDS = ("about", "label", "high", "low", "hint", "text", "definition", "example")
_USUAL = {
    "item": ("item", "number", "no", "nr", "item_number", "item_id"),
    "text": ("text", "wording", "item_text", "statement", "sentence"),
}
_LABEL_SIGNS = 60


@dataclass(frozen=True)
class Wording:
    """Texts by item number and field; ``piles`` where the file has them too (RAP decks)."""

    file: str
    items: Mapping[int, Mapping[str, str]]
    piles: tuple[Pile, ...] = ()
    columns: tuple[str, ...] = field(default=())


def read_wording(path: Path, sheet: str | None = None) -> Wording:
    """Read wording: a table with an item column and any of `FIELDS`, or a deck of cards as text.

    A deck is lines of number, tab, text; or, as RAP writes it, the size and the label of each pile
    on lines of their own, then a line of text and number for each item. Raises `DataError` where an
    item stands there twice or nothing can be read.
    """
    if path.suffix.lower() in (".txt", ".deck", ".dek"):
        return _deck(path)
    tables = read_tables(path)
    if sheet is not None:
        tables = [one for one in tables if one.sheet.casefold() == sheet.casefold()]
    found = [one for one in tables if _place(one, "item") is not None]
    if len(found) != 1:
        listed = ", ".join(one.sheet or "the table" for one in tables) or "no such sheet"
        raise DataError(
            f"{path}: {len(found)} tables with a column 'item' ({listed}).",
            "Give one table with the columns item and text; name its sheet with --sheet.",
        )
    return _table(found[0])


def _place(table: TextTable, name: str) -> int | None:
    found = [table.find(one) for one in _USUAL.get(name, (name,))]
    return next((place for place in found if place is not None), None)


def _table(table: TextTable) -> Wording:
    places = {name: place for name in FIELDS if (place := _place(table, name)) is not None}
    number_at = _place(table, "item")
    assert number_at is not None
    if not places:
        raise DataError(
            f"{table.where}: no column with wording.", f"Name one of: {', '.join(FIELDS)}."
        )
    items: dict[int, dict[str, str]] = {}
    for line, cells in table.rows:
        row = cells + [""] * (len(table.header) - len(cells))
        number = whole_number(row[number_at])
        if number is None or number in items:
            raise DataError(
                f"{table.file}, line {line}: {row[number_at]!r} is no new item number.",
                "Give each item one row.",
            )
        items[number] = {name: row[place].strip() for name, place in places.items()}
    return Wording(table.file, items, columns=tuple(places))


def _deck(path: Path) -> Wording:
    lines = [
        (number, line.strip())
        for number, line in enumerate(read_text(path).splitlines(), 1)
        if line.strip()
    ]
    piles: list[Pile] = []
    while len(lines) > 1 and lines[0][1].isdecimal() and not lines[1][1][:1].isdecimal():
        piles.append(Pile(len(piles) + 1, int(lines[0][1]), lines[1][1]))
        lines = lines[2:]
    items: dict[int, dict[str, str]] = {}
    for number, line in lines:
        match = re.fullmatch(r"(?P<n>\d{1,4})\t\s*(?P<t>.+)", line) or re.fullmatch(
            r"(?P<t>.+?)\s+(?P<n>\d{1,4})", line
        )
        if match is None or int(match["n"]) in items:
            raise DataError(
                f"{path}, line {number}: no item, or one for the second time.",
                "A line is number, tab, text; or text, blank, number.",
            )
        items[int(match["n"])] = {"text": match["t"].strip()}
    if not items:
        raise DataError(f"{path}: no items.", "A line is number, tab, text.")
    return Wording(str(path), items, tuple(piles), ("text",))


def with_wording(
    base: ItemSet,
    wording: Wording,
    identifier: str,
    *,
    title: str | None = None,
    language: str | None = None,
    rights: str | None = None,
    version: str | None = None,
) -> ItemSet:
    """``base`` with the lab's wording over its own, under a new id.

    Empty cells leave what was there. Raises `DataError` where an item is not in ``base`` or the
    deck's piles are others.
    """
    strangers = sorted(set(wording.items) - set(base.numbers))
    if strangers:
        raise DataError(
            f"{wording.file}: item {strangers[0]} is not in {base.id}, which has "
            f"{len(base.items)} items.",
            "Load the wording over the item set that it belongs to.",
        )
    if wording.piles and tuple(pile.size for pile in wording.piles) != base.sizes:
        raise DataError(
            f"{wording.file}: its piles hold {'-'.join(str(p.size) for p in wording.piles)}, those "
            f"of {base.id} {'-'.join(map(str, base.sizes))}.",
            "Load the wording over the item set that it belongs to.",
        )
    return replace(
        base,
        id=check_name(identifier, "item set id"),
        title=title or base.title,
        language=language or base.language,
        rights=rights or "Wording of the lab.",
        version=version or base.version,
        items=tuple(_worded(item, wording.items.get(item.number, {})) for item in base.items),
    )


def _worded(item: Item, cells: Mapping[str, str]) -> Item:
    given: dict[str, Any] = {name: text for name, text in cells.items() if text}
    if item.label == f"Item {item.number}" and "label" not in given and "text" in given:
        words = " ".join(given["text"].split())
        given["label"] = words if len(words) <= _LABEL_SIGNS else words[: _LABEL_SIGNS - 1] + "…"
    return replace(item, **given)


def without_wording(base: ItemSet, wording: Wording) -> list[int]:
    """Items of ``base`` that the wording says nothing of."""
    return [n for n in base.numbers if not any(wording.items.get(n, {}).values())]


def item_set_files(item_set: ItemSet) -> dict[str, bytes]:
    """The two files of an item set; read back, it has the same hash."""
    document = tomlkit.document()
    for key in ("id", "title", "version", "language", "rights", "kind"):
        document[key] = getattr(item_set, key)
    document["values"] = [pile.value for pile in item_set.piles]
    if item_set.kind == "sort":
        document["sizes"] = [pile.size for pile in item_set.piles]
    document["labels"] = [pile.label for pile in item_set.piles]
    if item_set.reversed_items:
        document["reversed"] = list(item_set.reversed_items)
    if item_set.scales:
        document["scales"] = {scale.name: list(scale.items) for scale in item_set.scales}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = ("about", "label", "high", "low", "see", "hint", "text", "definition", "example")
    writer.writerow(["item", *names])
    for item in item_set.items:
        cells = {name: getattr(item, name) for name in names}
        cells["see"] = " ".join(map(str, item.see))
        writer.writerow([item.number, *cells.values()])
    return {SETTINGS: tomlkit.dumps(document).encode(), ITEMS: out.getvalue().encode()}


def add_item_set(study: Study, item_set: ItemSet) -> Path:
    """Write an item set into the study, never over another one, and read it back.

    Raises `UsageError` for anybody but a lead, `StudyError` where the study has that id.
    """
    if not study.viewer.leads:
        raise UsageError("Item sets are added by leads.", "Ask the lead of the study.")
    folder = study.folder / "item_sets" / item_set.id
    if files.exists(folder):
        raise StudyError(
            f"The study has an item set '{item_set.id}' already.",
            "Choose another id: sorts belong to the wording that they were made with.",
        )
    files.make_folder(folder.parent)
    files.make_folder_whole(folder, item_set_files(item_set))
    if load_item_set(folder).hash != item_set.hash:
        raise DataError(f"{folder} does not read back as it was written.", "Check the disk.")
    return folder
