"""The test against re-paired raters in small studies: what it can reach, and in which words."""

from __future__ import annotations

import pytest

from pqs_coder.analysis.distinctive import baseline_test_table


def test_a_small_study_says_that_all_ways_were_gone_through(tidy, draw) -> None:
    sorts = draw({f"s{n}": "ab" for n in range(4)}, noise=0.3)
    result = baseline_test_table(tidy(sorts))
    row = result.frame.row(0, named=True)
    assert row["samples"] == 24 * 24
    assert row["p"] == row["smallest_p"] == pytest.approx(1 / 24)
    assert result.notes[0].startswith("All 576 ways to deal")
    assert "no p can be under 0.042." in result.notes[0]
    assert "isn't the baseline r" in result.notes[1]


def test_so_few_sessions_that_05_is_out_of_reach(tidy, draw) -> None:
    result = baseline_test_table(tidy(draw({f"s{n}": "ab" for n in range(3)}, noise=0.3)))
    assert result.frame["smallest_p"][0] == pytest.approx(1 / 6)
    assert "So few sessions can't reach .05." in result.notes[0]


def test_a_larger_study_is_dealt_at_random(tidy, draw) -> None:
    result = baseline_test_table(tidy(draw({f"s{n}": "ab" for n in range(8)})), samples=99)
    assert result.frame["samples"][0] == 99
    assert result.frame["smallest_p"][0] == pytest.approx(1 / 100)
    assert result.notes[0].startswith("99 random ways")
