"""What every command promises to scripts, command by command.

A table is a list of flat objects in JSON, the same rows in CSV and in every file that ``-o`` names;
results go to stdout and talk to stderr; where nobody sits at a terminal nothing is asked. A new
command that prints a table needs a line in `TABLES`.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import polars as pl
import pytest

from pqs_coder.cli.main import cli, run
from pqs_coder.errors import Exit

# A command that prints a table: arguments with which it has rows in the study below.
TABLES: dict[str, list[str]] = {
    "show": ["show K4 --rater anna"],
    "status": ["status"],
    "progress": ["progress"],
    "raters list": ["raters list"],
    "assign": ["assign --balance --per-session 3", "assign W6 ben"],
    "agreement": [f"agreement --by {by}" for by in ("session", "pair", "rater", "item", "study")],
    "matrix": ["matrix"],
    "differences": ["differences D3", "differences K4 --raters anna,ben"],
    "distinctive": ["distinctive"],
    "baseline": ["baseline"],
    "third-raters": ["third-raters"],
    "decision": ["decision", "decision --components"],
    "training": ["training", "training --feedback D3 --rater carla"],
    "drift": ["drift"],
    "portraits": ["portraits"],
    "bias": ["bias", "bias --by-item"],
    "composite": ["composite"],
    "consensus": ["consensus", "consensus D3"],
    "prototypes list": ["prototypes list"],
    "prototypes show": ["prototypes show exploratory"],
    "prototypes compare": ["prototypes compare"],
    "prototypes build": [
        "prototypes build K4 --id x",
        "prototypes build K4 --id x --show loadings",
        "prototypes build K4 --id x --method mean --show panel",
    ],
    "adherence": [
        "adherence",
        "adherence --each-rater",
        "adherence --detail",
        "adherence --by treatment",
        "adherence --partial exploratory --holding structured",
        "adherence --contrast exploratory structured",
    ],
    "items": ["items", "items --by phase --most 3", "items --pyramid K4"],
    "compare": ["compare treatment exploratory structured", "compare rater anna ben"],
    "change": ["change --case aspen", "change --points"],
    "outcome": ["outcome outcome"],
    "structures": [
        f"structures willow --components 2 --show {one}"
        for one in ("items", "summary", "scores", "parallel")
    ],
    "item-sets list": ["item-sets list"],
    "item-sets show": ["item-sets show pqs", "item-sets show wai-s"],
    "score": ["score", "score --agreement", "score --ratings"],
    "import": ["import wide.csv --dry-run"],
    "merge": ["merge other --everything"],
    "verify": ["verify --everything"],
    "where": ["where"],
}
# Without a terminal these have nothing to go on; what their answer must name.
ASKING = {
    "": "pqs --help",
    "demo d": "--no-open",
    "sort K4 --rater anna": "pqs place",
    "practice": "terminal",
    "rate K4 --form wai-s --rater anna": "ITEM=VALUE",
    "prototypes enter x": "pqs prototypes add",
    "show K4": "--rater",
    "assign": "--balance",
    "import wide.csv --keep-valid --keep-unforced": "--keep-valid",
    "plot pyramid": "--session",
    "plot compare": "--by",
    "table structures": "--case",
    "table outcome": "--outcome",
    "export": "--output",
    "prototypes build K4": "--id",
}
CASES = [line for lines in TABLES.values() for line in lines]


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


LEAVES = dict(leaves(cli))


def ask(
    home: Path, line: str, capsys: pytest.CaptureFixture[str], *more: str, study: str = "study"
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one call."""
    capsys.readouterr()
    where = () if line in ("", "demo d", "practice") else ("--study", str(home / study))
    code = run([*line.split(), *where, *more])
    said = capsys.readouterr()
    return code, said.out, said.err


def rows_of(text: str) -> list[dict[str, Any]]:
    """The rows of a JSON answer; NaN and Infinity are no JSON."""

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    rows: list[dict[str, Any]] = json.loads(text, parse_constant=refuse)
    assert isinstance(rows, list)
    return rows


def test_no_command_is_forgotten() -> None:
    printing = {path for path, command in LEAVES.items() if has_table(command)}
    assert printing == set(TABLES)
    for path, lines in TABLES.items():
        assert all(line.startswith(path) for line in lines)


def has_table(command: click.Command) -> bool:
    formats = [one.type for one in command.params if one.name == "form"]
    return any(isinstance(one, click.Choice) and "json" in one.choices for one in formats)


@pytest.mark.parametrize("path", LEAVES)
def test_help_says_what_every_option_means(path: str) -> None:
    command = LEAVES[path]
    assert command.help
    assert command.help.strip().endswith((".", "?"))
    silent = [
        one.opts[-1]
        for one in command.params
        if isinstance(one, click.Option) and not (one.help or "").strip()
    ]
    assert not silent


@pytest.mark.parametrize("line", CASES)
def test_a_table_is_the_same_in_every_format(
    line: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.chdir(home)
    done = {Exit.DONE, Exit.NO} if line.startswith("merge") else {Exit.DONE}
    code, out, err = ask(home, line, capsys, "--format", "json")
    assert code in done, err
    rows = rows_of(out)
    assert rows, err
    columns = list(rows[0])
    for row in rows:
        assert list(row) == columns
        for value in row.values():
            assert value is None or isinstance(value, str | int | float | bool)
            assert not isinstance(value, float) or math.isfinite(value)

    code, out, _ = ask(home, line, capsys, "--format", "csv")
    assert code in done
    table = list(csv.reader(io.StringIO(out)))
    assert table[0] == columns
    assert len(table) == len(rows) + 1

    code, out, _ = ask(home, line, capsys, "--format", "table")
    assert code in done
    assert out.strip()

    for suffix in (".json", ".csv", ".parquet", ".xlsx"):
        file = tmp_path / f"table{suffix}"
        code, out, err = ask(home, line, capsys, "-o", str(file))
        assert code in done, err
        assert out == ""
        assert str(file) in err
        if suffix == ".json":
            assert rows_of(file.read_text(encoding="utf-8")) == rows
        else:
            read = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".xlsx": pl.read_excel}
            frame = read[suffix](file)
            assert frame.columns == columns
            assert frame.height == len(rows)


@pytest.mark.parametrize("line", [lines[0] for lines in TABLES.values()])
def test_a_file_of_no_known_kind_is_refused_and_not_made(
    line: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.chdir(home)
    file = tmp_path / "table.doc"
    code, out, err = ask(home, line, capsys, "-o", str(file))
    assert code == Exit.USAGE
    assert out == ""
    assert ".parquet" in err
    assert not file.exists()


@pytest.mark.parametrize("line", CASES)
def test_a_study_without_sessions_is_no_fault(
    line: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.chdir(home)
    assert run(["init", str(tmp_path / "empty")]) == Exit.DONE
    code, out, err = ask(tmp_path, line, capsys, "--format", "json", study="empty")
    if code in (Exit.DONE, Exit.NO):
        assert rows_of(out) or err.strip()
    else:
        assert code in (Exit.USAGE, Exit.BAD_DATA), err
        assert out == ""
        title, cure = err.strip().splitlines()[0], err.strip().splitlines()[1:]
        assert ":" in title
        assert cure
        assert not err.rstrip().endswith(": .")


@pytest.mark.parametrize(
    "line", [one for one in CASES if not one.startswith(("where", "item-sets"))]
)
def test_outside_a_study_the_answer_says_how_to_name_one(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    code = run(line.split())
    said = capsys.readouterr()
    assert (code, said.out) == (Exit.BAD_DATA, "")
    assert "--study" in said.err


@pytest.mark.parametrize("line", ASKING)
def test_nothing_is_asked_where_nobody_sits_at_a_terminal(
    line: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    def ask_nobody(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a question was asked")

    monkeypatch.chdir(home)
    for name in ("confirm", "prompt"):
        monkeypatch.setattr(click, name, ask_nobody)
    code, out, err = ask(home, line, capsys)
    assert code == Exit.USAGE
    assert out == ""
    assert ASKING[line] in err
