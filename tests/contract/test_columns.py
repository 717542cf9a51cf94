"""The columns of every command that prints a table, in order: other people's scripts rely on them.

``columns/NAME.txt`` holds one column a line. A change there is a change of the contract: it needs a
line in CHANGELOG.md.
"""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest

from pqs_coder.cli.main import run

COLUMNS = Path(__file__).parent / "columns"
TABLES: dict[str, list[str]] = {
    "status": ["status"],
    "agreement-session": ["agreement"],
    "agreement-pair": ["agreement", "--by", "pair"],
    "agreement-rater": ["agreement", "--by", "rater"],
    "agreement-item": ["agreement", "--by", "item"],
    "agreement-study": ["agreement", "--by", "study"],
    "composite": ["composite"],
    "adherence": ["adherence"],
    "adherence-each-rater": ["adherence", "--each-rater"],
    "prototypes-list": ["prototypes", "list"],
    "prototypes-show": ["prototypes", "show", "exploratory"],
    "prototypes-compare": ["prototypes", "compare"],
    "adherence-detail": ["adherence", "--detail"],
    "matrix": ["matrix"],
    "differences": ["differences", "D3"],
    "third-raters": ["third-raters"],
    "drift": ["drift"],
    "portraits": ["portraits"],
    "bias": ["bias"],
    "items": ["items"],
    "items-pyramid": ["items", "--pyramid", "K4"],
    "raters-list": ["raters", "list"],
    "item-sets-list": ["item-sets", "list"],
    "item-sets-show": ["item-sets", "show", "pqs"],
    "show": ["show", "K4", "--rater", "anna"],
    "verify": ["verify"],
    "where": ["where"],
}


def ask(arguments: list[str], study: Path, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run([*arguments, "--study", str(study), "--format", form]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", TABLES)
def test_columns(name: str, demo_study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = (COLUMNS / f"{name}.txt").read_text().split()
    text = ask(TABLES[name], demo_study, "csv", capsys)
    assert next(csv.reader(io.StringIO(text))) == expected


@pytest.mark.parametrize("name", TABLES)
def test_json_is_flat_and_full(name: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = (COLUMNS / f"{name}.txt").read_text().split()

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    study = home / "study"
    rows = json.loads(ask(TABLES[name], study, "json", capsys), parse_constant=refuse)
    assert rows
    for row in rows:
        assert list(row) == expected
        for value in row.values():
            assert value is None or isinstance(value, str | int | float | bool)
            assert not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("more", ["", "ratings", "agreement"])
def test_columns_of_rating_forms(
    more: str, demo_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = [f"{n}={n % 7 + 1}" for n in range(1, 13)]
    for session in ("K4", "D3"):
        for rater in ("anna", "ben"):
            given = ["rate", session, "--form", "wai-s", "--rater", rater, *values]
            assert run([*given, "--study", str(demo_copy)]) == 0
    name, option = f"score{'-' * bool(more)}{more}", [f"--{more}"] * bool(more)
    expected = (COLUMNS / f"{name}.txt").read_text().split()
    rows = json.loads(ask(["score", *option], demo_copy, "json", capsys))
    assert len(rows) == {"": 12, "ratings": 48, "agreement": 3}[more]
    assert all(list(row) == expected for row in rows)


def test_files_by_suffix_hold_the_same_table(
    demo_study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import polars as pl

    for suffix in ("csv", "json", "parquet", "xlsx"):
        output = tmp_path / f"a.{suffix}"
        assert run(["agreement", "--study", str(demo_study), "-o", str(output)]) == 0
        assert output.stat().st_size > 0
    table = pl.read_parquet(tmp_path / "a.parquet")
    assert table.columns == (COLUMNS / "agreement-session.txt").read_text().split()
    assert json.loads((tmp_path / "a.json").read_text())[0]["r"] == table["r"][0]
    capsys.readouterr()
