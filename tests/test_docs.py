"""The documents say what is true now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.make import GENERATED

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("sessions/*.md")])


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_what_the_program_says(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == GENERATED[name](), "run make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_holds_the_path_of_a_machine(page: Path) -> None:
    assert not re.search(
        r"(?<![\w.])/(root|home|tmp|work|Users)/", page.read_text(encoding="utf-8")
    )
