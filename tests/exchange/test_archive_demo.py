"""The demo archive: exactly forced, the same for the same seed, and what is planted can be seen."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from pqs_coder.errors import UsageError
from pqs_coder.exchange import archive_demo
from pqs_coder.exchange.archive_demo import ArchiveSession, archive_sorts
from pqs_coder.model.names import check_name

SEEDS = (2026, 1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def archive(request: pytest.FixtureRequest) -> list[ArchiveSession]:
    return archive_sorts(request.param)


def r(a, b) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def composite(session: ArchiveSession):
    return np.mean(list(session.sorts.values()), axis=0)


def case_means(archive, treatment):
    cases = sorted({one.case for one in archive if one.treatment == treatment})
    return {
        case: np.mean([composite(one) for one in archive if one.case == case], axis=0)
        for case in cases
    }


def long_case(archive):
    """Composites of the long case over session number: (sessions, items)."""
    return np.array([composite(one) for one in archive if one.case == archive_demo.LONG_CASE])


def at(numbers):
    return [number - 1 for number in numbers]


# --- what is there -----------------------------------------------------------------------------


def test_every_sort_is_exactly_forced(archive):
    counts = {
        tuple(Counter(sort)[v] for v in range(1, 10)) for s in archive for sort in s.sorts.values()
    }
    assert counts == {(5, 8, 12, 16, 18, 16, 12, 8, 5)}


def test_another_deck_is_forced_to_its_own_piles():
    archive = archive_sorts(values=(-2, -1, 0, 1, 2), sizes=(10, 25, 50, 25, 10))
    for session in archive:
        for sort in session.sorts.values():
            assert [Counter(sort)[v] for v in (-2, -1, 0, 1, 2)] == [10, 25, 50, 25, 10]


def test_the_same_seed_gives_the_same_archive_and_another_does_not():
    assert archive_sorts(5) == archive_sorts(5)
    assert [s.sorts for s in archive_sorts(5)] != [s.sorts for s in archive_sorts(6)]


def test_cases_sessions_and_phases(archive):
    per_case = Counter(one.case for one in archive)
    assert per_case.pop(archive_demo.LONG_CASE) == 30
    assert set(per_case.values()) == {4}
    treatments = Counter(one.treatment for one in archive)
    assert treatments[archive_demo.TREATMENT_A] == treatments[archive_demo.TREATMENT_B] == 24
    for case in per_case:
        hours = [one for one in archive if one.case == case]
        assert [one.phase for one in hours] == ["early", "middle", "middle", "late"]
        assert [one.date for one in hours] == sorted(one.date for one in hours)
    phases = Counter(one.phase for one in archive if one.case == archive_demo.LONG_CASE)
    assert phases == {"early": 10, "middle": 10, "late": 10}


def test_treatments_are_marked_as_invented(archive):
    assert all("invented" in one.treatment for one in archive)


def test_codes_are_valid_names_and_tell_nothing(archive):
    codes = [one.code for one in archive]
    assert [check_name(code, "session") for code in codes] == codes
    assert len({code.casefold() for code in codes}) == len(codes)
    # by name, cases don't stand together: far more changes of case than the 12 of a sorted list
    by_name = [one.case for one in sorted(archive, key=lambda one: one.code)]
    assert sum(a != b for a, b in itertools.pairwise(by_name)) > 40


def test_pairs_rotate_evenly(archive):
    pairs = Counter(tuple(one.sorts)[:2] for one in archive)
    assert len(pairs) == 6
    assert set(pairs.values()) == {13}


def test_third_raters_follow_the_rule_and_some_are_still_to_be_asked(archive):
    waiting = 0
    for one in archive:
        first, second, *more = one.sorts.values()
        under = r(first, second) < archive_demo.THRESHOLD
        assert len(more) <= 1
        assert under or not more
        waiting += under and not more
    assert waiting >= 2
    assert sum(len(one.sorts) == 3 for one in archive) >= 6


def test_agreement_is_that_of_trained_raters(archive):
    agreement = np.mean([r(*list(one.sorts.values())[:2]) for one in archive])
    baseline = np.mean(
        [
            r(sort_a, sort_b)
            for a, b in itertools.combinations(archive, 2)
            if a.case != b.case
            for rater_a, sort_a in a.sorts.items()
            for rater_b, sort_b in b.sorts.items()
            if rater_a != rater_b
        ]
    )
    assert 0.45 < agreement < 0.65
    assert 0.15 < baseline < agreement - 0.15


# --- what is planted ---------------------------------------------------------------------------


def test_the_treatments_differ_on_the_planted_items(archive):
    a = case_means(archive, archive_demo.TREATMENT_A)
    b = case_means(archive, archive_demo.TREATMENT_B)
    difference = np.mean(list(a.values()), axis=0) - np.mean(list(b.values()), axis=0)
    assert (difference[at(archive_demo.HIGH_IN_A)] > 0.5).all()
    assert (difference[at(archive_demo.HIGH_IN_B)] < -0.5).all()
    largest = set((np.argsort(-np.abs(difference))[:12] + 1).tolist())
    assert len(largest & {*archive_demo.HIGH_IN_A, *archive_demo.HIGH_IN_B}) >= 9
    assert difference.sum() == pytest.approx(0, abs=1e-9)


def test_trends_of_the_long_case(archive):
    sorts = long_case(archive)
    number = np.arange(len(sorts))
    trends = np.array([r(number, column) for column in sorts.T])
    assert (trends[at(archive_demo.RISING)] > 0.3).all()
    assert (trends[at(archive_demo.FALLING)] < -0.3).all()
    steepest = set((np.argsort(-np.abs(trends))[:8] + 1).tolist())
    assert len(steepest & {*archive_demo.RISING, *archive_demo.FALLING}) >= 6


def test_interaction_structures_hold_together_and_the_second_follows_the_first(archive):
    sorts = long_case(archive)
    scores = []
    for signs in archive_demo.STRUCTURES:
        turned = sorts[:, at(signs)] * list(signs.values())
        correlations = np.corrcoef(turned.T)
        within = correlations[np.triu_indices(len(signs), 1)].mean()
        assert within > 0.35
        scores.append(turned.mean(axis=1))
    first, second = scores
    assert abs(r(first, second)) < 0.5
    assert r(first[:-1], second[1:]) < -0.25


def test_one_rater_drifts_and_the_others_do_not(archive):
    late = sorted(archive, key=lambda one: one.sorted_on)
    losses = {}
    for rater in archive_demo.RATERS:
        # agreement with raters who don't drift, in the order of sorting
        shown = [
            np.mean(
                [
                    r(one.sorts[rater], sort)
                    for other, sort in one.sorts.items()
                    if other not in (rater, archive_demo.DRIFTER)
                ]
            )
            for one in late
            if rater in one.sorts and len(set(one.sorts) - {rater, archive_demo.DRIFTER}) > 0
        ]
        third = len(shown) // 3
        losses[rater] = np.mean(shown[:third]) - np.mean(shown[-third:])
    drift = losses.pop(archive_demo.DRIFTER)
    assert drift > 0.15
    assert max(losses.values()) < drift - 0.05


def test_the_order_of_sorting_is_not_the_order_of_sessions(archive):
    days = [one.sorted_on for one in archive]
    assert len(set(days)) == len(days)
    long = [one.sorted_on for one in archive if one.case == archive_demo.LONG_CASE]
    ranks = np.argsort(np.argsort(long))
    assert abs(r(ranks, np.arange(len(long)))) < 0.5


def test_process_goes_with_outcome_at_the_level_of_cases(archive):
    means = case_means(archive, archive_demo.TREATMENT_A) | case_means(
        archive, archive_demo.TREATMENT_B
    )
    change = {one.case: one.outcome_post - one.outcome_pre for one in archive}
    process = [means[case][at(archive_demo.WITH_OUTCOME)].mean() for case in means]
    assert r(process, [change[case] for case in means]) < -0.5


def test_outcomes_stay_on_their_scale(archive):
    for one in archive:
        assert all(0 <= score <= 40 for score in (one.outcome, one.outcome_pre, one.outcome_post))


# --- what is refused ---------------------------------------------------------------------------


def test_a_small_deck_is_refused():
    with pytest.raises(UsageError, match="items up to 98; the piles hold 12"):
        archive_sorts(values=(1, 2, 3), sizes=(4, 4, 4))


def test_piles_without_sizes_are_refused():
    with pytest.raises(UsageError, match="9 values and 3 sizes"):
        archive_sorts(sizes=(30, 40, 30))
