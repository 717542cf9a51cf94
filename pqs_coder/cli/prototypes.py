"""Commands on the prototype library."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pqs_coder.cli.common import (
    file_option,
    give,
    need_terminal,
    study_options,
    table_options,
    the_study,
)
from pqs_coder.cli.main import Commands, say
from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.model.prototype import Prototype
    from pqs_coder.store.study import Study

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(cls=Commands)
def prototypes() -> None:
    """The prototype library of the study."""


def _whence_options(command: Command) -> Command:
    options = (
        click.option("--title", default="", help="What it is called."),
        click.option("--citation", default="", help="Where the scores come from."),
        click.option("--panel", default="", help="Who rated the ideal."),
        click.option("--how", default="", help="How it was built."),
    )
    for option in reversed(options):
        command = option(command)
    return command


_like = click.option(
    "--like", default="", metavar="ID", help="Title, citation and so on of a known one (see list)."
)


@prototypes.command("list")
@table_options
@study_options
def list_(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """List the study's prototypes, and those known from the literature whose scores it lacks."""
    from pqs_coder.analysis.prototypes import library, prototypes_table

    study = the_study(study_dir, as_name)
    frame = prototypes_table(study, known=True)
    if form in ("json", "csv") or output is not None:
        give(frame, form, output)
        return
    give(frame.select("prototype", "title", "n_items", "scores", "invented"), form, output)
    for one in library(study, known=True):
        click.echo("\n".join(["", *_told(one)]))
    say("Type one in: pqs prototypes enter ID. Take in a file: pqs prototypes add FILE --like ID.")


def _told(one: Prototype) -> list[str]:
    """A prototype in words, wrapped."""
    from pqs_coder.model.words import visible_line

    scores = f"SHA-256 {one.hash[:12]}" if one.scores else "scores not included"
    words = [f"{name}: {text}" for name, text in one.about.items() if name != "item_set"]
    lines = [f"{one.id} ({scores})"]
    for text in words:
        lines += textwrap.wrap(
            visible_line(text), 78, initial_indent="  ", subsequent_indent="    "
        )
    return lines


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
    """The scores of one prototype, and where they come from."""
    from pqs_coder.analysis.prototypes import prototype_table
    from pqs_coder.store.prototypes import load_prototype

    study = the_study(study_dir, as_name)
    one = load_prototype(study, identifier)
    give(prototype_table(study, one.id), form, output, _told(one))


@prototypes.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "identifier", metavar="ID", help="Its id (else the file's stem).")
@_like
@_whence_options
@click.option("--yes", is_flag=True, help="Add it even where scores lie far from all others.")
@study_options
def add(
    file: Path,
    identifier: str | None,
    like: str,
    yes: bool,
    study_dir: Path | None,
    as_name: str | None,
    **about: str,
) -> None:
    """Add a prototype from a CSV with the columns item, score."""
    from pqs_coder.store.prototypes import add_prototype, read_scores, whence

    study = the_study(study_dir, as_name)
    study.check_leads()
    name = identifier or file.stem
    words = whence(study, name, about, like)
    scores = read_scores(file, study.item_set)
    _ask_strays(file, study, yes)
    path = add_prototype(study, name, scores, words)
    say(f"Prototype {path.stem}: {len(scores)} of {len(study.item_set.items)} items")
    if not like and not about["citation"] and words.get("citation"):
        say(
            f"Its id is that of a known one, whose citation it was given: {words['citation']} If "
            "the scores are not those, take it out again: pqs prototypes remove "
            f"{path.stem}, and give another --id."
        )
    if "citation" not in words:
        say("No citation: say next time where the scores come from (--citation, --like ID).")


def _ask_strays(file: Path, study: Study, yes: bool) -> None:
    """Tell scores that lie far from all others; `DataError` unless ``yes``."""
    from pqs_coder.store.prototypes import read_scored_lines, stray_scores

    scores, lines = read_scored_lines(file, study.item_set)
    stray = stray_scores(scores)
    told = [f"item {n} is {scores[n]:g} (line {lines[n]})" for n in stray]
    if not told:
        return
    rest = [score for item, score in scores.items() if item not in stray]
    words = f"{file}: {', '.join(told)}; the others run from {min(rest):g} to {max(rest):g}"
    if not yes:
        raise DataError(f"{words}. Nothing was added.", "Mend the file; if it is right, add --yes.")
    say(f"{words}.")


@prototypes.command()
@click.argument("identifier", metavar="ID")
@study_options
def remove(identifier: str, study_dir: Path | None, as_name: str | None) -> None:
    """Take a prototype out of the library; its files are kept beside it, nothing reads them."""
    from pqs_coder.store.prototypes import remove_prototype

    kept = remove_prototype(the_study(study_dir, as_name), identifier)
    say(f"Taken out, and kept as {', '.join(one.name for one in kept)}.")


@prototypes.command()
@click.argument("identifier", metavar="ID")
@_like
@click.option("--scale", type=float, nargs=2, metavar="LOW HIGH", help="Ends of the scale.")
@_whence_options
@study_options
def enter(
    identifier: str,
    like: str,
    scale: tuple[float, float] | None,
    study_dir: Path | None,
    as_name: str | None,
    **about: str,
) -> int:
    """Type in a prototype from a paper, each row checked; an ID of the list has its citation."""
    from pqs_coder.store.prototype_entry import open_entry
    from pqs_coder.store.prototypes import whence

    if scale is not None and scale[0] >= scale[1]:
        raise UsageError(f"--scale {scale[0]:g} {scale[1]:g} has no room.", "Say --scale 1 9.")
    study = the_study(study_dir, as_name)
    need_terminal("The entry form", "Without a terminal: pqs prototypes add FILE.")
    with open_entry(study, identifier, whence(study, identifier, about, like), scale) as entry:
        from pqs_coder.tui.app import run_prototype_entry

        code = run_prototype_entry(entry)
        scores = plural(len(entry.scores), "score")
        if entry.finished:
            say(f"Prototype {entry.identifier} is in the library: {scores}.")
        else:
            say(f"{scores} kept: pqs prototypes enter {entry.identifier}")
    return code


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
@click.argument("source", metavar="FILE|SESSION")
@click.option("--id", "identifier", required=True, metavar="ID", help="Its id.")
@click.option(
    "--method",
    type=click.Choice(["q", "mean"]),
    default="q",
    show_default=True,
    help="Q factor analysis over all raters, or their plain mean.",
)
@click.option(
    "--factors",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="A prototype for each of so many factors.",
)
@click.option(
    "--scores",
    type=click.Choice(["regression", "pqmethod"]),
    default="regression",
    show_default=True,
    help="Factor scores of all raters by regression, or of the flagged as PQMethod weighs them.",
)
@click.option("--title", default="", help="What it is called.")
@click.option("--instruction", default="", help="What the panel was told; it is kept.")
@click.option(
    "--show",
    type=click.Choice(["scores", "loadings", "panel"]),
    default="scores",
    show_default=True,
    help="Which of the tables.",
)
@click.option("--yes", is_flag=True, help="Add it to the library; else it is only shown.")
@table_options
@study_options
def build(
    source: str,
    show: str,
    yes: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
    **options: Any,
) -> None:
    """Build a prototype from a panel's sorts or free ratings: a file or a session."""
    from pqs_coder.analysis.building import build_of, build_prototype
    from pqs_coder.store.prototypes import add_prototype

    study = the_study(study_dir, as_name)
    study.check_leads()
    if Path(source).suffix and Path(source).exists():
        from pqs_coder.exchange.panel import read_panel

        panel, words = read_panel(Path(source), study.item_set)
        for text in words:
            say(text)
        labels = {item.number: item.label for item in study.item_set.items}
        built = build_prototype(panel, item_set=study.item_set.id, labels=labels, **options)
    else:
        built = build_of(study, source, **options)
    result = getattr(built, show)
    give(result.frame, form, output, result.notes)
    for one in built.prototypes if yes else ():
        add_prototype(study, one.id, one.scores, one.about)
        say(f"Prototype {one.id} is in the library.")
    if not yes:
        say("Not in the library yet: add --yes.")


@prototypes.command()
@click.argument("identifier", metavar="ID")
@file_option("The file to write.")
@study_options
def export(identifier: str, output: Path, study_dir: Path | None, as_name: str | None) -> None:
    """Write a prototype as a CSV that pqs prototypes add reads again."""
    from pqs_coder.store.prototypes import load_prototype
    from pqs_coder.store.tables import write_table

    prototype = load_prototype(the_study(study_dir, as_name), identifier)
    write_table(output, ["item", "score"], sorted(prototype.scores.items()))
    say(f"{plural(len(prototype.scores), 'score')} in {output}")
