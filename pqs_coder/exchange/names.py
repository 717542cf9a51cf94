"""Names from other programs made into names of ours, and the mapping to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pqs_coder.errors import UsageError
from pqs_coder.model.names import MOST, check_name, fold

_WHOLE_DECIMAL = re.compile(r"([0-9]+)[.,]0+")
_NO_NAME = re.compile(r"[^\w-]+")


def map_names(texts: Iterable[str], what: str) -> dict[str, str]:
    """A valid name for each text: the text itself where it is one, else the nearest that is free.

    Texts that differ in case only, or in the accent's spelling, are one name. Different texts never
    become one name in silence: a number is added to the later one. ``what`` is ``session`` or
    ``rater``. Empty texts are left out.
    """
    distinct = [text for text in dict.fromkeys(texts) if text.strip()]
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    for text in distinct:
        name = _as_it_is(text, what)
        if name is not None:
            names[text] = taken.setdefault(fold(name), name)
    for text in distinct:
        if text not in names:
            names[text] = _free(nearest_name(text, what), taken)
    return {text: names[text] for text in distinct}


def nearest_name(text: str, what: str) -> str:
    """A valid name that looks like ``text``: blanks and signs become ``-``.

    >>> nearest_name("Case 3 / hour 12.5", "session")
    'Case-3-hour-12-5'
    >>> nearest_name("17.0", "session")
    '17'
    """
    text = unicodedata.normalize("NFC", text.strip())
    whole = _WHOLE_DECIMAL.fullmatch(text)
    name = _NO_NAME.sub("-", whole[1] if whole else text).strip("-_")[:MOST].rstrip("-_")
    if _as_it_is(name, what) is None:
        name = f"{name}-1"[-MOST:] if name else what
    return name


def renamed(names: dict[str, str]) -> dict[str, str]:
    """Those of a mapping whose name is not their text."""
    return {text: name for text, name in names.items() if text != name}


def _as_it_is(text: str, what: str) -> str | None:
    try:
        return check_name(text, what)
    except UsageError:
        return None


def _free(name: str, taken: dict[str, str]) -> str:
    candidate, number = name, 2
    while fold(candidate) in taken:
        tail = f"-{number}"
        candidate = name[: MOST - len(tail)] + tail
        number += 1
    taken[fold(candidate)] = candidate
    return candidate
