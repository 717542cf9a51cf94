"""How all pictures look: colours that colour-blind people and printers tell apart, signs, dashes.

Series differ in colour, in dash and in sign, so that none of the three is needed. The colours keep
3:1 contrast on white and on the dark ground of the report; texts and lines take `INK`, which the
report turns into the colour of its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INK = "#1a1b1c"
DARK_INK, DARK_PAPER = "#e8e6e3", "#17191c"
"""Ink and ground of the report where the reader's screen is dark."""
GREY = "#7a7f85"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#c0699b", "#8c6d31", "#6f6fd0")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3])
SIGNS = ("circle", "triangle-up", "square", "diamond", "cross", "triangle-down")
"""Signs of vega; filled."""

LOW_TO_HIGH = ("#f7fbff", "#d6e6f4", "#abd0e6", "#6aaed6", "#3787c0", "#105ba4", "#08306b")
"""One hue, light to dark: it survives a grey print."""
BELOW_TO_ABOVE = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")
"""Orange to purple by way of white: told apart by all kinds of colour blindness."""

WIDTH = 560
HEIGHT = 280

_FONT = "Arial, sans-serif"


def config() -> dict[str, Any]:
    """The configuration that every picture gets."""
    words = {"labelColor": INK, "titleColor": INK, "labelFontSize": 11, "titleFontSize": 12}
    lines = {"domainColor": INK, "tickColor": INK, "gridColor": INK, "gridOpacity": 0.12}
    return {
        "background": "transparent",
        "font": _FONT,
        "aria": False,
        "view": {"stroke": "transparent"},
        "axis": {**words, **lines, "titleFontWeight": "normal", "labelLimit": 0},
        "axisX": {"labelFlush": False},
        "line": {"strokeJoin": "round"},
        "legend": {**words, "titleFontWeight": "normal", "symbolSize": 70, "labelLimit": 0},
        "header": {**words, "titleFontWeight": "normal"},
        "title": {
            "color": INK,
            "subtitleColor": INK,
            "anchor": "start",
            "fontSize": 14,
            "subtitleFontSize": 11,
            "subtitlePadding": 4,
            "offset": 10,
        },
        "text": {"color": INK, "fontSize": 11},
        "rule": {"color": INK},
    }


def scales(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Scales of colour and sign for these series, in their order.

    Colours recur after six series, signs then take other colours than before.
    """
    numbers = range(len(names))
    colours = [COLOURS[n % len(COLOURS)] for n in numbers]
    signs = [SIGNS[(n + n // len(COLOURS)) % len(SIGNS)] for n in numbers]
    domain = list(names)
    return {
        "color": {"domain": domain, "range": colours},
        "shape": {"domain": domain, "range": signs},
    }


def dash_of(number: int) -> list[int]:
    """The dash of the series of that number, from 0."""
    return list(DASHES[(number + number // len(COLOURS)) % len(DASHES)])
