"""What happens to stdout is the reader's business: it may leave early, and a disk may be full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pqs_coder.errors import Exit
from tests.cli.conftest import Pqs
from tests.tui.terminal_driver import TerminalDriver
from tests.tui.terminal_driver import pqs as pqs_command

ROOT = Path(__file__).parents[2]


def start(study: Path, stdout: int) -> subprocess.Popen[str]:
    line = ["composite", "--format", "csv", "--study", str(study)]
    return subprocess.Popen(
        [sys.executable, "-m", "pqs_coder", *line],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_a_reader_that_leaves_early_is_no_fault(demo_study: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with start(demo_study, writing) as process:
        os.close(writing)
        _, err = process.communicate()
    assert process.returncode == Exit.DONE
    assert "fault" not in err
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="SKIPPED ALOUD: no /dev/full here")
def test_a_full_disk_behind_stdout_is_told_and_is_no_fault(demo_study: Path) -> None:
    with Path("/dev/full").open("w") as full, start(demo_study, full.fileno()) as process:
        _, err = process.communicate()
    assert process.returncode == Exit.BAD_DATA
    assert "Not saved" in err
    assert "free some room" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_file_is_what_its_name_says(
    demo_study: Path, tmp_path: Path, pqs: Pqs, form: str
) -> None:
    line = ["composite", "--study", demo_study, "--format", form, "-o"]
    other = tmp_path / "numbers.xlsx"
    refused = pqs(*line, other)
    assert refused.code == Exit.USAGE
    assert f"numbers.{form}" in refused.err
    assert not other.exists()
    bare, named = tmp_path / "numbers", tmp_path / f"numbers.{form}"
    assert pqs(*line, bare).code == pqs(*line, named).code == Exit.DONE
    assert bare.read_bytes() == named.read_bytes()


def test_a_file_without_a_suffix_is_told_what_it_lacks(
    demo_study: Path, tmp_path: Path, pqs: Pqs
) -> None:
    answer = pqs("composite", "--study", demo_study, "-o", tmp_path / "numbers")
    assert answer.code == Exit.USAGE
    assert ".csv, .json, .parquet, .xlsx" in answer.err


def test_a_table_fits_the_terminal_and_is_whole_elsewhere(demo_study: Path, pqs: Pqs) -> None:
    line = ("agreement", "--study", demo_study)
    with TerminalDriver(pqs_command(*line), (80, 40)) as terminal:
        assert terminal.wait_for_end() == Exit.DONE
        lines = bytes(terminal.written).decode().splitlines()
    table = [one for one in lines if one.startswith(("session ", "D3 "))]
    assert len(table) == 2
    assert all(len(one) <= 80 for one in table)
    assert "icc1" not in table[0]
    assert any("Left out to fit 80 columns: icc1, icc2" in one for one in lines)
    whole = pqs(*line)
    assert "icc1" in whole.out.splitlines()[0]
    assert "Left out to fit" not in whole.err
