"""Rating forms by command: written, scored, blind, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Pqs
from tests.model.test_scoring import RATINGS


@pytest.fixture
def study(pqs: Pqs, tmp_path: Path) -> Path:
    pqs("init", "s")
    assert pqs("add", "--session", "A1", "--study", "s").code == 0
    return tmp_path / "s"


def rate(pqs: Pqs, study: Path, rater: str, *ratings: str, form: str = "wai-o"):
    return pqs("rate", "A1", "--form", form, "--rater", rater, *ratings, "--study", study)


def scores(pqs: Pqs, study: Path, *more: str) -> list[dict]:
    return pqs("score", "--study", study, "--format", "json", *more).rows


def test_the_published_check_by_command(pqs: Pqs, study: Path):
    assert rate(pqs, study, "anna", *(f"{n}={v}" for n, v in RATINGS.items())).code == 0
    found = {row["scale"]: row["total"] for row in scores(pqs, study)}
    assert found == {"Task": 20, "Goal": 13, "Bond": 26}


def test_a_rating_taken_back_is_missing(pqs: Pqs, study: Path):
    rate(pqs, study, "anna", *(f"{n}={v}" for n, v in RATINGS.items()))
    assert "35 of 36" in rate(pqs, study, "anna", "2=").err
    task = next(row for row in scores(pqs, study) if row["scale"] == "Task")
    assert (task["rated"], task["total"], task["mean"]) == (11, None, 19 / 11)


def test_a_value_that_the_form_has_not_writes_nothing(pqs: Pqs, study: Path):
    assert rate(pqs, study, "anna", "1=3", "2=8").code == 2
    assert rate(pqs, study, "anna", "37=1").code == 2
    assert scores(pqs, study) == []


def test_a_deck_is_no_form_and_calpas_scores_nothing(pqs: Pqs, study: Path):
    assert rate(pqs, study, "anna", "1=3", form="pqs").code == 2
    rate(pqs, study, "anna", "1=3", form="calpas")
    said = pqs("score", "--study", study, "--format", "json")
    assert said.rows == []
    assert "No key" in said.err


def test_ratings_made_before_the_lab_gave_its_key_are_scored_with_it(pqs: Pqs, study: Path):
    rate(pqs, study, "anna", *(f"{n}={n % 7 + 1}" for n in range(1, 25)), form="calpas")
    said = pqs("score", "--study", study)
    assert "[scales] in item_sets/calpas/item_set.toml of the study" in said.err
    settings = study / "item_sets" / "calpas" / "item_set.toml"
    text = settings.read_text()
    key = {"PWC": (1, 7), "PC": (7, 13), "TUI": (13, 19), "WSC": (19, 25)}  # invented
    for name, (first, last) in key.items():
        text = text.replace(f"{name} = []", f"{name} = {list(range(first, last))}")
    settings.write_text(text.replace("\n[scales]", "reversed = [2]\n\n[scales]"), encoding="utf-8")
    found = {row["scale"]: row["total"] for row in scores(pqs, study)}
    assert found == {"PWC": 2 + (8 - 3) + 4 + 5 + 6 + 7, "PC": 21, "TUI": 22, "WSC": 23}
    assert rate(pqs, study, "anna", "1=1", form="calpas").code == 0
    assert scores(pqs, study)[0]["total"] == 28
    assert pqs("verify", "--study", study).code == 0
    settings.write_text(text.replace("lowest", "another anchor"), encoding="utf-8")
    refused = pqs("score", "--study", study)
    assert refused.code == 3
    assert "another wording or key" in refused.err


def test_raters_see_and_write_their_own_only(pqs: Pqs, study: Path):
    rate(pqs, study, "anna", "2=3")
    rate(pqs, study, "ben", "2=5")
    assert {row["rater"] for row in scores(pqs, study)} == {"anna", "ben"}
    assert {row["rater"] for row in scores(pqs, study, "--as", "ben")} == {"ben"}
    words = ("rate", "A1", "--form", "wai-o", "--rater", "anna", "2=7", "--as", "ben")
    assert pqs(*words, "--study", study).code == 2


def test_a_torn_line_is_set_aside_and_a_damaged_one_is_named(pqs: Pqs, study: Path):
    rate(pqs, study, "anna", "2=3", "4=5")
    journal = study / "sessions" / "A1" / "ratings" / "wai-o" / "anna.journal"
    journal.write_bytes(journal.read_bytes() + b'{"n":3,"at')
    assert rate(pqs, study, "anna", "7=1").code == 0
    assert journal.with_name("anna.journal.torn").exists()
    journal.write_bytes(journal.read_bytes().replace(b'"value":5', b'"value":6'))
    refused = pqs("score", "--study", study)
    assert refused.code == 3
    assert "anna.journal, line 3: damaged" in refused.err


def items(pqs: Pqs, study: Path, *more: str) -> dict[int, dict]:
    return {row["item"]: row for row in scores(pqs, study, "--ratings", *more)}


def test_notes_and_evidence_are_kept_and_given_out(pqs: Pqs, study: Path):
    marks = ("--note", "2=it = drags,\nslowly", "--evidence", "2=12,3 all", "--evidence", "4=5")
    assert rate(pqs, study, "anna", "2=3", *marks).code == 0
    found = items(pqs, study)
    assert len(found) == 36
    assert (found[2]["value"], found[2]["note"]) == (3, "it = drags,\nslowly")
    assert found[2]["evidence"] == "3 12 all"
    assert (found[4]["value"], found[4]["evidence"], found[4]["note"]) == (None, "5", None)
    assert found[2]["at"].endswith("Z")
    assert found[1]["at"] is None
    assert rate(pqs, study, "anna", "--note", "2=", "--evidence", "2=").code == 0
    again = items(pqs, study)[2]
    assert (again["value"], again["note"], again["evidence"]) == (3, None, None)


def test_a_wrong_mark_or_item_writes_nothing(pqs: Pqs, study: Path):
    assert rate(pqs, study, "anna", "2=3", "--evidence", "2=soon").code == 2
    assert rate(pqs, study, "anna", "2=3", "--note", "37=x").code == 2
    assert rate(pqs, study, "anna", "2=3", "--note", "x").code == 2
    assert rate(pqs, study, "anna", "2=3", "2=0").code == 2
    assert rate(pqs, study, "anna").code == 2
    assert scores(pqs, study, "--ratings") == []
    assert pqs("score", "--ratings", "--agreement", "--study", study).code == 2


def test_ratings_as_a_file_and_blind(pqs: Pqs, study: Path):
    rate(pqs, study, "anna", "2=3", "--note", "2==1+1")
    rate(pqs, study, "ben", "2=5")
    assert pqs("score", "--ratings", "-o", "all.csv", "--study", study).code == 0
    lines = Path("all.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "session,rater,form,form_hash,item,value,note,evidence,at"
    assert len(lines) == 1 + 2 * 36
    assert "'=1+1" in lines[2]
    mine = scores(pqs, study, "--ratings", "--as", "ben")
    assert {row["rater"] for row in mine} == {"ben"}


def test_ratings_are_taken_in_from_a_sheet_of_the_lab(pqs: Pqs, study: Path, tmp_path: Path):
    sheet = tmp_path / "wai.csv"
    head = ",".join(["Judge", "session_id", *(f"WAI{n}" for n in range(12, 0, -1)), "remarks"])
    rows = [
        "Anna,A1,7,6,5,4,3,2,1,,3,2,1,7,late",
        "ben,Case 2 / hr 1" + ",4" * 12 + ",",
        ",B1" + "," * 13,
    ]
    sheet.write_text(
        "\n".join(["WAI-S sheet of our lab", head, *rows[:2]]) + "\n", encoding="utf-8"
    )
    call = ("import", sheet, "--form", "wai-s", "--study", study)
    shown = pqs(*call, "--dry-run", "--format", "json")
    assert [(row["session"], row["rater"], row["rated"], row["missing"]) for row in shown.rows] == [
        ("A1", "Anna", 11, 1),
        ("Case-2-hr-1", "ben", 12, 0),
    ]
    assert "the file begins with WAI12, WAI11, WAI10" in shown.err
    assert "4, 10 are turned in the scores" in shown.err
    assert scores(pqs, study) == []
    assert "Taken in: 2 forms of wai-s." in pqs(*call).err
    found = {(row["session"], row["scale"]): row["total"] for row in scores(pqs, study)}
    assert found == {
        ("A1", "Task"): 7 + 1 + 3 + 7,
        ("A1", "Bond"): None,
        ("A1", "Goal"): (8 - 3) + 1 + (8 - 5) + 6,
        ("Case-2-hr-1", "Task"): 16,
        ("Case-2-hr-1", "Bond"): 16,
        ("Case-2-hr-1", "Goal"): 16,
    }
    again = pqs(*call)
    assert again.code == 3
    assert "in the study already" in again.out
    sheet.write_text("\n".join([head, rows[2]]) + "\n", encoding="utf-8")
    assert "no ratings" in pqs(*call).err


def test_a_bad_row_of_ratings_stops_all(pqs: Pqs, study: Path, tmp_path: Path):
    sheet = tmp_path / "wai.csv"
    head = ",".join(["session", "rater", *(str(n) for n in range(1, 13))])
    good, bad = "B1,anna" + ",4" * 12, "B1,ben" + ",4" * 11 + ",8"
    sheet.write_text("\n".join([head, good, bad, good, ",x" + ",1" * 12]), encoding="utf-8")
    refused = pqs("import", sheet, "--form", "wai-s", "--study", study, "--format", "json")
    assert refused.code == 3
    assert [(row["line"], row["why"]) for row in refused.rows] == [
        (3, "item 12 is '8', not 1..7"),
        (4, "B1 by anna stands on line 2 too"),
        (5, "no session"),
    ]
    assert not (study / "sessions" / "B1").exists()
    assert pqs("import", sheet, "--form", "pqs", "--study", study).code == 2


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_ratings_go_round(pqs: Pqs, study: Path, suffix: str):
    said = ("--note", "2==1+1,\nnext", "--evidence", "2=12,3 all", "--note", "5=only a note")
    rate(pqs, study, "anna", "1=7", "2=3", "12=1", *said, form="wai-s")
    rate(pqs, study, "ben", *(f"{n}=4" for n in range(1, 13)), form="wai-s")
    assert pqs("score", "--ratings", "-o", f"r.{suffix}", "--study", study).code == 0
    pqs("init", "t")
    assert pqs("import", f"r.{suffix}", "--form", "wai-s", "--study", "t").code == 0
    there, here = (scores(pqs, one, "--ratings") for one in (Path("t"), study))
    for row in (*there, *here):
        row.pop("at")
    assert there == here
    other = pqs("import", f"r.{suffix}", "--form", "wai-sr", "--study", "t")
    assert other.code == 3
    assert "of another form or wording (wai-s)" in other.out
