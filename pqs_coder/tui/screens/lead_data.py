"""What the pages of the lead's desk show: the frames of the same analyses that commands print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pqs_coder.store.study import Study

if TYPE_CHECKING:
    import polars as pl

    from pqs_coder.analysis.context import Context
    from pqs_coder.analysis.result import Result
    from pqs_coder.store.work import Work

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class PageData:
    """Tables by name, each a list of records, and what is said beside them."""

    tables: dict[str, Records]
    notes: tuple[str, ...] = ()


@dataclass
class Names:
    """Names of raters, or Rater A, Rater B ... where they are hidden."""

    hidden: bool = False
    known: list[str] = field(default_factory=list)

    def learn(self, names: Iterable[str]) -> None:
        """Names that have not been met yet get the next letters."""
        self.known += sorted(set(names) - set(self.known))

    def __call__(self, name: str) -> str:
        """How to show a name; several, joined by commas, one by one."""
        if not self.hidden:
            return name
        return ",".join(self._letters(one) for one in name.split(","))

    def _letters(self, name: str) -> str:
        self.learn([name])
        n = self.known.index(name)
        return f"Rater {chr(65 + n)}" if n < 26 else f"Rater {n + 1}"

    def in_words(self, text: str) -> str:
        """A sentence with its names hidden too."""
        if not self.hidden:
            return text
        import re

        for name in sorted(self.known, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._letters(name), text)
        return text


class KeptSorts:
    """The submitted sorts of a study, read again as soon as other files lie there.

    A submitted sort is never written again, so that the names say whether anything is new.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._names: list[Path] = []
        self._frame: pl.DataFrame | None = None

    def now(self) -> pl.DataFrame:
        """Sorts and practice sorts with their times; notes and evidence stay where they are."""
        from pqs_coder.analysis.arrays import NEEDED
        from pqs_coder.analysis.training import KINDS
        from pqs_coder.store.reading import read_sorts, sort_files

        names = [one.path for one in sort_files(self._study)]
        if self._frame is None or names != self._names:
            columns = (*NEEDED, "submitted_at")
            self._frame = read_sorts(self._study, kind=KINDS, columns=columns)
            self._names = names
        return self._frame


class Source:
    """What the questions of a page start from, each read once."""

    def __init__(self, study: Study, kept: KeptSorts | None = None) -> None:
        self.study = study
        self._kept = kept or KeptSorts(study)

    @cached_property
    def work(self) -> list[Work]:
        """Who has done what, sessions in their natural order."""
        from pqs_coder.analysis.context import natural_key
        from pqs_coder.store.work import list_work

        return sorted(list_work(self.study), key=lambda one: natural_key(one.session))

    @cached_property
    def sorts(self) -> pl.DataFrame:
        """The submitted sorts, with their times."""
        return self._kept.now()

    @cached_property
    def context(self) -> Context:
        """Sessions, facts and settings."""
        from pqs_coder.analysis.context import study_context

        return study_context(self.study)


Step = tuple[str, Callable[[Source], "Result"]]


def _steps(page: str) -> list[Step]:
    """The questions of a page: the name of the table, and who answers it."""
    from pqs_coder.analysis import (
        agreement,
        consensus,
        decision,
        distinctive,
        drift,
        matrix,
        portraits,
        progress,
        third_raters,
        training,
    )
    from pqs_coder.analysis.result import Result
    from pqs_coder.analysis.status import status_table, unreadable
    from pqs_coder.analysis.subsets import study_subsets

    third: Step = (
        "third",
        lambda at: third_raters.third_raters_table(at.sorts, at.context, at.work),
    )
    pages: dict[str, list[Step]] = {
        "progress": [
            ("status", lambda at: Result(status_table(at.work), unreadable(at.work))),
            ("pace", lambda at: progress.progress_table(at.work)),
            third,
        ],
        "agreement": [
            ("agreement", lambda at: agreement.agreement_table(at.sorts, "session", at.context)),
            ("study", lambda at: agreement.agreement_table(at.sorts, "study", at.context)),
            ("distinctive", lambda at: distinctive.distinctive_table(at.sorts, at.context)),
            third,
            ("decision", lambda at: decision.decision_table(at.sorts)),
            ("consensus", lambda at: consensus.consensus_states_of(at.study)),
        ],
        "matrix": [
            ("matrix", lambda at: matrix.matrix_table(at.sorts, at.context)),
            ("pairs", lambda at: agreement.agreement_table(at.sorts, "pair", at.context)),
        ],
        "raters": [
            ("portraits", lambda at: portraits.portraits_of(at.study)),
            ("bias", lambda at: portraits.bias_table(at.sorts, study_subsets(at.study))),
        ],
        "drift": [("drift", lambda at: drift.drift_table(at.sorts, at.context))],
        "training": [("training", lambda at: training.training_in(at.study, at.sorts))],
    }
    return pages[page]


def load_page(
    study: Study,
    page: str,
    progress: Callable[[int, int, PageData], None] = lambda _done, _all, _so_far: None,
    kept: KeptSorts | None = None,
) -> PageData:
    """Ask the questions of a page, one after the other; ``progress`` hears of each answer.

    ``kept`` are sorts that another page may have read already.
    """
    steps, source = _steps(page), Source(study, kept)
    tables: dict[str, Records] = {}
    notes: list[str] = []
    for done, (name, ask) in enumerate(steps):
        progress(done, len(steps), PageData(dict(tables)))
        result = ask(source)
        tables[name] = result.frame.to_dicts()
        notes += [note for note in result.notes if note not in notes]
    return PageData(tables, tuple(notes))
