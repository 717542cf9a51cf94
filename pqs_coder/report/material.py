"""What a report is made from: the sorts read once, and every question asked at most once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from pqs_coder.analysis.composites import Profiles, profiles
from pqs_coder.analysis.context import Context, study_context
from pqs_coder.analysis.result import Result
from pqs_coder.errors import PqsError
from pqs_coder.model.names import find_name
from pqs_coder.report.document import Block, Shown, Words
from pqs_coder.report.printed import printed
from pqs_coder.store.prototypes import load_prototypes
from pqs_coder.store.reading import read_sorts

if TYPE_CHECKING:
    from pqs_coder.model.prototype import Prototype
    from pqs_coder.store.study import Study


MOST_OPEN = 25
"""Rows up to which a table stands open in a report."""


@dataclass(frozen=True)
class ReportOptions:
    """What the report is about: the study, or one case, session, or a rater's feedback.

    ``groups`` is the column of facts.csv whose groups are compared. Raters' notes may quote the
    transcript, so they stay out unless ``notes``. ``made_at`` is printed; None is now.
    """

    case: str | None = None
    session: str | None = None
    rater: str | None = None
    groups: str = "treatment"
    notes: bool = False
    made_at: datetime | None = None


class Material:
    """A study as its viewer may see it, and the answers that sections ask for."""

    def __init__(self, study: Study, options: ReportOptions) -> None:
        self.study = study
        self.options = options
        self._answers: dict[str, Any] = {}

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All submitted sorts by raters, of both occasions."""
        return read_sorts(self.study, occasion=None)

    @cached_property
    def context(self) -> Context:
        """Sessions, facts and settings."""
        return study_context(self.study)

    @cached_property
    def profiles(self) -> Profiles:
        """The composite of each session."""
        return profiles(self.frame, self.context)

    @cached_property
    def prototypes(self) -> list[Prototype]:
        """The study's prototypes."""
        return load_prototypes(self.study)

    @cached_property
    def labels(self) -> dict[int, str]:
        """Labels of the items by number."""
        return {item.number: item.label for item in self.study.item_set.items}

    @property
    def threshold(self) -> float:
        """The r under which a session asks for another rater."""
        return self.study.settings.threshold

    def ask(self, name: str, function: Callable[..., Any], *given: Any, **options: Any) -> Any:
        """The answer of an analysis, computed once under its ``name``.

        What can't be answered is an empty answer that says why.
        """
        if name not in self._answers:
            try:
                self._answers[name] = function(*given, **options)
            except PqsError as error:
                self._answers[name] = Result(pl.DataFrame(), (f"{error.message} {error.cure}",))
        return self._answers[name]

    def with_labels(self, result: Result) -> Result:
        """The answer with the labels of its items."""
        if "item" not in result.frame.columns or "label" in result.frame.columns:
            return result
        label = pl.col("item").replace_strict(self.labels, default=None, return_dtype=pl.String)
        return Result(result.frame.with_columns(label.alias("label")), result.notes)

    def values_of(self, column: str) -> dict[str, str]:
        """A column of facts by session; nothing where facts.csv has no such column."""
        try:
            return self.context.fact(column)
        except PqsError:
            return {}

    def spelt(self, name: str, names: Iterable[str]) -> str:
        """The name as it is known, else as it was given."""
        return find_name(name, list(names)) or name


def only(result: Result, column: str, wanted: Sequence[str] | Mapping[str, Any]) -> Result:
    """The rows of an answer whose ``column`` is one of these; its notes stay."""
    if column not in result.frame.columns:
        return result
    return Result(result.frame.filter(pl.col(column).is_in(list(wanted))), result.notes)


def shown(
    kind: str,
    result: Result,
    title: str,
    command: str = "",
    *,
    folded: bool = False,
    notes: Sequence[str] = (),
) -> list[Block]:
    """An answer as a table; as words where it has no rows; as nothing where it says nothing.

    Tables of more than `MOST_OPEN` rows are folded in any case.
    """
    rows = result.frame.height
    if rows:
        return [Shown(printed(kind, result, title, command, notes), folded or rows > MOST_OPEN)]
    return [Words(f"{title}: {' '.join(result.notes)}", "note")] if result.notes else []
