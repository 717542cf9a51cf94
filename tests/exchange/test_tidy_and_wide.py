"""The program's own formats: golden to the byte, and everything goes round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pqs_coder.errors import DataError, UsageError
from pqs_coder.exchange.formats import FORMATS, choose_format, write_sorts
from pqs_coder.exchange.formulas import guard_frame, guarded, unguard_frame, unguarded
from pqs_coder.exchange.tidy import read_tidy_csv, read_tidy_parquet, tidy_csv, tidy_parquet
from pqs_coder.exchange.wide import read_wide
from pqs_coder.exchange.wide_out import wide_csv, wide_frame
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.sorts import SORT_SCHEMA

Golden = Callable[[str, bytes], None]


def test_tidy_csv_goes_round(awkward: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "tidy.csv"
    path.write_bytes(tidy_csv(awkward))
    assert_frame_equal(read_tidy_csv(path), awkward)


def test_tidy_parquet_goes_round(awkward: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "tidy.parquet"
    path.write_bytes(tidy_parquet(awkward))
    assert_frame_equal(read_tidy_parquet(path), awkward)


def test_wide_goes_round(awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(wide_csv(awkward))
    reading = read_wide(path, deck)
    got = {(one.session, one.rater, n): p for one in reading.sorts for n, p in one.piles.items()}
    rows = awkward.select("session", "rater", "item", "pile").iter_rows()
    assert got == {(session, rater, item): pile for session, rater, item, pile in rows}
    assert all(one.forced for one in reading.sorts)
    assert reading.renamed == {"session": {}, "rater": {}}


notes = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(notes)
def test_any_note_goes_round_through_csv(
    awkward: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory, note: str | None
) -> None:
    frame = awkward.head(3).with_columns(pl.Series("note", [note, "x", None], dtype=pl.String))
    path = tmp_path_factory.mktemp("round") / "tidy.csv"
    path.write_bytes(tidy_csv(frame))
    assert_frame_equal(read_tidy_csv(path), frame)


@given(st.text(st.sampled_from("'=+-@\t\r\na,\""), max_size=6))
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    frame = pl.DataFrame({"a": [text], "n": [-1]})
    assert guard_frame(frame)["a"][0] == guarded(text)
    assert_frame_equal(unguard_frame(guard_frame(frame)), frame)


def test_wide_tells_apart_what_would_be_one_row(awkward: pl.DataFrame) -> None:
    again = pl.concat([awkward, awkward.with_columns(pl.lit(2, pl.Int64).alias("occasion"))])
    assert wide_frame(again).columns[:4] == ["session", "rater", "occasion", "item1"]
    assert wide_frame(again).height == 10
    revised = pl.concat([awkward, awkward.with_columns(pl.lit(2, pl.Int64).alias("revision"))])
    assert wide_frame(revised).columns[:4] == ["session", "rater", "revision", "item1"]


def test_a_draft_has_empty_cells(awkward: pl.DataFrame) -> None:
    draft = awkward.head(100).with_columns(
        pl.when(pl.col("item") > 50).then(pl.col("pile")).alias("pile")
    )
    assert wide_csv(draft).decode().splitlines()[1].startswith("Größe-3,Åsa,,,,")


@pytest.mark.parametrize("name", list(FORMATS))
def test_no_sorts_make_a_file_without_rows(name: str, deck: ItemSet) -> None:
    form = FORMATS[name]
    for suffix in form.suffixes:
        assert form.render(pl.DataFrame(schema=SORT_SCHEMA), deck, suffix)


def test_what_a_format_cannot_hold_is_said(
    awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    said: list[str] = []
    written = write_sorts(awkward, tmp_path / "w.csv", "wide", deck, said.append)
    assert said == ["The format wide can't hold their notes, evidence, heaps, doubts, times."]
    assert written.startswith("5 sorts in ")
    assert (tmp_path / "w.csv").read_bytes() == wide_csv(awkward)
    write_sorts(awkward, tmp_path / "t.csv", None, deck, said.append)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("file", "name", "message"),
    [
        ("a.csv", "nonsense", "no format 'nonsense'"),
        ("a.parquet", "wide", "not written as '.parquet'"),
        ("a.xyz", None, "suffix '.xyz'"),
    ],
)
def test_an_unknown_format_is_refused(file: str, name: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        choose_format(Path(file), name)


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"PAR1xxxxPAR1", b"\xff\xfe", b"session\n", b'"\n']
)
def test_another_table_is_refused(data: bytes, tmp_path: Path) -> None:
    for name, read in (("x.csv", read_tidy_csv), ("x.parquet", read_tidy_parquet)):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(
            DataError, match=r"not the tidy table|no Parquet file|damaged"
        ) as caught:
            read(path)
        assert str(path) in caught.value.message
