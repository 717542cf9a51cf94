"""Commands that print and draw: report, plot, table."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pqs_coder.cli.common import progress, study_options, the_study
from pqs_coder.cli.main import say
from pqs_coder.errors import UsageError

if TYPE_CHECKING:
    from pqs_coder.report.catalogue import Selection

Command = TypeVar("Command", bound=Callable[..., Any])

PICTURES = (
    "sessions", "raters", "third-raters", "drift", "adherence", "pyramid", "compare", "change",
    "structures", "scree",
)  # fmt: skip
TABLES = (
    "study", "sessions", "coefficients", "pairs", "raters", "item-reliability", "matrix",
    "third-raters", "consensus", "distinctive", "decision", "components", "drift", "portraits",
    "bias", "item-bias", "training", "differences", "prototypes", "overlap", "adherence",
    "adherence-each-rater", "adherence-groups", "items", "pyramid", "compare", "change", "outcome",
    "structures", "structure-summary", "structure-scores", "parallel", "lags", "status",
)  # fmt: skip
"""Names written out here, so that help needs neither polars nor numpy; a test compares them."""


def _selection_options(command: Command) -> Command:
    options = (
        click.option("--case", "case", metavar="CASE", help="One case."),
        click.option("--session", metavar="SESSION", help="One session."),
        click.option("--rater", metavar="NAME", help="One rater."),
        click.option("--by", metavar="COLUMN", help="Groups: a column of facts.csv."),
        click.option("--groups", nargs=2, metavar="A B", help="Two values of that column."),
        click.option("--items", metavar="N,N,...", help="These items."),
        click.option("--subset", metavar="NAME", help="The items of this subset."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _selection(asked: dict[str, Any]) -> Selection:
    from pqs_coder.cli.therapy import numbers_of
    from pqs_coder.report.catalogue import Selection

    names = ("case", "session", "rater", "by", "groups", "outcome", "subset")
    chosen = {name: asked[name] or None for name in names if name in asked}
    return Selection(**chosen, items=numbers_of(asked["items"]))


@click.command()
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to (else pqs-report.html here; - is stdout).",
)
@click.option("--case", "case", metavar="CASE", help="One case.")
@click.option("--session", metavar="SESSION", help="One session.")
@click.option("--rater-feedback", "rater", metavar="NAME", help="One rater's feedback, for them.")
@click.option(
    "--groups",
    default="treatment",
    show_default=True,
    metavar="COLUMN",
    help="The column of facts.csv whose groups are compared.",
)
@click.option("--notes", is_flag=True, help="With raters' notes (they may quote the transcript).")
@study_options
def report(
    file: Path | None,
    case: str | None,
    session: str | None,
    rater: str | None,
    groups: str,
    notes: bool,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """One HTML file that works offline: reliability, adherence, portraits, change, methods."""
    from pqs_coder.report.html import ReportOptions, write_report
    from pqs_coder.store import files
    from pqs_coder.store.reading import read_sorts

    study = the_study(study_dir, as_name)
    options = ReportOptions(case, session, rater, groups, notes)
    page = write_report(study, options, progress("making the report"))
    if file == Path("-"):
        click.echo(page, nl=False)
        return
    target = file or Path(_name_of(case, session, rater))
    files.write_whole(target, page)
    click.echo(str(target))
    size = f"{len(page) / 1e6:.1f} MB" if len(page) >= 1e6 else f"{len(page) / 1e3:.0f} kB"
    say(f"The report is in {target}: {size}, and it needs no network.")
    if not read_sorts(study, columns=("session",)).height:
        say("Nobody has submitted a sort yet, so there are no results in it: pqs status.")


def _name_of(case: str | None, session: str | None, rater: str | None) -> str:
    about = case or session or rater
    if about is None:
        return "pqs-report.html"
    return "pqs-report-" + re.sub(r"[^\w-]+", "-", about) + ".html"


@click.command()
@click.argument("kind", type=click.Choice(PICTURES))
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw it: .svg, .png, .pdf or .html; else it is shown in plain text.",
)
@click.option("--width", type=click.IntRange(40, 400), default=100, help="Cells of the plain text.")
@_selection_options
@study_options
def plot(kind: str, file: Path | None, width: int, **asked: Any) -> None:
    """A picture of agreement, raters, adherence, a sort, groups, change or structures."""
    from pqs_coder.report.catalogue import picture_of

    study = the_study(asked["study_dir"], asked["as_name"])
    if file is not None:
        _check_suffix(file, "pictures")
    made = picture_of(study, kind, _selection(asked))
    if file is None:
        for line in made.write(width):
            click.echo(line)
    else:
        from pqs_coder.report.pictures import picture_bytes
        from pqs_coder.store import files

        figure = made.draw()
        files.write_whole(file, picture_bytes(figure.spec, file.suffix, figure.alt))
        say(f"{figure.title}: {file}")
    for note in made.result.notes:
        say(note)


@click.command()
@click.argument("kind", type=click.Choice(TABLES))
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it: .md, .html (opens in Word), .docx or .csv; else Markdown is printed.",
)
@click.option("--outcome", metavar="COLUMN", help="The outcome: a column of facts.csv.")
@_selection_options
@study_options
def table(kind: str, file: Path | None, **asked: Any) -> None:
    """A table as papers print it, with its note; full precision is what the other commands give."""
    from pqs_coder.report.table_catalogue import table_of
    from pqs_coder.report.table_formats import as_markdown, table_file
    from pqs_coder.store import files

    study = the_study(asked["study_dir"], asked["as_name"])
    if file is not None:
        _check_suffix(file, "table_formats")
    made = table_of(study, kind, _selection(asked))
    if file is None:
        click.echo(as_markdown(made), nl=False)
        return
    files.write_whole(file, table_file([made], file.suffix))
    say(f"{made.title}: {file}")


def _check_suffix(file: Path, module: str) -> None:
    """`UsageError` before anything is computed, where the suffix means no format."""
    from importlib import import_module

    known: tuple[str, ...] = import_module(f"pqs_coder.report.{module}").SUFFIXES
    if file.suffix.lower() not in known:
        raise UsageError(
            f"{file}: the suffix '{file.suffix}' is no format.", f"Use: {', '.join(known)}."
        )
