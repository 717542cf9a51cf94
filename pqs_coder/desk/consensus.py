"""Consensus: the differences of a session's raters, gone through one by one to a third sort.

The outcome lies beside the originals as ``sorts/consensus.parquet`` and is a sort like any other:
placed at a desk, journalled, submitted. Items on which all agree begin where all have put them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pqs_coder.desk.desk import Change, Desk
from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import UsageError
from pqs_coder.model.card import Card
from pqs_coder.model.draft import Draft
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import CONSENSUS
from pqs_coder.store import files
from pqs_coder.store.study import Study

Sides = Mapping[str, Mapping[int, Card]]
"""The cards of each rater of a session, by rater and item."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """One item as the raters have placed it.

    ``piles`` are in the order of the raters; ``spread`` is the highest pile less the lowest;
    ``suggested`` is the pile of the rounded composite in the forced distribution, and ``tied``
    tells that another item with the same mean went to another pile, so that either could be there.
    """

    item: int
    piles: tuple[int, ...]
    spread: int
    mean: float
    suggested: int
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What lies on the table: the raters, their cards, and the items, largest difference first."""

    session: str
    raters: tuple[str, ...]
    sides: Sides
    items: tuple[Disputed, ...]

    @property
    def disputed(self) -> tuple[Disputed, ...]:
        """The items on which the raters differ."""
        return tuple(one for one in self.items if one.spread)

    def of(self, item: int) -> Disputed:
        """That item; `UsageError` where it is not in the sorts."""
        for one in self.items:
            if one.item == item:
                return one
        raise UsageError(f"There is no item {item} in these sorts.")

    def suggestions(
        self, item_set: ItemSet, cards: Mapping[int, Card]
    ) -> tuple[dict[int, int], frozenset[int]]:
        """`suggest` for a consensus in hand: what it has placed stays, the rest fills the room.

        Items that are placed keep the suggestion of the raters alone.
        """
        placed = {one.item: one.piles for one in self.items}
        before = {one.item: one.suggested for one in self.items}
        decided = {
            item: card.pile
            for item, card in cards.items()
            if card.pile is not None and item in placed
        }
        if not cards:
            return before, frozenset(one.item for one in self.items if one.tied)
        now, tied = suggest(item_set, placed, decided)
        kept = {one.item for one in self.items if one.tied and one.item in decided}
        return now | {item: before[item] for item in decided}, (tied - set(decided)) | kept


def adjudication_of(study: Study, session: str) -> Adjudication:
    """The submitted sorts of a session beside each other, latest revisions, first occasion.

    Raises `UsageError` where the viewer is no lead, or where there are no two sorts of the study's
    item set.
    """
    study.consensus_paths(session)  # leads only
    code = study.session_folder(session).name
    sides = _sides(study, code)
    if len(sides) < 2:
        raise UsageError(
            f"{code} has no two submitted sorts.", "Differences and a consensus need two."
        )
    return Adjudication(code, tuple(sides), sides, disputed_items(study.item_set, sides))


def _sides(study: Study, code: str) -> dict[str, dict[int, Card]]:
    from pqs_coder.store.sorts import cards_of, open_frame, read_submitted

    sides = {}
    for rater in study.raters_of(code):
        paths = study.paths(code, rater)
        revision = paths.latest_revision()
        if not revision:
            continue
        frame = open_frame(read_submitted(paths.submitted(revision)), study.vault)
        if frame["kind"][0] == "rater" and frame["item_set_hash"][0] == study.item_set.hash:
            sides[rater] = cards_of(frame)
    return sides


def disputed_items(item_set: ItemSet, sides: Sides) -> tuple[Disputed, ...]:
    """All items that every rater has placed, largest spread first, then by number."""
    placed: dict[int, tuple[int, ...]] = {}
    for item in item_set.numbers:
        piles = [cards[item].pile if item in cards else None for cards in sides.values()]
        known = [pile for pile in piles if pile is not None]
        if len(known) == len(piles):
            placed[item] = tuple(known)
    suggested, tied = suggest(item_set, placed)
    items = [
        Disputed(
            item,
            piles,
            max(piles) - min(piles),
            sum(piles) / len(piles),
            suggested[item],
            item in tied,
        )
        for item, piles in placed.items()
    ]
    return tuple(sorted(items, key=lambda one: (-one.spread, one.item)))


def suggest(
    item_set: ItemSet,
    placed: Mapping[int, Sequence[int]],
    fixed: Mapping[int, int] | None = None,
) -> tuple[dict[int, int], frozenset[int]]:
    """The rounded composite that keeps the forced distribution: pile by item, and which are tied.

    ``fixed`` items stay in their piles; without it those on which all agree. The others fill the
    places that are left, the lowest mean in the lowest pile; equal means by item number, and where
    a border between piles runs through equal means they are tied. Where the fixed ones leave no
    such room (sorts that were not forced, a pile that is over-full), all items are ranked.
    """
    agreed = {item: piles[0] for item, piles in placed.items() if len(set(piles)) == 1}
    stay = dict(agreed if fixed is None else fixed)
    rest = [item for item in placed if item not in stay]
    room = {pile.value: pile.size for pile in item_set.piles}
    for value in stay.values():
        room[value] = room.get(value, 0) - 1
    if min(room.values()) < 0 or sum(room.values()) < len(rest):
        stay, rest = {}, list(placed)
        room = {pile.value: pile.size for pile in item_set.piles}
    mean = {item: sum(placed[item]) / len(placed[item]) for item in rest}
    ranked = sorted(rest, key=lambda item: (mean[item], item))
    places = [value for value in item_set.values for _ in range(room[value])]
    suggested = stay | dict(zip(ranked, places, strict=False))
    piles_of_mean: dict[float, set[int]] = {}
    for item in ranked:
        piles_of_mean.setdefault(round(mean[item], 9), set()).add(suggested[item])
    tied = {item for item in ranked if len(piles_of_mean[round(mean[item], 9)]) > 1}
    return suggested, frozenset(tied)


def agreed_cards(study: Study, session: str) -> dict[int, Card]:
    """What a consensus begins with: the items on which all agree, in their piles."""
    table = adjudication_of(study, session)
    cards = {number: Card() for number in study.item_set.numbers}
    cards.update({one.item: Card(pile=one.piles[0]) for one in table.items if not one.spread})
    return cards


class ConsensusDesk:
    """The consensus in hand: a `Desk` and, beside it, what the raters said.

    Make one with `open_consensus`. ``raters``, ``sides`` and ``items`` are those of ``table``.
    """

    def __init__(self, table: Adjudication, desk: Desk) -> None:
        self.table = table
        self.desk = desk

    @property
    def draft(self) -> Draft:
        """The consensus as it stands."""
        return self.desk.draft

    @property
    def undecided(self) -> tuple[Disputed, ...]:
        """Items that lie in no pile yet, largest difference first."""
        return tuple(one for one in self.table.items if self.draft.card(one.item).pile is None)

    def suggestions(self) -> tuple[dict[int, int], frozenset[int]]:
        """Pile by item and which are tied, see `Adjudication.suggestions`."""
        return self.table.suggestions(self.desk.item_set, self.draft.cards)

    @property
    def accepted(self) -> tuple[int, ...]:
        """Items that `take_all` has placed and nobody has placed by themselves since."""
        return accepted_items(self.draft.cards)

    def place(self, item: int, pile: int | None) -> Change:
        """Place an item, or take it off: it is judged, and no longer only accepted."""
        change = self.desk.place(item, pile, bring_next=False)
        return self.desk.unsure(item, False) if self.draft.card(item).unsure else change

    def take_suggestion(self, item: int) -> Change:
        """Place an item where the rounded composite puts it, beside what is decided."""
        self.table.of(item)
        return self.place(item, self.suggestions()[0][item])

    def take_all(self) -> int:
        """Place all undecided items so; how many there were. They carry the mark unsure."""
        left = self.undecided
        suggested, _ = self.suggestions()
        for one in left:
            self.desk.place(one.item, suggested[one.item], bring_next=False)
            self.desk.unsure(one.item, True)
        return len(left)

    def submit(self) -> Path:
        """Submit the consensus: `Desk.submit`; where all agree there is nothing to decide first."""
        if not self.table.disputed:
            self.desk.begin()
        return self.desk.submit()

    def close(self) -> None:
        """Give the lock back."""
        self.desk.close()

    def __enter__(self) -> ConsensusDesk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def accepted_items(cards: Mapping[int, Card]) -> tuple[int, ...]:
    """Items of a consensus that were placed all at once as suggested, and judged by nobody.

    The mark unsure stands for it: so it is kept in the journal and in the submitted sort.
    """
    return tuple(item for item, card in cards.items() if card.unsure and card.pile is not None)


def open_consensus(
    study: Study, session: str, *, read_only: bool = False, revise: Revision | None = None
) -> ConsensusDesk:
    """Open the adjudication of a session; errors as `adjudication_of` and `open_desk`."""
    table = adjudication_of(study, session)
    return ConsensusDesk(
        table, open_desk(study, session, CONSENSUS, read_only=read_only, revise=revise)
    )


def consensus_cards(study: Study, session: str) -> tuple[str, Mapping[int, Card]]:
    """State of the consensus and its cards: none, draft or submitted; never writes anything."""
    paths = study.consensus_paths(session)
    drafted = files.exists(paths.journal)
    if not drafted and not paths.latest_revision():
        return "none", {}
    with open_desk(study, session, CONSENSUS, read_only=True) as desk:
        return ("draft" if drafted else "submitted"), desk.draft.cards
