"""Agreement on the scales of a form, against the plain formulas."""

from __future__ import annotations

import numpy as np
import pytest

from pqs_coder.analysis.ratings import scale_agreement_table
from pqs_coder.store.making import NewSession, add_sessions, make_study
from pqs_coder.store.ratings import form_of, rate
from pqs_coder.store.study import open_study


def test_one_way_icc_and_alpha_of_rotating_raters(tmp_path):
    make_study(tmp_path / "s")
    study = open_study(tmp_path / "s")
    codes = [f"A{n}" for n in range(1, 5)]
    add_sessions(study, [NewSession(code=code) for code in codes])
    form = form_of(study, "wai-sr")
    values = np.random.default_rng(3).integers(1, 6, (4, 2, 12)) // 2 + 1
    values[2:] += 2
    for s, code in enumerate(codes):
        for r in range(2):
            given = {n + 1: int(v) for n, v in enumerate(values[s, r])}
            rate(study, code, form, f"r{s}{r}", given)
    row = scale_agreement_table(study).frame.row(0, named=True)
    task = values[:, :, [0, 1, 9, 11]]
    totals = task.sum(axis=2)
    between = 2 * totals.mean(axis=1).var(ddof=1)
    within = totals.var(axis=1, ddof=1).mean()
    cases = task.reshape(8, 4)
    alpha = 4 / 3 * (1 - cases.var(axis=0, ddof=1).sum() / cases.sum(axis=1).var(ddof=1))
    assert (row["scale"], row["n_sessions"], row["n_ratings"]) == ("Task", 4, 8)
    assert row["icc1"] == pytest.approx((between - within) / (between + within))
    assert row["icc1k"] == pytest.approx((between - within) / between)
    assert row["alpha"] == pytest.approx(alpha)
    assert row["n_raters"] == 8
    assert row["icc2"] is None, "raters rotate"


def test_two_way_icc_where_the_same_raters_rated_every_session(tmp_path):
    make_study(tmp_path / "s")
    study = open_study(tmp_path / "s")
    add_sessions(study, [NewSession(code=f"A{n}") for n in range(6)])
    form = form_of(study, "wai-sr")
    # Shrout & Fleiss 1979, table 2: ICC(2,1) .29, ICC(2,4) .62, ICC(1,1) .17.
    table = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    )
    for s, row in enumerate(table):
        for r, total in enumerate(row.tolist()):
            # Task is items 1, 2, 10, 12: four values from 1 to 5 that make total + 4.
            split = [1 + (total + n) // 4 for n in range(4)]
            rate(study, f"A{s}", form, f"r{r}", dict(zip((1, 2, 10, 12), split, strict=True)))
    found = scale_agreement_table(study, "wai-sr").frame.row(0, named=True)
    assert (found["n_sessions"], found["n_raters"], found["n_ratings"]) == (6, 4, 24)
    assert found["icc1"] == pytest.approx(0.1657, abs=1e-4)
    assert found["icc2"] == pytest.approx(0.2898, abs=1e-4)
    assert found["icc2k"] == pytest.approx(0.6201, abs=1e-4)
    assert found["icc2_low"] < found["icc2"] < found["icc2_high"]
    assert scale_agreement_table(study).frame["icc1"].to_list()[1:] == [None, None]
