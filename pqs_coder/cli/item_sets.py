"""Commands on instruments: item-sets list, show, check."""

from __future__ import annotations

from pathlib import Path

import click

from pqs_coder.cli.common import give, study_options, table_options, the_folder
from pqs_coder.cli.main import say
from pqs_coder.errors import StudyError


def _folder_or_none(study_dir: Path | None) -> Path | None:
    try:
        return the_folder(study_dir)
    except StudyError:
        if study_dir is not None:
            raise
        return None


@click.group("item-sets")
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
    """The items of one item set."""
    del as_name
    from pqs_coder.analysis.item_sets import item_set_table

    give(item_set_table(identifier, _folder_or_none(study_dir)), form, output)


@item_sets.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def check(folder: Path) -> None:
    """Check an item set in a folder (item_set.toml and items.csv)."""
    from pqs_coder.store.item_sets import load_item_set

    item_set = load_item_set(folder)
    say(f"{item_set.id}: {len(item_set.items)} items in {len(item_set.piles)} piles, fine.")
    click.echo(item_set.hash)
