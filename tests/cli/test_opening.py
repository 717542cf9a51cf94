"""``pqs`` without a command: the study at hand, else the demo or a new one; the screen is stood in for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pqs_coder.cli import studies
from pqs_coder.errors import Exit
from pqs_coder.store.study import Study
from pqs_coder.tui import app
from tests.cli.conftest import Pqs

Make = Callable[[Path], Study]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the screen was given."""
    given: dict[str, object] = {}

    def home(study: Study) -> int:
        given["home"] = study
        return 0

    def welcome(make_demo: Make, make_study: Make) -> int:
        given["demo"], given["new"] = make_demo, make_study
        return 0

    monkeypatch.setattr(studies, "need_terminal", lambda *_: None)
    monkeypatch.setattr(app, "run_home", home)
    monkeypatch.setattr(app, "run_welcome", welcome)
    return given


def test_inside_a_study_it_opens_the_study(pqs: Pqs, shown, tmp_path: Path, monkeypatch) -> None:
    pqs("init", "s", "--title", "Hours")
    inner = tmp_path / "s" / "sessions"
    monkeypatch.chdir(inner)
    assert pqs().code == Exit.DONE
    assert shown["home"].settings.title == "Hours"


def test_outside_it_offers_the_demo_and_a_new_study(pqs: Pqs, shown, tmp_path: Path) -> None:
    assert pqs().code == Exit.DONE
    assert "home" not in shown
    assert shown["demo"](tmp_path / "d").session_codes()
    assert shown["new"](tmp_path / "n").session_codes() == []


def test_a_folder_that_is_named_and_holds_none_is_no_invitation(pqs: Pqs, shown) -> None:
    answer = pqs("--study", "nowhere")
    assert answer.code == Exit.BAD_DATA
    assert "nowhere holds no study" in answer.err
    assert not shown


def test_demo_opens_what_it_made_and_what_was_there(pqs: Pqs, shown) -> None:
    assert pqs("demo", "d").code == Exit.DONE
    assert shown["home"].session_codes()
    again = pqs("demo", "d")
    assert again.code == Exit.DONE
    assert "it is opened as it is" in again.err
