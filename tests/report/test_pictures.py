"""Pictures: drawn in every format, complete in words, closed to the outside, told apart by all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from pqs_coder.analysis.result import Result
from pqs_coder.errors import UsageError
from pqs_coder.report import figures, plots
from pqs_coder.report.pictures import inline_svg, picture_bytes
from pqs_coder.report.plots import theme

NASTY = 'a <b> & "c" </svg><script>x</script>'

adherence = pl.DataFrame(
    [
        {"session": f"S{n}", "label": f"case {n} S{n}", "case": "c", "number": float(n),
         "prototype": p, "r": r, "r_low": r - 0.2, "r_high": r + 0.15, "n_raters": 2 - (n == 5)}
        for n in range(1, 6)
        for p, r in (("exploratory", 0.1 * n), ("structured", -0.1 * n), (NASTY, 0.05))
    ]
)  # fmt: skip
groups = pl.DataFrame(
    {"group": ["A", "B"], "prototype": ["exploratory", "exploratory"], "r": [0.2, 0.4],
     "r_low": [0.1, None], "r_high": [0.3, None]}
)  # fmt: skip
sessions = pl.DataFrame(
    {"session": ["K4", "D3", "B7", "none"], "r": [0.7, 0.3, 0.2, None],
     "r_low": [0.6, 0.2, 0.0, None], "r_high": [0.8, 0.4, 0.4, None],
     "needs_rater": [False, True, False, False]}
)  # fmt: skip
matrix = pl.DataFrame(
    {"rater_a": ["anna", "anna", "ben"], "rater_b": ["ben", "carla", "carla"],
     "n_sessions": [3, 2, 1], "r": [0.7, 0.4, -0.1]}
)  # fmt: skip
third = pl.DataFrame(
    {"session": ["D3", "B7"], "r_before": [0.3, 0.45], "r_after": [0.4, None],
     "state": ["unresolved", "needed"]}
)  # fmt: skip
drift = pl.DataFrame(
    [
        {"rater": rater, "order": n, "deviation": 0.1 - 0.05 * n, "level": 0.05 - 0.03 * n,
         "center": 0.0, "low": -0.1, "high": 0.1, "warning": n > 4,
         "side": "below" if n > 4 else None}
        for rater in ("anna", "ben")
        for n in range(1, 9)
    ]
)  # fmt: skip
sort = pl.DataFrame(
    {"item": [1, 2, 3, 4], "label": ["Negative feelings", NASTY, None, "m" * 60],
     "pile": [9, 9, 1, None]}
)  # fmt: skip
compared = pl.DataFrame(
    {"item": [1, 2], "label": ["one", None], "difference": [1.5, -0.5], "low": [0.5, None],
     "high": [2.5, None], "p_corrected": [0.01, None]}
)  # fmt: skip
points = pl.DataFrame(
    {"variable": ["item 32"] * 3 + ["item 14"] * 3, "label": ["New understanding"] * 3 + [None] * 3,
     "number": [1.0, 2.0, 3.0] * 2, "value": [3.0, 5.0, 4.0, 6.0, 5.0, 4.0],
     "smooth": [3.5, 4.0, 4.5, None, None, None]}
)  # fmt: skip
scores = pl.DataFrame(
    {
        "structure": ["1", "1", "2", "2"],
        "number": [1.0, 2.0, 1.0, 2.0],
        "score": [5.0, 6.0, 4.0, 3.0],
    }
)
eigen = pl.DataFrame(
    {"component": [1, 2, 3], "eigenvalue": [5.0, 2.0, 0.5], "random_95": [2.5, 2.2, 1.5],
     "kept": [True, False, False]}
)  # fmt: skip

Made = Callable[[], dict[str, Any]]
PICTURES: dict[str, tuple[Made, list[str]]] = {
    "adherence_lines": (lambda: plots.adherence_lines(adherence, NASTY), [NASTY, "exploratory"]),
    "adherence_groups": (lambda: plots.adherence_groups(groups, "T"), ["A", "B", "exploratory"]),
    "adherence_map": (lambda: plots.adherence_map(adherence, "T"), ["case 3 S3", "0.30", NASTY]),
    "session_agreement": (
        lambda: plots.session_agreement(sessions, 0.5, "T", 0.28),
        ["K4", "D3", "asks for another rater", "under it, nobody left to ask"],
    ),
    "rater_matrix": (lambda: plots.rater_matrix(matrix, "T"), ["anna", "0.70", "n = 3"]),
    "third_raters": (lambda: plots.third_raters(third, 0.5, "T"), ["D3", "after: all raters"]),
    "drift_chart": (lambda: plots.drift_chart(drift, "T"), ["anna", "ben"]),
    "pyramid": (lambda: plots.pyramid(sort, range(1, 10), "T"), ["1", "9", "Negative feelings"]),
    "item_differences": (
        lambda: plots.item_differences(compared, "T", "right: A"),
        ["1 one", "right: A", "holds after correction"],
    ),
    "change_lines": (
        lambda: plots.change_lines(points, "T", "Pile"),
        ["item 32: New understanding", "item 14"],
    ),
    "structure_lines": (lambda: plots.structure_lines(scores, "T"), ["1", "2", "Session number"]),
    "scree": (lambda: plots.scree(eigen, "T"), ["of chance (95 %)", "Eigenvalue"]),
}


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_every_picture_has_a_test() -> None:
    assert set(PICTURES) == set(plots.__all__)


@pytest.mark.parametrize("name", PICTURES)
def test_svg_says_what_it_shows_and_leads_nowhere(name: str) -> None:
    make, words = PICTURES[name]
    root = ElementTree.fromstring(picture_bytes(make(), ".svg", f"Words on {NASTY}"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"Words on {NASTY}"
    shown = texts(root)
    for word in words:
        assert word in shown, shown
    for element in root.iter():
        assert element.tag.rpartition("}")[2] not in ("script", "image", "a", "foreignObject")
        assert not any("href" in key for key in element.attrib)


@pytest.mark.parametrize("name", PICTURES)
def test_png_and_pdf(name: str) -> None:
    spec = PICTURES[name][0]()
    png = picture_bytes(spec, ".png")
    assert png.startswith(b"\x89PNG\r\n")
    assert len(png) > 3000
    assert picture_bytes(spec, ".pdf").startswith(b"%PDF-")


def test_html_is_one_page_without_scripts() -> None:
    page = picture_bytes(plots.scree(eigen, NASTY), ".html", NASTY).decode()
    assert "<svg" in page
    assert "<script" not in page
    assert "currentColor" in page
    assert theme.INK not in page


def test_another_suffix_is_refused() -> None:
    with pytest.raises(UsageError, match="gif"):
        picture_bytes(plots.scree(eigen, "T"), ".gif")


def test_two_pictures_of_a_page_share_no_id() -> None:
    spec = plots.adherence_map(adherence, "T")
    found = [ElementTree.fromstring(inline_svg(spec, "", key)) for key in ("one", "two")]
    ids = [{e.get("id") for e in root.iter() if e.get("id")} for root in found]
    assert ids[0]
    assert not ids[0] & ids[1]
    for root, own in zip(found, ids, strict=True):
        asked = {
            value[5:-1]
            for e in root.iter()
            for value in e.attrib.values()
            if value.startswith("url(#")
        }
        assert asked <= own


def test_few_sessions_are_not_joined_and_one_rater_is_no_composite() -> None:
    def marks(frame: pl.DataFrame) -> list[str]:
        return [one["mark"]["type"] for one in plots.adherence_lines(frame, "T")["layer"]]

    assert {"line", "area"} <= set(marks(adherence))
    few = adherence.filter(pl.col("number") < 5)
    assert not {"line", "area"} & set(marks(few))
    figure = figures.adherence_lines(Result(few), "c", "pqs adherence --detail")
    assert figure.alt.startswith("Dots over session number.")
    assert figures.APART in figure.alt
    assert figures.SINGLE not in figure.alt
    whole = figures.adherence_lines(Result(adherence), "c", "pqs adherence --detail")
    assert whole.alt.startswith("Lines over session number.")
    assert whole.spec["title"]["subtitle"] == [figures.SINGLE]


def test_a_picture_stays_the_same() -> None:
    make = PICTURES["adherence_lines"][0]
    assert picture_bytes(make(), ".svg") == picture_bytes(make(), ".svg")


# -- colours ---------------------------------------------------------------------------------------

# Severe protanopia, deuteranopia, tritanopia on linear RGB (Machado, Oliveira & Fernandes 2009).
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(colour: str) -> list[float]:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: list[float]) -> list[float]:
    x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505
    y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089
    fx, fy, fz = ((v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116) for v in (x, y, z))
    return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]


@pytest.mark.parametrize("colour", [*theme.COLOURS, theme.GREY])
def test_colours_stand_out_on_paper_and_on_a_dark_screen(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(colour, theme.DARK_PAPER) >= 3


def test_words_can_be_read_on_both_grounds() -> None:
    assert contrast(theme.INK, "#ffffff") >= 7
    assert contrast(theme.DARK_INK, theme.DARK_PAPER) >= 7


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colour_blind_people_tell_the_first_four_series_apart(blindness: str) -> None:
    seen = {}
    for colour in theme.COLOURS[:4]:
        rgb = linear(colour)
        rows = BLINDNESS[blindness]
        seen[colour] = lab(
            [max(0.0, sum(a * b for a, b in zip(r, rgb, strict=True))) for r in rows]
        )
    for one, other in combinations(seen, 2):
        away = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert away > 15, (one, other)


def test_series_differ_in_sign_and_dash_too() -> None:
    names = [f"p{n}" for n in range(12)]
    looks = theme.scales(names)
    ways = {
        (c, s, tuple(theme.dash_of(n)))
        for n, (c, s) in enumerate(
            zip(looks["color"]["range"], looks["shape"]["range"], strict=True)
        )
    }
    assert len(ways) == 12
    assert len(set(looks["shape"]["range"][:6])) == 6
    assert len({tuple(theme.dash_of(n)) for n in range(6)}) == 6


def test_shades_grow_darker_in_a_grey_print() -> None:
    light = [luminance(colour) for colour in theme.LOW_TO_HIGH]
    assert light == sorted(light, reverse=True)
