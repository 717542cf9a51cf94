"""What all tests share: the demo study, made once, and the project's data where it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# In CI the same examples each time: a red run is a change's own; local runs and soak keep looking.
settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=60,
    derandomize=bool(os.environ.get("CI")),
)
settings.register_profile("soak", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in ("PQS_STUDY", "PQS_RATER", "PQS_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def demo_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo study; read it only (`demo_copy` is for writing)."""
    from pqs_coder.exchange.demo import make_demo

    folder = tmp_path_factory.mktemp("demo") / "study"
    make_demo(folder)
    return folder


@pytest.fixture
def demo_copy(demo_study: Path, tmp_path: Path) -> Path:
    """A copy of the demo study to write in."""
    return Path(shutil.copytree(demo_study, tmp_path / "study"))


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file of the project's shared data; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"the shared data are not here: {name}")
        return path

    return find
