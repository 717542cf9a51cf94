"""Programs that name a sort by one word: which session and which rater the word means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pqs_coder.errors import DataError, UsageError
from pqs_coder.store import files
from pqs_coder.store.tables import read_table

KEY_SUFFIX = ".names.csv"
"""The table of names that is written beside files whose names are too short."""


@dataclass(frozen=True, slots=True)
class SortNames:
    """How names of sorts are told apart; one of the four ways.

    ``rater``: one rater, the names are sessions. ``session``: one session, the names are raters.
    ``separator``: the names are SESSION, separator, RATER. ``key``: a table says it.
    """

    rater: str | None = None
    session: str | None = None
    separator: str | None = None
    key: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def check(self, names: Sequence[str], file: str) -> None:
        """`UsageError` where nothing says what the names are, or more than one thing does."""
        ways = [self.rater is not None, self.session is not None, bool(self.separator)]
        if sum([*ways, bool(self.key)]) == 1:
            return
        shown = ", ".join(repr(name) for name in names[:3])
        raise UsageError(
            f"{file}: the sorts are named {shown}{' ...' * (len(names) > 3)}; which session and "
            "which rater is that?",
            "Say one of: --rater NAME (the names are sessions), --session CODE (the names are "
            "raters), --split SIGN (SESSION, sign, RATER) or --key FILE (columns name, session, "
            "rater).",
        )

    def split(self, name: str) -> tuple[str, str, str]:
        """(session, rater, problem) of one name."""
        if self.rater is not None:
            return name, self.rater, ""
        if self.session is not None:
            return self.session, name, ""
        if self.key:
            found = self.key.get(name.strip())
            return (*found, "") if found else ("", "", f"the key has no name {name!r}")
        parts = name.split(self.separator or "_")
        if len(parts) != 2 or not all(part.strip() for part in parts):
            sign = self.separator
            return "", "", f"{name!r} does not split into session and rater at one {sign!r}"
        return parts[0], parts[1], ""


def read_key(path: Path) -> dict[str, tuple[str, str]]:
    """A table with the columns name, session, rater; `DataError` where a name stands twice."""
    _, lines = read_table(path, ["name", "session", "rater"])
    key: dict[str, tuple[str, str]] = {}
    for line, cells in lines:
        if cells["name"] in key:
            raise DataError(
                f"{path}, line {line}: '{cells['name']}' stands there twice.", "Keep one."
            )
        key[cells["name"]] = (cells["session"], cells["rater"])
    return key


def key_beside(path: Path) -> dict[str, tuple[str, str]]:
    """The key that was written beside an export of ours; empty where there is none."""
    beside = path.with_name(path.name + KEY_SUFFIX)
    return read_key(beside) if files.exists(beside) else {}
