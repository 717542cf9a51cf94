"""Markdown: plain text whose speakers may be set in bold, ``**Speaker:** words``."""

from __future__ import annotations

import re

from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.lines import Label, split_label, split_lines
from pqs_coder.store.transcripts.text import turns_of_lines

_BOLD = re.compile(r"[ \t]*(\*\*|__)([^*_\n]{1,60}?)(?:([:：])\1|\1[ \t]*([:：]))")


def read_markdown_turns(text: str, file: str) -> list[Turn]:
    """Turns of a Markdown text. All other markup is shown as it stands."""
    return turns_of_lines(split_lines(text, file), _label)


def _label(line: str) -> Label | None:
    match = _BOLD.match(line[:100])
    if match is None:
        return split_label(line)
    return split_label(f"{match[2]}{match[3] or match[4]} {line[match.end() :].lstrip()}")
