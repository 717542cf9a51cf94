"""Slips in settings and in what is said of a session: refused, or told with what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.store.session_slips import near_case
from tests.cli.conftest import Pqs


@pytest.fixture
def begun(pqs: Pqs, tmp_path: Path) -> Path:
    pqs("init", "s")
    (tmp_path / "hour.txt").write_text("P: I can't sleep.\nT: Since when?\n")
    given = ("--session", "A1", "--case", "aspen", "--number", "7", "--date", "2024-02-15")
    said = pqs("add", "hour.txt", *given, "--study", "s")
    assert (said.code, said.err) == (0, "A1: 2 turns\n")
    return tmp_path / "s"


@pytest.mark.parametrize(
    "wrong", [("--number", "abc"), ("--date", "notadate"), ("--date", "15.2.24")]
)
def test_what_orders_no_sessions_is_refused(pqs: Pqs, begun: Path, wrong: tuple[str, str]) -> None:
    said = pqs("add", "--session", "A2", *wrong, "--study", begun)
    assert said.code == 2
    assert f"{wrong[0]} {wrong[1]} is no" in said.err
    assert not (begun / "sessions" / "A2").exists()


def test_what_may_be_a_slip_is_told_and_done(pqs: Pqs, begun: Path) -> None:
    where = ("--study", begun)
    number = pqs("add", "--session", "A2", "--case", "aspen", "--number", "7", *where)
    assert number.code == 0
    assert "A1 has the number 7 in aspen already." in number.err
    case = pqs("add", "--session", "A3", "--case", "aspn", "--number", "8", *where)
    assert "The case aspn is new, and close to aspen." in case.err
    media = pqs("add", "--session", "A4", "--media", "nowhere/hour.mp4", *where)
    assert "There is no file nowhere/hour.mp4 yet" in media.err
    twice = pqs("add", "hour.txt", "--session", "A5", *where)
    assert twice.code == 0
    assert "The transcript is that of A1 already" in twice.err
    facts = next(row for row in _findings(pqs, begun) if row["file"] == "facts.csv")
    assert facts["message"] == "Cases of one session: aspn (close to aspen). Spelt right?"


def test_facts_that_belong_to_no_session_are_told_where_they_count(
    pqs: Pqs, demo_copy: Path
) -> None:
    with (demo_copy / "facts.csv").open("a") as file:
        header = (demo_copy / "facts.csv").read_text().splitlines()[0].split(",")
        file.write("ZZ9" + "," * (len(header) - 1) + "\n")
    assert "facts.csv: Facts of what is no session: ZZ9." in pqs("change", "--study", demo_copy).err
    assert "ZZ9" not in pqs("agreement", "--study", demo_copy).err


def _findings(pqs: Pqs, study: Path) -> list[dict[str, str]]:
    return pqs("verify", "--study", study, "--format", "json").rows


def test_cases_that_are_counted_through_are_no_slips() -> None:
    assert near_case("C12", ["C1", "C11"]) is None
    assert near_case("aspen", ["aspen", "aspn"]) is None


def test_a_mistyped_setting_is_told_by_every_command_to_leads(pqs: Pqs, begun: Path) -> None:
    file = begun / "study.toml"
    file.write_text(file.read_text().replace("threshold =", "threshhold ="))
    words = "study.toml: Not known and passed over: threshhold (close to threshold)."
    assert words in pqs("status", "--study", begun).err
    assert words not in pqs("status", "--study", begun, "--as", "anna").err
