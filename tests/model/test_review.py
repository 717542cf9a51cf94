"""Questions before submitting, and the filters."""

from __future__ import annotations

import pytest

from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.filters import filters_of, moved_most
from pqs_coder.model.moves import Evidence, Heap, Note, Place, Unsure
from pqs_coder.model.review import LOOK_ALIKES, OUTER, SIDES, UNSURE, questions
from pqs_coder.store.item_sets import find_item_set

PQS = find_item_set("pqs")


def after(*acts) -> Draft:
    draft = new_draft(PQS)
    for act in acts:
        draft = advance(draft, act)
    return draft


def kinds(draft: Draft) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.kind, one.items) for one in questions(draft)]


def test_an_untouched_sort_has_no_questions():
    assert questions(new_draft(PQS)) == []


def test_unsure_cards_are_asked_about():
    assert kinds(after(Place(12, 3), Unsure(12, True))) == [(UNSURE, (12,))]


@pytest.mark.parametrize(
    ("heap", "pile", "asked"),
    [(1, 4, True), (1, 5, False), (1, 6, False), (-1, 6, True), (-1, 5, False), (-1, 1, False)],
)
def test_heap_and_pile_on_different_sides_of_the_middle(heap, pile, asked):
    assert kinds(after(Heap(12, heap), Place(12, pile))) == [(SIDES, (12,))] * asked


@pytest.mark.parametrize(
    ("pile", "asked"), [(1, True), (2, True), (3, False), (7, False), (8, True)]
)
def test_a_neutral_card_in_an_outer_pile(pile, asked):
    assert kinds(after(Heap(12, 0), Place(12, pile))) == [(OUTER, (12,))] * asked


def test_look_alikes_far_apart_once_a_pair_and_farthest_first():
    assert 98 in PQS.item(63).see
    near = after(Place(63, 5), Place(98, 8))
    assert kinds(near) == []
    far = after(Place(63, 9), Place(98, 1), Place(64, 5), Place(29, 9), Place(33, 2))
    found = [items for kind, items in kinds(far) if kind == LOOK_ALIKES]
    assert found[0] == (63, 98)
    assert len(found) == len(set(found))
    assert all(one.words.endswith("?") for one in questions(far))


def test_filters_choose_what_they_say():
    draft = after(
        *(Place(12, pile) for pile in (1, 2, 3)),
        Note(5, "a"),
        Evidence(6, ("all",)),
        Unsure(7, True),
    )
    chosen = {one.id: one(draft) for one in filters_of(PQS)}
    abouts = [chosen[f"about-{about}"] for about in ("patient", "therapist", "interaction")]
    assert frozenset().union(*abouts) == set(PQS.numbers)
    assert sum(map(len, abouts)) == 100
    assert moved_most(draft) == {12}
    assert chosen["no-note"] == set(PQS.numbers) - {5}
    assert chosen["no-evidence"] == set(PQS.numbers) - {6}
    assert chosen["unsure"] == {7}


def test_moved_most_keeps_ties():
    acts = [Place(n, pile) for n in range(1, 15) for pile in (1, 2)]
    assert moved_most(after(*acts)) == set(range(1, 15))
