"""WebVTT: voices, cue times, what the format decodes, and what stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.errors import DataError
from pqs_coder.store.transcripts import read_transcript

HEAD = "WEBVTT\n\n"


def turns_of(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    path = tmp_path / "transcript.vtt"
    path.write_bytes(text.encode())
    return [(turn.speaker, turn.text, turn.time) for turn in read_transcript(path).turns]


def cue(words: str, start: str = "00:00:01.000") -> str:
    return f"{start} --> 00:00:09.000 align:start\n{words}\n\n"


def test_voices_and_times(tmp_path: Path) -> None:
    text = (
        "\ufeffWEBVTT - session 3\nKind: captions\n\nNOTE made by\nthe clinic\n\n"
        "STYLE\n::cue { color: red }\n\n"
        "1\n" + cue("<v Ann Lee>Hello.</v>") + "intro-2\n"
        "01:02.500 --> 01:04.000\n<v.loud Bo>Hi,\nhi.\n\n"
    )
    assert turns_of(tmp_path, text) == [
        ("Ann Lee", "Hello.", "00:00:01.000"),
        ("Bo", "Hi,\nhi.", "01:02.500"),
    ]


def test_names_before_a_colon(tmp_path: Path) -> None:
    text = HEAD + cue("Ann Lee: hello: you\nthere") + cue("T: one\nP: two\nT: three") + cue("so")
    assert [(speaker, words) for speaker, words, _ in turns_of(tmp_path, text)] == [
        ("Ann Lee", "hello: you\nthere"),
        ("T", "one"),
        ("P", "two"),
        ("T", "three"),
        ("", "so"),
    ]


def test_two_voices_in_one_cue(tmp_path: Path) -> None:
    text = HEAD + cue("<v T>Well</v>\n<v P>No</v> no")
    assert [(s, w) for s, w, _ in turns_of(tmp_path, text)] == [("T", "Well"), ("P", "No no")]


def test_only_what_the_format_defines_is_taken_as_markup(tmp_path: Path) -> None:
    words = "<i>so</i> <c.red>I</c><00:00:02.000> &lt;cry&gt; &amp;amp; &copy; <laughs> [pause] < 3 &#233;"
    assert turns_of(tmp_path, HEAD + cue(words))[0][1] == (
        "so I <cry> &amp; &copy; <laughs> [pause] < 3 é"
    )


def test_cues_without_words_are_no_turns(tmp_path: Path) -> None:
    text = HEAD + "00:01.000 --> 00:02.000\n\n" + cue("T: yes")
    assert len(turns_of(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\nT: a\n", "line 1: WebVTT begins", ".srt"),
        ("WEBVTTX\n\n", "line 1: WebVTT begins", "WEBVTT"),
        (HEAD + "T: a\n", "line 3: no times", "-->"),
        (HEAD + "1\nT: a\n", "line 4: no times", "-->"),
        (HEAD + "1:00 --> 1:01\nT: a\n", "line 3: no times", "-->"),
        (
            HEAD + cue("T: a").rstrip() + "\n" + cue("P: b"),
            "line 5: the times of a cue",
            "blank line",
        ),
        (HEAD, "not one turn", "words"),
        ("", "line 1: WebVTT begins", "WEBVTT"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, message: str, cure: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        turns_of(tmp_path, text)
    assert cure in caught.value.cure
