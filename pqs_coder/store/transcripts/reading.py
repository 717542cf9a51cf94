"""Which reader reads which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.store import files
from pqs_coder.store.item_sets import decode_text
from pqs_coder.store.transcripts.chat import read_chat_turns
from pqs_coder.store.transcripts.columns import Columns
from pqs_coder.store.transcripts.markdown import read_markdown_turns
from pqs_coder.store.transcripts.subrip import read_subrip_turns
from pqs_coder.store.transcripts.table import read_table_turns, table_columns
from pqs_coder.store.transcripts.text import read_text_turns
from pqs_coder.store.transcripts.webvtt import read_webvtt_turns

TEXTS: dict[str, Callable[[str, str], list[Turn]]] = {
    ".txt": read_text_turns,
    ".text": read_text_turns,
    ".md": read_markdown_turns,
    ".vtt": read_webvtt_turns,
    ".srt": read_subrip_turns,
    ".cha": read_chat_turns,
}
TABLES = (".csv", ".tsv", ".tab")
PACKED = (".docx", ".eaf")
SUFFIXES = (*TEXTS, *TABLES, *PACKED)
"""Suffixes of files that can be read."""


def read_transcript(
    path: Path, columns: Columns | None = None, data: bytes | None = None
) -> Transcript:
    """Read a transcript; its words are exactly the file's.

    ``columns`` names the columns of a table (session.toml keeps them, see `columns_of`); ``data``
    is the file's content where it is not to be read from ``path`` (a sealed file). Raises
    `DataError` with file, line and cure, `StudyError` where the file can't be opened.
    """
    suffix = known_suffix(path)
    file = str(path)
    content = files.read_bytes(path) if data is None else data
    if suffix in TABLES:
        turns = read_table_turns(decode_text(content, path), file, suffix, columns)
    elif suffix in PACKED:
        turns = _packed_turns(content, file, suffix, columns)
    else:
        turns = TEXTS[suffix](decode_text(content, path), file)
    if not turns:
        raise DataError(f"{path}: there is not one turn in it.", "Give a transcript with words.")
    return Transcript(tuple(turns))


def _packed_turns(data: bytes, file: str, suffix: str, columns: Columns | None) -> list[Turn]:
    """Formats whose readers need a library; it is loaded only here."""
    if suffix == ".eaf":
        from pqs_coder.store.transcripts.elan import read_elan_turns

        return read_elan_turns(data, file)
    from pqs_coder.store.transcripts.word import read_word_turns

    return read_word_turns(data, file, columns)


def transcript_columns(
    path: Path, columns: Columns | None = None, data: bytes | None = None
) -> Columns | None:
    """Which columns `read_transcript` takes from a table, to be shown; None for other files.

    In a Word document each table has its own columns, so the names are given back as they came.
    """
    suffix = known_suffix(path)
    if suffix == ".docx":
        return columns
    if suffix not in TABLES:
        return None
    content = files.read_bytes(path) if data is None else data
    return table_columns(decode_text(content, path), str(path), suffix, columns)


def known_suffix(path: Path) -> str:
    """The suffix in small letters; `DataError` where no reader knows it."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(
            f"{path}: transcripts of the kind '{suffix or 'no suffix'}' can't be read.",
            f"Save it as one of: {', '.join(SUFFIXES)}.",
        )
    return suffix
