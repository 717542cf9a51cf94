"""Cards, manual and sheet to print, and the table to type the sheet into."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pqs_coder.errors import UsageError
from pqs_coder.exchange.any_file import read_sorts_file
from pqs_coder.exchange.cards import entry_csv, print_html
from pqs_coder.exchange.cards_pdf import print_pdf
from pqs_coder.model.item_set import ItemSet
from tests.exchange.made_up_sorts import made_up

Golden = Callable[[str, bytes], None]
SMALL = made_up(3, (1, 2, 1), "small")


class _Reader(HTMLParser):
    """Checks that tags close in order, and gathers the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read_page(page: bytes) -> str:
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    assert reader.open == []
    return "".join(reader.text)


def test_html_is_golden(golden: Golden) -> None:
    golden("cards/small.html", print_html(SMALL))


def test_pdf_is_golden_and_the_same_every_time(golden: Golden) -> None:
    latin = replace(
        SMALL,
        title="Plain",
        items=tuple(replace(i, label=f"Item {i.number} ä") for i in SMALL.items),
    )
    golden("cards/small.pdf", print_pdf(latin, compress=False))
    assert print_pdf(latin) == print_pdf(latin)


def test_every_item_and_pile_is_there(deck: ItemSet) -> None:
    text = read_page(print_html(deck))
    for item in deck.items:
        assert text.count(item.label) == 2
        assert item.high in text
    assert print_html(deck).count(b'class="box"') == 100
    assert b"http" not in print_html(deck), "nothing is loaded from elsewhere"


def test_wording_of_a_lab_stands_on_the_card_and_harms_nothing(deck: ItemSet) -> None:
    worded = replace(deck.item(1), text="<script>x</script>\n& more", definition="what it means")
    changed = replace(deck, items=(worded, *deck.items[1:]))
    page = print_html(changed, ["cards"])
    assert b"<script" not in page
    assert "<script>x</script>& more" in read_page(page)
    assert deck.item(1).label not in read_page(page)
    assert "what it means" in read_page(print_html(changed, ["manual"]))


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", data))


def test_ten_cards_a_page(deck: ItemSet) -> None:
    plain = replace(
        deck, title="Plain", items=tuple(replace(i, label=f"Item {i.number}") for i in deck.items)
    )
    assert pages(print_pdf(plain, ["cards"], compress=False)) == 10
    assert pages(print_pdf(plain, ["sheet"], compress=False)) == 1


def test_long_wording_stays_on_its_card(deck: ItemSet) -> None:
    long = replace(deck.item(1), label="Item", text="many words " * 120)
    changed = replace(
        deck, title="Plain", items=(long, *(replace(i, label="Item") for i in deck.items[1:]))
    )
    assert pages(print_pdf(changed, ["cards"], compress=False)) == 10


def test_other_alphabets_need_a_font_that_has_them(deck: ItemSet, tmp_path: Path) -> None:
    other = replace(deck, title="\U0010fffd")
    with pytest.raises(UsageError, match="No font") as caught:
        print_pdf(other)
    assert ".html" in caught.value.cure


def test_the_entry_sheet_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    empty = entry_csv(SMALL, [("S1", "anna"), ("S2", "bo")]).decode()
    assert empty == "session,rater,pile 1,pile 2,pile 3\nS1,anna,,,\nS2,bo,,,\n"
    path.write_text(empty.replace("S1,anna,,,", "S1,anna,4,1 3,2"), encoding="utf-8")
    first, second = read_sorts_file(path, SMALL).sorts
    assert first.piles == {4: 1, 1: 2, 3: 2, 2: 3}
    assert first.forced
    assert second.problem == "no pile for item 1, 2, 3, 4"


def test_a_rating_form_is_printed_as_a_sheet_to_mark() -> None:
    form = replace(
        SMALL,
        kind="ratings",
        items=tuple(
            replace(item, label=f"Long wording {item.number} " * 30) for item in SMALL.items
        ),
    )
    text = read_page(print_html(form, ["sheet"]))
    assert text.count("Long wording 4") == 30
    assert text.count("123") == len(form.items)
    assert pages(print_pdf(form, ["sheet"], compress=False)) == 1
    many = replace(form, items=form.items * 20)
    assert pages(print_pdf(many, ["sheet"], compress=False)) > 1
    assert entry_csv(form) == b"session,rater,item1,item2,item3,item4\n"
    with pytest.raises(UsageError, match="no cards"):
        print_pdf(form, ["cards"])
