"""The guided way: from the ends inward, the neutral heap last, always to a whole sort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.guided import first_open, guided_order, guided_step
from pqs_coder.model.item_set import Item, ItemSet, Pile
from pqs_coder.model.moves import Heap, Place
from pqs_coder.store.item_sets import find_item_set

PQS = find_item_set("pqs")


def small(values: tuple[int, ...], sizes: tuple[int, ...]) -> ItemSet:
    piles = tuple(Pile(v, n, f"pile {v}") for v, n in zip(values, sizes, strict=True))
    items = tuple(Item(n, "patient", f"item {n}", "", "") for n in range(1, sum(sizes) + 1))
    return ItemSet("small", "Small", "1", "en", "ours", "sort", piles, items)


FIVE = small((-2, -1, 0, 1, 2), (1, 3, 4, 3, 1))
EVEN = small((1, 2, 3, 4), (2, 4, 4, 2))


def heaped(item_set: ItemSet, heaps: list[int]) -> Draft:
    draft = new_draft(item_set)
    for n, heap in zip(item_set.numbers, heaps, strict=True):
        draft = advance(draft, Heap(n, heap))
    return draft


def test_the_order_goes_from_the_ends_inward():
    assert guided_order(PQS) == (9, 8, 7, 6, 1, 2, 3, 4, 5)
    assert guided_order(FIVE) == (2, 1, -2, -1, 0)
    assert guided_order(EVEN) == (4, 3, 1, 2)


def test_words_count_down_and_up():
    draft = heaped(PQS, [1] * 31 + [0] * 40 + [-1] * 29)
    assert guided_step(draft, 9).words == "choose the 5 most characteristic of these 31; 5 to go"
    for n in (1, 2):
        draft = advance(draft, Place(n, 9))
    step = guided_step(draft, 9)
    assert step.words == "choose the 5 most characteristic of these 31; 3 to go"
    assert step.chosen == (1, 2)
    for n in (3, 4, 5, 6):
        draft = advance(draft, Place(n, 9))
    assert guided_step(draft, 9).words.endswith("1 too many")
    assert guided_step(draft, 1).words.startswith("choose the 5 most uncharacteristic of these 29")


def test_a_heap_that_is_used_up_offers_the_neutral_heap():
    draft = heaped(PQS, [1] * 3 + [0] * 60 + [-1] * 37)
    step = guided_step(draft, 9)
    assert step.beyond
    assert set(step.candidates) == set(range(1, 64))
    assert not guided_step(draft, 1).beyond


def test_the_middle_takes_what_is_left():
    draft = heaped(PQS, [1] * 50 + [0] * 10 + [-1] * 40)
    assert len(guided_step(draft, 5).candidates) == 100


@pytest.mark.parametrize("item_set", [PQS, FIVE, EVEN], ids=lambda one: one.id)
@given(data=st.data())
def test_whoever_follows_it_ends_with_a_whole_sort(item_set, data):
    n = len(item_set.numbers)
    draft = heaped(
        item_set, data.draw(st.lists(st.sampled_from((-1, 0, 1)), min_size=n, max_size=n))
    )
    steps = 0
    while (pile := first_open(draft)) is not None:
        step = guided_step(draft, pile)
        free = [n for n in step.candidates if n not in step.chosen]
        assert len(free) >= step.to_go > 0
        for chosen in data.draw(st.permutations(free))[: step.to_go]:
            draft = advance(draft, Place(chosen, pile))
        steps += 1
        assert steps <= len(item_set.piles)
    assert draft.complete
