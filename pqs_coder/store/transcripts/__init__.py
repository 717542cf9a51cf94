"""Readers of transcripts: one module a format, told apart by the file's suffix."""

from pqs_coder.store.transcripts.reading import read_transcript

__all__ = ["read_transcript"]
