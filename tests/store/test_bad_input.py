"""Bad input of every kind to every reader: a clear error or harmless, never a crash or a hang."""

from __future__ import annotations

import json
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import DataError, PqsError, StudyError
from pqs_coder.model.moves import Note, Place
from pqs_coder.store.item_sets import load_item_set, read_text
from pqs_coder.store.journal import act_line, encode, header_line, parse_journal, read_journal
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.study import open_study
from pqs_coder.store.tables import parse_table
from pqs_coder.store.verify import verify
from pqs_coder.store.work import list_work
from tests.small_study import ITEMS, fill, make_small_study, small_study, write_item_set
from tests.store.test_journal import AT, HEADER

ESCAPES = "\x1b]0;title\x07\x1b[2J\x1b[31mred\x9b5n\u202e\u2066"

ENCODINGS = {
    "latin-1": "title = 'Gespräch'\n".encode("latin-1"),
    "cp1252": "title = '“so”'\n".encode("cp1252"),
    "utf-16": "title = 'x'\n".encode("utf-16"),
    "utf-16-le": "title = 'x'\n".encode("utf-16-le"),
    "utf-32": "title = 'x'\n".encode("utf-32"),
    "shift-jis": "title = '日本'\n".encode("shift-jis"),
    "ebcdic": "title = 'x'\n".encode("cp500"),
    "overlong": b"title = '\xc0\xaf'\n",
    "half surrogate": b"title = '\xed\xa0\x80'\n",
    "null": b"title = 'a\0b'\n",
    "nulls": b"\0" * 1000,
    "binary": bytes(range(256)),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "zip": b"PK\x03\x04" + bytes(200),
}
FILES = (
    "study.toml",
    "facts.csv",
    "assignments.csv",
    "item_sets/birds/item_set.toml",
    "item_sets/birds/items.csv",
    "sessions/S1/session.toml",
    "sessions/S1/transcript.txt",
    "sessions/S1/sorts/anna.journal",
    "sessions/S1/sorts/anna.parquet",
    "prototypes/x.csv",
    "prototypes/x.toml",
)


def read_all(folder) -> list[str]:
    """Do all that reads a study; the errors that a person would see."""
    said = []
    for action in (
        lambda: verify(open_study(folder)),
        lambda: list_work(open_study(folder)),
        lambda: read_sorts(open_study(folder), drafts=True),
        lambda: open_study(folder).facts(),
        lambda: open_study(folder, "anna").assignments(),
        lambda: open_desk(open_study(folder), "S1", "anna", read_only=True),
        lambda: open_desk(open_study(folder), "S1", "anna").close(),
        lambda: open_desk(open_study(folder), "S1", "ben").close(),
    ):
        try:
            action()
        except PqsError as error:
            said.append(str(error))
    return said


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    folder = make_small_study(tmp_path_factory.mktemp("bad") / "study")
    with open_desk(open_study(folder), "S1", "anna") as desk:
        desk.place(1, 0)
    return folder


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", ENCODINGS)
def test_wrong_bytes_in_any_file_are_told_and_nothing_else(ready, file, kind):
    path = ready / file
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(ENCODINGS[kind])
    try:
        said = read_all(ready)
        named = [text for text in said if path.name in text]
        bad = {}
        try:
            bad = {one.file: one for one in verify(open_study(ready))}
        except PqsError:
            assert file == "study.toml"
        assert named or (file in bad and (bad[file].state != "ok" or kind not in ("null",)))
        for text in said:
            assert "\0" not in text
            assert "\x1b" not in text
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


@pytest.mark.parametrize("file", FILES)
def test_a_folder_and_a_dead_link_in_the_place_of_a_file(ready, file):
    path = ready / file
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    if before is not None:
        path.unlink()
    try:
        path.mkdir()
        read_all(ready)
        path.rmdir()
        path.symlink_to(ready / "nowhere")
        read_all(ready)
        path.unlink()
        path.symlink_to(path)
        read_all(ready)
        path.unlink()
    finally:
        if before is not None:
            path.write_bytes(before)


@given(st.binary(max_size=400), st.sampled_from(FILES))
def test_any_bytes_in_any_file_are_told_or_harmless(ready, data, file):
    path = ready / file
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        read_all(ready)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
    assert open_study(ready)


def test_a_line_of_an_encoding_error_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"a\nb\nc \xff\n")
    with pytest.raises(DataError, match="line 3: not UTF-8") as caught:
        read_text(path)
    assert "UTF-8" in caught.value.cure


# -- too much --------------------------------------------------------------------------------------


def test_a_million_lines_are_read_or_refused_in_bounded_memory(tmp_path):
    study = small_study(tmp_path)
    rows = "session,rater\n" + "S1,anna\n" * 1_000_000
    (tmp_path / "assignments.csv").write_text(rows)
    assert len(study.assignments()) == 1_000_000
    work = [one for one in list_work(study) if one.session == "S1"]
    assert [one.rater for one in work] == ["anna"]
    (tmp_path / "assignments.csv").unlink()
    folder = write_item_set(tmp_path / "many", items=ITEMS + "13,a,b,c,d,,f\n" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="line 10001: more than 9999 items"):
            load_item_set(folder)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_a_cell_of_megabytes_is_refused_with_its_line():
    with pytest.raises(DataError, match="line 2"):
        parse_table("session,rater\n" + "x" * 10_000_000 + ",a\n", "f.csv", ["session"])


def test_a_long_journal_is_read(tmp_path):
    path = tmp_path / "anna.journal"
    lines = [act_line(n, AT, Place(n % 12 + 1, 0), {}, 0) for n in range(1, 30_001)]
    path.write_bytes(header_line(HEADER) + b"".join(lines))
    reading = read_journal(path)
    assert reading.sound
    assert len(reading.lines) == 30_000


def test_a_note_of_a_megabyte_is_kept(tmp_path):
    study = small_study(tmp_path)
    with open_desk(study, "S1", "anna") as desk:
        desk.note(1, "é" * 500_000)
        fill(desk)
        desk.submit()
    notes = read_sorts(study)["note"].drop_nulls().to_list()
    assert notes == ["é" * 500_000]


def test_deep_nesting_in_a_line_is_damage_and_no_crash():
    deep = b'{"n":1,"do":"look","view":' + b'{"a":' * 50_000
    assert parse_journal(header_line(HEADER) + deep).torn == len(deep)
    import zlib

    body = deep + b"1" + b"}" * 50_000
    crc = f"{zlib.crc32(body + b'}'):08x}".encode()
    reading = parse_journal(header_line(HEADER) + body + b',"crc":"' + crc + b'"}\n')
    assert reading.damaged == (2,)


def test_huge_numbers_in_a_line_are_told():
    for number in (10**30, -(10**30)):
        raw = encode({"n": 1, "at": AT, "do": "place", "item": number, "pile": number})
        from pqs_coder.store.journal import replay
        from tests.small_study import BIRDS

        with pytest.raises(DataError, match="There is no item"):
            replay(parse_journal(header_line(HEADER) + raw), BIRDS)


def test_a_view_with_huge_numbers_is_no_crash(tmp_path):
    study = small_study(tmp_path)
    with open_desk(study, "S1", "anna") as desk:
        desk.look(turn=10**30)
    with open_desk(study, "S1", "anna") as desk:
        assert desk.draft.view.turn == 10**30


# -- text that plays tricks ------------------------------------------------------------------------


def test_escapes_in_a_note_are_kept_as_text_and_escaped_on_disk(tmp_path):
    study = small_study(tmp_path)
    with open_desk(study, "S1", "anna") as desk:
        desk.note(1, ESCAPES)
        path = desk._file.paths.journal
    assert b"\x1b" not in path.read_bytes()
    with open_desk(study, "S1", "anna") as desk:
        assert desk.draft.card(1).note == ESCAPES


@pytest.mark.parametrize("name", [ESCAPES, "a\x1b[31m", "\u202eanna", "a\nb", "a\u2028b"])
def test_names_with_escapes_are_refused_in_printable_words(tmp_path, name):
    study = small_study(tmp_path)
    for action in (
        lambda: open_desk(study, "S1", name),
        lambda: open_desk(study, name, "anna"),
        lambda: open_study(tmp_path, name),
    ):
        with pytest.raises(PqsError) as caught:
            action()
        assert all(line.isprintable() for line in str(caught.value).splitlines())


def test_files_with_escapes_in_their_names_do_no_harm(tmp_path):
    study = small_study(tmp_path)
    folder = tmp_path / "sessions" / "S1" / "sorts"
    folder.mkdir()
    (folder / "a\x1b[31m.parquet").write_bytes(b"x")
    (folder / "b\nc.journal").write_bytes(b"x")
    assert read_sorts(study).height == 0
    states = {one.state for one in verify(study) if "sorts" in one.file}
    assert states == {"foreign"}


def test_a_session_folder_of_a_strange_name_is_told(tmp_path):
    study = small_study(tmp_path)
    (tmp_path / "sessions" / "a b").mkdir()
    (tmp_path / "sessions" / "S1 copy").mkdir()
    with pytest.raises(PqsError):
        open_desk(study, "a b", "anna")
    with open_desk(study, "S1", "anna"):
        pass
    assert study.session_codes() == ["S1", "S2"]
    strange = {one.file for one in verify(study) if one.state == "foreign"}
    assert strange == {"sessions/a b", "sessions/S1 copy"}


def test_a_header_cannot_send_a_sort_elsewhere(tmp_path):
    """A journal made up by somebody, with a path in the place of a name."""
    study = small_study(tmp_path)
    folder = tmp_path / "sessions" / "S1" / "sorts"
    folder.mkdir()
    line = json.loads(header_line(HEADER)) | {"session": "../../S2", "rater": "../x"}
    (folder / "anna.journal").write_bytes(encode(line))
    with pytest.raises(DataError, match="it is the draft of"):
        open_desk(study, "S1", "anna")


def test_random_damage_all_over_a_study_never_crashes(tmp_path):
    folder = make_small_study(tmp_path / "study")
    study = open_study(folder)
    with open_desk(study, "S1", "anna") as desk:
        fill(desk)
        desk.submit()
    with open_desk(study, "S1", "ben") as desk:
        fill(desk)
    whole = {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    rng = random.Random(5)
    for _ in range(60):
        for path in rng.sample(sorted(whole), 3):
            data = bytearray(whole[path])
            for _ in range(rng.randint(1, 5)):
                if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
            if rng.random() < 0.3:
                del data[rng.randrange(len(data) + 1) :]
            path.write_bytes(data)
        read_all(folder)
        for path, data in whole.items():
            path.write_bytes(data)
    assert read_all(folder) != ["never"]
    assert not [one for one in verify(study) if one.state not in ("ok", "foreign")]


def test_a_note_may_say_what_a_journal_says():
    line = act_line(1, AT, Note(1, header_line(HEADER).decode()), {}, 0)
    assert len(parse_journal(header_line(HEADER) + line).lines) == 1


def test_a_study_that_is_a_file_is_told(tmp_path):
    (tmp_path / "x").write_text("x")
    with pytest.raises(StudyError):
        open_study(tmp_path / "x")
