"""CSV and TSV: columns by the usual words or by name, cells as they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pqs_coder.errors import DataError
from pqs_coder.store.transcripts import Columns, columns_of, read_transcript, transcript_columns

ANNOMI = Path(__file__).parents[4] / "shared" / "data" / "transcripts"


def write(tmp_path: Path, text: str, name: str = "transcript.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def turns_of(path: Path, columns: Columns | None = None) -> list[tuple[str, str, str]]:
    return [(turn.speaker, turn.text, turn.time) for turn in read_transcript(path, columns).turns]


@pytest.mark.skipif(not ANNOMI.exists(), reason="the shared data are not here")
@pytest.mark.parametrize(("number", "turns"), [("036", 315), ("044", 173), ("049", 182)])
def test_real_sessions_unaltered(number: str, turns: int) -> None:
    path = ANNOMI / f"annomi_{number}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = [
            (row["interlocutor"], row["utterance_text"], row["timestamp"])
            for row in csv.DictReader(file)
        ]
    assert turns_of(path) == expected
    assert len(expected) == turns


def test_quotes_commas_brackets_and_blanks_as_they_are(tmp_path: Path) -> None:
    text = 'Speaker,Text,Start\nT," ""So"", [pause] ",1:02\nP,=1+1,\n'
    assert turns_of(write(tmp_path, text)) == [("T", ' "So", [pause] ', "1:02"), ("P", "=1+1", "")]


def test_a_turn_of_several_lines_keeps_them(tmp_path: Path) -> None:
    text = 'speaker,text\r\nT,"one\r\ntwo"\r\nP,three\r\n'
    assert turns_of(write(tmp_path, text)) == [("T", "one\ntwo", ""), ("P", "three", "")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "who;words\nT;a, b\n"),
        ("t.csv", "who\twords\nT\ta, b\n"),
        ("t.csv", '"who","words"\nT,"a, b"\n'),
        ("t.tsv", "who\twords\nT\ta, b\n"),
        ("T.TAB", "who\twords\nT\ta, b\n"),
    ],
)
def test_the_separator_is_told_by_the_first_line(tmp_path: Path, name: str, text: str) -> None:
    assert turns_of(write(tmp_path, text, name)) == [("T", "a, b", "")]


def test_columns_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, "Sprecher,Wortlaut,Zeit,text\nT,ja,1:00,yes\n")
    named = Columns("Sprecher", "wortlaut", "Zeit")
    assert turns_of(path, named) == [("T", "ja", "1:00")]
    assert transcript_columns(path, named) == Columns("Sprecher", "Wortlaut", "Zeit")


def test_named_columns_are_remembered_in_session_toml(tmp_path: Path) -> None:
    columns = Columns(speaker="Sprecher", text="Wortlaut")
    table = {"transcript": columns.as_table()}
    assert table == {"transcript": {"speaker_column": "Sprecher", "text_column": "Wortlaut"}}
    assert columns_of(table, "session.toml") == columns
    assert columns_of({}, "session.toml") is None
    with pytest.raises(DataError, match="names no columns"):
        columns_of({"transcript": {"text_column": 3}}, "session.toml")
    with pytest.raises(DataError, match="names no columns"):
        columns_of({"transcript": "text"}, "session.toml")


def test_the_columns_that_are_taken_can_be_shown(tmp_path: Path) -> None:
    path = write(tmp_path, "id,role,speaker,utterance,text,timestamp\n1,r,T,u,x,0:01\n")
    assert transcript_columns(path) == Columns("speaker", "text", "timestamp")
    assert transcript_columns(tmp_path / "transcript.txt") is None


def test_a_table_of_words_alone_has_no_speakers(tmp_path: Path) -> None:
    assert turns_of(write(tmp_path, "text,time\na,0:01\n")) == [("", "a", "0:01")]


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        ("speaker,Wortlaut\nT,ja\n", "no column holds the words", "--text-column"),
        ("Sprecher,text\nT,ja\n", "no column holds the speaker", "--speaker-column"),
        ("speaker,text\nT,a\nP,a,b\n", "line 3: 3 cells for 2", "quotes"),
        ('speaker,text\nT,a\nP,"b\nc\n', "line 3: unexpected end", "quotes"),
        ('speaker,text\nT,"a" b\n', "line 2: ", "quotes"),
        ("speaker,text,text\nT,a,b\n", "'text' stands there twice", "own name"),
        ("speaker,text\n", "not one turn", "words"),
        ("", "empty", "speaker,text"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, message: str, cure: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_transcript(write(tmp_path, text))
    assert cure in caught.value.cure


def test_a_named_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column 'Zeit'") as caught:
        read_transcript(write(tmp_path, "speaker,text\nT,a\n"), Columns(time="Zeit"))
    assert "--time-column" in caught.value.cure
