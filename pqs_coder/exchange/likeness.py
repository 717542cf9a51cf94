"""Sorts that run against the mean profile: a scale may have been turned end for end.

A mirror image of a sort passes every check of its counts, so nothing is decided here: the words
name raters to ask.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pqs_coder.exchange.reading import ImportedSort
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.study import Study


def warn_of_mirrors(study: Study, sorts: Sequence[ImportedSort]) -> list[str]:
    """A line of words for each rater whose sorts correlate below zero with the mean profile.

    The profile is the mean over the study's sorts of the same item set, and over those of the file
    by other raters; the rater's own sorts are left out.
    """
    if not sorts:
        return []
    numbers = study.item_set.numbers
    piles = np.array([[one.piles[n] for n in numbers] for one in sorts], dtype=np.float64)
    raters = np.array([one.rater for one in sorts])
    before = _study_sum(study)
    words = []
    for rater in dict.fromkeys(raters.tolist()):
        own = raters == rater
        rest = piles[~own].sum(axis=0) + before
        r = _correlations(piles[own], rest)
        against = int((r < 0).sum())
        if against and against * 2 >= r.size:
            words.append(
                f"{against} of {r.size} sorts by {rater} run against the mean profile "
                f"(mean r {float(r.mean()):.2f}): was the scale turned end for end? "
                f"--reversed {rater} turns it."
            )
    return words


def _study_sum(study: Study) -> np.ndarray:
    numbers = study.item_set.numbers
    frame = read_sorts(study).filter(pl.col("item_set_hash") == study.item_set.hash)
    sums = frame.group_by("item").agg(pl.col("pile").sum())
    by_item = dict(sums.iter_rows())
    return np.array([by_item.get(n, 0) for n in numbers], dtype=np.float64)


def _correlations(sorts: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Pearson r of each row with the profile; empty where one of the two does not vary."""
    if np.ptp(profile) == 0:
        return np.empty(0)
    rows = sorts - sorts.mean(axis=1, keepdims=True)
    rows = rows[np.any(rows != 0, axis=1)]
    centred = profile - profile.mean()
    norms = np.sqrt((rows**2).sum(axis=1) * (centred**2).sum())
    return np.asarray(rows @ centred / norms)
