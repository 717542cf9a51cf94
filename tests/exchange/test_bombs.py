"""Small files that unpack to far more than there is memory for: refused, and before it is taken."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from pqs_coder.errors import DataError
from pqs_coder.exchange.archive import read_archive
from pqs_coder.exchange.tables_in import read_tables
from pqs_coder.store.transcripts import read_transcript

HUGE, LARGE = 510_000_000, 250_000_000


def zip_of(path: Path, name: str, size: int, more: dict[str, str] | None = None) -> Path:
    """A zip with one member of blanks, that packs to a hundredth or less."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, text in (more or {}).items():
            archive.writestr(other, text)
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(size // 1_000_000):
                member.write(b" " * 1_000_000)
    assert path.stat().st_size < size / 100
    return path


def refused(action: Callable[[], object]) -> DataError:
    """The error, given in little memory."""
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as caught:
            action()
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.cure
    return caught.value


@pytest.mark.parametrize(("name", "size"), [("word/document.xml", 40_000_000), ("x.bin", HUGE)])
def test_a_word_document_that_is_a_bomb(tmp_path: Path, name: str, size: int) -> None:
    path = zip_of(tmp_path / "t.docx", name, size)
    assert "unpacks to far more" in refused(lambda: read_transcript(path)).message


def test_an_archive_that_is_a_bomb(tmp_path: Path) -> None:
    manifest = json.dumps({"files": [{"path": "x", "size": LARGE, "blake2b": ""}]})
    path = zip_of(tmp_path / "a.zip", "x", LARGE, {"manifest.json": manifest})
    assert "unpacks to 250 MB" in refused(lambda: read_archive(path)).message


def test_a_workbook_with_a_cell_at_the_far_end_of_its_sheet(tmp_path: Path) -> None:
    """Its reader asks for the memory of all cells before it, and ends the process it runs in."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("sorts")
    sheet.write(0, 0, "session")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    path = tmp_path / "far.xlsx"
    path.write_bytes(buffer.getvalue())
    assert "far too large" in refused(lambda: read_tables(path)).message
