"""Everything goes round: whatever deck, names and notes, what is written is read back equal."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pqs_coder.errors import UsageError
from pqs_coder.exchange.any_file import read_sorts_file
from pqs_coder.exchange.cards import entry_csv
from pqs_coder.exchange.formats import EVERYTHING, FORMATS, write_sorts
from pqs_coder.model.card import Card, tidy_note
from pqs_coder.model.item_set import Item, ItemSet, Pile
from pqs_coder.model.names import check_name, fold
from pqs_coder.store.sorts import SortLabels, sort_frame

READ_BACK = [
    (form.name, suffix) for form in FORMATS.values() if form.reads_back for suffix in form.suffixes
]
SCRIPTS = ("r", "python")


@st.composite
def decks(draw: st.DrawFn) -> ItemSet:
    """A deck of any shape: piles of any size, values from anywhere in what formats can hold."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=9))
    lowest = draw(st.integers(-6, 13 - len(sizes)))
    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
    return ItemSet(
        id="drawn",
        title=draw(words),
        version="1",
        language="en",
        rights="",
        kind="sort",
        piles=tuple(Pile(v, s, draw(words)) for v, s in enumerate(sizes, lowest)),
        items=tuple(Item(n, "", f"Item {n}", "", "") for n in range(1, sum(sizes) + 1)),
    )


def valid(text: str) -> bool:
    try:
        return check_name(text, "rater") == text
    except UsageError:
        return False


NAMES = st.text(st.sampled_from("abAB19_-éßÅ李"), min_size=1, max_size=14).filter(valid)
NOTES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


@st.composite
def studies(draw: st.DrawFn) -> tuple[ItemSet, pl.DataFrame]:
    """A deck and the tidy table of some sorts with it, notes and all."""
    deck = draw(decks())
    who = st.tuples(NAMES, NAMES)
    pairs = draw(
        st.lists(who, min_size=1, max_size=3, unique_by=lambda p: (fold(p[0]), fold(p[1])))
    )
    sessions: dict[str, str] = {}
    raters: dict[str, str] = {}
    frames = []
    for session, rater in pairs:
        labels = SortLabels(
            # One spelling of each name, as in a study.
            session=sessions.setdefault(fold(session), session),
            rater=raters.setdefault(fold(rater), rater),
            item_set=deck.id,
            item_set_hash=deck.hash,
            submitted_at="2026-02-01T00:00:00.500000Z",
        )
        places = [pile.value for pile in deck.piles for _ in range(pile.size)]
        piles = draw(st.permutations(places))
        cards = {
            n: Card(
                pile=pile, note=tidy_note(draw(NOTES)) if n < 3 else "", unsure=draw(st.booleans())
            )
            for n, pile in zip(deck.numbers, piles, strict=True)
        }
        frames.append(sort_frame(deck, cards, labels))
    return deck, pl.concat(frames)


def there_and_back(name: str, suffix: str, deck: ItemSet, frame: pl.DataFrame) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / f"sorts{suffix}"
        write_sorts(frame, path, name, deck)
        data = path.with_name(f"{path.name}.csv") if name in SCRIPTS else path
        reading = read_sorts_file(data, deck)
    got = {(one.session, one.rater, n): p for one in reading.sorts for n, p in one.piles.items()}
    keys = frame.select("session", "rater", "item", "pile").iter_rows()
    assert got == {(session, rater, item): pile for session, rater, item, pile in keys}
    assert all(one.forced for one in reading.sorts)
    if FORMATS[name].holds == EVERYTHING:
        tables = [one.tidy for one in reading.sorts if one.tidy is not None]
        by = ["session", "rater", "item"]
        assert_frame_equal(pl.concat(tables).sort(by), frame.sort(by))


@pytest.mark.parametrize(("name", "suffix"), [one for one in READ_BACK if one[1] != ".sav"])
@given(study=studies())
@settings(max_examples=12)
def test_any_study_goes_round(name: str, suffix: str, study: tuple[ItemSet, pl.DataFrame]) -> None:
    there_and_back(name, suffix, *study)


@given(study=studies())
@settings(max_examples=4)  # each is read in a process of its own
def test_any_study_goes_round_through_spss(study: tuple[ItemSet, pl.DataFrame]) -> None:
    there_and_back("sav", ".sav", *study)


@given(study=studies())
@settings(max_examples=12)
def test_any_deck_is_entered_from_a_sheet(study: tuple[ItemSet, pl.DataFrame]) -> None:
    deck, frame = study
    first = frame.head(len(deck.items))
    session, rater = first["session"][0], first["rater"][0]
    header, row = entry_csv(deck, [(session, rater)]).decode().splitlines()
    lists = [
        " ".join(map(str, first.filter(pl.col("pile") == value)["item"].to_list()))
        for value in deck.values
    ]
    typed = row[: len(row) - len(deck.piles)] + "," + ",".join(lists)
    with TemporaryDirectory() as place:
        path = Path(place) / "sheet.csv"
        path.write_text(f"{header}\n{typed}\n", encoding="utf-8")
        (one,) = read_sorts_file(path, deck).sorts
    assert one.forced
    assert one.piles == dict(first.select("item", "pile").iter_rows())
