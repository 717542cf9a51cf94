"""Which reader reads which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.store.item_sets import read_text
from pqs_coder.store.transcripts.columns import Columns
from pqs_coder.store.transcripts.table import read_table_turns, table_columns
from pqs_coder.store.transcripts.text import read_text_turns
from pqs_coder.store.transcripts.webvtt import read_webvtt_turns

TEXTS: dict[str, Callable[[str, str], list[Turn]]] = {
    ".txt": read_text_turns,
    ".text": read_text_turns,
    ".vtt": read_webvtt_turns,
}
TABLES = (".csv", ".tsv", ".tab")
SUFFIXES = (*TEXTS, *TABLES)
"""Suffixes of files that can be read."""


def read_transcript(path: Path, columns: Columns | None = None) -> Transcript:
    """Read a transcript; its words are exactly the file's.

    ``columns`` names the columns of a table (session.toml keeps them, see `columns_of`). Raises
    `DataError` with file, line and cure, `StudyError` where the file can't be opened.
    """
    suffix = known_suffix(path)
    text, file = read_text(path), str(path)
    if suffix in TABLES:
        turns = read_table_turns(text, file, suffix, columns)
    else:
        turns = TEXTS[suffix](text, file)
    if not turns:
        raise DataError(f"{path}: there is not one turn in it.", "Give a transcript with words.")
    return Transcript(tuple(turns))


def transcript_columns(path: Path, columns: Columns | None = None) -> Columns | None:
    """Which columns `read_transcript` takes from a table, to be shown; None for other files."""
    suffix = known_suffix(path)
    if suffix not in TABLES:
        return None
    return table_columns(read_text(path), str(path), suffix, columns)


def known_suffix(path: Path) -> str:
    """The suffix in small letters; `DataError` where no reader knows it."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(
            f"{path}: transcripts of the kind '{suffix or 'no suffix'}' can't be read.",
            f"Save it as one of: {', '.join(SUFFIXES)}.",
        )
    return suffix
