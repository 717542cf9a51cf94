"""Simulated studies: what is planted is found, and little is found where nothing is.

The rates at full length stand in docs/methods.md (`python -m benchmarks.planted`); the seed is
fixed, so that these few studies are always the same.
"""

from __future__ import annotations

import numpy as np

from benchmarks.planted import group_rates, structure_rates, trend_rates


def test_a_group_difference() -> None:
    found = group_rates(np.random.default_rng(1), 6, shift=2.0)
    assert found.found > 0.6
    null = group_rates(np.random.default_rng(2), 10, shift=0.0)
    assert 0.02 < null.false < 0.08  # of 1,000 items
    assert null.any_false <= 0.3


def test_a_trend_over_many_short_cases() -> None:
    found = trend_rates(np.random.default_rng(3), 2, cases=12, sessions=6, step=0.4)
    assert found.found > 0.6
    null = trend_rates(np.random.default_rng(4), 3, cases=12, sessions=6, step=0.0, rho=0.6)
    assert 0.02 < null.false < 0.09  # of 300 items, whose sessions resemble their neighbours


def test_a_trend_in_one_long_case() -> None:
    found = trend_rates(np.random.default_rng(5), 6, cases=1, sessions=30, step=0.25)
    assert found.found > 0.4
    null = trend_rates(np.random.default_rng(6), 10, cases=1, sessions=30, step=0.0)
    assert 0.01 < null.false < 0.08


def test_a_structure() -> None:
    assert structure_rates(np.random.default_rng(7), 4, strength=2.0).found == 1.0
    assert structure_rates(np.random.default_rng(8), 8, strength=0.0).false <= 0.25
