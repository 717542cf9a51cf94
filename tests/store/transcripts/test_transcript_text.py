"""Plain text: where turns begin, and that the words are the file's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.errors import DataError
from pqs_coder.store.transcripts import read_transcript
from pqs_coder.store.transcripts.lines import split_heading, split_label


def turns_of(tmp_path: Path, text: str, name: str = "transcript.txt") -> list[tuple[str, str, str]]:
    path = tmp_path / name
    path.write_bytes(text.encode())
    transcript = read_transcript(path)
    assert [turn.number for turn in transcript.turns] == list(range(1, len(transcript) + 1))
    return [(turn.speaker, turn.text, turn.time) for turn in transcript.turns]


def test_speaker_and_words_with_brackets_and_blanks_as_they_are(tmp_path: Path) -> None:
    text = "T: How  was [pause] it? \nP: [/] Bad. [bold]&amp; <laughs>\n"
    assert turns_of(tmp_path, text) == [
        ("T", "How  was [pause] it? ", ""),
        ("P", "[/] Bad. [bold]&amp; <laughs>", ""),
    ]


def test_a_line_without_speaker_goes_on_the_turn(tmp_path: Path) -> None:
    assert turns_of(tmp_path, "T: one\n  two\nP: three") == [
        ("T", "one\n  two", ""),
        ("P", "three", ""),
    ]


def test_a_blank_line_begins_a_turn_without_speaker(tmp_path: Path) -> None:
    assert turns_of(tmp_path, "one\ntwo\n\n\nthree\n \t\nfour") == [
        ("", "one\ntwo", ""),
        ("", "three", ""),
        ("", "four", ""),
    ]


def test_paragraphs_are_not_swallowed_by_one_that_looks_like_a_speaker(tmp_path: Path) -> None:
    text = "He said: no.\n\nAnd then he left.\n\nI stayed."
    assert [words for _, words, _ in turns_of(tmp_path, text)] == [
        "no.",
        "And then he left.",
        "I stayed.",
    ]


def test_words_below_a_name_belong_to_it(tmp_path: Path) -> None:
    text = "Therapist:\n\nHello.\n\nPatient:\nHi.\nNothing new."
    assert turns_of(tmp_path, text) == [
        ("Therapist", "Hello.", ""),
        ("Patient", "Hi.\nNothing new.", ""),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood_and_no_other_character_ends_a_line(
    tmp_path: Path, ends: str
) -> None:
    text = f"T: a\x0bb\x0c\x1c\x85c\u2028d{ends}P: e{ends}"
    assert turns_of(tmp_path, text) == [("T", "a\x0bb\x0c\x1c\x85c\u2028d", ""), ("P", "e", "")]


def test_control_characters_stay_in_the_words(tmp_path: Path) -> None:
    assert turns_of(tmp_path, "T: \x1b[31mred\x07\nP: x\n")[0][1] == "\x1b[31mred\x07"


def test_a_name_without_words_is_a_turn(tmp_path: Path) -> None:
    assert turns_of(tmp_path, "T: \nP: yes\n") == [("T", "", ""), ("P", "yes", "")]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Therapist: hello", ("Therapist", "", "hello")),
        ("T:hello", ("T", "", "hello")),
        ("P1:hello", ("P1", "", "hello")),
        ("\tDr. Weiß:\thello ", ("Dr. Weiß", "", "hello ")),
        ("Maria da Silva Costa: oi", ("Maria da Silva Costa", "", "oi")),
        ("T [softly]: yes", ("T [softly]", "", "yes")),
        ("治療者：はい", ("治療者", "", "はい")),
        ("[00:01:23] T: yes", ("T", "00:01:23", "yes")),
        ("00:01:23 T: yes", ("T", "00:01:23", "yes")),
        ("T (00:01:23.5): yes", ("T", "00:01:23.5", "yes")),
        ("Speaker 1 [1:02:03]: yes: no", ("Speaker 1", "1:02:03", "yes: no")),
        ("Patient:", ("Patient", "", "")),
        ("patient:yes", None),
        ("http://example.org: a page", None),
        ("It was 10:30, he said", None),
        ("10:30: late", None),
        ("I said, well: no", None),
        ("He went. She: no", None),
        ("and so I said to her: no", None),
        (": no", None),
        ("[pause]: no", None),
        ("no colon here", None),
        ("", None),
    ],
)
def test_what_is_a_speaker(line: str, label: tuple[str, str, str] | None) -> None:
    assert split_label(line) == label


def test_transcription_services_put_speaker_and_time_above_the_words(tmp_path: Path) -> None:
    text = (
        "Speaker 1  0:03\nHello there.\nGood morning.\n\n"
        "Ann Lee  (00:07)\nMorning.\n\n"
        "[00:00:09.12] - Speaker 1\nSo.\n"
    )
    assert turns_of(tmp_path, text) == [
        ("Speaker 1", "Hello there.\nGood morning.", "0:03"),
        ("Ann Lee", "Morning.", "00:07"),
        ("Speaker 1", "So.", "00:00:09.12"),
    ]


def test_a_heading_needs_words_below_it() -> None:
    assert split_heading("At home, 10:30") is None
    assert split_heading("Speaker 1  0:03") == ("Speaker 1", "0:03")


def test_a_text_without_any_mark_of_turns_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2.*one turn ends") as caught:
        turns_of(tmp_path, "how was it\nbad\nwhy\n")
    assert "blank line" in caught.value.cure


@pytest.mark.parametrize("text", ["", "\n\n", " \t\r\n"])
def test_no_turn_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="not one turn"):
        turns_of(tmp_path, text)


def test_an_unknown_suffix_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'\.xyz'") as caught:
        turns_of(tmp_path, "T: a", "transcript.xyz")
    assert ".vtt" in caught.value.cure


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "transcript.txt"
    path.write_bytes(b"T: a\nP: caf\xe9\n")
    with pytest.raises(DataError, match="line 2: not UTF-8"):
        read_transcript(path)


def test_more_lines_than_any_session_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="200001 lines"):
        turns_of(tmp_path, "\n" * 200_000)
    assert len(turns_of(tmp_path, "T: a\n" * 199_999)) == 199_999
