"""Agreement tables: who is compared with whom, and what is said when there is no number."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from pqs_coder.analysis.agreement import agreement_table
from pqs_coder.analysis.agreement_across import ITEM_SCHEMA, RATER_SCHEMA, STUDY_SCHEMA
from pqs_coder.analysis.agreement_sessions import PAIR_SCHEMA, SESSION_SCHEMA
from pqs_coder.analysis.context import Context
from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.study import Facts, Rater, Settings
from pqs_coder.stats import icc, krippendorff_alpha, mean_r, mean_r_interval

DESIGN = {
    "session": (
        "session raters n_raters n_items r r_low r_high r_min r_max baseline_r reliability icc1 "
        "icc2 icc3 icc1k icc2k icc3k alpha_interval alpha_ordinal needs_rater"
    ),
    "pair": (
        "session rater_a rater_b r r_low r_high distance exact within_one exact_chance "
        "within_one_chance"
    ),
    "rater": "rater n_sessions r_others r_low r_high",
    "item": "item n_sessions icc1 icc1_low icc1_high icc1k mad",
    "study": (
        "n_sessions n_pairs mean_r mean_r_z sd_r min_r max_r n_third reliability baseline_r "
        "distinctive_r mean_r_sessions mean_r_first"
    ),
}


def facts_of(**cases: str) -> dict[str, Facts]:
    return {code: Facts(code, case=case) for code, case in cases.items()}


@pytest.mark.parametrize("by", DESIGN)
def test_columns_are_those_that_scripts_rely_on(caq: pl.DataFrame, by: str) -> None:
    assert agreement_table(caq, by).frame.columns == DESIGN[by].split()


@pytest.mark.parametrize("by", DESIGN)
def test_a_study_without_sorts_has_the_columns_and_no_rows(caq: pl.DataFrame, by: str) -> None:
    frame = agreement_table(caq.clear(), by).frame
    schemas = {
        "session": SESSION_SCHEMA,
        "pair": PAIR_SCHEMA,
        "rater": RATER_SCHEMA,
        "item": ITEM_SCHEMA,
        "study": STUDY_SCHEMA,
    }
    assert frame.height == 0
    assert dict(frame.schema) == schemas[by]


def test_another_word_is_refused(caq: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="by 'person'"):
        agreement_table(caq, "person")


def test_sessions_come_by_number_within_names(tidy, draw) -> None:
    sorts = draw({code: ["b", "a"] for code in ("s10", "s9", "s1")})
    frame = agreement_table(tidy(sorts)).frame
    assert frame["session"].to_list() == ["s1", "s9", "s10"]
    assert frame["raters"].to_list() == ["a,b"] * 3


def test_rows_of_the_table_may_come_in_any_order(caq: pl.DataFrame) -> None:
    shuffled = caq.sample(fraction=1.0, shuffle=True, seed=3)
    assert agreement_table(shuffled).frame.equals(agreement_table(caq).frame)


def test_an_item_twice_in_a_sort_is_refused(caq: pl.DataFrame) -> None:
    with pytest.raises(DataError, match="The sort of 1 by A holds item 1 twice"):
        agreement_table(pl.concat([caq, caq[:1]]))


def test_three_raters_are_one_block_beside_two(tidy, draw) -> None:
    sorts = draw({"x": ["a", "b", "c"], "y": ["a", "b"], "z": ["a", "b", "c"]})
    frame = agreement_table(tidy(sorts)).frame
    assert frame["n_raters"].to_list() == [3, 2, 3]
    row = frame.row(2, named=True)
    piles = [sorts["z", rater] for rater in "abc"]
    assert row["r"] == pytest.approx(float(mean_r(piles)))
    low, high = mean_r_interval(piles)
    assert (row["r_low"], row["r_high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["icc2k"] == pytest.approx(float(icc(piles).icc2k.value))
    assert row["alpha_ordinal"] == pytest.approx(float(krippendorff_alpha(piles, level="ordinal")))
    assert row["r_min"] < row["r"] < row["r_max"]
    pairs = agreement_table(tidy(sorts), "pair").frame
    assert pairs.select("session", "rater_a", "rater_b").rows()[:4] == [
        ("x", "a", "b"),
        ("x", "a", "c"),
        ("x", "b", "c"),
        ("y", "a", "b"),
    ]


def test_lone_and_unsorted_sessions_are_counted(tidy, draw) -> None:
    sorts = draw({"x": ["a", "b"], "y": ["a"]})
    result = agreement_table(tidy(sorts), context=Context(sessions=("x", "y", "z", "w")))
    assert result.frame["session"].to_list() == ["x"]
    assert result.notes[0] == (
        "Left out: 3 sessions with fewer than two submitted sorts (1 with one, 2 with none)."
    )


def test_only_kind_rater_first_occasion_latest_revision_counts(tidy, draw) -> None:
    first = draw({"x": ["a", "b"]}, seed=1)
    later = {("x", "a"): draw({"x": ["a"]}, seed=2)["x", "a"]}
    noise = draw({"x": ["c"]}, seed=3)
    table = pl.concat(
        [
            tidy(later, revision=2),
            tidy(first),
            tidy(noise, kind="consensus"),
            tidy({("x", "a"): noise["x", "c"]}, occasion=2),
        ]
    )
    expected = tidy({**first, **later})
    assert agreement_table(table).frame.equals(agreement_table(expected).frame)


def test_a_sort_without_variance_is_null_and_told(tidy, draw) -> None:
    sorts = {**draw({"x": ["a", "b"], "y": ["a"]}), ("y", "b"): [5] * 100}
    result = agreement_table(tidy(sorts))
    row = result.frame.row(1, named=True)
    assert (row["session"], row["r"], row["r_low"], row["reliability"]) == ("y", None, None, None)
    assert result.frame["r"][0] is not None
    assert any("No r in y" in note for note in result.notes)
    for by in DESIGN:
        frame = agreement_table(tidy(sorts), by).frame
        floats = frame.select(pl.selectors.float())
        assert not any(
            floats[c].is_nan().any() or floats[c].is_infinite().any() for c in floats.columns
        )


def test_perfect_agreement_is_one_with_limits_of_one(tidy, draw) -> None:
    one = draw({"x": ["a"]})["x", "a"]
    for raters in ("ab", "abc"):
        row = agreement_table(tidy({("x", r): one for r in raters})).frame.row(0, named=True)
        names = ("r", "r_low", "r_high", "reliability", "icc3", "alpha_interval")
        assert [row[name] for name in names] == [pytest.approx(1.0)] * len(names)


def test_sorts_of_another_wording_are_not_compared_unless_asked(tidy, draw) -> None:
    sorts = draw({"x": ["a", "b", "c"]})
    other = {("x", "c"): sorts.pop(("x", "c"))}
    table = pl.concat([tidy(sorts), tidy(other, item_set_hash="other")])
    apart = agreement_table(table)
    assert apart.frame["raters"].to_list() == ["a,b"]
    assert any("1 sort of another item set" in note for note in apart.notes)
    mixed = agreement_table(table, mix_item_sets=True)
    assert mixed.frame["raters"].to_list() == ["a,b,c"]
    assert any("over the items they share" in note for note in mixed.notes)


def test_mixed_decks_are_compared_over_shared_items(tidy, draw) -> None:
    one = draw({"x": ["a"]})["x", "a"]
    short = [pile if n % 2 else None for n, pile in enumerate(one)]
    table = pl.concat(
        [tidy({("x", "a"): one}), tidy({("x", "b"): short}, item_set_hash="short", item_set="s")]
    )
    row = agreement_table(table, mix_item_sets=True).frame.row(0, named=True)
    assert (row["n_items"], row["r"]) == (50, pytest.approx(1.0))


def test_unforced_sorts_are_told_and_have_their_own_chance(tidy) -> None:
    sorts = {("x", "a"): [1, 1, 1, 2, 3, 3], ("x", "b"): [1, 2, 2, 2, 3, 3]}
    result = agreement_table(tidy(sorts, forced=False), "pair")
    row = result.frame.row(0, named=True)
    # shares (3,1,2)/6 and (1,3,2)/6
    assert row["exact_chance"] == pytest.approx((3 * 1 + 1 * 3 + 2 * 2) / 36)
    within = (3 * 1 + 3 * 3 + 1 * 1 + 1 * 3 + 1 * 2 + 2 * 3 + 2 * 2) / 36
    assert row["within_one_chance"] == pytest.approx(within)
    assert any("not forced" in note for note in result.notes)


def test_unforced_sorts_of_three_have_bootstrap_limits_that_repeat(tidy, draw) -> None:
    sorts = draw({"x": ["a", "b", "c"]})
    sorts["x", "a"] = [min(9, pile + 1) for pile in sorts["x", "a"]]
    table = tidy(sorts, forced=False)
    row = agreement_table(table).frame.row(0, named=True)
    again = agreement_table(table).frame.row(0, named=True)
    forced = agreement_table(tidy(sorts)).frame.row(0, named=True)
    assert row["r_low"] == again["r_low"]
    assert row["r_low"] < row["r"] < row["r_high"]
    assert row["r_low"] != forced["r_low"]


class TestBaseline:
    def test_is_of_other_raters_sessions_and_cases(self, tidy, draw) -> None:
        sorts = draw({"x1": "ab", "x2": "ab", "y1": "ab"})
        context = Context(facts=facts_of(x1="X", x2="X", y1="Y"))
        frame = agreement_table(tidy(sorts), context=context).frame
        crossed = [
            float(mean_r([sorts[s, r], sorts["y1", q]]))
            for s in ("x1", "x2")
            for r, q in (("a", "b"), ("b", "a"))
        ]
        assert frame["baseline_r"].to_list() == [
            pytest.approx(sum(crossed[:2]) / 2),
            pytest.approx(sum(crossed[2:]) / 2),
            pytest.approx(sum(crossed) / 4),
        ]

    def test_is_null_where_there_is_one_case(self, tidy, draw) -> None:
        sorts = draw({"x1": "ab", "x2": "ab"})
        result = agreement_table(tidy(sorts), context=Context(facts=facts_of(x1="X", x2="X")))
        assert result.frame["baseline_r"].to_list() == [None, None]
        assert result.notes == ()

    def test_sessions_without_a_case_are_told(self, tidy, draw) -> None:
        sorts = draw({"x1": "ab", "x2": "ab"})
        result = agreement_table(tidy(sorts), context=Context(facts=facts_of(x1="X")))
        assert result.notes == (
            "1 session without a known case: each counts as a case of its own in the baseline.",
        )


class TestNeedsRater:
    def context(self, *names: str, threshold: float = 0.5) -> Context:
        people = (*(Rater(name) for name in names), Rater("boss", role="lead"))
        return Context(settings=Settings("", "set", raters=people, threshold=threshold))

    def low(self, draw) -> dict[tuple[str, str], list[int]]:
        return draw({"x": "ab", "y": "ac"}, noise=4.0)

    def test_where_r_is_low_and_somebody_is_left(self, tidy, draw) -> None:
        frame = agreement_table(tidy(self.low(draw)), context=self.context("a", "b", "c")).frame
        assert frame["r"].max() < 0.5
        assert frame["needs_rater"].to_list() == [True, True]

    def test_not_where_nobody_is_left(self, tidy, draw) -> None:
        sorts = draw({"x": "ab"}, noise=4.0)
        frame = agreement_table(tidy(sorts), context=self.context("a", "b")).frame
        assert frame["needs_rater"].to_list() == [False]

    def test_a_rater_outside_the_roster_can_be_asked_too(self, tidy, draw) -> None:
        frame = agreement_table(tidy(self.low(draw))).frame
        assert frame["needs_rater"].to_list() == [True, True]

    def test_r_at_the_threshold_is_not_under_it(self, tidy) -> None:
        # 1 - sum d^2 / (2 SS) with 2 SS = 2 * 2 and sum d^2 = 2, and the same 25 times over
        sorts = {("x", "a"): [1, 2, 3] * 25, ("x", "b"): [1, 3, 2] * 25}
        frame = agreement_table(tidy(sorts), context=self.context("a", "b", "c")).frame
        assert frame["r"][0] == pytest.approx(0.5)
        assert frame["needs_rater"].to_list() == [False]


class TestAcross:
    def test_by_rater_is_the_mean_over_sessions(self, tidy, draw) -> None:
        sorts = draw({"x": "ab", "y": "abc", "z": "ac"})
        frame = agreement_table(tidy(sorts), "rater").frame
        assert frame["rater"].to_list() == ["a", "b", "c"]
        assert frame["n_sessions"].to_list() == [3, 2, 2]

        def r(session: str, one: str, other: str) -> float:
            return float(mean_r([sorts[session, one], sorts[session, other]]))

        expected = (r("x", "b", "a") + (r("y", "b", "a") + r("y", "b", "c")) / 2) / 2
        assert frame["r_others"][1] == pytest.approx(expected)
        assert (frame["r_low"] < frame["r_others"]).all()
        assert (frame["r_others"] < frame["r_high"]).all()

    def test_limits_of_a_rater_are_those_of_the_plain_mean(self, tidy, draw) -> None:
        codes = {f"s{n}": "ab" for n in range(12)}
        r = agreement_table(tidy(draw(codes)), "pair").frame["r"]
        row = agreement_table(tidy(draw(codes)), "rater").frame.row(0, named=True)
        reach = 2.200985 * r.std() / 12**0.5  # t of 11 degrees of freedom
        assert row["r_others"] == pytest.approx(r.mean())
        assert row["r_low"] == pytest.approx(r.mean() - reach, abs=1e-6)
        assert row["r_high"] == pytest.approx(r.mean() + reach, abs=1e-6)

    def test_limits_of_a_rater_stay_within_what_r_can_be(self, tidy, draw) -> None:
        frame = agreement_table(tidy(draw({"x": "ab", "y": "ba"})), "rater").frame
        assert frame["r_low"].min() >= -1
        assert frame["r_high"].max() <= 1

    def test_by_rater_with_two_says_that_it_is_the_pair(self, caq: pl.DataFrame) -> None:
        result = agreement_table(caq, "rater")
        assert result.frame["r_others"].n_unique() == 1
        assert "not of a person" in result.notes[-1]

    def test_by_item_is_the_one_way_icc_over_sessions(self, tidy, draw) -> None:
        sorts = draw({f"s{n}": "ab" for n in range(12)})
        frame = agreement_table(tidy(sorts), "item").frame
        ratings = [[sorts[f"s{n}", rater][41] for n in range(12)] for rater in "ab"]
        row = frame.row(by_predicate=pl.col("item") == 42, named=True)
        expected = icc(ratings).icc1
        assert (row["icc1"], row["icc1_low"], row["icc1_high"]) == (
            pytest.approx(float(expected.value)),
            pytest.approx(float(expected.low)),
            pytest.approx(float(expected.high)),
        )
        apart = [abs(a - b) for a, b in zip(*ratings, strict=True)]
        assert row["mad"] == pytest.approx(sum(apart) / 12)
        assert row["n_sessions"] == 12

    def test_by_study(self, tidy, draw) -> None:
        sorts = draw({"x": "ab", "y": "abc", "z": "ac", "q": "a"})
        row = agreement_table(tidy(sorts), "study").frame.row(0, named=True)
        pairs = agreement_table(tidy(sorts), "pair").frame["r"]
        assert (row["n_sessions"], row["n_pairs"], row["n_third"]) == (3, 5, 1)
        assert row["mean_r"] == pytest.approx(pairs.mean())
        assert row["sd_r"] == pytest.approx(pairs.std())
        assert (row["min_r"], row["max_r"]) == (pairs.min(), pairs.max())
        assert row["reliability"] == pytest.approx(2 * row["mean_r"] / (1 + row["mean_r"]))
        assert row["mean_r_z"] > row["mean_r"]

    def test_a_third_rater_weighs_no_more_where_each_session_counts_once(self, tidy, draw) -> None:
        codes = {"x": "ab", "y": "abc", "z": "ac"}
        sorts = draw(codes)
        days = {"a": 3, "b": 1, "c": 2}
        frame = pl.concat(
            tidy({key: piles}, submitted_at=datetime(2025, 1, days[key[1]], tzinfo=UTC))
            for key, piles in sorts.items()
        )
        result = agreement_table(frame, "study")
        row = result.frame.row(0, named=True)
        pairs = agreement_table(frame, "pair").frame
        r = {key: pairs.filter(pl.col("session") == key)["r"].to_list() for key in codes}
        assert row["mean_r_sessions"] == pytest.approx(np.mean([np.mean(r[key]) for key in codes]))
        of_y = pairs.filter(pl.col("session") == "y", pl.col("rater_a") == "b")["r"].item()
        assert row["mean_r_first"] == pytest.approx(np.mean([*r["x"], of_y, *r["z"]]))
        assert "a session with three raters counts three times" in result.notes[0]
        assert f"{row['mean_r_first']:.3f}" in result.notes[0]

        without_times = agreement_table(tidy(sorts), "study")
        assert without_times.frame["mean_r_first"][0] is None
        assert "don't tell what it was before third raters" in without_times.notes[0]

    def test_with_two_raters_everywhere_the_three_means_are_one(self, tidy, draw) -> None:
        result = agreement_table(tidy(draw({"x": "ab", "y": "bc"})), "study")
        row = result.frame.row(0, named=True)
        assert row["mean_r"] == pytest.approx(row["mean_r_sessions"])
        assert row["mean_r"] == pytest.approx(row["mean_r_first"])
        assert not any("three raters" in note for note in result.notes)
