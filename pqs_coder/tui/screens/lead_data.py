"""What the pages of the lead's desk show: the frames of the same analyses that commands print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pqs_coder.store.study import Study

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


Step = tuple[str, Callable[[Study], Any]]


def _steps(page: str) -> list[Step]:
    """The questions of a page: the name of the table, and who answers it."""
    from pqs_coder.analysis import (
        agreement,
        consensus,
        distinctive,
        drift,
        matrix,
        portraits,
        progress,
        third_raters,
        training,
    )
    from pqs_coder.analysis.result import Result
    from pqs_coder.analysis.status import status

    pages: dict[str, list[Step]] = {
        "progress": [
            ("status", lambda study: Result(status(study))),
            ("third", third_raters.third_raters_of),
            ("pace", progress.progress_of),
        ],
        "agreement": [
            ("agreement", agreement.agreement_of),
            ("distinctive", distinctive.distinctive_of),
            ("third", third_raters.third_raters_of),
            ("consensus", consensus.consensus_states_of),
        ],
        "matrix": [("matrix", matrix.matrix_of)],
        "raters": [("portraits", portraits.portraits_of), ("bias", portraits.bias_of)],
        "drift": [("drift", drift.drift_of)],
        "training": [("training", training.training_of)],
    }
    return pages[page]


def load_page(
    study: Study, page: str, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> PageData:
    """Ask the questions of a page, one after the other; ``progress`` hears of each."""
    steps = _steps(page)
    tables: dict[str, Records] = {}
    notes: list[str] = []
    for done, (name, ask) in enumerate(steps):
        progress(done, len(steps))
        result = ask(study)
        tables[name] = result.frame.to_dicts()
        notes += [note for note in result.notes if note not in notes]
    return PageData(tables, tuple(notes))
