"""Time codes, and a hash over what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.model.transcript import Transcript, Turn, seconds_of


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("12:30", 750.0),
        ("0:05", 5.0),
        ("1:02:03.5", 3723.5),
        ("00:00:01,250", 1.25),
        (" 90:00 ", 5400.0),
        ("", None),
        ("12", None),
        ("12:3x", None),
        ("1:2:3:4", None),
        ("-1:00", None),
        ("1:00\0", None),
    ],
)
def test_seconds_of(time, seconds):
    assert seconds_of(time) == seconds


@given(st.text(max_size=12))
def test_any_text_is_seconds_or_none(text):
    seconds = seconds_of(text)
    assert seconds is None or seconds >= 0


def words(*turns):
    return Transcript(tuple(Turn(n, *turn) for n, turn in enumerate(turns, 1)))


def test_the_hash_changes_with_speaker_word_and_time():
    base = words(("P", "hurt", "0:01"), ("T", "yes", ""))
    others = [
        words(("T", "hurt", "0:01"), ("T", "yes", "")),
        words(("P", "hurt.", "0:01"), ("T", "yes", "")),
        words(("P", "hurt", "0:02"), ("T", "yes", "")),
        words(("P", "hurt", "0:01")),
    ]
    assert len({base.hash, *(one.hash for one in others)}) == 5


def test_turns_are_found_by_number():
    transcript = words(("P", "a", "0:10"), ("T", "b", ""))
    assert transcript.turn(2).text == "b"
    assert transcript.turn(1).start == 10.0
    assert transcript.turn(2).start is None
    assert transcript.speakers == ("P", "T")
    assert len(transcript) == 2
    for number in (0, 3):
        with pytest.raises(KeyError):
            transcript.turn(number)
