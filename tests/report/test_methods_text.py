"""The methods paragraph: every word true of the study, and nothing said that was not done."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pqs_coder._version import __version__
from pqs_coder.model.prototype import Prototype
from pqs_coder.report.citations import CITATIONS
from pqs_coder.report.html import ReportOptions
from pqs_coder.report.material import Material
from pqs_coder.report.methods_text import (
    FOR_THE_AUTHORS,
    StudyCounts,
    cited,
    methods_paragraphs,
    versions,
)
from pqs_coder.report.sections.methods import counts
from pqs_coder.store.study import Study, open_study
from tests.report.conftest import Golden

EVERYTHING = {
    "agreement", "distinctive", "baseline", "decision", "drift", "adherence", "contrast", "compare",
    "change", "outcome", "structures", "reml",
}  # fmt: skip


def paragraphs(study: Study, used: set[str]) -> list[str]:
    material = Material(study, ReportOptions())
    return methods_paragraphs(
        study.item_set, study.settings, counts(material), material.prototypes, used
    )


@pytest.mark.parametrize("name", ["demo", "archive"])
def test_golden(name: str, demo_study: Path, archive: Path, golden: Golden) -> None:
    study = open_study(demo_study if name == "demo" else archive)
    text = "\n\n".join(paragraphs(study, EVERYTHING)) + "\n"
    golden(f"methods-{name}.txt", text.replace(__version__, "VERSION").encode())


def test_counts_are_those_of_the_folder(demo_study: Path) -> None:
    study = open_study(demo_study)
    found = counts(Material(study, ReportOptions()))
    files = list(demo_study.glob("sessions/*/sorts/*.parquet"))
    assert found.sorts == len(files)
    assert found.sessions == len({one.parent.parent.name for one in files})
    assert found.raters == len({one.stem for one in files})
    assert found.by_raters == {2: 4, 1: 1}
    assert found.cases == 2
    assert found.unforced == 0
    assert found.made_here == found.sorts
    assert found.hidden


def test_only_what_was_used_is_said(demo_study: Path) -> None:
    plain = " ".join(paragraphs(open_study(demo_study), {"agreement"}))
    whole = " ".join(paragraphs(open_study(demo_study), EVERYTHING))
    for words in ("Krippendorff", "Spearman-Brown"):
        assert words in plain
    for words in ("prototype", "Welch", "Mann", "varimax", "control charts", "re-pair"):
        assert words not in plain
    for words in ("prototype", "Welch", "Mann", "varimax", "control charts"):
        assert words in whole


def test_every_citation_has_its_reference_and_no_more(demo_study: Path) -> None:
    text = paragraphs(open_study(demo_study), EVERYTHING)
    names = set(
        re.findall(r"([A-Z][\w-]+(?:(?:, [A-Z][\w-]+)*(?: & [A-Z][\w-]+))?, \d{4})", " ".join(text))
    )
    names -= {one for one in names if any(one != other and other.endswith(one) for other in names)}
    assert names <= set(CITATIONS), names - set(CITATIONS)
    assert set(cited(text)) == {CITATIONS[name] for name in names}
    assert "Henderson, 1953" not in " ".join(text)


def test_references_are_whole_and_no_links() -> None:
    for key, text in CITATIONS.items():
        year = key[-4:]
        assert f"({year})" in text, key
        assert text.startswith(key.partition(",")[0].partition(" ")[0]), key
        assert text.endswith("."), key
        assert "http" not in text


def test_unforced_imported_and_open_studies_are_told_as_such(demo_study: Path) -> None:
    study = open_study(demo_study)
    found = StudyCounts(
        sessions=3, cases=0, raters=3, pairs=2, sorts=6, unforced=2, made_here=0,
        by_raters={3: 1, 2: 1, 1: 1}, transcripts=0, third={"unresolved": 1, "waiting": 1},
        with_third=1, hidden=False,
    )  # fmt: skip
    invented = Prototype("x", {1: 1.0}, title="An ideal", invented=True)
    text = " ".join(
        methods_paragraphs(study.item_set, study.settings, found, [invented], EVERYTHING)
    )
    assert "3 sessions were rated" in text
    assert "2 sorts of 6 did not keep these sizes" in text
    assert "All sorts were imported" in text
    assert "1 by three raters, 1 by two raters, 1 by one rater" in text
    assert "1 of them still under the threshold" in text
    assert "1 session under the threshold had no third rater" in text
    assert "bootstrapped over items (Efron, 1987)" in text
    assert "An ideal (invented)" in text
    assert "nor another rater's work" not in text
    assert "Transcripts" not in text


def test_a_study_with_sorts_opened_says_nothing_of_blindness(demo_copy: Path) -> None:
    toml = demo_copy / "study.toml"
    toml.write_text('opened = "all"\n' + toml.read_text())
    assert "nor another rater's work" not in " ".join(paragraphs(open_study(demo_copy), set()))


def test_what_the_program_cannot_know_is_left_to_the_authors() -> None:
    words = " ".join(FOR_THE_AUTHORS)
    for what in ("trained", "consented", "blind", "wording"):
        assert what in words


def test_versions_name_the_program_and_what_computes() -> None:
    found = dict(versions())
    assert found["pqs_coder"] == __version__
    assert found["polars"] == pl.__version__
    assert {"numpy", "scipy", "krippendorff", "altair"} <= set(found)
