"""Change, structures and outcome: what was planted in the archive is found, and not much else."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import scipy.stats

from pqs_coder.analysis.change import (
    ALL_CASES,
    CHANGE_SCHEMA,
    change_of,
    change_points,
    change_points_of,
    change_table,
)
from pqs_coder.analysis.composites import Profiles, profiles
from pqs_coder.analysis.context import Context
from pqs_coder.analysis.outcomes import case_values, outcomes_of, outcomes_table
from pqs_coder.analysis.smoothing import smooth
from pqs_coder.analysis.structure_files import load_structures, save_structures
from pqs_coder.analysis.structures import (
    case_profiles,
    describe_structures,
    find_structures,
    structures_of,
)
from pqs_coder.analysis.study import open_study
from pqs_coder.analysis.variables import Structure, process_variables
from pqs_coder.errors import DataError, StatisticsError, StudyError, UsageError
from pqs_coder.exchange.archive_demo import FALLING, LONG_CASE, RISING, STRUCTURES, WITH_OUTCOME
from pqs_coder.model.prototype import Prototype
from pqs_coder.model.study import Facts
from pqs_coder.stats import trend_slope

ALL_ITEMS = tuple(range(1, 101))


@pytest.fixture(scope="module")
def found(archive) -> Profiles:
    return profiles(archive[0])


@pytest.fixture
def folder(make_folder, draw):
    codes = [f"s{n}" for n in range(1, 9)]
    facts = [["session", "case", "number", "outcome"]]
    facts += [[code, "oak", str(n), str(30 - n)] for n, code in enumerate(codes, 1)]
    return make_folder(draw({code: ["anna", "ben"] for code in codes}), facts=facts)


class TestChange:
    def test_planted_trends_are_found_in_the_long_case(self, archive, found) -> None:
        table = change_table(
            process_variables(found, items=ALL_ITEMS), archive[1], case=LONG_CASE.upper()
        ).frame
        assert dict(table.schema) == CHANGE_SCHEMA
        limits = {
            int(name.split()[1]): (low, high)
            for name, low, high in table.select("variable", "slope_low", "slope_high").iter_rows()
        }
        rises = [limits[item][0] > 0 for item in RISING]
        falls = [limits[item][1] < 0 for item in FALLING]
        assert sum(rises) + sum(falls) >= 7  # power is not one: of eight planted trends
        slope = dict(table.select("variable", "slope").iter_rows())
        assert all(slope[f"item {item}"] > 0 for item in RISING)
        assert all(slope[f"item {item}"] < 0 for item in FALLING)
        others = [pair for item, pair in limits.items() if item not in {*RISING, *FALLING}]
        wrong = sum(low > 0 or high < 0 for low, high in others)
        assert wrong <= 10  # about one in twenty of 92

    def test_a_row_is_what_the_stats_core_says(self, archive, found) -> None:
        variables = process_variables(found, items=[RISING[0]])
        row = change_table(variables, archive[1], case=LONG_CASE).frame.row(0, named=True)
        context = archive[1]
        codes = sorted(
            (code for code in found.sessions if context.cases[code] == LONG_CASE),
            key=lambda code: context.numbers[code],
        )
        place = {code: n for n, code in enumerate(found.sessions)}
        values = found.mean[[place[c] for c in codes], RISING[0] - 1]
        slope = trend_slope(values, np.arange(1, 31))
        assert (row["slope"], row["slope_low"]) == (
            pytest.approx(float(slope.value)),
            pytest.approx(float(slope.low)),
        )
        assert row["early"] == pytest.approx(values[:10].mean())
        assert row["late"] == pytest.approx(values[20:].mean())
        assert row["n_sessions"] == 30

    def test_adherence_is_averaged_over_z(self, tidy, draw) -> None:
        sorts = draw({f"s{n}": "a" for n in range(1, 7)})
        facts = {f"s{n}": Facts(f"s{n}", case="x", number=str(n)) for n in range(1, 7)}
        ideal = Prototype("p", dict(enumerate(map(float, sorts["s1", "a"]), 1)))
        del sorts["s1", "a"]
        found = profiles(tidy(sorts))
        variables = process_variables(found, prototypes=[ideal])
        result = change_table(variables, Context(facts=facts))
        r = [np.corrcoef(sorts[f"s{n}", "a"], list(ideal.scores.values()))[0, 1] for n in (2, 3)]
        row = result.frame.row(0, named=True)
        assert (row["scale"], row["n_sessions"]) == ("r", 5)
        assert row["early"] == pytest.approx(np.tanh(np.mean(np.arctanh(r))))
        assert "Slopes of correlations are in Fisher's z a session." in result.notes

    def test_short_cases_have_no_slope_and_three_long_ones_are_pooled(self, tidy, draw) -> None:
        lengths = {"p": 6, "q": 7, "r": 8, "t": 4}
        codes = {f"{case}{n}": (case, n) for case, most in lengths.items() for n in range(most)}
        facts = {c: Facts(c, case=case, number=str(n)) for c, (case, n) in codes.items()}
        found = profiles(tidy(draw(dict.fromkeys(codes, "a"))))
        variables, context = process_variables(found, items=[5]), Context(facts=facts)
        result = change_table(variables, context)
        table = result.frame
        assert table["case"].to_list() == ["p", "q", "r", "t", ALL_CASES]
        assert table["slope"][3] is None
        assert table["early"][3] is not None
        assert any("No slope under 5 sessions" in note for note in result.notes)
        points = change_points(variables, context).frame
        slopes = [
            np.polyfit(part["number"], part["value"], 1)[0]
            for part in points.partition_by("case", maintain_order=True)
        ]
        test = scipy.stats.ttest_1samp(slopes, 0.0)
        limits = test.confidence_interval()
        pooled = table.row(4, named=True)
        assert pooled["slope"] == pytest.approx(np.mean(slopes))
        assert (pooled["slope_low"], pooled["slope_high"]) == pytest.approx(tuple(limits))
        assert pooled["p"] == pytest.approx(test.pvalue)

    def test_sessions_go_by_number_and_gaps_count(self, tidy, draw) -> None:
        sorts = draw({f"s{n}": "a" for n in range(6)})
        numbers = [9, 1, 4, 2, 7, 30]
        facts = {f"s{n}": Facts(f"s{n}", case="x", number=str(k)) for n, k in enumerate(numbers)}
        points = change_points(
            process_variables(profiles(tidy(sorts)), items=[1]), Context(facts=facts)
        ).frame
        assert points["number"].to_list() == [1, 2, 4, 7, 9, 30]
        assert points["session"].to_list() == ["s1", "s3", "s2", "s4", "s0", "s5"]

    def test_two_sessions_of_one_number_are_refused(self, tidy, draw) -> None:
        facts = {c: Facts(c, case="x", number="1") for c in "ab"}
        variables = process_variables(profiles(tidy(draw({"a": "r", "b": "r"}))), items=[1])
        with pytest.raises(DataError, match="have the same number"):
            change_table(variables, Context(facts=facts))

    def test_of_a_study_on_disk(self, folder) -> None:
        study = open_study(folder)
        assert change_of(study, items=[3, 5]).frame["variable"].to_list() == ["item 3", "item 5"]
        assert change_points_of(study, items=[3], case="OAK").frame.height == 8
        with pytest.raises(StudyError, match="no case 'elm'"):
            change_of(study, items=[3], case="elm")
        with pytest.raises(UsageError, match="No sort has an item 300"):
            change_of(study, items=[300])
        with pytest.raises(UsageError, match="for leads"):
            change_of(open_study(folder, "anna"), items=[3])


class TestSmooth:
    def test_a_line_stays_a_line(self) -> None:
        times = np.array([1.0, 2, 4, 7, 9, 30])
        assert smooth(times, 3 * times - 1) == pytest.approx(3 * times - 1)

    def test_noise_is_damped_and_few_points_are_left_alone(self) -> None:
        rng = np.random.default_rng(3)
        times = np.arange(30.0)
        values = rng.normal(size=30)
        assert smooth(times, values).std() < values.std() / 2
        assert smooth(times[:3], values[:3]).tolist() == values[:3].tolist()


class TestStructures:
    def test_planted_structures_are_found(self, archive, found) -> None:
        given = case_profiles(found, archive[1], LONG_CASE)
        assert given.numbers.tolist() == list(range(1, 31))
        result = find_structures(given, components=4)
        frame = result.items.frame
        for planted in STRUCTURES:
            best = 0
            for (name,), part in frame.group_by("structure"):
                signs = dict(part.select("item", "sign").iter_rows())
                same = sum(signs.get(item) == sign for item, sign in planted.items())
                best = max(best, same, sum(signs.get(i) == -s for i, s in planted.items()))
                assert name
            assert best >= 6  # of eight
        assert frame["loading"].abs().min() >= 0.40
        assert ((frame["loading"] > 0) == (frame["sign"] > 0)).all()
        summary = result.summary.frame
        assert (summary["alpha"] > 0.6).all()
        assert result.scores.frame.height == 30 * summary.height
        assert "30 sessions only" in result.items.notes[0]

    def test_parallel_analysis_is_told(self, archive, found) -> None:
        given = case_profiles(found, archive[1], LONG_CASE)
        result = find_structures(given)
        table = result.parallel.frame
        kept = table.filter(pl.col("kept"))
        assert kept.height == len(result.found) or kept.height > len(result.found)
        assert (kept["eigenvalue"] > kept["random_95"]).all()
        assert "Parallel analysis keeps" in result.parallel.notes[0]

    def test_the_second_follows_the_first(self, archive, found) -> None:
        given = case_profiles(found, archive[1], LONG_CASE)
        planted = [
            Structure(
                name,
                tuple(item for item, sign in signs.items() if sign > 0),
                tuple(item for item, sign in signs.items() if sign < 0),
            )
            for name, signs in zip(("one", "two"), STRUCTURES, strict=True)
        ]
        lags = describe_structures(given, planted).lags.frame
        ahead = lags.row(by_predicate=pl.col("leads") == "one", named=True)
        behind = lags.row(by_predicate=pl.col("leads") == "two", named=True)
        assert ahead["r_high"] < 0
        assert abs(ahead["r"]) > abs(behind["r"])
        assert ahead["n_pairs"] == 29

    def test_p_of_all_lags_is_corrected_by_holm(self, archive, found) -> None:
        given = case_profiles(found, archive[1], LONG_CASE)
        three = [Structure(name, (n, n + 1)) for n, name in enumerate("abc", 1)]
        result = describe_structures(given, three).lags
        p = sorted(result.frame["p"])
        steps = [min(1.0, (6 - n) * one) for n, one in enumerate(p)]
        least = [max(steps[: n + 1]) for n in range(6)]
        assert sorted(result.frame["p_corrected"]) == pytest.approx(least)
        assert (result.frame["p_corrected"] >= result.frame["p"]).all()
        assert any("6 tests" in note and "Holm" in note for note in result.notes)

    def test_lead_and_lag_are_refused_under_twenty_sessions(self, archive, found) -> None:
        given = case_profiles(found, archive[1], "alder")
        structures = [Structure("a", (1, 2), (3,)), Structure("b", (4, 5))]
        result = describe_structures(given, structures)
        assert result.lags.frame.height == 0
        assert "20 sessions" in result.lags.notes[0]
        assert result.scores.frame.height == 8

    def test_a_score_is_the_mean_with_reversed_items_mirrored(self, tidy) -> None:
        sorts = {(f"s{n}", "a"): piles for n, piles in enumerate([[1, 9, 5, 2], [9, 5, 2, 1]])}
        facts = {f"s{n}": Facts(f"s{n}", case="x", number=str(n)) for n in range(2)}
        given = case_profiles(profiles(tidy(sorts)), Context(facts=facts), "x")
        scores = describe_structures(given, [Structure("s", (1, 3), (2,))]).scores.frame
        assert scores["score"].to_list() == [pytest.approx((1 + 1 + 5) / 3), pytest.approx(16 / 3)]

    def test_too_little_is_refused(self, tidy, draw) -> None:
        facts = {c: Facts(c, case="x", number=str(n)) for n, c in enumerate("abc")}
        given = case_profiles(
            profiles(tidy(draw(dict.fromkeys("abc", "r")))), Context(facts=facts), "x"
        )
        with pytest.raises(StatisticsError, match="3 numbered sessions"):
            find_structures(given, components=1)

    def test_a_lead_keeps_them_under_names(self, folder) -> None:
        study = open_study(folder)
        with pytest.raises(StudyError, match="No structures are kept"):
            load_structures(study, "oak")
        wanted = [Structure("Repair and rupture", (3, 9), (5,)), Structure("2", (1,))]
        save_structures(study, "oak", wanted)
        assert load_structures(study, "OAK") == wanted
        result = structures_of(study, "oak", kept=True)
        assert result.summary.frame["structure"].to_list() == ["Repair and rupture", "2"]
        table = change_of(study, prototypes=[], structures=True, case="oak").frame
        assert table["variable"].to_list() == ["structure Repair and rupture", "structure 2"]
        with pytest.raises(UsageError, match="by leads"):
            save_structures(open_study(folder, "anna"), "oak", wanted)
        (folder / "structures" / "oak.toml").write_text(
            '[[structure]]\nname = "x"\nitems = [300]\n'
        )
        with pytest.raises(DataError, match="structure x has no item 300"):
            load_structures(study, "oak")


class TestOutcome:
    def test_planted_items_go_with_outcome(self, archive, found) -> None:
        # lower is better, so the items of good cases correlate negatively with the end of distress
        variables = process_variables(found, items=ALL_ITEMS)
        table = outcomes_table(variables, archive[1], "outcome_post", "outcome_pre").frame
        assert table["n_cases"].unique().to_list() == [13]
        order = table.sort("partial_r")["variable"].to_list()
        planted = {f"item {item}" for item in WITH_OUTCOME}
        assert len(planted & set(order[:10])) >= 3
        assert (table["partial_low"] <= table["partial_r"]).all()

    def test_partial_by_hand(self, archive, found) -> None:
        context = archive[1]
        variables = process_variables(found, items=[33])
        row = outcomes_table(variables, context, "outcome_post", "outcome_pre").frame.row(
            0, named=True
        )
        after = case_values(context, "outcome_post", last=True)
        before = case_values(context, "outcome_pre", last=False)
        cases = np.array([context.cases[code] for code in found.sessions])
        x = np.array([found.mean[cases == case, 32].mean() for case in after])
        y, z = np.array(list(after.values())), np.array([before[case] for case in after])
        assert row["r"] == pytest.approx(np.corrcoef(x, y)[0, 1])
        free = [v - np.polyval(np.polyfit(z, v, 1), z) for v in (x, y)]
        assert row["partial_r"] == pytest.approx(np.corrcoef(*free)[0, 1])

    def test_first_and_last_value_of_a_case(self) -> None:
        numbers = {"a": "2", "b": "10", "c": "1"}
        facts = {
            code: Facts(code, case="x", number=n, outcome=str(100 + int(n)))
            for code, n in numbers.items()
        }
        context = Context(facts=facts)
        assert case_values(context, "outcome", last=True) == {"x": 110.0}
        assert case_values(context, "outcome", last=False) == {"x": 101.0}

    def test_few_cases_and_cells_that_are_no_numbers(self, folder) -> None:
        study = open_study(folder)
        result = outcomes_of(study, "outcome", items=[3])
        assert result.frame["r"].to_list() == [None]
        assert "needs 4 cases" in result.notes[-1]
        with pytest.raises(DataError, match="'oak', no number"):
            outcomes_of(study, "case", items=[3])

    def test_it_is_told_which_value_of_a_case_was_used(self, archive, found, folder) -> None:
        result = outcomes_of(open_study(folder), "outcome", items=[3], intake="outcome")
        assert "outcome differs between the sessions of 1 case" in result.notes[0]
        assert "last numbered session" in result.notes[0]
        assert (
            result.notes[1] == "Held constant: outcome at the first numbered session that has it."
        )
        variables = process_variables(found, items=[33])
        alike = outcomes_table(variables, archive[1], "outcome_post", "outcome_post")
        assert not any("differs" in note for note in alike.notes)
        assert any("no partial r" in note for note in alike.notes)
        assert alike.frame["partial_r"].to_list() == [None]
