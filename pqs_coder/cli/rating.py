"""Commands on rating forms: rate, score."""

from __future__ import annotations

from pathlib import Path

import click

from pqs_coder.cli.common import give, study_options, table_options, the_rater, the_study
from pqs_coder.cli.main import say
from pqs_coder.cli.sorting import read_place


@click.command()
@click.argument("session")
@click.argument("ratings", nargs=-1, required=True, metavar="ITEM=VALUE...")
@click.option("--form", "form_id", required=True, metavar="ID", help="The rating form, as wai-o.")
@click.option("--rater", metavar="NAME", help="Whose ratings (else who asks).")
@study_options
def rate(
    session: str,
    ratings: tuple[str, ...],
    form_id: str,
    rater: str | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Rate a session on a form; ITEM= takes a rating back, an unrated item is missing."""
    from pqs_coder.store.ratings import form_of
    from pqs_coder.store.ratings import rate as write_ratings

    pairs = [read_place(text) for text in ratings]
    study = the_study(study_dir, as_name, rater)
    form = form_of(study, form_id)
    written = write_ratings(study, session, form, the_rater(study, rater), dict(pairs))
    say(f"{len(pairs)} written; {len(written.values)} of {len(form.items)} items are rated.")


@click.command()
@click.option("--form", "form_id", metavar="ID", help="One rating form only.")
@click.option("--agreement", is_flag=True, help="ICC (one-way) and alpha of each scale instead.")
@table_options
@study_options
def score(
    form_id: str | None,
    agreement: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Scores of rating forms: totals and means of their scales."""
    from pqs_coder.analysis.ratings import scale_agreement_table, score_table

    ask = scale_agreement_table if agreement else score_table
    result = ask(the_study(study_dir, as_name), form_id)
    give(result.frame, form, output, result.notes, empty="Nothing is rated that can be scored.")
