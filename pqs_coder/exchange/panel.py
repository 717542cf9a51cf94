"""A panel's sorts or free ratings of the ideal, read from a file for a prototype."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from pqs_coder.analysis.building import Panel
from pqs_coder.errors import DataError
from pqs_coder.exchange.any_file import read_sorts_file
from pqs_coder.exchange.options import ReadOptions
from pqs_coder.model.item_set import ItemSet


def read_panel(
    path: Path, item_set: ItemSet, options: ReadOptions | None = None
) -> tuple[Panel, list[str]]:
    """The panel of a file of any format that ``pqs import`` reads, and what has to be said of it.

    Free ratings on the scale of the piles count as they are: no pile needs its number. Items that
    some of the panel lack are left out. Raises `DataError` where nobody's sort can be read.
    """
    asked = options or ReadOptions()
    # A panel has no sessions: a table of raters is read as if each were one.
    asked = replace(asked, session="panel", session_column=asked.rater_column)
    reading = read_sorts_file(path, item_set, asked)
    sorts = [one for one in reading.sorts if one.piles]
    words = list(reading.notes)
    words += [f"{one.rater}: {one.problem}" for one in reading.sorts if not one.whole]
    shared = sorted(set.intersection(*(set(one.piles) for one in sorts))) if sorts else []
    if not shared:
        raise DataError(
            f"{path}: no items that all of the panel rated.", "One row a rater, one column an item."
        )
    names = tuple(one.rater for one in sorts)
    values = np.array([[one.piles[item] for item in shared] for one in sorts], dtype=np.float64)
    left_out = len(item_set.items) - len(shared)
    return Panel(names, np.array(shared, dtype=np.intp), values, left_out), words
