"""Slips in what is said of a session: refused where unreadable, told where it may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pqs_coder.errors import UsageError
from pqs_coder.model.names import find_name, near_name
from pqs_coder.model.study import KNOWN_KEYS, Facts
from pqs_coder.store import files
from pqs_coder.store.item_sets import read_toml
from pqs_coder.store.making import NewSession
from pqs_coder.store.study import STUDY_FILE, Study
from pqs_coder.store.vault import SUFFIX as SEALED

_NUMBER = re.compile(r"\d+(\.\d+)?")


def check_facts(facts: Mapping[str, str]) -> None:
    """`UsageError` for a number or a date that no analysis could order sessions by."""
    number, day = facts.get("number", ""), facts.get("date", "")
    if number and not _NUMBER.fullmatch(number.strip()):
        raise UsageError(f"--number {number} is no number.", "Write --number 7.")
    try:
        date.fromisoformat(day.strip() or "2000-01-01")
    except ValueError:
        raise UsageError(f"--date {day} is no date.", "Write --date 2024-02-15.") from None


def session_slips(study: Study, new: Sequence[NewSession]) -> list[str]:
    """What looks like a slip in sessions that are to be added, in words."""
    facts, words = study.facts(), []
    for one in new:
        words += _of_facts(one.facts, facts)
        beside = study.sessions_folder / one.code / one.media
        places = (beside, Path(one.media))  # beside its session, or where the user stands
        if one.media and "://" not in one.media and not any(map(files.exists, places)):
            words.append(f"There is no file {one.media} yet; it is kept as it was said.")
        same = _same_transcript(study, one)
        if same:
            words.append(f"The transcript is that of {same} already, byte by byte.")
    return list(dict.fromkeys(words))


def _of_facts(given: Mapping[str, str], facts: Mapping[str, Facts]) -> list[str]:
    case, number = given.get("case", ""), given.get("number", "").strip()
    words = []
    near = near_case(case, (one.case for one in facts.values()))
    if near:
        words.append(f"The case {case} is new, and close to {near}.")
    taken = [code for code, one in facts.items() if one.case == case != ""]
    same = [code for code in taken if number and facts[code].number.strip() == number]
    if same:
        words.append(f"{', '.join(same)} has the number {number} in {case} already.")
    return words


def near_case(case: str, cases: Iterable[str]) -> str | None:
    """The known case that a new one may be a slip of; None where it is known or differs by a count.

    Cases are often counted through (C1, C2), so a name that differs in digits only is another one.
    """
    known = [one for one in dict.fromkeys(cases) if one]
    if not case or case in known:
        return None
    letters = re.sub(r"\d", "", case)
    return near_name(case, [one for one in known if re.sub(r"\d", "", one) != letters])


def _same_transcript(study: Study, new: NewSession) -> str | None:
    """The session whose transcript has the same bytes; sealed ones are not looked into."""
    read = new.read()
    if read is None:
        return None
    for code in study.session_codes():
        path = study.transcript_file(code)
        if path is None or path.suffix == SEALED or files.status_of(path).st_size != len(read[1]):
            continue
        if files.read_bytes(path) == read[1]:
            return code
    return None


def unknown_keys(study: Study) -> str:
    """Keys of study.toml that nothing reads, each with the known one that may be meant."""
    unknown = sorted(set(read_toml(study.folder / STUDY_FILE)) - set(KNOWN_KEYS))
    if not unknown:
        return ""
    near = {key: near_name(key, KNOWN_KEYS) for key in unknown}
    told = [f"{key} (close to {near[key]})" if near[key] else key for key in unknown]
    return f"Not known and passed over: {', '.join(told)}. Is it spelt right?"


def facts_slips(study: Study) -> str:
    """What looks wrong in facts.csv: rows of what is no session, cases spelt nearly alike."""
    facts = study.facts()
    strange = strange_sessions(study, facts, "Facts of what is no session")
    return " ".join(filter(None, [strange, near_cases(facts.values())]))


def strange_sessions(study: Study, sessions: Iterable[str], what: str) -> str:
    """Those of them that the study does not have, after ``what``; '' where it has all."""
    known = study.session_codes()
    strange = sorted(one for one in sessions if find_name(one, known) is None)
    return f"{what}: {', '.join(strange[:8])}." if strange else ""


def near_cases(facts: Iterable[Facts]) -> str:
    """Cases of one session each that are spelt nearly as another; '' where there are none."""
    count: dict[str, int] = {}
    for one in facts:
        count[one.case] = count.get(one.case, 0) + 1
    pairs = [
        (case, near)
        for case, sessions in count.items()
        if sessions == 1 and (near := near_case(case, [one for one in count if one != case]))
    ]
    told = [f"{case} (close to {near})" for case, near in pairs if count[near] > 1]
    return f"Cases of one session: {', '.join(told)}. Spelt right?" if told else ""
