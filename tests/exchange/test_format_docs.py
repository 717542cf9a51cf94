"""The page on formats names every format, suffix and action that the program has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.exchange.any_file import SUFFIXES
from pqs_coder.exchange.formats import FORMATS
from pqs_coder.exchange.long import USUAL as LONG
from pqs_coder.exchange.merge import ACTIONS
from pqs_coder.exchange.web_tools import IDENTITIES
from pqs_coder.exchange.wording import FIELDS
from pqs_coder.store.sorts import SORT_SCHEMA
from pqs_coder.store.transcripts import SUFFIXES as TRANSCRIPTS
from pqs_coder.store.transcripts.columns import USUAL as COLUMNS
from tests.exchange.frames import FRAMES

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE
    assert all(f"`{suffix}`" in PAGE for suffix in FORMATS[name].suffixes)


def test_every_word_that_is_understood_is_named() -> None:
    names = [*SORT_SCHEMA, *ACTIONS, *SUFFIXES, *TRANSCRIPTS]
    for usual in (*LONG.values(), *COLUMNS.values()):
        names += usual
    names += [*FRAMES, *FIELDS]
    names += [name for name in IDENTITIES if name != "urlUserCode"]
    plain = PAGE.replace("`", " ").replace(",", " ").replace(";", " ").replace(".\n", " ").split()
    missing = [name for name in names if name not in plain and f"{name}." not in plain]
    assert missing == []
