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


@prototypes.command()
@click.argument("session")
@click.option("--id", "identifier", required=True, metavar="ID", help="Its id.")
@click.option(
    "--method",
    type=click.Choice(["q", "mean"]),
    default="q",
    show_default=True,
    help="Q factor analysis over all raters, or their plain mean.",
)
@click.option("--factors", type=click.IntRange(1), default=1, show_default=True)
@click.option("--scores", type=click.Choice(["regression", "pqmethod"]), default="regression")
@click.option("--title", default="")
@click.option("--instruction", default="", help="What the panel was told; it is kept.")
@click.option("--show", type=click.Choice(["scores", "loadings", "panel"]), default="scores")
@click.option("--yes", is_flag=True, help="Add it to the library; else it is only shown.")
@table_options
@study_options
def build(
    session: str,
    identifier: str,
    method: str,
    factors: int,
    scores: str,
    title: str,
    instruction: str,
    show: str,
    yes: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Build a prototype from a panel: all submitted sorts of the SESSION that holds their ideal."""
    from pqs_coder.analysis.building import build_of
    from pqs_coder.store.prototypes import add_prototype

    study = the_study(study_dir, as_name)
    study.check_leads()
    built = build_of(
        study,
        session,
        identifier,
        method=method,
        factors=factors,
        scores=scores,
        title=title,
        instruction=instruction,
    )
    result = getattr(built, show)
    give(result.frame, form, output, result.notes)
    for one in built.prototypes if yes else ():
        about = {"title": one.title, "how": one.how, "item_set": one.item_set}
        add_prototype(study, one.id, one.scores, about)
        say(f"Prototype {one.id} is in the library.")
    if not yes:
        say("Not in the library yet: add --yes.")


@prototypes.command()
@click.argument("identifier", metavar="ID")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE")
@study_options
def export(identifier: str, output: Path, study_dir: Path | None, as_name: str | None) -> None:
    """Write a prototype as a CSV that pqs prototypes add reads again."""
    from pqs_coder.store.prototypes import load_prototype
    from pqs_coder.store.tables import write_table

    prototype = load_prototype(the_study(study_dir, as_name), identifier)
    write_table(output, ["item", "score"], sorted(prototype.scores.items()))
    say(f"{len(prototype.scores)} scores in {output}")
