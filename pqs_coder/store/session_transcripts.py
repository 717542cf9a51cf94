"""The transcript of a session of a study, sealed or not."""

from __future__ import annotations

from pathlib import Path

from pqs_coder.model.transcript import Transcript
from pqs_coder.store import files
from pqs_coder.store.study import SESSION_FILE, Study
from pqs_coder.store.transcripts import columns_of, read_transcript
from pqs_coder.store.vault import SUFFIX


def session_transcript(study: Study, session: str) -> Transcript | None:
    """The transcript of a session, or None where it has none.

    Raises `DataError` with file, line and cure, `StudyError` where it is sealed and there is no
    key in hand.
    """
    path = study.transcript_file(session)
    if path is None:
        return None
    named = columns_of(study.session_table(session), str(path.parent / SESSION_FILE))
    if path.suffix != SUFFIX or study.vault is None:
        return read_transcript(path, named)
    return read_transcript(path.with_suffix(""), named, transcript_bytes(study, path))


def transcript_bytes(study: Study, path: Path) -> bytes:
    """The content of a transcript's file, unsealed where it is sealed."""
    data = files.read_bytes(path)
    if path.suffix != SUFFIX or study.vault is None:
        return data
    return study.vault.open_bytes(data, "transcript", str(path))
