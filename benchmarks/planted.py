"""Whole studies with a planted group difference, trend and structure: are they found, and how often
is something found where nothing was planted?

Every study is simulated as sorts (forced, two raters a session) and asked by the functions behind
``pqs compare``, ``pqs change`` and ``pqs structures``. docs/methods.md shows the table. Run it with

    python -m benchmarks.planted            # some two minutes; 50 to 100 studies a row
    python -m benchmarks.planted --quick    # a tenth of the draws, to see that it runs
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.error_rates import forced, show
from pqs_coder.analysis.change import ALL_CASES, change_table
from pqs_coder.analysis.compare import Compared, compare_table
from pqs_coder.analysis.context import Context
from pqs_coder.analysis.structure_tables import CaseProfiles
from pqs_coder.analysis.structures import find_structures
from pqs_coder.analysis.variables import PILE, Variables
from pqs_coder.errors import StatisticsError
from pqs_coder.model.study import Facts

Array = NDArray[np.float64]
ITEMS = np.arange(1, 101)
PLANTED = np.arange(5)
"""Places of the five items in which groups differ, or which move."""
STRUCTURE = np.arange(10, 18)
SIGNS = np.array([1.0, 1, 1, 1, 1, -1, -1, -1])
RATER_NOISE = 0.8


@dataclass(frozen=True)
class Rates:
    """How often the planted was found, and how often what was not planted."""

    found: float
    false: float
    any_false: float


def composites(rng: np.random.Generator, latent: Array) -> Array:
    """Composites of two raters' forced sorts of sessions with these latent profiles."""
    raters = latent[:, None, :] + RATER_NOISE * rng.standard_normal((len(latent), 2, 100))
    return np.asarray(forced(raters).mean(axis=1))


def latent_study(rng: np.random.Generator, cases: int, sessions: int) -> tuple[Array, Array]:
    """Latent profiles of the sessions of cases that resemble within a case, and their case."""
    code = np.repeat(np.arange(cases), sessions)
    picture = rng.standard_normal(100)
    own = 0.6 * rng.standard_normal((cases, 100))
    return picture + own[code] + 0.8 * rng.standard_normal((len(code), 100)), code


def group_rates(rng: np.random.Generator, draws: int, shift: float) -> Rates:
    """Two groups of ten cases, four sessions each; five items differ by ``shift``."""
    tallies = []
    for _ in range(draws):
        latent, code = latent_study(rng, 20, 4)
        is_b = code >= 10
        latent[np.ix_(is_b, PLANTED)] += shift
        clusters = np.array([f"case {one}" for one in code])
        given = Compared(composites(rng, latent), ITEMS, is_b, clusters, "case")
        frame = compare_table(given).frame.sort("item")
        p, corrected = frame["p"].to_numpy(), frame["p_corrected"].to_numpy()
        tallies.append(_tally(p, corrected, planted=shift != 0))
    return Rates(*np.mean(tallies, axis=0))


def trend_rates(
    rng: np.random.Generator, draws: int, cases: int, sessions: int, step: float, rho: float = 0.0
) -> Rates:
    """Cases of so many sessions; five items move by ``step`` a session; residuals follow AR(1).

    The row of all cases is read where there are three cases or more, else the one case.
    """
    tallies = []
    for _ in range(draws):
        latent, code = latent_study(rng, cases, sessions)
        number = np.tile(np.arange(1, sessions + 1), cases)
        latent[:, PLANTED] += step * (number - number.mean())[:, None]
        if rho:
            latent += 0.8 * _wandering(rng, cases, sessions, rho)
        codes = [f"s{n}" for n in range(len(code))]
        facts = {
            name: Facts(name, case=f"c{case}", number=str(n))
            for name, case, n in zip(codes, code, number, strict=True)
        }
        variables = Variables(
            np.array(codes, dtype=object),
            composites(rng, latent),
            tuple(f"item {item}" for item in ITEMS),
            (None,) * 100,
            (PILE,) * 100,
        )
        frame = change_table(variables, Context(facts=facts)).frame
        asked = ALL_CASES if cases > 2 else "c0"
        p = frame.filter(pl.col("case") == asked)["p"].to_numpy()
        tallies.append(_tally(p, np.minimum(100 * p, 1.0), planted=step != 0))
    return Rates(*np.mean(tallies, axis=0))


def structure_rates(rng: np.random.Generator, draws: int, strength: float) -> Rates:
    """One case of 40 sessions; eight items share ``strength`` of a common course.

    Found: six of the eight make one structure, signs right. False: parallel analysis keeps any
    component where nothing is shared.
    """
    hits = kept = 0
    for _ in range(draws):
        latent = rng.standard_normal(100) + rng.standard_normal((40, 100))
        latent[:, STRUCTURE] += strength * rng.standard_normal((40, 1)) * SIGNS
        number = np.arange(1.0, 41.0)
        names = np.array([f"s{n}" for n in range(40)], dtype=object)
        given = CaseProfiles("c", names, number, ITEMS, composites(rng, latent))
        try:
            found = find_structures(given).found
        except StatisticsError:
            continue
        kept += 1
        for one in found:
            sign = np.isin(ITEMS, one.items) * 1 - np.isin(ITEMS, one.reversed_items)
            same = (sign[STRUCTURE] == SIGNS).sum(), (sign[STRUCTURE] == -SIGNS).sum()
            if max(same) >= 6:
                hits += 1
                break
    return Rates(hits / draws, kept / draws if not strength else np.nan, np.nan)


def _wandering(rng: np.random.Generator, cases: int, sessions: int, rho: float) -> Array:
    shocks = rng.standard_normal((cases, sessions, 100))
    course = np.empty_like(shocks)
    course[:, 0] = shocks[:, 0]
    for t in range(1, sessions):
        course[:, t] = rho * course[:, t - 1] + np.sqrt(1 - rho**2) * shocks[:, t]
    return course.reshape(cases * sessions, 100)


def _tally(p: Array, corrected: Array, *, planted: bool) -> tuple[float, float, float]:
    """Of one study: share of the planted found after correction, of the others under .05, any."""
    rest = np.ones(100, dtype=bool)
    rest[PLANTED] = not planted
    found = float((corrected[PLANTED] <= 0.05).mean()) if planted else np.nan
    return found, float((p[rest] <= 0.05).mean()), float((corrected[rest] <= 0.05).any())


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table."""
    rng = np.random.default_rng(21)
    draws = 10 if "--quick" in arguments else 100
    setting = "20 cases in two groups, 4 sessions each"
    rows = [
        ("difference of 5 items by 2 SD", setting, group_rates(rng, draws, 2.0)),
        ("no difference", setting, group_rates(rng, draws, 0.0)),
    ]
    for words, cases, sessions, step, rho in (
        ("trend of 5 items, .4 SD a session", 12, 6, 0.4, 0.0),
        ("no trend", 12, 6, 0.0, 0.0),
        ("no trend, sessions correlate .6", 12, 6, 0.0, 0.6),
        ("trend of 5 items, .25 SD a session", 1, 30, 0.25, 0.0),
        ("no trend", 1, 30, 0.0, 0.0),
        ("no trend, sessions correlate .6", 1, 30, 0.0, 0.6),
    ):
        setting = f"{cases} case{'s' * (cases > 1)} of {sessions} sessions"
        some = draws // 2 if cases > 1 else draws
        rows.append((words, setting, trend_rates(rng, some, cases, sessions, step, rho)))
    setting = "1 case of 40 sessions"
    rows += [
        ("structure of 8 items, shared SD 2", setting, structure_rates(rng, draws, 2.0)),
        ("no structure", setting, structure_rates(rng, draws, 0.0)),
    ]
    head = ("planted", "study", "found", "false, an item", "false, any item (corrected)")
    lines = [(name, where, *map(_rate, (r.found, r.false, r.any_false))) for name, where, r in rows]
    show("Studies with something planted, and without", head, lines)


def _rate(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])
