"""Moves on a draft: whatever is done in whatever order, the counts and the past agree."""

from __future__ import annotations

import contextlib
import copy
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.card import Card
from pqs_coder.model.draft import advance, new_draft
from pqs_coder.model.moves import Evidence, Heap, Look, Note, Place, Redo, Swap, Undo, Unsure
from tests.small_study import BIRDS, acts, moves, possible, runs, whole_sort

EMPTY = new_draft(BIRDS)


def after(*done):
    draft = EMPTY
    for act in done:
        draft = advance(draft, act)
    return draft


# -- single moves ----------------------------------------------------------------------------------


def test_a_new_draft_holds_every_card_and_nothing_is_placed():
    assert set(EMPTY.cards) == set(BIRDS.numbers)
    assert (EMPTY.placed, EMPTY.piled, EMPTY.heaped) == (0, 0, 0)
    assert EMPTY.view.hand == 1
    assert not EMPTY.complete


def test_place_lays_moves_and_takes_off():
    draft = after(Place(3, 2), Place(3, -1), Place(3, None))
    card = draft.card(3)
    assert card.pile is None
    assert card.moves == 3
    assert card.earlier == (2, -1)


def test_a_card_keeps_its_heap_in_its_pile():
    card = after(Heap(4, 1), Place(4, 2)).card(4)
    assert (card.heap, card.pile) == (1, 2)


def test_swap_exchanges_two_piles_and_may_take_one_off():
    assert after(Place(1, 2), Place(2, -2), Swap(1, 2)).in_pile(2) == (2,)
    draft = after(Place(1, 2), Swap(1, 2))
    assert draft.card(1).pile is None
    assert draft.card(2).pile == 2


def test_overfilling_is_allowed():
    draft = after(Place(1, 2), Place(2, 2), Place(3, 2))
    assert draft.tally()[2] == 3


def test_a_sort_is_complete_only_with_every_number():
    piles = whole_sort()
    draft = after(*(Place(item, pile) for item, pile in piles.items()))
    assert draft.complete
    ends = [item for item, pile in piles.items() if pile in (-2, 2)]
    assert not advance(draft, Place(ends[0], piles[ends[1]])).complete
    assert advance(draft, Swap(*ends)).complete


def test_notes_evidence_and_unsure():
    card = after(
        Note(1, "a"), Evidence(1, ("7", "all", "3", "3")), Unsure(1, True), Note(1, "b")
    ).card(1)
    assert card.note == "b"
    assert card.evidence == ("3", "7", "all")
    assert card.turns == (3, 7)
    assert card.unsure
    assert not card.placed


@pytest.mark.parametrize(
    "act",
    [
        Place(13, 1),
        Place(0, 1),
        Place(1, 3),
        Heap(1, 2),
        Swap(1, 1),
        Swap(1, 13),
        Evidence(1, ("x",)),
        Undo(),
        Redo(),
    ],
)
def test_what_makes_no_sense_is_refused(act):
    with pytest.raises(UsageError):
        advance(EMPTY, act)


def test_a_new_move_ends_the_redo():
    draft = after(Place(1, 2), Undo(), Place(2, 2))
    assert draft.future is None
    with pytest.raises(UsageError):
        advance(draft, Redo())


def test_undo_and_redo_go_without_limit():
    done = [Place(n % 12 + 1, (-2, -1, 0, 1, 2)[n % 5]) for n in range(3000)]
    draft = after(*done)
    assert draft.past.depth == 3000
    back = draft
    for _ in done:
        back = advance(back, Undo())
    assert back.cards == EMPTY.cards
    for _ in done:
        back = advance(back, Redo())
    assert back.cards == draft.cards
    assert repr(back)
    assert back.past == draft.past


# -- what always holds -----------------------------------------------------------------------------


@given(runs)
def test_counts_agree_with_the_cards(run):
    draft = possible(run)[1][-1]
    assert sum(draft.tally().values()) == draft.piled
    assert sum(card.heap is not None for card in draft.cards.values()) == draft.heaped
    assert max(draft.piled, draft.heaped) <= draft.placed <= 12
    assert sorted(n for v in BIRDS.values for n in draft.in_pile(v)) == [
        n for n, card in draft.cards.items() if card.pile is not None
    ]
    assert draft.complete == all(draft.tally()[p.value] == p.size for p in BIRDS.piles)


@given(runs, moves)
def test_undo_is_the_inverse_of_a_move_and_redo_of_undo(run, move):
    draft = possible(run)[1][-1]
    moved = advance(draft, move)
    undone = advance(moved, Undo())
    assert undone.cards == draft.cards
    assert list(undone.steps()) == list(draft.steps())
    redone = advance(undone, Redo())
    assert redone.cards == moved.cards
    assert list(redone.steps()) == list(moved.steps())
    assert redone.future is None


@given(runs)
def test_undo_to_the_start_leaves_nothing(run):
    draft = possible(run)[1][-1]
    for _ in list(draft.steps()):
        draft = advance(draft, Undo())
    assert draft.cards == EMPTY.cards


@given(runs, acts)
def test_advance_changes_nothing_in_place(run, act):
    draft = possible(run)[1][-1]
    before = copy.copy(draft)
    cards, seconds, steps = dict(draft.cards), dict(draft.seconds), list(draft.steps())
    with contextlib.suppress(UsageError):
        advance(draft, act, {"turn": 5}, 3.0)
    assert draft == before
    assert (dict(draft.cards), dict(draft.seconds), list(draft.steps())) == (cards, seconds, steps)


@given(runs)
def test_moves_count_placements_that_stand(run):
    draft = possible(run)[1][-1]
    stand = [step.move for step in draft.steps()]
    for item, card in draft.cards.items():
        laid = sum(isinstance(m, Place | Heap) and m.item == item for m in stand)
        swapped = sum(isinstance(m, Swap) and item in (m.item, m.other) for m in stand)
        assert card.moves == laid + swapped


@given(runs)
def test_acts_and_lines_are_counted(run):
    done, drafts = possible(run)
    assert drafts[-1].lines == len(done)
    assert drafts[-1].acts == sum(not isinstance(act, Look) for act in done)


# -- view and time ---------------------------------------------------------------------------------


def test_a_look_moves_no_card():
    draft = advance(EMPTY, Look(), {"hand": 5, "turn": 9, "stage": "piles", "bookmarks": [3, 4]})
    assert draft.cards == EMPTY.cards
    assert (draft.view.hand, draft.view.turn, draft.view.bookmarks) == (5, 9, (3, 4))


def test_the_view_is_not_undone():
    draft = advance(after(Place(1, 2)), Look(), {"turn": 9})
    assert advance(draft, Undo()).view.turn == 9


def test_fields_of_a_later_version_are_kept():
    draft = advance(advance(EMPTY, Look(), {"colour": "red"}), Look(), {"turn": 2})
    assert draft.view.extra == {"colour": "red"}


@pytest.mark.parametrize(
    "view",
    [
        {"hand": 13},
        {"hand": "1"},
        {"hand": True},
        {"hand": [1]},
        {"stage": 3},
        {"turn": "x"},
        {"turn": None},
        {"bookmarks": 5},
        {"bookmarks": ["a"]},
        {"greeted": "yes"},
    ],
)
def test_a_view_that_no_screen_could_show_is_refused(view):
    with pytest.raises(DataError):
        advance(EMPTY, Look(), view)


def test_seconds_go_to_the_card_in_hand_and_the_stage():
    draft = advance(EMPTY, Heap(1, 1), {"hand": 2}, 4.0)
    draft = advance(draft, Heap(2, 0), {"stage": "piles"}, 2.5)
    draft = advance(draft, Look(), {}, 1.0)
    assert draft.seconds == {1: 4.0, 2: 3.5}
    assert draft.stage_seconds == {"heaps": 6.5, "piles": 1.0}
    assert draft.total_seconds == 7.5


@pytest.mark.parametrize("seconds", [-1.0, 0.0, math.nan, math.inf])
def test_seconds_that_are_none_are_not_charged(seconds):
    assert advance(EMPTY, Look(), {}, seconds).seconds == {}


# -- starting from cards ---------------------------------------------------------------------------


@given(st.lists(st.sampled_from((None, *BIRDS.values)), min_size=12, max_size=12))
def test_a_revision_starts_from_cards_with_nothing_to_undo(piles):
    cards = {n: Card(pile=pile) for n, pile in zip(BIRDS.numbers, piles, strict=True)}
    draft = EMPTY.starting_from(cards)
    assert draft.cards == cards
    assert draft.past is None
    assert draft.view.stage == "piles"


@pytest.mark.parametrize("cards", [{}, {n: Card() for n in range(1, 12)}])
def test_a_revision_does_not_start_from_other_items(cards):
    with pytest.raises(DataError):
        EMPTY.starting_from(cards)


def test_a_revision_does_not_start_from_other_piles():
    with pytest.raises(DataError):
        EMPTY.starting_from({n: Card(pile=9) for n in BIRDS.numbers})
