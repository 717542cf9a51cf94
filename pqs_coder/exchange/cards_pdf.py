"""The cards, the manual and the sheet as PDF."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pqs_coder.errors import UsageError
from pqs_coder.exchange.cards import WHO, card_lines, manual_lines, parts_of, scale_line
from pqs_coder.model.item_set import Item, ItemSet

if TYPE_CHECKING:
    from fpdf import FPDF

_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # a fixed time, so that equal sets are equal files
_MARGIN, _WIDE, _HIGH = 12.0, 93.0, 54.6  # mm; ten cards a page
_FONTS = (
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
)
# Signs of our own that the fonts inside every PDF reader don't have.
_PLAIN = str.maketrans(
    {"\u2212": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "…": "..."}
)


def print_pdf(
    item_set: ItemSet,
    parts: Iterable[str] = (),
    font: Path | None = None,
    *,
    compress: bool = True,
) -> bytes:
    """A PDF for A4; ``parts`` as for `parts_of`, ``font`` a TrueType file for other alphabets.

    Raises `UsageError` where no font at hand has the letters of the wording.
    """
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.set_compression(compress)
    page.set_creation_date(_MOMENT)
    page.set_producer("pqs_coder")
    page.set_title(_plain(item_set.title))
    page.set_margin(_MARGIN)
    page.set_auto_page_break(True, _MARGIN)
    family = _choose_font(page, item_set, font)
    makers = {"cards": _cards, "manual": _manual, "sheet": _sheet}
    for part in parts_of(item_set, parts):
        page.set_font(family, size=10)
        makers[part](page, item_set, family)
    return bytes(page.output())


def _plain(text: str) -> str:
    return text.translate(_PLAIN)


def _choose_font(page: FPDF, item_set: ItemSet, font: Path | None) -> str:
    """The built-in font where it will do, else the first that has every letter."""
    words = "".join(
        [item_set.title, item_set.rights, *(pile.label for pile in item_set.piles)]
        + [line for item in item_set.items for line in _lines(item)]
    )
    letters = {ord(sign) for sign in _plain(words) if not sign.isspace()}
    if font is None and max(letters, default=0) < 256:
        return "Helvetica"
    from fontTools.ttLib import TTFont

    for path in [font] if font is not None else map(Path, _FONTS):
        if path.is_file():
            has = TTFont(path, fontNumber=0).getBestCmap()
            if letters <= set(has):
                page.add_font("own", fname=path)
                return "own"
    raise UsageError(
        "No font at hand has all letters of the wording.",
        "Name a TrueType font that has them, or write .html and print that from a browser.",
    )


def _lines(item: Item) -> list[str]:
    return [item.label, item.about, *card_lines(item), *manual_lines(item)]


def _cards(page: FPDF, item_set: ItemSet, family: str) -> None:
    page.set_auto_page_break(False)
    for place, item in enumerate(item_set.items):
        if place % 10 == 0:
            page.add_page()
        left = _MARGIN + _WIDE * (place % 2)
        top = _MARGIN + _HIGH * (place % 10 // 2)
        page.set_dash_pattern(dash=1, gap=1)
        page.rect(left, top, _WIDE, _HIGH)
        page.set_dash_pattern()
        page.set_font(family, size=18)
        page.set_xy(left + 4, top + 3)
        page.cell(_WIDE - 8, 8, str(item.number), align="R")
        _fit(page, item, family, left, top)
    page.set_auto_page_break(True, _MARGIN)


def _fit(page: FPDF, item: Item, family: str, left: float, top: float) -> None:
    """Write the card in the largest letters that leave it within its lines."""
    text = _plain("\n".join(card_lines(item)))
    for size in (12, 11, 10, 9, 8, 7, 6, 5, 4):
        page.set_font(family, size=size)
        high = size * 0.45
        needed = page.multi_cell(_WIDE - 8, high, text, dry_run=True, output="HEIGHT")
        if isinstance(needed, float) and needed <= _HIGH - 14:
            break
    page.set_xy(left + 4, top + 12)
    page.multi_cell(_WIDE - 8, high, text, align="L")


def _manual(page: FPDF, item_set: ItemSet, family: str) -> None:
    page.add_page()
    page.set_font(family, size=14)
    page.multi_cell(0, 7, _plain(item_set.title), new_x="LMARGIN", new_y="NEXT")
    page.set_font(family, size=9)
    page.multi_cell(0, 4.5, _plain(item_set.rights), new_x="LMARGIN", new_y="NEXT")
    for item in item_set.items:
        page.ln(2)
        page.set_font(family, size=11)
        about = f" ({item.about})" if item.about else ""
        head = _plain(f"{item.number}. {item.label}{about}")
        page.multi_cell(0, 5.5, head, new_x="LMARGIN", new_y="NEXT", align="L")
        page.set_font(family, size=9)
        for line in manual_lines(item):
            page.multi_cell(0, 4.5, _plain(line), new_x="LMARGIN", new_y="NEXT", align="L")


def _sheet(page: FPDF, item_set: ItemSet, family: str) -> None:
    page.add_page()
    page.set_font(family, size=14)
    page.multi_cell(0, 7, _plain(item_set.title), new_x="LMARGIN", new_y="NEXT")
    page.set_font(family, size=10)
    page.ln(2)
    line = "   ".join(f"{word}: ____________________" for word in WHO)
    page.multi_cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    page.ln(2)
    if item_set.kind == "ratings":
        _to_rate(page, item_set, family)
        return
    for pile in reversed(item_set.piles):
        head = _plain(f"{pile.value}  {pile.label}  ({pile.size} items)")
        page.multi_cell(0, 6, head, new_x="LMARGIN", new_y="NEXT", align="L")
        for place in range(pile.size):
            if place % 15 == 0 and place:
                page.ln(8)
            page.cell(12, 7.5, border=1)
        page.ln(10)


def _to_rate(page: FPDF, form: ItemSet, family: str) -> None:
    """A row for each item of a rating form, with its values to mark."""
    page.multi_cell(0, 5, _plain(scale_line(form)), new_x="LMARGIN", new_y="NEXT", align="L")
    page.ln(2)
    page.set_font(family, size=9)
    wide = 8.0
    words_wide = page.epw - 10 - wide * len(form.values)
    for item in form.items:
        text = _plain(card_lines(item)[0])
        needed = page.multi_cell(words_wide, 4.5, text, dry_run=True, output="HEIGHT")
        high = max(6.6, needed if isinstance(needed, float) else 0.0)
        if page.will_page_break(high):
            page.add_page()
        top = page.get_y()
        page.cell(10, 4.5, str(item.number))
        page.multi_cell(words_wide, 4.5, text, new_x="RIGHT", new_y="TOP", align="L")
        for value in form.values:
            page.cell(wide, 6.0, str(value), border=1, align="C")
        page.set_xy(page.l_margin, top + high)
