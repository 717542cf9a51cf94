"""A sort taken out of a study: nothing counts it, nothing of it is lost, and it says why."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Pqs


def test_a_withdrawn_sort_counts_nowhere_and_is_kept(pqs: Pqs, demo_copy: Path) -> None:
    where = ("--study", demo_copy)
    sorts = demo_copy / "sessions" / "D3" / "sorts"
    before = {one.name: one.read_bytes() for one in sorts.glob("ben.*")}
    said = pqs("withdraw", "d3", "--rater", "Ben", "--reason", "a copy, of anna's", *where)
    assert said.code == 0
    after = {one.name: one.read_bytes() for one in sorts.glob("ben.*")}
    assert after == {f"{name}.withdrawn": data for name, data in before.items()}
    rows = pqs("agreement", "--by", "pair", "--format", "json", *where).rows
    assert not [row for row in rows if row["session"] == "D3" and "ben" in row.values()]
    lines = (demo_copy / "withdrawn.csv").read_text().splitlines()
    assert lines[0] == "session,rater,occasion,reason,by,at"
    assert lines[1].startswith('D3,ben,1,"a copy, of anna\'s",lead,20')
    found = pqs("verify", "--format", "json", *where)
    assert found.code == 0
    states = {row["file"]: row for row in found.rows}
    assert states["withdrawn.csv"]["state"] == "ok"
    kept = states["sessions/D3/sorts/ben.parquet.withdrawn"]
    assert kept["message"].startswith("Withdrawn")


def test_only_a_sort_that_is_there_is_withdrawn_by_a_lead_with_a_reason(
    pqs: Pqs, demo_copy: Path
) -> None:
    where = ("--study", demo_copy)
    assert pqs("withdraw", "D3", "--rater", "zoe", "--reason", "x", *where).code == 3
    assert pqs("withdraw", "D3", "--rater", "ben", "--reason", " ", *where).code == 2
    assert pqs("withdraw", "D3", "--rater", "ben", *where).code == 2
    as_ben = ("--as", "ben", *where)
    assert pqs("withdraw", "D3", "--rater", "ben", "--reason", "x", *as_ben).code == 2
    assert not (demo_copy / "withdrawn.csv").exists()
    assert pqs("withdraw", "D3", "--rater", "ben", "--reason", "x", "--second", *where).code == 3
