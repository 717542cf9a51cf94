"""The frames of well-known instruments that ship: whole, and without anybody's wording."""

from __future__ import annotations

import pytest

from pqs_coder.exchange.wording import item_set_files
from pqs_coder.store.item_sets import find_item_set, load_item_set
from tests.exchange.frames import FRAMES

FORMS = {"wai-o": (36, 7), "wai-s": (12, 7), "wai-sr": (12, 5), "calpas": (24, 7)}


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_a_shipped_deck_is_its_frame(name: str):
    assert find_item_set(name).hash == FRAMES[name].item_set().hash


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_rating_form_has_its_items_and_values_and_no_wording(name: str):
    form = find_item_set(name)
    assert (form.kind, len(form.items), len(form.values)) == ("ratings", *FORMS[name])
    assert form.values[0] == 1
    assert [item.label for item in form.items] == [f"Item {n}" for n in form.numbers]


@pytest.mark.parametrize("name", [*FORMS, "pqs"])
def test_written_into_a_study_it_keeps_key_and_hash(name: str, tmp_path):
    form = find_item_set(name)
    for file, data in item_set_files(form).items():
        (tmp_path / file).write_bytes(data)
    read = load_item_set(tmp_path)
    assert (read.scales, read.reversed_items, read.hash) == (
        form.scales,
        form.reversed_items,
        form.hash,
    )
