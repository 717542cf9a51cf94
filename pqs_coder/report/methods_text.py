"""A methods paragraph that is true for this study: what was done is said, nothing else.

Every sentence is built from what the study folder holds; what it can't know (training, consent, how
hours were chosen) is listed for the authors to add. Statistics are described where the report
prints them.
"""

from __future__ import annotations

import platform
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import polars as pl

from pqs_coder._version import __version__
from pqs_coder.model.words import plural
from pqs_coder.report.citations import CITATIONS, references

if TYPE_CHECKING:
    from pqs_coder.model.item_set import ItemSet
    from pqs_coder.model.prototype import Prototype
    from pqs_coder.model.study import Settings

PACKAGES = ("numpy", "scipy", "polars", "krippendorff", "altair", "vl-convert-python")

FOR_THE_AUTHORS = (
    "who the raters were, how they were trained, and to what standard",
    "how cases and sessions were chosen, recorded and transcribed, and who consented to what",
    "to what raters were blind beyond what the program hides (treatment, outcome, phase)",
    "which wording of the items was used, and by whose licence",
)


@dataclass(frozen=True)
class StudyCounts:
    """What the study holds, counted.

    ``by_raters`` is the number of sessions by their number of raters; ``made_here`` are the sorts
    made in the program (the others were imported); ``third`` the states of the third rater rule
    with their numbers; ``hidden`` whether no rater could see another's sort.
    """

    sessions: int
    cases: int
    raters: int
    pairs: int
    sorts: int
    unforced: int
    made_here: int
    by_raters: dict[int, int]
    transcripts: int
    third: dict[str, int]
    with_third: int
    hidden: bool


def count_study(
    frame: pl.DataFrame,
    cases: dict[str, str],
    settings: Settings,
    transcripts: int,
    third: pl.DataFrame,
) -> StudyCounts:
    """Count a study from the tidy table (occasion 1 counts) and the third rater table."""
    sorts = (
        frame.filter(pl.col("occasion") == 1)
        .group_by("session", "rater", maintain_order=True)
        .agg(pl.col("forced").all(), pl.col("started_at").is_not_null().any().alias("here"))
    )
    each = sorts.group_by("session", maintain_order=True).agg(pl.col("rater").sort())
    sizes = each["rater"].list.len().to_list()
    pairs = {
        (one, other)
        for raters in each["rater"].to_list()
        for n, one in enumerate(raters)
        for other in raters[n + 1 :]
    }
    states = third["state"].to_list() if "state" in third.columns else []
    several = third.filter(pl.col("n_raters") > 2).height if states else 0
    return StudyCounts(
        sessions=each.height,
        cases=len({cases[code] for code in each["session"] if code in cases}),
        raters=sorts["rater"].n_unique(),
        pairs=len(pairs),
        sorts=sorts.height,
        unforced=int((~sorts["forced"]).sum()),
        made_here=int(sorts["here"].sum()),
        by_raters={size: sizes.count(size) for size in sorted(set(sizes), reverse=True)},
        transcripts=transcripts,
        third={state: states.count(state) for state in dict.fromkeys(states)},
        with_third=several,
        hidden=settings.others == "lead" and not settings.opened,
    )


def methods_paragraphs(
    item_set: ItemSet,
    settings: Settings,
    counts: StudyCounts,
    prototypes: Sequence[Prototype],
    used: Collection[str],
) -> list[str]:
    """The paragraphs.

    ``used`` are the commands whose tables the report prints ("compare", ...), and how variance
    components were estimated ("reml" or "henderson").
    """
    found = [
        _ratings(item_set, counts),
        _raters(settings, counts),
        _agreement(counts, used),
        _adherence(prototypes, used),
        _items(used),
        _change(used),
        _structures(used),
        f"Computed by pqs_coder {__version__} (versions of its parts below).",
    ]
    return [text for text in found if text]


def cited(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The references of everything that the paragraphs cite."""
    text = " ".join(paragraphs)
    return references(key for key in CITATIONS if key in text)


def versions() -> list[tuple[str, str]]:
    """The program, Python and the packages that compute and draw, with their versions."""
    found = [("pqs_coder", __version__), ("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "not installed"))
    return found


def _ratings(item_set: ItemSet, counts: StudyCounts) -> str:
    whose = " (Jones, 2000)" if item_set.id == "pqs" else ""
    of_cases = f" of {plural(counts.cases, 'case')}" if counts.cases else ""
    verb = "was" if counts.sessions == 1 else "were"
    text = (
        f"{plural(counts.sessions, 'session')}{of_cases} {verb} rated with the {item_set.title}"
        f"{whose}: {len(item_set.items)} items are sorted into {len(item_set.piles)} piles of "
        f"fixed sizes ({', '.join(map(str, item_set.sizes))}, from the lowest pile to the "
        "highest), a forced Q sort (Block, 1961)."
    )
    if counts.unforced:
        text += (
            f" {plural(counts.unforced, 'sort')} of {counts.sorts} did not keep these sizes and "
            "went into the general formulas as they are."
        )
    if counts.made_here == counts.sorts:
        text += " All sorts were made in the program, which accepts a sort when it is complete"
        text += " and shows raters a session's code and title but no facts about it"
        text += ", nor another rater's work." if counts.hidden else "."
    elif counts.made_here:
        text += f" {counts.made_here} of {counts.sorts} sorts were made in the program, the others"
        text += " were imported."
    else:
        text += " All sorts were imported."
    if counts.transcripts:
        text += f" Transcripts were at hand for {counts.transcripts} of {counts.sessions} sessions."
    return text


_ESTIMATED = {
    "reml": "restricted maximum likelihood (Harville, 1974)",
    "henderson": "Henderson's method (Henderson, 1953)",
}
_NUMBERS = {1: "one rater", 2: "two raters", 3: "three raters"}


def _raters(settings: Settings, counts: StudyCounts) -> str:
    sizes = [
        f"{number} by {_NUMBERS.get(size, f'{size} raters')}"
        for size, number in counts.by_raters.items()
    ]
    text = f"{plural(counts.raters, 'rater')} took part; sessions were sorted {', '.join(sizes)}"
    text += f" ({plural(counts.pairs, 'different pair')})." if counts.pairs else "."
    limit = f"{settings.threshold:.2f}".removeprefix("0")
    asked = counts.third
    if asked or counts.with_third:
        text += f" A session with r under {limit} asked for a third rater"
        if counts.with_third:
            text += f"; {plural(counts.with_third, 'session')} had three raters or more"
        if asked.get("unresolved"):
            text += f", {asked['unresolved']} of them still under the threshold"
        waiting = sum(asked.get(state, 0) for state in ("needed", "waiting", "nobody"))
        if waiting:
            text += f"; {plural(waiting, 'session')} under the threshold had no third rater"
        text += ". Composites are means of all raters of a session."
    return text


def _agreement(counts: StudyCounts, used: Collection[str]) -> str:
    if "agreement" not in used:
        return ""
    text = (
        "Agreement is Pearson's r of two sorts over the items, for more raters the mean over their "
        "pairs, with a 95 % interval: for two raters Fisher's (Fisher, 1921), for more the F "
        "interval of ICC(3,1), which mean r is in forced sorts (Shrout & Fleiss, 1979; McGraw & "
        "Wong, 1996)"
    )
    if counts.unforced:
        text += "; for unforced sorts bootstrapped over items (Efron, 1987)"
    text += ". The mean r of the study is over the pairs"
    if counts.with_third:
        text += ", in which a session with three raters counts three times; the means over the "
        text += "sessions, of all raters and of the first two, stand beside it"
    text += (
        ". The reliability of a composite is r stepped up by the Spearman-Brown formula (Brown, "
        "1910; Spearman, 1910). Krippendorff's alpha is interval and ordinal (Hayes & "
        "Krippendorff, 2007). The baseline is the mean r of raters of different sessions and cases."
    )
    if "distinctive" in used:
        text += " Distinctive r is r after the mean profile of the other sessions is taken away."
    if "baseline" in used:
        text += (
            " Against the baseline agreement was tested by dealing each rater's sorts anew among "
            "that rater's sessions (Phipson & Smyth, 2010)."
        )
    if "decision" in used:
        text += (
            " Variance components of item, item x session and item x rater were estimated by "
            f"{_ESTIMATED['henderson' if 'henderson' in used else 'reml']}, and projected to other "
            "numbers of raters (Brennan, 2001)."
        )
    if "drift" in used:
        text += (
            " Drift was watched by control charts of moving averages of each rater's agreement "
            "less what session and partners led to expect, with each rater's first eight sorts as "
            "the baseline (Roberts, 1959; Montgomery, 2013)."
        )
    return text


def _adherence(prototypes: Sequence[Prototype], used: Collection[str]) -> str:
    if "adherence" not in used or not prototypes:
        return ""
    named = []
    for one in prototypes:
        title = one.title or one.id
        source = f" ({one.citation})" if one.citation and not one.invented else ""
        told = " (invented)" if one.invented and "invented" not in title else ""
        named.append(f"{title}{source}{told}")
    text = (
        f"Adherence is Pearson's r of a session's composite with a prototype (Ablon & Jones, "
        f"1998), here of {'; '.join(named)}. Means run over Fisher's z, each case counting once, "
        "with t intervals over the cases."
    )
    if "contrast" in used:
        text += (
            " Two prototypes are compared by the differences of z by session, averaged within "
            "cases, by t over the cases."
        )
    return text


def _items(used: Collection[str]) -> str:
    if "compare" not in used:
        return ""
    return (
        "Groups are compared item by item over their cases, every case once: Welch intervals "
        "(Welch, 1947), Hedges' g (Hedges, 1981), p by dealing the cases to the groups anew; "
        "phases within cases, by flipping the signs of the cases' differences (Phipson & Smyth, "
        "2010). p is corrected for all items at once by the largest statistic of each arrangement "
        "(Westfall & Young, 1993); the false discovery rate (Benjamini & Hochberg, 1995) stands "
        "beside it. Items of a forced sort are ipsative: their differences sum to zero."
    )


def _change(used: Collection[str]) -> str:
    text = ""
    if "change" in used:
        text = (
            "Trends are straight lines over session number; residuals correlate by their distance "
            "in sessions, and fits for all autocorrelations are weighed by their restricted "
            "likelihood (Box & Tiao, 1973; Harville, 1974). Beside them "
            "stands Kendall's tau with the test of Mann (Mann, 1945). Smoothed lines are local "
            "straight lines over the nearest two thirds of the sessions (Cleveland, 1979) and for "
            "looking at only. Over all cases the least-squares slopes of the cases are averaged, "
            "with t intervals over the cases."
        )
    if "outcome" in used:
        text += (
            " Process and outcome are correlated over cases, each case once, with the first value "
            "of the outcome held constant, Fisher intervals (Fisher, 1921)."
        )
    return text.strip()


def _structures(used: Collection[str]) -> str:
    if "structures" not in used:
        return ""
    return (
        "Interaction structures are principal components of the items over the sessions of one "
        "case (Cattell, 1952; Jones, 2000), as many as exceed 95 % of chance data "
        "(Horn, 1965) unless a number was set, rotated by varimax (Kaiser, 1958); items loading "
        ".40 or more in size belong, negative ones reversed. Lead and lag are correlations of "
        "detrended scores one session apart; leading is not causing."
    )
