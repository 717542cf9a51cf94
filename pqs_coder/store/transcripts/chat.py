"""CHAT (.cha) of TalkBank: a turn for each main line, its time from the media mark."""

from __future__ import annotations

import re

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.lines import split_lines

_MAIN = re.compile(r"\*([^\s:*]{1,40}):[ \t]*(.*)", re.DOTALL)
_MEDIA = re.compile(r"[ \t]*\x15(?:[^\x15]*?[_\"])?(\d+)_\d+\x15")


def read_chat_turns(text: str, file: str) -> list[Turn]:
    """The main lines (``*SPK:``), their codes as they stand, lines that were folded made whole.

    Headers (``@``) and dependent lines (``%``) are about the talk and not shown. Raises
    `DataError` with the line that is none of these.
    """
    folded: list[tuple[int, str]] = []
    for number, line in enumerate(split_lines(text, file), 1):
        if line.startswith("\t") and folded:
            folded[-1] = (folded[-1][0], f"{folded[-1][1]} {line.lstrip()}")
        elif line.strip(" \t"):
            folded.append((number, line))
    turns: list[Turn] = []
    for number, line in folded:
        if line.startswith(("@", "%")):
            continue
        match = _MAIN.fullmatch(line)
        if match is None:
            raise DataError(
                f"{file}, line {number}: no line of CHAT.",
                "Lines begin with *SPEAKER:, with % or @, or go on the one before with a tab.",
            )
        media = _MEDIA.search(match[2])
        time = clock(int(media[1])) if media else ""
        turns.append(Turn(len(turns) + 1, match[1], _MEDIA.sub("", match[2]), time))
    return turns


def clock(milliseconds: int) -> str:
    """Milliseconds as ``01:02:03.004``."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
