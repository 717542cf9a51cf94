"""Pictures in plain text: nothing lost, nothing wider than asked, nothing that steers a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.report.text_cells import cell_width, fitted, short_interval, short_r
from pqs_coder.report.text_plots import (
    Strip,
    matrix_lines,
    pyramid_lines,
    shade_of,
    spark_line,
    strip_plot,
)
from tests.report.conftest import Golden

ROWS = [
    Strip("K4", 0.697, 0.580, 0.786),
    Strip("D3, a longer name", 0.387, 0.206, 0.542, mark="!"),
    Strip("beyond", -0.5, -0.9, 1.2),
    Strip("nothing", None),
]
PQS_SIZES = dict(zip(range(1, 10), (5, 8, 12, 16, 18, 16, 12, 8, 5), strict=True))

numbers = st.floats(-2, 2, allow_nan=False)
names = st.text(max_size=30)


def dealt(deck: list[int]) -> dict[int, list[int]]:
    """A deck of 100 items dealt into the piles, lowest first."""
    piles, start = {}, 0
    for value, size in PQS_SIZES.items():
        piles[value] = deck[start : start + size]
        start += size
    return piles


def test_strip_plot(golden: Golden) -> None:
    lines = strip_plot(ROWS, lines={0.5: "threshold", 0.1: "baseline"})
    golden("strips.txt", "\n".join([*lines, ""]).encode())


def test_marks_stand_where_their_values_are() -> None:
    line = strip_plot([Strip("a", 0.5, 0.25, 0.75)], width=60, low=0, high=1)[-1]
    strip = line[line.index("(") :]
    left, dot, right = strip.index("("), strip.index("o"), strip.index(")")
    assert dot - left == pytest.approx(right - dot, abs=1)


def test_matrix(golden: Golden) -> None:
    grid = [[None, 0.7, 0.38], [0.7, None, -0.05], [0.38, -0.05, None]]
    wide = matrix_lines(["anna", "ben", "carla"], grid)
    narrow = matrix_lines(["anna", "ben", "carla"], grid, width=20, plain=True)
    golden("matrix.txt", "\n".join([*wide, "", *narrow, ""]).encode())


def test_pyramid(golden: Golden) -> None:
    piles = dealt([(n * 37) % 100 + 1 for n in range(100)])
    small = pyramid_lines(piles, PQS_SIZES)
    labels = {item: f"label of item {item}" for item in range(1, 101)}
    wide = pyramid_lines(piles, PQS_SIZES, labels=labels, width=160)
    golden("pyramid.txt", "\n".join([*small, "", *wide, ""]).encode())


@given(st.permutations(range(1, 101)), st.integers(20, 220), st.booleans())
def test_a_pyramid_holds_every_item_once(deck: list[int], width: int, labelled: bool) -> None:
    labels = dict.fromkeys(deck, "x") if labelled else None
    lines = pyramid_lines(dealt(deck), PQS_SIZES, labels=labels, width=width)
    cards = " ".join(lines[:-3])
    assert sorted(map(int, re.findall(r"\d+", cards))) == sorted(deck)
    columns = [line.split() for line in lines if "/" not in line]
    assert lines[-1].split() == [f"{size}/{size}" for size in PQS_SIZES.values()]
    assert columns[-1] == [str(value) for value in PQS_SIZES]


def test_a_pile_in_making_is_told_by_number() -> None:
    lines = pyramid_lines({9: [3, 1, 2]}, {8: 2, 9: 2})
    assert lines[-1].split() == ["0/2", "3/2"]
    assert [line.strip() for line in lines[:3]] == ["1", "2", "3"]


@given(names, st.integers(0, 40), st.booleans())
def test_fitted_text_has_its_width_and_no_control(text: str, width: int, right: bool) -> None:
    line = fitted(text, width, right=right)
    assert cell_width(line) == width
    assert line.isprintable() or not line


@given(st.lists(st.tuples(names, numbers, numbers, numbers), max_size=6), st.integers(50, 140))
def test_a_strip_plot_keeps_its_width(
    rows: list[tuple[str, float, float, float]], width: int
) -> None:
    strips = [Strip(name, *sorted((a, b, c))[1:2], *sorted((a, c))) for name, a, b, c in rows]
    for line in strip_plot(strips, width=width):
        assert cell_width(line) <= width


@given(st.integers(1, 9), st.integers(1, 9), st.integers(20, 100), st.booleans(), st.data())
def test_a_matrix_keeps_its_width_and_all_its_numbers(
    rows: int, columns: int, width: int, plain: bool, data: st.DataObject
) -> None:
    cell = st.none() | st.floats(-1, 1, allow_nan=False)
    grid = data.draw(
        st.lists(st.lists(cell, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    )
    heads = [f"c{n}" for n in range(columns)]
    lines = matrix_lines(
        [f"r{n}" for n in range(rows)], grid, columns=heads, width=width, plain=plain
    )
    assert all(cell_width(line) <= width for line in lines)
    text = "\n".join(lines)
    for value in (value for row in grid for value in row if value is not None):
        assert short_r(value) in text


@given(numbers, numbers)
def test_a_higher_value_is_never_lighter(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert shade_of(low) <= shade_of(high)
    assert 0 <= shade_of(one) <= 4


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.531, ".53"), (-0.066, "-.07"), (1.0, "1.00"), (-1.0, "-1.00"), (0.999, "1.00"),
     (-0.001, ".00"), (0.0, ".00"), (1.2, "1.20"), (None, "")],
)  # fmt: skip
def test_short_r(value: float | None, text: str) -> None:
    assert short_r(value) == text


def test_short_interval() -> None:
    assert short_interval(0.206, 0.5416) == "[.21, .54]"
    assert short_interval(None, 0.5) == ""


def test_a_spark_line_has_a_cell_for_each_value() -> None:
    assert spark_line([0.0, None, 1.0], 0, 1) == "\u2581 \u2588"
