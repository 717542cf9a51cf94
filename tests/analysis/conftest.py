"""Tidy tables for the analyses: made from dictionaries, from draws, and from real sorts."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pqs_coder.analysis.context import Context
from pqs_coder.model.prototype import Prototype
from pqs_coder.model.study import Facts
from pqs_coder.store.sorts import SORT_SCHEMA

DATA = Path(__file__).parent / "data"
PQS_SIZES = (5, 8, 12, 16, 18, 16, 12, 8, 5)
PQS_DECK = np.repeat(np.arange(1, 10), PQS_SIZES)

Sorts = Mapping[tuple[str, str], Sequence[float | None]]


def tidy_frame(sorts: Sorts, **same: object) -> pl.DataFrame:
    """The tidy table of sorts given as {(session, rater): piles of items 1, 2, 3, ...}."""
    rows = []
    for (session, rater), piles in sorts.items():
        labels = {
            "session": session,
            "rater": rater,
            "kind": "rater",
            "occasion": 1,
            "revision": 1,
            "item_set": "set",
            "item_set_hash": "hash",
            "forced": True,
            **same,
        }
        rows += [
            {**labels, "item": item, "pile": pile}
            for item, pile in enumerate(piles, 1)
            if pile is not None
        ]
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in SORT_SCHEMA}, schema=SORT_SCHEMA
    )


def read_caq(path: Path, forced_only: bool = False) -> pl.DataFrame:
    """Acquaintance sorts (wide CSV) as a tidy table, the person as session."""
    sorts = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            piles = [int(row[f"item{n}"]) for n in range(1, 101)]
            if not forced_only or sorted(piles) == PQS_DECK.tolist():
                sorts[row["person"], row["rater"]] = piles
    return tidy_frame(sorts)


def read_template(path: Path) -> Prototype:
    with path.open(newline="") as file:
        scores = {int(row["item"]): float(row["score"]) for row in csv.DictReader(file)}
    return Prototype("template", scores)


@pytest.fixture(scope="session")
def tidy() -> Callable[..., pl.DataFrame]:
    return tidy_frame


@pytest.fixture(scope="session")
def caq() -> pl.DataFrame:
    """Persons 1 to 6 of the acquaintance sorts."""
    return read_caq(DATA / "caq_persons_1_to_6.csv")


@pytest.fixture(scope="session")
def caq_all(shared: Callable[[str], Path]) -> pl.DataFrame:
    """The 225 exactly forced acquaintance sorts."""
    return read_caq(shared("data/sorts/caq_acquaintances.csv"), forced_only=True)


@pytest.fixture(scope="session")
def template() -> Prototype:
    return read_template(DATA / "caq_template.csv")


@pytest.fixture
def draw() -> Callable[..., Sorts]:
    """Forced PQS-like sorts of sessions that differ: {(session, rater): piles}."""

    def make(
        raters_of: Mapping[str, Sequence[str]], seed: int = 1, noise: float = 1.0
    ) -> dict[tuple[str, str], list[int]]:
        rng = np.random.default_rng(seed)
        shared_picture = rng.normal(size=100)
        sorts = {}
        for session, raters in raters_of.items():
            truth = shared_picture + rng.normal(size=100)
            for rater in raters:
                order = np.argsort(truth + noise * rng.normal(size=100))
                piles = np.empty(100, dtype=int)
                piles[order] = PQS_DECK
                sorts[session, rater] = piles.tolist()
        return sorts

    return make


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a study of the PQS on disk with submitted sorts (and more), and gives its folder."""
    from pqs_coder.store import files
    from pqs_coder.store.making import make_session_folder, make_study
    from pqs_coder.store.sorts import write_submitted
    from pqs_coder.store.study import SortPaths, open_study
    from pqs_coder.store.tables import write_table

    def make(
        sorts: Sorts,
        *,
        sessions: Sequence[str] = (),
        assigned: Sequence[tuple[str, str]] = (),
        facts: Sequence[Sequence[str]] = (),
        settings: str = "",
    ) -> Path:
        folder = tmp_path / "study"
        make_study(folder)
        if settings:
            path = folder / "study.toml"
            files.write_whole(path, path.read_bytes() + settings.encode())
        study = open_study(folder)
        for code in dict.fromkeys([*(session for session, _ in sorts), *sessions]):
            make_session_folder(folder, code)
        same = {"item_set": "pqs", "item_set_hash": study.item_set.hash}
        for (session, rater), piles in sorts.items():
            paths = SortPaths(folder / "sessions" / session / "sorts", rater)
            files.make_folder(paths.folder)
            write_submitted(paths, 1, tidy_frame({(session, rater): piles}, **same))
        if assigned:
            write_table(folder / "assignments.csv", ["session", "rater"], assigned)
        if facts:
            write_table(folder / "facts.csv", facts[0], facts[1:])
        return folder

    return make


@pytest.fixture(scope="session")
def archive() -> tuple[pl.DataFrame, Context]:
    """The invented archive, with what was planted in it, and its facts."""
    from pqs_coder.exchange.archive_demo import archive_sorts

    frames, facts = [], {}
    for one in archive_sorts():
        when = datetime.fromisoformat(one.sorted_on).replace(tzinfo=UTC)
        sorts = {(one.code, rater): piles for rater, piles in one.sorts.items()}
        frames.append(tidy_frame(sorts, submitted_at=when, item_set="pqs"))
        facts[one.code] = Facts(
            one.code,
            case=one.case,
            number=str(one.number),
            treatment=one.treatment,
            phase=one.phase,
            outcome=str(one.outcome),
            more={"outcome_pre": str(one.outcome_pre), "outcome_post": str(one.outcome_post)},
        )
    return pl.concat(frames), Context(sessions=tuple(facts), facts=facts)
