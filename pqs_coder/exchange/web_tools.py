"""Results of web collectors: HtmlQ, FlashQ, EQ Web Sort, Quince, and lines of name and piles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError
from pqs_coder.exchange.named_lines import read_named_lines
from pqs_coder.exchange.reading import SortReading
from pqs_coder.exchange.sort_names import SortNames
from pqs_coder.exchange.tables_in import TextTable
from pqs_coder.exchange.wide import item_columns
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.item_sets import read_text

IDENTITIES = (
    "uid", "urlUsercode", "urlUserCode", "usercode", "partId", "userInputId", "participant",
    "name", "randomId", "sid", "id",
)  # fmt: skip
"""Columns that may name the person; the first that is filled everywhere, each time otherwise."""
_NOTHING = frozenset({"", "---", "not-set", "undefined", "null"})
_SORT = re.compile(r"-?\d+(?:\s*\|\s*-?\d+)+")
_VECTOR = re.compile(r"\s*(\S+)((?:[ \t]+-?\d+)+)\s*")


def is_web_table(table: TextTable) -> bool:
    """Whether a table is HtmlQ's (``sid``, ``s1``, ``s2`` ...) or has sorts such as ``1|-2|0``."""
    return _sort_place(table) is not None or (
        table.find("sid") is not None and table.find("s1") is not None
    )


def web_table_sorts(table: TextTable, item_set: ItemSet, names: SortNames) -> SortReading:
    """The sorts of such a table."""
    place = _sort_place(table)
    column, people = _people(table)
    if place is None:
        places = item_columns(table, item_set, set())
        values = [
            [row[at] if at < len(row) else "" for at in places.values()] for _, row in table.rows
        ]
        layout = "HtmlQ or FlashQ"
    else:
        values = [_split(row[place]) if place < len(row) else [] for _, row in table.rows]
        layout = "EQ Web Sort or Quince"
    lines = [line for line, _ in table.rows]
    return read_named_lines(
        list(zip(lines, people, values, strict=True)),
        item_set,
        table.file,
        names,
        {"layout": layout, "name": column},
    )


def json_sorts(path: Path, item_set: ItemSet, names: SortNames) -> SortReading:
    """The sorts of a JSON export: one object, a list of them, or objects by key."""
    try:
        content = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{path}: no JSON ({error}).", "Export it again.") from error
    found = _objects(content)
    if not found:
        raise DataError(
            f"{path}: no sorts in it.", "An object for each sort has a text such as 1|-2|0 in sort."
        )
    lines = []
    for number, (key, one) in enumerate(found, 1):
        said = [str(one.get(name, "")).strip() for name in IDENTITIES]
        person = next((text for text in said if text not in _NOTHING), key)
        lines.append((number, person, _split(str(one["sort"]))))
    columns = {"layout": "EQ Web Sort or HtmlQ, JSON"}
    return read_named_lines(lines, item_set, str(path), names, columns)


def vector_sorts(path: Path, item_set: ItemSet, names: SortNames) -> SortReading:
    """Lines of a name and one number an item, as RAP sorters and WebQSort write them."""
    lines = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip():
            continue
        match = _VECTOR.fullmatch(line)
        if match is None:
            raise DataError(
                f"{path}, line {number}: no name and numbers.",
                "Each line is a name and the pile of each item, parted by blanks.",
            )
        lines.append((number, match[1], match[2].split()))
    return read_named_lines(
        lines, item_set, str(path), names, {"layout": "a line of piles for each sort"}
    )


def is_vectors(path: Path) -> bool:
    """Whether the first line of a text is a name and numbers."""
    first = next((line for line in read_text(path).splitlines() if line.strip()), "")
    match = _VECTOR.fullmatch(first)
    return match is not None and len(match[2].split()) > 3


def _sort_place(table: TextTable) -> int | None:
    """The column whose first cells all look like ``1|-2|0``."""
    rows = [row for _, row in table.rows[:20]]
    for place in range(len(table.header)):
        cells = [row[place] for row in rows if place < len(row)]
        if cells and all(_SORT.search(cell) for cell in cells):
            return place
    return None


def _people(table: TextTable) -> tuple[str, list[str]]:
    for name in IDENTITIES:
        place = table.find(name)
        if place is None:
            continue
        people = [
            row[place].removeprefix(f"{name}:").strip() if place < len(row) else ""
            for _, row in table.rows
        ]
        if not _NOTHING & set(people) and len(set(people)) == len(people):
            return name, people
    raise DataError(
        f"{table.where}: no column names each person differently.",
        f"One of these should: {', '.join(IDENTITIES)}.",
    )


def _split(text: str) -> list[str]:
    match = _SORT.search(text)
    return [part.strip() for part in match[0].split("|")] if match else []


def _objects(content: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(content, Mapping) and isinstance(content.get("sort"), str):
        return [("1", content)]
    pairs: Sequence[tuple[Any, Any]] = []
    if isinstance(content, Mapping):
        pairs = list(content.items())
    elif isinstance(content, list):
        pairs = list(enumerate(content, 1))
    return [
        (str(key), one)
        for key, one in pairs
        if isinstance(one, Mapping) and isinstance(one.get("sort"), str)
    ]
