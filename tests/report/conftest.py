"""Golden texts, and the archive with its planted numbers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "report"

Golden = Callable[[str, bytes], None]


@pytest.fixture
def golden() -> Golden:
    """Compare with a golden file; PQS_WRITE_GOLDEN=1 writes it anew, to be read in the diff."""

    def compare(name: str, found: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("PQS_WRITE_GOLDEN"):
            path.write_bytes(found)
        assert found.decode("utf-8") == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo archive; read it only."""
    from pqs_coder.exchange.demo import make_archive

    folder = tmp_path_factory.mktemp("archive") / "study"
    make_archive(folder)
    return folder
