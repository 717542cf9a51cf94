"""Who has a session already is told; a file that is there is not replaced in silence."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Pqs


def test_a_rater_named_twice_is_one_and_who_has_it_is_told(pqs: Pqs, demo_copy: Path) -> None:
    where = ("--study", demo_copy, "--format", "json")
    twice = pqs("assign", "W6", "zoe", "zoe", "--yes", *where)
    assert [row["rater"] for row in twice.rows] == ["zoe"]
    assert "1 assignment written" in twice.err
    again = pqs("assign", "W6", "zoe", "--yes", *where)
    assert "zoe has W6 already; nothing is added." in again.err
    assert "0 assignments written" in again.err
    (demo_copy / "assignments.csv").unlink()
    begun = pqs("assign", "K4", "anna", *where)
    assert "anna has begun or submitted K4 already." in begun.err


def test_a_file_that_is_replaced_is_named(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    to = ("export", "-o", tmp_path / "x.csv", "--study", demo_study)
    assert "is replaced" not in pqs(*to).err
    again = pqs(*to)
    assert again.code == 0
    assert "x.csv was there already and is replaced." in again.err
