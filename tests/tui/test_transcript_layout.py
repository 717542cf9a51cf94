"""Where turns stand on lines, how a line is drawn, what a search finds: no app needed."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.style import Style

from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.tui.text import visible_lines, width
from pqs_coder.tui.widgets.transcript_drawing import Scene, draw_line
from pqs_coder.tui.widgets.transcript_layout import (
    MARGIN,
    TranscriptLayout,
    choose_columns,
    margin_lines,
    role_of,
    shown_text,
    speaker_labels,
)
from pqs_coder.tui.widgets.transcript_search import Matches, TranscriptIndex

TROUBLE = " \t\n\r\x1b\x85[]/\u00ad\u0301\u0903\u200b\u200d\u202e\ufe0f\u1160今日가❤👩🏽éß\ud800"
ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from(TROUBLE), st.sampled_from("ab ")), max_size=120
)
TURNS = st.lists(
    st.tuples(ANY_TEXT, ANY_TEXT, st.sampled_from(["", "00:01:02", "7\x07"])),
    min_size=1,
    max_size=6,
)
MARGINS = st.dictionaries(
    st.integers(1, 6),
    st.lists(st.integers(1, 100), min_size=1, max_size=30, unique=True).map(tuple),
)


def transcript_of(rows):
    return Transcript(
        tuple(Turn(n, speaker, text, time) for n, (speaker, text, time) in enumerate(rows, 1))
    )


def laid_out(transcript, cells, margin=None, roles=None):
    labels = speaker_labels(transcript.speakers, roles or {})
    times = {
        turn.number: "".join(visible_lines(turn.time)) for turn in transcript.turns if turn.time
    }
    shown = [shown_text(turn) for turn in transcript.turns]
    columns = choose_columns(
        cells,
        len(str(len(transcript))),
        max(map(width, times.values()), default=0),
        max(map(width, labels.values())),
    )
    layout = TranscriptLayout(transcript, shown, columns, margin or {})
    scene = Scene(
        cells, Style(), lambda name: Style(), 1, frozenset({2}), frozenset({1}),
        [(labels[turn.speaker], role_of(turn.speaker, {})) for turn in transcript.turns],
        times, Matches(TranscriptIndex(shown).search("a")),
    )  # fmt: skip
    return layout, scene, shown


def without_blanks(text):
    return text.replace(" ", "").replace("\n", "")


@given(TURNS, st.integers(12, 130), MARGINS)
@example([("", "", "")], 12, {1: (1, 2, 3)})
@example([("P", "\u0301", "")], 20, {})
@example([("", "000\U00011af9\U0003134b", "")], 26, {1: tuple(range(1, 14))})
def test_any_text_is_drawn_whole_on_lines_of_the_width(rows, cells, margin):
    transcript = transcript_of(rows)
    layout, scene, shown = laid_out(transcript, cells, margin)
    drawn = [draw_line(scene, layout, line) for line in range(layout.height + 2)]
    for strip in drawn:
        assert strip.cell_length == cells == width(strip.text)
        strip.text.encode()
    for turn in range(1, len(transcript) + 1):
        start = layout.start(turn)
        words = ""
        for inside, strip in enumerate(drawn[start : start + layout.lines_of(turn)]):
            note = layout.margin(turn)[inside] if inside < len(layout.margin(turn)) else ""
            line = strip.text.rstrip(" ").removesuffix(note)
            words += _behind(line, layout.columns.indent)
        assert without_blanks(words) == without_blanks(shown[turn - 1])


def _behind(line, cells):
    """What stands behind so many cells of a line."""
    at = 0
    while at < len(line) and width(line[:at]) < cells:
        at += 1
    return line[at:]


@given(TURNS, st.integers(12, 80), MARGINS, MARGINS)
def test_a_changed_margin_wraps_as_a_new_layout_would(rows, cells, before, after):
    transcript = transcript_of(rows)
    layout, _, _ = laid_out(transcript, cells, before)
    layout.set_margin(after)
    fresh, _, _ = laid_out(transcript, cells, after)
    assert layout.height == fresh.height
    for turn in range(1, len(transcript) + 1):
        assert layout.start(turn) == fresh.start(turn)
        assert layout.words(turn) == fresh.words(turn)
        assert layout.margin(turn) == fresh.margin(turn)


@given(TURNS, st.integers(12, 80))
def test_lines_and_turns_find_each_other(rows, cells):
    layout, _, _ = laid_out(transcript_of(rows), cells)
    for line in range(layout.height):
        turn, inside = layout.at(line)
        assert layout.start(turn) + inside == line
        assert 0 <= inside < layout.lines_of(turn)
        place = layout.offsets(turn)[inside]
        assert layout.words(layout.at(layout.line_of(turn, place))[0]) == layout.words(turn)


@given(st.lists(st.integers(1, 200), unique=True, min_size=1), st.integers(1, 9))
def test_margin_names_or_counts_every_item(items, lines):
    rows = margin_lines(items, lines)
    assert len(rows) <= lines
    assert all(len(row) <= MARGIN for row in rows)
    words = " ".join(rows).replace("*", "").split()
    named = [word for word in words if not word.startswith("+")]
    left = sum(int(word) for word in words if word.startswith("+"))
    assert named == [str(item) for item in items[: len(named)]]
    assert len(named) + left == len(items)


@pytest.mark.parametrize(
    ("speakers", "roles", "labels"),
    [
        (["client", "therapist"], {"client": "patient", "therapist": "therapist"}, "P T"),
        (["client", "therapist"], {}, "C T"),
        (["Anna Berg", "Arne Boll"], {}, "AB AB2"),
        (["Ann", "Ann Nona Nys"], {}, "Ann ANN"),
        (["A", "B"], {"A": "therapist", "B": "Therapist"}, "T T2"),
        (["", "observer"], {}, "- O"),
        (["[b]", "\u202e"], {}, "[b] ‹"),
    ],
)
def test_speakers_have_labels_of_their_own(speakers, roles, labels):
    assert " ".join(speaker_labels(speakers, roles).values()) == labels


@given(st.lists(ANY_TEXT, unique=True, max_size=12))
def test_no_two_speakers_share_a_label(speakers):
    labels = speaker_labels(speakers, {})
    assert len(set(labels.values())) == len(speakers)


def test_times_need_room_and_labels_give_way_last():
    assert choose_columns(100, 3, 8, 1).time == 8
    assert choose_columns(50, 3, 8, 1).time == 0
    assert choose_columns(50, 3, 8, 1).label == 1
    assert choose_columns(14, 4, 8, 3).label == 0


def search(texts, words):
    return [
        (m.turn, texts[m.turn - 1][m.start : m.end]) for m in TranscriptIndex(texts).search(words)
    ]


def test_search_is_without_case_and_composes_letters():
    texts = ["Hurt, yes. HURT.", "cafe\u0301 and caf\u00e9", "Straße", "one\ntwo"]
    assert search(texts, "hurt") == [(1, "Hurt"), (1, "HURT")]
    assert search(texts, "CAFÉ") == [(2, "cafe\u0301"), (2, "caf\u00e9")]
    assert search(texts, "cafe") == []
    assert search(texts, "STRASSE") == [(3, "Straße")]
    assert search(texts, "e two") == [(4, "e\ntwo")]
    assert search(texts, "  ") == []
    assert search(["[b]x[/b]", "a.c abc"], "a.c") == [(2, "a.c")]


@given(st.lists(ANY_TEXT, max_size=5), ANY_TEXT)
def test_search_never_raises_and_finds_places_in_the_text(texts, words):
    for match in TranscriptIndex(texts).search(words):
        assert 0 <= match.start < match.end <= len(texts[match.turn - 1])


@given(st.text("abé ", min_size=1, max_size=30), st.data())
def test_what_stands_there_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    words = text[start : data.draw(st.integers(start + 1, len(text)))]
    if words.strip():
        for spelled in (words, words.upper(), unicodedata.normalize("NFD", words)):
            assert TranscriptIndex([text]).search(spelled)


def test_steps_through_matches_go_round():
    matches = Matches(TranscriptIndex(["a", "b a", "a"]).search("a"))
    assert matches.step(1, 2).turn == 2
    assert [matches.step(1, 2).turn for _ in range(3)] == [3, 1, 2]
    assert matches.step(-1, 2).turn == 1
    assert Matches().step(1, 1) is None
    back = Matches(TranscriptIndex(["a", "b a", "a"]).search("a"))
    assert back.step(-1, 2).turn == 1
