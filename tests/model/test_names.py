"""Names become file names: what they may hold, and when two are one."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import UsageError
from pqs_coder.model.names import check_name, find_name, fold


@pytest.mark.parametrize("name", ["A36", "anna", "a", "9", "Ünal-2", "x_y", "日本", "x" * 64])
def test_good_names_stay_as_they_are(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "a.b",
        ".hidden",
        "-rf",
        "_x",
        "a b",
        "a\nb",
        "a\0b",
        "\x1b[31mred",
        "a\u202eb",
        "x" * 65,
        "con",
        "LPT1",
        "consensus",
        "Again",
        "criterion",
        "a:b",
        "~root",
        "*",
    ],
)
def test_bad_names_are_refused_with_a_cure(name):
    with pytest.raises(UsageError) as caught:
        check_name(name, "rater")
    assert caught.value.cure
    assert caught.value.message.isprintable()


def test_what_is_asked_for_is_named():
    with pytest.raises(UsageError, match="session"):
        check_name("a b", "session")


def test_a_composed_and_a_decomposed_name_are_one():
    decomposed = unicodedata.normalize("NFD", "Ünal")
    assert decomposed != "Ünal"
    assert check_name(decomposed) == "Ünal"
    assert fold(decomposed) == fold("ünal")


def test_names_are_unique_without_case():
    assert find_name("ANNA", ["ben", "anna"]) == "anna"
    assert find_name("carla", ["ben", "anna"]) is None
    assert fold("STRASSE") == fold("straße")


@given(st.text(max_size=70))
def test_a_name_that_passes_is_one_safe_part_of_a_path(text):
    name = message = ""
    try:
        name = check_name(text)
    except UsageError as error:
        message = error.message
    assert bool(name) != bool(message)
    assert message.isprintable()
    if not name:
        return
    assert Path(name).name == name
    assert not name.startswith((".", "-", "_"))
    assert "." not in name
    assert name.isprintable()
    assert check_name(name) == name
