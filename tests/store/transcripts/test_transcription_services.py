"""What transcription services and programs export: speakers and times are recognised."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.store.transcripts import read_transcript

BOTH = [("Ann Lee", "Hello there.", 3.0), ("Bob", "Hi.", 7.0)]
NAMELESS = [("", "Hello there.", 3.0), ("", "Hi.", 7.0)]
SPEAKERS = [("SPEAKER_00", "Hello there.", 3.0), ("SPEAKER_01", "Hi.", 7.0)]
CUES = "00:00:03.000 --> 00:00:06.000\n{}\n\n00:00:07.000 --> 00:00:09.000\n{}\n"


def cues(first: str, second: str) -> str:
    return CUES.format(first, second)


@pytest.mark.parametrize(
    ("suffix", "content", "turns"),
    [
        (".vtt", "WEBVTT\n\n" + cues("Ann Lee: Hello there.", "Bob: Hi."), BOTH),
        (".vtt", "WEBVTT\n\n" + cues("<v Ann Lee>Hello there.</v>", "<v Bob>Hi.</v>"), BOTH),
        (".txt", "Ann Lee  0:03\nHello there.\n\nBob  0:07\nHi.\n", BOTH),
        (".txt", "Ann Lee (00:03):\nHello there.\n\nBob (00:07):\nHi.\n", BOTH),
        (".txt", "Ann Lee [00:00:03]\nHello there.\n\nBob [00:00:07]\nHi.\n", BOTH),
        (".txt", "[00:00:03] Ann Lee\nHello there.\n\n[00:00:07] Bob\nHi.\n", BOTH),
        (".txt", "[00:00:03] Ann Lee: Hello there.\n[00:00:07] Bob: Hi.\n", BOTH),
        (".txt", "Ann Lee - 00:03\nHello there.\n\nBob – 00:07\nHi.\n", BOTH),
        (".txt", "Ann Lee:\t00:03\tHello there.\nBob:\t00:07\tHi.\n", BOTH),
        (".txt", "Ann Lee: [00:03] Hello there.\nBob: [00:07] Hi.\n", BOTH),
        (".txt", "00:03\nAnn Lee: Hello there.\n00:07\nBob: Hi.\n", BOTH),
        (".txt", "#00:00:03-0# Ann Lee: Hello there.\n#00:00:07-0# Bob: Hi.\n", BOTH),
        (".txt", "0:03\nHello there.\n0:07\nHi.\n", NAMELESS),
        (".md", "[00:00:03] **Ann Lee:** Hello there.\n\n[00:00:07] **Bob:** Hi.\n", BOTH),
        (".md", "**Ann Lee:** [00:00:03] Hello there.\n\n**Bob**: [00:00:07] Hi.\n", BOTH),
        (".tsv", "start\tend\ttext\n3000\t6000\tHello there.\n7000\t9000\tHi.\n", NAMELESS),
        (".csv", "start,end,text\n0:03,0:06,Hello there.\n0:07,0:09,Hi.\n", NAMELESS),
        (".srt", cues("[SPEAKER_00]: Hello there.", "[SPEAKER_01]: Hi."), SPEAKERS),
    ],
)  # fmt: skip
def test_speakers_and_times(suffix: str, content: str, turns: list[object], tmp_path: Path) -> None:
    path = tmp_path / f"hour{suffix}"
    if suffix == ".srt":
        content = "1\n" + content.replace(".000", ",000").replace("\n\n", "\n\n2\n")
    path.write_text(content, encoding="utf-8")
    found = read_transcript(path).turns
    assert [(one.speaker, one.text, one.start) for one in found] == turns


def test_times_at_the_ends_of_lines_are_those_of_the_next_turn(tmp_path: Path) -> None:
    path = tmp_path / "f4.txt"
    text = (
        "T: Hello #there. #00:00:03-2#\nand more #00:00:05-0#\n\nP: Hi. #00:00:07-5#\n\nT: So #1#\n"
    )
    path.write_text(text, encoding="utf-8")
    found = [(one.speaker, one.text, one.time) for one in read_transcript(path).turns]
    assert found == [
        ("T", "Hello #there.\nand more", ""),
        ("P", "Hi.", "00:00:05.0"),
        ("T", "So #1#", "00:00:07.5"),
    ]


def test_times_within_the_words_stay_there(tmp_path: Path) -> None:
    path = tmp_path / "hour.txt"
    text = "T: At 10:30 [00:12] we\nP: 10:30 is late. (10:30) it is\nT: #00:00:01# and\n"
    path.write_text(text, encoding="utf-8")
    found = [(one.speaker, one.text, one.time) for one in read_transcript(path).turns]
    assert found[0] == ("T", "At 10:30 [00:12] we", "")
    assert found[1] == ("P", "10:30 is late. (10:30) it is", "")
