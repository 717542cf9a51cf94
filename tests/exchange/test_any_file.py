"""Files of other programs: format and layout recognised, every slip named, nothing guessed."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pqs_coder.errors import DataError, PqsError, UsageError
from pqs_coder.exchange.any_file import SUFFIXES, read_sorts_file
from pqs_coder.exchange.options import ReadOptions
from pqs_coder.exchange.pqmethod import read_dat, read_sta
from pqs_coder.exchange.reading import SortReading
from pqs_coder.exchange.scales import read_values
from pqs_coder.exchange.spss_in import read_sav
from pqs_coder.exchange.table_files import workbook_of_rows
from pqs_coder.model.item_set import ItemSet
from tests.exchange.made_up_sorts import made_up

SMALL = made_up(3, (1, 2, 1), "small")
ANNA = {1: 1, 2: 2, 3: 2, 4: 3}
BO = {1: 3, 2: 2, 3: 1, 4: 2}
BOTH = {("S1", "Anna"): ANNA, ("S2", "Bo"): BO}
SESSION, RATER = ReadOptions(session="S1"), ReadOptions(rater="Anna")


def read(path: Path, content: str | bytes, options: ReadOptions | None = None) -> SortReading:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sorts_file(path, SMALL, options)


def piles(reading: SortReading) -> dict[tuple[str, str], dict[int, int]]:
    assert all(one.forced for one in reading.sorts), [one.problem for one in reading.sorts]
    return {(one.session, one.rater): one.piles for one in reading.sorts}


LONG = "session,rater,item,pile\n" + "".join(
    f"{s},{r},{n},{p}\n" for (s, r), sort in BOTH.items() for n, p in sort.items()
)


@pytest.mark.parametrize(
    "content",
    [
        LONG,
        LONG.replace("session,rater,item,pile", "target_id,rater_id,item_id,pile"),
        LONG.replace("session,rater,item,pile", "Session,Coder,Statement,Category"),
        LONG.replace(",1,1\n", ",item1,1\n").replace(",", "\t"),
        "\n".join([LONG.splitlines()[0], *reversed(LONG.splitlines()[1:])]),
    ],
)
def test_long_tables(content: str, tmp_path: Path) -> None:
    reading = read(tmp_path / "x.csv", content)
    assert piles(reading) == BOTH
    assert reading.columns["layout"] == "long"


def test_long_tables_name_what_is_wrong(tmp_path: Path) -> None:
    content = (
        "session,rater,item,pile,more\nS,A,1,1,\nS,A,1,2,\nS,A,9,2,\nS,A,x,2,\nS,A,3,2\nS,A,4,7,\n"
    )
    (sort,) = read(tmp_path / "x.csv", content).sorts
    assert sort.line == 2
    assert sort.problem == (
        "line 3: item 1 for the second time; line 4: no item '9'; line 5: no item 'x'; "
        "no pile for item 2; item 4 is '7', not 1..3"
    )


def test_columns_by_name(tmp_path: Path) -> None:
    options = ReadOptions(
        session_column="hour", rater_column="who", item_column="no", pile_column="where"
    )
    content = LONG.replace("session,rater,item,pile", "hour,who,no,where")
    assert piles(read(tmp_path / "x.csv", content, options)) == BOTH


@pytest.mark.parametrize(
    "content",
    [
        "session,rater,1,2,3\nS1,Anna,1,2 3,4\nS2,Bo,3,2 4,1\n",
        'session,rater,pile1,pile2,pile3\nS1,Anna,1,"3,2",4\nS2,Bo,3,2;4,1\n',
        "session,rater,-1,0,1\nS1,Anna,1,2|3,4\nS2,Bo,3,4/2,1\n",
    ],
)
def test_piles_as_lists_of_items(content: str, tmp_path: Path) -> None:
    reading = read(tmp_path / "x.csv", content)
    assert piles(reading) == BOTH
    assert "list of items" in reading.columns["layout"]


def test_lists_name_what_is_wrong(tmp_path: Path) -> None:
    content = "session,rater,1,2,3\nS,A,1,2 1 x,\n"
    (sort,) = read(tmp_path / "x.csv", content).sorts
    assert sort.problem == (
        "item 1 lies in pile 1 and in 2; no item 'x' (pile 2); no pile for item 3, 4"
    )


COLUMNS = "statement,wording,S1_Anna,S2_Bo\n" + "".join(
    f"{n},words {n},{ANNA[n]},{BO[n]}\n" for n in ANNA
)


def test_a_column_for_each_sort(tmp_path: Path) -> None:
    reading = read(tmp_path / "x.csv", COLUMNS, ReadOptions(split="_"))
    assert piles(reading) == BOTH
    assert [one.line for one in reading.sorts] == [3, 4]
    assert "Not read: wording." in reading.notes


def test_rows_named_by_one_word(tmp_path: Path) -> None:
    content = "Participant,s1,s2,s3,s4\nS1_Anna,1,2,2,3\nS2_Bo,3,2,1,2\n"
    assert piles(read(tmp_path / "x.csv", content, ReadOptions(split="_"))) == BOTH


def test_what_names_mean_is_asked_and_never_guessed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'S1_Anna', 'S2_Bo'; which session") as caught:
        read(tmp_path / "x.csv", COLUMNS)
    assert all(word in caught.value.cure for word in ("--rater", "--session", "--split", "--key"))
    by_session = read(tmp_path / "x.csv", COLUMNS, SESSION)
    assert set(piles(by_session)) == {("S1", "S1_Anna"), ("S1", "S2_Bo")}
    by_rater = read(tmp_path / "x.csv", COLUMNS, RATER)
    assert set(piles(by_rater)) == {("S1_Anna", "Anna"), ("S2_Bo", "Anna")}
    key = tmp_path / "key.csv"
    key.write_text("name,session,rater\nS1_Anna,A,b\n", encoding="utf-8")
    first, second = read(tmp_path / "x.csv", COLUMNS, ReadOptions(key=key)).sorts
    assert (first.session, first.rater) == ("A", "b")
    assert "the key has no name 'S2_Bo'" in second.problem


def test_a_name_that_splits_in_two_ways_is_named(tmp_path: Path) -> None:
    content = COLUMNS.replace("S2_Bo", "S_2_Bo")
    good, bad = read(tmp_path / "x.csv", content, ReadOptions(split="_")).sorts
    assert good.forced
    assert "'S_2_Bo' does not split" in bad.problem


def test_workbooks_open_documents_and_statistics_files(tmp_path: Path) -> None:
    rows = [
        ["session", "rater", 1, 2, 3, 4],
        ["S1", "Anna", 1, 2, 2, 3.0],
        ["S2", "Bo", 3, 2, 1, 2],
    ]
    assert piles(read(tmp_path / "x.xlsx", workbook_of_rows({"data": rows}))) == BOTH
    frame = pl.DataFrame(
        {
            "session": ["S1", "S2"],
            "rater": ["Anna", "Bo"],
            **{f"Q{n}": [ANNA[n], BO[n]] for n in ANNA},
        }
    )
    for suffix, write in ((".parquet", frame.write_parquet), (".arrow", frame.write_ipc)):
        buffer = io.BytesIO()
        write(buffer)
        assert piles(read(tmp_path / f"x{suffix}", buffer.getvalue())) == BOTH


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet><table:table table:name='s'>{rows}</table:table>"
    "</office:spreadsheet></office:body></office:document-content>"
)


def open_document(rows: list[list[object]]) -> bytes:
    """A spreadsheet as LibreOffice keeps it, with no more than it must have."""

    def cell(value: object) -> str:
        kind = "string" if isinstance(value, str) else "float"
        number = "" if kind == "string" else f' office:value="{value}"'
        said = f"<text:p>{value}</text:p>"
        return f'<table:table-cell office:value-type="{kind}"{number}>{said}</table:table-cell>'

    lines = ["".join(map(cell, row)) for row in rows]
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(rows=body))
    return buffer.getvalue()


def test_several_sheets_are_asked_about(tmp_path: Path) -> None:
    rows = [["session", "rater", 1, 2, 3, 4], ["S1", "Anna", 1, 2, 2, 3]]
    book = workbook_of_rows({"one": rows, "two": rows, "empty": []})
    with pytest.raises(UsageError, match="several sheets: one, two"):
        read(tmp_path / "x.xlsx", book)
    assert len(read(tmp_path / "x.xlsx", book, ReadOptions(sheet="TWO")).sorts) == 1
    with pytest.raises(UsageError, match="no sheet 'three'"):
        read(tmp_path / "x.xlsx", book, ReadOptions(sheet="three"))


def test_the_only_sheet_with_every_item_is_taken(tmp_path: Path) -> None:
    rows = [["session", "rater", 1, 2, 3, 4], ["S1", "Anna", 1, 2, 2, 3]]
    notes = [["Coded in 2019"], ["by", "Anna", "and", "Bo"]]
    reading = read(tmp_path / "x.xlsx", workbook_of_rows({"Notes": notes, "PQS data": rows}))
    assert [one.forced for one in reading.sorts] == [True]
    assert "Read: sheet PQS data." in reading.notes


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_header_below_a_title_in_any_order_of_items(suffix: str, tmp_path: Path) -> None:
    rows = [
        ["Sheet of our lab 2019"],
        [],
        ["Judge", "Date", "Session", "PQS 3", "PQS 1", "PQS 2", "PQS 4", "Remarks"],
        ["Anna", "3/4/19", "S1", 2, 1, 2, 3, ""],
        [],
        ["Bo", "", "S2", 1, 3, 2, 2, "late"],
    ]
    text = "".join(";".join(map(str, row)) + "\n" for row in rows)
    content = text if suffix == ".csv" else workbook_of_rows({"t": rows})
    reading = read(tmp_path / f"x{suffix}", content)
    assert piles(reading) == BOTH
    assert [one.line for one in reading.sorts] == [4, 6]
    assert "the column names are on line 3" in reading.notes[0]
    assert reading.columns["session"] == "Session"
    assert reading.columns["rater"] == "Judge"
    assert reading.columns["items"].endswith("the file begins with PQS 3, PQS 1, PQS 2)")
    assert "Not read: Date, Remarks." in reading.notes


def test_columns_are_asked_for_where_several_could_name_the_sort(tmp_path: Path) -> None:
    content = "1,2,3,4,Case,Who\n1,2,2,3,S1,Anna\n"
    with pytest.raises(DataError, match="no column 'session'") as caught:
        read(tmp_path / "x.csv", content)
    assert caught.value.cure.startswith("Columns: Case, Who, 1, 2")


def test_an_unknown_scale_is_asked_about_and_said(tmp_path: Path) -> None:
    content = "session,rater,1,2,3,4\nS1,Anna,10,20,20,30\nS2,Bo,30,20,10,20\n"
    reading = read(tmp_path / "x.csv", content)
    assert not any(one.whole for one in reading.sorts)
    assert any("--values 10,20,30 says it" in note for note in reading.notes)
    said = read(tmp_path / "x.csv", content, ReadOptions(values=(10, 20, 30)))
    assert piles(said) == BOTH
    assert "The values 10, 20, 30 are read as the piles 1, 2, 3." in said.notes
    turned = read(tmp_path / "x.csv", content, ReadOptions(values=(30, 20, 10)))
    assert piles(turned) == piles(said.mirrored())
    with pytest.raises(UsageError, match="2 values for the 3 piles"):
        read(tmp_path / "x.csv", content, ReadOptions(values=(10, 20)))
    assert read_values("-1, 0 2") == (-1, 0, 2)
    for text in ("1,1", "a", "1,b"):
        with pytest.raises(UsageError, match="no list"):
            read_values(text)


HTMLQ = "sid;uid;datetime;s1;s2;s3;s4;npos\n7;S1_Anna;2026-01-01;-1;0;0;1;2\n8;S2_Bo;;1;0;-1;0;1\n"
WEB = '"partId","randomId","sort"\nS1_Anna,x1,"-1|0|0|1"\nS2_Bo,x2,1|0|-1|0\n'
LABELLED = (
    "a,b,c\npartId: S1_Anna,randomId: x,sort: -1|0|0|1\npartId: S2_Bo,randomId: y,sort: 1|0|-1|0\n"
)


def test_web_collectors(tmp_path: Path) -> None:
    options = ReadOptions(split="_")
    for content in (HTMLQ, WEB):
        assert piles(read(tmp_path / "x.csv", content, options)) == BOTH
    objects = [{"sort": "-1|0|0|1", "uid": "S1_Anna"}, {"sort": "1|0|-1|0", "uid": "S2_Bo"}]
    by_key = {"S1_Anna": {"sort": "-1|0|0|1", "uid": "---"}, "S2_Bo": {"sort": "1|0|-1|0"}}
    for written in (objects, by_key):
        assert piles(read(tmp_path / "x.json", json.dumps(written), options)) == BOTH
    vectors = "S1_Anna 1 2 2 3 \n\nS2_Bo 3 2 1 2 \n"
    assert piles(read(tmp_path / "x.txt", vectors, options)) == BOTH


def test_a_web_table_where_no_column_names_people_is_refused(tmp_path: Path) -> None:
    content = WEB.replace("S2_Bo,x2", "S1_Anna,x1")
    with pytest.raises(DataError, match="names each person differently"):
        read(tmp_path / "x.csv", content, SESSION)


def zipped(**texts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in texts.items():
            archive.writestr(f"{name}.txt", text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "text", ["S1_Anna,-1,0,0,1\nS2_Bo,1,0,-1,0,\n", "S1_Anna;-1;0;0;1\r\nS2_Bo;1;0;-1;0;\r\n"]
)
def test_kade_zip(text: str, tmp_path: Path) -> None:
    data = zipped(sorts=text, statements="a\nb\nc\nd\n", pattern="0,0,0,0,0,1,2,1", name="x")
    assert piles(read(tmp_path / "x.zip", data, ReadOptions(split="_"))) == BOTH


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped(other=""), r"no sorts\.txt"),
        (b"PK\x03\x04", "no zip"),
        (zipped(sorts=""), "no sorts"),
    ],
)
def test_another_zip_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path / "x.zip", data, SESSION)


STATEMENTS = [["Statements"], ["a"], ["b"], ["c"], ["d"]]


@pytest.mark.parametrize(
    "sheets",
    [
        {"sorts": [["", "s1", "s2", "s3", "s4"], ["S1_Anna", -1, 0, 0, 1], ["S2_Bo", 1, 0, -1, 0]]},
        {"Q-sorts": [["Participants"], [], ["", 1, 2, 3, 4], ["S1_Anna", -1, 0, 0, 1], ["S2_Bo", 1, 0, -1, 0]]},
        {"sorts": [["Value", "S1_Anna", "S2_Bo"], [-1, 1, 3], [0, 2, 2], [0, 3, 4], [1, 4, 1]]},
    ],
)  # fmt: skip
def test_workbooks_of_kade_and_ken_q(sheets: dict[str, list[list[object]]], tmp_path: Path) -> None:
    book = workbook_of_rows({**sheets, "statements": STATEMENTS})
    assert piles(read(tmp_path / "x.xlsx", book, ReadOptions(split="_"))) == BOTH


def test_lipset_in_every_shape(shared: Callable[[str], Path], tmp_path: Path) -> None:
    item_set = made_up(9, (2, 3, 4, 5, 5, 5, 4, 3, 2), "lipset")
    dat = shared("data/lipset/lipset.DAT")
    expected = pl.read_csv(shared("data/lipset/sorts.csv"))
    parsed = read_dat(dat)
    assert parsed.title == "Lipset Demo"
    assert parsed.sizes == dict(zip(range(-4, 5), (2, 3, 4, 5, 5, 5, 4, 3, 2), strict=True))
    reading = read_sorts_file(dat, item_set, SESSION)
    assert [one.rater for one in reading.sorts] == expected.columns[1:]
    for one in reading.sorts:
        assert list(one.piles.values()) == [n + 5 for n in expected[one.rater]]
        assert one.forced
    by_column = read_sorts_file(shared("data/lipset/sorts.csv"), item_set, SESSION)
    assert [one.piles for one in by_column.sorts] == [one.piles for one in reading.sorts]
    statements = read_sta(shared("data/lipset/lipset.STA"))
    assert len(statements) == 33
    assert statements[0] == "We accept improvements in status and power of lower class"


DAT = "  0  2  4 Title\n -1  1  0  0  0  0  0  1  2  1\nS1_Anna   -1 0 0 1\nS2_Bo      1 0-1 0\n"


def test_pqmethod_files(tmp_path: Path) -> None:
    options = ReadOptions(split="_")
    for content in (
        DAT,
        DAT.replace("\n", "\r\n") + "\x1a",
        DAT.replace("  0  2  4", "  0  2   4"),
    ):
        assert piles(read(tmp_path / "x.DAT", content, options)) == BOTH


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (DAT.replace("-1 0 0 1", "-1 0 0"), "line 3: 6 columns behind the name, not 8"),
        (DAT.replace("  0  2  4", "  0  2  5"), "line 1: the number of statements"),
        (DAT.replace(" -1  1  0", " -1  x  0"), "line 2: no sizes"),
        (DAT.replace("  0  2  4", "  0  2  3").replace("-1 0 0 1", "-1 0 0").replace("1 0-1 0", "1 0-1"), "3 statements; the item set small has 4"),
        ("", "no PQMethod file"),
        ("x\n", "no PQMethod file"),
    ],
)  # fmt: skip
def test_pqmethod_files_name_what_is_wrong(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path / "x.dat", content, SESSION)


def test_scales_that_run_the_other_way(tmp_path: Path) -> None:
    turned = read(tmp_path / "x.csv", LONG, ReadOptions(reverse_all=True))
    assert piles(turned)[("S1", "Anna")] == {1: 3, 2: 2, 3: 2, 4: 1}
    one = read(tmp_path / "x.csv", LONG, ReadOptions(reversed_raters=("Bo",)))
    assert piles(one) == {("S1", "Anna"): ANNA, ("S2", "Bo"): {1: 1, 2: 2, 3: 3, 4: 2}}
    with pytest.raises(UsageError, match="no sorts by Carl"):
        read(tmp_path / "x.csv", LONG, ReadOptions(reversed_raters=("Carl",)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ReadOptions(layout="strange"), "no layout 'strange'"),
        (ReadOptions(layout="lists"), "no column for each pile"),
        (ReadOptions(layout="columns"), "no column numbers the items"),
        (ReadOptions(layout="wide"), "no column for item"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(
    options: ReadOptions, message: str, tmp_path: Path
) -> None:
    with pytest.raises(PqsError, match=message):
        read(tmp_path / "x.csv", LONG, options)


def test_tidy_sorts_of_another_item_set_are_refused_one_by_one(
    awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    other = made_up(9, identifier="other")
    path = tmp_path / "tidy.parquet"
    awkward.write_parquet(path)
    reading = read_sorts_file(path, other)
    assert all("another item set" in one.problem for one in reading.sorts)
    assert not any(one.whole for one in reading.sorts)
    assert all(one.forced for one in read_sorts_file(path, deck).sorts)


def test_a_reader_that_crashes_ends_in_an_error_and_not_the_program(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    path.write_bytes(b"$FL2")
    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    with pytest.raises(DataError, match="damaged"):
        read_sav(path, [sys.executable, "-c", crash])
    with pytest.raises(DataError, match="no SPSS file"):
        read_sav(path)


APART = (".sav", ".zsav", ".xlsx")
VALID = {".csv": LONG.encode(), ".json": b"[]", ".dat": DAT.encode(), ".zip": zipped(sorts="a,1")}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_bytes_give_a_reading_or_an_error_with_a_cure(
    suffix: str, tmp_path_factory: pytest.TempPathFactory, deck: ItemSet, awkward: pl.DataFrame
) -> None:
    path: Path = tmp_path_factory.mktemp("fuzz") / f"x{suffix}"
    rows = [["session", "rater", 1, 2, 3, 4], ["S1", "Anna", 1, 2, 2, 3]]
    good = VALID.get(suffix, LONG.encode())
    if suffix == ".xlsx":
        good = workbook_of_rows({"data": rows})
    if suffix == ".sav":
        from pqs_coder.exchange.spss import render_sav

        good = render_sav(awkward, deck, ".sav")[".sav"]

    @given(
        st.binary(max_size=60),
        st.integers(0, len(good)),
        st.integers(0, 40),
        st.sampled_from([ReadOptions(), SESSION, ReadOptions(layout="wide")]),
    )
    # Binary files are read by a process of their own, which takes its time to start.
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        max_examples=4 if suffix in APART else settings.default.max_examples,
    )
    def holds(noise: bytes, at: int, gone: int, options: ReadOptions) -> None:
        path.write_bytes(good[:at] + noise + good[at + gone :])
        try:
            reading, refused = read_sorts_file(path, SMALL, options), None
        except PqsError as error:
            reading, refused = None, error
        if reading is None:
            assert refused is not None
            assert refused.cure
            assert str(path) in refused.message
        else:
            assert all(one.forced or one.problem for one in reading.sorts)

    holds()
