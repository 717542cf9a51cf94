"""Printed tables: golden texts, what is left out, and nothing that runs or breaks out."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import docx
import polars as pl
import pytest

from pqs_coder.errors import UsageError
from pqs_coder.report.table_formats import SUFFIXES, as_markdown, table_file
from pqs_coder.report.tables import Column, Table, build_table, p_text, written
from tests.report.conftest import Golden

FRAME = pl.DataFrame(
    {
        "session": ["K4", "=1+1", "a|b <i>*x*</i>"],
        "raters": ["anna,ben", "ben,carla", "anna,ben,carla"],
        "n": [2, 2, 1234],
        "r": [0.697, -0.0661, None],
        "low": [0.58, -0.26, None],
        "high": [0.786, 0.13, None],
        "difference": [1.25, -0.004, 0.0],
        "p": [0.0004, 0.0123, 1.0],
        "share": [0.131, 0.377, 0.0],
        "asks": [False, True, True],
        "nothing": [None, None, None],
    }
)
COLUMNS = [
    Column("session", "Session"),
    Column("raters", "Raters", "names"),
    Column("n", "n", "count", italic=True),
    Column("r", "r", "r", italic=True),
    Column("low", "95 % CI", "r_interval", high="high"),
    Column("difference", "Difference", "number"),
    Column("p", "p", "p", italic=True),
    Column("share", "Exact", "percent"),
    Column("asks", "Third rater", "yes"),
    Column("nothing", "Nothing"),
    Column("absent", "Absent"),
]


@pytest.fixture
def table() -> Table:
    return build_table(FRAME, COLUMNS, "A table <b>with</b> signs", ["A note."], "pqs x").numbered(
        3
    )


class Cells(HTMLParser):
    """Texts of the cells of all rows; tags that were met."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("suffix", [".md", ".html", ".csv"])
def test_golden(suffix: str, table: Table, golden: Golden) -> None:
    golden(f"table{suffix}", table_file([table, table.numbered(4)], suffix))


def test_columns_without_values_are_left_out(table: Table) -> None:
    heads = [column.head for column in table.columns]
    assert "Nothing" not in heads
    assert "Absent" not in heads


def test_an_empty_frame_keeps_its_columns() -> None:
    table = build_table(FRAME.clear(), COLUMNS[:3], "Empty")
    assert [column.head for column in table.columns] == ["Session", "Raters", "n"]
    assert table.rows == ()


def test_the_values_stay_beside_the_texts(table: Table) -> None:
    cell = table.rows[0][4]
    assert cell.text == "[.58, .79]"
    assert cell.values == (0.58, 0.786)


def test_html_holds_the_same_cells_and_no_tag_of_the_data(table: Table) -> None:
    page = Cells(table_file([table], ".html").decode())
    assert page.rows == [[c.head for c in table.columns], *table.texts]
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert "<i>*x*" not in table_file([table], ".html").decode()


def test_word_holds_the_same_cells(table: Table) -> None:
    document = docx.Document(io.BytesIO(table_file([table], ".docx")))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows == [[c.head for c in table.columns], *table.texts]
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[:2] == ["Table 3", "A table <b>with</b> signs"]
    assert words[-1].startswith("Note. A note.")


def test_csv_runs_nothing_and_its_numbers_can_be_read(table: Table) -> None:
    rows = list(csv.DictReader(io.StringIO(table_file([table], ".csv").decode())))
    assert rows[1]["Session"] == "'=1+1"
    assert float(rows[1]["r"]) == -0.07
    assert rows[2]["r"] == ""


def test_markdown_marks_up_nothing_of_the_data(table: Table) -> None:
    assert "a\\|b \\<i\\>\\*x\\*\\</i\\>" in as_markdown(table)


def test_another_suffix_is_refused(table: Table) -> None:
    with pytest.raises(UsageError, match="xyz"):
        table_file([table], ".xyz")
    assert set(SUFFIXES) == {".md", ".html", ".csv", ".docx"}


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0, "< .001"), (0.00099, "< .001"), (0.001, ".001"), (0.0496, ".050"), (0.5, ".500"),
     (1.0, "1.000")],
)  # fmt: skip
def test_p(p: float, text: str) -> None:
    assert p_text(p) == text


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [("r", -0.25, "\u2212.25"), ("number", -0.004, "0.00"), ("number", -1.5, "\u22121.50"),
     ("percent", 0.126, "13 %"), ("count", 12345, "12,345"), ("yes", True, "yes"),
     ("names", "a,b", "a, b")],
)  # fmt: skip
def test_written(kind: str, value: object, text: str) -> None:
    assert written(Column("x", "X", kind), value) == text  # type: ignore[arg-type]
