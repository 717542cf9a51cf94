"""Names that a file brings into the study, each with the known name that it may be a slip of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pqs_coder.exchange.reading import ImportedSort
from pqs_coder.model.names import find_name, fold, near_name
from pqs_coder.store.study import Study

_MOST = 12
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_TWICE = re.compile(r"(.)\1+")


def newcomers(study: Study, taken: Sequence[ImportedSort], known: Sequence[str]) -> list[str]:
    """A line on raters and one on sessions of ``taken`` that the study did not have.

    ``known`` are the raters with sorts in the study; those of the roster are known too. A rater is
    also held against the others of the file who sorted more.
    """
    sorts = Counter(one.rater for one in taken)
    there = list(dict.fromkeys([*known, *(one.name for one in study.settings.raters)]))
    people = [name for name in sorts if find_name(name, there) is None]
    raters = []
    for name in people:
        others = [one for one in people if sorts[one] > sorts[name]]
        raters.append(_told(name, near_name(name, [*there, *others])))
    codes = study.session_codes()
    sessions = dict.fromkeys(one.session for one in taken)
    new = [code for code in sessions if find_name(code, codes) is None]
    fresh = [_told(code, _same_bones(code, codes)) for code in new]
    return [*_line("New raters", raters), *_line("New sessions", fresh)]


def swapped_columns(study: Study, sorts: Iterable[ImportedSort], known: Sequence[str]) -> list[str]:
    """A doubt where the raters of a file are sessions of the study, or its sessions raters."""
    codes = {fold(code) for code in study.session_codes()}
    people = {fold(name) for name in [*known, *(one.name for one in study.settings.raters)]}
    seen = list(sorts)
    raters = {fold(one.rater) for one in seen if one.rater}
    sessions = {fold(one.session) for one in seen if one.session}
    if not (raters & codes - people or sessions & people - codes):
        return []
    names = sorted((raters & codes - people) | (sessions & people - codes))
    return [
        f"Sessions and raters look exchanged ({', '.join(names[:4])}): "
        "see --session-column and --rater-column."
    ]


def _same_bones(code: str, known: Sequence[str]) -> str | None:
    """The known session that differs by signs, leading zeros or a key struck twice only.

    Codes are often counted through, so that nearness as of names would say nothing.
    """
    return next((one for one in known if _bones(one) == _bones(code)), None)


def _bones(code: str) -> str:
    plain = "".join(sign for sign in fold(code) if sign.isalnum())
    return _TWICE.sub(r"\1", _ZEROS.sub("", plain))


def _told(name: str, near: str | None) -> str:
    return f"{name} (close to {near})" if near else name


def _line(what: str, names: Sequence[str]) -> list[str]:
    """The doubtful ones first: they are what a reader looks for."""
    if not names:
        return []
    ordered = sorted(names, key=lambda one: "(close to" not in one)
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return [f"{what}: {', '.join(ordered[:_MOST])}{more}."]
