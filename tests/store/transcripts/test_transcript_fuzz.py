"""Whatever the bytes: turns, or an error that a person can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqs_coder.errors import DataError
from pqs_coder.store.transcripts import SUFFIXES, read_transcript

SNIPPETS = [
    "T: ", "P:\t", "Speaker 1  0:03", "[00:01:02] ", "\n", "\n\n", "\r\n", "\r", " ", "\u00a0", "：",
    ",", ";", "\t", '"', '""', "speaker,text,time\n", "speaker\ttext\n", "WEBVTT", "WEBVTT\n\n",
    "00:00:01.000 --> 00:00:02.000\n", "<v Ann>", "</v>", "<c.x>", "&amp;", "&#xD800;", "&#0;",
    "NOTE x\n", "[pause]", "[/]", "\x1b[2J", "\x00", "\ufeff", "\u2028", "é", "x" * 50, "(((", "{{",
    "1\n", "\\b", "*CHI:\t", "<a>", "<![CDATA[", "\ud7ff",
]  # fmt: skip

texts = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=5), max_size=30).map("".join)
contents = texts.map(str.encode) | st.binary(max_size=80)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_bytes_give_turns_or_an_error_with_a_cure(
    suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.mktemp("fuzz") / f"transcript{suffix}"

    @given(contents)
    @settings(max_examples=150, deadline=None)
    def holds(data: bytes) -> None:
        path.write_bytes(data)
        try:
            transcript, refused = read_transcript(path), None
        except DataError as error:
            transcript, refused = None, error
        if transcript is None:
            assert refused is not None
            assert str(path) in refused.message
            assert refused.cure
            return
        assert len(transcript) > 0
        assert [turn.number for turn in transcript.turns] == list(range(1, len(transcript) + 1))
        assert transcript.hash == read_transcript(path).hash

    holds()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["T", "P"]),
            st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=40
            ),
        )
    )
)
def test_words_after_a_speaker_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[str, str]]
) -> None:
    """What the file says after ``NAME: `` is what is shown, to the last control character."""
    turns = [("T", "first"), *turns]
    path = tmp_path_factory.mktemp("exact", numbered=True) / "transcript.txt"
    path.write_bytes("".join(f"{who}: {words}\n" for who, words in turns).encode())
    read = [(turn.speaker, turn.text) for turn in read_transcript(path).turns]
    assert read == [(who, words.lstrip(" \t\u00a0")) for who, words in turns]


@pytest.mark.parametrize(
    "line", ["a" + " " * 500_000, " " * 500_000 + "a", "(" * 500_000, "1:" * 250_000]
)
def test_long_lines_are_read_without_delay(tmp_path: Path, line: str) -> None:
    """Patterns look at the beginning of a line only; a slow one would hang here."""
    path = tmp_path / "transcript.txt"
    path.write_text(f"T: a\n\n{line}\n", encoding="utf-8")
    assert [turn.text for turn in read_transcript(path).turns] == ["a", line]
