"""Commands that compute: agreement, composite, adherence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pqs_coder.cli.common import give, min_raters, study_options, table_options, the_study
from pqs_coder.errors import UsageError


@click.command()
@click.option(
    "--by",
    type=click.Choice(["session", "pair", "rater", "item", "study"]),
    default="session",
    show_default=True,
    help="A row for each session, pair, rater or item; or one for the study.",
)
@table_options
@study_options
def agreement(by: str, form: str | None, output: Path | None, **where: Any) -> None:
    """How far raters agree, with intervals, reliability and the baseline."""
    from pqs_coder.analysis.agreement import agreement_of

    result = agreement_of(the_study(where["study_dir"], where["as_name"]), by=by)
    empty = "No session has two submitted sorts yet."
    give(result.frame, form, output, result.notes, empty=empty, kind=by)


@click.command()
@click.option(
    "--closest-two",
    is_flag=True,
    help="Of three raters keep the two that agree best; selects on the outcome, and says so.",
)
@table_options
@study_options
def composite(closest_two: bool, form: str | None, output: Path | None, **where: Any) -> None:
    """The mean of all raters for each item of each session, made anew from what is submitted."""
    from pqs_coder.analysis.composites import composite_of

    study = the_study(where["study_dir"], where["as_name"])
    result = composite_of(study, closest_two=closest_two)
    give(result.frame, form, output, result.notes, empty="No submitted sorts yet.")


def _check_one_way(ways: Mapping[str, object]) -> None:
    """`UsageError` where two tables are asked for at once: one of them would be left out unsaid."""
    asked = [name for name, given in ways.items() if given]
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} are different tables.", "Ask for one at a time.")


@click.command()
@click.option("--each-rater", is_flag=True, help="Of each rater's sort instead of composites.")
@click.option("--detail", is_flag=True, help="Beside the mean of other cases and distinctive r.")
@click.option("--by", metavar="COLUMN", help="Means of groups: a column of facts.csv.")
@click.option("--partial", metavar="ID", help="r with this prototype, others held (--holding).")
@click.option("--holding", multiple=True, metavar="ID", help="Held constant (with --partial).")
@click.option("--contrast", nargs=2, metavar="ID ID", help="Nearer to the first than the second?")
@click.option("--subset", metavar="NAME", help="Over the items of this subset only.")
@click.option("--wide", is_flag=True, help="A row a session, a column with r a prototype.")
@min_raters
@table_options
@study_options
def adherence(
    each_rater: bool,
    detail: bool,
    by: str | None,
    partial: str | None,
    holding: tuple[str, ...],
    contrast: tuple[str, str] | None,
    subset: str | None,
    wide: bool,
    least_raters: int,
    form: str | None,
    output: Path | None,
    **where: Any,
) -> None:
    """Correlations of sessions with prototypes. Prototypes overlap; adherence is not competence."""
    ways = {"--each-rater": each_rater, "--detail": detail, "--partial": partial}
    _check_one_way({**ways, "--by": by and not contrast, "--contrast": contrast})
    if bool(partial) != bool(holding):
        raise UsageError("--partial and --holding go together.", "Write --partial ID --holding ID.")
    study = the_study(where["study_dir"], where["as_name"])
    only: dict[str, Any] = {"subset": subset, "least_raters": least_raters}
    if contrast:
        from pqs_coder.analysis.adherence_tests import contrast_of

        result = contrast_of(study, *contrast, by=by or "session", **only)
    elif partial:
        from pqs_coder.analysis.adherence_tests import partial_adherence_of

        result = partial_adherence_of(study, partial, holding, **only)
    elif by:
        from pqs_coder.analysis.adherence_context import adherence_groups_of

        result = adherence_groups_of(study, by, **only)
    elif detail:
        from pqs_coder.analysis.adherence_context import adherence_detail_of

        result = adherence_detail_of(study, **only)
    else:
        from pqs_coder.analysis.study import adherence_of

        result = adherence_of(study, each_rater=each_rater, **only)
        if wide:
            from pqs_coder.analysis.adherence import adherence_wide

            result = adherence_wide(result)
    empty = "No submitted sorts, or no prototypes yet."
    give(result.frame, form, output, result.notes, empty=empty, kind="adherence")
