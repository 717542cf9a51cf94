"""Result tables as files: full precision, null for missing, never NaN."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pqs_coder.errors import UsageError
from pqs_coder.exchange.table_files import table_bytes

FRAME = pl.DataFrame(
    {
        "session": ["A,1", '=1+"1"', None, ""],
        "r": [0.1 + 0.2, -1.0, None, 1e-17],
        "odd": [float("nan"), float("inf"), float("-inf"), 2.0],
        "n": [1, None, -3, 2**53],
        "yes": [True, False, None, True],
        "raters": [["a", "b"], [], None, ["c"]],
        "at": [datetime(2026, 1, 31, 9, 30, 0, 1, UTC), None, None, None],
        "day": [date(2026, 1, 31), None, None, None],
    },
    schema_overrides={"at": pl.Datetime("us", "UTC")},
)
ROWS = [
    {"session": "A,1", "r": 0.1 + 0.2, "odd": None, "n": 1, "yes": True, "raters": "a,b",
     "at": "2026-01-31T09:30:00.000001Z", "day": "2026-01-31"},
    {"session": '=1+"1"', "r": -1.0, "odd": None, "n": None, "yes": False, "raters": "",
     "at": None, "day": None},
    {"session": None, "r": None, "odd": None, "n": -3, "yes": None, "raters": None,
     "at": None, "day": None},
    {"session": "", "r": 1e-17, "odd": 2.0, "n": 2**53, "yes": True, "raters": "c",
     "at": None, "day": None},
]  # fmt: skip


def test_json_is_a_list_of_flat_objects() -> None:
    assert json.loads(table_bytes(FRAME, ".json")) == ROWS
    assert b"NaN" not in table_bytes(FRAME, ".json")
    assert json.loads(table_bytes(FRAME.head(0), ".json")) == []


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx"])
def test_golden(suffix: str, golden: Callable[[str, bytes], None]) -> None:
    golden(f"table{suffix}", table_bytes(FRAME, suffix))


def test_csv_keeps_full_precision_and_harmless_texts() -> None:
    text = table_bytes(FRAME, ".CSV").decode()
    assert "0.30000000000000004" in text
    assert '"\'=1+""1"""' in text
    assert "NaN" not in text


def test_parquet_holds_the_table_as_it_is() -> None:
    assert_frame_equal(pl.read_parquet(io.BytesIO(table_bytes(FRAME, ".parquet"))), FRAME)


def test_an_unknown_suffix_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'\.doc'"):
        table_bytes(FRAME, ".doc")
