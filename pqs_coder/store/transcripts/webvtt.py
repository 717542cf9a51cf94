"""WebVTT: a turn for each voice of each cue, with the time at which the cue begins."""

from __future__ import annotations

import html
import re

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.lines import split_label, split_lines

_STAMP = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
_TIMING = re.compile(rf"({_STAMP})[ \t]+-->[ \t]+{_STAMP}(?:[ \t].*)?[ \t]*")
_NO_CUE = re.compile(r"(NOTE|STYLE|REGION)([ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]*)>")
# Tags that the format defines; whatever else stands in angle brackets is the transcriber's.
_TAG = re.compile(rf"</?(?:[cibuv]|ruby|rt|lang)(?:\.[^\s<>]*)?(?:[ \t][^<>]*)?>|<{_STAMP}>")
_REFERENCE = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")


def read_webvtt_turns(text: str, file: str) -> list[Turn]:
    """Turns of a WebVTT file; `DataError` names the line of a cue that has no time."""
    lines = split_lines(text, file)
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise DataError(
            f"{file}, line 1: WebVTT begins with the word WEBVTT.",
            "Is it SubRip? Then call it .srt. Else put WEBVTT on the first line.",
        )
    turns: list[Turn] = []
    place = _end_of_block(lines, 0)
    while place < len(lines):
        if not lines[place]:
            place += 1
            continue
        end = _end_of_block(lines, place)
        if not _NO_CUE.fullmatch(lines[place]):
            _add_cue(lines[place:end], place + 1, file, turns)
        place = end
    return turns


def _end_of_block(lines: list[str], place: int) -> int:
    while place < len(lines) and lines[place]:
        place += 1
    return place


def _add_cue(block: list[str], line: int, file: str, turns: list[Turn]) -> None:
    has_name = "-->" not in block[0] and len(block) > 1
    timing = _TIMING.fullmatch(block[has_name])
    if timing is None:
        raise DataError(
            f"{file}, line {line + has_name}: no times of a cue.",
            "Write them as 00:01:02.000 --> 00:01:04.000, and a blank line after each cue.",
        )
    words = block[has_name + 1 :]
    for place, text in enumerate(words, line + has_name + 1):
        if "-->" in text:
            raise DataError(
                f"{file}, line {place}: the times of a cue within another one.",
                "Put a blank line after each cue.",
            )
    for speaker, spoken in _voices("\n".join(words)):
        turns.append(Turn(len(turns) + 1, speaker, spoken, timing[1]))


def _voices(payload: str) -> list[tuple[str, str]]:
    parts = _VOICE.split(payload)
    # The line end between two voices belongs to the format, not to the words.
    voices = labelled_lines(_plain(parts[0].removesuffix("\n")))
    for name, words in zip(parts[1::2], parts[2::2], strict=True):
        voices.append((" ".join(_plain(name).split()), _plain(words.removesuffix("\n"))))
    return voices


def labelled_lines(words: str) -> list[tuple[str, str]]:
    """Words without a voice tag: a line may begin with ``NAME: words``."""
    voices: list[tuple[str, str]] = []
    for line in words.split("\n") if words else []:
        label = split_label(line)
        if label:
            voices.append((label[0], label[2]))
        elif voices:
            voices[-1] = (voices[-1][0], f"{voices[-1][1]}\n{line}")
        else:
            voices.append(("", line))
    return voices


def _plain(text: str) -> str:
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), _TAG.sub("", text))
