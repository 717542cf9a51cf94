"""The templates of the report: always escaping, never reaching outside their folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pqs_coder.store import files

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).resolve().parent / "templates"


@cache
def templates() -> Environment:
    """The environment: autoescape for every template; a missing name is an error."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _source(name: str) -> str:
    return files.read_bytes(FOLDER / name).decode("utf-8")


def render(name: str, **values: Any) -> str:
    """One template as text."""
    return templates().get_template(name).render(**values)
