"""What a report is made of, before it is drawn: sections of words, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from pqs_coder.report.tables import Table


@dataclass(frozen=True)
class Words:
    """A paragraph; ``tone`` is plain, note (small) or paper (ready to be taken over).

    ``command`` is the one that prints the numbers in it, where there are any.
    """

    text: str
    tone: str = "plain"
    command: str = ""
    kind: ClassVar[str] = "words"


@dataclass(frozen=True)
class Facts:
    """Names with their values, in order."""

    pairs: tuple[tuple[str, str], ...]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Lines:
    """A list of short texts: references, what is still open."""

    texts: tuple[str, ...]
    kind: ClassVar[str] = "lines"


@dataclass(frozen=True)
class Shown:
    """A table in the report; ``folded`` ones open when asked for."""

    table: Table
    folded: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Figure:
    """A picture with its text for those who don't see it, and the table behind it."""

    title: str
    spec: Mapping[str, Any]
    alt: str
    table: Table
    number: int = 0
    kind: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Section:
    """A headed part; its blocks may be sections again."""

    key: str
    title: str
    blocks: tuple[Any, ...] = field(default=())
    kind: ClassVar[str] = "section"


Block = Words | Facts | Lines | Shown | Figure | Section


def numbered(sections: Sequence[Section]) -> list[Section]:
    """The sections with figures and tables numbered as they come, those behind figures too."""
    figures, tables = _count(), _count()

    def walk(block: Any) -> Any:
        if isinstance(block, Section):
            return replace(block, blocks=tuple(walk(one) for one in block.blocks))
        if isinstance(block, Figure):
            number = next(figures)
            return replace(block, number=number, table=block.table.numbered(next(tables)))
        if isinstance(block, Shown):
            return replace(block, table=block.table.numbered(next(tables)))
        return block

    return [walk(section) for section in sections]


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def figures_in(sections: Sequence[Section]) -> list[Figure]:
    """All figures, in order."""
    found: list[Figure] = []
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                found.append(block)
            elif isinstance(block, Section):
                found += figures_in([block])
    return found
