"""Which cards to look at: by whom they are about, by how often they moved, by what they lack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet

MOST = 10
"""How many cards count as moved most (ties are all kept)."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to look at part of the cards."""

    id: str
    words: str
    choose: Callable[[Draft], frozenset[int]]

    def __call__(self, draft: Draft) -> frozenset[int]:
        """The items that it lets through."""
        return self.choose(draft)


def filters_of(item_set: ItemSet) -> tuple[Filter, ...]:
    """The filters that make sense for an item set: one for each ``about``, then by state."""
    abouts = dict.fromkeys(item.about for item in item_set.items if item.about)
    return (*(_about(about) for about in abouts), *_BY_STATE)


def _about(about: str) -> Filter:
    def choose(draft: Draft) -> frozenset[int]:
        return frozenset(item.number for item in draft.item_set.items if item.about == about)

    return Filter(f"about-{about}", f"{about} items", choose)


def moved_most(draft: Draft) -> frozenset[int]:
    """The `MOST` cards that were placed most often, and more than once; ties are kept."""
    moves = sorted((card.moves for card in draft.cards.values()), reverse=True)
    least = max(2, moves[min(MOST, len(moves)) - 1])
    return frozenset(n for n, card in draft.cards.items() if card.moves >= least)


def _where(test: Callable[[Draft, int], bool]) -> Callable[[Draft], frozenset[int]]:
    return lambda draft: frozenset(n for n in draft.item_set.numbers if test(draft, n))


_BY_STATE = (
    Filter("moved-most", "cards moved most", moved_most),
    Filter("no-evidence", "cards without evidence", _where(lambda d, n: not d.cards[n].evidence)),
    Filter("no-note", "cards without a note", _where(lambda d, n: not d.cards[n].note)),
    Filter("unsure", "unsure cards", _where(lambda d, n: d.cards[n].unsure)),
)
