"""Counts of submitted sorts for `pqs status`, from the columns that are needed and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pqs_coder.errors import PqsError
from pqs_coder.store.reading import SortFile, read_files
from pqs_coder.store.sort_names import SUBMITTED, SortName
from pqs_coder.store.study import SortPaths, Study

_COLUMNS = ("pile", "moves", "seconds", "submitted_at")
_COUNTS = (
    pl.len().alias("items"),
    pl.len().alias("placed"),
    pl.col("pile").count().alias("piled"),
    pl.col("moves").sum(),
    # Imported sorts hold no times: that is not the same as no time.
    pl.when(pl.col("seconds").count() > 0).then(pl.col("seconds").sum() / 60).alias("minutes"),
    pl.col("submitted_at").first(),
)


def summarise(
    study: Study, sorts: Sequence[tuple[str, str, int]], occasion: int
) -> dict[tuple[str, str], dict[str, Any]]:
    """Fields of `Work` by (session, rater) for these (session, rater, revision).

    A file that can't be trusted has the field ``problem`` alone.
    """
    wanted = [_file(study, *one, occasion) for one in sorts]
    try:
        return _counts(wanted)
    except PqsError:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for one in wanted:  # slowly: one bad file must not hide the others
            try:
                found |= _counts([one])
            except PqsError as error:
                found[one.session, one.name.rater] = {"problem": error.message}
        return found


def _file(study: Study, session: str, rater: str, revision: int, occasion: int) -> SortFile:
    again = occasion == 2
    path = SortPaths(study.sessions_folder / session / "sorts", rater, again).submitted(revision)
    return SortFile(path, session, SortName(rater, again, SUBMITTED, revision))


def _counts(wanted: Sequence[SortFile]) -> dict[tuple[str, str], dict[str, Any]]:
    table = read_files(wanted, _COLUMNS).group_by("session", "rater").agg(*_COUNTS)
    return {(row.pop("session"), row.pop("rater")): row for row in table.iter_rows(named=True)}
