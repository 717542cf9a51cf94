"""What the fuzzer has found, read again; and each reader's own files, damaged a little."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz.readers import READERS, harmless

FINDINGS = Path(__file__).with_name("findings")
KEPT = sorted(path for path in FINDINGS.rglob("*") if path.is_file() and path.name != "README.md")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name[:16]}")
def test_what_was_found_once_is_read_or_refused(path: Path) -> None:
    harmless(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("name", READERS)
def test_seeds_are_read_and_damaged_ones_are_read_or_refused(name: str) -> None:
    dice = random.Random(name)
    for seed in READERS[name].seeds():
        READERS[name].read(seed)
        for _ in range(1 if READERS[name].apart else 20):
            harmless(name, damaged(seed, dice))


def damaged(data: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, a piece cut out or doubled."""
    new = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        at, size = dice.randrange(len(new) + 1), dice.randint(1, 40)
        act = dice.randrange(4)
        if act == 0:
            new[at : at + 1] = bytes([dice.randrange(256)])
        elif act == 1:
            del new[at : at + size]
        elif act == 2:
            new[at:at] = new[at : at + size]
        else:
            new[at:at] = dice.choice(
                [b"\0", b'"', b",", b"[", b"{", b"<", b"9" * 30, b"\xff", b"="]
            )
    return bytes(new)


def test_a_finding_would_be_seen() -> None:
    assert set(READERS) >= {path.parent.name for path in KEPT}
    with pytest.raises(AttributeError):
        harmless("journal", None)  # type: ignore[arg-type]
