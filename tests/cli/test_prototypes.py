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


def test_those_of_the_literature_are_listed_without_scores(pqs: Pqs, demo_copy: Path) -> None:
    rows = pqs("prototypes", "list", "--study", demo_copy, "--format", "json").rows
    empty = [row for row in rows if row["scores"] == "not included"]
    assert len(empty) > 8
    assert all(row["citation"] and row["title"] for row in empty)
    assert {(row["n_items"], row["hash"]) for row in empty} == {(0, None)}
    words = pqs("prototypes", "list", "--study", demo_copy).out
    assert "psychodynamic-1998 (scores not included)" in words
    assert "panel: expert clinicians" in words
    assert max(map(len, words.split("exploratory (", 1)[1].splitlines())) <= 80


def test_a_known_one_hands_over_its_citation(pqs: Pqs, demo_copy: Path, tmp_path: Path) -> None:
    pqs("prototypes", "export", "structured", "-o", "p.csv", "--study", demo_copy)
    like = ("--like", "cognitive-behavioral-1998", "--title", "Ours")
    assert pqs("prototypes", "add", "p.csv", *like, "--study", demo_copy).code == 0
    known = ("--id", "interpersonal-2002", "--study", demo_copy)
    assert pqs("prototypes", "add", "p.csv", *known).code == 0
    rows = pqs("prototypes", "list", "--study", demo_copy, "--format", "json").rows
    by_id = {row["prototype"]: row for row in rows}
    assert by_id["p"]["title"] == "Ours"
    assert by_id["p"]["citation"].startswith("Ablon, J. S., & Jones, E. E. (1998)")
    assert by_id["interpersonal-2002"]["scores"] == "included"
    assert "(2002)" in by_id["interpersonal-2002"]["citation"]
    assert [row["prototype"] for row in rows].count("interpersonal-2002") == 1
    answer = pqs("prototypes", "add", "p.csv", "--id", "x", "--like", "y", "--study", demo_copy)
    assert answer.code == 3
    assert "psychodynamic-1998" in answer.err


def test_free_ratings_of_a_panel_make_a_prototype(
    pqs: Pqs, demo_copy: Path, tmp_path: Path
) -> None:
    ratings = {"ann": [9, 7, 8] * 33 + [1], "bob": [8, 7, 9] * 33 + [2], "cy": [9, 6, 9] * 33 + [1]}
    lines = ["rater," + ",".join(map(str, range(1, 101)))]
    lines += [f"{name}," + ",".join(map(str, row)) for name, row in ratings.items()]
    (tmp_path / "panel.csv").write_text("\n".join(lines) + "\n")
    build = ("prototypes", "build", "panel.csv", "--id", "own", "--study", demo_copy)
    mean = pqs(*build, "--method", "mean", "--format", "json").rows
    assert {row["item"]: row["score"] for row in mean}[1] == 26 / 3
    told = ("--instruction", "Rate the ideal hour", "--title", "Ours", "--yes")
    assert pqs(*build, *told).code == 0
    assert pqs(*build, "--show", "panel", "--format", "json").rows[0]["n_raters"] == 3
    rows = pqs("prototypes", "list", "--study", demo_copy, "--format", "json").rows
    made = next(row for row in rows if row["prototype"] == "own")
    assert (made["instruction"], made["panel"]) == ("Rate the ideal hour", "3 raters")
    assert "regression scores over all raters" in made["how"]


def test_every_result_names_its_prototypes(pqs: Pqs, demo_copy: Path) -> None:
    study = ("--study", demo_copy, "--format", "json")
    listed = pqs("prototypes", "list", *study).rows
    hashes = {row["prototype"]: row["hash"] for row in listed}
    one, other = "exploratory", "structured"
    asked = {
        ("adherence",): "prototype_hash",
        ("adherence", "--each-rater"): "prototype_hash",
        ("adherence", "--detail"): "prototype_hash",
        ("adherence", "--by", "treatment"): "prototype_hash",
        ("adherence", "--partial", one, "--holding", other): "prototype_hash",
        ("adherence", "--contrast", one, other): "hash_a",
        ("adherence", "--contrast", one, other, "--by", "all"): "hash_a",
        ("prototypes", "compare"): "hash_a",
        ("change", "--prototype", one): "prototype_hash",
        ("change", "--prototype", one, "--points"): "prototype_hash",
        ("outcome", "outcome", "--prototype", one): "prototype_hash",
    }
    for command, column in asked.items():
        answer = pqs(*command, *study)
        assert answer.rows, command
        for row in answer.rows:
            name = row.get("prototype") or row.get("prototype_a") or row["variable"].split()[-1]
            assert row[column] == hashes[name], command
        said = f"Prototype {one}: invented for the demo; 100 items, SHA-256 {hashes[one][:12]}."
        assert said in answer.err, command
        plain = pqs(*command, "--study", demo_copy).out
        assert hashes[one] not in plain


def test_typing_in_needs_a_terminal_and_the_lead(pqs: Pqs, demo_copy: Path) -> None:
    answer = pqs("prototypes", "enter", "psychodynamic-1998", "--study", demo_copy)
    assert answer.code == 2
    assert "pqs prototypes add FILE" in answer.err
    raters = pqs("prototypes", "add", "p.csv", "--study", demo_copy, "--as", "anna")
    assert raters.code == 2


def test_an_incomplete_prototype_is_warned_of(pqs: Pqs, demo_copy: Path, tmp_path: Path) -> None:
    rows = [f"{item},{item % 9 + 1}" for item in range(1, 50)]
    (tmp_path / "half.csv").write_text("\n".join(["item,score", *rows]) + "\n")
    assert pqs("prototypes", "add", "half.csv", "--study", demo_copy).code == 0
    told = "Incomplete: half (49 of 100 items)."
    for way in ((), ("--detail",), ("--by", "treatment")):
        assert told in pqs("adherence", *way, "--study", demo_copy).err
    subset = pqs("adherence", "--subset", "patient", "--study", demo_copy)
    assert told not in subset.err


def test_a_panel_of_two_is_warned_of(pqs: Pqs, demo_study: Path) -> None:
    for table in ("scores", "panel"):
        line = ("prototypes", "build", "K4", "--id", "x", "--show", table, "--study", demo_study)
        assert "A panel of 2 only" in pqs(*line).err
    rows = pqs(*line, "--format", "json").rows
    assert rows[0]["factors_beyond_chance"] == 1


def test_a_rater_sees_prototypes_when_the_whole_study_is_opened(pqs: Pqs, demo_copy: Path) -> None:
    ways = (
        ("adherence",),
        ("adherence", "--each-rater"),
        ("adherence", "--contrast", "exploratory", "structured"),
        ("adherence", "--partial", "exploratory", "--holding", "structured"),
        ("prototypes", "list"),
        ("prototypes", "show", "exploratory"),
        ("prototypes", "compare"),
        ("table", "adherence"),
    )
    settings = demo_copy / "study.toml"
    as_it_was = settings.read_text()
    for opened in ("", 'opened = ["K4"]\n'):
        settings.write_text(opened + as_it_was)
        for way in ways:
            answer = pqs(*way, "--study", demo_copy, "--as", "anna")
            assert (answer.code, answer.out) == (2, ""), way
            assert "xploratory" not in answer.err
            assert 'opened = "all"' in answer.err
    settings.write_text('opened = "all"\n' + as_it_was)
    for way in ways:
        answer = pqs(*way, "--study", demo_copy, "--as", "anna")
        assert answer.code == 0, answer.err
        assert "xploratory" in answer.out
    assert pqs("agreement", "--study", demo_copy, "--as", "anna").code == 0
