"""The room at every size: the transcript keeps its rows, nothing is pushed out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.tui.arrangement import BARS, arrange

PQS = (5, 8, 12, 16, 18, 16, 12, 8, 5)


@pytest.mark.parametrize(
    ("size", "beside", "standing", "board", "card"),
    [
        ((80, 24), False, False, 9, 6),
        ((120, 40), True, True, 20, 0),
        ((200, 50), True, True, 20, 0),
        ((120, 24), True, False, 9, 0),
        ((60, 18), False, False, 9, 4),
    ],
)
def test_the_usual_sizes(size, beside, standing, board, card):
    plan = arrange(*size, PQS)
    assert (plan.beside, plan.standing, plan.board_rows, plan.card_rows) == (
        beside, standing, board, card,
    )  # fmt: skip
    assert not plan.too_small


@given(
    cells=st.integers(60, 300),
    rows=st.integers(18, 100),
    sizes=st.lists(st.integers(1, 100), min_size=2, max_size=20).map(tuple),
    spaced=st.booleans(),
)
def test_the_transcript_always_keeps_two_rows(cells, rows, sizes, spaced):
    plan = arrange(cells, rows, sizes, spaced=spaced)
    assert not plan.too_small
    assert rows - BARS - plan.board_rows - plan.card_rows >= 2
    assert plan.board_rows >= 5


@pytest.mark.parametrize("size", [(59, 40), (200, 17), (20, 5), (1, 1)])
def test_too_small(size):
    assert arrange(*size, PQS).too_small
