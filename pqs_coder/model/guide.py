"""Which card comes next, and what a move means in words."""

from __future__ import annotations

import hashlib
import random

from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import Evidence, Heap, Move, Note, Place, Swap, Unsure

HEAP_WORDS = {-1: "uncharacteristic", 0: "neutral", 1: "characteristic"}


def seed_for(rater: str, session: str) -> int:
    """The seed of a shuffled order: the same rater and session always see the same order."""
    digest = hashlib.sha256(f"{rater}\0{session}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def card_order(item_set: ItemSet, seed: int | None) -> tuple[int, ...]:
    """Item numbers in the order in which they come to hand; None is by number."""
    numbers = list(item_set.numbers)
    if seed is not None:
        random.Random(seed).shuffle(numbers)
    return tuple(numbers)


def next_card(draft: Draft, order: tuple[int, ...]) -> int | None:
    """The card that comes to hand after the present one, by stage.

    First pass: the next card in no heap and no pile. Piles: the next card in no pile, the
    characteristic heap first, then the uncharacteristic, the neutral last (from the ends inward).
    None where none is left.
    """
    hand = draft.view.hand
    if draft.view.stage == "heaps":
        return _after(hand, [n for n in order if not draft.cards[n].placed and n != hand], order)
    for heap in (1, -1, 0, None):
        waiting = [
            n
            for n in order
            if draft.cards[n].pile is None and draft.cards[n].heap == heap and n != hand
        ]
        if waiting:
            return _after(hand, waiting, order)
    return None


def _after(hand: int | None, waiting: list[int], order: tuple[int, ...]) -> int | None:
    """The first that waits behind the card in hand, else the first that waits."""
    if not waiting:
        return None
    rank = {n: i for i, n in enumerate(order)}
    here = -1 if hand is None else rank[hand]
    return next((n for n in waiting if rank[n] > here), waiting[0])


def describe(move: Move) -> str:
    """A move in a few words, for undo, redo and the list of moves."""
    match move:
        case Place(item, None):
            return f"take {item} off its pile"
        case Place(item, pile):
            return f"place {item} in pile {pile}"
        case Heap(item, None):
            return f"take {item} out of its heap"
        case Heap(item, int(heap)):
            return f"lay {item} in the {HEAP_WORDS[heap]} heap"
        case Swap(item, other):
            return f"swap {item} and {other}"
        case Note(item, text):
            return f"note on {item}" if text else f"remove the note on {item}"
        case Evidence(item, marks):
            tied = f"evidence for {item}: {' '.join(marks)}"
            return tied if marks else f"remove the evidence for {item}"
        case Unsure(item, on):
            return f"mark {item} as unsure" if on else f"mark {item} as sure"
    raise AssertionError(move)
