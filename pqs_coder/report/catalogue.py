"""Every picture by name: one command makes each, drawn or in plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pqs_coder.analysis.adherence_context import adherence_detail_of, adherence_groups_of
from pqs_coder.analysis.agreement import agreement_of
from pqs_coder.analysis.change import change_points_of
from pqs_coder.analysis.compare import compare_of
from pqs_coder.analysis.drift import drift_of
from pqs_coder.analysis.items import pyramid_of
from pqs_coder.analysis.matrix import matrix_of
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.structures import structures_of
from pqs_coder.analysis.subsets import chosen_items
from pqs_coder.analysis.third_raters import third_raters_of
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.names import find_name
from pqs_coder.report import figures, text_pictures

if TYPE_CHECKING:
    from pqs_coder.report.document import Figure
    from pqs_coder.store.study import Study


@dataclass(frozen=True)
class Selection:
    """What of the study is meant: a case, a session, a rater, two groups of a column, items."""

    case: str | None = None
    session: str | None = None
    rater: str | None = None
    by: str | None = None
    groups: tuple[str, str] | None = None
    items: tuple[int, ...] = ()
    outcome: str | None = None
    subset: str | None = None

    def chosen(self, study: Study) -> tuple[int, ...]:
        """The items that are named, and those of the subset."""
        return (*self.items, *(chosen_items(study, self.subset) or ()))

    @property
    def option(self) -> str:
        """The subset as an option of a command."""
        return f" --subset {self.subset}" if self.subset else ""

    def needed(self, name: str) -> str:
        """A part of the selection; `UsageError` where it is not given."""
        value = getattr(self, name)
        if value is None:
            value_name = {"by": "column", "outcome": "column"}.get(name, name)
            raise UsageError(f"Which {value_name}?", f"Add --{name} {value_name.upper()}.")
        return str(value)

    def pair(self) -> tuple[str, str, str]:
        """The column and the two groups to compare; `UsageError` where they are not given."""
        if self.by is None or self.groups is None:
            raise UsageError("Which two groups?", "Add --by COLUMN --groups A B.")
        return self.by, *self.groups


@dataclass(frozen=True)
class Picture:
    """The numbers, and how they are drawn or written (as lines of so many cells)."""

    result: Result
    draw: Callable[[], Figure]
    write: Callable[[int], list[str]]


def picture_of(study: Study, kind: str, wanted: Selection) -> Picture:
    """A picture of a study as its viewer may see it; `StudyError` where it has nothing to show."""
    made = PICTURES[kind](study, wanted)
    if not made.result.frame.height:
        raise StudyError("There is nothing to draw.", " ".join(made.result.notes))
    return made


def _known(name: str, names: Iterable[str | None], what: str) -> str:
    known = sorted({one for one in names if one is not None})
    found = find_name(name, known)
    if found is None:
        listed = ", ".join(known) or "none"
        raise StudyError(f"There is no {what} '{name}'.", f"There are: {listed}.")
    return found


def _sessions(study: Study, _wanted: Selection) -> Picture:
    result = agreement_of(study, "session")
    across = agreement_of(study, "study").frame
    baseline = across["baseline_r"][0] if across.height else None
    limit = study.settings.threshold
    return Picture(
        result,
        lambda: figures.session_agreement(result, limit, baseline, "pqs agreement"),
        lambda width: text_pictures.session_strips(result.frame, limit, baseline, width),
    )


def _raters(study: Study, _wanted: Selection) -> Picture:
    result = matrix_of(study)
    return Picture(
        result,
        lambda: figures.rater_matrix(result, "pqs matrix"),
        lambda width: text_pictures.rater_matrix(result.frame, width),
    )


def _third_raters(study: Study, _wanted: Selection) -> Picture:
    result = third_raters_of(study)
    limit = study.settings.threshold
    return Picture(
        result,
        lambda: figures.third_raters(result, limit, "pqs third-raters"),
        lambda width: text_pictures.third_rater_strips(result.frame, limit, width),
    )


def _drift(study: Study, wanted: Selection) -> Picture:
    found = drift_of(study)
    frame = found.frame
    if wanted.rater is not None:
        frame = frame.filter(pl.col("rater") == _known(wanted.rater, frame["rater"], "chart of"))
    result = Result(frame, found.notes)
    return Picture(
        result,
        lambda: figures.drift(result, "pqs drift"),
        lambda width: text_pictures.series_sparks(frame, "rater", "level", "order", width),
    )


def _adherence(study: Study, wanted: Selection) -> Picture:
    if wanted.by is not None:
        return _adherence_groups(study, wanted.by, wanted)
    command = f"pqs adherence --detail{wanted.option}"
    found = adherence_detail_of(study, subset=wanted.subset)
    if wanted.case is None:
        return Picture(
            found,
            lambda: figures.adherence_map(found, command),
            lambda width: text_pictures.adherence_matrix(found.frame, width),
        )
    case = _known(wanted.case, found.frame["case"], "case")
    rows = found.frame.filter(pl.col("case") == case).drop_nulls(["number", "r"])
    result = Result(rows, found.notes)
    names = ("number", "session", "prototype")
    return Picture(
        result,
        lambda: figures.adherence_lines(result, case, command),
        lambda width: text_pictures.limit_strips(rows, names, "r", width),
    )


def _adherence_groups(study: Study, column: str, wanted: Selection) -> Picture:
    result = adherence_groups_of(study, column, subset=wanted.subset)
    command = f"pqs adherence --by {column}{wanted.option}"
    return Picture(
        result,
        lambda: figures.adherence_groups(result, column, command),
        lambda width: text_pictures.limit_strips(result.frame, ("group", "prototype"), "r", width),
    )


def _pyramid(study: Study, wanted: Selection) -> Picture:
    session, rater = wanted.needed("session"), wanted.rater
    result = pyramid_of(study, session, rater)
    who = f"{session} by {rater}" if rater else f"the composite of {session}"
    command = f"pqs items --pyramid {session}" + (f" --rater {rater}" if rater else "")
    return Picture(
        result,
        lambda: figures.pyramid(result, study.item_set, who, command),
        lambda width: text_pictures.sort_pyramid(result.frame, study.item_set, width),
    )


def _compare(study: Study, wanted: Selection) -> Picture:
    column, a, b = wanted.pair()
    result = compare_of(study, column, a, b, subset=wanted.subset)
    command = f'pqs compare {column} "{a}" "{b}"{wanted.option}'
    shown = result.frame.drop_nulls("difference").head(figures.MOST_DIFFERENCES)
    shown = shown.sort("difference", descending=True)
    names = ("item", "label")
    return Picture(
        result,
        lambda: figures.item_differences(result, a, b, command),
        lambda width: text_pictures.limit_strips(shown, names, "difference", width),
    )


def _change(study: Study, wanted: Selection) -> Picture:
    case, items = wanted.needed("case"), wanted.chosen(study)
    result = change_points_of(study, items=items, prototypes=[] if items else None, case=case)
    axis = "Pile" if items else "Adherence"
    listed = f" --items {','.join(map(str, items))}" if items else ""
    command = f"pqs change --case {case}{listed} --points"
    return Picture(
        result,
        lambda: figures.change(result, case, axis, command),
        lambda width: text_pictures.series_sparks(
            result.frame, "variable", "value", "number", width
        ),
    )


def _structures(study: Study, wanted: Selection) -> Picture:
    case = wanted.needed("case")
    result = structures_of(study, case, subset=wanted.subset).scores
    command = f"pqs structures {case} --show scores{wanted.option}"
    return Picture(
        result,
        lambda: figures.structure_scores(result, case, command),
        lambda width: text_pictures.series_sparks(
            result.frame, "structure", "score", "number", width
        ),
    )


def _scree(study: Study, wanted: Selection) -> Picture:
    case = wanted.needed("case")
    result = structures_of(study, case, subset=wanted.subset).parallel
    return Picture(
        result,
        lambda: figures.scree(
            result, case, f"pqs structures {case} --show parallel{wanted.option}"
        ),
        lambda width: text_pictures.eigenvalue_strips(result.frame, width),
    )


PICTURES: dict[str, Callable[[Study, Selection], Picture]] = {
    "sessions": _sessions,
    "raters": _raters,
    "third-raters": _third_raters,
    "drift": _drift,
    "adherence": _adherence,
    "pyramid": _pyramid,
    "compare": _compare,
    "change": _change,
    "structures": _structures,
    "scree": _scree,
}
