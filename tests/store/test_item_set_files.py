"""Loading an item set: file and line are named for every slip, and the hash knows every word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, StudyError
from pqs_coder.store.item_sets import find_item_set, load_item_set
from tests.small_study import BIRDS, ITEMS, SETTINGS, write_item_set


def line(text: str, number: int, new: str) -> str:
    lines = text.splitlines()
    lines[number - 1] = new
    return "\n".join(lines) + "\n"


def test_the_made_up_set_loads_as_it_is(tmp_path):
    assert load_item_set(write_item_set(tmp_path / "birds")) == BIRDS


def test_the_shipped_pqs_has_its_nine_piles():
    pqs = find_item_set("pqs")
    assert pqs.sizes == (5, 8, 12, 16, 18, 16, 12, 8, 5)
    assert pqs.values == tuple(range(1, 10))
    assert (pqs.mean, pqs.sum_of_squares) == (5, 432)
    assert len(pqs.items) == 100


def test_a_study_s_own_set_is_found_before_the_shipped_one(tmp_path):
    settings = SETTINGS.replace('"birds"', '"pqs"')
    write_item_set(tmp_path / "item_sets" / "pqs", settings)
    assert len(find_item_set("pqs", tmp_path).items) == 12


def test_an_unknown_set_names_those_that_are_known():
    with pytest.raises(StudyError) as caught:
        find_item_set("nosuch")
    assert "pqs" in caught.value.cure


def test_folder_and_id_must_be_one_name(tmp_path):
    write_item_set(tmp_path / "item_sets" / "fowl")
    with pytest.raises(DataError, match="birds"):
        find_item_set("fowl", tmp_path)


@pytest.mark.parametrize(
    ("number", "new", "said"),
    [
        (1, "id = 5", "id"),
        (1, 'id = "a b"', "a b"),
        (2, 'title = ""', "title"),
        (3, "version = 1", "version"),
        (4, "", "language"),
        (5, "rights = 1", "rights"),
        (6, 'kind = "guess"', "guess"),
        (7, "values = [-2, -1, 0, 1]", "5 sizes for 4 values"),
        (7, "values = [2, 1, 0, -1, -2]", "ascend"),
        (7, "values = [-2, -1, 0, 1, 1]", "ascend"),
        (7, "values = [-2, -1, 0, 1, 1.5]", "values"),
        (7, "values = [-2, -1, 0, true, 2]", "values"),
        (7, "values = [-2, -1, 0, 1, 20000]", "absurd"),
        (7, "values = 5", "values"),
        (7, "values = [1]", "values"),
        (8, "sizes = [1, 3, 5, 3, 1]", "add up to 13"),
        (8, "sizes = [0, 3, 5, 3, 1]", "size 0"),
        (8, "sizes = [1, 3, 4, 3]", "4 sizes for 5 values"),
        (8, "", "sizes"),
        (9, 'labels = ["least"]', "1 labels for 5 values"),
        (9, "labels = [1, 2, 3, 4, 5]", "labels"),
        (9, 'labels = "x"', "labels"),
    ],
)
def test_every_slip_in_the_settings_is_named(tmp_path, number, new, said):
    folder = write_item_set(tmp_path / "birds", line(SETTINGS, number, new))
    with pytest.raises(DataError) as caught:
        load_item_set(folder)
    shown = number if new else 1
    if "for 4 values" in said and "sizes" in said:
        shown = 8
    if "labels" in said:
        shown = 9
    assert caught.value.message.startswith(f"{folder / 'item_set.toml'}, line {shown}:")
    assert said in caught.value.message
    assert caught.value.cure


@pytest.mark.parametrize(
    ("number", "new", "said"),
    [
        (1, "item,about", "label"),
        (1, "item,label,colour,high,low,see,hint", "columns"),
        (1, "item,label,label,high,low,see,hint", "columns"),
        (4, "x,bird,Bird,h,l,,", "'x'"),
        (4, "0,bird,Bird,h,l,,", "'0'"),
        (4, "-3,bird,Bird,h,l,,", "'-3'"),
        (4, "2,bird,Bird,h,l,,", "stands on line 3"),
        (4, "3,bird,,h,l,,", "no label"),
        (4, "3,bird,Bird,h,l,x,", "see"),
        (4, "3,bird,Bird,h,l,99,", "99"),
        (4, "3,bird,Bird", "cells"),
        (4, '3,bird,"Bird,h,l,,', "unexpected end of data"),
        (4, '3,bird,"Bird"x,h,l,,', "','"),
    ],
)
def test_every_slip_in_the_items_is_named(tmp_path, number, new, said):
    folder = write_item_set(tmp_path / "birds", items=line(ITEMS, number, new))
    with pytest.raises(DataError) as caught:
        load_item_set(folder)
    assert caught.value.message.startswith(f"{folder / 'items.csv'}, line ")
    assert said in caught.value.message
    if "unexpected end" not in said:
        assert f", line {number}:" in caught.value.message
    assert caught.value.cure


def test_the_line_is_right_below_a_cell_of_several_lines(tmp_path):
    items = line(ITEMS, 3, '2,bird,Bird 2,"sings\nand\nsings",l,,').replace("\n3,bird", "\nx,bird")
    folder = write_item_set(tmp_path / "birds", items=items)
    with pytest.raises(DataError, match="line 6: the item number is 'x'"):
        load_item_set(folder)


def test_numbers_must_be_complete(tmp_path):
    folder = write_item_set(tmp_path / "birds", items=ITEMS.replace("\n7,bird", "\n17,bird"))
    with pytest.raises(DataError, match="missing: 7"):
        load_item_set(folder)


def test_a_set_without_items_is_refused(tmp_path):
    folder = write_item_set(tmp_path / "birds", items="item,label\n")
    with pytest.raises(DataError, match="no items"):
        load_item_set(folder)


@pytest.mark.parametrize("name", ["item_set.toml", "items.csv"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# one\n# \xe9t\xe9\n", "line 2: not UTF-8"),
        ("id\n".encode("utf-16"), "not UTF-8"),
        (b"# one\n\n# a\0b\n", "line 3: a null byte"),
    ],
)
def test_what_is_no_utf8_text_is_refused_with_its_line(tmp_path, name, data, said):
    folder = write_item_set(tmp_path / "birds")
    (folder / name).write_bytes(data)
    with pytest.raises(DataError, match=said):
        load_item_set(folder)


@pytest.mark.parametrize(
    "settings", ["id = ", "[[[[", "x = " + "[" * 5000, "x = " + "9" * 5000, 'id = "a"\nid = "b"']
)
def test_what_is_no_toml_is_refused(tmp_path, settings):
    folder = write_item_set(tmp_path / "birds", settings)
    with pytest.raises(DataError, match=r"item_set\.toml"):
        load_item_set(folder)


def test_a_missing_file_is_told(tmp_path):
    folder = write_item_set(tmp_path / "birds")
    (folder / "items.csv").unlink()
    with pytest.raises(StudyError, match=r"items\.csv"):
        load_item_set(folder)


def test_the_hash_is_over_content_and_not_over_bytes(tmp_path):
    dressed = SETTINGS.replace("\n", "\r\n") + "# a remark\n"
    rows = [row.split(",") for row in ITEMS.splitlines()]
    turned = "\ufeff" + "\r\n".join(",".join(reversed(row)) for row in rows) + "\r\n\r\n"
    other = load_item_set(write_item_set(tmp_path / "b", dressed, turned))
    assert other.hash == BIRDS.hash


@pytest.mark.parametrize("column", range(1, 7))
@pytest.mark.parametrize("row", [2, 13])
def test_the_hash_changes_with_any_cell(tmp_path, row, column):
    cells = ITEMS.splitlines()[row - 1].split(",")
    cells[column] = "3" if column == 5 else cells[column] + "!"
    changed = line(ITEMS, row, ",".join(cells))
    assert load_item_set(write_item_set(tmp_path / "b", items=changed)).hash != BIRDS.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at a window", "at the window"),
        ('version = "1"', 'version = "2"'),
        ('"en"', '"de"'),
        ("made up", "made  up"),
        ("[-2, -1, 0, 1, 2]", "[1, 2, 3, 4, 5]"),
        ("[1, 3, 4, 3, 1]", "[1, 4, 3, 3, 1]"),
        ("so so", "so-so"),
    ],
)
def test_the_hash_changes_with_any_setting(tmp_path, old, new):
    changed = SETTINGS.replace(old, new)
    assert load_item_set(write_item_set(tmp_path / "b", changed)).hash != BIRDS.hash


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_set_or_a_data_error(tmp_path_factory, data, settings):
    folder = write_item_set(tmp_path_factory.mktemp("any") / "birds")
    (folder / ("item_set.toml" if settings else "items.csv")).write_bytes(data)
    with pytest.raises(DataError):
        load_item_set(folder)
