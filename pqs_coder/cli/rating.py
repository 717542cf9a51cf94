"""Commands on rating forms: rate, score."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pqs_coder.cli.common import (
    give,
    need_terminal,
    study_options,
    table_options,
    the_rater,
    the_study,
)
from pqs_coder.cli.main import say
from pqs_coder.cli.sorting import read_place
from pqs_coder.errors import UsageError

if TYPE_CHECKING:
    from pqs_coder.model.item_set import ItemSet


@click.command()
@click.argument("session")
@click.argument("ratings", nargs=-1, metavar="[ITEM=VALUE]...")
@click.option("--form", "form_id", required=True, metavar="ID", help="The rating form, as wai-o.")
@click.option("--rater", metavar="NAME", help="Whose ratings (else who asks).")
@click.option(
    "--note", "notes", multiple=True, metavar="ITEM=TEXT", help="A note; ITEM= removes it."
)
@click.option(
    "--evidence",
    "marks",
    multiple=True,
    metavar="ITEM=TURNS",
    help="Turns, times or all, as 4=12,13; ITEM= removes them.",
)
@study_options
def rate(
    session: str,
    ratings: tuple[str, ...],
    form_id: str,
    rater: str | None,
    notes: tuple[str, ...],
    marks: tuple[str, ...],
    study_dir: Path | None,
    as_name: str | None,
) -> int:
    """Rate a session on a form, in the terminal or by ITEM=VALUE (ITEM= takes a rating back)."""
    from pqs_coder.model.card import tidy_evidence
    from pqs_coder.store.ratings import check_rating, form_of, open_sheet

    study = the_study(study_dir, as_name, rater)
    form = form_of(study, form_id)
    who = the_rater(study, rater)
    if not (ratings or notes or marks):
        need_terminal("The rating page", "Without a terminal: give ITEM=VALUE.")
        from pqs_coder.tui.app import run_rating

        return run_rating(study, session, form, who)
    pairs = [read_place(text) for text in ratings]
    said = [_said(text, form) for text in notes]
    tied = [
        (item, tidy_evidence(text.replace(",", " ").split()))
        for item, text in (_said(one, form) for one in marks)
    ]
    for item, value in pairs:  # all of them, before the first is written
        check_rating(form, item, value)
    with open_sheet(study, session, form, who) as sheet:
        for item, value in pairs:
            sheet.rate(item, value)
        for item, text in said:
            sheet.note(item, text)
        for item, evidence in tied:
            sheet.evidence(item, evidence)
        rated = len(sheet.ratings.values)
    written = len(pairs) + len(said) + len(tied)
    say(f"{written} written; {rated} of {len(form.items)} items are rated.")
    return 0


def _said(text: str, form: ItemSet) -> tuple[int, str]:
    """``4=it drags`` as item and text; `UsageError` for what is none of the form."""
    from pqs_coder.store.ratings import check_rating

    match = re.fullmatch(r"(\d{1,4})=(.*)", text, re.DOTALL)
    if not match:
        raise UsageError(f"{text!r} names no item.", "Write ITEM=TEXT, or ITEM= to remove it.")
    check_rating(form, int(match[1]))
    return int(match[1]), match[2]


@click.command()
@click.option("--form", "form_id", metavar="ID", help="One rating form only.")
@click.option(
    "--agreement", is_flag=True, help="ICC across sessions and alpha of each scale instead."
)
@click.option("--ratings", is_flag=True, help="The ratings themselves instead, one row an item.")
@table_options
@study_options
def score(
    form_id: str | None,
    agreement: bool,
    ratings: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Scores of rating forms: totals and means of their scales."""
    from pqs_coder.analysis.ratings import rating_table, scale_agreement_table, score_table
    from pqs_coder.store.ratings import form_of

    if agreement and ratings:
        raise UsageError("--agreement and --ratings are two tables.", "Ask for one at a time.")
    ask = scale_agreement_table if agreement else rating_table if ratings else score_table
    study = the_study(study_dir, as_name)
    result = ask(study, form_of(study, form_id).id if form_id else None)
    empty = "Nothing is rated." if ratings else "Nothing is rated that can be scored."
    give(result.frame, form, output, result.notes, empty=empty)
