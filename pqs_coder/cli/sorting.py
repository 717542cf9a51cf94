"""Commands on one sort: sort, practice, place, submit, show."""

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
from pqs_coder.desk.newcomers import newcomer_words
from pqs_coder.errors import PqsError, UsageError

if TYPE_CHECKING:
    from pqs_coder.desk.opening import Revision
    from pqs_coder.model.item_set import ItemSet
    from pqs_coder.store.study import Study

_rater = click.option("--rater", "rater", metavar="NAME", help="Whose sort (else who is asking).")
_again = click.option("--again", is_flag=True, help="The blind second sort.")


@click.command()
@click.argument("session")
@_rater
@_again
@click.option("--read-only", is_flag=True, help="Look, change nothing.")
@click.option("--revise", metavar="REASON", help="Revise a submitted sort, for this reason.")
@study_options
def sort(
    session: str,
    rater: str | None,
    again: bool,
    read_only: bool,
    revise: str | None,
    study_dir: Path | None,
    as_name: str | None,
) -> int:
    """Sort a session in the terminal."""
    need_terminal("pqs sort", "Without a terminal: pqs place SESSION --rater NAME ITEM=PILE.")
    study = the_study(study_dir, as_name, rater)
    who = the_rater(study, rater)
    new = "" if read_only else newcomer_words(study, session, who)
    if new:
        click.confirm(f"{new} Begin a sort as {who}?", abort=True, err=True)
    from pqs_coder.tui.app import run_room

    revision = the_revision(study, revise or "")
    return run_room(study, session, who, again=again, read_only=read_only, revise=revision)


def the_revision(study: Study, reason: str) -> Revision | None:
    """The revision that is asked for, by whoever asks; None where no reason is given."""
    from pqs_coder.desk.opening import Revision

    if not reason.strip():
        return None
    if study.viewer.name is None:
        raise UsageError("Who asks for the revision?", "Say who you are with --as NAME.")
    return Revision(reason, study.viewer.name)


@click.command()
def practice() -> int:
    """Practise the sorting room on 20 cards; no study is needed and nothing is kept."""
    need_terminal("pqs practice", "Practising takes a terminal of 60 columns and 18 rows.")
    from pqs_coder.tui.app import run_practice

    return run_practice()


@click.command()
@click.argument("session")
@click.argument("places", nargs=-1, required=True, metavar="ITEM=PILE...")
@_rater
@_again
@study_options
def place(
    session: str,
    places: tuple[str, ...],
    rater: str | None,
    again: bool,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Place items without the TUI; ITEM= takes an item off its pile."""
    from pqs_coder.desk.opening import open_desk

    pairs = [read_place(text) for text in places]
    study = the_study(study_dir, as_name, rater)
    check_places(pairs, study.item_set)  # all of them, before the first is placed
    who = the_rater(study, rater)
    new = newcomer_words(study, session, who)
    with open_desk(study, session, who, again=again) as desk:
        for warning in (*desk.warnings, *([new] if new else [])):
            say(warning)
        for item, pile in pairs:
            desk.place(item, pile, bring_next=False)
        draft = desk.draft
    say(f"{len(pairs)} placed; {draft.piled} of {len(draft.item_set.items)} lie in a pile.")


def read_place(text: str) -> tuple[int, int | None]:
    """``47=9`` as item and pile; the pile is None in ``47=``."""
    match = re.fullmatch(r"(\d{1,4})=(-?\d{1,4})?", text)
    if not match:
        raise UsageError(f"{text!r} is no ITEM=PILE.", "Write 47=9, or 47= to take it off.")
    return int(match[1]), int(match[2]) if match[2] else None


def check_places(pairs: list[tuple[int, int | None]], item_set: ItemSet) -> None:
    """`UsageError` for the first item or pile that the item set has not."""
    for item, pile in pairs:
        if not item_set.has_item(item):
            raise UsageError(f"There is no item {item}.", f"Items run to {item_set.numbers[-1]}.")
        if pile is not None and not item_set.has_pile(pile):
            values = ", ".join(map(str, item_set.values))
            raise UsageError(f"There is no pile {pile}.", f"Piles: {values}.")


@click.command()
@click.argument("session")
@_rater
@_again
@study_options
def submit(
    session: str, rater: str | None, again: bool, study_dir: Path | None, as_name: str | None
) -> None:
    """Submit a complete sort; it can't be changed quietly afterwards."""
    from pqs_coder.desk.opening import open_desk

    study = the_study(study_dir, as_name, rater)
    with open_desk(study, session, the_rater(study, rater), again=again) as desk:
        path = desk.submit()
    say(f"Submitted: {path}")


@click.command()
@click.argument("session")
@_rater
@_again
@table_options
@study_options
def show(
    session: str,
    rater: str | None,
    again: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Print a sort: the draft, else what was submitted."""
    from pqs_coder.analysis.sorts import show_sort

    study = the_study(study_dir, as_name)
    who = the_rater(study, rater)
    try:
        frame = show_sort(study, session, who, again=again)
    except PqsError:
        study.session_folder(session)  # an unknown session is told first
        raise
    give(frame, form, output, kind="sort")
