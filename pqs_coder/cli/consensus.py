"""``pqs consensus``: the adjudication room, and the same by commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pqs_coder.cli.common import give, study_options, table_options, the_study
from pqs_coder.cli.main import say
from pqs_coder.cli.sorting import check_places, read_place, the_revision
from pqs_coder.errors import UsageError

if TYPE_CHECKING:
    from pqs_coder.store.study import Study


@click.command()
@click.argument("session", required=False)
@click.argument("places", nargs=-1, metavar="[ITEM=PILE]...")
@click.option(
    "--accept",
    is_flag=True,
    help="Place all that is left as the composite suggests, marked as judged by nobody.",
)
@click.option("--submit", "submit", is_flag=True, help="Submit it: a third sort.")
@click.option("--reason", default="", help="Why a submitted consensus is revised.")
@table_options
@study_options
def consensus(
    session: str | None,
    places: tuple[str, ...],
    accept: bool,
    submit: bool,
    reason: str,
    form: str | None,
    output: Path | None,
    **where: Any,
) -> int | None:
    """Adjudicate the items on which the raters of SESSION differ, largest difference first.

    In a terminal it opens the adjudication room; with ITEM=PILE, --accept or --submit it does the
    same without; else, or with --format, it prints what is there. Without SESSION: all sessions.
    """
    from pqs_coder.analysis.consensus import consensus_of, consensus_overview_of

    if accept and submit:
        raise UsageError(
            "--accept and --submit don't go together: nobody would have looked at the sort.",
            f"First --accept; look at it (pqs consensus {session or 'SESSION'}); then --submit.",
        )
    study = the_study(where["study_dir"], where["as_name"])
    study.check_leads()  # whatever there is to show
    if session is None:
        result = consensus_overview_of(study)
        give(result.frame, form, output, result.notes, empty="No session has two sorts yet.")
    elif places or accept or submit:
        _decide(study, session, places, accept, submit, reason)
    elif form is None and output is None and sys.stdin.isatty() and sys.stdout.isatty():
        from pqs_coder.tui.screens.lead_opening import run_consensus

        return run_consensus(study, session, the_revision(study, reason))
    else:
        result = consensus_of(study, session)
        give(result.frame, form, output, result.notes)
    return None


def _decide(
    study: Study, session: str, places: tuple[str, ...], accept: bool, submit: bool, reason: str
) -> None:
    from pqs_coder.desk.consensus import open_consensus
    from pqs_coder.desk.submission import what_is_missing

    pairs = [read_place(text) for text in places]
    check_places(pairs, study.item_set)  # all of them, before the first is placed
    with open_consensus(study, session, revise=the_revision(study, reason)) as room:
        for item, pile in pairs:
            room.place(item, pile)
        taken = room.take_all() if accept else 0
        if taken:
            say(f"{taken} placed as the rounded composite suggests; look at them again.")
        code, left = room.table.session, len(room.undecided)
        say(f"{code}: {len(room.table.disputed)} differ, {left} are undecided.")
        if room.accepted:
            say(f"Accepted as suggested and judged by nobody: {len(room.accepted)}.")
        if submit:
            say(f"Submitted: {room.submit()}")
            return
        missing = what_is_missing(room.draft)
        wrong = f" Not complete: {'; '.join(missing)}." if missing else ""
        say(
            f"This is a draft, not submitted.{wrong} When it is done: pqs consensus {code} --submit"
        )
