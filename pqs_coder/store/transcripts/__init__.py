"""Readers of transcripts: one module a format, told apart by the file's suffix."""

from pqs_coder.store.transcripts.columns import Columns, columns_of
from pqs_coder.store.transcripts.reading import SUFFIXES, read_transcript, transcript_columns

__all__ = ["SUFFIXES", "Columns", "columns_of", "read_transcript", "transcript_columns"]
