"""The report: closed in itself, equal to the commands, readable by all, blind where it must be."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pqs_coder.cli.main import run
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.report.html import ReportOptions, write_report
from pqs_coder.store.study import open_study
from tests.report.page import Page

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
VARIANTS: dict[str, dict[str, Any]] = {
    "study": {},
    "case": {"case": "larch"},
    "session": {"session": "CC34"},
    "rater": {"rater": "gus"},
}


@pytest.fixture(scope="module")
def reports(archive: Path) -> dict[str, Page]:
    """Every variant of the report of the archive."""
    study = open_study(archive)
    return {
        name: Page(write_report(study, ReportOptions(made_at=NOON, **options)))
        for name, options in VARIANTS.items()
    }


@pytest.fixture(scope="module")
def demo_report(demo_study: Path) -> Page:
    return Page(write_report(open_study(demo_study), ReportOptions(made_at=NOON)))


@pytest.fixture(params=VARIANTS)
def page(request: pytest.FixtureRequest, reports: dict[str, Page]) -> Page:
    return reports[request.param]


# -- closed in itself ------------------------------------------------------------------------------


def test_nothing_leads_outside(page: Page) -> None:
    assert page.outside == []
    assert page.source.startswith("<!DOCTYPE html>")
    policy = next(m["content"] for m in page.of("meta") if "http-equiv" in m)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_net_has_no_hole() -> None:
    """The default page of altair, and other ways out, would be caught."""
    import altair as alt

    page = Page(alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_point().to_html().encode())
    assert any("script" in one for one in page.outside)
    for text in (
        '<img src="x.png">', "<style>@import 'a.css';</style>", '<p style="background:url(a)">',
        '<a href="https://example.org">', '<svg><image href="x"/></svg>', '<p onclick="x()">',
    ):  # fmt: skip
        assert Page(text.encode()).outside, text


def test_tags_close_as_they_open_and_ids_are_single(page: Page) -> None:
    assert page.misnested == []
    assert page.open == []
    assert len(page.ids()) == len(set(page.ids()))
    assert {a["href"][1:] for a in page.of("a")} <= set(page.ids())


# -- equal to the commands -------------------------------------------------------------------------


def ask(command: str, study: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The json that a command of the report prints."""
    words = shlex.split(command)
    assert words[0] == "pqs"
    capsys.readouterr()
    assert run([*words[1:], "--study", str(study), "--format", "json"]) == 0, command
    return json.loads(capsys.readouterr().out)


def rows_of(table: Any) -> list[dict[str, Any]]:
    """The cells of a printed table by column: numbers in full, texts as printed."""
    rows = []
    for values, texts in zip(table.values[1:], table.rows[1:], strict=True):
        row: dict[str, Any] = {}
        for columns, numbers, text in zip(table.columns, values, texts, strict=True):
            for n, name in enumerate(columns):
                row[name] = numbers[n] if numbers else in_print(text)
        rows.append(row)
    return rows


def in_print(value: Any, name: str = "") -> Any:
    """A value of the json as a report prints what is no number."""
    if name == "hash" and value:
        return f"{value[:12]}\N{HORIZONTAL ELLIPSIS}"
    if value is None:
        return "\N{EM DASH}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        day = re.fullmatch(r"(\d{4}-\d\d-\d\d)T.*", value)
        return day[1] if day else value.replace(", ", ",")
    return value


def compare_with_commands(
    page: Page, study: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, int]:
    """How many numbers and how many texts of the page stand in the json, each in its row."""
    answers: dict[str, list[dict[str, Any]]] = {}
    numbers = texts = 0
    for table in page.tables:
        if not table.command:
            continue
        if table.command not in answers:
            answers[table.command] = ask(table.command, study, capsys)
        printed = rows_of(table)
        assert printed, table.command
        names = list(printed[0])
        known = [
            {name: in_print(row[name], name) for name in names if name in row}
            for row in answers[table.command]
        ]
        for row in printed:
            here = {name: value for name, value in row.items() if name in known[0]}
            assert set(row) - set(here) <= {"label"}, table.command
            limits_unknown = [name for name, value in here.items() if value == "\N{EM DASH}"]
            for name in limits_unknown:  # one of the two limits may be there
                del here[name]
            assert any(here.items() <= one.items() for one in known), (table.command, here)
            numbers += sum(isinstance(value, float) for value in here.values())
            texts += sum(isinstance(value, str) for value in here.values())
    return numbers, texts


@pytest.mark.parametrize("name", VARIANTS)
def test_numbers_are_those_of_the_commands(
    name: str, reports: dict[str, Page], archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers, texts = compare_with_commands(reports[name], archive, capsys)
    assert numbers > 100
    assert texts > 50


def test_numbers_of_the_demo_study_too(
    demo_report: Page, demo_study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers, texts = compare_with_commands(demo_report, demo_study, capsys)
    assert numbers > 500
    assert texts > 100


def test_a_consensus_is_told_with_its_items(
    demo_copy: Path, demo_report: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Sessions with a consensus" not in demo_report.text
    for words in (["K4", "--accept"], ["K4", "--submit"], ["R2", "1=5"]):
        assert run(["consensus", *words, "--study", str(demo_copy)]) == 0
    study = open_study(demo_copy)
    for options in ({}, {"case": "aspen"}, {"session": "K4"}):
        page = Page(write_report(study, ReportOptions(made_at=NOON, **options)))
        commands = [table.command for table in page.tables]
        assert "pqs consensus" in commands
        assert ("pqs consensus K4" in commands) == ("session" in options)
        told = next(table for table in page.tables if table.command == "pqs consensus")
        sessions = [row[0] for row in told.rows[1:]]
        assert sessions == (["K4"] if options else ["K4", "R2"])
        compare_with_commands(page, demo_copy, capsys)
    assert "evidence" not in str(page.tables[-1].columns)


def test_a_number_that_is_not_the_command_s_is_found(
    demo_report: Page, demo_study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = re.search(r'<data value="(0\.\d{6,})">', demo_report.source)
    assert first is not None
    wrong = demo_report.source.replace(first[1], first[1][:-3] + "999", 1)
    with pytest.raises(AssertionError):
        compare_with_commands(Page(wrong.encode()), demo_study, capsys)


def test_every_command_of_the_study_is_there(reports: dict[str, Page]) -> None:
    commands = {table.command.split()[1] for table in reports["study"].tables if table.command}
    assert commands >= {
        "agreement", "third-raters", "distinctive", "decision", "matrix", "drift", "portraits",
        "bias", "adherence", "prototypes", "items", "compare", "change", "outcome", "structures",
        "status",
    }  # fmt: skip


def test_planted_truths_are_told(reports: dict[str, Page]) -> None:
    study = reports["study"]
    assert study.says("outside the limits gus (below)")
    compare = next(t for t in study.tables if t.command.startswith("pqs compare treatment"))
    highest = [row[0] for row in compare.rows[1:8]]
    assert set(highest) & {"12", "50", "67", "90", "92", "98", "17", "27", "30", "37", "38", "57"}
    rising = next(t for t in reports["case"].tables if "--items" in t.command)
    moving = {row[1] for row in rising.rows[1:]}
    assert len(moving & {f"item {n}" for n in (32, 73, 95, 97, 14, 25, 44, 58)}) >= 4


def test_the_means_of_a_study_with_third_raters_are_told_apart(reports: dict[str, Page]) -> None:
    study = reports["study"]
    assert study.says("r = .55 on average (112 pairs")
    assert study.says("with each session once at .58, before third raters at .56")
    assert study.says("those of one case included")


def test_third_raters_stand_before_and_after(reports: dict[str, Page]) -> None:
    table = next(t for t in reports["study"].tables if t.command == "pqs third-raters")
    assert ["r_before"] in table.columns
    assert ["r_after"] in table.columns
    assert reports["study"].says("Unresolved, under the threshold with all raters")
    assert reports["study"].says("selects on the outcome")


# -- readable by all -------------------------------------------------------------------------------


def test_every_figure_has_words_and_its_table(page: Page) -> None:
    assert len(page.of("figure")) == len(page.of("svg"))
    for svg in page.of("svg"):
        assert svg["role"] == "img"
        assert len(svg["aria-label"]) > 20
    for part in page.source.split("<figure")[1:]:
        inside = part.partition("</figure>")[0]
        assert "<figcaption>" in inside
        assert "<details>" in inside
        assert "<table" in inside


def test_headings_leave_no_step_out(page: Page) -> None:
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(words.strip() for _, words in page.headings)


def test_tables_have_captions_and_heads(page: Page) -> None:
    assert len(page.of("caption")) == len(page.of("table"))
    scopes = {given.get("scope") for given in page.of("th")}
    assert scopes == {"col", "row"}
    assert page.of("html") == [{"lang": "en"}]


def test_what_must_be_said_is_said(reports: dict[str, Page]) -> None:
    study = reports["study"]
    for words in (
        "Prototypes overlap, and adherence is not competence",
        "In a forced sort r, ICC(3,1) and interval alpha are nearly the same number",
        "says nothing of other sessions",
        "not to be read as such",
        "ipsative",
        "Leading is not causing",
        "no p can be under",
    ):
        assert study.says(words), words


def test_the_same_study_gives_the_same_report(demo_study: Path, demo_report: Page) -> None:
    again = write_report(open_study(demo_study), ReportOptions(made_at=NOON))
    assert again.decode() == demo_report.source


# -- small, empty and hostile studies --------------------------------------------------------------


def test_a_small_study_is_told_as_it_is(demo_report: Page) -> None:
    assert demo_report.outside == []
    assert demo_report.says("A third rater is needed (1): D3 (.39).")
    assert demo_report.says("it needs ten sessions")


def test_an_empty_study_has_a_report(tmp_path: Path) -> None:
    from pqs_coder.store.making import make_study

    make_study(tmp_path / "s", title="Nothing yet", item_set="pqs")
    page = Page(write_report(open_study(tmp_path / "s")))
    assert page.outside == []
    assert page.says("No session has two submitted sorts yet.")


def test_names_from_files_stay_texts(demo_copy: Path) -> None:
    nasty = "<script>alert(1)</script><img src=https://example.org>\"'"
    toml = (demo_copy / "study.toml").read_text()
    title = toml.replace("Demo study (invented)", nasty.replace('"', "'"))
    (demo_copy / "study.toml").write_text(title)
    facts = (demo_copy / "facts.csv").read_text().replace("aspen", "a<b>&' x")
    (demo_copy / "facts.csv").write_text(facts)
    study = open_study(demo_copy)
    for options in (ReportOptions(), ReportOptions(case="a<b>&' x")):
        page = Page(write_report(study, options))
        assert page.outside == []
        assert page.misnested == []
        assert "a<b>&' x" in page.text
        assert "<script>alert(1)</script>" in page.text


def test_damaged_facts_cost_their_part_only(demo_copy: Path) -> None:
    facts = (demo_copy / "facts.csv").read_text().replace("aspen,15", "aspen,6")
    (demo_copy / "facts.csv").write_text(facts)
    page = Page(write_report(open_study(demo_copy)))
    assert page.says("Two sessions of case aspen have the same number.")
    assert page.says("Agreement by session")


def test_sealed_notes_are_not_counted_as_none(demo_copy: Path, tmp_path: Path) -> None:
    from pqs_coder.store.sealing import seal_study
    from pqs_coder.store.vault import write_key_file

    key = tmp_path / "study.key"
    write_key_file(key)
    study = open_study(demo_copy)
    open_page = Page(write_report(study))
    seal_study(study, key_file=key)
    sealed = Page(write_report(open_study(demo_copy)))
    habits = [
        next(t for t in page.tables if t.command == "pqs portraits") for page in (open_page, sealed)
    ]
    assert ["notes"] in habits[0].columns
    assert ["notes"] not in habits[1].columns
    assert sealed.says("Notes and evidence are sealed")


# -- who may have which ----------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"case": "aspen"}, {"session": "K4"}, {"rater": "ben"}])
def test_a_rater_gets_no_report_but_the_own_feedback(
    options: dict[str, str], demo_study: Path
) -> None:
    with pytest.raises(UsageError, match="leads"):
        write_report(open_study(demo_study, "anna"), ReportOptions(**options))


@pytest.mark.parametrize("viewer", ["anna", None])
def test_feedback_names_nobody_else_and_tells_no_facts(
    viewer: str | None, demo_study: Path
) -> None:
    page = Page(write_report(open_study(demo_study, viewer), ReportOptions(rater="anna")))
    for word in ("ben", "carla", "aspen", "birch", "exploratory", "structured"):
        assert word not in page.text.replace("anna", ""), word
    assert page.says("Your work")


def test_a_rater_sees_the_own_sorts_only(demo_study: Path) -> None:
    page = Page(write_report(open_study(demo_study, "anna"), ReportOptions(rater="anna")))
    assert page.says("no other sort of your sessions is open to you")


def test_notes_stay_out_unless_asked_for(demo_study: Path) -> None:
    study = open_study(demo_study)
    without = Page(write_report(study, ReportOptions(session="K4")))
    assert "Note A" not in without.text
    assert without.says("--notes puts them in")
    assert "Note A" in Page(write_report(study, ReportOptions(session="K4", notes=True))).text


def test_no_report_holds_words_of_a_transcript(demo_study: Path) -> None:
    study = open_study(demo_study)
    path = study.transcript_file("K4")
    assert path is not None
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 40]
    assert lines
    for options in ({}, {"session": "K4"}, {"case": "aspen"}, {"rater": "anna"}):
        text = Page(write_report(study, ReportOptions(**options))).text
        assert not [line for line in lines if line[-30:] in text]


def test_what_is_not_there_is_named(demo_study: Path) -> None:
    study = open_study(demo_study)
    with pytest.raises(StudyError, match="no case 'oak'"):
        write_report(study, ReportOptions(case="oak"))
    with pytest.raises(StudyError, match="no session 'X1'"):
        write_report(study, ReportOptions(session="X1"))
    with pytest.raises(StudyError, match="no rater 'nobody'"):
        write_report(study, ReportOptions(rater="nobody"))
    with pytest.raises(UsageError, match="one thing"):
        write_report(study, ReportOptions(case="aspen", session="K4"))


def test_progress_goes_up_and_arrives(demo_study: Path) -> None:
    steps: list[tuple[int, int]] = []
    write_report(open_study(demo_study), None, lambda done, total: steps.append((done, total)))
    done = [one for one, _ in steps]
    assert done == sorted(set(done))
    assert all(one <= total for one, total in steps)
    assert steps[-1][0] == steps[-1][1]
    assert len(steps) > 10
