"""report, plot, table: one command makes each; files by suffix; blindness; help without weight."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pqs_coder.cli import reporting
from pqs_coder.errors import Exit
from pqs_coder.exchange.archive_demo import LONG_CASE, TREATMENT_A, TREATMENT_B
from pqs_coder.exchange.demo import make_archive
from pqs_coder.report.catalogue import PICTURES
from pqs_coder.report.table_catalogue import TABLES
from tests.cli.conftest import Pqs
from tests.report.page import Page

ROOT = Path(__file__).resolve().parents[2]
GROUPS = ("--by", "treatment", "--groups", TREATMENT_A, TREATMENT_B)
LONG = ("--case", LONG_CASE)
ASKED: dict[str, tuple[str, ...]] = {
    "pyramid": ("--session", "CC34"),
    "differences": ("--session", "CC34"),
    "compare": GROUPS,
    "change": LONG,
    "structures": LONG,
    "structure-summary": LONG,
    "structure-scores": LONG,
    "parallel": LONG,
    "lags": LONG,
    "scree": LONG,
    "adherence-groups": ("--by", "treatment"),
    "outcome": ("--outcome", "outcome_post"),
}
SHOWN = {
    "sessions": ("SX20", "threshold"),
    "raters": ("emil", ".64"),
    "third-raters": ("first two", "threshold"),
    "drift": ("gus",),
    "adherence": ("exploratory", "alder 2 BX82"),
    "pyramid": ("18/18", "5/5"),
    "compare": ("57 Explains the rationale", "2.58 [1.33, 3.84]"),
    "change": ("prototype exploratory",),
    "structures": ("1 ", "2 "),
    "scree": ("1 sorts", "10.02"),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "study"
    make_archive(folder)
    return folder


def test_the_names_are_those_of_the_catalogues() -> None:
    assert tuple(PICTURES) == reporting.PICTURES
    assert tuple(TABLES) == reporting.TABLES


def test_help_needs_neither_tables_nor_pictures() -> None:
    for command in ("report", "plot", "table"):
        code = (
            f"import sys; sys.argv = ['pqs', '{command}', '--help']\n"
            "from pqs_coder.__main__ import main\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\n"
            "print('--loaded--', *sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        loaded = set(done.stdout.partition("--loaded--")[2].split())
        assert not loaded & {"polars", "numpy", "altair", "jinja2", "docx", "textual"}


def test_text_pictures_need_no_frames() -> None:
    code = "import pqs_coder.report.text_plots, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not set(done.stdout.split()) & {"polars", "numpy", "altair", "vl_convert", "jinja2"}


# -- report ----------------------------------------------------------------------------------------


def test_report_says_where_it_is(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    answer = pqs("report", "--study", demo_study)
    assert answer.code == 0
    assert answer.out == "pqs-report.html\n"
    assert "no network" in answer.err
    file = tmp_path / "pqs-report.html"
    assert Page(file.read_bytes()).says("Demo study (invented)")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("option", "name", "title"),
    [
        ("--case", "aspen", "case aspen"),
        ("--session", "k4", "session K4"),
        ("--rater-feedback", "Anna", "feedback for anna"),
    ],
)
def test_variants(
    option: str, name: str, title: str, pqs: Pqs, demo_study: Path, tmp_path: Path
) -> None:
    answer = pqs("report", option, name, "--study", demo_study)
    assert answer.code == 0, answer.err
    page = Page((tmp_path / f"pqs-report-{name}.html").read_bytes())
    assert page.headings[0][1] == f"Demo study (invented): {title}"
    assert page.outside == []


def test_report_to_a_file_and_to_stdout(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    asked = ("report", "--session", "K4", "--study", demo_study)
    assert pqs(*asked, "-o", tmp_path / "a.html").code == 0
    answer = pqs(*asked, "-o", "-")
    assert answer.out.startswith("<!DOCTYPE html>")
    assert answer.err == ""
    assert len(answer.out.encode()) == (tmp_path / "a.html").stat().st_size


def test_report_refuses_what_makes_no_sense(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    assert pqs("report", "--case", "oak", "--study", demo_study).code == Exit.BAD_DATA
    both = pqs("report", "--case", "aspen", "--session", "K4", "--study", demo_study)
    assert both.code == Exit.USAGE
    for about in ((), ("--case", "aspen")):
        groups = pqs("report", *about, "--groups", "nope", "--study", demo_study)
        assert groups.code == Exit.USAGE
        assert "no column 'nope'" in groups.err
        assert "treatment" in groups.err
    assert list(tmp_path.glob("*.html")) == []


def test_a_report_of_an_empty_study_says_so(pqs: Pqs, demo_study: Path) -> None:
    assert pqs("init", "new").code == 0
    answer = pqs("report", "--study", "new")
    assert answer.code == 0
    assert "Nobody has submitted a sort yet" in answer.err
    assert "0.0 MB" not in answer.err
    assert "Nobody has" not in pqs("report", "--study", demo_study).err


def test_a_rater_gets_the_own_feedback_only(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    as_anna = ("--study", demo_study, "--as", "anna")
    for asked in ((), ("--case", "aspen"), ("--session", "K4"), ("--rater-feedback", "ben")):
        answer = pqs("report", *asked, *as_anna)
        assert answer.code == Exit.USAGE, asked
        assert list(tmp_path.glob("*.html")) == []
    assert pqs("report", "--rater-feedback", "anna", *as_anna).code == 0
    text = (tmp_path / "pqs-report-anna.html").read_text(encoding="utf-8")
    for word in ("ben", "carla", "aspen", "birch"):
        assert f" {word}" not in text


# -- plot ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", reporting.PICTURES)
def test_every_picture_in_text_and_drawn(
    kind: str, pqs: Pqs, archive: Path, tmp_path: Path
) -> None:
    asked = ("plot", kind, *ASKED.get(kind, ()), "--study", archive)
    answer = pqs(*asked)
    assert answer.code == 0, answer.err
    for words in SHOWN[kind]:
        assert words in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100
    assert pqs(*asked, "-o", tmp_path / "a.svg").code == 0
    svg = ElementTree.fromstring((tmp_path / "a.svg").read_bytes())
    assert len(svg.get("aria-label") or "") > 20


def test_lines_of_a_case_groups_and_one_rater(pqs: Pqs, archive: Path) -> None:
    case = pqs("plot", "adherence", "--case", "LARCH", "--study", archive).out
    assert "30 " in case
    assert "alder" not in case
    groups = pqs("plot", "adherence", "--by", "treatment", "--width", 140, "--study", archive).out
    assert f"{TREATMENT_A} structured" in groups
    chart = pqs("plot", "drift", "--rater", "gus", "--study", archive).out
    assert chart.startswith("gus")
    assert chart.count("\n") == 1


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!DOCTYPE"), ("SVG", b"<svg")],
)
def test_pictures_by_suffix(
    suffix: str, begins: bytes, pqs: Pqs, demo_study: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"a.{suffix}"
    answer = pqs("plot", "sessions", "-o", file, "--study", demo_study)
    assert answer.code == 0, answer.err
    assert file.read_bytes().startswith(begins)


def test_what_a_picture_needs_is_asked_for(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    for kind, option in (("pyramid", "--session"), ("change", "--case"), ("compare", "--groups")):
        answer = pqs("plot", kind, "--study", demo_study)
        assert answer.code == Exit.USAGE
        assert option in answer.err
    wrong = pqs("plot", "sessions", "-o", tmp_path / "a.gif", "--study", demo_study)
    assert wrong.code == Exit.USAGE
    assert ".svg, .png, .pdf, .html" in wrong.err
    nothing = pqs("plot", "adherence", "--case", "oak", "--study", demo_study)
    assert nothing.code == Exit.BAD_DATA
    assert "aspen, birch" in nothing.err


def test_pictures_of_nothing_say_so(pqs: Pqs) -> None:
    pqs("init", "s")
    for kind in ("sessions", "raters", "third-raters", "drift", "adherence"):
        answer = pqs("plot", kind, "--study", "s")
        assert answer.code == Exit.BAD_DATA, kind
        assert "nothing to draw" in answer.err


# -- table -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [one for one in reporting.TABLES if one != "training"])
def test_every_table(kind: str, pqs: Pqs, archive: Path) -> None:
    answer = pqs("table", kind, *ASKED.get(kind, ()), "--study", archive)
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0].startswith("*")
    assert lines[3].startswith("|---")
    assert len(lines) > 4


@pytest.mark.parametrize(
    ("suffix", "begins"), [("md", b"*Agree"), ("html", b"<!DOC"), ("csv", b"Sess"), ("docx", b"PK")]
)
def test_tables_by_suffix(
    suffix: str, begins: bytes, pqs: Pqs, demo_study: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"a.{suffix}"
    assert pqs("table", "sessions", "-o", file, "--study", demo_study).code == 0
    assert file.read_bytes().startswith(begins)


def test_table_refuses(pqs: Pqs, demo_study: Path, tmp_path: Path) -> None:
    wrong = pqs("table", "sessions", "-o", tmp_path / "a.xyz", "--study", demo_study)
    assert wrong.code == Exit.USAGE
    assert ".docx" in wrong.err
    training = pqs("table", "training", "--study", demo_study)
    assert training.code == Exit.BAD_DATA
    assert "nothing to print" in training.err


def test_pictures_and_tables_tell_a_rater_nothing_of_others(pqs: Pqs, demo_study: Path) -> None:
    for command, kinds in (("plot", reporting.PICTURES), ("table", reporting.TABLES)):
        for kind in kinds:
            for asked in (
                (), ("--session", "K4"), ("--case", "aspen"), ("--by", "treatment"),
                ("--by", "rater", "--groups", "anna", "anna"),
            ):  # fmt: skip
                answer = pqs(command, kind, *asked, "--study", demo_study, "--as", "anna")
                assert answer.code != Exit.BUG, (kind, answer.err)
                told = answer.out + answer.err
                for word in ("ben", "carla", "birch", "2024-"):
                    assert word not in told, (command, kind, asked, told)
                if "aspen" not in asked:
                    assert "aspen" not in told, (command, kind, asked)
