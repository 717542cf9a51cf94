"""Texts that a spreadsheet would run as formulas, made harmless, and back again.

A text that begins with ``= + - @``, a tab or a carriage return gets an apostrophe in front; so does
one that begins with apostrophes before such a sign, which makes the rule reversible. Columns of
numbers are left alone.
"""

from __future__ import annotations

import re

import polars as pl

_SIGNS = r"[=+\-@\t\r]"
_RISKY = re.compile(rf"'*{_SIGNS}")
_GUARDED = re.compile(rf"'+{_SIGNS}")


def guarded(text: str) -> str:
    """``text`` as a spreadsheet may have it.

    >>> guarded("=1+1"), guarded("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def guard_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """All text columns guarded."""
    risky = rf"\A'*{_SIGNS}"
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(risky))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in _texts(frame)
    )


def unguard_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """All text columns as they were before `guard_frame`."""
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(rf"\A'+{_SIGNS}"))
        .then(pl.col(name).str.slice(1))
        .otherwise(pl.col(name))
        .alias(name)
        for name in _texts(frame)
    )


def _texts(frame: pl.DataFrame) -> list[str]:
    return [name for name, kind in frame.schema.items() if kind == pl.String]
