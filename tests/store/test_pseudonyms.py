"""Names in transcripts: replaced everywhere and the same way, with the key outside the study."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.store.pseudonyms import (
    Pseudonyms,
    key_path,
    pseudonymise,
    read_key,
    suggest_names,
    write_key,
)
from pqs_coder.store.transcripts import read_transcript

KEY = Pseudonyms().with_names(["Anna", "Jörg", "Anna Maria", "Al"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Anna said so.", "NameA said so."),
        ("ANNA! anna?", "NAMEA! NameA?"),
        ("Anna's mother, Annas, Annabel", "NameA's mother, Annas, Annabel"),
        ("Anna Maria and Anna  Maria", "NameC and NameC"),
        ("Anna-Maria", "NameA-Maria"),
        ("Jörg, JÖRG, Jo\u0308rg", "NameB, NAMEB, NameB"),
        ("Alan always [Al]", "Alan always [NameD]"),
        ("", ""),
        ("nobody", "nobody"),
    ],
)
def test_whole_words_are_replaced_in_any_spelling(text, wanted):
    assert KEY.replace(text)[0] == wanted


def test_letters_of_odd_case_do_no_harm():
    assert Pseudonyms().with_names(["ink"]).replace("\u0130nk \u0131nk ink")[0].endswith("NameA")


def test_it_is_told_how_often_each_name_was_replaced():
    assert KEY.replace("Anna and anna and Al")[1] == {"Anna": 2, "Al": 1}


def test_a_name_keeps_its_stand_in_when_others_are_added():
    more = KEY.with_names(["Zoe", "ANNA", " jörg "])
    assert more.key["anna"] == ("Anna", "NameA")
    assert more.key["zoe"] == ("Zoe", "NameE")
    assert len(more.key) == 5


def test_stand_ins_go_on_after_z():
    many = Pseudonyms().with_names([f"n{'x' * n}" for n in range(1, 60)])
    stand_ins = [other for _, other in many.key.values()]
    assert stand_ins[25:28] == ["NameZ", "NameAA", "NameAB"]
    assert len(set(stand_ins)) == 59


@pytest.mark.parametrize("name", ["", "  ", "12", "..."])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(UsageError, match="no name"):
        Pseudonyms().with_names([name])


@given(
    st.lists(st.text(alphabet="abcXYZé -'", min_size=1).filter(str.strip), max_size=5),
    st.text(alphabet="abcXYZé -'\n."),
)
def test_no_name_is_left_as_a_whole_word(names, text):
    import re

    usable = [name for name in names if any(letter.isalpha() for letter in name)]
    key = Pseudonyms().with_names(usable)
    new, counts = key.replace(text)
    if not counts:
        assert new == text
    for name, _ in key.key.values():
        if " " not in name and not re.search(r"[-']", name):
            assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", new, re.IGNORECASE)


# -- the key ---------------------------------------------------------------------------------------


def test_the_key_goes_round_and_is_its_owner_s(tmp_path):
    path = tmp_path / "keys" / "study.csv"
    write_key(path, KEY)
    assert read_key(path) == KEY
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "none.csv") == Pseudonyms()


def test_the_key_lies_outside_the_study(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    study = tmp_path / "study"
    study.mkdir()
    path = key_path(study)
    assert not path.is_relative_to(study)
    assert key_path(study) == path
    assert key_path(tmp_path / "other") != path
    (tmp_path / "link").symlink_to(study)
    for inside in (study / "key.csv", study / "sessions" / "k.csv", tmp_path / "link" / "k.csv"):
        with pytest.raises(UsageError, match="lies in the study"):
            key_path(study, inside)
    assert key_path(study, tmp_path / "key.csv") == tmp_path / "key.csv"


@pytest.mark.parametrize(
    "rows", ["Anna,\n", "Anna,NameA\nanna,NameB\n", "Anna,NameA\nBen,NameA\n", "Anna\n"]
)
def test_a_key_that_is_no_key_is_named_with_its_line(tmp_path, rows):
    path = tmp_path / "key.csv"
    path.write_text("name,stand_in\n" + rows)
    with pytest.raises(DataError, match=r"key\.csv, line"):
        read_key(path)


# -- transcripts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "Anna: Hello Jörg, [laughs] I am Anna.\nJörg: Anna!\n"),
        ("a.csv", 'speaker,text\nAnna,"Hello Jörg, Anna said"\nJörg,Al\n'),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hello Jörg</v>\n"),
    ],
)
def test_the_file_stays_as_it_is_but_for_the_names(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    suffix, data, counts = pseudonymise(path, KEY)
    assert suffix == path.suffix
    new = data.decode("utf-8")
    assert new.count("NameA") == text.count("Anna") == counts["Anna"]
    assert not {"Anna", "Jörg"} & set(new.replace(",", " ").split())
    back = new
    for original, other in KEY.key.values():
        back = back.replace(other, original)
    assert back == text
    (tmp_path / f"b{suffix}").write_bytes(data)
    assert "NameA" in read_transcript(tmp_path / f"b{suffix}").speakers


def test_a_packed_format_becomes_a_table(tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("Anna: Hello Jörg")
    document.add_paragraph('Jörg: "Anna", he said')
    document.save(str(tmp_path / "a.docx"))
    suffix, data, counts = pseudonymise(tmp_path / "a.docx", KEY)
    assert suffix == ".csv"
    assert counts == {"Anna": 2, "Jörg": 2}
    (tmp_path / "b.csv").write_bytes(data)
    turns = read_transcript(tmp_path / "b.csv").turns
    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("NameA", "Hello NameB"),
        ("NameB", '"NameA", he said'),
    ]


def words(*texts):
    return Transcript(tuple(Turn(n, "P", text) for n, text in enumerate(texts, 1)))


def test_what_looks_like_a_name_is_suggested():
    transcript = words(
        "So then Anna said that Berlin is cold. Maybe. But Anna's brother Jörg left.",
        "Yes, but maybe not. [Pause] I told Al.",
    )
    assert suggest_names(transcript) == [("Anna", 2), ("Al", 1), ("Berlin", 1), ("Jörg", 1)]
    assert suggest_names(transcript, KEY) == [("Berlin", 1)]


def test_short_forms_and_stammers_are_no_names() -> None:
    text = (
        "So Barbara Roberts? But Anne-Marie knew. Well, I'm sure, I-I think It-it is: GPs, it knew."
    )
    assert [name for name, _ in suggest_names(words(text))] == ["Anne-Marie", "Barbara", "Roberts"]


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text):
    for word, count in suggest_names(words(text)):
        assert count > 0
        assert word[0].isupper() or not word[0].islower()
