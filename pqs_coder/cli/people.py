"""Commands on people: raters list, raters add."""

from __future__ import annotations

from pathlib import Path

import click

from pqs_coder.cli.common import give, study_options, table_options, the_study
from pqs_coder.cli.main import Commands, say
from pqs_coder.model.study import ROLES


@click.group(cls=Commands)
def raters() -> None:
    """Who is in the study."""


@raters.command("list")
@table_options
@study_options
def list_(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """List raters with their roles and how much each has done."""
    from pqs_coder.analysis.status import raters_table

    study = the_study(study_dir, as_name)
    give(raters_table(study), form, output, empty="Nobody yet: pqs raters add NAME")


@raters.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="rater",
    show_default=True,
    help="What they do; the sorts of a trainee are practice.",
)
@click.option("--login", default="", metavar="LOGIN", help="Their login on a shared server.")
@click.option("--name", "title", default="", help="The full name.")
@study_options
def add(
    names: tuple[str, ...],
    role: str,
    login: str,
    title: str,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Add people to the roster in study.toml."""
    from pqs_coder.store.making import add_raters

    added = add_raters(the_study(study_dir, as_name), names, role=role, login=login, title=title)
    say(f"In the roster now: {', '.join(added)} ({role})")
