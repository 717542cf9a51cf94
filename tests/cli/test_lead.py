"""A study played through by commands, its numbers by hand; and that raters stay blind throughout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from pqs_coder.analysis.progress import progress_table
from pqs_coder.cli.main import COMMANDS, cli
from pqs_coder.exchange.archive_demo import DRIFTER
from pqs_coder.exchange.demo import make_archive
from pqs_coder.store.study import open_study
from pqs_coder.store.tables import write_table
from pqs_coder.store.work import Work
from tests.blindness import leaks, plant
from tests.cli.conftest import Pqs


def piles_of(pqs: Pqs, study: Path, session: str, rater: str) -> dict[int, int]:
    rows = pqs("show", session, "--rater", rater, "--study", study, "--format", "json").rows
    return {row["item"]: row["pile"] for row in rows}


def pearson(a: dict[int, int], b: dict[int, int]) -> float:
    items = sorted(a)
    return float(np.corrcoef([a[n] for n in items], [b[n] for n in items])[0, 1])


def sorted_by_anna(pqs: Pqs, study: Path) -> dict[int, int]:
    """A third sort of D3: each item where the middle of ben's and carla's ranks puts it."""
    ben, carla = piles_of(pqs, study, "D3", "ben"), piles_of(pqs, study, "D3", "carla")
    order = sorted(ben, key=lambda item: (ben[item] + carla[item], item))
    sizes = (5, 8, 12, 16, 18, 16, 12, 8, 5)
    deck = [pile for pile, size in enumerate(sizes, 1) for _ in range(size)]
    return dict(zip(order, deck, strict=True))


def submit_third(pqs: Pqs, study: Path) -> dict[int, int]:
    piles = sorted_by_anna(pqs, study)
    assert pqs("assign", "D3", "anna", "--yes", "--study", study).code == 0
    places = [f"{item}={pile}" for item, pile in piles.items()]
    assert pqs("place", "D3", *places, "--as", "anna", "--study", study).code == 0
    assert pqs("submit", "D3", "--as", "anna", "--study", study).code == 0
    return piles


def test_two_raters_then_a_third(pqs: Pqs, demo_copy: Path) -> None:
    ben, carla = (piles_of(pqs, demo_copy, "D3", name) for name in ("ben", "carla"))
    r = pearson(ben, carla)
    squares = sum((ben[n] - carla[n]) ** 2 for n in ben)
    assert r == pytest.approx(1 - squares / 864)  # forced sorts: r = 1 - sum d^2 / (2 SS)
    [before] = pqs("third-raters", "--study", demo_copy, "--format", "json").rows
    assert before["session"] == "D3"
    assert before["state"] == "needed"
    assert before["r_before"] == pytest.approx(r)
    assert before["r_after"] is None

    anna = submit_third(pqs, demo_copy)
    [after] = pqs("third-raters", "--study", demo_copy, "--format", "json").rows
    mean = (r + pearson(anna, ben) + pearson(anna, carla)) / 3
    assert after["r_before"] == pytest.approx(r)
    assert after["r_after"] == pytest.approx(mean)
    assert after["reliability"] == pytest.approx(3 * mean / (1 + 2 * mean))
    assert after["state"] == "resolved"
    assert mean >= 0.5


def test_the_consensus_by_commands(pqs: Pqs, demo_copy: Path) -> None:
    ben, carla = (piles_of(pqs, demo_copy, "D3", name) for name in ("ben", "carla"))
    rows = pqs("consensus", "D3", "--study", demo_copy, "--format", "json").rows
    spread = {n: abs(ben[n] - carla[n]) for n in ben}
    assert [row["spread"] for row in rows] == sorted(spread.values(), reverse=True)
    assert {row["item"]: row["mean"] for row in rows} == {n: (ben[n] + carla[n]) / 2 for n in ben}
    assert {row["state"] for row in rows} == {"none"}

    first = rows[0]["item"]
    assert pqs("consensus", "D3", f"{first}=5", "--study", demo_copy).code == 0
    assert pqs("consensus", "D3", "--submit", "--study", demo_copy).code == 1  # not complete
    both = pqs("consensus", "D3", "--accept", "--submit", "--study", demo_copy)
    assert both.code == 2
    assert "nobody would have looked at the sort" in both.err
    accepted = pqs("consensus", "D3", "--accept", "--study", demo_copy)
    assert "This is a draft, not submitted." in accepted.err
    differing = [row["item"] for row in rows if row["spread"]]
    now = pqs("consensus", "D3", "--study", demo_copy, "--format", "json").rows
    assert {row["item"] for row in now if row["accepted"]} == {*differing} - {first}
    judged = next(row for row in now if row["accepted"])  # placed again where it lies
    again = f"{judged['item']}={judged['consensus']}"
    assert pqs("consensus", "D3", again, "--study", demo_copy).code == 0
    done = pqs("consensus", "D3", "--submit", "--study", demo_copy)
    assert f"judged by nobody: {len(differing) - 2}." in done.err
    assert "draft" not in done.err
    outcome = piles_of(pqs, demo_copy, "D3", "consensus")
    assert sorted(outcome.values()) == sorted(ben.values())
    assert outcome[first] == 5
    assert all(outcome[n] == ben[n] for n in ben if spread[n] == 0)
    assert piles_of(pqs, demo_copy, "D3", "ben") == ben

    overview = pqs("consensus", "--study", demo_copy, "--format", "json").rows
    [done] = [row for row in overview if row["session"] == "D3"]
    assert (done["n_differ"], done["n_decided"]) == (sum(s > 0 for s in spread.values()),) * 2
    assert done["state"] == "submitted"
    assert done["n_accepted"] == len(differing) - 2
    before = pqs("agreement", "--study", demo_copy, "--format", "json").rows
    assert {row["raters"] for row in before if row["session"] == "D3"} == {"ben,carla"}

    again = ("consensus", "D3", "1=9", "--study", demo_copy)
    refused = pqs(*again)
    assert refused.code == 3  # submitted: not changed quietly
    assert "pqs consensus SESSION --reason" in refused.err
    revised = pqs(*again, "--reason", "misheard", "--as", "dora")
    assert revised.code == 0
    assert "This is a draft, not submitted. Not complete: too few: " in revised.err


def test_certification_by_criteria(pqs: Pqs, demo_copy: Path) -> None:
    anna = submit_third(pqs, demo_copy)
    (demo_copy / "criteria").mkdir()
    for session in ("B7", "D3", "K4"):  # anna's own sorts as criteria: she is right three times
        piles = anna if session == "D3" else piles_of(pqs, demo_copy, session, "anna")
        write_table(
            demo_copy / "criteria" / f"{session}.csv", ["item", "score"], sorted(piles.items())
        )
    rows = pqs("training", "--study", demo_copy, "--format", "json").rows
    mine = [row for row in rows if row["rater"] == "anna"]
    assert [row["r"] for row in mine] == pytest.approx([1, 1, 1])
    assert [row["in_a_row"] for row in mine] == [1, 2, 3]
    assert [row["certified"] for row in mine] == [False, False, True]
    others = {(row["rater"], row["session"]): row for row in rows if row["rater"] != "anna"}
    carla = piles_of(pqs, demo_copy, "B7", "carla")
    expected = pearson(carla, piles_of(pqs, demo_copy, "B7", "anna"))
    assert others["carla", "B7"]["r"] == pytest.approx(expected)
    assert not any(row["certified"] for row in others.values())


@pytest.fixture(scope="module")
def archive_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "study"
    make_archive(folder)
    return folder


def test_the_composite_is_of_all_raters_unless_asked(pqs: Pqs, archive_folder: Path) -> None:
    asked = ("composite", "--study", archive_folder, "--format", "json")
    everybody, closest = pqs(*asked), pqs(*asked, "--closest-two")
    third = {
        one["session"]: one
        for one in pqs("third-raters", "--study", archive_folder, "--format", "json").rows
        if one["n_raters"] == 3
    }
    assert {one["raters"] for one in everybody.rows if one["session"] == "CC34"} == {
        "emil,gus,hana"
    }
    kept = {one["session"]: one["raters"] for one in closest.rows}
    assert {code: kept[code] for code in third} == {
        code: one["closest_two"] for code, one in third.items()
    }
    means = [
        sum(one[name] for one in third.values()) / len(third) for name in ("r_closest", "r_after")
    ]
    assert "selects on the outcome" in closest.err
    assert (
        f"Their mean r is {means[0]:.2f} where that of all raters is {means[1]:.2f}" in closest.err
    )
    assert "selects" not in everybody.err


def test_drift_on_the_archive(pqs: Pqs, archive_folder: Path) -> None:
    rows = pqs("drift", "--study", archive_folder, "--format", "json").rows
    assert {row["rater"] for row in rows if row["warning"]} == {DRIFTER}
    chart = [row for row in rows if row["rater"] == DRIFTER]
    deviation = [row["r_others"] - row["expected"] for row in chart]
    assert [row["deviation"] for row in chart] == pytest.approx(deviation)
    level = center = sum(deviation[:8]) / 8  # the moving average begins at the baseline's mean
    assert [row["level"] for row in chart[:8]] == [None] * 8
    assert [row["baseline"] for row in chart] == [row["order"] <= 8 for row in chart]
    for row, value in zip(chart[8:], deviation[8:], strict=True):
        level = 0.2 * value + 0.8 * level
        assert row["center"] == pytest.approx(center)
        assert row["level"] == pytest.approx(level)
        assert row["warning"] == (not row["low"] <= row["level"] <= row["high"])
        assert row["side"] == ("below" if row["warning"] else None)


def test_work_for_people_outside_the_roster_is_told(pqs: Pqs, demo_copy: Path) -> None:
    by_hand = pqs("assign", "D3", "nobody", "anna", "--study", demo_copy)
    assert by_hand.err.startswith("Not in the roster: nobody. Spelt right? In the roster: anna,")
    assert "Not in the roster" not in pqs("assign", "D3", "Anna", "--study", demo_copy).err
    balanced = ("assign", "--balance", "--raters", "anna,nobody", "--study", demo_copy)
    assert "Not in the roster: nobody." in pqs(*balanced).err
    settings = demo_copy / "study.toml"
    settings.write_text('roster = "closed"\n' + settings.read_text())
    refused = pqs(*balanced)
    assert (refused.code, refused.out) == (2, "")
    assert "Not in the roster of this study: nobody." in refused.err


def test_pace_worked_out_by_hand() -> None:
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    done = [
        Work(
            f"S{n}", "anna", "submitted", 100, minutes=m, submitted_at=start + timedelta(days=7 * n)
        )
        for n, m in enumerate((90.0, 60.0, 75.0))
    ]
    left = [Work("S8", "anna", "draft", 100, minutes=15.0), Work("S9", "anna", "assigned", 100)]
    [row] = (
        progress_table([*done, *left, Work("S9", "ben", "assigned", 100)])
        .frame.filter(rater="anna")
        .to_dicts()
    )
    assert row["minutes"] == 240
    assert row["minutes_a_sort"] == 75
    assert row["sorts_a_week"] == 1  # three sorts in two weeks: two steps
    assert row["expected_end"] == start + timedelta(weeks=4)  # two left, a week each


# -- blindness -------------------------------------------------------------------------------------


@pytest.fixture
def blind_study(demo_copy: Path) -> tuple[Path, tuple[str, ...]]:
    """The demo with facts that can't be mistaken, and all notes of other raters."""
    return demo_copy, plant(demo_copy)


def all_commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[Any]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from all_commands(command, (*path, name))
        else:
            yield (*path, name), command


def ways_to_call(command: click.Command) -> Iterator[tuple[str, ...]]:
    """Arguments with which somebody curious would call it."""
    options = {option for one in command.params for option in one.opts}
    arguments = [one.name for one in command.params if isinstance(one, click.Argument)]
    form = ("--format", "json") if "--format" in options else ()
    yield form
    for session in ("D3", "B7") if "session" in arguments else ():
        yield (session, *form)
        if "--rater" in options:
            yield (session, "--rater", "ben", *form)
        if "--raters" in options:
            yield (session, "--raters", "ben,carla", *form)
        if "--read-only" in options:
            yield (session, "--rater", "carla", "--read-only")
    for one in command.params:
        if isinstance(one, click.Option) and isinstance(one.type, click.Choice):
            for choice in one.type.choices if one.opts[0] != "--format" else ():
                yield (one.opts[0], str(choice), *form)
        if isinstance(one, click.Option) and one.is_flag and one.opts[0] not in ("--yes",):
            yield (one.opts[0], *form)


def test_there_are_commands_to_try() -> None:
    tried = {path[0] for path, _ in all_commands(cli)}
    assert tried == set(COMMANDS)


def test_no_command_tells_a_rater_of_others_or_of_facts(
    pqs: Pqs, blind_study: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, notes = blind_study
    monkeypatch.setenv("PQS_STUDY", str(study))
    monkeypatch.setenv("PQS_RATER", "anna")
    told: list[tuple[str, ...]] = []
    for path, command in all_commands(cli):
        for arguments in ways_to_call(command):
            answer = pqs(*path, *arguments)
            asked = " ".join(arguments)
            assert answer.code != 70, (path, arguments, answer.err)
            told += [
                (*path, *arguments, leak)
                for leak in leaks(answer.out + answer.err, notes)
                if leak not in asked or leak in answer.out  # an error may repeat the question
            ]
    assert not told


def test_the_same_questions_tell_a_lead_all_of_it(
    pqs: Pqs, blind_study: tuple[Path, tuple[str, ...]]
) -> None:
    """The net has no hole: what is asked above would show."""
    study, notes = blind_study
    said = pqs("differences", "D3", "--study", study, "--format", "json").out
    said += pqs("show", "D3", "--rater", "ben", "--study", study, "--format", "json").out
    assert {"ben", "carla"} <= set(leaks(said, notes))
    assert len(leaks(said, notes)) > 10
    facts = open_study(study).facts()["D3"]
    assert (facts.case, facts.outcome) == ("zzcase", "94133")


@pytest.mark.parametrize("suffix", ["csv", "json", "xlsx", "parquet"])
def test_no_export_tells_either(
    pqs: Pqs, blind_study: tuple[Path, tuple[str, ...]], tmp_path: Path, suffix: str
) -> None:
    study, notes = blind_study
    for more in ((), ("--drafts",)):
        file = tmp_path / f"out{len(more)}.{suffix}"
        pqs("export", "-o", file, *more, "--study", study, "--as", "anna")
        if not file.exists():
            continue
        if suffix in ("csv", "json"):
            assert not leaks(file.read_text(), notes)
        elif suffix == "parquet":
            import polars as pl

            assert not leaks(json.dumps(pl.read_parquet(file).to_dicts(), default=str), notes)
        else:
            import polars as pl

            sheets = pl.read_excel(file, sheet_id=0)
            text = " ".join(str(one.to_dicts()) for one in sheets.values())
            assert not leaks(text, notes)
