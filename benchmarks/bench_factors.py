"""Factor and permutation statistics beside plain peers, on the same data in one run.

    python -m benchmarks.bench_factors [--quick]

Times are the best of several runs, in milliseconds. A peer is the plain way to write the same
thing: R's varimax loop in numpy, numpy.linalg.eigh of the whole correlation matrix, scipy's
permutation test, a loop over shuffled sorts. ``apart`` is how far the two answers are from one
another, so that speed is not bought with a different answer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pqs_coder.stats import (
    arrange_factors,
    bootstrap_factors,
    centroids,
    parallel_analysis,
    permute_groups,
    principal_components,
    trend_slope,
    varimax,
)

PILES = np.repeat(np.arange(1.0, 10.0), [5, 8, 12, 16, 18, 16, 12, 8, 5])
R_STOP = 1e-5


def panel(rng: np.random.Generator, raters: int, schools: int = 6) -> np.ndarray:
    """Forced sorts ``(raters, 100)`` of several schools."""
    pictures = rng.standard_normal((schools, 100))
    latent = pictures[rng.integers(0, schools, raters)] + rng.standard_normal((raters, 100))
    return PILES[np.argsort(np.argsort(latent, axis=-1), axis=-1)]


def best(run: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Milliseconds of the fastest of several runs, and what it gave."""
    taken, result = [], None
    for _ in range(times):
        start = time.perf_counter()
        result = run()
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken), result


def row(what: str, ours: float, peer: float | None, apart: float | None, note: str = "") -> None:
    """One line of the table."""
    beside = "" if peer is None else f"{peer:.1f}"
    ratio = "" if peer is None else f"{peer / ours:.1f}"
    difference = "" if apart is None else f"{apart:.1e}"
    print(f"| {what} | {ours:.1f} | {beside} | {ratio} | {difference} | {note} |")


def plain_varimax(loadings: np.ndarray, stop: float, rounds: int = 1000) -> np.ndarray:
    """The loop that R's varimax runs, written down in numpy."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = loadings / length
    turn, criterion = np.eye(rows.shape[1]), 0.0
    for _ in range(rounds):
        turned = rows @ turn
        left, sizes, right = np.linalg.svd(rows.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        turn, before, criterion = left @ right, criterion, sizes.sum()
        if criterion < before * (1 + stop):
            break
    return rows @ turn * length


def rotation(quick: bool) -> None:
    """Varimax of many loadings."""
    rng = np.random.default_rng(1)
    for raters in (2_000,) if quick else (2_000, 20_000):
        clear = principal_components(panel(rng, raters), 6).loadings
        noise = rng.uniform(-0.4, 0.4, (raters, 6))
        for name, loadings in (("six schools", clear), ("pure noise", noise)):
            what = f"varimax of {raters:,} loadings x 6, {name}"
            ours, a = best(lambda x=loadings: varimax(x, tolerance=R_STOP).loadings)
            peer, b = best(lambda x=loadings: plain_varimax(x, R_STOP))
            row(f"{what}, R's stop", ours, peer, np.abs(a - b).max())
            ours, a = best(lambda x=loadings: varimax(x).loadings)
            peer, b = best(lambda x=loadings: plain_varimax(x, 1e-15, 5_000), 1)
            row(f"{what}, to the maximum", ours, peer, np.abs(a - b).max(), "peer stops at 1e-15")


def extraction(quick: bool) -> None:
    """Principal components and centroids."""
    rng = np.random.default_rng(2)

    def whole(sorts: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eigh(np.corrcoef(sorts))
        return vectors[:, ::-1][:, :6] * np.sqrt(values[::-1][:6])

    for raters in (50, 500) if quick else (50, 500, 2_000):
        sorts = panel(rng, raters)
        ours, a = best(lambda s=sorts: principal_components(s, 6).loadings)
        peer, b = best(lambda s=sorts: whole(s), 1 if raters > 500 else 3)
        apart = np.abs(np.abs(a) - np.abs(b)).max()
        row(f"components of {raters:,} sorts x 100, all eigenvalues", ours, peer, apart)
    if not quick:
        sorts = panel(rng, 20_000)
        ours, _ = best(lambda: principal_components(sorts, 6))
        note = "peer needs 3.2 GB and hours"
        row("components of 20,000 sorts x 100, all eigenvalues", ours, None, None, note)
    sorts = panel(rng, 200)
    ours, _ = best(lambda: centroids(sorts, 6))
    row("Brown's centroids of 200 sorts, 6 factors", ours, None, None)
    ours, _ = best(
        lambda: arrange_factors(varimax(principal_components(sorts, 6).loadings).loadings)
    )
    row("components, varimax, arranged: 200 sorts", ours, None, None)


def chance(quick: bool) -> None:
    """Parallel analysis, bootstrap, permutation."""
    from scipy import stats

    rng = np.random.default_rng(3)
    samples = 200 if quick else 1_000
    sorts = panel(rng, 30)

    def loop() -> np.ndarray:
        draw = np.random.default_rng(4)
        return np.array(
            [
                np.linalg.eigvalsh(np.corrcoef([draw.permutation(sort) for sort in sorts]))
                for _ in range(samples)
            ]
        )

    ours, a = best(lambda: parallel_analysis(sorts, rng=np.random.default_rng(4), samples=samples))
    peer, b = best(loop, 1)
    apart = np.abs(a.mean - b.mean(axis=0)[::-1]).max()
    row(f"parallel analysis, 30 sorts, {samples:,} samples", ours, peer, apart, "same draws")
    ours, _ = best(lambda: bootstrap_factors(sorts, 3, rng=rng, samples=samples), 1)
    row(f"bootstrap of 3 factors, 30 sorts, {samples:,} samples", ours, None, None)

    cases, groups = rng.standard_normal((24, 100)), np.arange(24) < 12

    def by_scipy() -> np.ndarray:
        found = stats.permutation_test(
            (cases[groups], cases[~groups]),
            lambda x, y, axis: np.abs(x.mean(axis=axis) - y.mean(axis=axis)),
            alternative="greater",
            n_resamples=9_999,
            vectorized=True,
            batch=500,
            rng=np.random.default_rng(5),
        )
        return found.pvalue

    ours, a = best(lambda: permute_groups(cases, groups, rng=np.random.default_rng(5)).p)
    peer, b = best(by_scipy, 1)
    what = "group permutation, 24 cases x 100 items, 9,999 samples"
    row(what, ours, peer, np.abs(a - b).max(), "other draws; ours corrects for the family too")
    series = rng.standard_normal((25, 100))
    ours, _ = best(lambda: trend_slope(series))
    row("ar1 slopes of 100 items, 25 sessions", ours, None, None)


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    quick = "--quick" in arguments
    print("| what | ours ms | peer ms | times | apart | |\n|---|---|---|---|---|---|")
    rotation(quick)
    extraction(quick)
    chance(quick)


if __name__ == "__main__":
    main(sys.argv[1:])
