"""Commands on the prototype library."""

from __future__ import annotations

from pathlib import Path

import click

from pqs_coder.cli.common import give, study_options, table_options, the_study
from pqs_coder.cli.main import say


@click.group()
def prototypes() -> None:
    """The prototype library of the study."""


@prototypes.command("list")
@table_options
@study_options
def list_(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """List the study's prototypes and where each comes from."""
    from pqs_coder.analysis.prototypes import prototypes_table

    study = the_study(study_dir, as_name)
    give(prototypes_table(study), form, output, empty="None yet: pqs prototypes add FILE")


@prototypes.command()
@click.argument("identifier", metavar="ID")
@table_options
@study_options
def show(
    identifier: str,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """The scores of one prototype."""
    from pqs_coder.analysis.prototypes import prototype_table

    give(prototype_table(the_study(study_dir, as_name), identifier), form, output)


@prototypes.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "identifier", metavar="ID", help="Its id (else the file's stem).")
@click.option("--title", default="")
@click.option("--citation", default="", help="Where the scores come from.")
@click.option("--how", default="", help="How it was built.")
@study_options
def add(
    file: Path,
    identifier: str | None,
    title: str,
    citation: str,
    how: str,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Add a prototype from a CSV with the columns item, score."""
    from pqs_coder.store.prototypes import add_prototype, read_scores

    study = the_study(study_dir, as_name)
    scores = read_scores(file, study.item_set)
    about = {"title": title, "citation": citation, "how": how, "item_set": study.item_set.id}
    path = add_prototype(study, identifier or file.stem, scores, about)
    say(f"Prototype {path.stem}: {len(scores)} of {len(study.item_set.items)} items")


@prototypes.command()
@table_options
@study_options
def compare(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """How far the study's prototypes overlap: r of each pair with its interval."""
    from pqs_coder.analysis.prototypes import compare_of

    result = compare_of(the_study(study_dir, as_name))
    give(result.frame, form, output, result.notes, empty="Fewer than two prototypes.")
