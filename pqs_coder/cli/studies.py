"""Commands on a study as a whole: demo, init, add, status, and opening it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pqs_coder.cli.common import (
    give,
    need_terminal,
    progress,
    study_options,
    table_options,
    the_study,
)
from pqs_coder.cli.main import say
from pqs_coder.errors import UsageError
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.store.study import Study


@click.command()
@click.argument(
    "folder", type=click.Path(path_type=Path), default=Path("pqs-demo"), metavar="[DIR]"
)
@click.option("--no-open", is_flag=True, help="Only make the study.")
@click.option("--archive", is_flag=True, help="Invented sorts without transcripts, for numbers.")
def demo(folder: Path, no_open: bool, archive: bool) -> int | None:
    """Make the demo study (invented) and open it."""
    from pqs_coder.exchange.demo import make_archive, make_demo
    from pqs_coder.store.study import find_study

    if not no_open:
        need_terminal("Opening the demo", "Make it only: pqs demo --no-open.")
    if find_study(folder) == folder:
        say(f"{folder} holds a study already; it is opened as it is.")
    else:
        make = make_archive if archive else make_demo
        make(folder, progress("writing sorts"))
        say(f"The demo study (invented) is in {folder}")
    return None if no_open else open_home(folder, None)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--title", default="", help="The study's title (else the folder's name).")
@click.option(
    "--item-set",
    "item_set",
    default="pqs",
    show_default=True,
    metavar="ID",
    help="What is sorted (pqs item-sets list).",
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    metavar="ZIP",
    help="Unpack a study that pqs export --format archive wrote; every file is checked.",
)
def init(folder: Path, title: str, item_set: str, archive: Path | None) -> None:
    """Make a new study in DIR."""
    from pqs_coder.store.making import make_study

    if archive is not None:
        from pqs_coder.exchange.archive import unpack_study

        unpack_study(archive, folder)
        say(f"The study is in {folder}")
        return
    make_study(folder, title=title, item_set=item_set)
    say(f"A new study is in {folder}")
    say(f"Add sessions: pqs add --study {folder} TRANSCRIPT")


@click.command()
@click.argument("transcripts", nargs=-1, type=click.Path(path_type=Path), metavar="[TRANSCRIPT]...")
@click.option(
    "--session", "code", metavar="CODE", help="The session's code (else drawn at random)."
)
@click.option("--title", default="", help="A title that raters may see.")
@click.option("--media", default="", metavar="PATH", help="Its audio or video.")
@click.option("--case", "case", metavar="CASE", help="The case (for leads only).")
@click.option("--number", metavar="N", help="Its number in the treatment (for leads only).")
@click.option("--date", metavar="DATE", help="Its date (for leads only).")
@click.option("--set", "more", multiple=True, metavar="KEY=VALUE", help="Any further fact.")
@click.option("--speaker-column", metavar="NAME", help="Where the speakers stand (CSV, TSV).")
@click.option("--text-column", metavar="NAME", help="Where the words stand (CSV, TSV).")
@click.option("--time-column", metavar="NAME", help="Where the times stand (CSV, TSV).")
@click.option(
    "--pseudonymise",
    "names",
    metavar="NAMES",
    help="Replace these names throughout: by comma, or a file with one a line.",
)
@click.option(
    "--names-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Which name became what; outside the study (else among your own data).",
)
@click.option("--suggest-names", is_flag=True, help="List what looks like a name; add nothing.")
@study_options
def add(
    transcripts: tuple[Path, ...],
    code: str | None,
    title: str,
    media: str,
    case: str | None,
    number: str | None,
    date: str | None,
    more: tuple[str, ...],
    speaker_column: str | None,
    text_column: str | None,
    time_column: str | None,
    names: str | None,
    names_key: Path | None,
    suggest_names: bool,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Add sessions with their transcripts; without one, a session that is watched or heard."""
    from pqs_coder.cli.names import print_suggestions, without_names
    from pqs_coder.store.making import NewSession, add_sessions, random_code
    from pqs_coder.store.session_slips import check_facts, session_slips
    from pqs_coder.store.session_transcripts import session_transcript
    from pqs_coder.store.transcripts import Columns

    if code and len(transcripts) > 1:
        raise UsageError(
            f"One --session for {len(transcripts)} transcripts.",
            "Leave --session out (codes are drawn at random) or add one at a time.",
        )
    study = the_study(study_dir, as_name)
    if not study.viewer.leads:
        raise UsageError("Sessions are added by leads.", "Ask the lead of the study.")
    facts = _facts({"case": case, "number": number, "date": date}, more)
    check_facts(facts)
    columns = Columns(speaker=speaker_column, text=text_column, time=time_column)
    if suggest_names:
        print_suggestions(study, transcripts, columns, names_key)
        return
    taken = study.session_codes()
    new = []
    for path in transcripts or (None,):
        name = code or random_code(taken)
        taken.append(name)
        new.append(NewSession(name, path, title, media, columns, facts))
    if names is not None:
        new = without_names(study, new, names, names_key)
    slips = session_slips(study, new)
    for folder in add_sessions(study, new):
        transcript = session_transcript(study, folder.name)
        click.echo(folder.name)
        say(f"{folder.name}: {plural(len(transcript), 'turn') if transcript else 'no transcript'}")
    for words in slips:
        say(words)


def _facts(known: dict[str, str | None], more: tuple[str, ...]) -> dict[str, str]:
    facts = {key: value for key, value in known.items() if value is not None}
    for pair in more:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise UsageError(f"--set {pair} is no KEY=VALUE.", "Write --set treatment=A.")
        if key.strip() == "session":
            raise UsageError("The session's code is no fact.", "Give it with --session.")
        facts[key.strip()] = value
    return facts


@click.command()
@table_options
@study_options
def status(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """Who has done what: a row for each session and rater."""
    from pqs_coder.analysis.status import imported_sorts
    from pqs_coder.analysis.status import status as status_of

    table = status_of(the_study(study_dir, as_name))
    empty = "No sessions yet: pqs add TRANSCRIPT"
    give(table, form, output, imported_sorts(table), empty=empty, kind="status")


def open_home(study_dir: Path | None, as_name: str | None) -> int:
    """Open the study in the terminal; outside a study offer the demo or a new one."""
    from pqs_coder.errors import StudyError

    need_terminal("pqs without a command", "Name a command: pqs --help.")
    try:
        study = the_study(study_dir, as_name)
    except StudyError:
        if study_dir is not None:
            raise
        from pqs_coder.tui.app import run_welcome

        return run_welcome(_demo_study, _new_study)
    from pqs_coder.tui.app import run_home

    return run_home(study)


def _demo_study(folder: Path) -> Study:
    from pqs_coder.exchange.demo import make_demo
    from pqs_coder.store.study import open_study

    make_demo(folder)
    return open_study(folder)


def _new_study(folder: Path) -> Study:
    from pqs_coder.store.making import make_study
    from pqs_coder.store.study import open_study

    make_study(folder)
    return open_study(folder)
