"""Assignment is balanced, always; the same seed gives the same plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.analysis.assigning import balance, rotate_pairs
from pqs_coder.analysis.assignments import assign_of, plan_table
from pqs_coder.analysis.study import open_study
from pqs_coder.errors import UsageError

SESSIONS = [f"s{n}" for n in range(1, 41)]
RATERS = ["ada", "ben", "cleo", "dan", "eve"]


def spread(counts) -> int:
    values = list(counts)
    return max(values) - min(values)


def test_forty_sessions_five_raters_two_each() -> None:
    plan = balance(SESSIONS, RATERS)
    assert len(plan.rows) == 80
    assert set(plan.loads.values()) == {16}
    assert set(plan.pairs.values()) == {4}


@given(
    sessions=st.integers(0, 60),
    raters=st.integers(2, 9),
    share=st.floats(0.05, 1.0),
    per_case=st.integers(1, 12),
    seed=st.integers(0, 10_000),
)
def test_loads_and_pairs_differ_by_one_at_most(sessions, raters, share, per_case, seed) -> None:
    codes = [f"s{n}" for n in range(sessions)]
    names = [f"r{n}" for n in range(raters)]
    cases = {code: f"c{n // per_case}" for n, code in enumerate(codes)}
    plan = balance(codes, names, share=share, seed=seed, cases=cases)
    assert spread(plan.loads.values()) <= 1
    assert spread(plan.pairs.values()) <= 1
    raters_of = defaultdict(set)
    for session, rater in plan.rows:
        raters_of[session].add(rater)
    assert sum(map(len, raters_of.values())) == len(plan.rows) == sum(plan.loads.values())
    sizes = Counter(len(team) for team in raters_of.values())
    assert sizes[2] == round(share * sessions)
    assert sizes[1] == sessions - round(share * sessions)


@given(counts=st.lists(st.integers(1, 8), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_no_case_twice_in_a_row_unless_it_has_over_half(counts, seed) -> None:
    cases = {f"s{c}-{n}": f"c{c}" for c, count in enumerate(counts) for n in range(count)}
    plan = balance(list(cases), ["one"], per_session=1, seed=seed, cases=cases)
    order = [cases[session] for session, _ in plan.rows]
    in_a_row = sum(a == b for a, b in pairwise(order))
    most, total = max(counts), sum(counts)
    assert in_a_row == plan.in_a_row == max(0, most - (total - most) - 1)


@given(raters=st.integers(3, 6), sessions=st.integers(1, 40), seed=st.integers(0, 1000))
def test_three_raters_a_session_keep_loads_even(raters, sessions, seed) -> None:
    plan = balance(
        [f"s{n}" for n in range(sessions)],
        [f"r{n}" for n in range(raters)],
        per_session=3,
        seed=seed,
    )
    assert spread(plan.loads.values()) <= 1
    assert all(count == 3 for count in Counter(s for s, _ in plan.rows).values())


@pytest.mark.parametrize("raters", range(2, 14))
def test_rotation_holds_every_pair_once_and_any_beginning_is_even(raters: int) -> None:
    names = [f"r{n}" for n in range(raters)]
    pairs = list(rotate_pairs(names))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) == raters * (raters - 1) // 2
    loads = Counter(dict.fromkeys(names, 0))
    for pair in pairs:
        loads.update(pair)
        assert spread(loads.values()) <= 1


def test_raters_meet_cases_about_equally_often() -> None:
    cases = {code: f"c{n // 8}" for n, code in enumerate(SESSIONS)}
    plan = balance(SESSIONS, RATERS, cases=cases)
    met = Counter((rater, cases[session]) for session, rater in plan.rows)
    assert set(met.values()) <= {3, 4}  # 16 sessions over five cases


def test_the_seed_decides() -> None:
    assert balance(SESSIONS, RATERS, seed=4) == balance(SESSIONS, RATERS, seed=4)
    assert balance(SESSIONS, RATERS, seed=4).rows != balance(SESSIONS, RATERS, seed=5).rows


def test_the_subsample_is_spread_over_the_cases() -> None:
    cases = {code: f"c{n // 8}" for n, code in enumerate(SESSIONS)}
    plan = balance(SESSIONS, RATERS, share=0.25, cases=cases)
    twice = [s for s, count in Counter(s for s, _ in plan.rows).items() if count == 2]
    assert Counter(cases[code] for code in twice) == dict.fromkeys(set(cases.values()), 2)


class TestExisting:
    def test_only_what_is_missing_is_added(self) -> None:
        before = [("s1", "ada"), ("s1", "ben"), ("s2", "ada")]
        plan = balance(["s1", "s2", "s3"], RATERS, existing=before)
        assert [s for s, _ in plan.rows].count("s1") == 0
        assert sorted(s for s, _ in plan.rows) == ["s2", "s3", "s3"]
        assert ("s2", "ada") not in plan.rows
        assert spread(plan.loads.values()) <= 2

    def test_those_with_less_to_do_come_first(self) -> None:
        before = [(f"old{n}", name) for n in range(6) for name in ("ada", "ben")]
        plan = balance(["s1", "s2", "s3"], ["ada", "ben", "cleo", "dan"], existing=before)
        assert {rater for _, rater in plan.rows} == {"cleo", "dan"}

    def test_nothing_to_add(self) -> None:
        before = [("s1", "ada"), ("s1", "ben")]
        plan = balance(["s1"], RATERS, existing=before)
        assert plan_table(plan).notes == ("Nothing to add: every session has its raters.",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"per_session": 6}, "5 raters can't give 6"),
        ({"share": 0.0}, "share of 0"),
        ({"per_session": 0}, "0 raters a session"),
        ({"raters": ["a", "a"]}, "stands there twice"),
    ],
)
def test_what_can_not_be_done_is_refused(change, said) -> None:
    given_raters = change.pop("raters", RATERS)
    with pytest.raises(UsageError, match=said):
        balance(SESSIONS, given_raters, **change)


def test_of_a_study_on_disk(make_folder, draw) -> None:
    sorts = draw({"s1": ["anna"]})
    roster = "\n[raters.anna]\n[raters.ben]\n[raters.cleo]\n[raters.tim]\nrole = 'trainee'\n"
    folder = make_folder(sorts, sessions=["s2", "s3"], settings=roster)
    result = assign_of(open_study(folder))
    assert result.frame.columns == ["session", "rater", "order"]
    assert result.frame.height == 5
    assert "tim" not in result.frame["rater"].to_list()
    assert result.notes[0].startswith("Sessions of each rater")
    with pytest.raises(UsageError, match="by leads"):
        assign_of(open_study(folder, "anna"))
