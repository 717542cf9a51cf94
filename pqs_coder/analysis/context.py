"""What an analysis needs of a study beside its sorts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pqs_coder.errors import UsageError
from pqs_coder.model.names import fold
from pqs_coder.model.study import FACT_COLUMNS, Facts, Settings
from pqs_coder.store.study import Study


@dataclass(frozen=True)
class Context:
    """Sessions of the study, their facts (none for a viewer who is no lead) and the settings."""

    sessions: tuple[str, ...] = ()
    facts: Mapping[str, Facts] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: Settings("", "pqs"))
    item_set_hash: str | None = None

    @cached_property
    def cases(self) -> dict[str, str]:
        """Case by session, for sessions whose case is known."""
        return {code: one.case for code, one in self.facts.items() if one.case}

    def case_of(self, sessions: Iterable[str]) -> list[str]:
        """The case of each session; a session whose case is unknown is a case of its own."""
        cases = self.cases
        return [f"case {cases[s]}" if s in cases else f"session {s}" for s in sessions]

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Session number by session, where facts.csv holds one."""
        return {
            code: float(one.number)
            for code, one in self.facts.items()
            if re.fullmatch(r"\d+(\.\d+)?", one.number.strip())
        }

    def fact(self, column: str) -> dict[str, str]:
        """A column of facts.csv by session, empty cells left out; `UsageError` where it has none.

        The column may be one of the known ones (case, treatment, phase ...) or any further one.
        """
        known = [
            *FACT_COLUMNS[1:],
            *dict.fromkeys(k for one in self.facts.values() for k in one.more),
        ]
        if column not in known:
            raise UsageError(
                f"facts.csv has no column '{column}'.", f"Columns: {', '.join(known)}."
            )
        values = {
            code: one.more.get(column, "") if column in one.more else getattr(one, column, "")
            for code, one in self.facts.items()
        }
        return {code: value for code, value in values.items() if value.strip()}

    def people(self, seen: Iterable[str] = ()) -> list[str]:
        """Who may be asked to sort: raters of the roster, and whoever has sorted already."""
        names = {fold(one.name): one.name for one in self.settings.raters if one.role == "rater"}
        known = {fold(one.name) for one in self.settings.raters}
        for name in seen:
            if fold(name) not in known:
                names.setdefault(fold(name), name)
        return sorted(names.values(), key=natural_key)


def study_context(study: Study) -> Context:
    """The context of a study as its viewer may see it."""
    return Context(
        sessions=tuple(natural(study.session_codes())),
        facts=study.facts() if study.viewer.leads else {},
        settings=study.settings,
        item_set_hash=study.item_set.hash,
    )


def lead_context(study: Study) -> Context:
    """The same for questions that need facts; `UsageError` for a viewer who is no lead."""
    study.facts()
    return study_context(study)


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that puts s2 before s10."""
    parts = re.split(r"(\d+)", fold(name))
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p)


def natural(names: Iterable[str]) -> list[str]:
    """Names as people order them: numbers within them by size."""
    return sorted(names, key=lambda name: (natural_key(name), name))
