"""Commands on instruments: item-sets list, show, check, add, print."""

from __future__ import annotations

from pathlib import Path

import click

from pqs_coder.cli.common import (
    file_option,
    give,
    study_options,
    table_options,
    the_folder,
    the_study,
)
from pqs_coder.cli.main import Commands, say
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.words import plural


def _folder_or_none(study_dir: Path | None) -> Path | None:
    try:
        return the_folder(study_dir)
    except StudyError:
        if study_dir is not None:
            raise
        return None


@click.group("item-sets", cls=Commands)
def item_sets() -> None:
    """The instruments: those that ship, and the lab's own."""


@item_sets.command("list")
@table_options
@study_options
def list_(
    form: str | None, output: Path | None, study_dir: Path | None, as_name: str | None
) -> None:
    """List the item sets that can be found."""
    del as_name
    from pqs_coder.analysis.item_sets import item_sets_table

    give(item_sets_table(_folder_or_none(study_dir)), form, output)


@item_sets.command()
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
    """The items of one item set; for a rating form the key of its scales, on stderr."""
    del as_name
    from pqs_coder.analysis.item_sets import item_set_table
    from pqs_coder.model.scoring import key_lines
    from pqs_coder.store.item_sets import find_item_set

    folder = _folder_or_none(study_dir)
    key = key_lines(find_item_set(identifier, folder))
    give(item_set_table(identifier, folder), form, output, key)


@item_sets.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def check(folder: Path) -> None:
    """Check an item set in a folder (item_set.toml and items.csv)."""
    from pqs_coder.store.item_sets import load_item_set

    item_set = load_item_set(folder)
    piles = f"{len(item_set.piles)} {'piles' if item_set.kind == 'sort' else 'values'}"
    say(f"{item_set.id}: {len(item_set.items)} items in {piles}, fine.")
    click.echo(item_set.hash)


@item_sets.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--id", "identifier", required=True, metavar="ID", help="The new item set's id.")
@click.option("--base", required=True, metavar="ID", help="The item set it is laid over.")
@click.option("--sheet", metavar="NAME", help="Which sheet of a spreadsheet.")
@click.option("--title", metavar="TEXT", help="Its title (else that of the base).")
@click.option("--language", metavar="CODE", help="The language of the wording, as de or pt-BR.")
@click.option("--rights", metavar="TEXT", help="Who owns the wording.")
@study_options
def add(
    file: Path,
    identifier: str,
    base: str,
    sheet: str | None,
    title: str | None,
    language: str | None,
    rights: str | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Load the lab's wording (a table with the columns item and text) over an item set."""
    from pqs_coder.exchange import wording
    from pqs_coder.store.item_sets import find_item_set

    study = the_study(study_dir, as_name)
    under = find_item_set(base, study.folder)
    words = wording.read_wording(file, sheet)
    made = wording.with_wording(
        under, words, identifier, title=title, language=language, rights=rights
    )
    silent = wording.without_wording(under, words)
    folder = wording.add_item_set(study, made)
    if silent:
        shown = ", ".join(map(str, silent[:10]))
        say(f"The wording of {base} stays for {plural(len(silent), 'item')}: {shown}")
    say(f"{made.id}: {len(made.items)} items in {folder}")
    click.echo(made.hash)


@item_sets.command("print")
@click.argument("identifier", metavar="ID")
@file_option("Where to: .html, .pdf or .csv.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(["cards", "manual", "sheet"]),
    help="One part only (else all).",
)
@click.option(
    "--font", type=click.Path(path_type=Path), metavar="FILE", help="A TrueType font, for a PDF."
)
@study_options
def print_(
    identifier: str,
    output: Path,
    parts: tuple[str, ...],
    font: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> None:
    """Print cards, manual and sheet (.html, .pdf); .csv is a table to type the sheets into."""
    from pqs_coder.exchange.cards import entry_csv, print_html
    from pqs_coder.exchange.cards_pdf import print_pdf
    from pqs_coder.store import files
    from pqs_coder.store.item_sets import find_item_set

    folder = _folder_or_none(study_dir)
    item_set = find_item_set(identifier, folder)
    suffix = output.suffix.lower()
    if suffix == ".csv":
        data = entry_csv(item_set, the_study(folder, as_name).assignments() if folder else ())
    elif suffix == ".html":
        data = print_html(item_set, parts)
    elif suffix == ".pdf":
        data = print_pdf(item_set, parts, font)
    else:
        raise UsageError(f"{output}: '{suffix}' is not printed.", "Write .html, .pdf or .csv.")
    files.write_whole(output, data, mode=0o644)
    say(f"{item_set.id} is in {output}")
