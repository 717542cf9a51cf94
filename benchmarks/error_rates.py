"""How often the tests cry wolf, and how often the intervals hold the truth.

Everything is simulated under the null (or with a known value) from one seed, and printed as
Markdown tables; docs/methods.md shows them. Run it with

    python -m benchmarks.error_rates            # some two minutes
    python -m benchmarks.error_rates --quick    # a tenth of the draws, to see that it runs
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pqs_coder.stats.clusters import case_differences
from pqs_coder.stats.dependent import meng_comparison, steiger_comparison, williams_comparison
from pqs_coder.stats.groups import cohens_d, mann_whitney, welch
from pqs_coder.stats.lagged import cross_lag
from pqs_coder.stats.parallel import parallel_analysis
from pqs_coder.stats.permutation import flip_signs, permute_groups
from pqs_coder.stats.prototypes import (
    mean_z,
    mean_z_difference,
    partial_prototype_correlations,
    prototype_correlations,
)
from pqs_coder.stats.trends import mann_kendall, trend_slope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PILES = np.repeat(np.arange(1.0, 10.0), [5, 8, 12, 16, 18, 16, 12, 8, 5])


def forced(latent: Array) -> Array:
    """Latent profiles ``(..., items)`` as forced PQS sorts: the highest fill the highest pile."""
    sorts = np.empty_like(latent)
    np.put_along_axis(sorts, np.argsort(latent, axis=-1), PILES, axis=-1)
    return sorts


def nested_sorts(rng: np.random.Generator, cases: int, spread: float) -> tuple[Array, Array]:
    """Forced sorts of the sessions of many cases; a case has 3 to 8 sessions that resemble.

    ``spread`` is the SD of case profiles where that of sessions within a case is 1.
    """
    code = np.repeat(np.arange(cases), rng.integers(3, 9, cases))
    picture = rng.standard_normal(100)
    profiles = picture + spread * rng.standard_normal((cases, 100))
    return forced(profiles[code] + rng.standard_normal((len(code), 100))), code


def groups_of_cases(rng: np.random.Generator, draws: int) -> list[tuple[str, str, float]]:
    rows = []
    for cases, spread in ((8, 0.7), (16, 0.7), (30, 0.7)):
        item, family, naive = [], [], []
        for _ in range(draws):
            sorts, code = nested_sorts(rng, cases, spread)
            groups = code < cases // 2
            test = permute_groups(sorts, groups, code, rng=rng, samples=999, most_exact=13_000)
            item.append((test.p <= 0.05).mean())
            family.append((test.familywise <= 0.05).any())
            naive.append(np.nanmean(welch(sorts[groups], sorts[~groups]).p <= 0.05))
        setting = f"{cases} cases in two groups, 3-8 sessions each"
        rows += [
            ("group permutation, an item", setting, np.mean(item)),
            ("group permutation, familywise, any of 100 items", setting, np.mean(family)),
            ("*Welch over sessions (wrong: sessions are not cases)*", setting, np.mean(naive)),
        ]
    return rows


def phases_in_cases(rng: np.random.Generator, draws: int) -> list[tuple[str, str, float]]:
    rows = []
    for cases in (6, 10, 20):
        item, family, naive = [], [], []
        for _ in range(draws):
            code = np.repeat(np.arange(cases), 8)
            phase = np.tile(np.repeat([0, 1], 4), cases)
            profiles = rng.standard_normal(100) + 0.5 * rng.standard_normal((cases, 100))
            shifts = 0.7 * rng.standard_normal((cases, 2, 100))  # each case wanders by itself
            noise = rng.standard_normal((len(code), 100))
            sorts = forced(profiles[code] + shifts[code, phase] + noise)
            test = flip_signs(
                case_differences(sorts, phase, code).differences,
                rng=rng,
                samples=999,
                most_exact=1024,
            )
            item.append((test.p <= 0.05).mean())
            family.append((test.familywise <= 0.05).any())
            naive.append(np.nanmean(welch(sorts[phase == 1], sorts[phase == 0]).p <= 0.05))
        setting = f"{cases} cases, 4 sessions in each of two phases"
        rows += [
            ("phase sign flips, an item", setting, np.mean(item)),
            ("phase sign flips, familywise, any of 100 items", setting, np.mean(family)),
            ("*Welch over sessions (wrong)*", setting, np.mean(naive)),
        ]
    return rows


def autoregressive(
    rng: np.random.Generator, sessions: int, rho: float, series: int, noise: float = 0.0
) -> Array:
    shocks = rng.standard_normal((sessions, series)) * np.sqrt(1 - rho**2)
    values = np.empty_like(shocks)
    values[0] = shocks[0] / np.sqrt(1 - rho**2)
    for t in range(1, sessions):
        values[t] = rho * values[t - 1] + shocks[t]
    return values + noise * rng.standard_normal(values.shape)


def trends(rng: np.random.Generator, draws: int) -> list[tuple[str, ...]]:
    rows = []
    settings = [(rho, 0.0) for rho in (0.0, 0.3, 0.6, 0.8)] + [(0.7, 0.7)]
    for rho, noise in settings:
        for sessions in (10, 20, 40, 80):
            series = autoregressive(rng, sessions, rho, draws, noise)
            rates = [
                (trend_slope(series, method=method).p < 0.05).mean()
                for method in ("ar1", "newey_west", "independent")
            ]
            rates.append((mann_kendall(series).p < 0.05).mean())
            name = f"{rho:.1f}" + (" and rater noise" if noise else "")
            rows.append((name, str(sessions), *(f"{rate:.3f}" for rate in rates)))
    return rows


def prototypes(rng: np.random.Generator, draws: int) -> list[tuple[str, str, float]]:
    """A composite equally near to two prototypes that overlap."""
    between = np.array([[1.0, 0.45, 0.45], [0.45, 1.0, 0.4], [0.45, 0.4, 1.0]])
    latent = rng.standard_normal((draws, 100, 3)) @ np.linalg.cholesky(between).T
    sorts = forced(np.ascontiguousarray(np.swapaxes(latent, 1, 2)))
    centred = sorts - sorts.mean(axis=-1, keepdims=True)
    r = (centred @ np.swapaxes(centred, 1, 2)) / 432.0
    rows = []
    for name, compare in (
        ("Meng, Rosenthal & Rubin", meng_comparison),
        ("Steiger", steiger_comparison),
        ("Williams", williams_comparison),
    ):
        p = compare(r[:, 0, 1], r[:, 0, 2], r[:, 1, 2], 100).p
        rows.append((name, "one session, two prototypes, r about .45 each", (p < 0.05).mean()))
    nested, naive = [], []
    for _ in range(draws // 5):
        ideals = rng.standard_normal((2, 100))
        cases = np.repeat(np.arange(10), 6)
        leaning = rng.normal(0.5, 0.3, (10, 2))[cases]  # each case leans its own way
        composites = leaning @ ideals + rng.standard_normal((60, 100))
        found = prototype_correlations(composites, ideals).r
        nested.append(mean_z_difference(found[:, 0], found[:, 1], cases).p < 0.05)
        naive.append(mean_z_difference(found[:, 0], found[:, 1]).p < 0.05)
    setting = "10 cases, 6 sessions each"
    rows.append(("mean difference of z, cases as the sample", setting, np.mean(nested)))
    rows.append(("*the same over sessions (wrong)*", setting, np.mean(naive)))
    return rows


def others(rng: np.random.Generator, draws: int) -> list[tuple[str, str, float]]:
    rows = []
    for sessions in (25, 50):
        for rho in (0.0, 0.5):
            pairs = autoregressive(rng, sessions, rho, 2 * draws)
            p = [cross_lag(pairs[:, i], pairs[:, draws + i]).p < 0.05 for i in range(draws)]
            setting = f"two unrelated series, {sessions} sessions, autocorrelation {rho}"
            rows.append(("cross-lag", setting, np.mean(p)))
    few = draws // 4
    for raters in (6, 15):
        sorts = rng.permuted(np.broadcast_to(PILES, (few, raters, 100)), axis=-1)
        found = [parallel_analysis(s, rng=rng, samples=200).factors > 0 for s in sorts]
        setting = f"{raters} unrelated forced sorts"
        rows.append(("parallel analysis finds a factor", setting, np.mean(found)))
    values = rng.standard_normal((draws, 9, 1))
    p = [mann_whitney(v[:4], v[4:]).p < 0.05 for v in values]
    rows.append(("Mann-Whitney, exact", "4 against 5 cases", np.mean(p)))
    return rows


def coverage(rng: np.random.Generator, draws: int) -> list[tuple[str, str, float]]:
    rows = []
    for n in (5, 20):
        a, b = rng.normal(0.8, 1, (n, draws)), rng.normal(0, 1, (n, draws))
        d = cohens_d(a, b)
        rows.append(("Cohen's d, noncentral t", f"{n} + {n} cases, true d .8", held(d, 0.8)))
        unequal = welch(rng.normal(1, 1, (n, draws)), rng.normal(0, 3, (2 * n, draws)))
        rows.append(("Welch's difference", f"{n} + {2 * n} cases, SD 1 and 3", held(unequal, 1.0)))
    rows += [
        ("partial r, Fisher", "100 items, one prototype held", partial_coverage(rng, draws)),
        ("difference of z, Meng", "100 items, true r .5 and .3", meng_coverage(rng, draws)),
    ]
    nested, naive = mean_coverage(rng, draws // 4)
    rows.append(("mean r over z, cases as the sample", "8 cases, 6 sessions each", nested))
    rows.append(("*the same over sessions (wrong)*", "8 cases, 6 sessions each", naive))
    for rho in (0.0, 0.5):
        for sessions in (12, 30):
            line = 0.1 * np.arange(sessions)[:, None]
            series = autoregressive(rng, sessions, rho, draws // 2) + line
            setting = f"{sessions} sessions, autocorrelation {rho}"
            rows.append(("slope, ar1", setting, held(trend_slope(series), 0.1)))
    return rows


def held(interval: object, truth: float) -> float:
    low, high = np.asarray(interval.low), np.asarray(interval.high)  # type: ignore[attr-defined]
    return float(((low <= truth) & (truth <= high)).mean())


def partial_coverage(rng: np.random.Generator, draws: int) -> float:
    r = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    truth = (0.5 - 0.4 * 0.3) / np.sqrt((1 - 0.4**2) * (1 - 0.3**2))
    hits = 0
    for _ in range(draws):
        x, y, z = np.linalg.cholesky(r) @ rng.standard_normal((3, 100))
        low, high = partial_prototype_correlations(x[None], y, z).interval()
        hits += low[0, 0] <= truth <= high[0, 0]
    return hits / draws


def meng_coverage(rng: np.random.Generator, draws: int) -> float:
    r = np.array([[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]])
    values = rng.standard_normal((draws, 100, 3)) @ np.linalg.cholesky(r).T
    centred = values - values.mean(axis=1, keepdims=True)
    unit = centred / np.sqrt((centred**2).sum(axis=1, keepdims=True))
    found = np.swapaxes(unit, 1, 2) @ unit
    test = meng_comparison(found[:, 0, 1], found[:, 0, 2], found[:, 1, 2], 100)
    return held(test, np.arctanh(0.5) - np.arctanh(0.3))


def mean_coverage(rng: np.random.Generator, draws: int) -> tuple[float, float]:
    cases = np.repeat(np.arange(8), 6)
    z = 0.5 + 0.2 * rng.standard_normal((8, draws))[cases] + 0.1 * rng.standard_normal((48, draws))
    return held(mean_z(np.tanh(z), cases), np.tanh(0.5)), held(mean_z(np.tanh(z)), np.tanh(0.5))


def show(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    print(f"\n{title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def plain(rows: list[tuple[str, str, float]]) -> list[tuple[str, ...]]:
    return [(name, setting, f"{rate:.3f}") for name, setting, rate in rows]


def main(arguments: Sequence[str] = ()) -> None:
    rng = np.random.default_rng(20)
    draws = 200 if "--quick" in arguments else 2_000
    head = ("test", "setting", "rate")
    show(
        "False positives where nothing is to be found (5 % wanted)",
        head,
        plain(
            groups_of_cases(rng, draws // 4)
            + phases_in_cases(rng, draws // 4)
            + prototypes(rng, 2 * draws)
            + others(rng, draws)
        ),
    )
    show(
        "False positives of a trend (5 % wanted)",
        ("autocorrelation", "sessions", "ar1", "newey_west", "independent", "Mann-Kendall"),
        trends(rng, draws),
    )
    show("Coverage of 95 % intervals", ("interval", "setting", "rate"), plain(coverage(rng, draws)))


if __name__ == "__main__":
    main(sys.argv[1:])
