"""What a lead looks at: pairs, differences, third raters, drift, portraits, decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pqs_coder.analysis.agreement import agreement_table
from pqs_coder.analysis.composites import composite_table, profiles
from pqs_coder.analysis.consensus import consensus_overview_of
from pqs_coder.analysis.context import Context
from pqs_coder.analysis.control_chart import ewma_chart
from pqs_coder.analysis.decision import components_table, decision_table
from pqs_coder.analysis.differences import DIFFERENCE_SCHEMA, differences_of, differences_table
from pqs_coder.analysis.distinctive import baseline_test_table, distinctive_table
from pqs_coder.analysis.drift import DRIFT_SCHEMA, NO_TIMES, TOGETHER, drift_table
from pqs_coder.analysis.matrix import matrix_grid, matrix_table
from pqs_coder.analysis.portraits import bias_table, item_bias_table, portraits_table
from pqs_coder.analysis.study import open_study
from pqs_coder.analysis.third_raters import third_raters_of, third_raters_table
from pqs_coder.desk.consensus import adjudication_of, open_consensus
from pqs_coder.errors import StudyError
from pqs_coder.model.study import Rater, Settings
from pqs_coder.stats import distinctive_agreement, mean_r, rater_bias
from pqs_coder.store.making import write_assignments
from pqs_coder.store.work import Work

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


def roster(*names: str, threshold: float = 0.5) -> Context:
    people = tuple(Rater(name) for name in names)
    return Context(settings=Settings("", "set", raters=people, threshold=threshold))


def r_of(sorts, session, *raters) -> float:
    return float(mean_r([sorts[session, rater] for rater in raters]))


class TestMatrix:
    def test_pairs_over_shared_sessions(self, tidy, draw) -> None:
        sorts = draw({"x": "ab", "y": "abc", "z": "ac"})
        matrix = matrix_table(tidy(sorts), roster(threshold=0.9)).frame
        assert matrix.select("rater_a", "rater_b", "n_sessions").rows() == [
            ("a", "b", 2),
            ("a", "c", 2),
            ("b", "c", 1),
        ]
        both = [r_of(sorts, "x", "a", "b"), r_of(sorts, "y", "a", "b")]
        row = matrix.row(0, named=True)
        assert (row["r"], row["r_min"]) == (pytest.approx(sum(both) / 2), pytest.approx(min(both)))
        assert row["n_under"] == sum(r < 0.9 for r in both)
        assert matrix["r_low"][2] is None  # one session is no sample of sessions

    def test_grid_is_a_square_with_empty_diagonal(self, tidy, draw) -> None:
        names, grid = matrix_grid(matrix_table(tidy(draw({"x": "ab", "y": "cb"}))).frame)
        assert names == ["a", "b", "c"]
        assert [grid[n][n] for n in range(3)] == [None] * 3
        assert grid[0][1] == grid[1][0] is not None
        assert grid[0][2] is None


class TestDifferences:
    @pytest.fixture
    def frame(self, tidy) -> pl.DataFrame:
        sorts = {
            ("x", "a"): [1, 2, 3, 4, 5],
            ("x", "b"): [1, 5, 3, 2, 4],
            ("x", "c"): [5, 4, 3, 2, 1],
        }
        return tidy(sorts).with_columns(
            pl.when(pl.col("rater") == "a").then(pl.lit("why")).alias("note")
        )

    def test_largest_first_with_notes_beside(self, frame) -> None:
        result = differences_table(frame, "x", "a", "b", {2: "two"})
        table = result.frame
        assert dict(table.schema) == DIFFERENCE_SCHEMA
        assert table["item"].to_list() == [2, 4, 5, 1, 3]
        assert table["difference"].to_list() == [-3, 2, 1, 0, 0]
        assert table["share"].to_list() == [pytest.approx(v / 14) for v in (9, 4, 1, 0, 0)]
        assert table.row(0, named=True)["label"] == "two"
        assert (table["note_a"][0], table["note_b"][0]) == ("why", None)

    def test_without_names_the_pair_that_agrees_least(self, frame) -> None:
        result = differences_table(frame, "x")
        assert (result.frame["rater_a"][0], result.frame["rater_b"][0]) == ("a", "c")
        assert "of 3 pairs" in result.notes[0]
        assert differences_table(frame, "x", "B").frame["rater_a"][0] == "b"

    def test_refusals(self, frame) -> None:
        with pytest.raises(StudyError, match="dora has submitted no sort of x"):
            differences_table(frame, "x", "a", "dora")
        with pytest.raises(StudyError, match="no two sorts"):
            differences_table(frame.filter(pl.col("rater") == "a"), "x")

    def test_of_a_study_on_disk(self, make_folder, draw) -> None:
        study = open_study(make_folder(draw({"s1": ["anna", "ben"], "s2": ["anna"]})))
        table = differences_of(study, "S1").frame
        assert table.height == 100
        assert table["label"].null_count() == 0


class TestThirdRaters:
    def sorts(self, draw) -> dict:
        return draw({"low": "ab", "three": "abc", "fine": "ab"}, noise=3.0)

    def test_states(self, tidy, draw) -> None:
        sorts = self.sorts(draw)
        sorts["fine", "b"] = sorts["fine", "a"]
        days = {"a": 1, "b": 2, "c": 3}
        frame = pl.concat(
            tidy({key: piles}, submitted_at=NOON + timedelta(days=days[key[1]]))
            for key, piles in sorts.items()
        )
        table = third_raters_table(frame, roster("a", "b", "c")).frame
        assert table["session"].to_list() == ["low", "three"]
        low, three = table.rows(named=True)
        assert low["state"] == "needed"
        assert low["r_before"] == pytest.approx(r_of(sorts, "low", "a", "b"))
        assert (low["r_after"], low["closest_two"]) == (None, None)
        assert three["r_before"] == pytest.approx(r_of(sorts, "three", "a", "b"))
        assert three["r_after"] == pytest.approx(r_of(sorts, "three", "a", "b", "c"))
        assert three["state"] == ("unresolved" if three["r_after"] < 0.5 else "resolved")
        assert three["r_closest"] >= three["r_after"]

    def test_nobody_left_is_told(self, tidy, draw) -> None:
        result = third_raters_table(tidy(draw({"low": "ab"}, noise=3.0)), roster("a", "b"))
        assert result.frame["state"].to_list() == ["nobody"]
        assert "Nobody is left to ask in low" in result.notes[0]

    @pytest.mark.parametrize(
        ("state", "session", "told"),
        [
            ("assigned", "low", "waiting"),
            ("draft", "low", "waiting"),
            ("open", "low", "needed"),
            ("submitted", "low", "needed"),
            ("assigned", "another", "needed"),
        ],
    )
    def test_waiting_once_somebody_was_asked(self, tidy, draw, state, session, told) -> None:
        frame = tidy(draw({"low": "ab"}, noise=3.0))
        work = [Work("low", "a", "submitted", 100), Work(session, "c", state, 100)]
        result = third_raters_table(frame, roster("a", "b", "c"), work)
        assert result.frame["state"].to_list() == [told]

    def test_an_assignment_on_disk_is_waited_for(self, make_folder, draw) -> None:
        folder = make_folder(draw({"low": ["anna", "ben"], "fine": ["carla"]}, noise=3.0))
        study = open_study(folder)
        assert third_raters_of(study).frame["state"].to_list() == ["needed"]
        write_assignments(study, [("low", "carla")])
        assert third_raters_of(open_study(folder)).frame["state"].to_list() == ["waiting"]

    def test_the_first_two_are_those_who_submitted_first(self, tidy, draw) -> None:
        sorts = draw({"x": "abc"}, noise=3.0)
        days = {"a": 3, "b": 1, "c": 2}
        frame = pl.concat(
            tidy({key: piles}, submitted_at=NOON + timedelta(days=days[key[1]]))
            for key, piles in sorts.items()
        )
        table = third_raters_table(frame).frame
        assert table["r_before"][0] == pytest.approx(r_of(sorts, "x", "b", "c"))

    def test_where_nobody_knows_who_came_third_there_is_no_before(self, tidy, draw) -> None:
        sorts = draw({"x": "abc"}, noise=3.0)
        for frame in (tidy(sorts), tidy(sorts, submitted_at=NOON)):
            result = third_raters_table(frame)
            row = result.frame.row(0, named=True)
            assert row["r_before"] is None
            assert row["r_after"] == pytest.approx(r_of(sorts, "x", "a", "b", "c"))
            assert "No r before in x: the times of submission don't tell" in result.notes[0]

    def test_closest_two_comes_with_a_warning(self, tidy, draw) -> None:
        sorts = self.sorts(draw)
        result = third_raters_table(tidy(sorts))
        assert "selects on the outcome" in result.notes[-1]
        chosen = result.frame.filter(pl.col("session") == "three")["closest_two"][0]
        kept = composite_table(profiles(tidy(sorts), closest_two=True))
        of_three = kept.frame.filter(pl.col("session") == "three")
        assert of_three["raters"][0] == chosen
        assert any("selects on the outcome" in note for note in kept.notes)
        every = composite_table(profiles(tidy(sorts)))
        assert every.frame.filter(pl.col("session") == "three")["raters"][0] == "a,b,c"


class TestDrift:
    def test_the_drifting_rater_of_the_archive_and_nobody_else_is_warned_of(self, archive) -> None:
        frame, context = archive
        result = drift_table(frame, context)
        assert dict(result.frame.schema) == DRIFT_SCHEMA
        warned = result.frame.filter(pl.col("warning"))["rater"].unique().to_list()
        assert warned == ["gus"]
        assert len(result.notes) == 1
        assert result.notes[0].startswith("gus: agreement slides. From ")
        warnings = result.frame.filter(pl.col("warning"))
        assert warnings["order"].min() <= 16  # of 40: not when all is over
        assert set(warnings["side"]) == {"below"}

    def test_a_steady_rater_with_a_poor_partner_is_not_blamed(self, tidy, draw) -> None:
        rng = np.random.default_rng(7)
        sorts, when = {}, {}
        pairs = ["ab", "bc", "ac"]
        for n in range(36):
            pair = pairs[n % 3]
            good = draw({f"s{n}": pair}, seed=n, noise=0.6)
            if "c" in pair:
                good[f"s{n}", "c"] = rng.permutation(good[f"s{n}", "c"]).tolist()
            sorts |= good
            when[f"s{n}"] = NOON + timedelta(days=n)
        frame = pl.concat(tidy({key: p}, submitted_at=when[key[0]]) for key, p in sorts.items())
        table = drift_table(frame).frame
        assert not table["warning"].any()
        means = dict(table.group_by("rater").agg(pl.col("deviation").mean()).iter_rows())
        assert means["c"] < -0.2
        assert means["a"] > means["c"] + 0.2

    def test_with_two_raters_the_pair_is_named(self, tidy, draw) -> None:
        frame = pl.concat(
            tidy(
                draw({f"s{n}": "ab"}, seed=n, noise=0.3 if n < 12 else 8.0),
                submitted_at=NOON + timedelta(days=n),
            )
            for n in range(24)
        )
        result = drift_table(frame)
        assert result.frame["rater"].unique().to_list() == ["a,b"]
        assert result.frame["warning"].any()
        assert result.notes[0].startswith("The pair a and b: agreement slides.")
        assert "can't tell who" in result.notes[-1]

    def test_agreement_that_rises_is_told_too(self, tidy, draw) -> None:
        frame = pl.concat(
            tidy(
                draw({f"s{n}": "ab"}, seed=n, noise=3.0 if n < 12 else 0.3),
                submitted_at=NOON + timedelta(days=n),
            )
            for n in range(24)
        )
        result = drift_table(frame)
        assert set(result.frame.filter(pl.col("warning"))["side"]) == {"above"}
        assert result.notes[0].startswith("The pair a and b: agreement rises.")

    def test_what_comes_later_moves_no_limit(self, tidy, draw) -> None:
        """A row of the chart says the same whatever is sorted after it."""
        sorts = draw({f"s{n}": "ab" for n in range(14)})
        more = sorts | draw({f"s{n}": "ab" for n in range(14, 20)}, seed=1, noise=9.0)
        before = drift_table(self.on_days(tidy, sorts)).frame
        after = drift_table(self.on_days(tidy, more)).frame.head(14)
        for name in ("low", "high", "level"):  # less the centre: it holds the pair's mean over all
            held = [(one[name] - one["center"]).drop_nulls().to_list() for one in (before, after)]
            assert len(held[0]) == 6
            assert held[0] == pytest.approx(held[1])
        assert before["warning"].to_list() == after["warning"].to_list()

    def test_no_warning_in_the_first_eight_sessions_and_none_without_times(
        self, tidy, draw
    ) -> None:
        sorts = draw({f"s{n}": "ab" for n in range(8)})
        few = drift_table(self.on_days(tidy, sorts))
        assert few.frame["baseline"].to_list() == [True] * 8
        assert not few.frame["warning"].any()
        assert few.frame["level"].null_count() == 8
        assert "the first 8 are the baseline" in few.notes[0]
        without = drift_table(tidy(sorts))
        assert without.frame.height == 0
        assert without.notes == (f"{NO_TIMES}. There is nothing to draw.",)

    def on_days(self, tidy, sorts, every: timedelta = timedelta(days=1)) -> pl.DataFrame:
        """The sorts with times, session s0 first."""
        return pl.concat(
            tidy({key: piles}, submitted_at=NOON + every * int(key[0][1:]))
            for key, piles in sorts.items()
        )

    @pytest.mark.parametrize("raters", ["ab", "abc"])
    def test_imported_sorts_have_no_order(self, tidy, draw, raters: str) -> None:
        """All of them taken in within some seconds: the same moment, or one after the other."""
        sorts = draw({f"s{n}": raters for n in range(12)})
        for every in (timedelta(0), timedelta(milliseconds=300)):
            result = drift_table(self.on_days(tidy, sorts, every))
            assert result.frame.height == 0
            assert result.notes == (f"{TOGETHER}. There is nothing to draw.",)

    def test_what_came_after_an_import_has_its_order(self, tidy, draw) -> None:
        before = self.on_days(tidy, draw({f"s{n}": "abc" for n in range(5)}), timedelta(0))
        after = self.on_days(tidy, draw({f"s{n}": "abc" for n in range(5, 15)}))
        result = drift_table(pl.concat([before, after]))
        assert set(result.frame["session"]) == {f"s{n}" for n in range(5, 15)}
        assert result.frame.filter(rater="a")["order"].to_list() == list(range(1, 11))
        assert result.notes[0].endswith("have no order: a 5, b 5, c 5.")

    def test_chart_by_hand(self) -> None:
        chart = ewma_chart(np.array([1.0, 3.0, 2.0, 4.0, 0.0]), baseline=3)
        assert (chart.center, chart.sigma) == (2.0, 1.0)
        assert chart.level[3:] == pytest.approx([2.4, 1.92])
        assert np.isnan(chart.level[:3]).all()
        t = 14.0890  # the quantile of t with 2 degrees of freedom that .0025 lie beyond
        first = t * np.sqrt(0.2**2 + 0.2**2 / 3)
        second = t * np.sqrt(0.2**2 + 0.16**2 + 0.36**2 / 3)
        assert chart.high[3:] == pytest.approx([2 + first, 2 + second], abs=1e-3)
        assert chart.low[3:] == pytest.approx([2 - first, 2 - second], abs=1e-3)

    def test_false_alarms_are_as_rare_as_the_methods_say(self) -> None:
        """Series of 40 that stay the same: about 4 % have a warning on either side."""
        series = np.random.default_rng(5).normal(size=(2000, 40))
        charts = [ewma_chart(one) for one in series]
        rate = np.mean([(one.below | one.above).any() for one in charts])
        assert 0.025 < rate < 0.06

    def test_a_series_without_any_spread_has_no_alarm(self) -> None:
        chart = ewma_chart(np.full(30, 0.1))
        assert not (chart.below | chart.above).any()


class TestPortraits:
    def frame(self, tidy, draw) -> pl.DataFrame:
        frame = tidy(draw({"x": "ab", "y": "a"}))
        first = pl.col("item") == 1
        return frame.with_columns(
            pl.when(first).then(pl.lit("note")).alias("note"),
            pl.when(first).then(pl.lit("12 40")).when(pl.col("item") == 2).then(pl.lit("all"))
            .alias("evidence"),
            (pl.col("item") <= 3).alias("unsure"),
            pl.lit(6.0).alias("seconds"),
            pl.lit(2, dtype=pl.Int64).alias("moves"),
        )  # fmt: skip

    def test_habits(self, tidy, draw) -> None:
        table = portraits_table(self.frame(tidy, draw)).frame
        a = table.row(0, named=True)
        assert (a["rater"], a["n_sorts"], a["n_shared"]) == ("a", 2, 1)
        assert (a["notes"], a["evidence"], a["whole_hour"], a["unsure"]) == (1.0, 1.0, 1.0, 3.0)
        assert (a["minutes"], a["moves"]) == (10.0, 200.0)
        assert (a["n_again"], a["r_self"]) == (0, None)

    def test_time_is_null_where_nothing_was_timed(self, tidy, draw) -> None:
        table = portraits_table(tidy(draw({"x": "ab"}))).frame
        assert table["minutes"].to_list() == [None, None]

    def test_agreement_with_oneself(self, tidy, draw) -> None:
        first = draw({"x": "ab", "y": "a"})
        again = {("x", "a"): draw({"x": "a"}, seed=1, noise=2.0)["x", "a"]}
        frame = pl.concat([tidy(first), tidy(again, occasion=2)])
        row = portraits_table(frame).frame.row(0, named=True)
        assert row["n_again"] == 1
        assert row["r_self"] == pytest.approx(float(mean_r([first["x", "a"], again["x", "a"]])))
        same = np.mean(np.array(first["x", "a"]) == np.array(again["x", "a"]))
        assert row["exact_self"] == pytest.approx(same)

    def test_bias_by_group_is_the_mean_of_its_items(self, tidy, draw) -> None:
        sorts = draw({f"s{n}": "ab" for n in range(5)})
        groups = {"first": tuple(range(1, 51)), "rest": tuple(range(51, 101))}
        table = bias_table(tidy(sorts), groups).frame
        keys = [(f"s{n}", rater) for n in range(5) for rater in "ab"]
        found = rater_bias(
            np.array([sorts[key] for key in keys]), [k[0] for k in keys], [k[1] for k in keys]
        )
        row = table.row(0, named=True)
        assert (row["rater"], row["group"], row["n_items"], row["n_sessions"]) == (
            "a",
            "first",
            50,
            5,
        )
        assert row["bias"] == pytest.approx(found.bias[0, :50].mean())
        assert table["bias"][0] == pytest.approx(-table["bias"][1])  # one mean for all sorts
        items = item_bias_table(tidy(sorts)).frame
        assert items["bias"][0] == pytest.approx(found.bias[0][np.abs(found.bias[0]).argmax()])


class TestBeyondTheSharedPicture:
    def test_distinctive_beside_baseline(self, archive) -> None:
        frame, context = archive
        table = distinctive_table(frame, context).frame
        assert table.height == 78
        assert (table["r"] > table["baseline_r"]).mean() > 0.9
        assert table["baseline_r"].mean() < table["same_case_r"].drop_nulls().mean()
        study = agreement_table(frame, "study", context).frame
        assert study["distinctive_r"][0] == pytest.approx(table["distinctive_r"].mean())

    def test_distinctive_is_that_of_the_stats_core(self, tidy, draw) -> None:
        sorts = draw({f"s{n:02}": "ab" for n in range(12)})
        table = distinctive_table(tidy(sorts)).frame
        found = distinctive_agreement(list(sorts.values()), [s for s, _ in sorts])
        assert table["distinctive_r"].to_list() == pytest.approx(found.distinctive.tolist())

    def test_is_refused_under_ten_sessions(self, tidy, draw) -> None:
        result = distinctive_table(tidy(draw({f"s{n}": "ab" for n in range(9)})))
        assert result.frame["distinctive_r"].null_count() == 9
        assert "ten sessions" in result.notes[0]

    def test_baseline_test_by_dealing_anew(self, archive) -> None:
        row = baseline_test_table(archive[0], samples=199).frame.row(0, named=True)
        assert row["p"] == row["smallest_p"] == pytest.approx(1 / 200)
        assert row["r"] > row["repaired_r"]


class TestDecision:
    def test_components_and_two_coefficients(self, archive) -> None:
        components = components_table(archive[0])
        table = components.frame
        assert table["component"].to_list() == [
            "item",
            "item x session",
            "item x rater",
            "residual",
        ]
        assert table["share"].sum() == pytest.approx(1.0)
        item, session, rater, rest = table["variance"].to_list()
        decision = decision_table(archive[0], (1, 2, 4)).frame
        assert decision["n_raters"].to_list() == [1, 2, 4]
        for k, profile, distinctive in decision.select(
            "n_raters", "profile", "distinctive"
        ).iter_rows():
            error = (rater + rest) / k
            assert profile == pytest.approx((item + session) / (item + session + error))
            assert distinctive == pytest.approx(session / (session + error))
        assert (decision["distinctive"] < decision["profile"]).all()

    def test_in_words(self, archive) -> None:
        notes = decision_table(archive[0]).notes
        assert notes[0].startswith("profile: does the composite order the items")
        assert "raters a session" in notes[1]

    @pytest.mark.parametrize(("sessions", "tried"), [(11, False), (12, True)])
    def test_limits_from_few_sessions_are_not_to_be_relied_on(
        self, tidy, draw, sessions: int, tried: bool
    ) -> None:
        result = decision_table(tidy(draw({f"s{n}": "ab" for n in range(sessions)})), (2,))
        assert result.frame["profile_low"][0] is not None
        assert f"raters like these 2 and of sessions like these {sessions}" in result.notes[2]
        assert any("Don't rely on them" in note for note in result.notes) is not tried

    def test_too_little_is_told(self, tidy, draw) -> None:
        result = decision_table(tidy(draw({"x": "ab"})))
        assert result.frame.height == 0
        assert result.notes


class TestConsensusOverview:
    def test_is_what_each_adjudication_says(self, make_folder, draw) -> None:
        sorts = draw({"s1": ["anna", "ben"], "s2": ["anna"], "s10": ["anna", "ben", "cleo"]})
        study = open_study(make_folder(sorts, sessions=["s3"]))
        with open_consensus(study, "s10") as room:
            first = room.table.items[0].item
            room.take_suggestion(first)
        table = consensus_overview_of(study).frame
        assert table["session"].to_list() == ["s1", "s10"]
        for row in table.to_dicts():
            adjudication = adjudication_of(study, row["session"])
            assert row["raters"] == ",".join(adjudication.raters)
            assert row["n_differ"] == len(adjudication.disputed)
        assert table.select("n_decided", "state").rows() == [(0, "none"), (1, "draft")]
        assert consensus_overview_of(study, ["S10"]).frame["session"].to_list() == ["s10"]
