"""Item sets on disk: ``item_set.toml`` and ``items.csv`` in a folder of the set's name.

The study's own are found first, then those that ship.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError, StudyError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.item_set_check import COLUMNS, REQUIRED_COLUMNS, Row, build_item_set
from pqs_coder.store import files
from pqs_coder.store.shipped import shipped_folder

SETTINGS = "item_set.toml"
ITEMS = "items.csv"
MOST_ITEMS = 9999


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file; `DataError` with the line where it is no TOML."""
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # absurd numbers and nesting among them
        raise DataError(f"{path}: {error}.", "Mend the file at that place (TOML).") from error


def read_text(path: Path) -> str:
    """A UTF-8 text file (a byte order mark is passed over); `DataError` where it is none."""
    return decode_text(files.read_bytes(path), path)


def decode_text(data: bytes, path: Path) -> str:
    """The same for the bytes of a file that have been read already."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataError(f"{path}, line {line}: not UTF-8.", "Save the file as UTF-8.") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"{path}, line {line}: a null byte.", "Save the file as plain text.")
    return text


def load_item_set(folder: Path) -> ItemSet:
    """Read and check an item set; `DataError` names file, line and cure."""
    settings_file, items_file = folder / SETTINGS, folder / ITEMS
    settings = read_toml(settings_file)
    text = read_text(settings_file)
    return build_item_set(
        settings,
        _rows(items_file),
        settings_file=str(settings_file),
        items_file=str(items_file),
        line_of=lambda key: line_of_key(text, key),
    )


def line_of_key(text: str, key: str) -> int:
    """The line of a TOML text on which a key or the table [key] begins; 1 where there is none."""
    name = re.escape(key)
    match = re.search(rf"^\s*(?:{name}\s*=|\[{name}\])", text, re.MULTILINE)
    return text[: match.end()].count("\n") + 1 if match else 1


def _rows(path: Path) -> list[Row]:
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not header:
                header = _header(cells, path)
            elif any(cell.strip() for cell in cells):
                rows.append((line, _row(header, cells, path, line)))
            if len(rows) > MOST_ITEMS:
                raise DataError(
                    f"{path}, line {line}: more than {MOST_ITEMS} items.", "Is it the right file?"
                )
            line = reader.line_num + 1  # a quoted cell may run over several lines
    except csv.Error as error:
        raise DataError(
            f"{path}, line {reader.line_num}: {error}.", "Mend the quotes on that line (CSV)."
        ) from error
    return rows


def _header(cells: list[str], path: Path) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown or len(set(names)) != len(names):
        wrong = f"no column {missing[0]!r}" if missing else f"the columns {names}"
        raise DataError(
            f"{path}, line 1: {wrong}.", f"Use these columns, each once: {', '.join(COLUMNS)}."
        )
    return names


def _row(header: list[str], cells: list[str], path: Path, line: int) -> Mapping[str, str]:
    if len(cells) != len(header):
        raise DataError(
            f"{path}, line {line}: {len(cells)} cells for {len(header)} columns.",
            "Quote cells that hold commas.",
        )
    return dict(zip(header, cells, strict=True))


def item_set_folders(study_folder: Path | None) -> dict[str, Path]:
    """Every item set that can be found, by id: the study's own first, then the shipped ones."""
    places = [shipped_folder("item_sets")]
    if study_folder is not None:
        places.append(study_folder / "item_sets")
    found: dict[str, Path] = {}
    for place in places:
        for folder in files.list_folder(place):
            if files.exists(folder / SETTINGS):
                found[folder.name] = folder
    return found


def find_item_set(identifier: str, study_folder: Path | None = None) -> ItemSet:
    """The item set of that id; `StudyError` where there is none."""
    folders = item_set_folders(study_folder)
    folder = folders.get(identifier)
    if folder is None:
        known = ", ".join(sorted(folders)) or "none"
        raise StudyError(
            f"There is no item set '{identifier}'.",
            f"Known item sets: {known}. A lab's own lie under item_sets/ in the study.",
        )
    item_set = load_item_set(folder)
    if item_set.id != identifier:
        raise DataError(
            f"{folder / SETTINGS}: the id is '{item_set.id}', the folder '{identifier}'.",
            "Give folder and id the same name.",
        )
    return item_set
