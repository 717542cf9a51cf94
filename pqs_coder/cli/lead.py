"""Commands for running a study: who rates what, and what a lead asks of raters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pqs_coder.cli.common import give, study_options, table_options, the_study
from pqs_coder.cli.main import say
from pqs_coder.errors import UsageError
from pqs_coder.model.words import plural


@click.command()
@click.argument("session", required=False)
@click.argument("people", nargs=-1, metavar="[RATER]...")
@click.option("--balance", is_flag=True, help="Spread all sessions evenly; pairs rotate.")
@click.option("--raters", metavar="A,B,...", help="Among these (else all raters of the roster).")
@click.option("--per-session", type=click.IntRange(1), metavar="N", help="Raters a session.")
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="The share of sessions rated by so many; the rest by one (a reliability subsample).",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="Another number, another draw; the same, the same.",
)
@click.option("--yes", is_flag=True, help="Write it; else it is only shown.")
@table_options
@study_options
def assign(
    session: str | None,
    people: tuple[str, ...],
    balance: bool,
    raters: str | None,
    per_session: int | None,
    share: float,
    seed: int,
    yes: bool,
    form: str | None,
    output: Path | None,
    **where: Any,
) -> None:
    """Who rates what: by hand (SESSION RATER...) or balanced; shown, then written with --yes."""
    from pqs_coder.analysis.assignments import assign_of, strangers
    from pqs_coder.analysis.result import Result
    from pqs_coder.store.making import write_assignments

    study = the_study(where["study_dir"], where["as_name"])
    study.check_leads()  # before anything is shown
    if balance == bool(session):
        raise UsageError(
            "By hand or balanced?", "pqs assign SESSION RATER..., or pqs assign --balance."
        )
    if balance:
        names = [one for one in (raters or "").split(",") if one]
        result = assign_of(study, raters=names, per_session=per_session, share=share, seed=seed)
    else:
        frame = _by_hand(study, session or "", people)
        names = frame["rater"].to_list()
        result = Result(frame, (*strangers(study, names), *_have_it(study, frame)))
    give(result.frame, form, output, result.notes, empty="Nothing to add.")
    pairs = list(result.frame.select("session", "rater").iter_rows())
    if yes:
        say(f"{plural(write_assignments(study, pairs), 'assignment')} written.")
    elif pairs:
        say("Not written yet: add --yes.")


def _by_hand(study: Any, session: str, people: tuple[str, ...]) -> Any:
    import polars as pl

    if not people:
        raise UsageError("Nobody named.", "pqs assign SESSION RATER...")
    code = study.session_folder(session).name
    names = list(dict.fromkeys(study.known_rater(code, one) for one in people))
    schema = {"session": pl.String, "rater": pl.String}
    return pl.DataFrame([(code, name) for name in names], schema=schema, orient="row")


def _have_it(study: Any, frame: Any) -> list[str]:
    """Who has the session already, by hand or by having begun it."""
    from pqs_coder.model.names import fold

    assigned = {(fold(session), fold(rater)) for session, rater in study.assignments()}
    words = []
    for session, rater in frame.select("session", "rater").iter_rows():
        if (fold(session), fold(rater)) in assigned:
            words.append(f"{rater} has {session} already; nothing is added.")
        elif rater in study.raters_of(session):
            words.append(f"{rater} has begun or submitted {session} already.")
    return words


@click.command()
@click.argument("session")
@click.option("--raters", metavar="A,B", help="Which two (else the first two).")
@table_options
@study_options
def differences(
    session: str, raters: str | None, form: str | None, output: Path | None, **where: Any
) -> None:
    """The items on which two raters of a session differ most, with notes and evidence."""
    from pqs_coder.analysis.differences import differences_of

    study = the_study(where["study_dir"], where["as_name"])
    names = (raters or "").split(",") if raters else [None, None]
    if len(names) != 2:
        raise UsageError(f"--raters {raters} names not two.", "Write --raters anna,ben.")
    result = differences_of(study, session, *names)
    give(result.frame, form, output, result.notes, empty="No item differs.", kind="differences")


@click.command()
@click.option("--feedback", metavar="SESSION", help="One practice sort, item by item.")
@click.option("--rater", metavar="NAME", help="Whose (with --feedback).")
@table_options
@study_options
def training(
    feedback: str | None, rater: str | None, form: str | None, output: Path | None, **where: Any
) -> None:
    """Practice sorts against their criterion, and who is certified; only what is submitted."""
    from pqs_coder.analysis.training import feedback_of, training_of
    from pqs_coder.cli.common import the_rater

    study = the_study(where["study_dir"], where["as_name"])
    if feedback:
        result = feedback_of(study, feedback, the_rater(study, rater))
    else:
        result = training_of(study)
    give(result.frame, form, output, result.notes, empty="No practice sorts submitted yet.")


@click.command()
@click.option("--by-item", is_flag=True, help="Item by item instead of item groups.")
@table_options
@study_options
def bias(by_item: bool, form: str | None, output: Path | None, **where: Any) -> None:
    """How much higher each rater lays items than the others of the same sessions."""
    from pqs_coder.analysis.portraits import bias_of

    result = bias_of(the_study(where["study_dir"], where["as_name"]), by_item=by_item)
    give(result.frame, form, output, result.notes)


@click.command()
@click.option("--components", is_flag=True, help="The variance components behind it.")
@table_options
@study_options
def decision(components: bool, form: str | None, output: Path | None, **where: Any) -> None:
    """What 1, 2, 3 ... raters a session are worth: profile and distinctive coefficients."""
    from pqs_coder.analysis.decision import components_of, decision_of

    study = the_study(where["study_dir"], where["as_name"])
    result = components_of(study) if components else decision_of(study)
    give(result.frame, form, output, result.notes)


@click.command()
@click.argument("session")
@click.option("--rater", required=True, metavar="NAME", help="Whose sort.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept.")
@click.option("--second", is_flag=True, help="The blind second sort instead of the first.")
@study_options
def withdraw(session: str, rater: str, reason: str, second: bool, **where: Any) -> None:
    """Take a sort out of the study; its files are kept beside the others, nothing reads them."""
    from pqs_coder.store.withdrawal import RECORD
    from pqs_coder.store.withdrawal import withdraw as withdraw_sort

    study = the_study(where["study_dir"], where["as_name"])
    kept = withdraw_sort(study, session, rater, reason, again=second)
    say(f"Withdrawn, and kept as {', '.join(one.name for one in kept)}; {RECORD} says why.")
