"""Commands that compute: agreement, composite, adherence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pqs_coder.cli.common import give, study_options, table_options, the_study


@click.command()
@click.option(
    "--by",
    type=click.Choice(["session", "pair", "rater", "item", "study"]),
    default="session",
    show_default=True,
)
@table_options
@study_options
def agreement(by: str, form: str | None, output: Path | None, **where: Any) -> None:
    """How far raters agree, with intervals, reliability and the baseline."""
    from pqs_coder.analysis.study import agreement_of

    result = agreement_of(the_study(where["study_dir"], where["as_name"]), by=by)
    give(result.frame, form, output, result.notes, empty="No session has two submitted sorts yet.")


@click.command()
@table_options
@study_options
def composite(form: str | None, output: Path | None, **where: Any) -> None:
    """The mean of the raters for each item of each session."""
    from pqs_coder.analysis.study import composite_of

    result = composite_of(the_study(where["study_dir"], where["as_name"]))
    give(result.frame, form, output, result.notes, empty="No submitted sorts yet.")


@click.command()
@click.option("--each-rater", is_flag=True, help="Of each rater's sort instead of composites.")
@table_options
@study_options
def adherence(each_rater: bool, form: str | None, output: Path | None, **where: Any) -> None:
    """Correlations of sessions with prototypes. Prototypes overlap; adherence is not competence."""
    from pqs_coder.analysis.study import adherence_of

    study = the_study(where["study_dir"], where["as_name"])
    result = adherence_of(study, each_rater=each_rater)
    give(
        result.frame, form, output, result.notes, empty="No submitted sorts, or no prototypes yet."
    )
