"""Markdown: plain text whose speakers may be set in bold, ``**Speaker:** words``."""

from __future__ import annotations

import re

from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.lines import Label, split_label, split_lines
from pqs_coder.store.transcripts.text import turns_of_lines

_BOLD = re.compile(
    r"[ \t]*(?P<time>[\[(]?[\d:.,]{4,14}[\])]?[ \t]+)?(?P<bold>\*\*|__)(?P<name>[^*_\n]{1,60}?)"
    r"(?:(?P<inside>[:：])(?P=bold)|(?P=bold)[ \t]*(?P<behind>[:：]))"
)


def read_markdown_turns(text: str, file: str) -> list[Turn]:
    """Turns of a Markdown text. All other markup is shown as it stands."""
    return turns_of_lines(split_lines(text, file), _label)


def _label(line: str) -> Label | None:
    match = _BOLD.match(line[:100])
    if match is None:
        return split_label(line)
    label = f"{match['time'] or ''}{match['name']}{match['inside'] or match['behind']}"
    return split_label(f"{label} {line[match.end() :].lstrip()}")
