"""What was read from another program's file: sorts, each checked, and how the file was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pqs_coder.exchange.names import map_names, renamed
from pqs_coder.exchange.scales import Scale, choose_scale, off_counts, strange_scale, whole_number
from pqs_coder.model.item_set import ItemSet

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class RawSort:
    """A sort as the file has it: texts, not yet checked. ``line`` counts from 1."""

    session: str
    rater: str
    cells: Mapping[int, str]
    line: int
    problem: str = ""
    occasion: int = 1
    tidy: pl.DataFrame | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ImportedSort:
    """One sort of a file, checked.

    ``piles`` holds the pile of every item that could be read. ``forced``: every pile has its
    number. ``whole``: every item has a pile, though the counts may be off. ``problem`` says why
    the sort is not forced, '' where it is. ``tidy`` is the sort's own table where the file has
    notes, evidence and times too.
    """

    session: str
    rater: str
    piles: dict[int, int]
    line: int
    forced: bool
    problem: str = ""
    whole: bool = True
    occasion: int = 1
    tidy: pl.DataFrame | None = field(default=None, compare=False)


@dataclass(frozen=True)
class SortReading:
    """All sorts of a file.

    ``columns`` tells which column was taken for what, ``renamed`` which names were changed, by
    ``session`` and ``rater``; ``notes`` holds further words on how the file was read.
    """

    file: str
    item_set: ItemSet
    sorts: tuple[ImportedSort, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def in_piles_of(self, item_set: ItemSet) -> SortReading:
        """The same with the piles of this item set, for which the file has other values."""
        piles = dict(zip(self.item_set.values, item_set.values, strict=True))
        sorts = [replace(s, piles={n: piles[p] for n, p in s.piles.items()}) for s in self.sorts]
        given, own = (", ".join(map(str, one.values)) for one in (self.item_set, item_set))
        note = f"The values {given} are read as the piles {own}."
        return replace(self, item_set=item_set, sorts=tuple(sorts), notes=(*self.notes, note))

    def mirrored(self, raters: Iterable[str] | None = None) -> SortReading:
        """The same with the piles of these raters (of all, if None) turned end for end."""
        values = self.item_set.values
        turned = dict(zip(values, reversed(values), strict=True))
        chosen = None if raters is None else set(raters)

        def turn(one: ImportedSort) -> ImportedSort:
            if chosen is not None and one.rater not in chosen:
                return one
            return checked_sort(
                replace(one, piles={n: turned[p] for n, p in one.piles.items()}), self.item_set
            )

        return replace(self, sorts=tuple(turn(one) for one in self.sorts))


def build_reading(
    raw: Sequence[RawSort],
    item_set: ItemSet,
    file: str,
    columns: Mapping[str, str],
    notes: Sequence[str] = (),
) -> SortReading:
    """Check raw sorts: find the scale, map the names, count the piles, name every slip."""
    numbers = [{n: whole_number(cell) for n, cell in one.cells.items()} for one in raw]
    scale = choose_scale(numbers, item_set)
    names = {
        "session": map_names((one.session for one in raw), "session"),
        "rater": map_names((one.rater for one in raw), "rater"),
    }
    sorts = [
        _sort(one, given, scale, names, item_set) for one, given in zip(raw, numbers, strict=True)
    ]
    own = f"{item_set.values[0]}..{item_set.values[-1]}"
    said = [*notes]
    if scale.words != own:
        said.append(f"The values {scale.words} are read as the piles {own}.")
    elif sorts and not any(one.whole for one in sorts):
        said += strange_scale(numbers, item_set)
    return SortReading(
        file=file,
        item_set=item_set,
        sorts=tuple(_name_doubles(sorts)),
        columns=dict(columns),
        renamed={what: renamed(mapping) for what, mapping in names.items()},
        notes=tuple(said),
    )


def _sort(
    one: RawSort,
    numbers: Mapping[int, int | None],
    scale: Scale,
    names: Mapping[str, Mapping[str, str]],
    item_set: ItemSet,
) -> ImportedSort:
    piles = {n: scale.piles[v] for n, v in numbers.items() if v is not None and v in scale.piles}
    problems = [one.problem] if one.problem else []
    for what, text in (("session", one.session), ("rater", one.rater)):
        if not text.strip():
            problems.append(f"no {what}")
    problems += _cell_problems(one.cells, piles, scale)
    return checked_sort(
        ImportedSort(
            session=names["session"].get(one.session, ""),
            rater=names["rater"].get(one.rater, ""),
            piles=piles,
            line=one.line,
            forced=False,
            problem="; ".join(problems),
            whole=not problems,
            occasion=one.occasion,
            tidy=one.tidy,
        ),
        item_set,
    )


def _cell_problems(cells: Mapping[int, str], piles: Mapping[int, int], scale: Scale) -> list[str]:
    empty = [n for n, cell in cells.items() if not cell.strip()]
    strange = [
        f"item {n} is {_short(cells[n])}" for n in cells if n not in piles and n not in empty
    ]
    problems = []
    if empty:
        problems.append(f"no pile for item {_some([str(n) for n in empty])}")
    if strange:
        problems.append(f"{_some(strange)}, not {scale.words}")
    return problems


def checked_sort(one: ImportedSort, item_set: ItemSet) -> ImportedSort:
    """The same with ``forced`` and, for a whole sort, ``problem`` set from the counts."""
    if not one.whole:
        return replace(one, forced=False)
    off = off_counts(list(one.piles.values()), item_set)
    return replace(one, forced=not off, problem=off)


def _name_doubles(sorts: Sequence[ImportedSort]) -> list[ImportedSort]:
    """Where one rater sorted one session twice, neither is taken: which is meant is not known."""
    lines: dict[tuple[str, str, int], list[int]] = {}
    for one in sorts:
        if one.session and one.rater:
            lines.setdefault((one.session, one.rater, one.occasion), []).append(one.line)
    return [_doubled(one, lines.get((one.session, one.rater, one.occasion), [])) for one in sorts]


def _doubled(one: ImportedSort, lines: Sequence[int]) -> ImportedSort:
    if len(lines) < 2:
        return one
    others = ", ".join(str(n) for n in lines if n != one.line) or str(one.line)
    said = [one.problem] if one.problem else []
    said.append(f"{one.session} by {one.rater} stands on line {others} too")
    return replace(one, problem="; ".join(said), whole=False, forced=False)


def _some(words: Sequence[str], most: int = 5) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 20 else cell[:20] + "...")
