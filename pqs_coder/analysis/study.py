"""The Python front door: a study, and its questions answered as frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pqs_coder.analysis.adherence import adherence_of
from pqs_coder.analysis.agreement import agreement_of
from pqs_coder.analysis.composites import composite_of
from pqs_coder.analysis.status import status
from pqs_coder.model.study import Viewer
from pqs_coder.store import study as store
from pqs_coder.store.reading import read_sorts

__all__ = [
    "Study",
    "adherence",
    "adherence_of",
    "agreement",
    "agreement_of",
    "composite",
    "composite_of",
    "open_study",
    "status",
]


class Study(store.Study):
    """A study whose sorts can be had as one table."""

    def sorts(
        self,
        *,
        kind: Sequence[str] = ("rater",),
        occasion: int | None = 1,
        all_revisions: bool = False,
        drafts: bool = False,
        columns: Sequence[str] | None = None,
        sessions: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """The tidy table of submitted sorts that the viewer may see, a row an item.

        ``kind``: rater, consensus, criterion, practice. ``occasion``: 1, 2 for blind second sorts,
        None for both. ``all_revisions``: not the latest only. ``drafts``: those too, as they stand.
        ``columns``, ``sessions``: only these. Raises `DataError` that names every damaged file.
        """
        return read_sorts(
            self,
            kind=kind,
            occasion=occasion,
            all_revisions=all_revisions,
            drafts=drafts,
            columns=columns,
            sessions=sessions,
        )


def open_study(path: Path | str, viewer: Viewer | str | None = None) -> Study:
    """Open the study in a folder, as ``viewer`` sees it (a name, or None for a lead).

    Raises `StudyError` where there is no study.
    """
    found = store.open_study(path, viewer)
    study = Study(found.folder, found.settings, found.viewer)
    study.vault = found.vault  # it may have been unlocked (PQS_KEY_FILE, PQS_PASSPHRASE)
    return study


def agreement(
    study: store.Study, by: str = "session", *, mix_item_sets: bool = False
) -> pl.DataFrame:
    """How far raters agree: the table of ``pqs agreement``.

    ``by`` is session, pair, rater, item or study. Sorts of different item-set hashes are compared
    only with ``mix_item_sets``. `pqs_coder.analysis.agreement_of` gives the notes as well.
    """
    return agreement_of(study, by, mix_item_sets=mix_item_sets).frame


def composite(
    study: store.Study, *, closest_two: bool = False, mix_item_sets: bool = False
) -> pl.DataFrame:
    """The mean of the raters, a row for each session and item: the table of ``pqs composite``.

    ``closest_two`` keeps of three raters and more the two that agree best. It selects on the
    outcome: agreement looks higher than it is.
    """
    return composite_of(study, closest_two=closest_two, mix_item_sets=mix_item_sets).frame


def adherence(
    study: store.Study, *, each_rater: bool = False, mix_item_sets: bool = False
) -> pl.DataFrame:
    """Correlations of sessions with the study's prototypes: the table of ``pqs adherence``.

    Of composites, or of each rater's sort with ``each_rater``; the two are never mixed. Prototypes
    overlap, and adherence is not competence.
    """
    return adherence_of(study, each_rater=each_rater, mix_item_sets=mix_item_sets).frame
