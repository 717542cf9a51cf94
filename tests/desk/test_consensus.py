"""The consensus: where it begins, what it suggests, and that the originals stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.desk.consensus import (
    adjudication_of,
    consensus_cards,
    disputed_items,
    open_consensus,
    suggest,
)
from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import IncompleteError, StudyError, UsageError
from pqs_coder.model.card import Card
from pqs_coder.store.sorts import read_submitted
from pqs_coder.store.study import Study, open_study
from pqs_coder.store.work import list_work
from tests.small_study import BIRDS, small_study, submitted, whole_sort


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """S1 sorted by anna and by ben."""
    lead = small_study(tmp_path / "study")
    submitted(lead, "S1", "anna", seed=1)
    submitted(lead, "S1", "ben", seed=2)
    return lead


def test_the_largest_difference_comes_first(study: Study) -> None:
    anna, ben = whole_sort(1), whole_sort(2)
    table = adjudication_of(study, "S1")
    assert table.raters == ("anna", "ben")
    assert [one.spread for one in table.items] == sorted(
        (abs(anna[n] - ben[n]) for n in BIRDS.numbers), reverse=True
    )
    for one in table.items:
        assert one.piles == (anna[one.item], ben[one.item])
        assert one.mean == (anna[one.item] + ben[one.item]) / 2
    assert all(one.spread for one in table.disputed)


def test_it_begins_where_all_agree_and_nowhere_else(study: Study) -> None:
    anna, ben = whole_sort(1), whole_sort(2)
    agreed = {n: anna[n] for n in BIRDS.numbers if anna[n] == ben[n]}
    assert agreed, "the two made-up sorts should share a placement"
    with open_consensus(study, "S1") as room:
        placed = {n: c.pile for n, c in room.draft.cards.items() if c.pile is not None}
        assert placed == agreed
        assert [one.item for one in room.undecided] == [one.item for one in room.table.disputed]


def test_a_suggestion_worked_out_by_hand() -> None:
    # Twelve items, piles -2 to 2 of 1 3 4 3 1. Items 1 to 10 are agreed and leave one place each
    # in 0 and in 1; the means of 11 and 12 are 0 and 1, so they go there in this order.
    piles = dict(zip(range(1, 11), (-2, -1, -1, -1, 0, 0, 0, 1, 1, 2), strict=True))
    placed = {n: (pile, pile) for n, pile in piles.items()} | {11: (1, -1), 12: (2, 0)}
    suggested, tied = suggest(BIRDS, placed)
    assert suggested == piles | {11: 0, 12: 1}
    assert not tied
    suggested, tied = suggest(BIRDS, placed | {11: (0, 1), 12: (1, 0)})
    assert (suggested[11], suggested[12]) == (0, 1)
    assert tied == {11, 12}


@given(seeds=st.lists(st.integers(0, 10_000), min_size=2, max_size=4))
def test_a_suggestion_is_forced_and_keeps_what_is_agreed(seeds: list[int]) -> None:
    sorts = [whole_sort(seed) for seed in seeds]
    placed = {n: tuple(one[n] for one in sorts) for n in BIRDS.numbers}
    suggested, tied = suggest(BIRDS, placed)
    counts = [list(suggested.values()).count(value) for value in BIRDS.values]
    assert counts == list(BIRDS.sizes)
    agreed = {n for n in placed if len(set(placed[n])) == 1}
    assert all(suggested[n] == placed[n][0] for n in agreed)
    rest = [n for n in placed if n not in agreed]
    for one in rest:
        for other in rest:
            if sum(placed[one]) < sum(placed[other]):
                assert suggested[one] <= suggested[other]
    assert not tied & agreed


def test_unforced_sorts_get_a_forced_suggestion() -> None:
    placed = dict.fromkeys(BIRDS.numbers, (2, 2))
    suggested, tied = suggest(BIRDS, placed)
    assert sorted(suggested.values()).count(2) == 1
    assert tied == set(BIRDS.numbers)


def test_items_that_a_rater_left_out_are_not_on_the_table() -> None:
    sides = {"anna": {1: Card(pile=1), 2: Card()}, "ben": {1: Card(pile=0), 2: Card(pile=2)}}
    assert [one.item for one in disputed_items(BIRDS, sides)] == [1]


def test_the_outcome_is_a_third_sort_and_the_originals_stay(study: Study) -> None:
    folder = study.sorts_folder("S1")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with open_consensus(study, "S1") as room:
        first = room.undecided[0]
        room.desk.note(first.item, "both heard it, one late")
        other = next(pile for pile in first.piles if pile != first.suggested)
        room.desk.place(first.item, other, bring_next=False)
        with pytest.raises(IncompleteError):
            room.submit()
        assert room.take_all() == len(room.table.disputed) - 1
        path = room.submit()
    assert path.name == "consensus.parquet"
    frame = read_submitted(path)
    assert set(frame["kind"]) == {"consensus"}
    assert set(frame["rater"]) == {"consensus"}
    assert frame["forced"].all()
    assert dict(frame.select("item", "pile").iter_rows())[first.item] == other
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert {one.name for one in folder.iterdir()} - set(before) == {
        "consensus.parquet",
        "consensus.parquet.blake2",
        "consensus.journal-1",
    }
    assert consensus_cards(study, "S1")[0] == "submitted"


def test_it_is_no_rater(study: Study) -> None:
    with open_consensus(study, "S1") as room:
        room.take_all()
        room.submit()
    assert {work.rater for work in list_work(study)} == {"anna", "ben", None}
    assert study.raters_of("S1") == ["anna", "ben"]


def test_it_goes_on_where_it_was_left(study: Study) -> None:
    with open_consensus(study, "S1") as room:
        item = room.undecided[0].item
        room.take_suggestion(item)
        lying = {n: card.pile for n, card in room.draft.cards.items()}
    assert consensus_cards(study, "S1")[0] == "draft"
    with open_consensus(study, "S1") as room:
        assert {n: card.pile for n, card in room.draft.cards.items()} == lying
        room.desk.undo()
        assert room.draft.card(item).pile is None


def test_where_all_agree_there_is_nothing_to_decide(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    submitted(study, "S1", "anna", seed=3)
    submitted(study, "S1", "ben", seed=3)
    with open_consensus(study, "S1") as room:
        assert not room.undecided
        path = room.submit()
    assert dict(read_submitted(path).select("item", "pile").iter_rows()) == whole_sort(3)


def test_a_consensus_can_be_revised_with_a_reason(study: Study) -> None:
    with open_consensus(study, "S1") as room:
        room.take_all()
        room.submit()
    with pytest.raises(StudyError):
        open_consensus(study, "S1")
    with open_consensus(study, "S1", revise=Revision("a turn was misheard", "dora")) as room:
        cards = room.desk.draft.cards
        one = room.table.items[0].item
        other = next(n for n in cards if cards[n].pile != cards[one].pile)
        room.desk.swap(one, other)
        assert room.submit().name == "consensus.2.parquet"


def test_raters_never_see_it(study: Study) -> None:
    with open_consensus(study, "S1") as room:
        room.take_all()
        room.submit()
    anna = open_study(study.folder, "anna")
    for refused in (
        lambda: adjudication_of(anna, "S1"),
        lambda: open_consensus(anna, "S1"),
        lambda: consensus_cards(anna, "S1"),
        lambda: open_desk(anna, "S1", "consensus", read_only=True),
    ):
        with pytest.raises(UsageError):
            refused()


def test_it_needs_two_sorts(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    submitted(study, "S1", "anna")
    with pytest.raises(UsageError, match="two submitted sorts"):
        open_consensus(study, "S1")
    assert consensus_cards(study, "S1") == ("none", {})
