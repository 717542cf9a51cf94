"""What many commands share: options, the study that is meant, and how tables are given out."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pqs_coder.cli.main import say
from pqs_coder.cli.opened import settle
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.words import plural, visible_text

if TYPE_CHECKING:
    import polars as pl

    from pqs_coder.store.study import Study

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv")


def study_options(command: Command) -> Command:
    """``--study DIR`` and ``--as NAME``, on any command that opens a study."""
    command = click.option(
        "--as", "as_name", metavar="NAME", help="Who is asking (PQS_RATER; else your login)."
    )(command)
    return click.option(
        "--study",
        "study_dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The study's folder (PQS_STUDY; else this folder or the nearest parent with one).",
    )(command)


def table_options(command: Command) -> Command:
    """``--format`` and ``-o``, on any command that prints a table."""
    command = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default=None,
        help="table (for people, rounded), json or csv (full precision).",
    )(command)
    return click.option(
        "-o",
        "--output",
        "output",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write to FILE instead: .csv, .json, .parquet or .xlsx.",
    )(command)


min_raters = click.option(
    "--min-raters",
    "least_raters",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Only sessions with N raters or more: 2 leaves out single sorts.",
)
"""``--min-raters N``, on commands that average over sessions."""


def the_folder(study_dir: Path | None) -> Path:
    """The folder of the study that is meant; `StudyError` where there is none."""
    from pqs_coder.store.study import find_study

    named = study_dir or _said_first("study")
    if named is None and os.environ.get("PQS_STUDY"):
        named = Path(os.environ["PQS_STUDY"])
    if named is not None:
        return Path(named)
    found = find_study(Path.cwd())
    if found is None:
        raise StudyError(
            "There is no study here.",
            "Go to the study's folder, name it with --study DIR, or make one: pqs init DIR.",
        )
    return found


def the_study(study_dir: Path | None, as_name: str | None, rater: str | None = None) -> Study:
    """Open the study that is meant, as the one who asks.

    Who asks: ``--as`` or ``PQS_RATER``, else ``rater`` (who sits down to sort), else the login as
    study.toml maps it, else the lead.
    """
    from pqs_coder.store.study import open_study, who_is_asking

    study = open_study(the_folder(study_dir))
    study.viewer = who_is_asking(
        study.settings,
        as_name or _said_first("as"),
        os.environ.get("PQS_RATER") or rater,
        _login(),
        _in_group,
    )
    settle(study)
    return study


def _said_first(option: str) -> Any:
    """What was said before the command's name: ``pqs --study DIR agreement``."""
    context = click.get_current_context(silent=True)
    return (context.find_root().obj or {}).get(option) if context else None


def the_rater(study: Study, rater: str | None) -> str:
    """Whose sort is meant: ``--rater``, else the rater who asks."""
    if rater:
        return rater
    if study.viewer.name:
        return study.viewer.name
    raise UsageError("Whose sort?", "Name the rater with --rater NAME.")


def _login() -> str:
    """The login as the system knows it: USER and LOGNAME can be set by anybody."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _in_group(login: str, group: str) -> bool:
    from pqs_coder.store.rights import is_member

    return is_member(login, group)


def need_terminal(what: str, instead: str) -> None:
    """`UsageError` where nobody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"{what} needs a terminal.", instead)


def give(
    frame: pl.DataFrame,
    form: str | None,
    output: Path | None,
    notes: Sequence[str] = (),
    *,
    empty: str = "Nothing to show.",
    kind: str = "",
) -> None:
    """Give a table out: to a file by its suffix, or to stdout; talk goes to stderr.

    At a narrow terminal people are spared the columns that its ``kind`` can spare.
    """
    from pqs_coder.exchange.table_files import table_bytes
    from pqs_coder.store import files

    if output is not None:
        files.write_whole(output, table_bytes(frame, _suffix(form, output)), mode=0o644)
        say(f"{plural(frame.height, 'row')} in {output}")
    elif form in ("json", "csv"):
        text = table_bytes(frame, f".{form}").decode("utf-8")
        if sys.stdout.isatty():  # nothing in it steers the terminal; elsewhere it is data
            text = visible_text(text.replace("\r\n", "\n"))
        click.echo(text, nl=False, color=True)  # as it is: nothing is stripped
    elif frame.height:
        from pqs_coder.analysis.provenance import HASHES
        from pqs_coder.report.narrow import fit
        from pqs_coder.report.plain import plain_table

        shown = frame.drop([name for name in HASHES if name in frame.columns])
        if sys.stdout.isatty():
            text, left_out = fit(shown, kind, shutil.get_terminal_size().columns)
        else:
            text, left_out = plain_table(shown), ""
        click.echo(text)
        notes = [*notes, left_out] if left_out else notes
    if not frame.height and empty:
        say(empty)
    for note in notes:
        say(note)


def file_option(text: str) -> Callable[[Command], Command]:
    """``-o FILE``, required, on any command whose result is a file; ``text`` is its help."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        required=True,
        metavar="FILE",
        help=text,
    )


def _suffix(form: str | None, output: Path) -> str:
    """What to write a file as: by its suffix, by ``--format`` where it has none."""
    suffix = output.suffix.lower()
    if form in ("csv", "json") and suffix not in ("", f".{form}"):
        raise UsageError(
            f"--format {form} and a file named {output.name} ask for two different things.",
            f"Leave out --format, or name the file {output.stem}.{form}.",
        )
    return suffix or (f".{form}" if form in ("csv", "json") else "")


def progress(label: str) -> Callable[[int, int], None]:
    """Show long work on stderr where that is a terminal; a callback (done, total)."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        click.echo(f"\r{label} {done}/{total}{end}", err=True, nl=False)

    return show
