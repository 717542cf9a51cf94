"""Reliability: by session, third raters, what is a session's own, raters needed, items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pqs_coder.analysis.agreement import agreement_table
from pqs_coder.analysis.decision import components_table, decision_table
from pqs_coder.analysis.distinctive import baseline_test_table, distinctive_table
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.third_raters import third_raters_table
from pqs_coder.model.words import plural
from pqs_coder.report import figures
from pqs_coder.report.document import Block, Lines, Section, Shown, Words
from pqs_coder.report.material import Material, only, shown
from pqs_coder.report.printed import printed
from pqs_coder.report.tables import p_text
from pqs_coder.report.text_cells import short_r
from pqs_coder.store.work import list_work

SAME_NUMBER = (
    "In a forced sort r, ICC(3,1) and interval alpha are nearly the same number, so r stands "
    "first, and with it the reliability of the composite: Spearman-Brown of r for the number of "
    "raters, which equals Cronbach's alpha of the raters and ICC(3,k)."
)
ELSEWHERE = ("Left out", "No r in")
"""How notes begin that tell of sessions elsewhere in the study."""
INTERVAL = (
    "The interval of r holds raters and items exchangeable and says nothing of other sessions."
)


def agreement(material: Material, by: str) -> Result:
    """Agreement by session, pair, rater, item or study, for the whole study."""
    result: Result = material.ask(
        f"agreement {by}", agreement_table, material.frame, by, material.context
    )
    return material.with_labels(result)


def third(material: Material) -> Result:
    """The third rater rule: before, after, unresolved."""
    result: Result = material.ask("third", _third, material)
    return result


def _third(material: Material) -> Result:
    return third_raters_table(material.frame, material.context, list_work(material.study))


def variance_components(material: Material) -> Result:
    """Variance components of the sorts; the notes name the method."""
    result: Result = material.ask("components", components_table, material.frame)
    return result


def section(material: Material, sessions: Sequence[str] | None = None) -> Section:
    """Reliability of the study, or of some of its sessions."""
    blocks: list[Block] = [Words(SAME_NUMBER)]
    study = agreement(material, "study")
    if sessions is None:
        title = "Agreement in the study"
        blocks += shown("study", study, title, "pqs agreement --by study")
    parts = [
        _by_session(material, study, sessions),
        _third_raters(material, sessions),
        _own(material, sessions),
    ]
    if sessions is None:
        parts += [_raters_needed(material), _items(material)]
    return Section("reliability", "Reliability", (*blocks, *(one for one in parts if one.blocks)))


def _some(result: Result, sessions: Sequence[str] | None) -> Result:
    """The rows of these sessions, without the notes on what else the study holds."""
    if sessions is None:
        return result
    own = only(result, "session", sessions)
    return Result(own.frame, tuple(note for note in own.notes if not note.startswith(ELSEWHERE)))


def _by_session(material: Material, study: Result, sessions: Sequence[str] | None) -> Section:
    result = _some(agreement(material, "session"), sessions)
    command = "pqs agreement --by session"
    title = "Agreement by session"
    if not result.frame.height:
        return Section("by-session", title, tuple(shown("session", result, title)))
    baseline = study.frame["baseline_r"][0] if study.frame.height else None
    if result.frame.drop_nulls("r").height > 1:
        drawn: list[Block] = [
            figures.session_agreement(result, material.threshold, baseline, command)
        ]
    else:
        drawn = shown("session", result, title, command)
    plain = Result(result.frame)
    coefficients = printed("coefficients", plain, "All coefficients by session", command)
    pairs = _some(agreement(material, "pair"), sessions)
    return Section(
        "by-session",
        title,
        (
            Words(INTERVAL),
            *drawn,
            Shown(coefficients, folded=True),
            *shown("pair", pairs, "Agreement by pair", "pqs agreement --by pair", folded=True),
        ),
    )


def _third_raters(material: Material, sessions: Sequence[str] | None) -> Section:
    result = _some(third(material), sessions)
    title = "Third raters"
    limit = f"{material.threshold:.2f}"
    rule = Words(
        f"A session whose r is under {limit} asks for a third rater. The composite is then the "
        "mean of all three: keeping the closest two would select on the outcome."
    )
    if not result.frame.height:
        no_one = Words("No session is under the threshold, and none has a third rater.")
        return Section("third-raters", title, (rule, no_one, *_said(result)))
    command = "pqs third-raters"
    if result.frame["r_after"].is_null().all():
        drawn: list[Block] = shown("third", result, "Sessions under the threshold", command)
    else:
        drawn = [figures.third_raters(result, material.threshold, command)]
    return Section("third-raters", title, (rule, *drawn, *open_sessions(result)))


def open_sessions(result: Result) -> list[Block]:
    """Words on the sessions that are not settled, worst first."""
    if not result.frame.height:
        return []
    words = {
        "unresolved": "Unresolved, under the threshold with all raters",
        "needed": "A third rater is needed",
        "nobody": "Under the threshold, and nobody left to ask",
        "waiting": "A third rater is asked and has not submitted yet",
    }
    lines = []
    for state, text in words.items():
        rows = result.frame.filter(pl.col("state") == state)
        if rows.height:
            r = pl.coalesce("r_after", "r_before")
            rows = rows.sort(r).with_columns(r.alias("r_now"))
            names = [f"{row['session']} ({short_r(row['r_now'])})" for row in rows.to_dicts()]
            lines.append(f"{text} ({rows.height}): {', '.join(names)}.")
    return [Lines(tuple(lines))] if lines else [Words("Every session is settled.")]


def _said(result: Result) -> list[Block]:
    return [Words(" ".join(result.notes), "note")] if result.notes else []


def _own(material: Material, sessions: Sequence[str] | None) -> Section:
    result = material.ask("distinctive", distinctive_table, material.frame, material.context)
    blocks: list[Block] = []
    if sessions is None:
        test = material.ask("baseline", baseline_test_table, material.frame)
        blocks += _test_in_words(test)
    title = "Agreement beside what all sessions share"
    blocks += shown("distinctive", _some(result, sessions), title, "pqs distinctive", folded=True)
    if not blocks:
        return Section("own", title)
    first = Words(
        "Sorts of different sessions correlate too: raters share a picture of a session. The "
        "baseline is r of these raters with the raters of other sessions and cases; distinctive r "
        "is what is left without the mean profile of the other sessions."
    )
    return Section("own", title, (first, *blocks))


def _test_in_words(test: Result) -> list[Block]:
    if not test.frame.height:
        return _said(test)
    row: dict[str, Any] = test.frame.row(0, named=True)
    if row["p"] is None:
        return _said(test)
    p = p_text(row["p"])
    text = (
        f"Raters of the same session: mean r {short_r(row['r'])}; the same raters dealt anew over "
        f"their sessions, those of one case included: {short_r(row['repaired_r'])} "
        f"({row['samples']} re-pairings of {plural(row['n_pairs'], 'pair')}, "
        f"p {p if p.startswith('<') else '= ' + p}; "
        "pqs baseline)."
    )
    return [Words(text, command="pqs baseline")]


def _raters_needed(material: Material) -> Section:
    decision = material.ask("decision", decision_table, material.frame)
    parts = variance_components(material)
    title = "How many raters a session needs"
    return Section(
        "raters-needed",
        title,
        (
            *shown("decision", decision, "What so many raters are worth", "pqs decision"),
            *shown(
                "components",
                parts,
                "Variance components",
                "pqs decision --components",
                folded=True,
            ),
        ),
    )


def _items(material: Material) -> Section:
    result = agreement(material, "item")
    title = "Reliability of the items"
    table = shown("item", result, title, "pqs agreement --by item", folded=True)
    return Section("item-reliability", title, tuple(table))
