"""Mending a journal: one wrong byte is set right exactly; more is left out and said."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.model.moves import Look, Note, Place, Redo, Swap, Undo
from pqs_coder.store.journal import parse_journal, replay
from pqs_coder.store.mending import mend
from tests.small_study import BIRDS, possible, runs
from tests.store.test_journal import HEADER, written

MOVES = [Place(1, 2), Place(2, 0), Swap(1, 2), Note(3, "why"), Undo(), Place(4, 1)]
WHOLE = b"".join(written(MOVES))


def cards(data):
    return dict(replay(parse_journal(data), BIRDS).cards)


def test_what_is_whole_or_only_torn_needs_no_mending():
    assert mend(WHOLE, BIRDS) is None
    assert mend(WHOLE + b'{"n":7,"at', BIRDS) is None
    assert mend(b"", BIRDS) is None


@pytest.mark.parametrize("seed", range(3))
def test_any_single_wrong_byte_is_set_right_exactly(seed):
    rng = random.Random(seed)
    for place in rng.sample(range(len(WHOLE)), 25):
        other = rng.choice([byte for byte in range(256) if byte != WHOLE[place]])
        mended = mend(WHOLE[:place] + bytes([other]) + WHOLE[place + 1 :], None)
        assert mended is not None, place
        assert mended.data == WHOLE, place
        assert mended.exact


def test_a_wrong_line_end_is_set_right_too():
    for place, byte in enumerate(WHOLE):
        if byte == 10:
            mended = mend(WHOLE[:place] + b"x" + WHOLE[place + 1 :], None)
            assert mended is not None
            assert mended.data == WHOLE


def test_a_byte_that_became_a_line_end_is_set_right():
    place = WHOLE.index(b"swap")
    mended = mend(WHOLE[:place] + b"\n" + WHOLE[place + 1 :], None)
    assert mended is not None
    assert mended.data == WHOLE


def test_a_torn_tail_stays_when_a_byte_is_set_right():
    flipped = WHOLE.replace(b'"item":2,"pile"', b'"item":7,"pile"')
    mended = mend(flipped + b'{"n":7', None)
    assert mended is not None
    assert mended.data == WHOLE + b'{"n":7'


def test_long_lines_are_set_right_bit_by_bit():
    whole = b"".join(written([Note(1, "words " * 900), Place(1, 2)]))
    place = whole.index(b"words") + 2000
    mended = mend(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :], None)
    assert mended is not None
    assert mended.data == whole


def broken(lines, *numbers):
    """The journal with these lines (counted from 1) beyond any correction."""
    return b"".join(
        b"\0\0\0 lost \0\0\n" if n in numbers else line for n, line in enumerate(lines, 1)
    )


def test_a_lost_line_is_left_out_and_the_others_go_on():
    mended = mend(broken(written([Place(n, 0) for n in range(1, 7)]), 4), BIRDS)
    assert mended is not None
    assert not mended.exact
    assert "line 4 was damaged or missing" in mended.words
    reading = parse_journal(mended.data)
    assert reading.sound
    assert reading.header == replace(HEADER, mended=mended.words)
    assert {n for n, card in cards(mended.data).items() if card.pile == 0} == {1, 2, 4, 5, 6}


def test_lines_that_are_missing_altogether_are_told():
    lines = written([Place(n, 0) for n in range(1, 7)])
    mended = mend(b"".join([*lines[:3], *lines[5:]]), BIRDS)
    assert mended is not None
    assert "missing" in mended.words
    assert {n for n, card in cards(mended.data).items() if card.pile == 0} == {1, 2, 5, 6}


def test_an_undo_does_not_reach_over_what_is_lost():
    lines = written([Place(1, 2), Place(2, 0), Undo(), Undo(), Place(3, 1), Undo(), Redo()])
    mended = mend(broken(lines, 3), BIRDS)
    assert mended is not None
    found = cards(mended.data)
    assert found[1].pile == 2  # the two undos reached back to the lost line: left out
    assert found[3].pile == 1
    assert "lines 3, 4, 5 were" in mended.words


def test_nothing_is_mended_for_an_item_set_of_other_wording():
    lines = written(MOVES)
    assert mend(broken(lines, 3), replace(BIRDS, title="x")) is None
    assert mend(broken(lines, 3), None) is None


def test_a_lost_header_is_left_alone():
    assert mend(broken(written(MOVES), 1), BIRDS) is None


def test_many_lost_lines_and_look_lines():
    lines = written([Look(), *MOVES, Look(), Place(5, 1)])
    mended = mend(broken(lines, 2, 3, 4, 5), BIRDS)
    assert mended is not None
    assert parse_journal(mended.data).sound
    assert cards(mended.data)[5].pile == 1


@given(runs, st.data())
def test_what_is_mended_is_always_a_sound_draft(run, data):
    done, _ = possible(run)
    lines = written(done)
    numbers = data.draw(st.sets(st.integers(2, len(lines)), max_size=3)) if done else set()
    mended = mend(broken(lines, *numbers), BIRDS)
    if not numbers:
        assert mended is None
        return
    assert mended is not None
    reading = parse_journal(mended.data)
    assert reading.sound
    first = min(numbers)
    before = parse_journal(b"".join(lines[: first - 1]))
    kept = reading.lines[: first - 2]
    assert [{**line, "crc": ""} for line in kept] == [{**line, "crc": ""} for line in before.lines]
    replay(reading, BIRDS)


@given(st.binary(max_size=200))
def test_any_bytes_are_mended_or_not_but_never_fatal(data):
    assert mend(data, BIRDS) is None
