"""Submitted sorts: one immutable Parquet file each, its digest beside it.

The digest is checked before polars sees a byte: a damaged Parquet file can abort the process.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pqs_coder.errors import DataError, WriteError
from pqs_coder.model.card import Card, tidy_evidence
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store import files
from pqs_coder.store.journal_header import KINDS as KINDS
from pqs_coder.store.journal_header import Header
from pqs_coder.store.study import SortPaths
from pqs_coder.store.vault import PREFIX, Vault

_WHEN = pl.Datetime("us", "UTC")
SORT_SCHEMA: dict[str, Any] = {
    "session": pl.String,
    "rater": pl.String,
    "kind": pl.String,
    "occasion": pl.Int64,
    "revision": pl.Int64,
    "item_set": pl.String,
    "item_set_hash": pl.String,
    "transcript_hash": pl.String,
    "forced": pl.Boolean,
    "item": pl.Int64,
    "pile": pl.Int64,
    "heap": pl.Int64,
    "note": pl.String,
    "evidence": pl.String,
    "unsure": pl.Boolean,
    "seconds": pl.Float64,
    "moves": pl.Int64,
    "started_at": _WHEN,
    "submitted_at": _WHEN,
}
"""The tidy table: one row an item. Scripts rely on names and order."""


@dataclass(frozen=True, slots=True)
class SortLabels:
    """What is the same in every row of one submitted sort."""

    session: str
    rater: str
    item_set: str
    item_set_hash: str
    transcript_hash: str | None = None
    kind: str = "rater"
    occasion: int = 1
    revision: int = 1
    started_at: str | None = None
    submitted_at: str | None = None


def sort_frame(
    item_set: ItemSet,
    cards: Mapping[int, Card],
    labels: SortLabels,
    seconds: Mapping[int, float] | None = None,
) -> pl.DataFrame:
    """The tidy table of one sort: a row for each item, in order of number."""
    numbers = item_set.numbers
    ordered = [cards[n] for n in numbers]
    columns: dict[str, list[Any]] = {
        "item": list(numbers),
        "pile": [card.pile for card in ordered],
        "heap": [card.heap for card in ordered],
        "note": [card.note or None for card in ordered],
        "evidence": [" ".join(card.evidence) or None for card in ordered],
        "unsure": [card.unsure for card in ordered],
        "seconds": [seconds.get(n, 0.0) if seconds is not None else None for n in numbers],
        "moves": [card.moves for card in ordered],
    }
    same = {name: getattr(labels, name) for name in SORT_SCHEMA if hasattr(labels, name)}
    same["forced"] = is_forced(item_set, [card.pile for card in ordered])
    for name, value in same.items():
        columns[name] = [value] * len(numbers)
    strings = {"started_at": pl.String, "submitted_at": pl.String}
    frame = pl.DataFrame(
        {name: columns[name] for name in SORT_SCHEMA}, schema={**SORT_SCHEMA, **strings}
    )
    return frame.with_columns(
        pl.col("started_at", "submitted_at").str.to_datetime(
            time_unit="us", time_zone="UTC", format="%Y-%m-%dT%H:%M:%S%.fZ"
        )
    )


def seal_frame(frame: pl.DataFrame, vault: Vault | None) -> pl.DataFrame:
    """The same with notes and evidence sealed, where there is a vault."""

    def sealed(vault: Vault, text: str, name: str) -> str:
        return text if vault.has_sealed(text, name) else vault.seal_text(text, name)

    return _with_texts(frame, vault, sealed)


def open_frame(frame: pl.DataFrame, vault: Vault | None) -> pl.DataFrame:
    """The same unsealed; notes and evidence are null where the vault is locked.

    Texts that were written before the study was sealed stay as they are.
    """

    def opened(vault: Vault, text: str, name: str) -> str | None:
        if not text.startswith(PREFIX):
            return text
        return None if vault.locked else vault.open_text(text, name)

    return _with_texts(frame, vault, opened)


def _with_texts(
    frame: pl.DataFrame, vault: Vault | None, change: Callable[[Vault, str, str], str | None]
) -> pl.DataFrame:
    if vault is None:
        return frame
    columns = [name for name in ("note", "evidence") if name in frame.columns]
    return frame.with_columns(
        pl.Series(
            name,
            [None if text is None else change(vault, text, name) for text in frame[name]],
            dtype=pl.String,
        )
        for name in columns
    )


def labels_of(header: Header, submitted_at: str | None = None) -> SortLabels:
    """The labels of a draft's sort; ``submitted_at`` None where it is a draft still."""
    same = ("session", "rater", "kind", "item_set", "item_set_hash", "transcript_hash", "occasion")
    labels = {name: getattr(header, name) for name in same}
    return SortLabels(
        **labels,
        revision=header.revision,
        started_at=header.started_at,
        submitted_at=submitted_at,
    )


def cards_of(frame: pl.DataFrame) -> dict[int, Card]:
    """The cards of one sort's table, by item number."""
    return {
        row["item"]: Card(
            heap=row["heap"],
            pile=row["pile"],
            unsure=bool(row["unsure"]),
            note=row["note"] or "",
            evidence=tidy_evidence((row["evidence"] or "").split()),
            moves=row["moves"] or 0,
        )
        for row in frame.iter_rows(named=True)
    }


def is_forced(item_set: ItemSet, piles: Iterable[int | None]) -> bool:
    """Whether every pile holds exactly its number."""
    given = list(piles)
    exact = all(given.count(pile.value) == pile.size for pile in item_set.piles)
    return exact and len(given) == sum(item_set.sizes)


def to_parquet(frame: pl.DataFrame) -> bytes:
    """A frame as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    # Without statistics a small file is read in half the time.
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def digest_path(path: Path) -> Path:
    """Where the digest of a submitted sort lies."""
    return path.with_name(path.name + ".blake2")


def write_submitted(paths: SortPaths, revision: int, frame: pl.DataFrame) -> Path:
    """Write a submitted sort, never over another one, and read it back before returning.

    The digest is written first: a sort without one is never there. `WriteError` where that failed;
    then there is no sort of that revision (a file that reads back wrong is kept as ``.damaged``).
    """
    path = paths.submitted(revision)
    frame = seal_frame(frame, paths.vault)
    data = to_parquet(frame)
    said = f"{files.digest(data)}  {path.name}\n"  # the form that b2sum -c reads
    with files.locked_folder(paths.folder):
        if files.exists(path):
            raise WriteError(f"{path} exists already.", "A submitted sort is never overwritten.")
        files.write_whole(digest_path(path), said.encode(), mode=paths.mode)
        files.write_whole(path, data, replace=False, mode=paths.mode)
    try:
        same = read_submitted(path).equals(frame)
    except DataError:
        same = False
    if not same:
        files.set_aside(path, ".damaged")
        raise WriteError(
            f"{path} does not read back as it was written.",
            "The draft is kept. Check the disk, then submit again.",
        )
    return path


def read_submitted(path: Path) -> pl.DataFrame:
    """Read a submitted sort whose bytes match their digest; `DataError` where they don't."""
    return frame_of(checked_bytes(path), path)


def frame_of(data: bytes, path: Path) -> pl.DataFrame:
    """The table in bytes whose digest has been checked; `DataError` where it is no sort's."""
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{path}: no Parquet file.", "Run pqs verify.") from error
    if frame.schema != pl.Schema(SORT_SCHEMA) or frame.height == 0:
        raise DataError(f"{path}: not the columns of a sort.", "Run pqs verify.")
    return frame


def checked_bytes(path: Path) -> bytes:
    """The bytes of a submitted sort after their digest has been checked."""
    data = files.read_bytes(path)
    beside = digest_path(path)
    said = files.read_if_there(beside)
    if said is None:
        raise DataError(f"{path}: its digest {beside.name} is missing.", "Run pqs verify.")
    digests = [line.split()[:1] for line in said.splitlines()]
    if [files.digest(data).encode("ascii")] not in digests:
        raise DataError(
            f"{path}: the file is damaged (its digest does not match).",
            "Run pqs verify; put the file back from a copy of the study.",
        )
    return data
