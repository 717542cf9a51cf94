"""Text on a grid of cells: everything is seen, nothing is wider than it may be, nothing is lost."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from pqs_coder.store.item_sets import find_item_set
from pqs_coder.tui import text as texts
from pqs_coder.tui.text import cut, pad, shortened, visible, visible_lines, width, wrap

TROUBLE = (
    " \t\n\r\x00\x1b\x7f\x85[]/\u00ad\u0301\u0903\u0e31\u200b\u200c\u200d\u2028\u202e\u2066\ufe0e\ufe0f"
    "\ufeff\u1160\u3164\u2800今日가각、❤👩🏽🇩éß\u20e3\U000e0041\ud800\U0010ffff\ue000"
)
ANY_TEXT = st.text(st.one_of(st.characters(), st.sampled_from(TROUBLE), st.sampled_from("ab ")))
CELLS = st.integers(2, 30)


def without_blanks(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")


@given(ANY_TEXT)
def test_visible_text_is_drawable(text):
    shown = visible(text)
    shown.encode()
    for one in shown:
        assert one.isprintable() or unicodedata.category(one) == "Zs" or one == "\u200c"
        assert not texts._UNSEEN.match(one)
    assert not shown or unicodedata.category(shown[0])[0] != "M"


@given(ANY_TEXT)
def test_whatever_can_be_seen_stays_and_the_rest_has_a_stand_in(text):
    text = texts._DRAWING.sub("", text)
    shown = visible(text).removeprefix("\u25cc") if not text.startswith("\u25cc") else visible(text)
    position = 0
    for one in text:
        if shown.startswith(one, position):
            position += 1
        else:
            stand_in = texts._stand_in(one)
            assert stand_in != one
            assert shown.startswith(stand_in, position)
            assert width(stand_in) >= 1
            position += len(stand_in)
    assert position == len(shown)


@given(ANY_TEXT)
def test_making_visible_twice_changes_nothing(text):
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[pause] [/] [b]x[/b]", "[pause] [/] [b]x[/b]"),
        ("a\tb\n", "a␉b␊"),
        ("\x1b[31mred", "␛[31mred"),
        ("abc\u202edef\u2069", "abc‹202e›def‹2069›"),
        ("zero\u200bwidth\ufeff", "zero‹200b›width‹feff›"),
        ("psy\u00adche", "psy‹ad›che"),
        ("\u0301alone", "\u25cc\u0301alone"),
        ("e\u0301 今日 naïve", "e\u0301 今日 naïve"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a \u200c b", "a ‹200c› b"),
        ("\u2764\ufe0f 1\ufe0f\u20e3", "\u2764 1\u20e3"),
        ("a\ufe0f", "a‹fe0f›"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\U0001f467"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f3f3\U0001f308"),
        ("a\u200db \U0001f469\u200d", "a‹200d›b \U0001f469‹200d›"),
        ("lone \ud800", "lone ‹d800›"),
        ("\u00a0\u3000", "\u00a0\u3000"),
        ("", ""),
    ],
)
def test_stand_ins(text, shown):
    assert visible(text) == shown


def test_lines_of_a_text():
    assert visible_lines("one\r\ntwo\n\n\u0301x\u2028y") == [
        "one",
        "two",
        "",
        "\u25cc\u0301x",
        "y",
    ]
    assert visible_lines("") == [""]


def test_plain_signs_take_one_cell():
    assert [one for one in texts._PLAIN if cell_len(one) != 1] == []


@given(ANY_TEXT, CELLS)
@example("\u0301" * 5, 2)
@example("   ", 2)
@example("        x", 3)
@example("今" * 4, 3)
@example("a" + "\u0903" * 9, 2)
def test_wrapped_lines_fit_and_lose_nothing(text, cells):
    lines = wrap(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert without_blanks("".join(lines)) == without_blanks(text)


@given(ANY_TEXT, CELLS)
def test_wrapped_visible_lines_fit(text, cells):
    shown = visible(text)
    lines = wrap(shown, cells)
    assert all(width(line) <= cells for line in lines)
    assert without_blanks("".join(lines)) == without_blanks(shown)
    for line in lines[1:]:
        assert line[:1] != " "


@given(st.text("abcd 'é”-", max_size=80), CELLS)
def test_both_ways_of_wrapping_agree(text, cells):
    text = text.lstrip(" ")
    assert texts._wrap_plain(text, cells) == texts._wrap_wide(text, cells)


@given(st.lists(st.text("abcdef", min_size=1, max_size=8)), st.integers(8, 40))
def test_words_that_fit_are_never_broken(words, cells):
    assert " ".join(wrap(" ".join(words), cells)).split() == words


def test_marks_stay_on_their_letter():
    assert wrap("e\u0301" * 6, 4) == ["e\u0301" * 4, "e\u0301" * 2]


def test_scripts_without_blanks_break_between_letters_but_not_before_a_stop():
    assert wrap("ja 今日は雨。そう", 11) == ["ja 今日は", "雨。そう"]


@given(ANY_TEXT, st.integers(0, 30))
@example("今日", 3)
def test_cut_is_a_beginning_that_fits(text, cells):
    short = cut(text, cells)
    assert width(short) <= cells
    assert text.startswith(short)
    with_sign = cut(text, cells, end="…")
    assert width(with_sign) <= cells
    assert width(text) > cells or with_sign == text


@given(ANY_TEXT, st.integers(0, 30))
def test_padded_text_is_exactly_as_wide(text, cells):
    assert width(pad(visible(text), cells)) == cells


def test_cut_says_where_it_was_cut():
    assert cut("Silence occurs", 8, end="…") == "Silence…"
    assert cut("Silence", 7, end="…") == "Silence"
    assert cut("今日は", 4, end="…") == "今…"
    assert cut("anything", 0, end="…") == ""
    assert cut("anything", -1) == ""


@given(ANY_TEXT, st.integers(0, 30))
def test_shortened_names_fit_and_are_kept_where_they_fit(text, cells):
    short = shortened(visible(text), cells)
    assert width(short) <= cells
    assert width(visible(text)) > cells or short == visible(text)


@pytest.mark.parametrize("cells", [9, 12, 14, 19, 26])
def test_the_names_of_the_nine_piles_differ_however_short(cells):
    short = [shortened(pile.label, cells) for pile in find_item_set("pqs").piles]
    assert len(set(short)) == 9
