"""Item portraits and comparisons: planted differences are found, cases are the sample."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pqs_coder.analysis.compare import (
    COMPARE_SCHEMA,
    compare_of,
    compare_table,
    groups_compared,
    raters_compared,
)
from pqs_coder.analysis.composites import profiles
from pqs_coder.analysis.context import Context
from pqs_coder.analysis.items import (
    ITEMS_SCHEMA,
    items_of,
    items_table,
    pyramid_of,
    pyramid_table,
)
from pqs_coder.analysis.limits import mean_limits
from pqs_coder.analysis.study import open_study
from pqs_coder.analysis.subsets import item_groups, study_subsets
from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.exchange.archive_demo import HIGH_IN_A, HIGH_IN_B, TREATMENT_A, TREATMENT_B
from pqs_coder.model.study import Facts
from pqs_coder.stats import hedges_g, welch
from pqs_coder.store.tables import write_table

FACTS = [
    ["session", "case", "number", "treatment", "phase"],
    *([f"s{n}", f"c{n % 4}", str(n), "AB"[n % 2], "early" if n < 4 else "late"] for n in range(8)),
]


@pytest.fixture
def folder(make_folder, draw):
    return make_folder(draw({f"s{n}": ["anna", "ben"] for n in range(8)}), facts=FACTS)


class TestItems:
    def test_mean_sd_and_rank_over_sessions(self, tidy) -> None:
        sorts = {("x", "a"): [1, 2, 3], ("x", "b"): [3, 2, 1], ("y", "a"): [1, 3, 2]}
        found = profiles(tidy(sorts))
        table = items_table(found, dict.fromkeys("xy", "all"), labels={1: "one"}).frame
        assert dict(table.schema) == ITEMS_SCHEMA
        assert table["item"].to_list() == [2, 3, 1]
        assert table["mean"].to_list() == [2.5, 2.0, 1.5]
        assert table["rank"].to_list() == [1, 2, 3]
        assert table["sd"][0] == pytest.approx(0.5**0.5)
        assert table.row(2, named=True)["label"] == "one"
        assert table.select("n_cases", "n_sessions", "n_sorts").row(0) == (2, 2, 3)

    def test_of_one_session_sd_is_over_its_raters(self, tidy) -> None:
        found = profiles(tidy({("x", "a"): [1, 2, 3], ("x", "b"): [3, 2, 1]}))
        table = items_table(found, {"x": "x"}).frame.sort("item")
        assert table["sd"].to_list() == [pytest.approx(2**0.5), 0.0, pytest.approx(2**0.5)]

    def test_of_groups_on_disk(self, folder) -> None:
        study = open_study(folder)
        table = items_of(study, by="treatment", most=3).frame
        assert table["group"].unique(maintain_order=True).to_list() == ["A", "B"]
        assert table.height == 12
        assert table["n_sessions"].unique().to_list() == [4]
        assert table["n_cases"].unique().to_list() == [2]
        one = items_of(study, by="session", only="S3").frame
        assert one["group"].unique().to_list() == ["s3"]
        assert one["label"].null_count() == 0
        therapist = items_of(study, subset="therapist").frame
        assert set(therapist["item"]) == set(item_groups(study.item_set)["therapist"])

    def test_unknown_names_are_refused(self, folder) -> None:
        study = open_study(folder)
        with pytest.raises(UsageError, match="no column 'weather'"):
            items_of(study, by="weather")
        with pytest.raises(StudyError, match="no group 'C'"):
            items_of(study, by="treatment", only="C")
        with pytest.raises(StudyError, match="no item subset 'cooks'"):
            items_of(study, subset="cooks")

    def test_facts_are_for_leads(self, folder) -> None:
        study = open_study(folder, "anna")
        with pytest.raises(UsageError, match="for leads"):
            items_of(study, by="treatment")
        own = items_of(study).frame
        assert own["n_sorts"].unique().to_list() == [8]  # own sorts only

    def test_a_lab_keeps_its_own_subsets(self, folder) -> None:
        (folder / "subsets").mkdir()
        write_table(folder / "subsets" / "action.csv", ["item"], [[3], [1], [3]])
        assert study_subsets(open_study(folder))["action"] == (1, 3)
        write_table(folder / "subsets" / "wrong.csv", ["item"], [[300]])
        with pytest.raises(DataError, match=r"wrong.csv, line 2: there is no item '300'"):
            study_subsets(open_study(folder))


class TestPyramid:
    def test_a_sort_keeps_its_piles(self, folder) -> None:
        study = open_study(folder)
        table = pyramid_of(study, "s1", "Anna").frame
        piles = study.sorts().filter(pl.col("session") == "s1", pl.col("rater") == "anna")
        joined = table.join(piles.select("item", pl.col("pile").alias("own")), on="item")
        assert (joined["pile"] == joined["own"]).all()
        assert table["pile"].is_sorted(descending=True)
        assert table.filter(pl.col("pile") == 9)["place"].to_list() == [1, 2, 3, 4, 5]

    def test_a_composite_is_dealt_into_the_piles(self, folder) -> None:
        table = pyramid_of(open_study(folder), "s1").frame
        counts = table.group_by("pile").len().sort("pile")["len"].to_list()
        assert counts == [5, 8, 12, 16, 18, 16, 12, 8, 5]
        assert table["score"].is_sorted(descending=True)
        assert table["raters"][0] == "anna,ben"

    def test_refusals(self, folder, tidy) -> None:
        with pytest.raises(StudyError, match="no submitted sort of s1"):
            pyramid_of(open_study(folder), "s1", "nobody")
        with pytest.raises(UsageError, match="3 items for 4 places"):
            pyramid_table(profiles(tidy({("x", "a"): [1, 2, 3]})), [(1, 2), (2, 2)])


class TestCompare:
    def test_planted_items_tell_the_treatments_apart(self, archive) -> None:
        frame, context = archive
        found = profiles(frame)
        given = groups_compared(found, context, "treatment", TREATMENT_A, TREATMENT_B)
        result = compare_table(given)
        table = result.frame
        assert dict(table.schema) == COMPARE_SCHEMA
        planted = {*HIGH_IN_A, *HIGH_IN_B}
        assert len(planted & set(table["item"][:12])) >= 10
        signs = dict(table.select("item", "difference").iter_rows())
        assert all(signs[item] > 0 for item in HIGH_IN_A)
        assert all(signs[item] < 0 for item in HIGH_IN_B)
        assert table["n_a"].unique().to_list() == table["n_b"].unique().to_list() == [6]
        assert table["difference"].sum() == pytest.approx(0, abs=1e-9)
        assert "can't reach" not in result.notes[0]
        assert table["p_corrected"].min() >= table["smallest_p"][0]

    def test_between_groups_every_case_counts_once(self, tidy, draw) -> None:
        sorts = draw({f"s{n}": "a" for n in range(9)})
        facts = {
            f"s{n}": Facts(f"s{n}", case=f"c{min(n, 5)}", treatment="A" if n < 3 else "B")
            for n in range(9)
        }
        found = profiles(tidy(sorts))
        given = groups_compared(found, Context(facts=facts), "treatment", "a", "b")
        table = compare_table(given).frame.sort("item")
        first = np.array([sorts[f"s{n}", "a"] for n in range(3)], dtype=float)
        last = np.array([sorts[f"s{n}", "a"] for n in range(5, 9)], dtype=float).mean(axis=0)
        second = np.array([sorts["s3", "a"], sorts["s4", "a"], last], dtype=float)
        expected = welch(first, second)
        assert np.allclose(table["difference"], expected.difference)
        assert np.allclose(table["low"], expected.low, equal_nan=True)
        assert np.allclose(table["effect"], hedges_g(first, second).value)
        assert table["smallest_p"][0] == pytest.approx(0.1)  # 20 ways, two-sided and balanced

    def test_phases_are_compared_within_cases(self, tidy, draw) -> None:
        sorts = draw({f"c{c}{phase}": "a" for c in range(4) for phase in "el"})
        facts = {code: Facts(code, case=code[:2], phase=code[2]) for code, _ in sorts}
        facts["c9e"] = Facts("c9e", case="c9", phase="e")
        sorts["c9e", "a"] = sorts["c0e", "a"]
        given = groups_compared(profiles(tidy(sorts)), Context(facts=facts), "phase", "e", "l")
        result = compare_table(given)
        table = result.frame.sort("item")
        apart = np.array(
            [np.subtract(sorts[f"c{c}e", "a"], sorts[f"c{c}l", "a"]) for c in range(4)], dtype=float
        )
        mean, low, high = mean_limits(apart)
        assert np.allclose(table["difference"], mean)
        assert np.allclose(table["low"], low)
        assert np.allclose(table["high"], high)
        assert table["n_a"][0] == 4
        assert table["smallest_p"][0] == pytest.approx(2 / 16)
        assert "So few cases can't reach .05." in result.notes[0]
        assert result.notes[1] == "Left out: 1 case without both sides."

    def test_two_raters_over_their_shared_sessions(self, tidy, draw) -> None:
        sorts = draw({"x": "ab", "y": "ab", "z": "a", "q": "bc"})
        given = raters_compared(tidy(sorts), "A", "b")
        table = compare_table(given).frame.sort("item")
        expected = np.mean([np.subtract(sorts[s, "a"], sorts[s, "b"]) for s in "xy"], axis=0)
        assert np.allclose(table["difference"], expected)
        with pytest.raises(UsageError, match="compared with itself"):
            raters_compared(tidy(sorts), "a", "A")

    def test_two_raters_over_two_sessions_have_no_effect_size(self, tidy, draw) -> None:
        given = raters_compared(tidy(draw({"x": "ab", "y": "ab"})), "a", "b")
        result = compare_table(given)
        for column in ("effect", "effect_low", "effect_high"):
            assert result.frame[column].is_null().all()
        assert "No effect size: Hedges' g within sessions needs three of them." in result.notes

    def test_two_raters_are_compared_over_the_cases_where_they_suffice(self, tidy, draw) -> None:
        codes = {f"c{case}{n}": "ab" for case in range(6) for n in range(3 if case else 1)}
        sorts = draw(codes)
        facts = {code: Facts(code, case=code[:2]) for code in codes}
        given = raters_compared(tidy(sorts), "a", "b", Context(facts=facts))
        result = compare_table(given)
        apart = {c: np.subtract(sorts[c, "a"], sorts[c, "b"], dtype=float) for c in codes}
        cases = [np.mean([apart[c] for c in codes if c[:2] == f"c{n}"], axis=0) for n in range(6)]
        assert np.allclose(result.frame.sort("item")["difference"], np.mean(cases, axis=0))
        assert result.frame["n_a"][0] == 6
        assert result.frame["smallest_p"][0] == pytest.approx(2 / 2**6)
        assert result.notes[1] == "Every case counts once: 16 sessions."

    @pytest.mark.parametrize(("known", "why"), [(5, "from 5 cases only"), (4, "not all known")])
    def test_sessions_as_the_sample_are_told_to_be_so(self, tidy, draw, known: int, why) -> None:
        codes = {f"c{case}{n}": "ab" for case in range(5) for n in range(2)}
        facts = {c: Facts(c, case=c[:2]) for c in codes if int(c[1]) < known}
        given = raters_compared(tidy(draw(codes)), "a", "b", Context(facts=facts))
        result = compare_table(given)
        assert result.frame["n_a"][0] == 10
        assert result.notes[1].startswith("The sessions are the sample, since ")
        assert why in result.notes[1]
        assert "p is too small" in result.notes[1]

    def test_one_case_a_side_has_no_interval(self, tidy, draw) -> None:
        sorts = draw({"x": "a", "y": "a"})
        facts = {c: Facts(c, case=c, treatment=c) for c in "xy"}
        result = compare_table(
            groups_compared(profiles(tidy(sorts)), Context(facts=facts), "treatment", "x", "y")
        )
        assert result.frame["low"].null_count() == result.frame["effect"].null_count() == 100
        assert result.frame["smallest_p"][0] == 1.0

    def test_of_a_study_on_disk(self, folder) -> None:
        study = open_study(folder)
        assert compare_of(study, "treatment", "A", "B").frame.height == 100
        assert compare_of(study, "rater", "anna", "ben", subset="patient").frame.height < 100
        with pytest.raises(StudyError, match="No session has treatment 'C'"):
            compare_of(study, "treatment", "A", "C")
        with pytest.raises(UsageError, match="for leads"):
            compare_of(open_study(folder, "anna"), "treatment", "A", "B")
