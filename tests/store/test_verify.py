"""verify: every file of a study is named, every damage found, and repair loses nothing."""

from __future__ import annotations

import os
import random
import shutil
import time

import pytest

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.study import open_study
from pqs_coder.store.verify import DAMAGED, FOREIGN, MISSING, OK, verify
from tests.small_study import fill, make_small_study, submitted, whole_sort

SORTS = "sessions/S1/sorts/"


@pytest.fixture
def study(tmp_path):
    """S1: anna has submitted and revised, ben has submitted, carl drafts; prototypes and tables."""
    make_small_study(tmp_path, "[raters.dora]\nrole = 'lead'\n")
    (tmp_path / "facts.csv").write_text("session,case\nS1,a\n")
    (tmp_path / "assignments.csv").write_text("session,rater\nS1,ben\n")
    for name, text in {
        "prototypes/calm.csv": "item,score\n1,1\n2,2\n3,4\n",
        "prototypes/calm.toml": 'title = "Calm"\n',
        "subsets/early.csv": "item\n1\n2\n",
        "criteria/S1.csv": "item,score\n1,1\n2,2\n3,0\n",
        "structures/K1.toml": 'title = "x"\n',
        "sessions/S1/session.toml": 'title = "An hour"\nmedia = "hour.mp4"\n',
        "sessions/S1/hour.mp4": "film",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    study = open_study(tmp_path)
    submitted(study, "S1", "anna", 1)
    submitted(study, "S1", "ben", 2)
    with open_desk(study, "S1", "anna", revise=Revision("a slip", "dora")) as desk:
        desk.swap(*desk.draft.in_pile(-2), *desk.draft.in_pile(2))
        desk.submit()
    with open_desk(study, "S1", "carl") as desk:
        for item in range(1, 9):
            desk.place(item, 0)
    return study


def found(study, *, repair=False):
    """Findings that are not plainly ok, by file."""
    everything = verify(open_study(study.folder), repair)
    assert len({one.file for one in everything}) == len(everything)
    return {one.file: one for one in everything if one.state != OK or one.message}


def states(findings):
    return {file: one.state for file, one in findings.items()}


def snapshot(study):
    return {p: p.read_bytes() for p in study.folder.rglob("*") if p.is_file()}


def test_a_whole_study_is_ok_and_every_file_is_named(study):
    everything = verify(study)
    assert {one.state for one in everything} == {OK}
    assert {one.message for one in everything} == {""}
    on_disk = {p.relative_to(study.folder).as_posix() for p in snapshot(study)}
    assert {one.file for one in everything} == on_disk
    assert [one.file for one in everything] == sorted(one.file for one in everything)


def test_verify_changes_nothing(study):
    path = study.folder / SORTS / "ben.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    (study.folder / SORTS / ".ben.parquet.aa.tmp").write_bytes(b"x")
    before = snapshot(study)
    verify(study)
    assert snapshot(study) == before


def test_repair_of_a_whole_study_changes_nothing(study):
    before = snapshot(study)
    assert {one.state for one in verify(study, repair=True)} == {OK}
    assert snapshot(study) == before


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("facts.csv", "session,case\nS1\n", "line 2"),
        ("assignments.csv", "rater\n", "no column 'session'"),
        ("item_sets/birds/items.csv", "item,label\n1,\n", "line 2: item 1 has no label"),
        ("item_sets/birds/item_set.toml", "id = 5\n", "line 1: id"),
        ("prototypes/calm.csv", "item,score\n1,x\n", "line 2"),
        ("prototypes/calm.toml", "title = \n", "calm.toml"),
        ("subsets/early.csv", "", "empty"),
        ("criteria/S1.csv", "item,score\n99,1\n", "line 2"),
        ("criteria/S1.csv", "item,score\n1,1\n2,2\n3,4\n", "line 4"),
        ("structures/K1.toml", "x", "K1.toml"),
        ("sessions/S1/session.toml", "speakers = 5\n", "speakers"),
        ("sessions/S1/transcript.txt", "\0", "transcript.txt"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(study, file, text, said):
    (study.folder / file).write_text(text)
    finding = found(study)[file]
    assert finding.state == DAMAGED
    assert said in finding.message
    others = {f: s for f, s in states(found(study)).items() if s == DAMAGED and f != file}
    assert not others


@pytest.mark.parametrize(
    ("file", "state"),
    [
        ("notes.docx", FOREIGN),
        ("sessions/S1/notes.txt", FOREIGN),
        ("sessions/S1/transcript.vtt", FOREIGN),
        (SORTS + "ben.parquet~", FOREIGN),
        (SORTS + "ben (copy).parquet", FOREIGN),
        (SORTS + ".ben.parquet.ab12.tmp", FOREIGN),
        ("sessions/stray.txt", FOREIGN),
        ("prototypes/x.docx", FOREIGN),
        ("criteria/x.docx", FOREIGN),
        ("item_sets/x.txt", FOREIGN),
    ],
)
def test_a_strange_file_is_named(study, file, state):
    (study.folder / file).write_text("x")
    assert states(found(study)) == {file: state}


def test_what_is_gone_is_named(study):
    for file in (
        SORTS + "anna.parquet",
        SORTS + "ben.parquet.blake2",
        "prototypes/calm.csv",
        "item_sets/birds/items.csv",
    ):
        (study.folder / file).unlink()
    assert states(found(study)) == {
        SORTS + "anna.parquet": MISSING,
        SORTS + "ben.parquet": DAMAGED,
        "prototypes/calm.csv": MISSING,
        "item_sets/birds/items.csv": MISSING,
        SORTS + "anna.parquet.blake2": OK,
    }


def test_an_item_set_that_is_nowhere_is_named(study):
    shutil.rmtree(study.folder / "item_sets" / "birds")
    assert states(found(study))["item_sets/birds"] == MISSING


def test_hints_are_given_for_what_is_whole_but_odd(study):
    text = (study.folder / "study.toml").read_text()
    (study.folder / "study.toml").write_text("treshold = 0.6\n" + text)
    (study.folder / "facts.csv").write_text("session,case\nS1,a\nS9,b\n")
    (study.folder / "assignments.csv").write_text("session,rater\nS8,ben\n")
    hints = found(study)
    assert set(states(hints).values()) == {OK}
    assert "treshold" in hints["study.toml"].message
    assert "S9" in hints["facts.csv"].message
    assert "S8" in hints["assignments.csv"].message


def test_a_file_in_the_wrong_place_is_named(study):
    folder = study.folder / SORTS
    (study.folder / "sessions/S2/sorts").mkdir()
    for name in ("ben.parquet", "ben.parquet.blake2", "carl.journal"):
        (folder / name).rename(study.folder / "sessions/S2/sorts" / name)
    finds = found(study)
    for name in ("ben.parquet", "carl.journal"):
        finding = finds[f"sessions/S2/sorts/{name}"]
        assert finding.state == DAMAGED
        assert "Put the file back where it belongs" in finding.message
    before = snapshot(study)
    found(study, repair=True)
    assert {p: d for p, d in snapshot(study).items() if p in before} == before


def test_a_draft_of_other_wording_is_whole_and_explained(study):
    items = study.folder / "item_sets" / "birds" / "items.csv"
    items.write_text(items.read_text().replace("sings 3", "croaks 3"))
    finding = found(study)[SORTS + "carl.journal"]
    assert finding.state == OK
    assert "another version of the item set" in finding.message


def test_ratings_on_a_form_are_checked(study):
    from pqs_coder.store.ratings import form_of, rate

    form = form_of(study, "wai-s")
    rate(study, "S1", form, "anna", {1: 5, 2: 3})
    assert found(study) == {}
    path = study.folder / "sessions/S1/ratings/wai-s/anna.journal"
    path.write_bytes(path.read_bytes().replace(b'"value":5', b'"value":6'))
    assert states(found(study)) == {"sessions/S1/ratings/wai-s/anna.journal": DAMAGED}


# -- repair ----------------------------------------------------------------------------------------


def test_any_flipped_byte_of_a_draft_is_found_and_set_right(study):
    path = study.folder / SORTS / "carl.journal"
    whole = path.read_bytes()
    rng = random.Random(1)
    for place in rng.sample(range(len(whole)), 12):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 2]) + whole[place + 1 :])
        damaged = path.read_bytes()
        assert found(study)[SORTS + "carl.journal"].state == DAMAGED
        finding = found(study, repair=True)[SORTS + "carl.journal"]
        assert finding.state == OK
        assert "nothing is lost" in finding.message
        assert path.read_bytes() == whole
        kept = path.with_name("carl.journal.damaged")
        assert kept.read_bytes() == damaged
        kept.unlink()


def test_a_draft_with_a_lost_line_goes_on_with_the_others(study):
    path = study.folder / SORTS / "carl.journal"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"\0" * 50 + b"\n", *lines[4:]]))
    damaged = path.read_bytes()
    finding = found(study, repair=True)[SORTS + "carl.journal"]
    assert finding.state == OK
    assert "line 4 was damaged or missing" in finding.message
    assert path.with_name("carl.journal.damaged").read_bytes() == damaged
    with open_desk(open_study(study.folder), "S1", "carl") as desk:
        assert desk.draft.placed == 7
        assert "line 4" in desk.warnings[0]
    assert "Mended" in found(study)[SORTS + "carl.journal"].message
    assert set(states(found(study)).values()) == {OK}


def test_a_draft_in_use_is_not_repaired(study):
    path = study.folder / SORTS / "carl.journal"
    with open_desk(study, "S1", "carl"):
        path.write_bytes(path.read_bytes().replace(b'"item":3', b'"item":9'))
        finding = found(study, repair=True)[SORTS + "carl.journal"]
        assert finding.state == DAMAGED
        assert "open elsewhere" in finding.message


@pytest.mark.parametrize("name", ["anna.parquet", "anna.2.parquet", "ben.parquet"])
@pytest.mark.parametrize("how", ["flip", "cut", "gone", "digest flipped", "digest gone", "both"])
def test_a_submitted_sort_is_written_anew_from_its_journal(study, name, how):
    before = read_sorts(study, all_revisions=True).drop("submitted_at")
    path = study.folder / SORTS / name
    beside = path.with_name(f"{name}.blake2")
    data = path.read_bytes()
    if how == "flip":
        path.write_bytes(data[:99] + bytes([data[99] ^ 1]) + data[100:])
    elif how == "cut":
        path.write_bytes(data[:-7])
    elif how == "digest flipped":
        beside.write_text("0" * 128)
    if how in ("gone", "both"):
        path.unlink()
    if how in ("digest gone", "both"):
        beside.unlink()
    left = path.read_bytes() if path.exists() else None
    assert found(study)[SORTS + name].state == (MISSING if left is None else DAMAGED)
    finding = found(study, repair=True)[SORTS + name]
    assert finding.state == OK
    assert "Written anew from" in finding.message
    after = read_sorts(open_study(study.folder), all_revisions=True)
    assert after.drop("submitted_at").equals(before)
    assert after["submitted_at"].null_count() == 0
    if left is not None:
        assert path.with_name(f"{name}.damaged").read_bytes() == left
    assert set(states(found(study)).values()) <= {OK}


def test_an_imported_sort_has_no_journal_and_stays_damaged(study):
    folder = study.folder / SORTS
    (folder / "ben.journal-1").unlink()
    path = folder / "ben.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    before = snapshot(study)
    finding = found(study, repair=True)[SORTS + "ben.parquet"]
    assert finding.state == DAMAGED
    assert "copy of the study" in finding.message
    assert snapshot(study) == before


def test_a_kept_journal_is_set_right_only_where_that_is_exact(study):
    path = study.folder / SORTS / "ben.journal-1"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"item":3', b'"item":9'))
    assert found(study)[SORTS + "ben.journal-1"].state == DAMAGED
    assert found(study, repair=True)[SORTS + "ben.journal-1"].state == OK
    assert path.read_bytes() == whole
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert found(study, repair=True)[SORTS + "ben.journal-1"].state == DAMAGED


def test_unfinished_writes_are_removed_once_they_are_old(study):
    folder = study.folder / SORTS
    old, new = folder / ".ben.parquet.aa.tmp", folder / ".ben.parquet.bb.tmp"
    inner = study.folder / "sessions" / ".S9.cc.tmp"
    inner.mkdir()
    for path in (old, new, inner / "transcript.txt"):
        path.write_bytes(b"x")
    for path in (old, inner):
        os.utime(path, (time.time() - 7200,) * 2)
    findings = found(study, repair=True)
    assert set(states(findings).values()) == {FOREIGN}
    assert not old.exists()
    assert not inner.exists()
    assert new.exists()


def test_a_lock_left_behind_is_told_and_removed(study):
    lock = study.folder / SORTS / "carl.lock"
    lock.write_text("{}")
    assert "harmless" in found(study)[SORTS + "carl.lock"].message
    found(study, repair=True)
    assert not lock.exists()
    with open_desk(study, "S1", "carl"):
        assert "Held by" in found(study, repair=True)[SORTS + "carl.lock"].message


def test_what_was_set_aside_is_told_and_left(study):
    folder = study.folder / SORTS
    for name in ("carl.journal.torn", "carl.journal.old-2", "ben.parquet.damaged"):
        (folder / name).write_bytes(b"x")
    before = snapshot(study)
    findings = found(study, repair=True)
    assert set(states(findings).values()) == {OK}
    assert len(findings) == 3
    assert snapshot(study) == before


def test_a_submission_that_was_cut_off_is_no_damage(study):
    with open_desk(study, "S1", "carl") as desk:
        fill(desk, 4)
    folder = study.folder / SORTS
    (folder / "carl.parquet.blake2").write_text("0" * 128)
    assert states(found(study)) == {SORTS + "carl.parquet.blake2": OK}


def test_a_rater_checks_own_sorts_and_learns_of_no_other(study):
    folder = study.folder / SORTS
    (folder / "carl.journal").write_bytes(
        (folder / "carl.journal").read_bytes().replace(b'"item":3', b'"item":9')
    )
    (folder / "ben.parquet").write_bytes(b"x")
    before = (folder / "ben.parquet").read_bytes()
    findings = verify(open_study(study.folder, "carl"), repair=True)
    assert {one.file for one in findings} == {SORTS + "carl.journal"}
    assert findings[0].state == OK
    assert (folder / "ben.parquet").read_bytes() == before


def test_every_flipped_byte_in_any_sort_of_a_study_is_found(study):
    folder = study.folder / SORTS
    rng = random.Random(2)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for place in rng.sample(range(len(whole)), min(6, len(whole))):
            if path.suffix == ".blake2" and place >= 128:
                continue  # the name beside the digest is for b2sum
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
            assert DAMAGED in states(found(study)).values(), (path, place)
        path.write_bytes(whole)
    assert found(study) == {}
    assert whole_sort(2) == dict(
        read_sorts(study).filter(rater="ben").select("item", "pile").rows()
    )
