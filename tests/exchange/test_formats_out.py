"""Every writer golden, every writer read back, and what the other program's reader wants."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_frame_equal

from pqs_coder.analysis.agreement import agreement_table
from pqs_coder.errors import UsageError
from pqs_coder.exchange.any_file import read_sorts_file
from pqs_coder.exchange.codebook import MEANING
from pqs_coder.exchange.formats import EVERYTHING, FORMATS, choose_format, write_sorts
from pqs_coder.exchange.importing import carry_out, plan_import
from pqs_coder.exchange.pqmethod import render_pqmethod
from pqs_coder.exchange.short_names import ascii_text, short_names
from pqs_coder.exchange.table_files import workbook_of_rows
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.making import make_study
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.sorts import SORT_SCHEMA
from pqs_coder.store.study import open_study
from tests.exchange.made_up_sorts import made_up, write_item_set

Golden = Callable[[str, bytes], None]
SCRIPTS = ("r", "python")
WRITERS = [(form.name, suffix) for form in FORMATS.values() for suffix in form.suffixes]


@pytest.mark.parametrize(("name", "suffix"), WRITERS)
def test_golden(
    name: str, suffix: str, awkward: pl.DataFrame, deck: ItemSet, golden: Golden
) -> None:
    rendered = FORMATS[name].render(awkward, deck, suffix)
    for written, data in rendered.items():
        golden(f"{name}/{suffix.removeprefix('.')}{written}", data)


@pytest.mark.parametrize(("name", "suffix"), [(n, s) for n, s in WRITERS if FORMATS[n].reads_back])
def test_every_format_goes_round(
    name: str, suffix: str, awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    path = tmp_path / f"Größe{suffix}"
    write_sorts(awkward, path, name, deck)
    # A script's data lie beside it.
    reading = read_sorts_file(path.with_name(f"{path.name}.csv") if name in SCRIPTS else path, deck)
    got = {(one.session, one.rater, n): p for one in reading.sorts for n, p in one.piles.items()}
    rows = awkward.select("session", "rater", "item", "pile").iter_rows()
    assert got == {(session, rater, item): pile for session, rater, item, pile in rows}
    assert all(one.forced for one in reading.sorts)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [(n, s) for n, s in WRITERS if FORMATS[n].holds == EVERYTHING and FORMATS[n].reads_back],
)
def test_formats_that_hold_everything_bring_it_into_another_study(
    name: str, suffix: str, awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    path = tmp_path / f"sorts{suffix}"
    write_sorts(awkward, path, name, deck)
    study_folder = tmp_path / "study"
    write_item_set(study_folder / "item_sets" / deck.id, deck)
    make_study(study_folder, item_set=deck.id)
    study = open_study(study_folder)
    assert study.item_set.hash == deck.hash
    carry_out(plan_import(study, read_sorts_file(path, study.item_set)), study)
    expected = awkward.sort("session", "rater", "item")
    assert_frame_equal(read_sorts(study).sort("session", "rater", "item"), expected)


def test_pqmethod_keeps_its_columns_with_a_hundred_statements(
    awkward: pl.DataFrame, deck: ItemSet
) -> None:
    lines = render_pqmethod(awkward, deck, ".dat")[".DAT"].decode("ascii").split("\r\n")
    assert lines[0][:9] == "  0  5100"
    assert lines[1][:6] == "  1  9"
    sizes = [int(lines[1][6 + 3 * n : 9 + 3 * n]) for n in range(20)]
    assert dict(zip(range(-6, 14), sizes, strict=True)) == {
        **dict.fromkeys(range(-6, 14), 0),
        **{pile.value: pile.size for pile in deck.piles},
    }
    assert [len(line) for line in lines[2:-1]] == [210] * 5
    assert lines[-1] == ""
    first = awkward.head(100)["pile"].to_list()
    assert [int(lines[2][10 + 2 * n : 12 + 2 * n]) for n in range(100)] == first


def test_long_names_never_collide() -> None:
    pairs = [("session-long", f"rater-{n}") for n in range(12)]
    names = short_names(pairs, 8)
    assert len({name.casefold() for name in names}) == 12
    assert all(len(name) <= 8 for name in names)
    assert short_names([("A1", "bo"), ("a1", "BO")], 8) == ["1_A1_bo", "2_a1_BO"]
    assert short_names([("A1", "bo"), ("A2", "bo")], 8) == ["A1_bo", "A2_bo"]


def test_other_letters_are_told_apart_from_ascii() -> None:
    assert ascii_text("Ängste – “so”\tß 悲") == 'Angste - "so" ss ?'


@pytest.mark.parametrize("name", ["pqmethod", "kade"])
def test_gaps_and_piles_that_do_not_fit_are_refused(
    name: str, awkward: pl.DataFrame, deck: ItemSet
) -> None:
    form = FORMATS[name]
    gap = awkward.with_columns(pl.when(pl.col("item") != 7).then(pl.col("pile")).alias("pile"))
    with pytest.raises(UsageError, match=r"item 7 of \S+ by \S+"):
        form.render(gap, deck, form.suffixes[0])
    far = made_up(20, (5,) * 20)
    with pytest.raises(UsageError, match="outside -6 to 13"):
        form.render(pl.DataFrame(schema=SORT_SCHEMA), far, form.suffixes[0])


def test_spss_reads_labels_of_items_and_piles(
    awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    path = tmp_path / "sorts.sav"
    write_sorts(awkward, path, None, deck)
    frame, meta = pyreadstat.read_sav(path, output_format="polars")
    assert frame.columns == ["session", "rater", *(f"item{n}" for n in range(1, 101))]
    assert frame["session"].to_list() == ["Größe-3", "Größe-3", "S1", "S1", "120"]
    assert meta.column_names_to_labels["item7"] == deck.item(7).label
    assert meta.variable_value_labels["item7"] == {
        1.0: "extremely uncharacteristic",
        9.0: "extremely characteristic",
    }


def test_the_workbook_has_a_codebook(awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path) -> None:
    path = tmp_path / "sorts.xlsx"
    write_sorts(awkward, path, None, deck)
    book = fastexcel.read_excel(path)
    assert book.sheet_names == ["sorts", "tidy", "evidence", "items", "piles", "columns", "about"]
    items = book.load_sheet("items").to_polars()
    assert items["label"].to_list() == [item.label for item in deck.items]
    notes = book.load_sheet("evidence").to_polars()
    assert (
        notes.height
        == awkward.filter(
            pl.col("note").is_not_null() | pl.col("evidence").is_not_null() | pl.col("unsure")
        ).height
    )
    # Text stays text: no formula in any sheet.
    assert notes["note"][0] == '=HYPERLINK("http://x","y")'


def test_every_column_of_the_tidy_table_is_explained() -> None:
    assert list(MEANING) == list(SORT_SCHEMA)


def test_what_each_format_loses_is_said(
    awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    for name, suffix in WRITERS:
        path = tmp_path / f"{name}{suffix}"
        told: list[tuple[str, bool]] = []

        def tell(words: str, told: list[tuple[str, bool]] = told, path: Path = path) -> None:
            told.append((words, path.exists()))

        write_sorts(awkward, path, name, deck, tell)
        assert bool(told) == (FORMATS[name].holds != EVERYTHING)
        for words, there in told:
            assert "times" in words
            assert not there, "it is said before anything is written"


def test_every_format_counts_what_it_holds(awkward: pl.DataFrame, deck: ItemSet) -> None:
    found = {name: form.count(awkward, deck) for name, form in FORMATS.items()}
    assert found.pop("codebook") == (100, "items")
    assert found.pop("evidence") == (42, "rows of notes and evidence")
    assert set(found.values()) == {(5, "sorts")}


def test_a_suffix_alone_means_one_format() -> None:
    names = {suffix: choose_format(Path(f"x{suffix}")).name for _, suffix in WRITERS}
    assert names == {
        ".csv": "tidy", ".parquet": "tidy", ".arrow": "tidy", ".xlsx": "xlsx",
        ".sav": "sav", ".dat": "pqmethod", ".zip": "kade",
        ".r": "r", ".py": "python",
    }  # fmt: skip


def test_what_a_sheet_cannot_hold_is_refused(awkward: pl.DataFrame, deck: ItemSet) -> None:
    long = awkward.with_columns(pl.lit("x" * 40_000).alias("note"))
    with pytest.raises(UsageError, match="40000 signs"):
        FORMATS["xlsx"].render(long, deck, ".xlsx")
    with pytest.raises(UsageError, match="1048577 rows"):
        workbook_of_rows({"t": [[]] * 1_048_577})
    many = pl.concat([awkward] * 2098)
    with pytest.raises(UsageError, match="The sheet tidy would have 1049001 rows"):
        FORMATS["xlsx"].render(many, deck, ".xlsx")


def test_a_workbook_that_takes_a_while_is_told(
    awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("pqs_coder.exchange.formats._SLOW_ROWS", 400)
    write_sorts(awkward, tmp_path / "x.xlsx", None, deck, told.append)
    assert told == ["A workbook of 500 rows takes a while; .csv and .parquet do not."]


@pytest.mark.parametrize(("name", "suffix"), [("python", ".py"), ("r", ".R")])
def test_scripts_reproduce_the_main_table(
    name: str, suffix: str, awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    program = {"python": sys.executable, "r": shutil.which("Rscript")}[name]
    if program is None:
        pytest.skip("R is not here")
    path = tmp_path / f"Größe {suffix}"
    write_sorts(awkward, path, name, deck)
    done = subprocess.run([program, str(path)], capture_output=True, check=True, cwd="/")
    got = pl.read_csv(io.BytesIO(done.stdout), schema_overrides={"session": pl.String})
    said = ["session", "n_raters", "n_items", "r", "r_min", "r_max", "reliability"]
    expected = agreement_table(awkward, "session").frame.select(said)
    assert_frame_equal(got.select(said), expected, check_dtypes=False, check_row_order=False)
    assert set(got["raters"]) == {"Åsa,李雷", "Åsa,anna_b"}


def test_a_second_sort_does_not_fit_a_column_for_each_rater(
    awkward: pl.DataFrame, deck: ItemSet
) -> None:
    again = pl.concat([awkward, awkward.with_columns(pl.lit(2, pl.Int64).alias("occasion"))])
    with pytest.raises(UsageError, match="one sort of each session"):
        FORMATS["ratings"].render(again, deck, ".csv")


def test_files_of_two_exports_are_never_the_same(
    awkward: pl.DataFrame, deck: ItemSet, tmp_path: Path
) -> None:
    written: list[Path] = []
    for name, suffix in WRITERS:
        if choose_format(Path(f"x{suffix}")).name != name:
            continue  # these say the name of the format, and share a suffix with another
        before = set(tmp_path.iterdir())
        write_sorts(awkward, tmp_path / f"sorts{suffix}", name, deck)
        written += sorted(set(tmp_path.iterdir()) - before)
        assert tmp_path / f"sorts{suffix}" in set(tmp_path.iterdir()) - before
    assert len(written) == len(set(written)) == len(list(tmp_path.iterdir()))
    assert tmp_path / "sorts.STA" in written
    assert tmp_path / "sorts.dat.names.csv" in written
