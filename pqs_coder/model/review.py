"""Second thoughts before a sort is submitted: questions, never errors."""

from __future__ import annotations

from dataclasses import dataclass

from pqs_coder.model.draft import Draft
from pqs_coder.model.guided import side_of
from pqs_coder.model.item_set import ItemSet

UNSURE, SIDES, OUTER, LOOK_ALIKES = "unsure", "sides", "outer", "look-alikes"

_HEAPS = {-1: "uncharacteristic", 1: "characteristic"}


@dataclass(frozen=True, slots=True)
class Question:
    """Something worth a second look: what kind it is, the cards it is about, and the question."""

    kind: str
    items: tuple[int, ...]
    words: str


def questions(draft: Draft) -> list[Question]:
    """What to ask before submitting.

    Unsure cards; cards whose heap and pile lie on different sides of the middle; cards of the
    neutral heap in an outer pile; look-alike items placed far apart (farthest first).
    """
    return [
        *_unsure(draft),
        *_other_side(draft),
        *_neutral_outside(draft),
        *_look_alikes(draft),
    ]


def _unsure(draft: Draft) -> list[Question]:
    return [
        Question(UNSURE, (n,), f"{_name(draft, n)}: marked as unsure{_where(card.pile)}. Sure now?")
        for n, card in draft.cards.items()
        if card.unsure
    ]


def _name(draft: Draft, n: int) -> str:
    return f"{n} {draft.item_set.item(n).label}"


def _where(pile: int | None) -> str:
    return "" if pile is None else f", lies in {pile}"


def _other_side(draft: Draft) -> list[Question]:
    found = []
    for n, card in draft.cards.items():
        if card.pile is None or not card.heap:
            continue
        if side_of(draft.item_set, card.pile) == -card.heap:
            heap = _HEAPS[card.heap]
            words = f"{_name(draft, n)}: from the {heap} heap, lies in {card.pile}. Is that meant?"
            found.append(Question(SIDES, (n,), words))
    return found


def outer_piles(item_set: ItemSet) -> frozenset[int]:
    """The outermost piles: two at each end where there are seven or more, else one."""
    ends = 2 if len(item_set.values) >= 7 else 1
    return frozenset({*item_set.values[:ends], *item_set.values[-ends:]})


def _neutral_outside(draft: Draft) -> list[Question]:
    outer = outer_piles(draft.item_set)
    found = []
    for n, card in draft.cards.items():
        if card.heap == 0 and card.pile in outer:
            words = f"{_name(draft, n)}: from the neutral heap, lies in {card.pile}. Is it salient?"
            found.append(Question(OUTER, (n,), words))
    return found


def far_apart(item_set: ItemSet) -> int:
    """From how many piles on two look-alikes count as far apart: half of the board."""
    return max(2, len(item_set.values) // 2)


def _look_alikes(draft: Draft) -> list[Question]:
    place = {value: i for i, value in enumerate(draft.item_set.values)}
    pairs = {
        (min(item.number, other), max(item.number, other))
        for item in draft.item_set.items
        for other in item.see
        if other in draft.cards and other != item.number
    }
    found = []
    for a, b in sorted(pairs):
        pile_a, pile_b = draft.cards[a].pile, draft.cards[b].pile
        if pile_a is None or pile_b is None:
            continue
        apart = abs(place[pile_a] - place[pile_b])
        if apart >= far_apart(draft.item_set):
            words = (
                f"{_name(draft, a)} in {pile_a}, {_name(draft, b)} in {pile_b}: "
                "easily mixed up. Is that meant?"
            )
            found.append((apart, Question(LOOK_ALIKES, (a, b), words)))
    found.sort(key=lambda pair: -pair[0])
    return [question for _, question in found]
