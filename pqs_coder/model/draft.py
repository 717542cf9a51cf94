"""A draft: one rater's sort of one session, with its whole past. Pure values, pure moves.

`advance` takes a draft and an act and returns the next draft; nothing is changed in place. Undo
and redo go without limit along a chain of steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.card import HEAPS, Card, tidy_evidence, tidy_note
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import (
    Act,
    Evidence,
    Heap,
    Look,
    Move,
    Note,
    Place,
    Redo,
    Swap,
    Undo,
    Unsure,
    View,
)

Changes = tuple[tuple[int, Card], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made: the cards before and after it, and the step that came earlier."""

    move: Move
    before: Changes
    after: Changes
    hand: int | None
    # Neither compared nor shown: a chain of thousands of steps is too deep to walk by recursion.
    earlier: Step | None = field(compare=False, repr=False)
    depth: int


@dataclass(frozen=True)
class Draft:
    """One rater's sort of one session, as it stands.

    ``seconds`` are active seconds by item, ``stage_seconds`` by stage; ``acts`` counts moves, undo
    and redo, ``lines`` all acts (looks among them).
    """

    item_set: ItemSet
    cards: Mapping[int, Card]
    view: View = field(default_factory=View)
    past: Step | None = None
    future: Step | None = None
    seconds: Mapping[int, float] = field(default_factory=dict)
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    acts: int = 0
    lines: int = 0

    def starting_from(self, cards: Mapping[int, Card]) -> Draft:
        """A draft of the piles stage in which these cards lie already; nothing to undo.

        `DataError` where they are not the cards of this item set.
        """
        if set(cards) != set(self.item_set.numbers):
            raise DataError("The cards to start from are not those of the item set.")
        piles = {card.pile for card in cards.values()} - {None}
        if not all(self.item_set.has_pile(pile) for pile in piles if pile is not None):
            raise DataError("The cards to start from lie in piles that the item set has not.")
        return replace(self, cards=dict(cards), view=replace(self.view, stage="piles"))

    def card(self, item: int) -> Card:
        """The card of that item; KeyError where the item set has no such item."""
        return self.cards[item]

    def tally(self) -> dict[int, int]:
        """How many cards lie in each pile, by pile value."""
        return dict(self._tally)

    @cached_property
    def _tally(self) -> dict[int, int]:
        counts = dict.fromkeys(self.item_set.values, 0)
        for card in self.cards.values():
            if card.pile is not None:
                counts[card.pile] += 1
        return counts

    @property
    def piled(self) -> int:
        """How many cards lie in a pile."""
        return sum(card.pile is not None for card in self.cards.values())

    @property
    def heaped(self) -> int:
        """How many cards lie in a heap."""
        return sum(card.heap is not None for card in self.cards.values())

    @property
    def placed(self) -> int:
        """How many cards lie in a heap or a pile."""
        return sum(card.placed for card in self.cards.values())

    @property
    def complete(self) -> bool:
        """Whether every pile has exactly its number."""
        return all(n == self.item_set.pile(v).size for v, n in self._tally.items())

    def in_pile(self, value: int) -> tuple[int, ...]:
        """Items of that pile, ascending."""
        return tuple(n for n in self.item_set.numbers if self.cards[n].pile == value)

    def steps(self) -> Iterator[Step]:
        """The moves that stand, last first."""
        step = self.past
        while step is not None:
            yield step
            step = step.earlier

    @property
    def total_seconds(self) -> float:
        """Active seconds of the whole sort."""
        return sum(self.stage_seconds.values())


def new_draft(item_set: ItemSet, hand: int | None = None) -> Draft:
    """A draft in which nothing is placed."""
    cards = {number: Card() for number in item_set.numbers}
    return Draft(item_set, cards, View(hand=hand if hand is not None else item_set.numbers[0]))


def advance(
    draft: Draft, act: Act, view: Mapping[str, Any] | None = None, seconds: float = 0.0
) -> Draft:
    """The draft after ``act``.

    ``view`` holds the fields of `View` that change with it; ``seconds`` are the active seconds
    since the act before, charged to the card that was in hand. Raises `UsageError` for an unknown
    item or pile, a text that is no evidence, or an undo where nothing is left.
    """
    draft = _charge(draft, seconds)
    match act:
        case Look():
            pass
        case Undo():
            draft = _undo(draft)
        case Redo():
            draft = _redo(draft)
        case _:
            draft = _do(draft, act)
    if view:
        draft = replace(draft, view=change_view(draft.item_set, draft.view, view))
    moved = not isinstance(act, Look)
    return replace(draft, lines=draft.lines + 1, acts=draft.acts + moved)


def _do(draft: Draft, move: Move) -> Draft:
    after = _outcome(draft, move)
    before = tuple((item, draft.cards[item]) for item, _ in after)
    past = draft.past
    depth = past.depth + 1 if past else 1
    step = Step(move, before, after, draft.view.hand, past, depth)
    return replace(draft, cards={**draft.cards, **dict(after)}, past=step, future=None)


def _undo(draft: Draft) -> Draft:
    step = draft.past
    if step is None:
        raise UsageError("There is nothing to undo.")
    undone = replace(step, earlier=draft.future)
    cards = {**draft.cards, **dict(step.before)}
    return replace(draft, cards=cards, past=step.earlier, future=undone)


def _redo(draft: Draft) -> Draft:
    step = draft.future
    if step is None:
        raise UsageError("There is nothing to redo.")
    redone = replace(step, earlier=draft.past)
    cards = {**draft.cards, **dict(step.after)}
    return replace(draft, cards=cards, past=redone, future=step.earlier)


def _outcome(draft: Draft, move: Move) -> Changes:
    card = _card(draft, move.item)
    match move:
        case Place(item, pile):
            return ((item, _laid(draft, card, pile)),)
        case Heap(item, heap):
            if heap is not None and heap not in HEAPS:
                raise UsageError(f"There is no heap {heap}.", "Heaps are -1, 0 and 1.")
            return ((item, replace(card, heap=heap, moves=card.moves + 1)),)
        case Swap(item, other):
            neighbour = _card(draft, other)
            if item == other:
                raise UsageError(f"Item {item} can't be swapped with itself.")
            return (
                (item, _laid(draft, card, neighbour.pile)),
                (other, _laid(draft, neighbour, card.pile)),
            )
        case Note(item, text):
            return ((item, replace(card, note=tidy_note(text))),)
        case Evidence(item, marks):
            return ((item, replace(card, evidence=tidy_evidence(marks))),)
        case Unsure(item, on):
            return ((item, replace(card, unsure=on)),)


def _card(draft: Draft, item: int) -> Card:
    card = draft.cards.get(item)
    if card is None:
        last = draft.item_set.numbers[-1]
        raise UsageError(f"There is no item {item}.", f"Items run from 1 to {last}.")
    return card


def _laid(draft: Draft, card: Card, pile: int | None) -> Card:
    if pile is not None and not draft.item_set.has_pile(pile):
        values = ", ".join(map(str, draft.item_set.values))
        raise UsageError(f"There is no pile {pile}.", f"The piles are {values}.")
    earlier = card.earlier
    if card.pile is not None and card.pile != pile:
        earlier = (*earlier, card.pile)
    return replace(card, pile=pile, moves=card.moves + 1, earlier=earlier)


def _charge(draft: Draft, seconds: float) -> Draft:
    if not 0 < seconds < math.inf:
        return draft
    stage, hand = draft.view.stage, draft.view.hand
    by_stage = {**draft.stage_seconds, stage: draft.stage_seconds.get(stage, 0.0) + seconds}
    by_item = draft.seconds
    if hand is not None:
        by_item = {**by_item, hand: by_item.get(hand, 0.0) + seconds}
    return replace(draft, seconds=by_item, stage_seconds=by_stage)


VIEW_FIELDS = frozenset(f.name for f in fields(View)) - {"extra"}


def change_view(item_set: ItemSet, view: View, changes: Mapping[str, Any]) -> View:
    """The view with some fields changed; fields of a later version are kept in ``extra``.

    `DataError` for a value that the field can't hold, or a card in hand that is not in the set.
    """
    hand = changes.get("hand")
    if hand is not None and not (_is_whole(hand) and item_set.has_item(hand)):
        raise DataError(f"The card in hand, {hand!r}, is not in the item set.", "Run pqs verify.")
    for key, fits in _VIEW_FITS.items():
        if key in changes and not fits(changes[key]):
            raise DataError(f"{key} of the view is {changes[key]!r}.", "Run pqs verify.")
    known = {key: value for key, value in changes.items() if key in VIEW_FIELDS}
    if "bookmarks" in known:
        known["bookmarks"] = tuple(known["bookmarks"])
    other = {key: value for key, value in changes.items() if key not in VIEW_FIELDS}
    extra = {**view.extra, **other} if other else view.extra
    return replace(view, **known, extra=extra)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_whole(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_whole, value))


_VIEW_FITS: dict[str, Callable[[Any], bool]] = {
    "stage": lambda value: isinstance(value, str),
    "turn": _is_whole,
    "bookmarks": _are_whole,
    "greeted": lambda value: isinstance(value, bool),
}
