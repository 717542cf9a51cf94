"""Evidence in its one order, and notes that every file can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import UsageError
from pqs_coder.model.card import tidy_evidence, tidy_note
from tests.small_study import marks


def test_turns_then_times_then_the_whole_hour():
    assert tidy_evidence(["all", "12:30", "20", "3", "0:59", "3"]) == (
        "3",
        "20",
        "0:59",
        "12:30",
        "all",
    )


def test_leading_zeros_are_one_turn():
    assert tidy_evidence(["007", "7"]) == ("7",)


@pytest.mark.parametrize(
    "mark", ["", "0", "-1", "3.5", "x", "ALL", "1 2", "12:30 ", "99999999", "²", "٣", "\x1b[31m"]
)
def test_what_is_no_evidence_is_refused_with_a_cure(mark):
    with pytest.raises(UsageError, match="evidence") as caught:
        tidy_evidence([mark])
    assert caught.value.cure


@given(marks)
def test_tidy_evidence_is_the_same_however_often_and_in_what_order(given_marks):
    tidy = tidy_evidence(given_marks)
    assert tidy_evidence(tidy) == tidy
    assert tidy_evidence(tuple(reversed(given_marks))) == tidy
    assert len(set(tidy)) == len(tidy)


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=())))
def test_a_note_can_be_written_as_utf8_and_stays_the_same(text):
    note = tidy_note(text)
    assert note.encode("utf-8").decode("utf-8") == note
    assert tidy_note(note) == note
    assert "\0" not in note
    assert "\r" not in note


def test_a_note_keeps_its_words_and_lines():
    assert (
        tidy_note("only [pause]\r\nafter \x1b[31m \ud800") == "only [pause]\nafter \x1b[31m \ufffd"
    )
