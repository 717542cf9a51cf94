"""Which card comes next, in every stage and from every hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.model.draft import advance, new_draft
from pqs_coder.model.guide import card_order, describe, next_card, seed_for
from pqs_coder.model.moves import Heap, Look, Place
from tests.small_study import BIRDS, moves, possible, runs

ORDER = card_order(BIRDS, None)


def test_by_number_without_a_seed():
    assert BIRDS.numbers == ORDER


@given(st.integers(0, 2**32 - 1))
def test_a_seed_shuffles_all_cards_the_same_way_each_time(seed):
    order = card_order(BIRDS, seed)
    assert sorted(order) == list(BIRDS.numbers)
    assert card_order(BIRDS, seed) == order


def test_rater_and_session_make_the_seed_and_do_not_run_together():
    assert seed_for("anna", "S1") == seed_for("anna", "S1")
    assert len({seed_for("anna", "S1"), seed_for("ann", "aS1"), seed_for("ben", "S1")}) == 3


def test_the_first_pass_passes_over_what_lies_somewhere():
    draft = new_draft(BIRDS)
    for act in (Heap(1, 1), Heap(3, 0), Place(2, 1)):
        draft = advance(draft, act)
    assert next_card(draft, ORDER) == 4


def test_the_piles_stage_goes_from_the_ends_inward():
    draft = advance(new_draft(BIRDS), Look(), {"stage": "piles"})
    for act in (Heap(2, 0), Heap(3, -1), Heap(4, 1)):
        draft = advance(draft, act)
    seen = []
    while (item := next_card(draft, ORDER)) is not None and len(seen) < 4:
        seen.append(item)
        draft = advance(draft, Place(item, 0), {"hand": item})
    assert seen[:3] == [4, 3, 2]


@given(runs, st.sampled_from(("heaps", "piles")))
def test_the_next_card_is_one_that_waits(run, stage):
    draft = advance(possible(run)[1][-1], Look(), {"stage": stage})
    item = next_card(draft, ORDER)
    if item is None:
        waiting = [n for n, card in draft.cards.items() if card.pile is None]
        if stage == "heaps":
            waiting = [n for n in waiting if draft.cards[n].heap is None]
        assert set(waiting) <= {draft.view.hand}
    else:
        assert item != draft.view.hand
        assert draft.cards[item].pile is None


@given(moves)
def test_every_move_has_words(move):
    assert str(move.item) in describe(move)


@pytest.mark.parametrize(("move", "words"), [(Place(4, None), "off"), (Heap(4, None), "out of")])
def test_words_tell_laying_from_taking(move, words):
    assert words in describe(move)
