"""A lab's wording over an item set, decks of cards, and frames of other Q-sets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.exchange.table_files import workbook_of_rows
from pqs_coder.exchange.wording import (
    add_item_set,
    item_set_files,
    read_wording,
    with_wording,
    without_wording,
)
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.item_sets import find_item_set, load_item_set
from pqs_coder.store.study import Study, open_study
from tests.exchange.frames import FRAMES
from tests.exchange.made_up_sorts import made_up

SMALL = made_up(3, (1, 2, 1), "small")
SIZES = {
    "cpq": (100, 9), "apq": (100, 9), "caq": (100, 9), "rbq-2": (67, 9), "rbq-3": (68, 9),
    "rsq": (89, 9), "aqs": (90, 9), "mbqs": (90, 9), "preschool": (72, 9), "swap-200": (200, 8),
}  # fmt: skip


def write(tmp_path: Path, content: str | bytes, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_wording_from_tables(tmp_path: Path) -> None:
    table = (
        'Nr;Wortlaut;text;definition;label\n1;x;"Erstens; ja";Was es meint;\n3;x;Drittens;;Drei\n'
    )
    rows = [line.split(";") for line in ("item;text", "1;Erstens", "3;Drittens")]
    wording = read_wording(write(tmp_path, table, "w.csv"))
    assert wording.items[1]["text"] == "Erstens; ja"
    changed = with_wording(SMALL, wording, "klein", language="de", title="Klein", rights="Labor X")
    assert (changed.id, changed.language, changed.rights) == ("klein", "de", "Labor X")
    assert changed.item(1).text == "Erstens; ja"
    assert changed.item(1).label == SMALL.item(1).label
    assert (changed.item(3).label, changed.item(3).definition) == ("Drei", "")
    assert changed.item(2) == SMALL.item(2)
    assert without_wording(SMALL, wording) == [2, 4]
    assert changed.hash != SMALL.hash
    book = read_wording(
        write(tmp_path, workbook_of_rows({"other": [["a"], ["b"]], "items": rows}), "w.xlsx")
    )
    assert book.items[3] == {"text": "Drittens"}


def test_decks_of_cards(tmp_path: Path) -> None:
    tabbed = read_wording(write(tmp_path, "1\tFirst one\n2\tSecond\n\n", "deck.txt"))
    assert tabbed.items == {1: {"text": "First one"}, 2: {"text": "Second"}}
    rap = "1\nleast like\n2\nneutral\n1\nmost like\nSpeaks first. 2\nIs late 1\nLaughs 3\nSits 4\n"
    deck = read_wording(write(tmp_path, rap, "deck.txt"))
    assert [(pile.size, pile.label) for pile in deck.piles] == [
        (1, "least like"),
        (2, "neutral"),
        (1, "most like"),
    ]
    assert deck.items[2]["text"] == "Speaks first."
    assert with_wording(SMALL, deck, "rap").item(1).text == "Is late"
    with pytest.raises(DataError, match="its piles hold 1-2-1, those of caq"):
        with_wording(FRAMES["caq"].item_set(), deck, "x")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("item,text\n1,a\n1,b\n", "w.csv", "line 3: '1' is no new item number"),
        ("item,text\nx,a\n", "w.csv", "line 2: 'x' is no new"),
        ("item,words\n1,a\n", "w.csv", "no column with wording"),
        ("a,b\n1,a\n", "w.csv", "0 tables with a column 'item'"),
        ("one line without a number\n", "w.txt", "line 1: no item"),
        ("", "w.txt", "no items"),
    ],
)
def test_what_is_wrong_is_named(content: str, name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_wording(write(tmp_path, content, name))
    assert caught.value.cure


def test_wording_of_another_set_is_refused(tmp_path: Path) -> None:
    wording = read_wording(write(tmp_path, "item,text\n5,a\n", "w.csv"))
    with pytest.raises(DataError, match="item 5 is not in small, which has 4"):
        with_wording(SMALL, wording, "x")


def test_frames_have_the_sizes_of_their_instruments() -> None:
    assert {name: (len(f.item_set().items), len(f.sizes)) for name, f in FRAMES.items()} == SIZES
    swap = FRAMES["swap-200"].item_set()
    assert swap.values == tuple(range(8))
    assert FRAMES["caq"].item_set().sum_of_squares == 432


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20)


@given(texts, texts, texts.filter(str.strip))
def test_an_item_set_goes_round_with_its_hash(
    tmp_path_factory: pytest.TempPathFactory, text: str, hint: str, label: str
) -> None:
    worded = replace(SMALL.item(1), text=text, hint=hint, label=label, see=(2, 4))
    item_set = replace(SMALL, rights=hint, items=(worded, *SMALL.items[1:]))
    folder = tmp_path_factory.mktemp("set") / "small"
    folder.mkdir()
    for name, data in item_set_files(item_set).items():
        (folder / name).write_bytes(data)
    assert load_item_set(folder) == item_set
    assert load_item_set(folder).hash == item_set.hash


def test_a_labs_set_is_added_to_the_study_and_found_there(study: Study, tmp_path: Path) -> None:
    frame = find_item_set("caq", study.folder)
    wording = read_wording(write(tmp_path, "1\t" + "many words " * 20 + "\n", "deck.txt"))
    item_set: ItemSet = with_wording(frame, wording, "caq-lab", rights="ours")
    folder = add_item_set(study, item_set)
    assert folder == study.folder / "item_sets" / "caq-lab"
    found = find_item_set("caq-lab", study.folder)
    assert found == item_set
    assert found.item(1).label.endswith("…")
    assert found.item(2).label == "Item 2"
    with pytest.raises(StudyError, match="already"):
        add_item_set(study, item_set)
    with pytest.raises(UsageError, match="by leads"):
        add_item_set(open_study(study.folder, "anna"), item_set)
    assert find_item_set("pqs", study.folder).id == "pqs"
    with pytest.raises(StudyError, match="no item set 'nothing'"):
        find_item_set("nothing", study.folder)
