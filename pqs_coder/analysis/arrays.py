"""From the tidy table to arrays: one row a sort, one column an item; sessions in blocks.

A block holds sessions with the same number of raters and the same items, so that one call of a
statistic serves all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pqs_coder.analysis.context import natural
from pqs_coder.errors import DataError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

SORT_KEY = ("session", "rater", "kind", "occasion", "revision")
NEEDED = (*SORT_KEY, "item_set", "item_set_hash", "forced", "item", "pile")
"""The columns of the tidy table without which no sort can be told from another."""

_BY_ITEM = {"item", "pile", "heap", "note", "evidence", "unsure", "seconds", "moves"}


@dataclass(frozen=True, eq=False)
class SortMatrix:
    """Sorts as a matrix.

    ``labels`` has a row a sort (the columns of the tidy table that are one for the whole sort),
    ``items`` the item numbers ascending ``(items,)``, ``piles`` the pile values ``(sorts, items)``,
    nan where a sort has not that item.
    """

    labels: pl.DataFrame
    items: IntArray
    piles: FloatArray

    def __len__(self) -> int:
        return self.labels.height

    def take(self, rows: Any) -> SortMatrix:
        """The sorts of these rows (indices or a mask), in that order."""
        index = np.asarray(rows)
        if index.dtype == np.bool_:
            index = np.flatnonzero(index)
        return SortMatrix(self.labels[index], self.items, self.piles[index])

    def over(self, items: NDArray[np.bool_]) -> SortMatrix:
        """The same sorts over some of the items (a mask)."""
        return SortMatrix(self.labels, self.items[items], self.piles[:, items])

    def column(self, name: str) -> NDArray[Any]:
        """A column of the labels as an array."""
        return self.labels[name].to_numpy()


def sort_matrix(frame: pl.DataFrame) -> SortMatrix:
    """The tidy table as a matrix; `DataError` where a sort holds an item twice."""
    labels, row = _rows(frame)
    items, column = np.unique(frame["item"].to_numpy(), return_inverse=True)
    cells = row * len(items) + column
    if np.any(np.bincount(cells, minlength=1) > 1):
        twice = frame[int(np.flatnonzero(np.bincount(cells)[cells] > 1)[0])]
        raise DataError(
            f"The sort of {twice['session'][0]} by {twice['rater'][0]} holds item "
            f"{twice['item'][0]} twice.",
            "Keep one row an item.",
        )
    piles = np.full(labels.height * len(items), np.nan)
    piles[cells] = frame["pile"].cast(pl.Float64).to_numpy()
    return SortMatrix(labels, items.astype(np.intp), piles.reshape(labels.height, len(items)))


def _rows(frame: pl.DataFrame) -> tuple[pl.DataFrame, IntArray]:
    """Labels, one row a sort in order of first appearance, and the row of every line."""
    kept = [name for name in frame.columns if name not in _BY_ITEM]
    changed = pl.any_horizontal(pl.col(k).ne_missing(pl.col(k).shift(1)) for k in SORT_KEY)
    starts = frame.select(changed.alias("new"))["new"].to_numpy().copy()
    starts[:1] = True
    labels = frame.filter(pl.Series(starts)).select(kept)
    if not labels.select(SORT_KEY).is_duplicated().any():
        return labels, np.asarray(np.cumsum(starts) - 1, dtype=np.intp)
    # The lines of a sort are scattered over the table.
    labels = frame.unique(SORT_KEY, keep="first", maintain_order=True).select(kept)
    numbered = labels.select(SORT_KEY).with_row_index("row")
    joined = frame.select(SORT_KEY).join(
        numbered, on=SORT_KEY, how="left", maintain_order="left", nulls_equal=True
    )
    return labels, joined["row"].to_numpy().astype(np.intp)


def rated(
    sorts: SortMatrix, kinds: Sequence[str] = ("rater",), occasion: int | None = 1
) -> SortMatrix:
    """The sorts that count: these kinds, this occasion, the latest revision of each.

    In order of session and rater, numbers within names by size.
    """
    wanted = pl.col("kind").is_in(list(kinds))
    if occasion is not None:
        wanted &= pl.col("occasion") == occasion
    places = {
        name: pl.col(name).replace_strict(
            {one: n for n, one in enumerate(natural(sorts.labels[name].unique()))},
            return_dtype=pl.Int64,
        )
        for name in ("session", "rater")
    }
    chosen = (
        sorts.labels.with_row_index("_row")
        .filter(wanted)
        .sort("revision")
        .unique(["session", "rater", "kind", "occasion"], keep="last", maintain_order=True)
        .sort(places["session"], places["rater"], "kind", "occasion")
    )
    return sorts.take(chosen["_row"].to_numpy())


@dataclass(frozen=True, eq=False)
class Block:
    """Sessions that broadcast together.

    ``rows`` are rows of the matrix ``(sessions, raters)``, ``items`` item numbers ``(items,)``,
    ``piles`` is ``(sessions, raters, items)``, ``forced`` tells for which sessions all sorts are
    forced ``(sessions,)``.
    """

    sessions: NDArray[Any]
    rows: IntArray
    items: IntArray
    piles: FloatArray
    forced: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Grouped:
    """Sorts by session: those that can be compared, and what was left out.

    ``sorts`` are in order of session; ``alone`` names sessions with fewer sorts than asked for,
    ``other_sets`` counts sorts left out because they are of another item set or wording; ``mixed``
    tells that sorts of different item sets are compared on purpose.
    """

    sorts: SortMatrix
    alone: tuple[str, ...]
    other_sets: int
    mixed: bool = False

    def blocks(self, least: int = 2, fewest_items: int = 4) -> Iterator[Block]:
        """Blocks of sessions with ``least`` sorts or more and enough items in common."""
        sessions = self.sorts.column("session")
        names, starts, counts = _runs(sessions)
        for k in np.unique(counts[counts >= least]):
            chosen = counts == k
            rows = starts[chosen][:, None] + np.arange(k)
            piles = self.sorts.piles[rows]
            for which, mask in _equal_rows(np.isfinite(piles).all(axis=1)):
                if mask.sum() >= fewest_items:
                    yield self._block(names[chosen][which], rows[which], mask)

    def complete(self, fewest_items: int = 4) -> list[SortMatrix]:
        """Sorts of each item set (by hash) over its items, incomplete sorts left out.

        Most sorts first. Where item sets are mixed there is one matrix, over the shared items.
        """
        hashes = self.sorts.column("item_set_hash")
        present = np.isfinite(self.sorts.piles)
        if self.mixed and len(self.sorts):
            found = [self.sorts.over(np.asarray(present.all(axis=0)))]
        else:
            found = []
            for one in dict.fromkeys(hashes.tolist()):
                rows = np.flatnonzero(hashes == one)
                items = np.asarray(present[rows].any(axis=0))
                found.append(self.sorts.take(rows[present[rows][:, items].all(axis=1)]).over(items))
        found = [one for one in found if len(one) and len(one.items) >= fewest_items]
        return sorted(found, key=len, reverse=True)

    def _block(self, names: NDArray[Any], rows: IntArray, mask: NDArray[np.bool_]) -> Block:
        forced = self.sorts.column("forced")[rows].all(axis=1)
        piles = np.ascontiguousarray(self.sorts.piles[rows][..., mask])
        return Block(names, rows, self.sorts.items[mask], piles, np.asarray(forced, dtype=bool))


def group_sessions(
    sorts: SortMatrix, *, least: int = 2, mix_item_sets: bool = False, prefer: str | None = None
) -> Grouped:
    """Sorts that can be compared within their sessions; ``sorts`` as `rated` gives them.

    Of each session only the sorts of one item set (by hash) are kept: that of most sorts, then the
    hash ``prefer``, then the one first in order; ``mix_item_sets`` keeps all.
    """
    kept = sorts if mix_item_sets else sorts.take(one_item_set(sorts, prefer))
    names, _, counts = _runs(kept.column("session"))
    alone = tuple(names[counts < least])
    return Grouped(kept, alone, len(sorts) - len(kept), mix_item_sets)


def one_item_set(sorts: SortMatrix, prefer: str | None = None) -> NDArray[np.bool_]:
    """Which sorts are of the item set (by hash) that prevails in their session ``(sorts,)``."""
    if sorts.labels["item_set_hash"].n_unique() <= 1:
        return np.ones(len(sorts), dtype=bool)
    count = (
        sorts.labels.group_by("session", "item_set_hash", maintain_order=True)
        .len()
        .sort(
            "len", pl.col("item_set_hash") == (prefer or ""), descending=True, maintain_order=True
        )
        .unique("session", keep="first", maintain_order=True)
        .rename({"item_set_hash": "_best"})
    )
    joined = sorts.labels.join(count, on="session", how="left", maintain_order="left")
    return (joined["item_set_hash"] == joined["_best"]).to_numpy()


def _runs(values: NDArray[Any]) -> tuple[NDArray[Any], IntArray, IntArray]:
    """Value, start and length of each run of equal neighbours."""
    if len(values) == 0:
        empty = np.zeros(0, dtype=np.intp)
        return values, empty, empty
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return values[starts], starts, np.diff(np.append(starts, len(values)))


def _equal_rows(masks: NDArray[np.bool_]) -> Iterator[tuple[IntArray, NDArray[np.bool_]]]:
    """Indices of the rows that are equal, and the row itself, for each that occurs."""
    if masks.all():
        yield np.arange(len(masks)), np.ones(masks.shape[1], dtype=bool)
        return
    different, which = np.unique(masks, axis=0, return_inverse=True)
    for n, mask in enumerate(different):
        yield np.flatnonzero(which == n), mask
