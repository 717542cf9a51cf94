"""The guided way: thin the heaps out from the ends inward, the neutral heap last.

Nothing is stored for it. Which pile is being filled, from which cards, and how many are still to be
chosen follows from the draft, so the way can be left and entered at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet


@dataclass(frozen=True, slots=True)
class GuidedStep:
    """One step: choose ``size`` cards for a pile.

    ``side`` is 1 for piles above the middle, -1 below, 0 for the middle. ``chosen`` are the cards
    that lie in the pile; ``candidates`` all cards to choose from, the chosen among them. ``beyond``
    says that the heap of this side does not fill the pile, so that other cards are offered too.
    """

    pile: int
    label: str
    side: int
    size: int
    candidates: tuple[int, ...]
    chosen: tuple[int, ...]
    beyond: bool

    @property
    def to_go(self) -> int:
        """How many are still to be chosen; negative where there are too many."""
        return self.size - len(self.chosen)

    @property
    def words(self) -> str:
        """What to do, in a line."""
        what = {1: "most characteristic", -1: "most uncharacteristic", 0: "most neutral"}[self.side]
        state = f"{self.to_go} to go" if self.to_go > 0 else "done"
        if self.to_go < 0:
            state = f"{-self.to_go} too many"
        return f"choose the {self.size} {what} of these {len(self.candidates)}; {state}"


def side_of(item_set: ItemSet, pile: int) -> int:
    """1 for a pile above the middle of the item set, -1 below it, 0 for the middle itself."""
    middle = (item_set.values[0] + item_set.values[-1]) / 2
    return (pile > middle) - (pile < middle)


def guided_order(item_set: ItemSet) -> tuple[int, ...]:
    """Piles in the order in which they are filled: from the top, from the bottom, the middle.

    With nine piles 9 8 7 6, then 1 2 3 4, then 5.
    """
    values = item_set.values
    high = [value for value in reversed(values) if side_of(item_set, value) == 1]
    low = [value for value in values if side_of(item_set, value) == -1]
    middle = [value for value in values if side_of(item_set, value) == 0]
    return (*high, *low, *middle)


def guided_step(draft: Draft, pile: int) -> GuidedStep:
    """The step that fills ``pile``.

    Offered are the cards of the heap of that side that lie in no pile; where they are too few also
    those of no heap and the neutral heap, and in the end every card without a pile.
    """
    size = draft.item_set.pile(pile).size
    side = side_of(draft.item_set, pile)
    chosen = draft.in_pile(pile)
    waiting = [n for n in draft.item_set.numbers if draft.cards[n].pile is None]
    offered: list[int] = []
    beyond = False
    for number, heaps in enumerate(_tiers(side)):
        if number and len(offered) + len(chosen) >= size:
            break
        more = [n for n in waiting if draft.cards[n].heap in heaps]
        beyond = beyond or bool(number and more and side)
        offered += more
    return GuidedStep(
        pile=pile,
        label=draft.item_set.pile(pile).label,
        side=side,
        size=size,
        candidates=tuple(sorted({*offered, *chosen})),
        chosen=chosen,
        beyond=beyond,
    )


def _tiers(side: int) -> tuple[tuple[int | None, ...], ...]:
    if side == 0:
        return ((-1, 0, 1, None),)
    return ((side,), (0, None), (-side,))


def first_open(draft: Draft) -> int | None:
    """The first pile on the way that has not its number, or None where all have."""
    tally = draft.tally()
    order = guided_order(draft.item_set)
    return next((v for v in order if tally[v] != draft.item_set.pile(v).size), None)
