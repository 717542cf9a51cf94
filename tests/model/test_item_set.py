"""Item sets as values: derived figures, digits, and a hash that knows every word."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from pqs_coder.model.item_set import Item, Pile, Scale
from tests.small_study import BIRDS


def test_numbers_values_and_sizes_ascend():
    assert BIRDS.numbers == tuple(range(1, 13))
    assert BIRDS.values == (-2, -1, 0, 1, 2)
    assert BIRDS.sizes == (1, 3, 4, 3, 1)


def test_mean_and_sum_of_squares_are_those_of_every_complete_sort():
    assert BIRDS.mean == 0
    assert BIRDS.sum_of_squares == 4 + 3 + 0 + 3 + 4


def test_digits_are_places_where_a_value_is_no_digit():
    assert BIRDS.digits == {"1": -2, "2": -1, "3": 0, "4": 1, "5": 2}
    assert BIRDS.digit(-2) == "1"


def test_digits_are_values_where_all_are_single_digits():
    piles = tuple(Pile(value, size, "") for value, size in zip(range(5), BIRDS.sizes, strict=True))
    assert replace(BIRDS, piles=piles).digits == {str(n): n for n in range(5)}


def test_the_tenth_pile_has_no_digit():
    many = replace(BIRDS, piles=tuple(Pile(value, 1, "") for value in range(11, 23)))
    assert many.digit(19) == "9"
    assert many.digit(20) == ""


def test_unknown_items_and_piles_are_key_errors():
    for look_up in (BIRDS.item, BIRDS.pile):
        with pytest.raises(KeyError):
            look_up(99)


def test_the_hash_of_a_set_is_the_same_in_every_version_of_the_program():
    """Else every draft in every study could no longer be gone on with."""
    assert BIRDS.hash == "63a66506b7cb2dd0746281ce584dfc2954ee15dc8cf482c6fb7273a984b2e6a4"


TEXTS = ("id", "title", "version", "language", "rights", "kind")


def test_every_field_is_tried_here():
    others = {"piles", "items", "scales", "reversed_items"}
    assert {f.name for f in fields(BIRDS)} == {*TEXTS, *others}


def test_hash_changes_with_the_key_of_a_rating_form():
    keys = [(), (Scale("Bond", (1, 2)),), (Scale("Bond", (1, 3)),), (Scale("Task", (1, 2)),)]
    sets = [replace(BIRDS, scales=key) for key in keys]
    sets += [replace(BIRDS, scales=keys[1], reversed_items=(2,))]
    assert len({one.hash for one in sets}) == 5


@pytest.mark.parametrize("name", TEXTS)
def test_hash_changes_with_every_setting(name):
    assert replace(BIRDS, **{name: getattr(BIRDS, name) + "x"}).hash != BIRDS.hash


@pytest.mark.parametrize("name", [f.name for f in fields(Item)])
@pytest.mark.parametrize("place", [0, 11])
def test_hash_changes_with_every_word_of_every_item(name, place):
    item = BIRDS.items[place]
    other = {"number": 99, "see": (7, 8)}.get(name, f"{getattr(item, name)}x")
    items = list(BIRDS.items)
    items[place] = replace(item, **{name: other})
    assert replace(BIRDS, items=tuple(items)).hash != BIRDS.hash


@pytest.mark.parametrize("change", [{"value": 7}, {"size": 9}, {"label": "x"}])
def test_hash_changes_with_every_pile(change):
    piles = (*BIRDS.piles[:-1], replace(BIRDS.piles[-1], **change))
    assert replace(BIRDS, piles=piles).hash != BIRDS.hash


def test_hash_does_not_move_a_word_from_one_field_to_the_next():
    first = replace(BIRDS.items[0], high="ab", low="c")
    second = replace(BIRDS.items[0], high="a", low="bc")
    hashes = {replace(BIRDS, items=(one, *BIRDS.items[1:])).hash for one in (first, second)}
    assert len(hashes) == 2


def test_hash_is_the_same_after_its_parts_were_asked_for():
    fresh = replace(BIRDS)
    assert BIRDS.values
    assert BIRDS.digits
    assert fresh.hash == BIRDS.hash
