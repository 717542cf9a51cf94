"""How the board is drawn: every card in sight or counted, whatever the size and the item set."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.item_set import Item, ItemSet, Pile
from pqs_coder.model.moves import Heap, Place, Unsure
from pqs_coder.store.item_sets import find_item_set
from pqs_coder.tui.widgets import board_columns as columns
from pqs_coder.tui.widgets import board_layout as layout
from pqs_coder.tui.widgets.board_layout import Looks
from pqs_coder.tui.widgets.card_panel import minimap_lines
from pqs_coder.tui.widgets.lines import line_width

PQS = find_item_set("pqs")


def made(values: tuple[int, ...], sizes: tuple[int, ...]) -> ItemSet:
    piles = tuple(Pile(v, n, f"label of {v}") for v, n in zip(values, sizes, strict=True))
    items = tuple(Item(n, "patient", f"item {n}", "", "") for n in range(1, sum(sizes) + 1))
    return ItemSet("made", "Made", "1", "en", "ours", "sort", piles, items)


SETS = [
    PQS,
    made((-2, -1, 0, 1, 2), (1, 3, 4, 3, 1)),
    made(tuple(range(8)), (100, 22, 18, 16, 14, 12, 10, 8)),
    made(tuple(range(1, 14)), (1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1)),
]


def drafts(item_set: ItemSet, stage: str) -> st.SearchStrategy[Draft]:
    keys = (-1, 0, 1) if stage == "heaps" else item_set.values
    place = st.lists(
        st.sampled_from((None, *keys)),
        min_size=len(item_set.numbers),
        max_size=len(item_set.numbers),
    )

    def build(where: list[int | None]) -> Draft:
        draft = new_draft(item_set)
        draft = advance(draft, Heap(1, 1), {"stage": stage})
        for n, key in zip(item_set.numbers, where, strict=True):
            draft = advance(draft, Heap(n, key) if stage == "heaps" else Place(n, key))
        return draft

    return place.map(build)


def check(draft: Draft, drawn: layout.Drawn, looks: Looks, cells: int, rows: int) -> None:
    assert len(drawn.lines) <= rows
    assert all(line_width(line) <= cells for line in drawn.lines)
    text = ["".join(piece for piece, _ in line) for line in drawn.lines]
    for spot in drawn.spots:
        assert 0 <= spot.y < len(text)
        if spot.item is not None:
            lies = draft.cards[spot.item]
            assert (lies.heap if draft.view.stage == "heaps" else lies.pile) == spot.group
            top = min(one.y for one in drawn.spots if one.item == spot.item)
            shown = text[top][spot.x : spot.end].replace("*", " ").replace("?", " ").split()
            assert shown[0] == str(spot.item)
            assert spot.y - top in (0, 1)  # a card's words may go on in the next line
    if looks.cursor is not None:
        assert any(spot.item == looks.cursor for spot in drawn.spots)


@pytest.mark.parametrize("item_set", SETS, ids=lambda one: str(len(one.numbers)))
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_drawn_is_what_lies_there(item_set, data):
    stage = data.draw(st.sampled_from(("heaps", "piles")))
    draft = data.draw(drafts(item_set, stage))
    groups = [group for group in layout.groups_of(draft, Looks()) if group.cards]
    cursor = group = None
    if groups and data.draw(st.booleans()):
        chosen = data.draw(st.sampled_from(groups))
        group, cursor = chosen.key, data.draw(st.sampled_from(chosen.cards))
    looks = Looks(hand=draft.view.hand, cursor=cursor, cursor_group=group)
    cells = data.draw(st.integers(60, 220))
    rows = data.draw(st.integers(5, 40))
    if stage == "heaps":
        words = data.draw(st.booleans())
        drawn = columns.draw_heaps(draft, looks, cells, rows, words=words)
    elif data.draw(st.booleans()):
        drawn = columns.draw_columns(draft, looks, cells, rows)
    else:
        drawn = layout.draw_side(draft, looks, cells, rows)
    check(draft, drawn, looks, cells, rows)
    assert all(line_width(line) <= cells for line in minimap_lines(draft, cells))


@given(
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=60),
    room=st.integers(10, 80),
    data=st.data(),
)
def test_a_window_holds_the_cursor_and_fits(sizes, room, data):
    at = data.draw(st.integers(0, len(sizes) - 1))
    start, stop = layout.window(sizes, room, at)
    assert start <= at < stop
    marks = 4 * (start > 0) + 4 * (stop < len(sizes))
    assert sum(sizes[start:stop]) + marks <= max(room, 4 + 4 + 5)


def test_a_whole_pqs_sort_is_seen_whole_at_eighty_cells():
    draft = advance(new_draft(PQS), Heap(1, 1), {"stage": "piles"})
    numbers = iter(range(100, 0, -1))
    for pile in PQS.piles:
        for _ in range(pile.size):
            draft = advance(draft, Place(next(numbers), pile.value))
    for drawn in (
        layout.draw_side(draft, Looks(), 80, 9),
        columns.draw_columns(draft, Looks(), 120, 20),
    ):
        assert {s.item for s in drawn.spots if s.item} == set(range(1, 101))


@pytest.mark.parametrize(
    ("count", "size", "sign"), [(5, 5, "="), (7, 5, "+2"), (0, 5, "-5"), (4, 5, "-1")]
)
def test_signs(count, size, sign):
    assert layout.sign_of(count, size) == sign


def test_a_filter_hides_cards_and_keeps_counts():
    draft = advance(new_draft(PQS), Heap(1, 1), {"stage": "piles"})
    for n in (1, 2, 3):
        draft = advance(draft, Place(n, 9))
    drawn = layout.draw_side(draft, Looks(only=frozenset({2})), 80, 9)
    assert [s.item for s in drawn.spots if s.item] == [2]
    assert " 3/5 " in "".join(text for text, _ in drawn.lines[0])


def test_a_sign_stands_with_its_own_number():
    draft = advance(new_draft(PQS), Heap(1, 1), {"stage": "piles"})
    for n in (7, 94, 95, 100):
        draft = advance(draft, Place(n, 9))
    for n in (7, 95):
        draft = advance(draft, Unsure(n, True))

    def row() -> str:
        return "".join(text for text, _ in layout.draw_side(draft, Looks(), 80, 9).lines[0])

    assert row().rstrip().endswith("  ?7 94 ?95 100")
    for n in range(20, 34):  # no room is left for more blanks: all cards stay in sight
        draft = advance(draft, Place(n, 9))
    assert "94?95" in row()
