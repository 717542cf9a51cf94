"""Names of sessions, raters, item sets and prototypes: they become file names.

Letters, digits, ``_`` and ``-``, up to 64, composed (NFC), no dot; unique without case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pqs_coder.errors import UsageError

MOST = 64
CONSENSUS = "consensus"
RESERVED = frozenset({CONSENSUS, "criterion", "composite", "again"})
_ALLOWED = re.compile(r"[^\W]([\w-]*)\Z")
# Windows shares refuse these as file names, whatever the suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)


def check_name(name: str, what: str = "name") -> str:
    """Return ``name`` composed to NFC, or raise `UsageError` that says which rule it breaks."""
    composed = unicodedata.normalize("NFC", name)
    cure = (
        f"Use letters, digits, _ and - for a {what}, at most {MOST}, starting with a letter or "
        "digit; free text goes into titles."
    )
    shown = (
        composed.encode("unicode_escape").decode("ascii") if not composed.isprintable() else name
    )
    if not composed:
        raise UsageError(f"The {what} is empty.", cure)
    if len(composed) > MOST:
        raise UsageError(f"The {what} '{shown[:20]}...' has {len(composed)} characters.", cure)
    if not _ALLOWED.match(composed) or composed.startswith("_"):
        raise UsageError(f"'{shown}' can't be a {what}.", cure)
    if composed.casefold() in RESERVED or _DEVICES.match(composed):
        raise UsageError(f"'{shown}' is a reserved word and can't be a {what}.", cure)
    return composed


def is_name(name: str) -> bool:
    """Whether ``name`` is, as it stands, one that `check_name` lets pass."""
    try:
        return check_name(name) == name
    except UsageError:
        return False


def fold(name: str) -> str:
    """The form in which names are compared."""
    return unicodedata.normalize("NFC", name).casefold()


def find_name(name: str, known: list[str]) -> str | None:
    """The spelling under which ``name`` is known, or None."""
    wanted = fold(name)
    return next((one for one in known if fold(one) == wanted), None)


def near_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that is spelt most like this one, where one is near: it may be meant."""
    import difflib

    spelt = {fold(one): one for one in known}
    close = difflib.get_close_matches(fold(name), spelt, n=1, cutoff=0.75)
    return spelt[close[0]] if close else None
