"""The prototype library on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Pqs


def test_a_prototype_goes_round(pqs: Pqs, demo_copy: Path, tmp_path: Path) -> None:
    assert pqs("prototypes", "export", "structured", "-o", "p.csv", "--study", demo_copy).code == 0
    assert pqs("prototypes", "add", "p.csv", "--id", "copy", "--study", demo_copy).code == 0
    rows = pqs("prototypes", "compare", "--study", demo_copy, "--format", "json").rows
    same = [r for r in rows if {r["prototype_a"], r["prototype_b"]} == {"structured", "copy"}]
    assert same[0]["r"] == 1
    assert pqs("prototypes", "add", "p.csv", "--id", "Copy", "--study", demo_copy).code == 3


def test_a_bad_row_is_named_with_its_line(pqs: Pqs, demo_copy: Path, tmp_path: Path) -> None:
    for row, why in (
        ("101,3", "no item"),
        ("2,high", "'high'"),
        ("1,4", "twice"),
        ("3,nan", "nan"),
    ):
        (tmp_path / "p.csv").write_text(f"item,score\n1,3\n{row}\n5,4\n6,5\n")
        answer = pqs("prototypes", "add", "p.csv", "--study", demo_copy)
        assert answer.code == 3
        assert "p.csv, line 3" in answer.err
        assert why in answer.err


def test_a_prototype_is_built_from_a_panel(pqs: Pqs, demo_copy: Path) -> None:
    build = ("prototypes", "build", "K4", "--id", "panel", "--study", demo_copy)
    shown = pqs(*build, "--method", "mean", "--format", "json")
    assert shown.code == 0
    assert len(shown.rows) == 100
    assert "--yes" in shown.err
    assert pqs(*build, "--method", "mean", "--yes").code == 0
    rows = pqs("adherence", "--study", demo_copy, "--format", "json").rows
    found = [r["r"] for r in rows if r["session"] == "K4" and r["prototype"] == "panel"]
    assert abs(found[0] - 1) < 1e-9


def test_raters_build_nothing(pqs: Pqs, demo_copy: Path) -> None:
    answer = pqs("prototypes", "build", "K4", "--id", "x", "--study", demo_copy, "--as", "anna")
    assert answer.code == 2
