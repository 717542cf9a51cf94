"""A study in which every question has an answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from pqs_coder.cli.main import run
from pqs_coder.store import files
from pqs_coder.store.sorts import digest_path, read_submitted, to_parquet


@pytest.fixture(scope="session")
def home(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study in which every question has an answer, and what goes with it."""
    folder = tmp_path_factory.mktemp("every")
    shutil.copytree(demo_study, folder / "other")
    study = Path(shutil.copytree(demo_study, folder / "study"))
    spread(study)
    with pytest.MonkeyPatch.context() as at:
        at.chdir(folder)
        fill(study)
    return folder


def spread(study: Path) -> None:
    """Submitted sorts as they come in real life: days apart, and not all of them when it is made."""
    for day, path in enumerate(sorted(study.glob("sessions/*/sorts/*.parquet"))):
        later = pl.duration(days=day)
        data = to_parquet(
            read_submitted(path).with_columns(
                pl.col("started_at") + later, pl.col("submitted_at") + later
            )
        )
        path.write_bytes(data)
        digest_path(path).write_text(f"{files.digest(data)}  {path.name}\n", encoding="ascii")


def fill(study: Path) -> None:
    """Ratings on a form, a criterion, a case of six sessions, and a file to take in."""
    where = ["--study", str(study)]
    for session in ("K4", "D3", "R2"):
        for rater, first in (("anna", 3), ("ben", 4)):
            values = [
                f"{item}={(item * first + len(session + rater)) % 7 + 1}" for item in range(1, 13)
            ]
            assert run(["rate", session, "--form", "wai-s", "--rater", rater, *values, *where]) == 0
    (study / "criteria").mkdir()
    shutil.copy(study / "prototypes" / "exploratory.csv", study / "criteria" / "D3.csv")
    assert run(["export", "-o", "all.csv", "--format", "wide", *where]) == 0
    sorts = pl.read_csv("all.csv", infer_schema=False)
    many = [
        sorts[place % sorts.height].with_columns(session=pl.lit(f"V{place}")) for place in range(6)
    ]
    pl.concat(many).write_csv("many.csv")
    assert run(["import", "many.csv", *where]) == 0
    with (study / "facts.csv").open("a", encoding="utf-8") as facts:
        for place in range(6):
            facts.write(f"V{place},willow,{place + 1},,,,\n")
    first = sorts.unique("session", keep="first", maintain_order=True)
    first.with_columns(rater=pl.lit("nora")).write_csv("wide.csv")
