"""From the two tables of an item set to an `ItemSet`, every slip named with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.item_set import Item, ItemSet, Pile, Scale
from pqs_coder.model.names import check_name

MOST_EXTREME = 9999
REQUIRED_COLUMNS = ("item", "label")
COLUMNS = ("item", "about", "label", "high", "low", "see", "hint", "text", "definition", "example")

Row = tuple[int, Mapping[str, str]]
"""A row of items.csv: its line in the file, and its cells by column."""


def build_item_set(
    settings: Mapping[str, Any],
    rows: Sequence[Row],
    *,
    settings_file: str,
    items_file: str,
    line_of: Callable[[str], int] = lambda _key: 1,
) -> ItemSet:
    """Check and assemble.

    ``settings`` is the parsed item_set.toml, ``rows`` the rows of items.csv, ``line_of`` tells on
    which line of item_set.toml a key stands. Raises `DataError` with file, line and cure.
    """

    def wrong(key: str, message: str, cure: str) -> DataError:
        return DataError(f"{settings_file}, line {line_of(key)}: {message}", cure)

    words = {key: _word(settings, key, wrong) for key in ("id", "title", "version", "language")}
    try:
        check_name(words["id"], "item set id")
    except UsageError as error:
        raise wrong("id", error.message, error.cure) from error
    kind = settings.get("kind", "sort")
    if kind not in ("sort", "ratings"):
        raise wrong("kind", f"kind is {kind!r}.", 'Use kind = "sort" or "ratings".')
    items = _items(rows, items_file)
    piles = _piles(settings, len(items), wrong, forced=kind == "sort")
    rights = settings.get("rights", "")
    if not isinstance(rights, str):
        raise wrong("rights", "rights is no text.", 'Write rights = "...".')
    scales, turned = _scales(settings, len(items), wrong, rated=kind == "ratings")
    return ItemSet(
        **words,
        rights=rights,
        kind=kind,
        piles=piles,
        items=items,
        scales=scales,
        reversed_items=turned,
    )


Wrong = Callable[[str, str, str], DataError]


def _scales(
    settings: Mapping[str, Any], n_items: int, wrong: Wrong, *, rated: bool
) -> tuple[tuple[Scale, ...], tuple[int, ...]]:
    table = settings.get("scales", {})
    if not rated:
        for key in ("scales", "reversed"):
            if key in settings:
                raise wrong(key, f"a deck to sort has no {key}.", 'Use kind = "ratings".')
    if not isinstance(table, Mapping):
        raise wrong("scales", "scales is no table.", "Write [scales], then NAME = [1, 2].")
    seen: dict[int, str] = {}
    scales = []
    for name, given in table.items():
        for number in _item_list(given, name, n_items, wrong):
            if number in seen:
                raise wrong(
                    name,
                    f"item {number} stands in {seen[number]} and in {name}.",
                    "Give each item one scale.",
                )
            seen[number] = name
        scales.append(Scale(name, tuple(sorted(given))))
    empty = [scale.name for scale in scales if not scale.items]
    if empty and len(empty) < len(scales):
        raise wrong(
            empty[0], f"the scale {empty[0]} has no items.", "Give the key of all scales, or none."
        )
    turned = _item_list(settings.get("reversed", []), "reversed", n_items, wrong)
    loose = [number for number in turned if seen and number not in seen]
    if loose:
        raise wrong(
            "reversed", f"item {loose[0]} is reversed but in no scale.", "Mend the list or the key."
        )
    return tuple(scales), tuple(sorted(turned))


def _item_list(given: object, key: str, n_items: int, wrong: Wrong) -> list[int]:
    numbers = [n for n in given if type(n) is int] if isinstance(given, list) else []
    if not isinstance(given, list) or len(numbers) != len(given):
        raise wrong(key, f"{key} is no list of item numbers.", f"Write {key} = [1, 2].")
    for number in numbers:
        if not 1 <= number <= n_items or numbers.count(number) > 1:
            raise wrong(
                key,
                f"{key} names item {number}, which is not in the set or stands there twice.",
                f"Items run from 1 to {n_items}; name each once.",
            )
    return numbers


def _word(settings: Mapping[str, Any], key: str, wrong: Wrong) -> str:
    value = settings.get(key)
    if not isinstance(value, str) or not value.strip():
        raise wrong(key, f"{key} is missing or no text.", f'Add a line such as {key} = "...".')
    return value


def _piles(
    settings: Mapping[str, Any], n_items: int, wrong: Wrong, *, forced: bool
) -> tuple[Pile, ...]:
    values = _whole_numbers(settings, "values", wrong)
    labels = settings.get("labels", [""] * len(values))
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise wrong("labels", "labels is no list of texts.", 'Write labels = ["...", "..."].')
    sizes = _whole_numbers(settings, "sizes", wrong) if forced else [0] * len(values)
    for key, given in (("sizes", sizes), ("labels", labels)):
        if len(given) != len(values):
            raise wrong(
                key,
                f"{len(given)} {key} for {len(values)} values.",
                f"Give one of {key} for each value, in the same order.",
            )
    if not all(-MOST_EXTREME <= value <= MOST_EXTREME for value in values):
        raise wrong("values", f"the values {values} are absurd.", "Give small whole numbers.")
    if any(b <= a for a, b in pairwise(values)):
        raise wrong("values", f"the values {values} do not ascend.", "List the lowest pile first.")
    if forced and any(size < 1 for size in sizes):
        raise wrong("sizes", f"a pile has size {min(sizes)}.", "Every pile holds at least 1 item.")
    if forced and sum(sizes) != n_items:
        raise wrong(
            "sizes",
            f"the sizes add up to {sum(sizes)}, but there are {n_items} items.",
            "Make the sizes of the piles add up to the number of items.",
        )
    return tuple(Pile(v, s, label) for v, s, label in zip(values, sizes, labels, strict=True))


def _whole_numbers(settings: Mapping[str, Any], key: str, wrong: Wrong) -> list[int]:
    given = settings.get(key)
    whole = isinstance(given, list) and all(
        isinstance(n, int) and not isinstance(n, bool) for n in given
    )
    if not whole or not given or len(given) < 2:
        raise wrong(
            key, f"{key} is no list of two or more whole numbers.", f"Write {key} = [1, 2, 3]."
        )
    return list(given)


def _items(rows: Sequence[Row], file: str) -> tuple[Item, ...]:
    if not rows:
        raise DataError(f"{file}: no items.", "Give one row for each item below the header.")
    seen: dict[int, int] = {}
    items = []
    for line, cells in rows:
        number = _number(cells, file, line)
        if number in seen:
            raise DataError(
                f"{file}, line {line}: item {number} stands on line {seen[number]} already.",
                "Give every item its own number.",
            )
        if not cells.get("label", "").strip():
            raise DataError(
                f"{file}, line {line}: item {number} has no label.", "Fill in the label."
            )
        seen[number] = line
        see = _see(cells.get("see", ""), file, line)
        words = {k: cells.get(k, "") or "" for k in COLUMNS if k not in ("item", "see")}
        items.append(Item(number=number, see=see, **words))
    missing = sorted(set(range(1, len(items) + 1)) - set(seen))
    if missing:
        raise DataError(
            f"{file}: the numbers of {len(items)} items should run from 1 to {len(items)}; "
            f"missing: {', '.join(map(str, missing[:10]))}.",
            "Number the items from 1 without a gap.",
        )
    for item in items:
        unknown = [n for n in item.see if n not in seen]
        if unknown:
            raise DataError(
                f"{file}, line {seen[item.number]}: see names item {unknown[0]}, not in the set.",
                "Name only numbers of this item set under see.",
            )
    return tuple(sorted(items, key=lambda item: item.number))


def _number(cells: Mapping[str, str], file: str, line: int) -> int:
    text = (cells.get("item") or "").strip()
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) < 1:
        raise DataError(
            f"{file}, line {line}: the item number is {text!r}.", "Use whole numbers from 1."
        )
    return int(text)


def _see(text: str, file: str, line: int) -> tuple[int, ...]:
    parts = (text or "").replace(",", " ").split()
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        raise DataError(
            f"{file}, line {line}: see holds {text!r}.", "List item numbers, joined by blanks."
        )
    return tuple(int(part) for part in parts)
