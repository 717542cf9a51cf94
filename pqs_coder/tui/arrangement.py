"""How the room is laid out in a terminal of a given size."""

from __future__ import annotations

from dataclasses import dataclass

LEAST = (60, 18)
"""Cells and rows below which the room only says that the window is too small."""
WIDE, TALL = 120, 36
"""From here on the card stands beside the transcript; from here on piles stand as columns."""
ROOMY = 30
"""Rows from which on roomy spacing makes a difference."""
BARS = 3
"""Header, status line, footer."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who stands where, and how high board and card are (``card_rows`` 0: all there is)."""

    too_small: bool
    beside: bool
    standing: bool
    roomy: bool
    board_rows: int
    card_rows: int


def arrange(cells: int, rows: int, sizes: tuple[int, ...], *, spaced: bool = False) -> Arrangement:
    """The arrangement for that many cells and rows and piles of these sizes.

    Lying on their side, piles take a row each; standing, as many as the largest holds. The
    transcript keeps a few rows whatever happens.
    """
    beside = cells >= WIDE
    standing = beside and rows >= TALL
    roomy = spaced and rows >= ROOMY
    low = rows < 23
    below = 4 if low else 8 if roomy and not beside else 6  # rows of a card under the transcript
    if standing:
        board_rows = max(5, min(2 + max(sizes), rows - BARS - 12))
    else:
        left_over = rows - BARS - below - (2 if low else 3)
        board_rows = max(5, min(max(9, len(sizes)), left_over))
    card_rows = 0 if beside else below
    too_small = cells < LEAST[0] or rows < LEAST[1]
    return Arrangement(too_small, beside, standing, roomy, board_rows, card_rows)


def too_small_words(cells: int, rows: int) -> str:
    """What the room says where it has no place."""
    return (
        f"This window has {cells}x{rows} cells; the sorting room needs {LEAST[0]}x{LEAST[1]}.\n"
        "Make it larger, or the letters smaller. Everything is kept.\n"
        "Until then no key sorts anything; q leaves."
    )
