"""The demo study is whole, marked as invented, and holds what a visitor shall find."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.analysis.study import agreement, open_study, status
from pqs_coder.desk.opening import open_desk, session_transcript
from pqs_coder.errors import StudyError
from pqs_coder.exchange.demo import make_archive, make_demo
from pqs_coder.store.prototypes import load_prototypes
from pqs_coder.store.shipped import shipped_folder


def test_what_a_visitor_finds(demo_study: Path) -> None:
    study = open_study(demo_study)
    assert "invented" in study.settings.title
    states = status(study).group_by("session").agg("state").sort("session")
    found = {session: sorted(each) for session, each in states.iter_rows()}
    assert len(found) == 6
    assert sum(each == ["submitted", "submitted"] for each in found.values()) == 4
    assert sum("draft" in each for each in found.values()) == 1
    assert sum(set(each) == {"assigned"} for each in found.values()) == 1
    facts = study.facts()
    assert len({one.case for one in facts.values()}) == 2


def test_raters_agree_but_on_one_session(demo_study: Path) -> None:
    table = agreement(open_study(demo_study))
    assert table.filter("needs_rater")["session"].to_list() == ["D3"]
    assert table.filter(~table["needs_rater"])["r"].min() > 0.55


def test_transcripts_read_like_hours(demo_study: Path) -> None:
    study = open_study(demo_study)
    marks = ""
    for code in study.session_codes():
        transcript = session_transcript(study, code)
        assert transcript is not None
        assert len(transcript) >= 40
        assert set(transcript.speakers) == {"Therapist", "Patient"}
        marks += " ".join(turn.text for turn in transcript.turns)
    for mark in ("[pause", "[laughs", "[crosstalk"):
        assert mark in marks


def test_nothing_that_raters_see_tells_the_facts(demo_study: Path) -> None:
    study = open_study(demo_study)
    for code, facts in study.facts().items():
        seen = (demo_study / "sessions" / code / "session.toml").read_text(encoding="utf-8")
        for word in (facts.case, facts.treatment, facts.phase, facts.date):
            assert word.lower() not in seen.lower()


def test_prototypes_are_marked_as_invented(demo_study: Path) -> None:
    prototypes = load_prototypes(open_study(demo_study))
    assert len(prototypes) == 2
    assert all(one.invented and "invented" in one.citation for one in prototypes)


def test_the_half_done_draft_goes_on_where_it_was(demo_copy: Path) -> None:
    study = open_study(demo_copy, "anna")
    with open_desk(study, "M9", "anna") as desk:
        assert desk.draft.heaped == 100
        assert 0 < desk.draft.piled < 100
        assert desk.hand is not None
        assert desk.draft.card(desk.hand).pile is None


def test_a_demo_is_never_laid_over_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StudyError, match="not empty"):
        make_demo(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_the_archive_holds_what_needs_numbers(tmp_path: Path) -> None:
    make_archive(tmp_path / "archive")
    study = open_study(tmp_path / "archive")
    facts = study.facts()
    assert "invented" in study.settings.title
    cases = {one.case: one.treatment for one in facts.values()}
    assert sorted(list(cases.values()).count(one) for one in set(cases.values())) == [1, 6, 6]
    assert max(sum(f.case == c for f in facts.values()) for c in cases) == 30
    assert agreement(study).height == len(facts) == 78


def test_only_our_own_wording_ships() -> None:
    shipped = shipped_folder("sessions") / "demo"
    assert not list(shipped.rglob("items.csv"))
    assert "invented" in (shipped.parent / "README.md").read_text(encoding="utf-8").lower()
