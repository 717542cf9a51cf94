"""The Python front door: a study, and its questions answered as frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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

    def sorts(self, **wanted: Any) -> pl.DataFrame:
        """The tidy table of submitted sorts that the viewer may see; options as `read_sorts`."""
        return read_sorts(self, **wanted)


def open_study(path: Path | str, viewer: Viewer | str | None = None) -> Study:
    """Open the study in a folder, as ``viewer`` sees it (a name, or None for a lead)."""
    found = store.open_study(path, viewer)
    return Study(found.folder, found.settings, found.viewer)


def agreement(study: store.Study, by: str = "session", **options: Any) -> pl.DataFrame:
    """The frame of `agreement_of`."""
    return agreement_of(study, by, **options).frame


def composite(study: store.Study, **options: Any) -> pl.DataFrame:
    """The frame of `composite_of`."""
    return composite_of(study, **options).frame


def adherence(study: store.Study, **options: Any) -> pl.DataFrame:
    """The frame of `adherence_of`."""
    return adherence_of(study, **options).frame
