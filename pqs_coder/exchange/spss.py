"""SPSS: a row for each sort, items as labels of variables, piles as labels of values."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from pqs_coder.exchange.wide_out import wide_frame
from pqs_coder.model.item_set import ItemSet

_DATE = slice(92, 109)  # creation date (9) and time (8) in the header of the file
_FIXED = b"01 Jan 0000:00:00"


def render_sav(frame: pl.DataFrame, item_set: ItemSet, suffix: str) -> dict[str, bytes]:
    """A .sav file; the same sorts give the same bytes (its date is fixed)."""
    import pyreadstat

    wide = wide_frame(frame)
    items = {f"item{item.number}": item.label for item in item_set.items}
    said = {"session": "Session", "rater": "Rater", "occasion": "1 first sort, 2 second sort"}
    labels = {name: said.get(name) or items.get(name) or name for name in wide.columns}
    values = {float(pile.value): pile.label for pile in item_set.piles if pile.label}
    columns = [name for name in wide.columns if name in items]
    with tempfile.TemporaryDirectory(prefix="pqs-") as folder:
        path = Path(folder) / "sorts.sav"
        pyreadstat.write_sav(
            wide.with_columns(pl.col(columns).cast(pl.Float64)),
            str(path),
            file_label=item_set.title[:60],
            column_labels={name: label[:250] for name, label in labels.items()},
            variable_value_labels=dict.fromkeys(columns, values) if values else None,
            variable_measure=dict.fromkeys(columns, "ordinal"),
            variable_format=dict.fromkeys(columns, "F3.0"),
        )
        data = bytearray(path.read_bytes())
    data[_DATE] = _FIXED
    return {suffix: bytes(data)}
