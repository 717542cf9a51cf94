"""One door for every file of sorts: its format and layout are recognised, told, and read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from pqs_coder.errors import DataError, UsageError
from pqs_coder.exchange import kade, web_tools
from pqs_coder.exchange.headers import choose_table, usual_names, where_words
from pqs_coder.exchange.long import long_columns, long_sorts
from pqs_coder.exchange.options import LAYOUTS, ReadOptions
from pqs_coder.exchange.pile_lists import list_columns, list_sorts
from pqs_coder.exchange.pqmethod import pqmethod_sorts
from pqs_coder.exchange.rater_columns import rater_column_sorts, rater_places
from pqs_coder.exchange.reading import SortReading
from pqs_coder.exchange.scales import in_values
from pqs_coder.exchange.sort_columns import column_sorts, item_column
from pqs_coder.exchange.sort_names import SortNames, key_beside, read_key
from pqs_coder.exchange.tables_in import READERS, TextTable, read_tables
from pqs_coder.exchange.tidy import is_tidy, read_tidy_csv, read_tidy_parquet
from pqs_coder.exchange.tidy_in import tidy_of_texts, tidy_sorts
from pqs_coder.exchange.wide import has_items, named_sorts, wide_sorts
from pqs_coder.model.item_set import ItemSet

SUFFIXES = tuple(dict.fromkeys([*READERS, ".dat", ".zip", ".json"]))


def read_sorts_file(
    path: Path, item_set: ItemSet, options: ReadOptions | None = None
) -> SortReading:
    """Read sorts from a file of any format that is known.

    Every sort is checked, none is dropped; `SortReading.columns` tells what was recognised. Raises
    `DataError` where the file can't be read, `UsageError` where something has to be said first.
    """
    options = options or ReadOptions()
    if options.layout not in (None, *LAYOUTS):
        raise UsageError(
            f"There is no layout '{options.layout}'.", f"Layouts: {', '.join(LAYOUTS)}."
        )
    if options.values is None:
        reading = _read(path, item_set, options)
    else:
        reading = _read(path, in_values(item_set, options.values), options).in_piles_of(item_set)
    if options.reverse_all:
        return reading.mirrored()
    if options.reversed_raters:
        known = {one.rater for one in reading.sorts}
        strangers = [name for name in options.reversed_raters if name not in known]
        if strangers:
            raise UsageError(
                f"{path}: no sorts by {', '.join(strangers)} to turn.",
                f"Raters of the file: {', '.join(sorted(known))}.",
            )
        return reading.mirrored(options.reversed_raters)
    return reading


def _read(path: Path, item_set: ItemSet, options: ReadOptions) -> SortReading:
    suffix = path.suffix.lower()
    names = sort_names(path, options)
    if suffix == ".dat":
        return pqmethod_sorts(path, item_set, names)
    if suffix == ".zip":
        return kade.kade_zip_sorts(path, item_set, names)
    if suffix == ".json":
        return web_tools.json_sorts(path, item_set, names)
    if suffix == ".txt" and web_tools.is_vectors(path):
        return web_tools.vector_sorts(path, item_set, names)
    tables = read_tables(path)
    if kade.is_kade_workbook(tables) and options.sheet is None:
        return kade.kade_workbook_sorts(path, tables, item_set, names)
    table = choose_table(
        path, tables, options.sheet, item_set, lambda one: _is_known(one, item_set, options)
    )
    tidy = _tidy(path, table)
    if tidy is not None and options.layout is None:
        return tidy_sorts(tidy, str(path), item_set)
    if long_columns(table, options) is None:
        options = usual_names(table, options)
    reading = table_sorts(table, item_set, options, names)
    return replace(reading, notes=(*where_words(table), *reading.notes))


def _is_known(table: TextTable, item_set: ItemSet, options: ReadOptions) -> bool:
    """Whether a table has a layout as it is, its first line being the header."""
    return (
        is_tidy(table.header)
        or has_items(table, item_set)
        or recognised(table, item_set, options) != "wide"
    )


def sort_names(path: Path, options: ReadOptions) -> SortNames:
    """How names of sorts are told apart: by the options, else by the key beside the file."""
    said = [options.session, options.rater, options.split, options.key]
    if options.key is not None:
        key = read_key(options.key)
    else:
        key = key_beside(path) if all(one is None for one in said) else {}
    return SortNames(options.rater, options.session, options.split, key)


def _tidy(path: Path, table: TextTable) -> pl.DataFrame | None:
    if not is_tidy(table.header):
        return None
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".arrow", ".feather"):
        return read_tidy_parquet(path)
    return read_tidy_csv(path) if suffix == ".csv" else tidy_of_texts(table, path)


def table_sorts(
    table: TextTable, item_set: ItemSet, options: ReadOptions, names: SortNames
) -> SortReading:
    """The sorts of a table, in the layout that is named or recognised."""
    layout = options.layout or recognised(table, item_set, options)
    if layout == "web":
        return web_tools.web_table_sorts(table, item_set, names)
    raters = rater_places(table, options) if layout == "raters" else None
    if raters is not None:
        return rater_column_sorts(table, item_set, raters)
    if layout == "named":
        return named_sorts(table, item_set, names)
    if layout == "long":
        return long_sorts(table, item_set, options)
    if layout == "lists":
        where = list_columns(table, item_set)
        if where is None:
            values = ", ".join(map(str, item_set.values))
            raise DataError(
                f"{table.where}: no column for each pile.",
                f"Call the columns by the piles, alone or after the word pile: {values}.",
            )
        return list_sorts(table, item_set, options, where)
    if layout == "columns":
        place = item_column(table, item_set)
        if place is None:
            raise DataError(
                f"{table.where}: no column numbers the items.",
                f"A column holds 1 to {len(item_set.items)}, each once; every other one is a sort.",
            )
        return column_sorts(table, item_set, place, names)
    return wide_sorts(table, item_set, options.session_column, options.rater_column)


def recognised(table: TextTable, item_set: ItemSet, options: ReadOptions) -> str:
    """The layout that a table has; ``wide`` where none is clear, whose reader says what lacks."""
    keyed = table.find(options.session_column) is not None and (
        table.find(options.rater_column) is not None
    )
    if web_tools.is_web_table(table) and not keyed:
        return "web"
    if rater_places(table, options) is not None:
        return "raters"
    if long_columns(table, options) is not None:
        return "long"
    if keyed:
        return "lists" if list_columns(table, item_set) is not None else "wide"
    if item_column(table, item_set) is not None:
        return "columns"
    halved = {options.session_column, options.rater_column} & set(table.header)
    named = any(one is not None for one in (options.session, options.rater, options.split))
    plain = named or options.key is not None or len(table.header) == len(item_set.items) + 1
    return "named" if has_items(table, item_set) and not halved and plain else "wide"
