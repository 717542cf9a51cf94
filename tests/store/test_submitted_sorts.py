"""Submitted sorts: the tidy table, the digest that every reader checks, and no overwriting."""

from __future__ import annotations

import io
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, WriteError
from pqs_coder.model.card import Card, tidy_evidence, tidy_note
from pqs_coder.store import files
from pqs_coder.store.sorts import (
    SORT_SCHEMA,
    SortLabels,
    cards_of,
    digest_path,
    is_forced,
    read_submitted,
    sort_frame,
    to_parquet,
    write_submitted,
)
from pqs_coder.store.study import SortPaths
from tests.small_study import BIRDS, marks, whole_sort
from tests.store.faulty import Steps, stepping

LABELS = SortLabels(
    session="S1",
    rater="anna",
    item_set="birds",
    item_set_hash=BIRDS.hash,
    started_at="2025-03-01T10:00:00.000001Z",
    submitted_at="2025-03-01T11:00:00.500000Z",
)
CARDS = {n: Card(pile=pile, heap=1, moves=n) for n, pile in whole_sort().items()}


def frame(labels=LABELS, cards=CARDS):
    return sort_frame(BIRDS, cards, labels, dict.fromkeys(BIRDS.numbers, 1.5))


def paths(folder):
    return SortPaths(folder, "anna")


def test_the_table_has_the_columns_that_scripts_rely_on():
    table = frame()
    assert table.schema == pl.Schema(SORT_SCHEMA)
    assert table.columns == [
        "session",
        "rater",
        "kind",
        "occasion",
        "revision",
        "item_set",
        "item_set_hash",
        "transcript_hash",
        "forced",
        "item",
        "pile",
        "heap",
        "note",
        "evidence",
        "unsure",
        "seconds",
        "moves",
        "started_at",
        "submitted_at",
    ]
    assert table["item"].to_list() == list(BIRDS.numbers)
    assert dict(zip(table["item"], table["pile"], strict=True)) == whole_sort()
    assert table["started_at"][0].isoformat() == "2025-03-01T10:00:00.000001+00:00"
    assert table["note"].null_count() == 12
    assert table["forced"].all()


def test_without_times_and_seconds_they_are_null():
    labels = SortLabels("S1", "anna", "birds", BIRDS.hash)
    table = sort_frame(BIRDS, CARDS, labels)
    for name in ("started_at", "submitted_at", "seconds", "transcript_hash"):
        assert table[name].null_count() == 12


def test_forced_is_the_exact_number_of_every_pile():
    piles = list(whole_sort().values())
    assert is_forced(BIRDS, piles)
    assert not is_forced(BIRDS, [piles[0]] * 12)
    assert not is_forced(BIRDS, [*piles[:-1], None])
    assert not is_forced(BIRDS, [*piles, 9])


card = st.builds(
    Card,
    heap=st.sampled_from((None, -1, 0, 1)),
    pile=st.sampled_from((None, -2, -1, 0, 1, 2)),
    unsure=st.booleans(),
    note=st.text(alphabet=st.characters(codec=None, exclude_categories=())).map(tidy_note),
    evidence=marks.map(tidy_evidence),
    moves=st.integers(0, 99),
)


@given(st.lists(card, min_size=12, max_size=12))
def test_any_cards_come_back_from_the_bytes(cards):
    deck = dict(zip(BIRDS.numbers, cards, strict=True))
    back = cards_of(pl.read_parquet(io.BytesIO(to_parquet(frame(cards=deck)))))
    assert back == deck


def test_write_and_read(tmp_path):
    path = write_submitted(paths(tmp_path), 1, frame())
    assert path == tmp_path / "anna.parquet"
    assert read_submitted(path).equals(frame())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["anna.parquet", "anna.parquet.blake2"]


def test_the_digest_lies_there_before_the_sort(tmp_path):
    with stepping(Steps()) as steps:
        write_submitted(paths(tmp_path), 1, frame())
    named = [(do, path.name) for do, path in steps.done]
    assert named.index(("rename", "anna.parquet.blake2")) < named.index(("link", "anna.parquet"))
    assert ("read", "anna.parquet") in named[named.index(("link", "anna.parquet")) :]


def test_the_digest_can_be_checked_without_the_program(tmp_path):
    write_submitted(paths(tmp_path), 1, frame())
    try:
        said = subprocess.run(
            ["b2sum", "-c", "anna.parquet.blake2"], cwd=tmp_path, capture_output=True, text=True
        )
    except FileNotFoundError:
        pytest.skip("b2sum is not on this machine")
    assert said.returncode == 0
    assert "anna.parquet: OK" in said.stdout


def test_a_sort_is_never_overwritten(tmp_path):
    path = write_submitted(paths(tmp_path), 1, frame())
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(WriteError, match="exists already"):
        write_submitted(paths(tmp_path), 1, frame(cards=dict.fromkeys(BIRDS.numbers, Card())))
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    assert write_submitted(paths(tmp_path), 2, frame()).name == "anna.2.parquet"
    assert read_submitted(path).equals(frame())


def test_two_that_write_the_same_sort_at_once_leave_one_whole(tmp_path):
    sorts = tmp_path / "sorts"
    sorts.mkdir()
    for who in ("one", "two"):
        cards = {n: Card(pile=card.pile, note=who) for n, card in CARDS.items()}
        (tmp_path / who).write_bytes(to_parquet(frame(cards=cards)))
    code = f"""
import io, sys
from pathlib import Path
import polars as pl
from pqs_coder.errors import WriteError
from pqs_coder.store.sorts import write_submitted
from pqs_coder.store.study import SortPaths
table = pl.read_parquet(io.BytesIO(Path(sys.argv[1]).read_bytes()))
for n in range(1, 7):
    try:
        write_submitted(SortPaths(Path({str(sorts)!r}), "anna"), n, table)
    except WriteError as error:
        assert "exists already" in str(error), error
"""
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / who)])
        for who in ("one", "two")
    ]
    assert [child.wait() for child in children] == [0, 0]
    for revision in range(1, 7):
        table = read_submitted(paths(sorts).submitted(revision))
        assert table["note"].n_unique() == 1


# -- damage ----------------------------------------------------------------------------------------


def test_every_flipped_byte_is_found_before_polars_sees_one(tmp_path, monkeypatch):
    path = write_submitted(paths(tmp_path), 1, frame())
    content = {path: path.read_bytes(), digest_path(path): digest_path(path).read_bytes()}

    def never(*_, **__):
        raise AssertionError("polars was handed a damaged file")

    monkeypatch.setattr(pl, "read_parquet", never)
    monkeypatch.setattr(pl, "scan_parquet", never)
    monkeypatch.setattr(files, "read_if_there", content.get)
    whole = content[path]
    for place in range(len(whole)):
        for bit in (0x01, 0x80):
            content[path] = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
            with pytest.raises(DataError, match="damaged"):
                read_submitted(path)


def test_every_flipped_byte_of_the_digest_is_found(tmp_path):
    path = write_submitted(paths(tmp_path), 1, frame())
    beside = digest_path(path)
    said = beside.read_bytes()
    for place in range(128):
        beside.write_bytes(said[:place] + bytes([said[place] ^ 0x01]) + said[place + 1 :])
        with pytest.raises(DataError, match="damaged"):
            read_submitted(path)


@pytest.mark.parametrize("data", [b"", b"\n", b"  \n", b"\xff\xfe", b"0" * 128])
def test_a_digest_that_says_nothing_is_damage(tmp_path, data):
    path = write_submitted(paths(tmp_path), 1, frame())
    digest_path(path).write_bytes(data)
    with pytest.raises(DataError, match="damaged"):
        read_submitted(path)


def test_a_missing_digest_is_told(tmp_path):
    path = write_submitted(paths(tmp_path), 1, frame())
    digest_path(path).unlink()
    with pytest.raises(DataError, match="digest"):
        read_submitted(path)


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_file_that_was_cut_short_is_found(tmp_path, keep):
    path = write_submitted(paths(tmp_path), 1, frame())
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match="damaged"):
        read_submitted(path)


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense",
        to_parquet(pl.DataFrame({"a": [1]})),
        to_parquet(frame().with_columns(pl.col("pile").cast(pl.String))),
        to_parquet(frame().clear()),
        to_parquet(frame().reverse().select(reversed(frame().columns))),
    ],
)
def test_what_is_no_sort_is_refused_even_with_a_right_digest(tmp_path, data):
    path = tmp_path / "anna.parquet"
    path.write_bytes(data)
    digest_path(path).write_text(files.digest(data))
    with pytest.raises(DataError, match=r"anna\.parquet"):
        read_submitted(path)


def test_a_sort_that_reads_back_wrong_is_kept_aside_and_not_counted(tmp_path, monkeypatch):
    link = files._link_new

    def rotten(temporary, path):
        data = temporary.read_bytes()
        temporary.write_bytes(data[:50] + b"\0" + data[51:])
        link(temporary, path)

    monkeypatch.setattr(files, "_link_new", rotten)
    with pytest.raises(WriteError, match="does not read back"):
        write_submitted(paths(tmp_path), 1, frame())
    monkeypatch.undo()
    assert paths(tmp_path).latest_revision() == 0
    assert (tmp_path / "anna.parquet.damaged").exists()
    assert read_submitted(write_submitted(paths(tmp_path), 1, frame())).equals(frame())
