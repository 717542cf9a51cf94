"""Questions on the therapy from the command line: subsets, samples, joined tables, wide tables."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.conftest import Pqs


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pqs_coder.exchange.demo import make_archive

    folder = tmp_path_factory.mktemp("archive") / "study"
    make_archive(folder)
    return folder


@pytest.fixture
def asked(pqs: Pqs, archive: Path) -> Any:
    def ask(*words: object) -> list[dict[str, Any]]:
        answer = pqs(*words, "--study", archive, "--format", "json")
        assert answer.code == 0, answer.err
        return answer.rows

    return ask


def test_a_subset_counts_wherever_items_are(asked: Any, pqs: Pqs, archive: Path) -> None:
    about = {row["item"]: row["about"] for row in asked("item-sets", "show", "pqs")}
    mine = {item for item, word in about.items() if word == "interaction"}
    subset = ("--subset", "interaction")
    pair = ("treatment", "invented treatment A", "invented treatment B")
    for command in (("items",), ("compare", *pair), ("structures", "larch", "--components", "2")):
        found = {row["item"] for row in asked(*command, *subset)}
        assert found <= mine, command
        assert len(found) > 3, command
    for command in (("change", "--case", "larch"), ("outcome", "outcome")):
        variables = {row["variable"] for row in asked(*command, *subset)}
        assert {f"item {item}" for item in mine} <= variables, command
    for more in ((), ("--each-rater",), ("--detail",)):
        assert {row["n_items"] for row in asked("adherence", *more, *subset)} == {len(mine)}
    held = ("--partial", "structured", "--holding", "exploratory")
    assert {row["n_items"] for row in asked("adherence", *held, *subset)} == {len(mine)}
    tested = ("--contrast", "structured", "exploratory")
    assert {row["n_items"] for row in asked("adherence", *tested, *subset)} == {len(mine)}
    groups = ("adherence", "--by", "treatment")
    assert asked(*groups, *subset)[0]["r"] != asked(*groups)[0]["r"]
    said = pqs("adherence", *subset, "--study", archive).err
    assert f"Over the {len(mine)} items of the subset 'interaction' only." in said
    listed = {row["hash"] for row in asked("prototypes", "list")}
    assert {row["prototype_hash"] for row in asked("adherence", *subset)} <= listed
    assert pqs("adherence", "--subset", "nobody", "--study", archive).code == 3


def test_adherence_over_a_subset_is_r_over_its_items(asked: Any) -> None:
    mine = {row["item"] for row in asked("item-sets", "show", "pqs") if row["about"] == "therapist"}
    scores = {row["item"]: row["score"] for row in asked("prototypes", "show", "structured")}
    means = {row["item"]: row["score"] for row in asked("composite") if row["session"] == "CC34"}
    order = sorted(mine)
    expected = np.corrcoef([means[i] for i in order], [scores[i] for i in order])[0, 1]
    rows = asked("adherence", "--subset", "therapist")
    found = [r for r in rows if (r["session"], r["prototype"]) == ("CC34", "structured")]
    assert found[0]["r"] == pytest.approx(expected)


def test_wide_adherence_is_the_long_one_turned(asked: Any) -> None:
    for more in ((), ("--each-rater",)):
        wide = asked("adherence", "--wide", *more)
        long = asked("adherence", *more)
        assert len(wide) * 2 == len(long)
        turned = {(row["session"], row["rater"]): row for row in wide}
        for row in long:
            assert turned[row["session"], row["rater"]][row["prototype"]] == row["r"]


def test_an_outcome_may_stand_in_a_table_of_its_own(
    asked: Any, pqs: Pqs, archive: Path, tmp_path: Path
) -> None:
    facts = list(csv.DictReader((archive / "facts.csv").read_text().splitlines()))
    cases = {row["case"]: row for row in facts}
    lines = [f"{case},{row['outcome_post']},{row['outcome_pre']}" for case, row in cases.items()]
    (tmp_path / "scores.csv").write_text("case,after,before\n" + "\n".join(lines) + "\n")
    joined = asked("outcome", "after", "--intake", "before", "--from", "scores.csv")
    own = asked("outcome", "outcome_post", "--intake", "outcome_pre")
    for one, other in zip(joined, own, strict=True):
        assert one["partial_r"] is not None
        assert (one["r"], one["partial_r"]) == (other["r"], other["partial_r"])
    for text, why in (
        ("case,after\nalder,3\nnobody,4\n", "line 3: there is no case 'nobody'"),
        ("case,after\nalder,3\nALDER,4\n", "line 3: a second row of case 'ALDER'"),
        ("after\n3\n", "no column session or case"),
    ):
        (tmp_path / "bad.csv").write_text(text)
        answer = pqs("outcome", "after", "--from", "bad.csv", "--study", archive)
        assert answer.code == 3
        assert why in answer.err


def test_structures_of_a_sample_change_in_every_case(
    pqs: Pqs, tmp_path: Path, archive: Path
) -> None:
    for words in ((), ("larch", "--sample"), ("larch", "--within")):
        assert pqs("structures", *words, "--study", archive).code == 2
    own = tmp_path / "own"
    shutil.copytree(archive, own)
    study = ("--study", own, "--format", "json")
    missing = pqs("change", "--structures", *study)
    assert missing.code == 3
    assert "--keep" in missing.err
    kept = pqs("structures", "--sample", "--within", "--keep", *study)
    assert "78 sessions of 13 cases: the cases' means are taken out" in kept.err
    assert (own / "structures" / "all-cases.toml").exists()
    again = ("structures", "--sample", "--kept")
    scores = pqs(*again, "--show", "scores", *study).rows
    cases = {row["case"] for row in scores}
    assert {"alder", "larch"} <= cases
    assert len(cases) == 13
    lags = pqs(*again, "--show", "lags", *study)
    assert lags.rows == []
    assert "one case" in lags.err
    rows = pqs("change", "--structures", *study).rows
    of = {row["case"] for row in rows if row["variable"] == "structure 1"}
    assert of == {*cases, "all cases"}


def test_blank_trends_are_explained(pqs: Pqs, archive: Path) -> None:
    answer = pqs("change", "--study", archive)
    assert "No slope under 5 sessions and no thirds under 3: 12 cases." in answer.err
    assert "All cases: the mean of the cases' least-squares slopes" in answer.err


def test_single_sorts_can_be_left_out_of_means(pqs: Pqs, demo_study: Path) -> None:
    whole = pqs("adherence", "--study", demo_study, "--format", "json").rows
    assert {row["n_raters"] for row in whole} == {1, 2}
    for way in ((), ("--detail",), ("--contrast", "exploratory", "structured")):
        line = ("adherence", *way, "--min-raters", "2", "--study", demo_study, "--format", "json")
        answer = pqs(*line)
        assert {row["n_raters"] for row in answer.rows} == {2}
        assert "Left out: 1 session with fewer than 2 raters." in answer.err
        assert "with one rater" not in answer.err
    for way, more in (("adherence", "treatment"), ("items", "case")):
        few = pqs(way, "--by", more, "--study", demo_study, "--format", "json", "--min-raters", "2")
        every = pqs(way, "--by", more, "--study", demo_study, "--format", "json")
        sessions = [max(row["n_sessions"] for row in one.rows) for one in (few, every)]
        assert sessions == [2, 3]


def test_a_prototype_is_not_held_constant_for_itself(pqs: Pqs, demo_study: Path) -> None:
    line = ("adherence", "--partial", "exploratory", "--holding", "Exploratory")
    answer = pqs(*line, "--study", demo_study)
    assert (answer.code, answer.out) == (2, "")
    assert "can't be held constant for itself" in answer.err
