"""Plain text: a turn begins with ``Speaker: words``, or after a blank line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.lines import (
    Label,
    is_blank,
    split_heading,
    split_label,
    split_lines,
    split_marks,
    time_alone,
)


def read_text_turns(text: str, file: str) -> list[Turn]:
    """Turns of a plain text; `DataError` where it can't be told where turns begin.

    A line with a speaker begins a turn; so does the first line after a blank one (its speaker is
    ''). Every other line goes on the turn before it. A line of speaker and time alone, as
    transcription services write it, names the speaker of the lines below.
    """
    turns = turns_of_lines(split_lines(text, file), split_label)
    if len(turns) == 1 and not turns[0].speaker and "\n" in turns[0].text:
        raise DataError(
            f"{file}, line 2: it can't be told where one turn ends and the next begins.",
            "Begin each turn with its speaker and a colon, or put a blank line between turns.",
        )
    return turns


def turns_of_lines(
    lines: Sequence[str], label_of: Callable[[str], Label | None], *, headings: bool = False
) -> list[Turn]:
    """Lines gathered into turns; ``label_of`` tells the speaker with whom a line begins.

    ``headings``: lines of speaker and time are headings without a blank line above them too.
    A time on a line of its own, and one with which a line of f4 ends, is that of the next turn.
    """
    turns: list[Turn] = []
    begun = _Begun()
    after_blank = True
    coming = ""  # the time of the turn that comes next
    for whole, following in zip(lines, [*lines[1:], ""], strict=False):
        if is_blank(whole):
            after_blank = True
            continue
        if alone := time_alone(whole):
            coming, after_blank = alone, True
            continue
        before, line, after = split_marks(whole)
        coming = before or coming
        may_be = (after_blank or headings) and not is_blank(following)
        heading = split_heading(line) if may_be else None
        label = (*heading, "") if heading else label_of(line)
        if label:
            begun.end(turns)
            begun = _Begun(label[0], label[1] or coming, [label[2]] if label[2] else [])
            coming = ""
        elif after_blank and not begun.waits:
            begun.end(turns)
            begun = _Begun(time=coming, words=[line])
            coming = ""
        else:
            begun.words.append(line)
        after_blank = False
        coming = after or coming
    begun.end(turns)
    return turns


@dataclass(slots=True)
class _Begun:
    speaker: str = ""
    time: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether the name stands there and its words are still to come."""
        return bool(self.speaker) and not self.words

    def end(self, turns: list[Turn]) -> None:
        if self.speaker or self.words:
            turns.append(Turn(len(turns) + 1, self.speaker, "\n".join(self.words), self.time))
