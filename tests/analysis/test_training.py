"""Practice sorts against a criterion: progress, certification, and nothing before submitting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pqs_coder.analysis.study import open_study
from pqs_coder.analysis.training import (
    TRAINING_SCHEMA,
    feedback_of,
    feedback_table,
    training_of,
    training_table,
)
from pqs_coder.errors import StudyError
from pqs_coder.model.study import TrainingRule
from pqs_coder.store.sorts import write_submitted
from pqs_coder.store.tables import write_table
from tests.analysis.conftest import tidy_frame

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


def practice(tidy, draw, noises) -> tuple[pl.DataFrame, dict]:
    """One trainee's practice sorts of p1, p2, ... with so much noise each, and their criteria."""
    frames, criteria = [], {}
    for n, noise in enumerate(noises, 1):
        sorts = draw({f"p{n}": ["expert", "tim"]}, seed=n, noise=noise)
        criteria[f"p{n}"] = dict(enumerate(map(float, sorts[f"p{n}", "expert"]), 1))
        own = {(f"p{n}", "tim"): sorts[f"p{n}", "tim"]}
        frames.append(tidy(own, kind="practice", submitted_at=NOON + timedelta(days=n)))
    return pl.concat(frames), criteria


def test_certified_after_three_in_a_row(tidy, draw) -> None:
    frame, criteria = practice(tidy, draw, [0.2, 0.2, 9.0, 0.2, 0.2, 0.2, 9.0])
    table = training_table(frame, criteria).frame
    assert dict(table.schema) == TRAINING_SCHEMA
    assert table["session"].to_list() == [f"p{n}" for n in range(1, 8)]
    assert table["in_a_row"].to_list() == [1, 2, 0, 1, 2, 3, 0]
    assert table["certified"].to_list() == [False] * 5 + [True] * 2
    eager = training_table(frame, criteria, TrainingRule(r=0.7, in_a_row=2)).frame
    assert eager["certified"].to_list() == [False] + [True] * 6


def test_r_is_with_the_criterion_over_its_items(tidy, draw) -> None:
    frame, criteria = practice(tidy, draw, [1.0])
    half = {"p1": {item: score for item, score in criteria["p1"].items() if item <= 50}}
    row = training_table(frame, half).frame.row(0, named=True)
    piles = frame.sort("item")["pile"].to_numpy()[:50]
    ideal = np.array(list(half["p1"].values()))
    assert row["r"] == pytest.approx(np.corrcoef(piles, ideal)[0, 1])
    assert row["distance"] == ((piles - ideal) ** 2).sum()


def test_sessions_without_a_criterion_are_no_practice(tidy, draw) -> None:
    frame, criteria = practice(tidy, draw, [1.0, 1.0])
    del criteria["p2"]
    assert training_table(frame, criteria).frame["session"].to_list() == ["p1"]
    assert "No practice sorts" in training_table(frame, {}).notes[0]


def test_feedback_has_the_largest_difference_first(tidy) -> None:
    frame = tidy({("p", "tim"): [1, 2, 3, 4, 5]})
    table = feedback_table(frame, {"p": {1: 1.0, 2: 5.0, 3: 3.0, 4: 3.5}}, "p", "tim").frame
    assert table["item"].to_list() == [2, 4, 1, 3, 5]
    assert table["difference"].to_list() == [-3.0, 0.5, 0.0, 0.0, None]


def test_nothing_is_told_before_submitting(tidy) -> None:
    frame = tidy({("p", "ann"): [1, 2, 3, 4, 5]})
    with pytest.raises(StudyError, match="no submitted sort of p by tim"):
        feedback_table(frame, {"p": {1: 1.0}}, "p", "tim")
    with pytest.raises(StudyError, match="has no criterion"):
        feedback_table(frame, {}, "p", "ann")


def test_of_a_study_on_disk_a_trainee_sees_own_practice_only(make_folder, draw) -> None:
    sorts = draw({"p1": ["tim", "una"], "p2": ["una"]})
    folder = make_folder(sorts, settings='\n[raters.tim]\nrole = "trainee"\n[raters.una]\n')
    (folder / "criteria").mkdir()
    for code in ("p1", "p2"):
        rows = enumerate(sorts[code, "una"], 1)
        write_table(folder / "criteria" / f"{code}.csv", ["item", "score"], rows)
    lead = training_of(open_study(folder)).frame
    assert lead.select("rater", "session").rows() == [("tim", "p1"), ("una", "p1"), ("una", "p2")]
    assert lead["r"].to_list()[1:] == [pytest.approx(1.0)] * 2
    own = open_study(folder, "tim")
    assert training_of(own).frame.select("rater", "session").rows() == [("tim", "p1")]
    assert feedback_of(own, "p1", "tim").frame.height == 100
    with pytest.raises(StudyError):
        feedback_of(own, "p2", "tim")
    with pytest.raises(StudyError):
        feedback_of(own, "p1", "una")


def submit(folder, session: str, rater: str, piles, revision: int = 1, **labels) -> None:
    """Put a submitted sort on disk, the consensus among them."""
    study = open_study(folder)
    frame = tidy_frame(
        {(session, rater): piles},
        item_set="pqs",
        item_set_hash=study.item_set.hash,
        revision=revision,
        **labels,
    )
    write_submitted(study.sort_paths(session, rater), revision, frame)


@pytest.fixture
def practice_folder(make_folder, draw):
    """Two raters have sorted p1, tim learns on it; its consensus is carla's sort, then ben's."""
    sorts = draw({"p1": ["ben", "carla"]})
    folder = make_folder(sorts, settings="\n[training]\nr = 0.6\nin_a_row = 1\n")
    submit(folder, "p1", "tim", sorts["p1", "ben"], kind="practice")
    submit(folder, "p1", "consensus", sorts["p1", "carla"], kind="consensus")
    return folder, sorts


def test_a_consensus_counts_on_sessions_meant_for_practice(practice_folder) -> None:
    folder, sorts = practice_folder
    assert training_of(open_study(folder)).frame.height == 0
    (folder / "sessions" / "p1" / "session.toml").write_text("practice = true\n")
    table = training_of(open_study(folder)).frame
    assert table["rater"].to_list() == ["tim"]  # not those that the consensus was made from
    r = np.corrcoef(sorts["p1", "ben"], sorts["p1", "carla"])[0, 1]
    assert table["r"][0] == pytest.approx(r)


def test_a_revised_consensus_is_the_criterion(practice_folder) -> None:
    folder, sorts = practice_folder
    (folder / "sessions" / "p1" / "session.toml").write_text("practice = true\n")
    submit(folder, "p1", "consensus", sorts["p1", "ben"], 2, kind="consensus")
    study = open_study(folder)
    assert training_of(study).frame["r"].to_list() == [pytest.approx(1.0)]
    assert set(feedback_of(study, "p1", "tim").frame["difference"]) == {0.0}


def test_the_rule_of_the_study_holds(practice_folder) -> None:
    folder, sorts = practice_folder
    (folder / "criteria").mkdir()
    rows = enumerate(sorts["p1", "ben"], 1)
    write_table(folder / "criteria" / "P1.csv", ["item", "score"], rows)  # without case, as names
    result = training_of(open_study(folder))
    tim = result.frame.filter(rater="tim")
    assert tim.select("in_a_row", "certified").rows() == [(1, True)]
    assert "r of 0.60 or more with the criterion, 1 in a row" in result.notes[0]
    kinds = dict(result.frame.select("rater", "kind").iter_rows())
    assert kinds["tim"] == "practice"
    assert kinds["ben"] == "rater"
    assert "own sorts of sessions that have a criterion: of " in result.notes[1]
    assert "tim" not in result.notes[1]
    usual = training_of(open_study(folder), TrainingRule()).frame.filter(rater="tim")
    assert usual["certified"].to_list() == [False]
