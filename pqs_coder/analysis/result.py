"""What an analysis hands back: a frame, and what has to be said beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

NO_PAIRS = "No session has two submitted sorts yet."


@dataclass(frozen=True)
class Result:
    """A frame with the promised columns; ``notes`` are sentences for stderr, in order."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()

    def with_notes(self, *notes: str) -> Result:
        """The same with further notes; nothing is said beside no rows."""
        return Result(self.frame, (*self.notes, *notes)) if self.frame.height else self


Schema = Mapping[str, Any]
"""Columns in their order, with their types."""


def build_frame(columns: Mapping[str, Sequence[Any] | Any], schema: Schema) -> pl.DataFrame:
    """A frame of exactly these columns; what is no finite number becomes null."""
    frame = pl.DataFrame(
        {name: _plain(columns[name]) for name in schema}, schema_overrides=dict(schema)
    )
    return without_nan(frame.cast(pl.Schema(schema)))


def _plain(values: Any) -> Any:
    """Arrays of names as lists: polars would keep them as objects where the first is None."""
    is_names = isinstance(values, np.ndarray) and values.dtype == object
    return values.tolist() if is_names else values


def stack_frames(frames: Iterable[pl.DataFrame], schema: Schema) -> pl.DataFrame:
    """Frames below each other; an empty frame of the schema where there are none."""
    found = list(frames)
    return pl.concat(found) if found else pl.DataFrame(schema=dict(schema))


def without_nan(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with null for every nan and infinite number."""
    numbers = [name for name, kind in frame.schema.items() if kind.is_float()]
    return frame.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in numbers
    )
