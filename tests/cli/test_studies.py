"""init, add, raters: making a study, and what is refused with nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.desk.opening import session_transcript
from pqs_coder.store.study import open_study
from pqs_coder.tui.settings import settings_file
from tests.cli.conftest import Pqs

TALK = "Therapist: How was it?\nPatient: [pause] Hm.\n"


def files_in(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_init_makes_a_study(pqs: Pqs, tmp_path: Path) -> None:
    assert pqs("init", tmp_path / "s", "--title", 'A "fine" title').code == 0
    study = open_study(tmp_path / "s")
    assert study.settings.title == 'A "fine" title'
    assert study.settings.threshold == 0.5
    assert len(study.item_set.items) == 100


def test_init_inside_a_study_is_refused(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    answer = pqs("init", "s/inner")
    assert answer.code == 3
    assert "holds a study already" in answer.err
    assert not (tmp_path / "s" / "inner").exists()


def test_init_with_an_unknown_item_set_makes_nothing(pqs: Pqs, tmp_path: Path) -> None:
    answer = pqs("init", "s", "--item-set", "nosuch")
    assert answer.code == 3
    assert "Known item sets: " in answer.err
    assert not (tmp_path / "s").exists()


def test_add_copies_the_file_and_hides_the_facts(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    source = tmp_path / "case 7 hour 3.txt"
    source.write_text(TALK, encoding="utf-8")
    answer = pqs(
        "add", source, "--study", "s", "--case", "C7", "--number", "3", "--set", "treatment=A"
    )
    assert answer.code == 0
    code = answer.out.strip()
    folder = tmp_path / "s" / "sessions" / code
    assert (folder / "transcript.txt").read_text(encoding="utf-8") == TALK
    seen_by_raters = (folder / "session.toml").read_text() + " ".join(files_in(folder))
    assert "C7" not in seen_by_raters
    assert "case 7" not in seen_by_raters
    study = open_study(tmp_path / "s")
    assert study.facts()[code].case == "C7"
    assert study.facts()[code].treatment == "A"
    transcript = session_transcript(study, code)
    assert transcript is not None
    assert [turn.text for turn in transcript.turns] == ["How was it?", "[pause] Hm."]


def test_columns_that_were_named_are_kept(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    source = tmp_path / "a.csv"
    source.write_text("wer,was\nT,hallo\nP,[lacht]\n", encoding="utf-8")
    refused = pqs("add", source, "--study", "s", "--session", "A1")
    assert refused.code == 3
    assert "line 1" in refused.err
    named = ("--speaker-column", "wer", "--text-column", "was")
    assert pqs("add", source, "--study", "s", "--session", "A1", *named).code == 0
    transcript = session_transcript(open_study(tmp_path / "s"), "a1")
    assert transcript is not None
    assert [turn.text for turn in transcript.turns] == ["hallo", "[lacht]"]


def test_one_bad_file_adds_nothing(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    (tmp_path / "good.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"T: fine\nP: caf\xe9\n")
    before = files_in(tmp_path / "s")
    answer = pqs("add", "good.txt", "bad.txt", "--study", "s", "--case", "C1")
    assert answer.code == 3
    assert "bad.txt, line 2" in answer.err
    assert "UTF-8" in answer.err
    assert files_in(tmp_path / "s") == before


def test_a_session_is_added_once(pqs: Pqs) -> None:
    pqs("init", "s")
    assert pqs("add", "--study", "s", "--session", "A36").code == 0
    answer = pqs("add", "--study", "s", "--session", "a36")
    assert answer.code == 3
    assert "'A36' already" in answer.err


def test_names_cannot_leave_the_folder(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    for name in ("../x", "a/b", "a.b", "", "con", "x" * 65, "\x1b[31m"):
        answer = pqs("add", "--study", "s", "--session", name) if name else None
        if answer:
            assert answer.code == 2, name
            assert "\x1b" not in answer.err
        assert pqs("place", name, "--study", "s", "--rater", "anna", "1=1").code in (2, 3), name
        assert pqs("place", "A1", "--study", "s", "--rater", name, "1=1").code in (2, 3), name
    assert files_in(tmp_path / "s") == [
        "item_sets/pqs/item_set.toml",
        "item_sets/pqs/items.csv",
        "study.toml",
    ]


def test_one_code_for_several_transcripts_is_wrong_usage(pqs: Pqs) -> None:
    pqs("init", "s")
    answer = pqs("add", "a.txt", "b.txt", "--study", "s", "--session", "A1")
    assert answer.code == 2
    assert "--session" in answer.err


def test_raters_are_added_and_comments_stay(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    toml = tmp_path / "s" / "study.toml"
    toml.write_text(toml.read_text() + "# a note of the lead\n")
    assert pqs("raters", "add", "anna", "ben", "--study", "s").code == 0
    assert pqs("raters", "add", "dora", "--role", "lead", "--login", "d", "--study", "s").code == 0
    study = open_study(tmp_path / "s")
    assert [(one.name, one.role) for one in study.settings.raters] == [
        ("anna", "rater"),
        ("ben", "rater"),
        ("dora", "lead"),
    ]
    assert study.settings.by_login("d") is not None
    assert "# a note of the lead" in toml.read_text()
    twice = pqs("raters", "add", "Anna", "--study", "s")
    assert twice.code == 2
    assert "already" in twice.err


def test_raters_may_not_write_the_roster_or_add_sessions(pqs: Pqs) -> None:
    pqs("init", "s")
    pqs("raters", "add", "anna", "--study", "s")
    assert pqs("raters", "add", "ben", "--study", "s", "--as", "anna").code == 2
    assert pqs("add", "--study", "s", "--as", "anna").code == 2


def test_study_toml_is_told_with_its_line(pqs: Pqs, tmp_path: Path) -> None:
    pqs("init", "s")
    toml = tmp_path / "s" / "study.toml"
    toml.write_text('title = "t"\n\nthreshold = "high"\n')
    answer = pqs("status", "--study", "s")
    assert answer.code == 3
    assert "study.toml, line 3" in answer.err
    toml.write_text('title = "t\n')
    assert "line 1" in pqs("status", "--study", "s").err


def test_without_a_study_the_cure_is_told(pqs: Pqs) -> None:
    answer = pqs("status")
    assert answer.code == 3
    assert "pqs init" in answer.err


def test_a_name_that_nobody_knows_is_said(pqs: Pqs) -> None:
    pqs("init", "s")
    pqs("add", "--study", "s", "--session", "A1")
    assert "new" not in pqs("place", "A1", "--rater", "zed", "1=9", "--study", "s").err
    pqs("raters", "add", "anna", "--study", "s")
    assert "new" not in pqs("place", "A1", "--rater", "Anna", "1=9", "--study", "s").err
    assert "'ana' is new" in pqs("place", "A1", "--rater", "ana", "1=9", "--study", "s").err
    assert "new" not in pqs("place", "A1", "--rater", "ana", "1=8", "--study", "s").err


def test_where_names_the_settings_that_the_program_reads(
    pqs: Pqs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> str:
        rows = pqs("where", "--format", "json").rows
        return next(row["path"] for row in rows if row["what"] == "settings")

    monkeypatch.delenv("PQS_SETTINGS", raising=False)
    assert told() == str(settings_file())
    monkeypatch.setenv("PQS_SETTINGS", str(tmp_path / "my.toml"))
    assert told() == str(tmp_path / "my.toml")
