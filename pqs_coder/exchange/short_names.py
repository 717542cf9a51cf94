"""Names for programs that know only short or plain ones; they never collide."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence

_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "đ": "d", "ł": "l",
        "Ł": "L", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...",
        "−": "-", "\u00a0": " ",
    }
)  # fmt: skip


def ascii_text(text: str) -> str:
    """``text`` in ASCII: accents dropped, other letters as ``?``, blanks for control signs.

    >>> ascii_text("Größe – “é”")
    'Grosse - "e"'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return "".join(sign if " " <= sign <= "~" else " " if sign.isspace() else "?" for sign in kept)


def short_names(pairs: Sequence[tuple[str, str]], width: int) -> list[str]:
    """A name of at most ``width`` ASCII signs for each (session, rater), all different.

    ``SESSION_RATER`` where that fits; else the place in the list and the start of it.
    """
    whole = [ascii_text(f"{session}_{rater}").replace("?", "x") for session, rater in pairs]
    folded = [name.casefold() for name in whole]
    if all(len(name) <= width for name in whole) and len(set(folded)) == len(whole):
        return whole
    digits = len(str(len(whole)))
    return [
        f"{place:0{digits}d}_{name}"[:width].rstrip("_-") for place, name in enumerate(whole, 1)
    ]


def key_csv(names: Sequence[str], keys: Sequence[tuple[str, str, str, int, int]]) -> bytes:
    """The table that says which sort each name means."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "session", "rater", "kind", "occasion", "revision"])
    writer.writerows([name, *key] for name, key in zip(names, keys, strict=True))
    return out.getvalue().encode("utf-8")
