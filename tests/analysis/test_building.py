"""Prototypes from a panel reproduce what R's qmethod and qsort print."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pqs_coder.analysis.adherence import prototype_r
from pqs_coder.analysis.adherence_tests import partial_adherence
from pqs_coder.analysis.building import (
    LOADING_SCHEMA,
    PANEL_SCHEMA,
    SCORE_SCHEMA,
    Panel,
    build_of,
    build_prototype,
    panel_from_sorts,
)
from pqs_coder.analysis.composites import profiles
from pqs_coder.analysis.study import open_study
from pqs_coder.errors import StatisticsError
from pqs_coder.model.prototype import Prototype
from pqs_coder.stats import mean_r


def read(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def lipset(shared) -> Panel:
    table = read(shared("data/lipset/sorts.csv"))
    values = np.array([[float(cell) for cell in row[1:]] for row in table[1:]]).T
    return Panel(tuple(table[0][1:]), np.arange(1, 34), values)


def expected(shared, name: str) -> np.ndarray:
    table = read(shared(f"data/lipset/expected_pca_varimax_3f_{name}.csv"))
    return np.array([[float(cell) for cell in row[1:]] for row in table[1:]])


def test_lipset_by_flagged_sorts_is_that_of_qmethod(shared, lipset) -> None:
    built = build_prototype(lipset, "lipset", factors=3, scores="pqmethod", samples=0)
    loadings = built.loadings.frame["loading"].to_numpy().reshape(9, 3)
    assert np.abs(loadings - expected(shared, "loadings")).max() < 2e-4  # R stops early
    z = np.array([[one.scores[item] for one in built.prototypes] for item in range(1, 34)])
    assert np.abs(z - expected(shared, "zscores")).max() < 2e-4
    assert [one.id for one in built.prototypes] == ["lipset-1", "lipset-2", "lipset-3"]


def test_one_factor_of_a_panel_by_regression(tidy, draw) -> None:
    sorts = draw({"ideal": "abcde"})
    built = build_prototype(panel_from_sorts(tidy(sorts)), "own", samples=100)
    (ideal,) = built.prototypes
    mean = np.mean(list(sorts.values()), axis=0)
    assert np.corrcoef(mean, [ideal.scores[n] for n in range(1, 101)])[0, 1] > 0.99
    scores = built.scores.frame
    assert dict(scores.schema) == SCORE_SCHEMA
    assert scores["z"].is_sorted(descending=True)
    assert scores["z"].std() == pytest.approx(1.0)
    assert (scores["z_low"] <= scores["z_high"]).all()
    loadings = built.loadings.frame
    assert dict(loadings.schema) == LOADING_SCHEMA
    assert loadings["rater"].to_list() == list("abcde")
    assert (loadings["loading"] > 0.5).all()
    assert "Q factor analysis of 5 raters: 1 principal component, regression" in ideal.how


def test_panel_agreement_is_beside_it(tidy, draw) -> None:
    sorts = draw({"ideal": "abcd"})
    built = build_prototype(
        panel_from_sorts(tidy(sorts)), "own", method="mean", instruction="rate the ideal hour"
    )
    row = built.panel.frame.row(0, named=True)
    assert dict(built.panel.frame.schema) == PANEL_SCHEMA
    r = float(mean_r(list(sorts.values())))
    assert (row["n_raters"], row["n_items"], row["mean_r"]) == (4, 100, pytest.approx(r))
    assert row["reliability"] == pytest.approx(4 * r / (1 + 3 * r))
    (ideal,) = built.prototypes
    assert list(ideal.scores.values()) == pytest.approx(np.mean(list(sorts.values()), axis=0))
    assert ideal.how == "Mean of 4 raters."
    assert ideal.instruction == "rate the ideal hour"
    assert built.loadings.frame.height == 0


def test_two_pictures_in_one_panel_are_told(tidy, draw) -> None:
    one, other = draw({"i": "abc"}, seed=1), draw({"i": "def"}, seed=99)
    built = build_prototype(panel_from_sorts(tidy({**one, **other})), "x", factors=2, samples=50)
    assert "finds 2 factors" in built.panel.notes[0]
    flags = built.loadings.frame.pivot("prototype", index="rater", values="flagged")
    assert flags["x-1"].to_list() != flags["x-2"].to_list()
    assert (flags["x-1"] | flags["x-2"]).all()


def test_a_panel_of_one_is_refused(tidy, draw) -> None:
    with pytest.raises(StatisticsError, match="a panel of 1"):
        build_prototype(panel_from_sorts(tidy(draw({"ideal": "a"}))), "own")


def test_of_a_session_of_a_study(make_folder, draw) -> None:
    folder = make_folder(draw({"ideal": ["ann", "bob", "cy"], "s1": ["ann"]}))
    built = build_of(open_study(folder), "ideal", "own", samples=20)
    assert built.prototypes[0].item_set == "pqs"
    assert built.loadings.frame["rater"].to_list() == ["ann", "bob", "cy"]
    assert built.scores.frame["label"].null_count() == 0


class TestCriterionSorts:
    """Adherence to criterion sorts is what R's qsort calls scores."""

    @pytest.fixture
    def data(self, shared, tidy):
        folder = shared("data/criteria/ccq_example_sorts.csv").parent
        rows = read(folder / "ccq_example_sorts.csv")
        sorts = {(row[0], "teacher"): [int(cell) for cell in row[2:102]] for row in rows[1:]}
        scales = read(folder / "ccq_criterion_sorts_and_scales.csv")
        ideals = {
            name: Prototype(name, {int(row[0]): float(row[n]) for row in scales[1:]})
            for n, name in enumerate(scales[0])
            if name.endswith("_c")
        }
        return profiles(tidy(sorts, forced=False)), ideals, folder

    def test_plain(self, data) -> None:
        found, ideals, folder = data
        header, *rows = read(folder / "ccq_expected_criterion_correlations_full_precision.csv")
        assert len(rows) == len(found.sessions) == 10
        place = {code: n for n, code in enumerate(found.sessions)}
        for column, name in enumerate(header[1:], 1):
            r, _ = prototype_r(found.mean, found.items, ideals[name])
            wanted = [float(row[column]) for row in rows]
            assert [r[place[row[0]]] for row in rows] == pytest.approx(wanted, abs=1e-9)

    def test_social_desirability_held_constant(self, data) -> None:
        found, ideals, folder = data
        header, *rows = read(folder / "ccq_expected_scores.csv")
        place = {code: n for n, code in enumerate(found.sessions)}
        for column, name in enumerate(header):
            if name.startswith("partial_"):
                table = partial_adherence(
                    found, ideals[name.removeprefix("partial_")], [ideals["sdes_c"]]
                ).frame
                ours = table["partial_r"].to_numpy()
                wanted = [float(row[column]) for row in rows]
                assert [ours[place[row[0]]] for row in rows] == pytest.approx(wanted, abs=5.1e-4)
