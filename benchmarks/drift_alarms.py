"""How often the chart of drift warns of nothing, and when it finds a slide.

    python -m benchmarks.drift_alarms

Series are normal with a standard deviation of 1; a slide is a straight line over all sorts.
"""

from __future__ import annotations

import numpy as np

from pqs_coder.analysis.control_chart import ewma_chart

DRAWS = 10_000
LENGTHS = (16, 24, 40, 80)
SLIDES = (2.0, 3.0, 4.0, 6.0)


def first_below(series: np.ndarray) -> list[float]:
    """Of each series the number of the sort at which it warns; inf for never."""
    found = []
    for one in series:
        at = np.flatnonzero(ewma_chart(one).below)
        found.append(float(at[0] + 1) if len(at) else np.inf)
    return found


def main() -> None:
    """Print both tables."""
    rng = np.random.default_rng(20)
    print("| sorts | any false warning | a false slide |\n|---|---|---|")
    for length in LENGTHS:
        charts = [ewma_chart(one) for one in rng.normal(size=(DRAWS, length))]
        either = np.mean([(one.below | one.above).any() for one in charts])
        slide = np.mean([one.below.any() for one in charts])
        print(f"| {length} | {either:.3f} | {slide:.3f} |")
    print("\n| slide over 40 sorts | found | half of them by sort |\n|---|---|---|")
    for slide in SLIDES:
        noise = rng.normal(size=(DRAWS // 5, 40))
        at = np.array(first_below(noise - slide * np.linspace(0, 1, 40)))
        found = at[np.isfinite(at)]
        print(f"| {slide:g} SD | {len(found) / len(at):.2f} | {np.median(found):.0f} |")


if __name__ == "__main__":
    main()
