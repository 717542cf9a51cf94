"""docs/columns.md holds the columns of every table, in order, and says what each of them is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pqs_coder.analysis.structure_tables import LAG_SCHEMA
from pqs_coder.cli.main import run
from tests.contract.test_every_command import CASES

PAGE = (Path(__file__).parents[2] / "docs" / "columns.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^ {4}pqs (.+)\n {8}(.+)$", PAGE, re.MULTILINE))
TOLD = set(re.findall(r"`([^`]+)`", " ".join(re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE))))
# What stands on the page, asked with what it leaves open.
ASKED = {
    "agreement": "agreement --by session",
    "show SESSION": "show K4 --rater anna",
    "assign --balance": "assign --balance --per-session 3",
    "assign SESSION RATER": "assign W6 ben",
    "differences SESSION": "differences D3",
    "consensus SESSION": "consensus D3",
    "training --feedback SESSION": "training --feedback D3 --rater carla",
    "adherence --by COLUMN": "adherence --by treatment",
    "adherence --partial ID": "adherence --partial exploratory --holding structured",
    "adherence --contrast ID ID": "adherence --contrast exploratory structured",
    "prototypes show ID": "prototypes show exploratory",
    "prototypes build SESSION": "prototypes build K4 --id x",
    "prototypes build SESSION --show loadings": "prototypes build K4 --id x --show loadings",
    "prototypes build SESSION --show panel": "prototypes build K4 --id x --method mean --show panel",
    "items --pyramid SESSION": "items --pyramid K4",
    "compare COLUMN A B": "compare treatment exploratory structured",
    "change": "change --case aspen",
    "outcome COLUMN": "outcome outcome",
    "structures CASE": "structures willow --components 2 --show items",
    **{
        f"structures CASE --show {one}": f"structures willow --components 2 --show {one}"
        for one in ("summary", "scores", "parallel")
    },
    "item-sets show ID": "item-sets show pqs",
    "import FILE": "import wide.csv --dry-run",
    "merge OTHER": "merge other --everything",
    "verify": "verify --everything",
}
LAGS = "structures CASE --show lags"  # it takes twenty sessions
SAME = {  # other ways to ask for a table that stands there
    "differences K4 --raters anna,ben",
    "items --by phase --most 3",
    "compare rater anna ben",
    "item-sets show wai-s",
}


def test_every_table_stands_on_the_page() -> None:
    told = [ASKED.get(one, one) for one in BLOCKS if one != LAGS]
    assert sorted([*told, *SAME]) == sorted(CASES)
    assert set(ASKED) <= set(BLOCKS)


@pytest.mark.parametrize("name", [one for one in BLOCKS if one != LAGS])
def test_the_columns_are_those_of_the_page(
    name: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    capsys.readouterr()
    line = ASKED.get(name, name)
    assert run([*line.split(), "--study", "study", "--format", "csv"]) in (0, 1)
    assert capsys.readouterr().out.splitlines()[0] == BLOCKS[name].replace(", ", ",")


def test_the_columns_of_lags_are_those_of_the_page() -> None:
    assert BLOCKS[LAGS].split(", ") == list(LAG_SCHEMA)


def test_every_column_is_explained() -> None:
    def explained(column: str) -> bool:
        ends = ("_low", "_high", "_hash", "_chance")
        return (
            column in TOLD
            or (column.startswith("n_") and "n_..." in TOLD)
            or any(column.endswith(end) and f"...{end}" in TOLD for end in ends)
            or column in {"icc2", "icc3", "icc1k", "icc2k"}  # icc1 ... icc3k
        )

    columns = {column for row in BLOCKS.values() for column in row.split(", ")}
    assert sorted(one for one in columns if not explained(one)) == []
