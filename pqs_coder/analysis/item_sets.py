"""Instruments as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from pqs_coder.analysis.result import build_frame
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.item_sets import find_item_set, item_set_folders

SET_SCHEMA: dict[str, Any] = {
    "item_set": pl.String,
    "title": pl.String,
    "version": pl.String,
    "language": pl.String,
    "kind": pl.String,
    "items": pl.Int64,
    "piles": pl.Int64,
    "scales": pl.String,
    "where": pl.String,
    "hash": pl.String,
}
ITEM_SCHEMA: dict[str, Any] = {
    "item_set": pl.String,
    "item": pl.Int64,
    **dict.fromkeys(("about", "label", "high", "low", "see", "hint"), pl.String),
    **dict.fromkeys(("text", "definition", "example"), pl.String),
}


def item_sets_table(study_folder: Path | None) -> pl.DataFrame:
    """Every item set that can be found; the study's own hide shipped ones of the same id.

    ``piles`` are the values of a rating form; ``scales`` its scales with their number of items,
    null where there are none.
    """
    folders = item_set_folders(study_folder)
    found = [find_item_set(identifier, study_folder) for identifier in sorted(folders)]
    inside = [study_folder is not None and study_folder in folders[one.id].parents for one in found]
    columns: dict[str, Any] = {
        "item_set": [one.id for one in found],
        "items": [len(one.items) for one in found],
        "piles": [len(one.piles) for one in found],
        "scales": [_scales(one) for one in found],
        "where": ["study" if own else "shipped" for own in inside],
        "hash": [one.hash for one in found],
    }
    for name in ("title", "version", "language", "kind"):
        columns[name] = [getattr(one, name) or None for one in found]
    return build_frame(columns, SET_SCHEMA)


def _scales(item_set: ItemSet) -> str | None:
    if item_set.has_key:
        return ", ".join(f"{scale.name} {len(scale.items)}" for scale in item_set.scales)
    names = ", ".join(scale.name for scale in item_set.scales)
    return f"{names} (no key)" if names else None


def item_set_table(identifier: str, study_folder: Path | None) -> pl.DataFrame:
    """The items of one item set; `StudyError` where there is no such set."""
    found = find_item_set(identifier, study_folder)
    columns: dict[str, Any] = {
        "item_set": [found.id] * len(found.items),
        "item": [one.number for one in found.items],
        "see": [" ".join(map(str, one.see)) or None for one in found.items],
    }
    for name in ITEM_SCHEMA:
        if name not in columns:
            columns[name] = [getattr(one, name) or None for one in found.items]
    return build_frame(columns, ITEM_SCHEMA)
