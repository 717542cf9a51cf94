"""Questions without options of their own: one line each says which analysis answers it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from pqs_coder.cli.common import give, study_options, table_options, the_study

QUESTIONS: dict[str, tuple[str, str]] = {
    "progress": (
        "progress:progress_of",
        "Work, minutes and pace of each rater, and when it may be done.",
    ),
    "matrix": ("matrix:matrix_of", "Mean agreement of every pair of raters over their sessions."),
    "distinctive": (
        "distinctive:distinctive_of",
        "Agreement of each session beside its baselines and beyond the mean profile.",
    ),
    "baseline": (
        "distinctive:baseline_test_of",
        "Do raters of one session agree more than raters of different sessions? By re-pairing.",
    ),
    "third-raters": (
        "third_raters:third_raters_of",
        "Sessions under the threshold: r before and after a third rater, unresolved ones.",
    ),
    "drift": (
        "drift:drift_of",
        "Each rater's agreement less what the session led to expect, over time (control chart).",
    ),
    "portraits": ("portraits:portraits_of", "Habits and agreement of each rater."),
}


def _command(name: str, place: str, words: str) -> click.Command:
    @table_options
    @study_options
    def answer(form: str | None, output: Path | None, **where: Any) -> None:
        module, _, function = place.partition(":")
        ask = getattr(importlib.import_module(f"pqs_coder.analysis.{module}"), function)
        result = ask(the_study(where["study_dir"], where["as_name"]))
        give(result.frame, form, output, result.notes)

    return click.command(name, help=words)(answer)


commands = {name: _command(name, *about) for name, about in QUESTIONS.items()}
