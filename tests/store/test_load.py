"""A small day's load: several processes, many drafts at once, nothing lost; and the check can fail."""

from __future__ import annotations

from benchmarks.bench_store import load, make, what_is_lost, work


def test_nothing_is_lost_when_many_write_at_once(tmp_path):
    raters = make(tmp_path / "study", raters=4, sessions=5)
    day = load(tmp_path / "study", raters, moves=4, processes=2)
    assert len(day.acknowledged) == 20
    assert sum(len(one.moving) for one in day.told) == 80
    assert what_is_lost(tmp_path / "study", day.acknowledged) == []


def test_a_lost_move_and_a_damaged_file_would_be_told(tmp_path):
    told = work(tmp_path / "study", make(tmp_path / "study", raters=1, sessions=2), moves=3)
    sorts = [tmp_path / "study" / "sessions" / code / "sorts" for code in ("s000", "s001")]
    journal = sorts[0] / "r00.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    (sorts[1] / "r00.parquet").write_bytes(b"no sort")
    lost = what_is_lost(tmp_path / "study", told.acknowledged)
    assert lost[0] == f"s000 by r00: {len(lines) - 2} of {len(lines) - 1} lines"
    assert lost[1].startswith("sessions/s001/sorts/r00.parquet: Its digest is missing.")
