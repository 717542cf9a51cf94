"""Invented item sets and sorts for the tests of files."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

from pqs_coder.model.item_set import Item, ItemSet, Pile

SIZES = (5, 8, 12, 16, 18, 16, 12, 8, 5)
LABELS = ("extremely uncharacteristic", *("" for _ in range(7)), "extremely characteristic")


def made_up(
    n_piles: int = 9, sizes: tuple[int, ...] = SIZES, identifier: str = "made-up"
) -> ItemSet:
    """An invented item set whose wording is awkward too."""
    count = sum(sizes)
    labels = [LABELS[0], *[""] * (n_piles - 2), LABELS[-1]]
    return ItemSet(
        id=identifier,
        title="Invented, for \"tests\"; é",
        version="1",
        language="en",
        rights="ours",
        kind="sort",
        piles=tuple(Pile(v, s, w) for v, s, w in zip(range(1, n_piles + 1), sizes, labels, strict=True)),
        items=tuple(
            Item(n, "patient", f"Item {n}, “label” ä", f"high; {n}", f"low, {n}", hint="=hint")
            for n in range(1, count + 1)
        ),
    )  # fmt: skip


def piles_for(item_set: ItemSet, seed: int) -> dict[int, int]:
    """An invented forced sort."""
    piles = [pile.value for pile in item_set.piles for _ in range(pile.size)]
    random.Random(seed).shuffle(piles)
    return dict(zip(item_set.numbers, piles, strict=True))


def write_item_set(folder: Path, item_set: ItemSet) -> None:
    """An item set as it lies on disk."""
    folder.mkdir(parents=True)
    words = ("id", "title", "version", "language", "rights", "kind")
    lines = [f"{key} = {json.dumps(getattr(item_set, key), ensure_ascii=False)}" for key in words]
    lines.append(f"values = {[pile.value for pile in item_set.piles]}")
    lines.append(f"sizes = {[pile.size for pile in item_set.piles]}")
    lines.append(f"labels = {json.dumps([pile.label for pile in item_set.piles])}")
    (folder / "item_set.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item", "about", "label", "high", "low", "hint"])
        for item in item_set.items:
            writer.writerow([item.number, item.about, item.label, item.high, item.low, item.hint])
