"""Which columns of a table hold speaker, words and time: found by the usual words, or named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pqs_coder.errors import DataError

USUAL: dict[str, tuple[str, ...]] = {
    "speaker": ("speaker", "interlocutor", "speaker_name", "speaker_label", "who", "role", "name"),
    "text": ("text", "utterance_text", "utterance", "words", "transcript", "content", "message"),
    "time": ("time", "timestamp", "start", "start_time", "time_start", "begin", "in", "timecode"),
}
"""Column names that are understood, the first that is there is taken (case and blanks aside)."""
NO_SPEAKERS = ("end", "end_time", "time_end", "stop", "out", "duration", "id", "index", "number")
"""Columns beside words and times that tell that a table has no speakers."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns as a user gave them; None is looked up among the usual words."""

    speaker: str | None = None
    text: str | None = None
    time: str | None = None

    def as_table(self) -> dict[str, str]:
        """What session.toml keeps under ``[transcript]``."""
        named = {"speaker_column": self.speaker, "text_column": self.text, "time_column": self.time}
        return {key: name for key, name in named.items() if name is not None}


def columns_of(table: Mapping[str, Any], file: str) -> Columns | None:
    """The columns that a parsed session.toml names under ``[transcript]``, or None."""
    given = table.get("transcript")
    if given is None:
        return None
    names = {key: given.get(f"{key}_column") for key in USUAL} if isinstance(given, Mapping) else {}
    if not names or not all(name is None or isinstance(name, str) for name in names.values()):
        raise DataError(
            f"{file}: [transcript] names no columns.",
            'Write [transcript], then text_column = "..." and so on below it.',
        )
    return Columns(**names)


def find_columns(header: Sequence[str], columns: Columns | None, file: str) -> Columns:
    """The columns of ``header`` that hold what; `DataError` where words or speaker are missing.

    ``header`` holds the names as the file spells them. The result spells them so too.
    """
    named = columns or Columns()
    found = {
        "speaker": _find(header, named.speaker, "speaker", file),
        "text": _find(header, named.text, "text", file),
        "time": _find(header, named.time, "time", file),
    }
    chosen = Columns(**found)
    listed = ", ".join(repr(name) for name in header[:12])
    if chosen.text is None:
        raise DataError(
            f"{file}, line 1: no column holds the words; found {listed}.",
            "Call it text, or name it with --text-column.",
        )
    known = (chosen.text, chosen.time)
    others = [name for name in header if name not in known and _plain(name) not in NO_SPEAKERS]
    if chosen.speaker is None and others:
        raise DataError(
            f"{file}, line 1: no column holds the speaker; found {listed}.",
            "Call it speaker, or name it with --speaker-column.",
        )
    return chosen


def _find(header: Sequence[str], named: str | None, what: str, file: str) -> str | None:
    if named is not None:
        match = [name for name in header if name == named] or [
            name for name in header if _plain(name) == _plain(named)
        ]
        if not match:
            raise DataError(
                f"{file}, line 1: there is no column '{named}'.",
                f"Columns: {', '.join(header[:12])}. Name one of them with --{what}-column.",
            )
        return match[0]
    by_word = {_plain(name): name for name in reversed(header)}
    return next((by_word[word] for word in USUAL[what] if word in by_word), None)


def _plain(name: str) -> str:
    return "_".join(name.replace("-", " ").replace("_", " ").casefold().split())
