"""Wide files into the study: every slip named, nothing in until the user has chosen."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError, PqsError, StudyError, UsageError, WriteError
from pqs_coder.exchange.importing import carry_out, plan_import
from pqs_coder.exchange.names import map_names
from pqs_coder.exchange.wide import read_wide
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.names import check_name, fold
from pqs_coder.store import files
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.study import Study, open_study
from tests.exchange.made_up_sorts import made_up, piles_for

SMALL = made_up(3, (1, 2, 1), "small")


def write(tmp_path: Path, *lines: str, name: str = "sorts.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def small(tmp_path: Path, *lines: str, header: str = "session,rater,1,2,3,4"):  # type: ignore[no-untyped-def]
    return read_wide(write(tmp_path, header, *lines), SMALL).sorts


def wide_file(
    tmp_path: Path, item_set: ItemSet, sorts: dict[tuple[str, str], dict[int, int]]
) -> Path:
    header = ",".join(["session", "rater", *(f"item{n}" for n in item_set.numbers)])
    rows = [",".join([*who, *map(str, piles.values())]) for who, piles in sorts.items()]
    return write(tmp_path, header, *rows)


@pytest.mark.parametrize(
    "header",
    [
        "session,rater,1,2,3,4",
        "session,rater,item1,item2,item3,item4",
        "Session,RATER,Q01,Q02,Q03,Q04",
        "session,rater,Item_1,Item_2,Item_3,Item_4",
        "rater,note,q.1,q.2,q.3,q.4,session,phase1",
        "session;rater;1;2;3;4",
        "session\trater\t1\t2\t3\t4",
    ],
)
def test_item_columns_are_the_number_alone_or_after_letters(tmp_path: Path, header: str) -> None:
    signs = [sign for sign in ",;\t" if sign in header]
    names = header.split(signs[0])
    cells = {"session": "S", "rater": "A", "note": "x", "phase1": "7"}
    values = iter("1223")
    row = signs[0].join(cells.get(name.casefold()) or next(values) for name in names)
    (sort,) = read_wide(write(tmp_path, header, row), SMALL).sorts
    assert (sort.session, sort.rater, sort.forced) == ("S", "A", True)
    assert sort.piles == {1: 1, 2: 2, 3: 2, 4: 3}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("S,A,1,2,2,2", "pile 2 has 3 of 2 (+1); pile 3 has 0 of 1 (-1)"),
        ("S,A,1,2,2,", "no pile for item 4"),
        ("S,A,,2,,", "no pile for item 1, 3, 4"),
        ("S,A,1,2,2,7", "item 4 is '7', not 1..3"),
        ("S,A,1,2,2,x y", "item 4 is 'x y', not 1..3"),
        ("S,A,1,2,2,2.5", "item 4 is '2.5', not 1..3"),
        ("S,A,1,2,2", "5 cells for 6 columns: a cell is missing, and where can't be told"),
        (
            "S,A,1,2,2,3,3",
            "7 cells for 6 columns: there is a cell too many, and where can't be told",
        ),
        (",A,1,2,2,3", "no session"),
        ("S, ,1,2,2,3", "no rater"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_why(tmp_path: Path, row: str, problem: str) -> None:
    good, bad = small(tmp_path, "S,B,1,2,2,3", row)
    assert good.forced
    assert not bad.forced
    assert (bad.line, bad.problem) == (3, problem)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    sorts = small(tmp_path, "", '"S\nx",A,1,2,2,3', "", "T,A,1,1,1,1")
    assert [one.line for one in sorts] == [3, 6]


def test_one_rater_twice_in_a_session_is_refused_both_times(tmp_path: Path) -> None:
    first, other, second = small(tmp_path, "S,A,1,2,2,3", "S,B,1,2,2,3", "s,a,3,2,2,1")
    assert other.forced
    assert (first.whole, second.whole) == (False, False)
    assert "S by A stands on line 4 too" in first.problem
    assert "line 2" in second.problem


@pytest.mark.parametrize(
    ("cells", "piles"),
    [
        ("-1,0,0,1", [1, 2, 2, 3]),
        ("+1,0,0,-1", [3, 2, 2, 1]),
        ("\u22121,0,0,1", [1, 2, 2, 3]),
        ("0,1,1,2", [1, 2, 2, 3]),
        ("1.0,2.0,2,3", [1, 2, 2, 3]),
    ],
)
def test_other_scales_are_recognised(tmp_path: Path, cells: str, piles: list[int]) -> None:
    reading = read_wide(write(tmp_path, "session,rater,1,2,3,4", f"S,A,{cells}"), SMALL)
    assert list(reading.sorts[0].piles.values()) == piles
    assert bool(reading.notes) == (not cells.startswith("1"))


def test_one_stray_value_moves_no_scale(tmp_path: Path) -> None:
    good, bad = small(tmp_path, "S,A,1,2,2,3", "S,B,0,2,2,3")
    assert good.piles == {1: 1, 2: 2, 3: 2, 4: 3}
    assert bad.problem == "item 1 is '0', not 1..3"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("session,who,1,2,3,4", "no column 'rater'"),
        ("person,rater,1,2,3,4", "no column 'session'"),
        ("session,rater,1,2,3", "no column for item 4"),
        ("session,rater,x,y", "no column for item 1, 2, 3, 4"),
        ("session,rater,1,2,3,4,5", "item 5 .* is not in the item set"),
        ("session,rater,1,2,3,4,04", "item 4 .* stands there twice"),
        ("session,rater,a1,a2,a3,a4,b1,b2,b3,b4", "a1 and b1 both"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_wide(write(tmp_path, header, "S,A,1,2,2,3"), SMALL)
    assert "line 1" in caught.value.message
    assert caught.value.cure


def test_names_that_are_no_file_names_are_mapped_and_shown(tmp_path: Path) -> None:
    reading = read_wide(
        write(
            tmp_path, "session,rater,1,2,3,4",
            "1.5,Anna B.,1,2,2,3", "1-5,Anna B.,1,2,2,3", "17.0,consensus,1,2,2,3", "120,../x,1,2,2,3",
        ),
        SMALL,
    )  # fmt: skip
    assert [one.session for one in reading.sorts] == ["1-5-2", "1-5", "17", "120"]
    assert [one.rater for one in reading.sorts] == ["Anna-B", "Anna-B", "consensus-1", "x"]
    assert reading.renamed["session"] == {"1.5": "1-5-2", "17.0": "17"}
    assert reading.renamed["rater"] == {
        "Anna B.": "Anna-B",
        "consensus": "consensus-1",
        "../x": "x",
    }


@given(st.lists(st.text(max_size=70), max_size=8))
def test_mapped_names_are_valid_and_never_collide(texts: list[str]) -> None:
    names = map_names(texts, "session")
    assert set(names) == {text for text in texts if text.strip()}
    for text, name in names.items():
        assert check_name(name) == name
        for other, same in names.items():
            if fold(name) == fold(same) and text != other:
                # Only spellings of one valid name are one name.
                assert fold(text) == fold(other)


def test_real_sorts(shared: Callable[[str], Path], study: Study) -> None:
    path = shared("data/sorts/caq_acquaintances.csv")
    reading = read_wide(path, study.item_set, session_column="person")
    plan = plan_import(study, reading)
    assert plan.table().height == 15
    assert plan.table()["line"].to_list()[:3] == [23, 31, 37]
    assert set(plan.table()["session"]) >= {"11", "15", "18", "39", "43", "118"}
    with pytest.raises(DataError, match="15 sorts refused"):
        carry_out(plan, study)
    assert study.session_codes() == []
    result = carry_out(plan_import(study, reading, "valid"), study)
    assert (result.written, result.left) == (225, 15)
    sorts = read_sorts(study)
    assert sorts.n_unique(["session", "rater"]) == 225
    assert sorts["forced"].all()
    with pytest.raises(StudyError, match="225 of the sorts are in the study already"):
        plan_import(study, reading, "unforced")


def test_unforced_sorts_go_in_flagged_and_broken_ones_never(tmp_path: Path, study: Study) -> None:
    good, off = piles_for(study.item_set, 1), piles_for(study.item_set, 2)
    off[1] = 9 if off[1] != 9 else 8
    broken = {**piles_for(study.item_set, 3), 7: 12}
    path = wide_file(
        tmp_path, study.item_set, {("S", "A"): good, ("S", "B"): off, ("T", "A"): broken}
    )
    reading = read_wide(path, study.item_set)
    seen: list[tuple[int, int]] = []
    plan = plan_import(study, reading, "unforced")
    result = carry_out(plan, study, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    assert (result.written, result.sessions, result.left) == (2, 1, 1)
    sorts = read_sorts(study)
    rows = sorts.select("rater", "forced").unique().sort("rater").rows()
    assert rows == [("A", True), ("B", False)]
    got = dict(sorts.filter(rater="B").select("item", "pile").iter_rows())
    assert got == off
    assert sorts["submitted_at"].null_count() == 0
    assert sorts["moves"].null_count() == sorts.height
    assert study.session_codes() == ["S"]


def test_an_existing_sort_or_draft_is_refused_before_anything_is_written(
    tmp_path: Path, study: Study
) -> None:
    first = wide_file(tmp_path, study.item_set, {("S", "A"): piles_for(study.item_set, 1)})
    carry_out(plan_import(study, read_wide(first, study.item_set)), study)
    (study.sorts_folder("S") / "B.journal").write_text("begun", encoding="utf-8")
    for rater in ("a", "b"):
        sorts = {
            ("T", "A"): piles_for(study.item_set, 2),
            ("s", rater): piles_for(study.item_set, 3),
        }
        again = wide_file(tmp_path, study.item_set, sorts)
        with pytest.raises(StudyError, match="line 3: S by"):
            plan_import(study, read_wide(again, study.item_set), "valid")
    assert study.session_codes() == ["S"]


def test_only_leads_import_and_a_closed_roster_stays_closed(tmp_path: Path, study: Study) -> None:
    path = wide_file(tmp_path, study.item_set, {("S", "A"): piles_for(study.item_set, 1)})
    reading = read_wide(path, study.item_set)
    with pytest.raises(UsageError, match="by leads"):
        plan_import(open_study(study.folder, "A"), reading)
    file = study.folder / "study.toml"
    file.write_text(file.read_text() + 'roster = "closed"\n[raters.bo]\nrole = "rater"\n')
    with pytest.raises(UsageError, match=r"Not in the roster.*: A"):
        plan_import(open_study(study.folder), reading)


def test_a_mirrored_rater_is_asked_about_and_can_be_turned(tmp_path: Path, study: Study) -> None:
    base = piles_for(study.item_set, 1)
    mirror = {n: 10 - pile for n, pile in base.items()}
    sorts = {("S", "A"): base, ("S", "B"): base, ("T", "A"): base, ("T", "C"): mirror}
    reading = read_wide(wide_file(tmp_path, study.item_set, sorts), study.item_set)
    warned = [words for words in plan_import(study, reading).doubts if "end for end" in words]
    assert len(warned) == 1
    assert warned[0].startswith("1 of 1 sorts by C run against the mean profile (mean r -1.00)")
    turned = plan_import(study, reading.mirrored({"C"}))
    assert not any("end for end" in words for words in turned.doubts)
    assert turned.taken[3].piles == base
    assert turned.taken[0].piles == base


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_give_a_reading_or_an_error_with_a_cure(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "x.csv"
    for content in (data, b"session,rater,1,2,3,4\n" + data):
        path.write_bytes(content)
        try:
            reading = read_wide(path, SMALL)
        except PqsError as error:
            refused: PqsError | None = error
        else:
            refused = None
            assert all(one.forced or one.problem for one in reading.sorts)
        assert refused is None or (refused.cure and str(path) in refused.message)


def test_an_import_that_was_cut_off_can_be_taken_up_again(
    tmp_path: Path, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorts = {(f"S{n}", "A"): piles_for(study.item_set, n) for n in range(8)}
    path = wide_file(tmp_path, study.item_set, sorts)
    plan = plan_import(study, read_wide(path, study.item_set))

    def fail(operation: str, place: Path) -> None:
        if operation == "link" and place.parents[1].name == "S5":
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "step", fail)
        with pytest.raises(WriteError, match="No space left"):
            carry_out(plan, study)
    done = read_sorts(study)
    for (session,), rows in done.group_by(["session"]):
        assert dict(rows.select("item", "pile").iter_rows()) == sorts[(str(session), "A")]
    assert 0 < done.n_unique("session") < 8
    reading = read_wide(path, study.item_set)
    with pytest.raises(StudyError, match="in the study already") as caught:
        plan_import(study, reading)
    assert "--skip-same" in caught.value.cure
    again = plan_import(study, reading, skip_same=True)
    assert again.says[-1].endswith("are in the study already, the same, and left out.")
    carry_out(again, study)
    assert read_sorts(study).n_unique("session") == 8
    sorts[("S1", "A")] = piles_for(study.item_set, 99)
    other = read_wide(wide_file(tmp_path, study.item_set, sorts), study.item_set)
    with pytest.raises(StudyError, match="1 of the sorts"):
        plan_import(study, other, skip_same=True)


def test_what_the_sorts_are_taken_for_is_told_and_doubted(tmp_path: Path, study: Study) -> None:
    items = study.item_set
    path = wide_file(tmp_path, items, {("S", "A"): piles_for(items, 1)})
    plan = plan_import(study, read_wide(path, items))
    assert plan.says[0].startswith("item set: pqs (Psychotherapy Process Q-set), layout: wide")
    assert "The numbers alone don't tell pqs from apq, caq, cpq." in plan.says
    assert plan.doubts == ()
    caq = path.rename(tmp_path / "caq_2019.csv")
    (doubt,) = plan_import(study, read_wide(caq, items)).doubts
    assert doubt.startswith("The file speaks of caq")
    assert plan_import(study, read_wide(caq, items), item_set="pqs").doubts == ()
    with pytest.raises(UsageError, match="said to hold sorts of caq"):
        plan_import(study, read_wide(caq, items), item_set="caq")
    named = path.with_name("wide.csv")
    named.write_text(caq.read_text().replace("item", "PQS_"), encoding="utf-8")
    quiet = plan_import(study, read_wide(named, items))
    assert quiet.doubts == ()
    assert not any("don't tell" in words for words in quiet.says)


def test_sorts_that_are_left_out_are_named(tmp_path: Path, study: Study) -> None:
    items = study.item_set
    off = {**piles_for(items, 1), 1: 99}
    sorts = {("S", "A"): piles_for(items, 1)} | {(f"T{n}", "B"): off for n in range(3)}
    plan = plan_import(study, read_wide(wide_file(tmp_path, items, sorts), items), "valid")
    assert plan.left_out(2) == [
        "T0 by B (line 3): item 1 is '99', not 1..9",
        "T1 by B (line 4): item 1 is '99', not 1..9",
        "1 more; --dry-run lists them all",
    ]
