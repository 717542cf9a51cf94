"""A panel's file: real sorts of real people, by the door that builds prototypes from files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pqs_coder.analysis.building import build_prototype
from pqs_coder.errors import DataError
from pqs_coder.exchange.panel import read_panel
from pqs_coder.store.item_sets import find_item_set
from tests.exchange.made_up_sorts import made_up

Shared = Callable[[str], Path]


def expected(path: Path) -> np.ndarray:
    with path.open(newline="") as file:
        return np.array([[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]])


@pytest.mark.parametrize("name", ["lipset.DAT", "sorts.csv"])
def test_lipset_from_its_file_is_that_of_qmethod(shared: Shared, name: str) -> None:
    item_set = made_up(9, (2, 3, 4, 5, 5, 5, 4, 3, 2), "lipset")
    panel, words = read_panel(shared(f"data/lipset/{name}"), item_set)
    assert len(panel.raters) == 9
    assert any("-4..4" in one for one in words)
    built = build_prototype(panel, "lipset", factors=3, scores="pqmethod", samples=0)
    loadings = built.loadings.frame["loading"].to_numpy().reshape(9, 3)
    folder = shared("data/lipset/sorts.csv").parent
    wanted = expected(folder / "expected_pca_varimax_3f_loadings.csv")
    assert np.abs(loadings - wanted).max() < 2e-4  # R stops early
    z = np.array([[one.scores[item] for one in built.prototypes] for item in range(1, 34)])
    wanted = expected(folder / "expected_pca_varimax_3f_zscores.csv")
    assert np.abs(z - wanted).max() < 2e-4


@pytest.fixture
def acquaintances(shared: Shared, tmp_path: Path) -> tuple[Path, np.ndarray]:
    """The sorts of person 1 to 12 by their acquaintance A: a panel of twelve, and their values."""
    with shared("data/sorts/caq_acquaintances.csv").open(newline="") as file:
        header, *rows = list(csv.reader(file))
    mine = [row for row in rows if row[1] == "A" and int(row[0]) <= 12]
    lines = [",".join(["rater", *header[2:]])]
    lines += [",".join([f"of{row[0]}", *row[2:]]) for row in mine]
    path = tmp_path / "panel.csv"
    path.write_text("\n".join(lines) + "\n")
    return path, np.array([[float(cell) for cell in row[2:]] for row in mine])


def test_a_panel_of_acquaintances_by_plain_linear_algebra(
    acquaintances: tuple[Path, np.ndarray],
) -> None:
    """Loadings are the leading eigenvector, regression scores Z R^-1 L: worked out here anew."""
    path, values = acquaintances
    panel, _ = read_panel(path, find_item_set("caq"))
    assert (panel.values == values).all()
    built = build_prototype(panel, "ideal", samples=0)
    r = np.corrcoef(values)
    size, vectors = np.linalg.eigh(r)
    loading = vectors[:, -1] * np.sqrt(size[-1])
    loading *= np.sign(loading.sum())
    assert built.loadings.frame["loading"].to_numpy() == pytest.approx(loading, abs=1e-10)
    z = (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, ddof=1, keepdims=True)
    scores = z.T @ np.linalg.solve(r, loading)
    z_scores = (scores - scores.mean()) / scores.std(ddof=1)
    ours = dict(built.scores.frame.select("item", "z").iter_rows())
    assert [ours[item] for item in range(1, 101)] == pytest.approx(z_scores, abs=1e-10)
    pairs = r[np.triu_indices(12, 1)]
    row = built.panel.frame.row(0, named=True)
    assert row["mean_r"] == pytest.approx(pairs.mean())
    assert row["reliability"] == pytest.approx(12 * pairs.mean() / (1 + 11 * pairs.mean()))


def test_what_one_of_the_panel_lacks_is_left_out_and_told(tmp_path: Path) -> None:
    item_set = find_item_set("pqs")
    rng = np.random.default_rng(1)
    ratings = rng.integers(1, 10, (3, 100)).astype(str)
    ratings[1, 6] = "?"
    path = tmp_path / "panel.csv"
    head = ",".join(["rater", *map(str, range(1, 101))])
    path.write_text("\n".join([head, *(f"r{n}," + ",".join(row) for n, row in enumerate(ratings))]))
    panel, words = read_panel(path, item_set)
    assert (len(panel.items), panel.left_out) == (99, 1)
    assert 7 not in panel.items
    assert any(one.startswith("r1:") for one in words)
    built = build_prototype(panel, "own", method="mean")
    assert any("Left out: 1 item" in one for one in built.scores.notes)
    (tmp_path / "none.csv").write_text(head + "\n")
    with pytest.raises(DataError):
        read_panel(tmp_path / "none.csv", item_set)
