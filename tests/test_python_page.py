"""docs/python.md runs as it stands, and the front door is typed and tells what it is."""

from __future__ import annotations

import ast
import inspect
import pydoc
import re
from importlib import import_module
from pathlib import Path

import pytest

import pqs_coder

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def said(demo_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the names on the page mean once all of it has run beside a demo study."""
    (tmp_path / "study").symlink_to(demo_study)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/python.md", "exec"), names)
    return names


def test_the_page_runs_and_its_comments_are_true(said, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(BLOCKS) == 5
    assert said["sorts"].height == 900
    assert said["piles"].shape == (2, 100)
    assert said["icc"].icc3.low < said["icc"].icc3.value < said["icc"].icc3.high
    assert said["stats"].q_correlation(said["many"]).shape == (2, 2, 2)
    assert said["wide"].columns == ["session", "exploratory", "structured"]
    assert set(said["by_session"]["session"]) >= set(said["low"]["session"])
    assert said["portrait"].notes
    assert "pqs init" in str(said["PqsError"]("x", "pqs init"))


def test_the_page_agrees_with_the_command(said, capsys: pytest.CaptureFixture[str]) -> None:
    from pqs_coder.cli.main import run

    capsys.readouterr()
    assert run(["agreement", "--study", "study", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(",") == said["by_session"].columns
    assert len(lines) == said["by_session"].height + 1


def test_help_names_what_there_is() -> None:
    text = pydoc.render_doc(pqs_coder, renderer=pydoc.plaintext)
    for name in (*pqs_coder.__all__, "pqs_coder.analysis", "pqs_coder.stats", "docs/python.md"):
        assert name in text


def test_a_type_checker_knows_the_front_door() -> None:
    package = ROOT / "pqs_coder"
    assert (package / "py.typed").exists()
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    (told,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {one.name for node in told.body for one in getattr(node, "names", ())}
    assert imported == {*pqs_coder.__all__} - {"__version__"}
    for name in imported:
        called = inspect.signature(getattr(pqs_coder, name))
        kinds = [str(one.annotation) for one in called.parameters.values()]
        for kind in (*kinds, str(called.return_annotation)):
            assert "Any" not in kind
            assert "_empty" not in kind


@pytest.mark.parametrize("name", ["stats", "analysis"])
def test_a_type_checker_knows_every_public_name(name: str) -> None:
    package = import_module(f"pqs_coder.{name}")
    stub = ROOT / "pqs_coder" / name / "__init__.pyi"
    typed = {
        one.asname: (node.module or "").removeprefix(f"pqs_coder.{name}.")
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    assert typed == package._HOME, f"every public name stands in {stub.name}, too"


def test_a_sealed_study_is_read_with_its_key(
    demo_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pqs_coder.store.sealing import seal_study
    from pqs_coder.store.vault import write_key_file

    study = pqs_coder.open_study(demo_copy)
    notes = study.sorts(columns=["note"])["note"].to_list()
    assert any(notes)
    key = tmp_path / "key"
    write_key_file(key)
    seal_study(study, key_file=key)
    assert not any(pqs_coder.open_study(demo_copy).sorts(columns=["note"])["note"])
    monkeypatch.setenv("PQS_KEY_FILE", str(key))
    assert pqs_coder.open_study(demo_copy).sorts(columns=["note"])["note"].to_list() == notes
