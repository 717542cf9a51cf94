"""Scores that can't be what was meant: told with item and line before they go in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqs_coder.errors import DataError
from pqs_coder.store.prototypes import read_criterion, stray_scores
from pqs_coder.store.study import open_study
from tests.cli.conftest import Pqs


def scores_file(path: Path, scores: dict[int, float]) -> Path:
    path.write_text("item,score\n" + "".join(f"{n},{score:g}\n" for n, score in scores.items()))
    return path


def nine_point() -> dict[int, float]:
    return {n: 1 + n % 9 for n in range(1, 101)}


@pytest.mark.parametrize(
    ("slips", "stray"),
    [
        ({}, []),
        ({50: 77}, [50]),
        ({50: 77, 3: -9, 4: -9}, [3, 4, 50]),
        ({50: 12}, []),
        (dict.fromkeys(range(1, 7), 99), []),  # more than a twentieth: a scale, not a slip
    ],
)
def test_scores_apart_from_all_others_are_found(slips: dict[int, float], stray: list[int]) -> None:
    assert stray_scores(nine_point() | slips) == stray


def test_of_a_few_scores_none_is_strange() -> None:
    assert stray_scores({1: 1, 2: 2, 3: 9}) == []
    assert stray_scores(dict.fromkeys(range(1, 30), 5.0) | {30: 9.0}) == []


def test_a_stray_score_stops_a_prototype_unless_it_is_right(
    pqs: Pqs, demo_copy: Path, tmp_path: Path
) -> None:
    file = scores_file(tmp_path / "oor.csv", nine_point() | {50: 77})
    said = pqs("prototypes", "add", file, "--study", demo_copy)
    assert said.code == 3
    assert "item 50 is 77 (line 51); the others run from 1 to 9" in said.err
    assert "oor" not in pqs("prototypes", "list", "--study", demo_copy).out
    assert pqs("prototypes", "add", file, "--study", demo_copy, "--yes").code == 0


def test_a_criterion_lies_on_the_piles(pqs: Pqs, demo_copy: Path) -> None:
    items = open_study(demo_copy).item_set
    (demo_copy / "criteria").mkdir(exist_ok=True)
    for wrong in (77, 0):
        path = scores_file(demo_copy / "criteria" / "D3.csv", nine_point() | {50: wrong})
        with pytest.raises(DataError, match=f"line 51: item 50 is {wrong}, which is no pile"):
            read_criterion(path, items)
        assert pqs("training", "--study", demo_copy).code == 3
        assert pqs("verify", "--study", demo_copy).code == 1
    mean = scores_file(demo_copy / "criteria" / "D3.csv", nine_point() | {50: 4.5})
    assert read_criterion(mean, items)[50] == 4.5
    two = scores_file(demo_copy / "criteria" / "D3.csv", {1: 1, 2: 9})
    with pytest.raises(DataError) as caught:
        read_criterion(two, items)
    assert caught.value.cure == "A criterion needs three or more."


def test_a_known_id_tells_the_citation_it_brings_and_can_be_taken_out(
    pqs: Pqs, demo_copy: Path, tmp_path: Path
) -> None:
    file = scores_file(tmp_path / "mine.csv", nine_point())
    where = ("--study", demo_copy)
    said = pqs("prototypes", "add", file, "--id", "psychodynamic-1998", *where)
    assert "Its id is that of a known one" in said.err
    assert "pqs prototypes remove psychodynamic-1998" in said.err
    again = pqs("prototypes", "add", file, "--id", "psychodynamic-1998", *where)
    assert "pqs prototypes remove psychodynamic-1998" in again.err
    assert pqs("prototypes", "remove", "psychodynamic-1998", *where, "--as", "anna").code == 2
    out = pqs("prototypes", "remove", "psychodynamic-1998", *where)
    assert "kept as psychodynamic-1998.csv.removed" in out.err
    assert pqs("verify", *where).code == 0
    assert pqs("prototypes", "remove", "psychodynamic-1998", *where).code == 3
    liked = ("--id", "psychodynamic-1998", "--like", "psychodynamic-1998")
    assert "Its id is that" not in pqs("prototypes", "add", file, *liked, *where).err


def test_scores_parted_by_semicolons_may_have_decimal_commas(
    pqs: Pqs, demo_copy: Path, tmp_path: Path
) -> None:
    file = tmp_path / "semi.csv"
    file.write_text("item;score\n1;5,5\n2;6\n3;7,25\n")
    assert pqs("prototypes", "add", file, "--study", demo_copy).code == 0
    rows = pqs("prototypes", "show", "semi", "--study", demo_copy, "--format", "json").rows
    assert [row["score"] for row in rows][:3] == [5.5, 6, 7.25]
    file.write_text("nr;wert\n1;5,5\n")
    said = pqs("prototypes", "add", file, "--id", "other", "--study", demo_copy)
    assert said.code == 3
    assert "Found: nr, wert." in said.err
