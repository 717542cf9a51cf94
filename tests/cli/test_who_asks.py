"""Who is asking: the login is the system's, not what the environment says."""

from __future__ import annotations

import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from pqs_coder.errors import Exit
from tests.cli.conftest import Pqs


@pytest.fixture
def study_of_two(pqs: Pqs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study with a rater who is logged in here, and a lead who is not."""
    login = "worker"
    monkeypatch.setattr(pwd, "getpwuid", lambda _number: SimpleNamespace(pw_name=login))
    pqs("init", "s")
    path = tmp_path / "s" / "study.toml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + f'\n[raters.anna]\nlogin = "{login}"\n'
        + '\n[raters.boss]\nrole = "lead"\nlogin = "the-boss"\n',
        encoding="utf-8",
    )
    return tmp_path / "s"


@pytest.mark.parametrize("variable", ["USER", "LOGNAME", "LNAME", "USERNAME"])
def test_the_environment_makes_nobody_a_lead(
    pqs: Pqs, study_of_two, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "the-boss")
    answer = pqs("assign", "--balance", "--study", "s")
    assert answer.code != Exit.DONE
    assert "lead" in answer.err


def test_a_login_that_the_system_does_not_name_is_nobodys(
    pqs: Pqs, study_of_two, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_number: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert pqs("status", "--study", "s").code == Exit.DONE
