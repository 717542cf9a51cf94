"""import, export, merge, verify on the command line."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Pqs

SIZES = (5, 8, 12, 16, 18, 16, 12, 8, 5)
FORCED = [value for value, size in enumerate(SIZES, 1) for _ in range(size)]


def wide_file(path: Path, rows: list[tuple[str, str, list[int]]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["session", "rater", *(f"Q{n}" for n in range(1, 101))])
        writer.writerows([session, rater, *piles] for session, rater, piles in rows)
    return path


def test_a_bad_row_stops_all_unless_it_is_asked_for(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    bad = [9, *FORCED[1:]]
    file = wide_file(tmp_path / "w.csv", [("S1", "A", FORCED), ("S1", "B", bad)])
    refused = pqs("import", file, "--study", "s", "--format", "json")
    assert refused.code == 3
    assert [(row["line"], row["rater"], row["state"]) for row in refused.rows] == [
        (3, "B", "unforced")
    ]
    assert "--keep-valid" in refused.err
    assert pqs("status", "--study", "s", "--format", "json").rows == []

    assert pqs("import", file, "--study", "s", "--keep-unforced").code == 0
    rows = pqs("status", "--study", "s", "--format", "json").rows
    assert [(row["rater"], row["state"], row["minutes"]) for row in rows] == [
        ("A", "submitted", None),  # no times came with them, which is not no time
        ("B", "submitted", None),
    ]
    again = pqs("import", file, "--study", "s", "--keep-valid")
    assert again.code == 3
    assert "already" in again.err or "exist" in again.err


def test_dry_run_writes_nothing(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    file = wide_file(tmp_path / "w.csv", [("S1", "A", FORCED)])
    assert pqs("import", file, "--study", "s", "--dry-run").code == 0
    assert not list((tmp_path / "s" / "sessions").iterdir())


@pytest.mark.parametrize("keep", ["--keep-valid", "--keep-unforced"])
def test_golden_figures_of_the_acquaintances(
    keep: str, pqs: Pqs, tmp_path: Path, shared: Callable[[str], Path]
) -> None:
    source = shared("data/sorts/caq_acquaintances.csv")
    template = shared("data/sorts/caq_optimal_template.csv")
    pqs("init", "s")
    named = pqs("import", source, "--study", "s", "--session-column", "person", "--format", "json")
    assert named.code == 3
    assert len(named.rows) == 15
    assert {row["session"] for row in named.rows} >= {"11", "15", "18", "39", "43", "118"}
    assert pqs("import", source, "--study", "s", "--session-column", "person", keep).code == 0
    assert pqs("prototypes", "add", template, "--study", "s", "--id", "T").code == 0

    agreement = {r["session"]: r for r in pqs("agreement", "--study", "s", "--format", "json").rows}
    composites = {
        r["session"]: r for r in pqs("adherence", "--study", "s", "--format", "json").rows
    }
    each = {
        (r["session"], r["rater"]): r["r"]
        for r in pqs("adherence", "--each-rater", "--study", "s", "--format", "json").rows
    }
    for person, r, both, icc1, icc2, icc3, of_a, of_b, of_both in GOLDEN:
        row = agreement[person]
        assert row["r"] == pytest.approx(r, abs=5e-7)
        assert row["reliability"] == pytest.approx(both, abs=5e-7)
        assert row["icc3k"] == pytest.approx(both, abs=5e-7)
        assert row["icc1"] == pytest.approx(icc1, abs=5e-7)
        assert row["icc2"] == pytest.approx(icc2, abs=5e-7)
        assert row["icc3"] == pytest.approx(icc3, abs=5e-7)
        assert composites[person]["r"] == pytest.approx(of_both, abs=5e-7)
        assert each[person, "A"] == pytest.approx(of_a, abs=5e-7)
        assert each[person, "B"] == pytest.approx(of_b, abs=5e-7)


# person, r(A,B), Spearman-Brown, ICC(1,1), ICC(2,1), ICC(3,1), r(A,T), r(B,T), r(composite,T):
# computed by the keepers of the shared data from multicon's acquaintance sorts and template.
GOLDEN = [
    ("1", 0.537037, 0.698795, 0.540603, 0.539535, 0.537037, 0.747275, 0.602573, 0.769888),
    ("2", 0.689815, 0.816438, 0.692440, 0.691961, 0.689815, 0.660036, 0.721678, 0.751594),
    ("3", -0.094907, -0.209719, -0.089925, -0.095958, -0.094907, 0.548506, -0.116754, 0.320903),
    ("4", 0.243056, 0.391061, 0.247778, 0.244909, 0.243056, 0.162724, 0.244216, 0.258089),
    ("5", 0.694444, 0.819672, 0.697037, 0.696573, 0.694444, 0.694775, 0.757200, 0.788734),
    ("6", 0.425926, 0.597403, 0.430031, 0.428385, 0.425926, 0.669961, 0.292798, 0.570104),
]


def test_what_is_exported_is_imported_equal(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    assert pqs("export", "--study", demo_study, "-o", "tidy.csv").code == 0
    assert pqs("init", "s").code == 0
    assert pqs("import", tmp_path / "tidy.csv", "--study", "s").code == 0
    there = pqs("agreement", "--study", "s", "--format", "json").rows
    here = pqs("agreement", "--study", demo_study, "--format", "json").rows
    for name in ("session", "raters", "r", "icc2", "alpha_ordinal"):
        assert [row[name] for row in there] == [row[name] for row in here]


def test_nothing_to_write_is_said_and_writes_nothing(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    pqs("add", "--session", "A1", "--study", "s")
    for name in ([], ["--format", "evidence"]):
        empty = pqs("export", "--study", "s", "-o", "x.csv", *name)
        assert (empty.code, empty.out) == (1, "")
        assert "no submitted sorts: nothing was written. Drafts too: --drafts." in empty.err
    assert not (tmp_path / "x.csv").exists()
    pqs("place", "A1", "--rater", "anna", "1=9", "--study", "s")
    assert pqs("export", "--study", "s", "-o", "x.csv", "--drafts").code == 0
    none = pqs("export", "--study", "s", "-o", "e.csv", "--drafts", "--format", "evidence")
    assert (none.code, none.err.splitlines()[-1].split(":")[0]) == (
        1,
        "There are no notes, evidence or doubts",
    )
    assert "100 items" in pqs("export", "--study", "s", "-o", "c.csv", "--format", "codebook").err
    refused = pqs("export", "--study", "s", "-o", "c.csv", "--format", "nonsense")
    assert refused.code == 2
    assert "archive" in refused.err


def test_what_a_format_loses_is_said_before_it_is_written(pqs: Pqs, demo_study: Path) -> None:
    said = pqs(
        "export", "--study", demo_study, "-o", "x.csv", "--format", "jamovi"
    ).err.splitlines()
    assert said[0].startswith("The format ratings can't hold their notes")
    assert said[-1].startswith("9 sorts in x.csv")


def test_two_copies_merge_and_conflicts_are_left(pqs: Pqs, demo_copy: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(demo_copy, tmp_path / "other"))
    assert pqs("place", "W6", "--rater", "anna", "--study", other, "1=9").code == 0
    shown = pqs("merge", other, "--study", demo_copy)
    assert shown.code == 0
    assert "--yes" in shown.err
    assert not (demo_copy / "sessions" / "W6" / "sorts" / "anna.journal").exists()
    assert pqs("merge", other, "--study", demo_copy, "--yes").code == 0
    assert (demo_copy / "sessions" / "W6" / "sorts" / "anna.journal").exists()
    assert pqs("place", "W6", "--rater", "ben", "--study", other, "1=9").code == 0
    assert pqs("place", "W6", "--rater", "ben", "--study", demo_copy, "1=1").code == 0
    assert pqs("merge", other, "--study", demo_copy, "--yes").code == 1


def test_another_study_is_merged_only_when_it_is_asked_for(pqs: Pqs, tmp_path: Path) -> None:
    for name, code in (("ours", "A1"), ("theirs", "B1")):
        pqs("init", name)
        pqs("add", "--session", code, "--study", name)
    shown = pqs("merge", "theirs", "--study", "ours")
    assert "Is it a copy of this study?" in shown.err
    refused = pqs("merge", "theirs", "--study", "ours", "--yes")
    assert refused.code == 2
    assert "--unrelated" in refused.err
    assert not (tmp_path / "ours" / "sessions" / "B1").exists()
    pqs("merge", "theirs", "--study", "ours", "--yes", "--unrelated")
    assert (tmp_path / "ours" / "sessions" / "B1").exists()


def test_the_study_as_one_archive(pqs: Pqs, demo_copy: Path, tmp_path: Path) -> None:
    assert pqs("export", "--study", demo_copy, "-o", "a.zip", "--format", "archive").code == 0
    assert pqs("merge", tmp_path / "a.zip", "--study", demo_copy).err.startswith("The copies")
    assert pqs("init", "back", "--archive", "a.zip").code == 0
    assert pqs("merge", tmp_path / "back", "--study", demo_copy).err.startswith("The copies")
    assert pqs("verify", "--study", "back").code == 0
    assert pqs("init", "back", "--archive", "a.zip").code == 3
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:-40])
    assert pqs("init", "other", "--archive", "a.zip").code == 3
    assert not (tmp_path / "other").exists()


def test_verify_finds_a_flipped_byte(pqs: Pqs, demo_copy: Path) -> None:
    assert pqs("verify", "--study", demo_copy).code == 0
    sort = demo_copy / "sessions" / "K4" / "sorts" / "anna.parquet"
    data = bytearray(sort.read_bytes())
    data[len(data) // 2] ^= 1
    sort.write_bytes(bytes(data))
    answer = pqs("verify", "--study", demo_copy, "--format", "json")
    assert answer.code == 1
    bad = [row for row in answer.rows if row["state"] == "damaged"]
    assert [row["file"] for row in bad] == ["sessions/K4/sorts/anna.parquet"]
    assert bad[0]["message"]
    people = pqs("verify", "--study", demo_copy)
    assert people.code == 1
    assert "sessions/K4/sorts/anna.parquet" in people.out.splitlines()[1]
    listed = len(people.out.splitlines()) - 1
    assert listed < 5
    assert f"{len(answer.rows)} files, 1 damaged or missing." in people.err
    assert f"as they are well: {len(answer.rows) - listed}." in people.err
    whole = pqs("verify", "--study", demo_copy, "--everything").out.splitlines()
    assert len(whole) == len(answer.rows) + 1
    assert "anna.parquet" in whole[1]
    refused = pqs("agreement", "--study", demo_copy)
    assert refused.code == 3
    assert "anna.parquet" in refused.err
