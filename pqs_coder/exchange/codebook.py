"""What the columns of an export mean: items, piles, columns; a workbook with all of it."""

from __future__ import annotations

import polars as pl

from pqs_coder.exchange.table_files import check_rows, flat_frame, workbook_bytes
from pqs_coder.exchange.wide_out import wide_frame
from pqs_coder.model.item_set import ItemSet

MEANING = {
    "session": "code of the session",
    "rater": "who sorted",
    "kind": "rater, consensus, criterion or practice",
    "occasion": "1; 2 for a blind second sort",
    "revision": "counts submissions of the same sort",
    "item_set": "the instrument",
    "item_set_hash": "SHA-256 of the instrument's wording and piles",
    "transcript_hash": "SHA-256 of the transcript that was read",
    "forced": "whether every pile holds exactly its number",
    "item": "number of the item",
    "pile": "value of the pile in which it lies",
    "heap": "heap of the first pass: -1 uncharacteristic, 0 neutral, 1 characteristic",
    "note": "the rater's note",
    "evidence": "turn numbers or time codes, joined by blanks; all: absent in the whole hour",
    "unsure": "marked as unsure",
    "seconds": "time for which the item was in hand",
    "moves": "placements that stand",
    "started_at": "begun, UTC",
    "submitted_at": "submitted, UTC",
}
"""The columns of the tidy table, in words."""


def codebook_frame(item_set: ItemSet) -> pl.DataFrame:
    """A row for each item: its number, the name of its column, and its wording."""
    rows = [
        (i.number, f"item{i.number}", i.about, i.label, i.high, i.low, i.text, i.definition)
        for i in item_set.items
    ]
    names = ["item", "column", "about", "label", "high", "low", "text", "definition"]
    return pl.DataFrame(rows, schema=names, orient="row")


def piles_frame(item_set: ItemSet) -> pl.DataFrame:
    """A row for each pile: value, size, label."""
    rows = [(pile.value, pile.size, pile.label) for pile in item_set.piles]
    return pl.DataFrame(rows, schema=["pile", "size", "label"], orient="row")


def columns_frame() -> pl.DataFrame:
    """A row for each column of the tidy table: name, meaning."""
    return pl.DataFrame(list(MEANING.items()), schema=["column", "meaning"], orient="row")


def evidence_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Notes and evidence as their own table: a row for each item that has any.

    Columns: session, rater, kind, occasion, revision, item, pile, note, evidence, unsure.
    """
    said = pl.col("note").is_not_null() | pl.col("evidence").is_not_null() | pl.col("unsure")
    return frame.filter(said).select(
        "session", "rater", "kind", "occasion", "revision", "item", "pile", "note", "evidence",
        "unsure",
    )  # fmt: skip


def about_frame(item_set: ItemSet) -> pl.DataFrame:
    """What the instrument is: title, version, rights, hash."""
    rows = [
        ("item set", item_set.id),
        ("title", item_set.title),
        ("version", item_set.version),
        ("language", item_set.language),
        ("rights", item_set.rights),
        ("hash", item_set.hash),
    ]
    return pl.DataFrame(rows, schema=["what", "value"], orient="row")


def render_workbook(frame: pl.DataFrame, item_set: ItemSet, suffix: str) -> dict[str, bytes]:
    """An Excel workbook: sorts wide and tidy, notes and evidence, and a codebook."""
    check_rows("tidy", frame.height + 1)  # before anything of that size is made
    sheets = {
        "sorts": wide_frame(frame),
        "tidy": frame,
        "evidence": evidence_frame(frame),
        "items": codebook_frame(item_set),
        "piles": piles_frame(item_set),
        "columns": columns_frame(),
        "about": about_frame(item_set),
    }
    return {suffix: workbook_bytes({name: flat_frame(sheet) for name, sheet in sheets.items()})}
