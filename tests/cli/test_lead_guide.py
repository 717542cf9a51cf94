"""The guide for leads: its commands run, and its numbers are those that the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from pqs_coder.report.text_cells import short_r
from tests.cli.conftest import Pqs

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "lead-guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")
WORDS = " ".join(TEXT.replace("\n> ", "\n").split())


def printed_commands() -> list[str]:
    """The commands that stand in blocks, without the words beside them."""
    lines = re.findall(r"^    (\S.*)$", TEXT, re.MULTILINE)
    return [re.split(r"\s{2,}", line)[0] for line in lines if line.startswith(("pqs ", "cd "))]


def named_commands() -> list[str]:
    """The commands that stand within sentences."""
    named = [" ".join(one.split()) for one in re.findall(r"`(pqs [^`]+)`", TEXT)]
    return list(dict.fromkeys(named))


def has_all_it_needs(command: str) -> bool:
    """Whether it can be run as it stands: no FILE or NAME to be filled in, nobody is asked."""
    asks = ("pqs init", "pqs add", "pqs demo", "pqs seal", "pqs unseal")
    return not command.startswith(asks) and not re.search(r"\b[A-Z]{3,}\b", command)


def test_the_new_study_of_the_guide(
    pqs: Pqs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = printed_commands()
    first = commands[: commands.index("pqs assign D3 anna")]
    assert len(first) == 5
    for command in first:
        program, *arguments = shlex.split(command)
        if program == "cd":
            monkeypatch.chdir(tmp_path / arguments[0])
            (tmp_path / arguments[0] / "hour-07.txt").write_text("P: Well.\nT: Well?\n")
        else:
            answer = pqs(*arguments)
            assert answer.code == 0, (command, answer.err)
    assert {
        one["rater"]: one["role"] for one in pqs("raters", "list", "--format", "json").rows
    } == {
        "anna": "rater",
        "ben": "rater",
        "carla": "rater",
        "dora": "lead",
    }
    [session] = pqs("status", "--format", "json").rows
    assert session["state"] == "open"


def test_the_commands_of_the_guide_run_on_the_demo(
    pqs: Pqs, demo_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their order; what needs anna's third sort or a criterion is told so, and not a fault."""
    monkeypatch.setenv("PQS_STUDY", str(demo_copy))
    commands = printed_commands()
    rest = commands[commands.index("pqs assign D3 anna") :]
    assert len(rest) >= 8
    for command in rest:
        answer = pqs(*shlex.split(command)[1:])
        assert answer.code == 0, (command, answer.err)
    for command in named_commands():
        if not has_all_it_needs(command):
            assert pqs(shlex.split(command)[1], "--help").code == 0, command
            continue
        answer = pqs(*shlex.split(command)[1:])
        if "--feedback" in command:
            assert "D3 has no criterion" in answer.err
        else:
            assert answer.code == 0, (command, answer.err)


def test_the_paragraph_holds_the_numbers_of_the_demo(pqs: Pqs, demo_study: Path) -> None:
    [study] = pqs("agreement", "--by", "study", "--study", demo_study, "--format", "json").rows
    sessions = pqs("agreement", "--study", demo_study, "--format", "json").rows
    r = {name: short_r(study[name]) for name in study}
    assert (study["n_sessions"], study["n_pairs"]) == (4, 4)
    assert sum(one["needs_rater"] for one in sessions) == 1
    for sentence in (
        "sorted each of four sessions (four pairs)",
        f"averaged {r['mean_r']} (over Fisher's z: {r['mean_r_z']}; SD {r['sd_r']}, range "
        f"{r['min_r']} to {r['max_r']})",
        f"The reliability of the composite of two raters was {r['reliability']} (Spearman-Brown",
        "In one session agreement was under .50",
        f"Raters of different sessions correlated {r['baseline_r']} on average",
    ):
        assert sentence in WORDS


def test_what_the_guide_says_of_d3(pqs: Pqs, demo_study: Path) -> None:
    pairs = pqs("agreement", "--by", "pair", "--study", demo_study, "--format", "json").rows
    [d3] = [one for one in pairs if one["session"] == "D3"]
    limits = f"{short_r(d3['r_low'])}, {short_r(d3['r_high'])}"
    assert f"In D3 r is {short_r(d3['r'])} [{limits}]" in WORDS
    assert f"r = 1 - {d3['distance']:.0f} / 864" in WORDS
    assert d3["r"] == pytest.approx(1 - d3["distance"] / 864)
    rows = pqs("differences", "D3", "--study", demo_study, "--format", "json").rows
    assert sum(one["share"] for one in rows[:3]) > 0.25
    assert "in D3 three items make up more than a quarter" in WORDS


def test_what_the_guide_says_of_the_number_of_raters(pqs: Pqs, demo_study: Path) -> None:
    rows = pqs("decision", "--study", demo_study, "--format", "json").rows
    said = [f"{short_r(one['profile'])} and {short_r(one['distinctive'])}" for one in rows]
    assert f"In the demo: {said[1]} for two raters, {said[2]} for three." in WORDS
