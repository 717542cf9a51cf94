"""Agreement statistics beside their peers, on the same data in one run.

    python benchmarks/bench_agreement.py [--quick]

Times are the best of several runs, in milliseconds. Where the peer works one session at a time it
is looped; where that takes long, over a part of the sessions, scaled up, and the row says so.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import krippendorff

from pqs_coder.stats import (
    alpha_samples,
    baseline_r,
    icc,
    krippendorff_alpha,
    mean_r,
    q_correlation,
    variance_components,
)

PILES = np.repeat(np.arange(1.0, 10.0), [5, 8, 12, 16, 18, 16, 12, 8, 5])
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def forced_sorts(rng: np.random.Generator, sessions: int, raters: int) -> np.ndarray:
    """Forced PQS sorts ``(sessions, raters, 100)`` that share a profile within a session."""
    latent = rng.standard_normal((sessions, 1, 100)) + rng.standard_normal((sessions, raters, 100))
    order = np.argsort(np.argsort(latent, axis=-1), axis=-1)
    return PILES[order]


def best(run: Callable[[], Any], times: int = 5) -> float:
    """Milliseconds of the fastest of several runs; the first, which warms up, does not count."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken)


def pingouin_loop(sorts: np.ndarray) -> None:
    """All six ICCs of each session by pingouin."""
    import pandas as pd
    import pingouin

    rater, item = np.indices(sorts.shape[1:])
    for session in sorts:
        table = pd.DataFrame(
            {"item": item.ravel(), "rater": rater.ravel(), "pile": session.ravel()}
        )
        pingouin.intraclass_corr(table, targets="item", raters="rater", ratings="pile")


def krippendorff_loop(sorts: np.ndarray, level: str) -> None:
    """Alpha of each session by krippendorff."""
    for session in sorts:
        krippendorff.alpha(session, level_of_measurement=level)


def krippendorff_bootstrap(session: np.ndarray, level: str, samples: int) -> None:
    """Alpha of resampled units by krippendorff, from value counts, its fastest way in."""
    rng = np.random.default_rng(2)
    counts = (session.T[..., None] == np.arange(1, 10)).sum(axis=1)
    for _ in range(samples):
        drawn = counts[rng.integers(0, 100, 100)]
        krippendorff.alpha(
            value_counts=drawn, value_domain=np.arange(1, 10), level_of_measurement=level
        )


class Table:
    """Rows of ours against a peer, printed as Markdown."""

    def __init__(self, title: str) -> None:
        print(
            f"\n## {title}\n\n| what | ours, ms | peer, ms | ratio | peer |\n|---|---|---|---|---|"
        )

    def row(self, what: str, ours: float, peer: float | None = None, who: str = "") -> None:
        told = "" if peer is None else f"{peer:,.1f}"
        ratio = "" if peer is None else f"{peer / ours:,.1f}"
        print(f"| {what} | {ours:,.1f} | {told} | {ratio} | {who} |", flush=True)


def coefficients(quick: bool) -> None:
    """Six ICCs and alpha of 1,000 sessions of three raters."""
    sorts = forced_sorts(np.random.default_rng(1), 1000, 3)
    part = sorts[: 10 if quick else 60]
    table = Table("1,000 sessions x 3 raters x 100 items")
    ours = best(lambda: icc(sorts))
    peer = best(lambda: pingouin_loop(part), 2) * len(sorts) / len(part)
    table.row("six ICCs, F, p, intervals", ours, peer, f"pingouin, {len(part)} sessions scaled")
    for level in LEVELS:
        ours = best(lambda level=level: krippendorff_alpha(sorts, level=level))
        peer = best(lambda level=level: krippendorff_loop(sorts, level), 2)
        table.row(f"alpha, {level}", ours, peer, "krippendorff, looped")
    table.row("mean r", best(lambda: mean_r(sorts)))
    composites = sorts + np.random.default_rng(3).random(sorts.shape)
    few = composites[: 10 if quick else 50]
    ours = best(lambda: krippendorff_alpha(composites))
    peer = best(lambda: krippendorff_loop(few, "interval"), 2) * 1000 / len(few)
    who = f"krippendorff, {len(few)} sessions scaled"
    table.row("alpha, interval, 300 different values", ours, peer, who)


def bootstrap(quick: bool) -> None:
    """Ten thousand alphas of one session."""
    session = forced_sorts(np.random.default_rng(4), 1, 3)[0]
    few = 200 if quick else 1000
    table = Table("10,000 bootstrap samples of alpha, 3 raters x 100 items")
    for level in LEVELS:
        draw = np.random.default_rng(5)
        ours = best(lambda level=level, draw=draw: alpha_samples(session, level=level, rng=draw))
        peer = best(lambda level=level: krippendorff_bootstrap(session, level, few), 2)
        table.row(f"alpha, {level}", ours, peer * 10_000 / few, f"krippendorff, {few} scaled")


def correlations(quick: bool) -> None:
    """The correlation matrix of very many sorts against the bare product."""
    many = 4000 if quick else 20_000
    sorts = forced_sorts(np.random.default_rng(6), many, 1)[:, 0]
    table = Table(f"{many:,} sorts x 100 items")
    for dtype in (np.float64, np.float32):
        plain = sorts.astype(dtype)
        peer = best(lambda plain=plain: plain @ plain.T, 3)
        ours = best(lambda dtype=dtype: q_correlation(sorts, dtype=dtype), 3)
        name = np.dtype(dtype).name
        table.row(f"correlation matrix, {name}", ours, peer, "plain product x @ x.T")
    session, rater = np.repeat(np.arange(many // 2), 2), np.tile([0, 1], many // 2)
    table.row("baseline r", best(lambda: baseline_r(sorts, session, rater, session // 10), 2))
    table.row(
        "variance components, Henderson",
        best(lambda: variance_components(sorts, session, rater, method="henderson"), 2),
    )
    tracemalloc.start()
    baseline_r(sorts, session, rater, session // 10)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    data, matrix = sorts.nbytes / 1e6, 8 * many**2 / 1e6
    print(f"\nPeak memory of baseline r: {peak:,.0f} MB for {data:,.0f} MB of data; ", end="")
    print(f"the matrix of all pairs would be {matrix:,.0f} MB.")


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    quick = "--quick" in arguments
    warnings.filterwarnings("ignore")
    coefficients(quick)
    bootstrap(quick)
    correlations(quick)


if __name__ == "__main__":
    main(sys.argv[1:])
