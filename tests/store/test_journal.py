"""The journal: every prefix is a valid draft, every flipped byte is found, nothing is guessed."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, StudyError
from pqs_coder.model.card import Card
from pqs_coder.model.draft import new_draft
from pqs_coder.model.guide import card_order
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import Note, Place
from pqs_coder.store.journal import (
    Header,
    act_line,
    decode,
    encode,
    header_line,
    parse_journal,
    read_journal,
    replay,
)
from tests.small_study import BIRDS, possible, runs

HEADER = Header(
    session="S1",
    rater="anna",
    item_set="birds",
    item_set_hash=BIRDS.hash,
    transcript_hash=None,
    seed=None,
    started_at="2025-03-01T10:00:00.000000Z",
)
AT = "2025-03-01T10:00:01.000000Z"


def written(acts, header=HEADER):
    """The lines of a journal in which these acts were done."""
    return [header_line(header), *(act_line(n, AT, act, {}, 0.5) for n, act in enumerate(acts, 1))]


def cards(draft):
    return dict(draft.cards)


# -- one line --------------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.text(),
            st.lists(st.text(max_size=5), max_size=3),
        ),
        min_size=1,
    )
)
def test_encode_and_decode_go_round(line):
    raw = encode(line)
    assert raw.endswith(b"\n")
    assert raw.count(b"\n") == 1
    assert raw.isascii()
    back = decode(raw[:-1])
    assert back is not None
    back.pop("crc")
    assert back == {key: value for key, value in line.items() if key != "crc"}


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=30))
def test_any_text_is_one_line(text):
    (line,) = (decode(raw) for raw in act_line(1, AT, Note(1, text), {}, 0).splitlines())
    assert line is not None
    assert line["text"] == text


def test_every_flipped_byte_of_a_line_is_found():
    raw = act_line(1, AT, Place(7, 2), {"hand": 8}, 1.25)[:-1]
    for place in range(len(raw)):
        for other in range(256):
            if other != raw[place]:
                assert decode(raw[:place] + bytes([other]) + raw[place + 1 :]) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_no_line(raw):
    assert decode(raw) is None


def test_a_line_with_a_right_sum_that_is_no_object_is_none():
    import zlib

    for body in (b"[1", b"nonsense", b'{"a":' + b"[" * 100000):
        crc = f"{zlib.crc32(body + b'}'):08x}".encode()
        assert decode(body + b',"crc":"' + crc + b'"}') is None


def test_no_line_says_nan():
    with pytest.raises(ValueError, match="JSON"):
        encode({"t": math.nan})


# -- prefixes and torn tails -----------------------------------------------------------------------


@given(runs, st.data())
def test_any_prefix_of_bytes_is_a_draft_on_the_way(run, data):
    done, drafts = possible(run)
    lines = written(done)
    whole = b"".join(lines)
    cut = data.draw(st.integers(0, len(whole)))
    reading = parse_journal(whole[:cut])
    draft = replay(reading, BIRDS)
    assert reading.sound
    assert cards(draft) == cards(drafts[len(reading.lines)])
    assert reading.good + reading.torn == cut
    assert reading.data == whole[: reading.good]
    complete, length = 0, 0
    for n, line in enumerate(lines):
        length += len(line)
        if length <= cut:
            complete = n
    assert len(reading.lines) == complete


@given(runs, st.binary(max_size=80).map(lambda tail: tail.replace(b"\n", b" ")))
def test_a_torn_tail_of_any_bytes_takes_no_move_away(run, tail):
    done, drafts = possible(run)
    whole = b"".join(written(done))
    reading = parse_journal(whole + tail)
    assert cards(replay(reading, BIRDS)) == cards(drafts[-1])
    assert reading.torn == len(tail)
    assert reading.good == len(whole)


def test_replay_brings_back_view_seconds_and_the_whole_past():
    lines = [
        header_line(HEADER),
        act_line(1, AT, Place(1, 2), {"hand": 2, "stage": "piles"}, 3.0),
        act_line(2, AT, Place(2, 0), {"hand": 3}, 4.5),
    ]
    draft = replay(parse_journal(b"".join(lines)), BIRDS)
    assert (draft.view.hand, draft.view.stage) == (3, "piles")
    assert draft.seconds == {1: 3.0, 2: 4.5}
    assert [step.move for step in draft.steps()] == [Place(2, 0), Place(1, 2)]
    assert draft.lines == 2


@given(runs)
def test_replay_is_advance_again(run):
    done, drafts = possible(run)
    draft = replay(parse_journal(b"".join(written(done))), BIRDS)
    assert cards(draft) == cards(drafts[-1])
    assert [step.after for step in draft.steps()] == [step.after for step in drafts[-1].steps()]
    assert (draft.lines, draft.acts) == (drafts[-1].lines, drafts[-1].acts)


def test_nothing_and_a_torn_header_are_an_empty_draft():
    for data in (b"", header_line(HEADER)[:-1], header_line(HEADER)[:40]):
        reading = parse_journal(data)
        assert reading.header is None
        assert reading.torn == len(data)
        assert replay(reading, BIRDS).cards == new_draft(BIRDS).cards


def test_the_first_card_follows_the_seed():
    header = replace(HEADER, seed=7)
    draft = replay(parse_journal(header_line(header)), BIRDS)
    assert draft.view.hand == card_order(BIRDS, 7)[0]


# -- damage ----------------------------------------------------------------------------------------

MOVES = [Place(n, 0) for n in range(1, 7)]


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80])
def test_every_flipped_byte_of_a_whole_journal_is_found(bit):
    whole = b"".join(written(MOVES))
    for place in range(len(whole)):
        flipped = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
        with pytest.raises(DataError):
            replay(parse_journal(flipped), BIRDS)


def test_a_byte_that_became_a_line_end_and_a_line_end_that_is_none_are_found():
    whole = b"".join(written(MOVES))
    for place in range(len(whole)):
        other = b"x" if whole[place : place + 1] == b"\n" else b"\n"
        with pytest.raises(DataError):
            replay(parse_journal(whole[:place] + other + whole[place + 1 :]), BIRDS)


def test_a_damaged_line_in_the_middle_is_named_and_not_stepped_over():
    lines = written(MOVES)
    lines[3] = lines[3].replace(b'"item":3', b'"item":4')
    reading = parse_journal(b"".join(lines), "anna.journal")
    assert reading.damaged == (4,)
    assert not reading.gaps
    with pytest.raises(DataError, match="line 4 is damaged") as caught:
        replay(reading, BIRDS, "anna.journal")
    assert "--repair" in caught.value.cure


def test_a_lost_line_is_named():
    lines = written(MOVES)
    del lines[3]
    reading = parse_journal(b"".join(lines))
    assert reading.gaps == (4,)
    with pytest.raises(DataError, match="before line 4 are missing"):
        replay(reading, BIRDS)


def test_a_doubled_line_is_named():
    lines = written(MOVES)
    lines.insert(3, lines[2])
    assert parse_journal(b"".join(lines)).gaps == (4,)


def test_a_damaged_last_line_is_damage_and_a_torn_one_is_not():
    lines = written(MOVES)
    flipped = lines[-1].replace(b"place", b"plane")
    assert parse_journal(b"".join([*lines[:-1], flipped])).damaged == (7,)
    torn = parse_journal(b"".join([*lines[:-1], flipped[:-1]]))
    assert torn.sound
    assert torn.torn == len(flipped) - 1


def test_a_damaged_header_is_fatal_and_named():
    lines = written(MOVES)
    lines[0] = lines[0].replace(b"anna", b"bnna")
    with pytest.raises(DataError, match=r"x\.journal, line 1"):
        parse_journal(b"".join(lines), "x.journal")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_torn_header_or_a_data_error(data):
    try:
        reading = parse_journal(data)
    except DataError:
        return
    assert reading.header is None
    assert reading.torn == len(data)


def test_a_move_that_makes_no_sense_is_named_with_its_line():
    lines = [*written(MOVES), act_line(7, AT, Place(99, 0), {}, 0)]
    with pytest.raises(DataError, match="j, line 8: There is no item 99"):
        replay(parse_journal(b"".join(lines)), BIRDS, "j")


@pytest.mark.parametrize(
    "more",
    [{"t": "x"}, {"t": True}, {"t": [1]}, {"view": 5}, {"view": {"hand": 99}}, {"do": "fly"}],
)
def test_a_line_with_a_right_sum_and_wrong_content_is_named(more):
    raw = encode({"n": 1, "at": AT, "do": "place", "item": 1, "pile": 0, **more})
    with pytest.raises(DataError, match="line 2"):
        replay(parse_journal(header_line(HEADER) + raw), BIRDS)


def test_a_time_without_end_is_refused():
    raw = encode({"n": 1, "do": "look", "t": 1}).rpartition(b',"crc"')[0]
    import zlib

    body = raw.replace(b'"t":1', b'"t":Infinity')
    crc = f"{zlib.crc32(body + b'}'):08x}".encode()
    line = body + b',"crc":"' + crc + b'"}\n'
    with pytest.raises(DataError, match="seconds"):
        replay(parse_journal(header_line(HEADER) + line), BIRDS)


# -- headers ---------------------------------------------------------------------------------------


def test_a_draft_of_other_wording_is_kept_and_explained():
    other: ItemSet = replace(BIRDS, title="Birds at another window")
    with pytest.raises(StudyError, match="another version of the item set 'birds'") as caught:
        replay(parse_journal(b"".join(written(MOVES))), other)
    assert caught.value.cure


def test_a_header_goes_round_with_all_it_can_say():
    start = {n: Card(pile=0, heap=1, moves=2) for n in BIRDS.numbers}
    start[3] = Card(pile=1, heap=None, note="a\nb", evidence=("3", "all"), unsure=True, moves=1)
    header = replace(
        HEADER,
        transcript_hash="ab",
        seed=12,
        occasion=2,
        revision=3,
        reason="a slip with item 4",
        asked_by="clara",
        mended="one line",
        start=start,
    )
    assert parse_journal(header_line(header)).header == header


def test_a_revision_replays_onto_the_cards_that_it_started_from():
    start = {n: Card(pile=0, moves=1) for n in BIRDS.numbers}
    lines = written([Place(2, 1)], replace(HEADER, revision=2, start=start))
    draft = replay(parse_journal(b"".join(lines)), BIRDS)
    assert draft.card(1).pile == 0
    assert draft.card(2).pile == 1
    assert draft.past.depth == 1


def test_the_first_format_is_read_as_it_was_written():
    """A header as the first version wrote it, byte for byte."""
    line = (
        b'{"session":"S1","rater":"anna","item_set":"birds","item_set_hash":"HASH",'
        b'"transcript_hash":null,"seed":null,"started_at":"2025-03-01T10:00:00.000000Z",'
        b'"format":1,"program":"pqs_coder 0.1.0","crc":"667415e2"}\n'
    )
    header = parse_journal(line).header
    assert header is not None
    assert header == replace(HEADER, item_set_hash="HASH", program="pqs_coder 0.1.0")
    assert (header.revision, header.occasion, header.start) == (1, 1, None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", None),
        ("format", 0),
        ("format", True),
        ("format", "1"),
        ("session", 5),
        ("rater", None),
        ("item_set_hash", []),
        ("seed", "x"),
        ("seed", [1]),
        ("started_at", "yesterday"),
        ("started_at", 5),
        ("started_at", "2025-03-01T10:00:00"),
        ("revision", 0),
        ("revision", True),
        ("occasion", 3),
        ("reason", 5),
        ("start", 5),
        ("start", [5]),
        ("start", [{"item": 1}]),
        ("start", [{"item": 1, "pile": "x", "heap": None}]),
        ("start", [{"item": 1, "pile": 1, "heap": 5}]),
        ("start", [{"item": 1, "pile": 1, "heap": 1, "evidence": ["never"]}]),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(key, value):
    line = json.loads(header_line(HEADER)) | {key: value}
    with pytest.raises(DataError, match="line 1"):
        parse_journal(encode(line))


@pytest.mark.parametrize("key", ["session", "rater", "item_set_hash", "seed", "started_at"])
def test_a_header_that_lacks_something_is_refused(key):
    line = json.loads(header_line(HEADER))
    del line[key]
    with pytest.raises(DataError, match=key):
        parse_journal(encode(line))


def test_a_later_format_is_refused_with_a_cure():
    line = json.loads(header_line(HEADER)) | {"format": 2}
    with pytest.raises(DataError, match="newer") as caught:
        parse_journal(encode(line))
    assert "later" in caught.value.cure


def test_what_a_later_version_adds_to_a_header_is_passed_over():
    line = json.loads(header_line(HEADER)) | {"colour": "red"}
    assert parse_journal(encode(line)).header == HEADER


def test_reading_changes_nothing(tmp_path):
    path = tmp_path / "anna.journal"
    data = b"".join(written(MOVES)) + b'{"n":7,'
    path.write_bytes(data)
    reading = read_journal(path)
    assert reading.torn == 7
    assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]
