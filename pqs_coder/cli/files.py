"""Commands on files: import, export, verify, where."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pqs_coder.cli.common import (
    file_option,
    give,
    progress,
    study_options,
    table_options,
    the_folder,
    the_study,
)
from pqs_coder.cli.main import say
from pqs_coder.errors import Exit, StudyError, UsageError
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

if TYPE_CHECKING:
    from pqs_coder.exchange.options import ReadOptions
    from pqs_coder.store.study import Study


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--session-column",
    default="session",
    show_default=True,
    metavar="NAME",
    help="Where the sessions stand.",
)
@click.option(
    "--rater-column",
    default="rater",
    show_default=True,
    metavar="NAME",
    help="Where the raters stand.",
)
@click.option("--item-column", metavar="NAME", help="Where the items stand (long tables).")
@click.option("--pile-column", metavar="NAME", help="Where the piles stand (long tables).")
@click.option(
    "--layout",
    type=click.Choice(["wide", "long", "lists", "columns"]),
    help="A row a sort, a row a card, lists of cards, or a column a sort (else recognised).",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
@click.option("--session", "session", metavar="CODE", help="The session of all sorts in the file.")
@click.option("--rater", "rater", metavar="NAME", help="The rater of all sorts in the file.")
@click.option("--split", metavar="SIGN", help="What parts session and rater in names of sorts.")
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help="CSV: name,session,rater."
)
@click.option(
    "--reversed",
    "reversed_raters",
    multiple=True,
    metavar="RATER",
    help="This rater's scale runs the other way (all: everybody's).",
)
@click.option(
    "--values", metavar="LIST", help="The file's values, lowest pile first: 10,20,30 (else known)."
)
@click.option("--item-set", metavar="ID", help="What the file holds; it must be the study's.")
@click.option("--form", "form_id", metavar="ID", help="The file holds ratings on this form.")
@click.option("--keep-valid", is_flag=True, help="Take in the forced sorts, leave the others.")
@click.option(
    "--keep-unforced",
    is_flag=True,
    help="Take in all that are whole; those with other pile sizes are flagged forced = false.",
)
@click.option("--skip-same", is_flag=True, help="Pass over sorts that are there already, equal.")
@click.option("--dry-run", is_flag=True, help="Only say what would go in.")
@click.option("--yes", is_flag=True, help="Take the sorts in whatever doubts there are.")
@table_options
@study_options
def import_(
    file: Path,
    keep_valid: bool,
    keep_unforced: bool,
    skip_same: bool,
    dry_run: bool,
    yes: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
    item_set: str | None,
    form_id: str | None,
    values: str | None,
    reversed_raters: tuple[str, ...],
    **named: Any,
) -> int:
    """Take in sorts from a file (docs/formats.md): tables, PQMethod, KADE, web tools, SPSS."""
    from pqs_coder.exchange.any_file import read_sorts_file
    from pqs_coder.exchange.importing import Keep, carry_out, plan_import
    from pqs_coder.exchange.options import ReadOptions
    from pqs_coder.exchange.scales import read_values

    if keep_valid and keep_unforced:
        raise UsageError("--keep-valid and --keep-unforced at once.", "Choose one of them.")
    study = the_study(study_dir, as_name)
    one_by_one = tuple(one for one in reversed_raters if one != "all")
    options = ReadOptions(
        **named,
        values=read_values(values) if values else None,
        reversed_raters=one_by_one,
        reverse_all="all" in reversed_raters,
    )
    if form_id is not None:
        return _import_ratings(study, file, form_id, options, dry_run, form, output)
    reading = read_sorts_file(file, study.item_set, options)
    keep: Keep = "valid" if keep_valid else "unforced" if keep_unforced else "none"
    plan = plan_import(study, reading, keep, skip_same=skip_same, item_set=item_set)
    for words in plan.says + plan.doubts:
        say(words)
    refused = plan.refused and keep == "none"
    if refused or dry_run:
        give(plan.table(), form, output, empty="")
        if refused:
            whole = any(one.whole for one in plan.refused)
            unforced = " or --keep-unforced (all that are whole, flagged)" if whole else ""
            say(
                "Nothing was taken in. Mend the rows, or choose: --keep-valid (only the forced "
                f"sorts){unforced}."
            )
            return Exit.BAD_DATA
        return Exit.DONE
    for words in plan.left_out():
        say(f"Left out: {words}")
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    if plan.stops and not (yes or asks):
        raise UsageError(
            f"{file}: nothing was taken in, for the doubt told above.",
            "If all is right as it is, add --yes.",
        )
    if plan.doubts and asks and not yes and not click.confirm("Take them in?", err=True):
        say("Nothing was taken in.")
        return Exit.NO
    result = carry_out(plan, study, progress("writing sorts"))
    if form or output:
        give(plan.table(), form, output, empty="")
    say(
        f"{plural(result.written, 'sort')} of {plural(result.sessions, 'session')} taken in, "
        f"{result.left} left out."
    )
    if plan.doubts and not (yes or asks):
        say(f"Taken in with {plural(len(plan.doubts), 'doubt')} told above: look at them.")
    return Exit.DONE


def _import_ratings(
    study: Study,
    file: Path,
    form_id: str,
    options: ReadOptions,
    dry_run: bool,
    form: str | None,
    output: Path | None,
) -> int:
    """Ratings go in as a whole or not at all."""
    from pqs_coder.exchange.ratings_in import carry_out_ratings, plan_ratings
    from pqs_coder.store.ratings import form_of

    plan = plan_ratings(study, file, form_of(study, form_id), options)
    for words in plan.says:
        say(words)
    if plan.refused or dry_run or form or output:
        give(plan.table(), form, output, empty="")
    if plan.refused:
        say("Nothing was taken in. Mend the rows.")
        return Exit.BAD_DATA
    if not dry_run:
        done = carry_out_ratings(plan, study, progress("writing ratings"))
        say(f"Taken in: {plural(done, 'form')} of {form_id}.")
    return Exit.DONE


_FORMATS = (
    "tidy, wide, xlsx, sav, pqmethod, kade, ratings (jamovi, jasp), r, python, evidence, codebook, "
    "archive (else by FILE's suffix)."
)


@click.command()
@file_option("The file to write.")
@click.option("--format", "form", metavar="NAME", help=_FORMATS)
@click.option("--drafts", is_flag=True, help="Drafts too; else submitted sorts only.")
@click.option("--no-transcripts", is_flag=True, help="Leave them out of the archive.")
@click.option("--no-facts", is_flag=True, help="Leave them out of the archive.")
@study_options
def export(
    output: Path,
    form: str | None,
    drafts: bool,
    no_transcripts: bool,
    no_facts: bool,
    study_dir: Path | None,
    as_name: str | None,
) -> int:
    """Write the study's sorts to one file (docs/formats.md), or all of it (--format archive)."""
    from pqs_coder.exchange.formats import ARCHIVE, choose_format, write_sorts
    from pqs_coder.store import files
    from pqs_coder.store.reading import read_sorts

    study = the_study(study_dir, as_name)
    if not _may_replace(output):
        say("Nothing was written.")
        return Exit.NO
    if form is not None and form.lower() == ARCHIVE:
        from pqs_coder.exchange.archive import pack_study

        data = pack_study(study, transcripts=not no_transcripts, facts=not no_facts)
        files.write_whole(output, data)
        say(f"The study is in {output}")
        return Exit.DONE
    chosen = choose_format(output, form)
    frame = read_sorts(study, drafts=drafts)
    if not chosen.count(frame, study.item_set)[0]:
        what = "notes, evidence or doubts" if frame.height else "submitted sorts"
        more = "" if frame.height or drafts else " Drafts too: --drafts."
        say(f"There are no {what}: nothing was written.{more}")
        return Exit.NO
    say(write_sorts(frame, output, form, study.item_set, say))
    return Exit.DONE


def _may_replace(output: Path) -> bool:
    """Ask at a terminal before a file is replaced; elsewhere a script knows what it does."""
    if not output.exists():
        return True
    if sys.stdin.isatty() and sys.stdout.isatty():
        return click.confirm(f"{output} is there already. Replace it?", err=True)
    say(f"{output} was there already and is replaced.")
    return True


@click.command()
@click.argument("other", type=click.Path(path_type=Path), metavar="DIR|ZIP|JOURNAL")
@click.option("--yes", is_flag=True, help="Do it; else it is only shown.")
@click.option("--everything", is_flag=True, help="Show what is the same, too.")
@click.option("--unrelated", is_flag=True, help="With --yes even where it looks like no copy.")
@table_options
@study_options
def merge(
    other: Path,
    yes: bool,
    everything: bool,
    unrelated: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> int:
    """Bring another copy of the study, or the copy of one draft, into this one; none is lost."""
    from pqs_coder.exchange.archive import opened_copy
    from pqs_coder.exchange.merge import carry_out_merge, plan_merge

    study = the_study(study_dir, as_name)
    if other.suffix.startswith(".journal"):  # a second copy is NAME.journal-2
        return _bring_back(study, other)
    with opened_copy(other) as folder:
        plan = plan_merge(study, folder)
        give(plan.table(everything=everything), form, output, empty="The copies are the same.")
        for words in plan.doubts:
            say(f"Is it a copy of this study? {words}")
        if yes and plan.doubts and not unrelated:
            raise UsageError(
                "Nothing was merged: it looks like no copy of this study.",
                "If it is one, or is to be joined all the same, add --unrelated.",
            )
        if yes:
            say(f"{len(carry_out_merge(plan, progress('merging')))} changes made.")
            _seal_what_came(study)
        elif plan.writes:
            say(f"{len(plan.writes)} changes to make; add --yes.")
    if plan.conflicts:
        say(f"Left as they are: {plural(len(plan.conflicts), 'conflict')}.")
    return Exit.NO if plan.conflicts else Exit.DONE


def _bring_back(study: Study, copy: Path) -> int:
    """Put a sort that was saved to another place into the study."""
    from pqs_coder.store.copies import bring_back

    say(f"The draft is in the study: {bring_back(study, copy)}")
    return Exit.DONE


def _seal_what_came(study: Study) -> None:
    if study.vault is None:
        return
    from pqs_coder.store.sealing import seal_study

    for path, why in seal_study(study).left:
        say(f"{path.name} holds open text: {why}")


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended without losing anything.")
@click.option("--everything", is_flag=True, help="List the files that are well, too.")
@table_options
@study_options
def verify(
    repair: bool,
    everything: bool,
    form: str | None,
    output: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> int:
    """Check every file of the study. Exit code 1 where something is damaged or missing.

    People are shown what is damaged, missing or worth a word; json, csv and files hold every file.
    """
    import polars as pl

    from pqs_coder.store.verify import DAMAGED, MISSING, OK
    from pqs_coder.store.verify import verify as verify_study

    findings = verify_study(the_study(study_dir, as_name), repair=repair)
    rows = {name: [getattr(one, name) for one in findings] for name in ("file", "state", "message")}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String))
    is_bad = pl.col("state").is_in([DAMAGED, MISSING])
    shown = frame
    if output is None and form not in ("json", "csv"):
        worth = (pl.col("state") != OK) | (pl.col("message") != "")
        shown = frame.sort(is_bad, worth, descending=True, maintain_order=True)
        shown = shown if everything else shown.filter(worth)
    give(shown, form, output, empty="")
    bad = frame.filter(is_bad).height
    say(f"{plural(frame.height, 'file')}, {bad} damaged or missing.")
    if shown.height < frame.height:
        say(
            f"Not listed, as they are well: {frame.height - shown.height}. --everything lists them."
        )
    return Exit.NO if bad else Exit.DONE


@click.command()
@table_options
@study_options
def where(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """Where files live: the study, settings, shipped item sets."""
    del as_name
    import polars as pl

    from pqs_coder.store.shipped import shipped_folder
    from pqs_coder.tui.settings import settings_file

    try:
        study = str(the_folder(study_dir).resolve())
    except StudyError:
        study = None
    rows = [
        ("study", study),
        ("settings", str(settings_file())),
        ("item sets that ship", str(shipped_folder("item_sets"))),
        ("demo sessions", str(shipped_folder("sessions"))),
    ]
    give(pl.DataFrame(rows, schema=["what", "path"], orient="row"), form, output)
