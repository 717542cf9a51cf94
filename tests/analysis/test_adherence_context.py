"""Adherence beside other cases, over groups, with a prototype held constant, two compared."""

from __future__ import annotations

import numpy as np
import pytest

from pqs_coder.analysis.adherence_context import (
    DETAIL_SCHEMA,
    adherence_detail,
    adherence_detail_of,
    adherence_groups,
)
from pqs_coder.analysis.adherence_tests import (
    contrast_groups,
    contrast_of,
    contrast_sessions,
    partial_adherence,
)
from pqs_coder.analysis.composites import Profiles, profiles
from pqs_coder.analysis.study import open_study
from pqs_coder.errors import UsageError
from pqs_coder.exchange.archive_demo import HIGH_IN_A, HIGH_IN_B, TREATMENT_A, TREATMENT_B
from pqs_coder.model.prototype import Prototype
from pqs_coder.stats import leave_out_means, mean_z, mean_z_difference, meng_comparison
from pqs_coder.store.prototypes import add_prototype


@pytest.fixture(scope="module")
def found(archive) -> Profiles:
    return profiles(archive[0])


@pytest.fixture(scope="module")
def ideals(found) -> tuple[Prototype, Prototype]:
    """The picture of all sessions, with the items of one treatment raised in each."""
    picture = found.mean.mean(axis=0)

    def ideal(name: str, high: tuple[int, ...], low: tuple[int, ...]) -> Prototype:
        scores = {int(item): float(score) for item, score in zip(found.items, picture, strict=True)}
        scores |= dict.fromkeys(high, 8.0) | dict.fromkeys(low, 2.0)
        return Prototype(name, scores)

    return ideal("A", HIGH_IN_A, HIGH_IN_B), ideal("B", HIGH_IN_B, HIGH_IN_A)


def r_with(found: Profiles, ideal: Prototype) -> np.ndarray:
    scores = [ideal.scores[int(item)] for item in found.items]
    return np.array([np.corrcoef(row, scores)[0, 1] for row in found.mean])


def test_detail_has_what_adherence_is_read_beside(archive, found, ideals) -> None:
    context = archive[1]
    table = adherence_detail(found, ideals[:1], context).frame
    assert dict(table.schema) == DETAIL_SCHEMA
    row = table.row(0, named=True)
    n = found.sessions.tolist().index(row["session"])
    r = r_with(found, ideals[0])
    cases = np.array([context.cases[code] for code in found.sessions])
    assert row["r"] == pytest.approx(r[n])
    others = np.tanh(np.arctanh(r[cases != cases[n]]).mean())
    assert row["others_mean_r"] == pytest.approx(others)
    own = found.mean - leave_out_means(found.mean, found.sessions.astype(str), cases)
    scores = [ideals[0].scores[int(item)] for item in found.items]
    assert row["distinctive_r"] == pytest.approx(np.corrcoef(own[n], scores)[0, 1])


def test_detail_comes_by_case_and_number(archive, found, ideals) -> None:
    table = adherence_detail(found, ideals[:1], archive[1]).frame
    assert table["case"].is_sorted()
    numbers = table.group_by("case", maintain_order=True).agg("number")["number"]
    assert all(one.is_sorted() for one in numbers)


def test_distinctive_adherence_is_refused_under_ten_sessions(tidy, draw, template) -> None:
    found = profiles(tidy(draw({f"s{n}": "ab" for n in range(9)})))
    result = adherence_detail(found, [template])
    assert result.frame["distinctive_r"].null_count() == 9
    assert any("ten sessions" in note for note in result.notes)


def test_groups_are_averaged_over_z_by_case(archive, found, ideals) -> None:
    context = archive[1]
    table = adherence_groups(found, ideals, context, "treatment").frame
    groups = np.array([context.fact("treatment")[code] for code in found.sessions])
    cases = np.array([context.cases[code] for code in found.sessions])
    here = groups == TREATMENT_A
    expected = mean_z(r_with(found, ideals[0])[here], cases[here])
    row = next(
        r for r in table.rows(named=True) if (r["group"], r["prototype"]) == (TREATMENT_A, "A")
    )
    assert (row["n_cases"], row["n_sessions"]) == (6, 24)
    assert [row["r"], row["r_low"], row["r_high"]] == [
        pytest.approx(float(x)) for x in (expected.mean, expected.low, expected.high)
    ]
    long = [r for r in table.rows(named=True) if r["n_cases"] == 1]
    assert all(r["r_low"] is None for r in long)


def test_partial_is_that_of_residuals(found, ideals) -> None:
    row = partial_adherence(found, ideals[0], ideals[1:]).frame.row(5, named=True)
    x = found.mean[5]
    y, z = (np.array([one.scores[int(i)] for i in found.items]) for one in ideals)
    free = [v - np.polyval(np.polyfit(z, v, 1), z) for v in (x, y)]
    assert row["partial_r"] == pytest.approx(np.corrcoef(*free)[0, 1])
    assert row["r"] == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert (row["holding"], row["n_items"]) == ("B", 100)
    assert row["partial_low"] < row["partial_r"] < row["partial_high"]


def test_a_prototype_held_constant_by_itself_is_told(found, ideals) -> None:
    result = partial_adherence(found, ideals[0], ideals[:1])
    assert result.frame["partial_r"].null_count() == len(found.sessions)
    assert "nothing is left" in result.notes[-1]


def test_sessions_are_tested_by_dependent_correlations(found, ideals) -> None:
    row = contrast_sessions(found, *ideals).frame.row(3, named=True)
    a, b = (r_with(found, one)[3] for one in ideals)
    scores = [[one.scores[int(i)] for i in found.items] for one in ideals]
    expected = meng_comparison(a, b, np.corrcoef(scores)[0, 1], 100)
    assert row["z_difference"] == pytest.approx(float(expected.z_difference))
    assert row["p"] == pytest.approx(float(expected.p))


def test_planted_treatments_lie_nearer_to_their_own_prototype(archive, found, ideals) -> None:
    context = archive[1]
    table = contrast_groups(found, *ideals, context, "treatment").frame
    rows = {row["group"]: row for row in table.rows(named=True)}
    assert rows[TREATMENT_A]["low"] > 0
    assert rows[TREATMENT_B]["high"] < 0
    groups = np.array([context.fact("treatment")[code] for code in found.sessions])
    cases = np.array([context.cases[code] for code in found.sessions])
    here = groups == TREATMENT_A
    expected = mean_z_difference(*(r_with(found, one)[here] for one in ideals), cases[here])
    assert rows[TREATMENT_A]["p"] == pytest.approx(float(expected.p))
    assert rows[TREATMENT_A]["n_cases"] == 6


def test_a_single_case_is_told_to_be_one(archive, found, ideals) -> None:
    result = contrast_groups(found, *ideals, archive[1], "case")
    assert "says nothing of other cases" in result.notes[-1]
    assert set(result.frame["n_cases"]) == {1}
    here = np.array([archive[1].cases[code] for code in found.sessions]) == result.frame["group"][0]
    z_a, z_b = (np.arctanh(r_with(found, one)[here]) for one in ideals)
    assert result.frame["z_difference"][0] == pytest.approx((z_a - z_b).mean())
    for column in ("low", "high", "t", "p"):  # its sessions are no sample
        assert result.frame[column].is_null().all()


def test_of_a_study_on_disk(make_folder, draw, template) -> None:
    folder = make_folder(draw({"s1": ["anna", "ben"], "s2": ["anna"]}))
    study = open_study(folder)
    add_prototype(study, "one", template.scores, {})
    add_prototype(study, "two", {i: s + i % 3 for i, s in template.scores.items()}, {})
    assert adherence_detail_of(study).frame.height == 4
    assert contrast_of(study, "one", "two").frame["session"].to_list() == ["s1", "s2"]
    assert contrast_of(study, "one", "two", by="all").frame["n_cases"].to_list() == [2]
    with pytest.raises(UsageError, match="for leads"):
        adherence_detail_of(open_study(folder, "anna"))
