"""The names of files in a sorts folder: what each of them is, and whose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pqs_coder.model.names import RESERVED, fold

JOURNAL = "journal"
KEPT = "kept journal"
SUBMITTED = "submitted"
DIGEST = "digest"
LOCK = "lock"

_NAME = re.compile(
    r"(?P<stem>[^\W_][\w-]*)(?P<again>\.again)?"
    r"(?:\.(?P<journal>journal)(?:-(?P<kept>[1-9][0-9]*)(?:-[0-9]+)?)?"
    r"|(?:\.(?P<revision>[1-9][0-9]*))?\.(?P<parquet>parquet)(?P<digest>\.blake2)?"
    r"|\.(?P<lock>lock))"
)


@dataclass(frozen=True, slots=True)
class SortName:
    """What the name of a file in a sorts folder says.

    ``what`` is one of `JOURNAL`, `KEPT`, `SUBMITTED`, `DIGEST`, `LOCK`; ``revision`` counts from 1
    and is 0 for drafts and locks.
    """

    rater: str
    again: bool
    what: str
    revision: int

    @property
    def occasion(self) -> int:
        """1, or 2 for the blind second sort."""
        return 2 if self.again else 1

    @property
    def is_sort(self) -> bool:
        """Whether this is a rater's draft or submitted sort."""
        return self.what in (JOURNAL, SUBMITTED) and not self.reserved

    @property
    def reserved(self) -> bool:
        """Whether this is no rater's file (consensus and the like)."""
        return fold(self.rater) in RESERVED


def read_sort_name(path: Path | str) -> SortName | None:
    """What a file's name says, or None where it is none of ours (temporary, torn, strange)."""
    match = _NAME.fullmatch(path if isinstance(path, str) else path.name)
    if match is None:
        return None
    revision = 1
    if match["journal"]:
        what = KEPT if match["kept"] else JOURNAL
        revision = int(match["kept"] or 0)
    elif match["lock"]:
        what, revision = LOCK, 0
    else:
        what = DIGEST if match["digest"] else SUBMITTED
        revision = int(match["revision"] or 1)
        if match["revision"] == "1":  # revision 1 carries no number
            return None
    return SortName(match["stem"], bool(match["again"]), what, revision)
