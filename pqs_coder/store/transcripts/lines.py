"""Lines of a text file, and what begins a turn on one: a speaker's name, a time, or both."""

from __future__ import annotations

import re

from pqs_coder.errors import DataError

MOST_LINES = 200_000
"""Days of talk without a pause; a longer file is no transcript of one session."""

Label = tuple[str, str, str]
"""Speaker, time, words."""

BLANKS = " \t\u00a0"
_LINE_END = re.compile(r"\r\n|\n|\r")
_TIME = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_NAME = r"[^\s\[(<:：][^<>:：]{0,47}?"
_LONGEST_LABEL = 100
_LABELLED = re.compile(
    rf"""[{BLANKS}]*
    (?:[\[(]?(?P<before>{_TIME})[\])]?[{BLANKS}]*(?:-[{BLANKS}]+)?)?  # 00:01:23 or [00:01:23]
    (?P<open>\[)?(?P<speaker>{_NAME})(?(open)\])
    [{BLANKS}]*(?:[\[(]?(?P<after>{_TIME})[\])]?[{BLANKS}]*)?
    (?P<colon>[:：])""",
    re.VERBOSE,
)
_HEADING = re.compile(
    rf"""(?P<speaker>{_NAME})[{BLANKS}]+(?:[-–][{BLANKS}]+)?[\[(]?(?P<time>{_TIME})[\])]?[{BLANKS}]*
    |[\[(]?(?P<time_first>{_TIME})[\])]?[{BLANKS}]+(?:-[{BLANKS}]+)?(?P<speaker_last>{_NAME})[{BLANKS}]*""",
    re.VERBOSE,
)
_TIME_FIRST = re.compile(
    rf"[\[(](?P<time>{_TIME})[\])][{BLANKS}]+|(?P<before_tab>{_TIME})\t[{BLANKS}]*"
)
_TIME_ALONE = re.compile(rf"[{BLANKS}]*[\[(]?({_TIME})[\])]?[{BLANKS}]*")
_MARKED = r"\#(\d{1,2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?)\#"
_MARK_BEFORE = re.compile(rf"[{BLANKS}]*{_MARKED}[{BLANKS}]*")
_MARK_AFTER = re.compile(rf"[{BLANKS}]*{_MARKED}[{BLANKS}]*\Z")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,4}\d{0,2}")
_ASIDE = re.compile(rf"[{BLANKS}]*[\[(][^\[\]()]*[\])]\Z")
_ABBREVIATED = frozenset({"dr", "mr", "mrs", "ms", "prof", "st"})
_PARTICLES = frozenset(
    ["da", "de", "del", "della", "den", "der", "di", "do", "dos", "la", "le", "van", "von", "y"]
)


def split_lines(text: str, file: str) -> list[str]:
    """The lines of ``text`` without their ends; only CR, LF and CRLF end a line."""
    lines = _LINE_END.split(text)
    if len(lines) > MOST_LINES:
        raise DataError(
            f"{file}: {len(lines)} lines, more than the {MOST_LINES} of any session.",
            "Give the transcript of one session.",
        )
    return lines


def plain_ends(text: str) -> str:
    """``text`` with every line end as LF, nothing else changed."""
    return _LINE_END.sub("\n", text)


def is_blank(line: str) -> bool:
    """Whether there is nothing on a line but blanks."""
    return not line.strip(BLANKS)


def split_label(line: str) -> Label | None:
    """(speaker, time, words) where the line begins with a speaker and a colon, else None.

    What may be a speaker is told by `is_speaker`. A blank follows the colon, unless the speaker is
    told by initials (``T:``). A time code before or after the name is taken along, one in brackets
    or before a tab behind the colon too.

    >>> split_label("[00:01:23] Therapist: Hello. [pause]")
    ('Therapist', '00:01:23', 'Hello. [pause]')
    >>> split_label("It was 10:30, he said")
    """
    match = _LABELLED.match(line[:_LONGEST_LABEL])
    if match is None or not is_speaker(match["speaker"]):
        return None
    if match["open"] and not any(sign.isdigit() for sign in match["speaker"]):
        return None  # [SPEAKER_00] is one, [pause] is none
    rest = line[match.end() :]
    words = rest.lstrip(BLANKS)
    within = _TIME_FIRST.match(words)
    time = match["before"] or match["after"] or ""
    if within and not time:
        time, words = within["time"] or within["before_tab"], words[within.end() :]
    parted = len(words) < len(rest) or not rest or match["colon"] == "："
    if not parted and not _INITIALS.fullmatch(match["speaker"]):
        return None
    return match["speaker"], time, words


def split_heading(line: str) -> tuple[str, str] | None:
    """(speaker, time) where a line holds these two and no more, as transcription services write.

    >>> split_heading("Speaker 1  0:03")
    ('Speaker 1', '0:03')
    """
    match = _HEADING.fullmatch(line) if len(line) <= _LONGEST_LABEL else None
    if match is None:
        return None
    speaker = match["speaker"] or match["speaker_last"]
    time = match["time"] or match["time_first"]
    return (speaker, time) if is_speaker(speaker) else None


def time_alone(line: str) -> str:
    """The time where a line holds one and no more, else ''.

    >>> time_alone("[00:01:23]")
    '00:01:23'
    """
    match = _TIME_ALONE.fullmatch(line) if len(line) <= _LONGEST_LABEL else None
    return match[1] if match else ""


def split_marks(line: str) -> tuple[str, str, str]:
    """Time, words, time where f4 and its like mark times at the ends of a line.

    >>> split_marks("T: Hello. #00:01:23-4#")
    ('', 'T: Hello.', '00:01:23.4')
    """
    if "#" not in line:
        return "", line, ""
    before, after = _MARK_BEFORE.match(line), _MARK_AFTER.search(line)
    if after is not None and before is not None and after.start() < before.end():
        after = None
    words = line[before.end() if before else 0 : after.start() if after else len(line)]
    times = [mark[1].replace("-", ".") if mark else "" for mark in (before, after)]
    return times[0], words, times[1]


def is_speaker(text: str) -> bool:
    """Whether a text may be the name of a speaker.

    It has a letter, no punctuation of a sentence, and up to three words, or up to five that begin
    with capitals (``Maria da Silva Costa``). Something in brackets may follow (``T [softly]``).
    """
    name = _ASIDE.sub("", text).replace("\u00a0", " ")
    words = name.split()
    if not words or not any(c.isalpha() for c in name) or not name.isprintable():
        return False
    capitals = all(not word[0].islower() or word in _PARTICLES for word in words)
    return len(words) <= (5 if capitals else 3) and not any(map(_has_stop, words))


def _has_stop(word: str) -> bool:
    stem = word.removesuffix(".")
    if stem != word and (len(stem) == 1 or stem.casefold() in _ABBREVIATED):
        word = stem
    return any(c in '.?!,;"“”„…[]()' for c in word)
