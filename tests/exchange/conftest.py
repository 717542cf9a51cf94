"""An awkward study for every writer: signs, letters, lines and gaps that break weak formats."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pqs_coder.model.card import Card
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.making import make_study
from pqs_coder.store.sorts import SortLabels, sort_frame
from pqs_coder.store.study import Study, open_study
from tests.exchange.made_up_sorts import made_up, piles_for

GOLDEN = Path(__file__).parents[1] / "golden" / "exchange"
NOTES = {
    1: "=HYPERLINK(\"http://x\",\"y\")",
    2: "two lines,\nwith \"quotes\", and a comma",
    3: "-not a number; 'quoted'",
    4: "'=already guarded",
    5: "Ängstlich – “so” 悲しい 😶 é",
    6: "[pause] [/] &amp; <b>",
    7: "\tbegins with a tab",
    8: " blanks around ",
    9: "@anna: ask",
    10: "+1",
    11: "ends with return\r",
    12: "'",
    13: "null",
    14: "1e5",
    15: "true",
}  # fmt: skip
EVIDENCE = {1: ("12", "40"), 2: ("all",), 50: ("3", "00:12:30")}


@pytest.fixture(scope="session")
def deck() -> ItemSet:
    """100 items in nine piles, invented."""
    return made_up()


@pytest.fixture(scope="session")
def awkward(deck: ItemSet) -> pl.DataFrame:
    """The tidy table of five sorts, everything awkward in it."""
    who = [
        ("Größe-3", "Åsa"),
        ("Größe-3", "李雷"),
        ("S1", "Åsa"),
        ("S1", "anna_b"),
        ("120", "anna_b"),
    ]
    frames = []
    for seed, (session, rater) in enumerate(who):
        piles = piles_for(deck, seed)
        rich = seed in (0, 3)
        cards = {
            n: Card(
                pile=pile,
                heap=(n % 3 - 1) if rich else None,
                unsure=rich and n % 17 == 0,
                note=NOTES.get(n, "") if rich else "",
                evidence=EVIDENCE.get(n, ()) if rich else (),
                moves=n % 4,
            )
            for n, pile in piles.items()
        }
        labels = SortLabels(
            session=session,
            rater=rater,
            item_set=deck.id,
            item_set_hash=deck.hash,
            transcript_hash="ab" * 32 if rich else None,
            started_at="2026-01-31T09:30:00.000001Z" if rich else None,
            submitted_at="2026-02-01T00:00:00.500000Z",
        )
        seconds = {n: n / 7 for n in piles} if rich else None
        frames.append(sort_frame(deck, cards, labels, seconds))
    return pl.concat(frames)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """An empty study with the shipped PQS."""
    make_study(tmp_path / "study", title="Test")
    return open_study(tmp_path / "study")


@pytest.fixture
def golden() -> Callable[[str, bytes], None]:
    """Compare bytes with a golden file; WRITE_GOLDEN=1 writes it anew.

    The packed members of zip containers are compared, not the packing, which differs with zlib.
    """

    def check(name: str, data: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("WRITE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        expected = path.read_bytes()
        if data[:4] == b"PK\x03\x04":
            assert unpacked(data) == unpacked(expected)
        else:
            assert data == expected

    return check


def unpacked(data: bytes) -> dict[str, bytes]:
    """The members of a zip container."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
