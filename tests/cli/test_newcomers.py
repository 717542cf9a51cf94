"""What a file brings that the study did not have is told: names, near names, equal sorts."""

from __future__ import annotations

from pathlib import Path

from pqs_coder.store.study import open_study
from tests.cli.conftest import Pqs
from tests.exchange.made_up_sorts import piles_for


def table(path: Path, study: Path, rows: dict[tuple[str, str], int]) -> Path:
    """A wide file; the same seed gives the same sort."""
    items = open_study(study).item_set
    lines = [",".join(["session", "rater", *map(str, items.numbers)])]
    lines += [
        ",".join([*who, *map(str, piles_for(items, seed).values())]) for who, seed in rows.items()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def begun(call: Pqs, tmp_path: Path) -> Path:
    call("init", "s")
    first = {("D3", "anna"): 1, ("D3", "ben"): 2, ("D4", "anna"): 3}
    said = call("import", table(tmp_path / "first.csv", tmp_path / "s", first), "--study", "s")
    assert said.code == 0
    assert "New raters: anna, ben." in said.err
    assert "New sessions: D3, D4." in said.err
    return tmp_path / "s"


def test_slips_in_names_are_told_with_the_name_that_may_be_meant(pqs: Pqs, tmp_path: Path) -> None:
    study = begun(pqs, tmp_path)
    slips = table(tmp_path / "slips.csv", study, {("D3", "ana"): 5, ("D33", "anna"): 6})
    said = pqs("import", slips, "--study", study)
    assert said.code == 0
    assert "New raters: ana (close to anna)." in said.err
    assert "New sessions: D33 (close to D3)." in said.err
    counted = table(tmp_path / "on.csv", study, {("D5", "ben"): 7, ("D04b", "anna"): 8})
    told = pqs("import", counted, "--study", study, "--dry-run").err
    assert "New sessions: D5, D04b." in told
    assert "New raters" not in told


def test_equal_sorts_of_a_session_are_told(pqs: Pqs, tmp_path: Path) -> None:
    study = begun(pqs, tmp_path)
    copy = table(tmp_path / "copy.csv", study, {("D3", "carla"): 1, ("D4", "carla"): 4})
    said = pqs("import", copy, "--study", study)
    assert said.code == 0
    assert "The same in every pile: D3 by anna and carla. Is one a copy" in said.err
    agreed = pqs("agreement", "--study", study, "--format", "csv")
    assert "The same in every pile: D3 by anna and carla." in agreed.err
    other = table(tmp_path / "other.csv", study, {("D3", "dora"): 9})
    assert "The same in every pile" not in pqs("import", other, "--study", study).err


def test_exchanged_columns_stop_unless_it_is_said_that_they_are_right(
    pqs: Pqs, tmp_path: Path
) -> None:
    study = begun(pqs, tmp_path)
    file = table(tmp_path / "more.csv", study, {("D3", "carla"): 5, ("D4", "ben"): 6})
    swapped = (file, "--study", study, "--session-column", "rater", "--rater-column", "session")
    said = pqs("import", *swapped)
    assert said.code == 2
    assert "Sessions and raters look exchanged (ben, d3, d4)" in said.err
    assert open_study(study).session_codes() == ["D3", "D4"]
    assert pqs("import", *swapped, "--yes").code == 0


def test_a_row_with_a_cell_missing_says_no_item_and_no_cure_that_cures_nothing(
    pqs: Pqs, tmp_path: Path
) -> None:
    pqs("init", "s")
    file = table(tmp_path / "short.csv", tmp_path / "s", {("D3", "anna"): 1, ("D3", "ben"): 2})
    lines = file.read_text().splitlines()
    cells = lines[1].split(",")
    file.write_text("\n".join([lines[0], ",".join(cells[:40] + cells[41:]), lines[2]]) + "\n")
    said = pqs("import", file, "--study", "s", "--format", "json")
    assert said.code == 3
    why = "101 cells for 102 columns: a cell is missing, and where can't be told"
    assert [row["why"] for row in said.rows] == [why]
    assert "--keep-valid" in said.err
    assert "--keep-unforced" not in said.err
