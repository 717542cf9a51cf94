"""Rating forms: keys, scores, and what a slip in a key says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pqs_coder.errors import DataError
from pqs_coder.model.item_set_check import build_item_set
from pqs_coder.model.scoring import score, turned
from pqs_coder.store.item_sets import find_item_set

CHECK = "7 1 7 1 1 1 5 2 7 6 7 7 1 1 6 1 2 5 2 6 1 1 1 1 1 1 7 4 1 1 7 1 6 7 1 2"
RATINGS = {item: int(value) for item, value in enumerate(CHECK.split(), 1)}
FORM: dict[str, Any] = {
    "id": "form",
    "title": "A form",
    "version": "1",
    "language": "en",
    "kind": "ratings",
    "values": [1, 2, 3, 4, 5],
}
ROWS = [(line, {"item": str(line - 1), "label": "x"}) for line in range(2, 6)]


def build(**more: Any):
    return build_item_set(
        FORM | more,
        ROWS,
        settings_file="item_set.toml",
        items_file="items.csv",
        line_of=lambda key: {"reversed": 7, "scales": 8, "A": 9, "B": 10}.get(key, 1),
    )


def scales_of(form: str) -> dict[str, tuple[int, ...]]:
    return {scale.name: scale.items for scale in find_item_set(form).scales}


def test_the_published_check_of_the_wai():
    totals = {one.scale: one.total for one in score(find_item_set("wai-o"), RATINGS)}
    assert totals == {"Task": 20, "Goal": 13, "Bond": 26}


def test_item_29_is_reversed_and_28_is_not():
    wai = find_item_set("wai-o")
    assert turned(wai, 29, 2) == 6
    assert turned(wai, 28, 2) == 2


def test_the_short_forms_swap_8_and_10():
    short, revised = scales_of("wai-s"), scales_of("wai-sr")
    of_short = {item: name for name, items in short.items() for item in items}
    of_revised = {item: name for name, items in revised.items() for item in items}
    assert sorted(of_short) == sorted(of_revised) == list(range(1, 13))
    assert {item for item in of_short if of_short[item] != of_revised[item]} == {8, 10}
    assert find_item_set("wai-s").reversed_items == (4, 10)
    assert find_item_set("wai-sr").reversed_items == ()


def test_calpas_says_that_it_has_no_key_and_scores_nothing():
    calpas = find_item_set("calpas")
    assert [scale.name for scale in calpas.scales] == ["PWC", "PC", "TUI", "WSC"]
    with pytest.raises(DataError, match="calpas has no key"):
        score(calpas, dict.fromkeys(range(1, 25), 4))


def test_a_missing_item_leaves_no_total_and_the_mean_of_the_others():
    form = build(scales={"A": [1, 2], "B": [3, 4]}, reversed=[2])
    a, b = score(form, {1: 5, 2: 1, 3: 4})
    assert (a.total, a.mean, a.rated) == (10, 5.0, 2)
    assert (b.total, b.mean, b.rated, b.items) == (None, 4.0, 1, 2)
    assert score(form, {})[0].mean is None


@pytest.mark.parametrize("ratings", [{1: 6}, {1: 0}, {9: 3}])
def test_what_the_form_has_not_is_no_rating(ratings: dict[int, int]):
    with pytest.raises(DataError):
        score(build(scales={"A": [1, 2], "B": [3, 4]}), ratings)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"scales": {"A": [1, 2], "B": [2, 3]}}, "line 10: item 2 stands in A and in B"),
        ({"scales": {"A": [1, 5]}}, "line 9: A names item 5"),
        ({"scales": {"A": [1, 1]}}, "line 9: A names item 1"),
        ({"scales": {"A": [True]}}, "line 9: A is no list"),
        ({"scales": {"A": 3}}, "line 9: A is no list"),
        ({"scales": {"A": [1], "B": []}}, "line 10: the scale B has no items"),
        ({"scales": [1]}, "line 8: scales is no table"),
        ({"scales": {"A": [1]}, "reversed": [2]}, "line 7: item 2 is reversed but in no scale"),
        ({"reversed": [9]}, "line 7: reversed names item 9"),
        (
            {"kind": "sort", "values": [1, 2], "sizes": [2, 2], "reversed": [1]},
            "line 7: a deck to sort has no reversed",
        ),
    ],
)
def test_a_slip_in_the_key_is_named_with_its_line(more: dict[str, Any], words: str):
    with pytest.raises(DataError) as caught:
        build(**more)
    assert f"item_set.toml, {words}" in caught.value.message


def test_the_key_is_part_of_the_hash_and_sets_without_one_keep_theirs():
    pqs = find_item_set("pqs")
    assert pqs.hash == "3f69deabe5396245a50382afb3617bac3a164ca12f62c9b8a3128769eb7ebacc"
    wai = find_item_set("wai-o")
    assert replace(wai, reversed_items=(1,)).hash != wai.hash != replace(wai, scales=()).hash
