"""Encryption at rest: texts are nowhere on disk, piles stay open, a wrong key is told."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import DataError, PqsError, StudyError, UsageError
from pqs_coder.store import files
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.sealing import seal_study, unseal_study
from pqs_coder.store.session_transcripts import session_transcript
from pqs_coder.store.study import open_study
from pqs_coder.store.vault import (
    Vault,
    new_vault,
    open_line,
    read_key_file,
    seal_line,
    write_key_file,
)
from pqs_coder.store.verify import DAMAGED, OK, verify
from pqs_coder.store.work import list_work
from tests.small_study import fill, make_small_study, whole_sort
from tests.store.faulty import Steps, stepping

SECRETS = (b"Quartzwords", b"words of turn", b"1:23:45")


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "study.key"
    write_key_file(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """anna submitted S1 and revised it, ben drafts it; all have notes and evidence."""
    folder = make_small_study(tmp_path / "study")
    study = open_study(folder)
    with open_desk(study, "S1", "anna") as desk:
        fill(desk)
        desk.note(3, "Quartzwords of anna")
        desk.evidence(3, ("2", "1:23:45", "all"))
        desk.submit()
    with open_desk(study, "S1", "anna", revise=Revision("a slip", "dora")) as desk:
        desk.swap(*desk.draft.in_pile(-2), *desk.draft.in_pile(2))
        desk.submit()
    with open_desk(study, "S1", "ben") as desk:
        desk.place(1, 0)
        desk.note(1, "Quartzwords of ben")
        desk.evidence(1, ("1:23:45",))
    return folder


def on_disk(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def open_texts(folder):
    """Files in which a secret can be read. Parquet is looked into, since it is compressed."""
    import io

    import polars as pl

    found = []
    for path, data in on_disk(folder).items():
        if path.suffix == ".parquet":
            data = str(pl.read_parquet(io.BytesIO(data)).to_dicts()).encode()
        if any(secret in data for secret in SECRETS):
            found.append(path.name)
    return sorted(found)


def unlocked(folder, key):
    study = open_study(folder)
    assert study.vault is not None
    study.vault.unlock(key_file=key)
    return study


# -- sealing one text ------------------------------------------------------------------------------


@given(st.text(max_size=50), st.sampled_from(("note", "evidence")))
def test_a_text_goes_round_and_is_never_the_same_twice(vault, text, purpose):
    first, second = vault.seal_text(text, purpose), vault.seal_text(text, purpose)
    assert first != second
    assert vault.open_text(first, purpose) == vault.open_text(second, purpose) == text
    assert len(text) < 20 or text not in first  # shorter ones may stand there by chance


@pytest.fixture(scope="session")
def vault(key):
    return new_vault(key_file=key)


@pytest.mark.parametrize("text", ["Quartz", "Quartz!", "Quartz?!"])  # every length of the padding
def test_a_changed_or_moved_text_is_told(vault, text):
    sealed = vault.seal_text(text, "note")
    with pytest.raises(DataError):
        vault.open_text(sealed, "evidence")
    for place in range(len("sealed:"), len(sealed)):
        for other in sorted({"A", "B", "Q", "g", "w", "="} - {sealed[place]}):
            with pytest.raises(DataError):
                vault.open_text(sealed[:place] + other + sealed[place + 1 :], "note")


@given(st.text(max_size=60))
def test_any_other_text_is_told(vault, text):
    with pytest.raises(DataError):
        vault.open_text(f"sealed:{text}", "note")


@given(st.binary(max_size=200))
def test_files_go_round(vault, data):
    sealed = vault.seal_bytes(data, "transcript")
    assert vault.open_bytes(sealed, "transcript", "x") == data
    with pytest.raises(DataError):
        vault.open_bytes(sealed[:-1], "transcript", "x")
    with pytest.raises(DataError):
        vault.open_bytes(data, "transcript", "x")


def test_lines_of_a_journal_go_round(vault):
    lines = [
        {"do": "note", "item": 1, "text": "a\u2028b"},
        {"do": "evidence", "item": 1, "marks": ["2", "1:23", "all"]},
        {"do": "place", "item": 1, "pile": 2},
        {"do": "note", "item": 1, "text": ""},
        {"item": 1, "pile": 2, "heap": None, "note": "x", "evidence": ["3"]},
    ]
    for line in lines:
        sealed = seal_line(line, vault)
        assert open_line(sealed, vault) == line
        assert seal_line(sealed, vault) == sealed
        absent = open_line(sealed, None)
        assert {k: v for k, v in absent.items() if k in ("do", "item", "pile", "heap")} == {
            k: v for k, v in line.items() if k in ("do", "item", "pile", "heap")
        }
        assert "x" not in absent.values()


# -- keys ------------------------------------------------------------------------------------------


def test_a_passphrase_opens_and_a_wrong_one_does_not():
    made = new_vault(passphrase="correct horse")
    again = Vault(made.settings)
    assert again.locked
    with pytest.raises(StudyError, match="not the key"):
        again.unlock(passphrase="correct hors")
    assert again.locked
    again.unlock(passphrase="correct horse")
    assert again.open_text(made.seal_text("a", "note"), "note") == "a"


def test_a_key_file_is_its_owner_s_and_is_never_overwritten(key, tmp_path):
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(read_key_file(key)) == 32
    with pytest.raises(PqsError, match="exists already"):
        write_key_file(key)
    other = tmp_path / "other.key"
    write_key_file(other)
    assert read_key_file(other) != read_key_file(key)
    for text in ("", "x", "é", "A" * 44):
        other.write_text(text)
        with (
            pytest.raises(StudyError, match="no key file")
            if text != "A" * 44
            else pytest.raises(StudyError)
        ):
            read_key_file(other)


def test_the_environment_may_name_the_key(folder, key, monkeypatch):
    seal_study(open_study(folder), key_file=key)
    monkeypatch.setenv("PQS_KEY_FILE", str(key))
    assert not open_study(folder).vault.locked
    monkeypatch.setenv("PQS_KEY_FILE", str(folder / "study.toml"))
    with pytest.raises(StudyError, match="no key file"):
        open_study(folder)


def test_a_study_asks_for_what_it_was_sealed_with(folder, key):
    seal_study(open_study(folder), key_file=key)
    with pytest.raises(StudyError, match="key file"):
        open_study(folder).vault.unlock(passphrase="x")


@pytest.mark.parametrize(
    "line", ["vault = 5", "[vault]\nkind = 'x'", "[vault]\nkind = 'passphrase'"]
)
def test_a_damaged_vault_table_is_told(tmp_path, line):
    make_small_study(tmp_path, line)
    with pytest.raises(DataError, match="vault"):
        open_study(tmp_path)


# -- a sealed study --------------------------------------------------------------------------------


def test_sealing_leaves_no_text_on_disk_and_every_pile(folder, key):
    before = read_sorts(open_study(folder), all_revisions=True, drafts=True)
    assert open_texts(folder)
    done = seal_study(open_study(folder), key_file=key)
    assert done.left == []
    assert open_texts(folder) == []
    assert key.read_bytes().strip() not in b"".join(on_disk(folder).values())
    locked = open_study(folder)
    after = read_sorts(locked, all_revisions=True, drafts=True)
    texts = ("note", "evidence")
    assert after.drop(texts).equals(before.drop(texts))
    assert after["note"].null_count() == after.height
    assert after["evidence"].null_count() == after.height
    assert {(w.rater, w.state, w.problem) for w in list_work(locked) if w.rater} == {
        ("anna", "submitted", ""),
        ("ben", "draft", ""),
    }
    opened = read_sorts(unlocked(folder, key), all_revisions=True, drafts=True)
    assert opened.equals(before)


def test_sealed_transcripts_and_drafts_need_the_key(folder, key):
    words = session_transcript(open_study(folder), "S1")
    seal_study(open_study(folder), key_file=key)
    locked = open_study(folder)
    assert locked.transcript_file("S1").name == "transcript.txt.sealed"
    for action in (
        lambda: session_transcript(locked, "S1"),
        lambda: open_desk(locked, "S1", "ben"),
        lambda: open_desk(locked, "S2", "ben"),
    ):
        with pytest.raises(StudyError, match="sealed") as caught:
            action()
        assert "PQS_KEY_FILE" in caught.value.cure
    study = unlocked(folder, key)
    assert session_transcript(study, "S1") == words
    with open_desk(study, "S1", "ben") as desk:
        assert desk.warnings == ()
        assert desk.draft.card(1).note == "Quartzwords of ben"
        assert desk.draft.card(1).evidence == ("1:23:45",)


def test_all_that_is_sorted_after_sealing_is_sealed(folder, key):
    seal_study(open_study(folder), key_file=key)
    study = unlocked(folder, key)
    with open_desk(study, "S1", "carl") as desk:
        piles = fill(desk)
        desk.note(3, "Quartzwords of carl")
        desk.evidence(3, ("1:23:45",))
        desk.undo()
        desk.redo()
    with open_desk(study, "S1", "carl") as desk:
        assert desk.draft.card(3).note == "Quartzwords of carl"
        copy = desk.save_copy(folder)
        desk.submit()
    with open_desk(study, "S1", "carl", revise=Revision("a slip", "dora")) as desk:
        assert desk.draft.card(3).note == "Quartzwords of carl"
        desk.swap(*desk.draft.in_pile(-2), *desk.draft.in_pile(2))
    assert b"Quartzwords" not in copy.read_bytes()
    assert open_texts(folder) == []
    table = read_sorts(study).filter(rater="carl")
    assert dict(table.select("item", "pile").rows()) == piles == whole_sort()
    assert table["note"].drop_nulls().to_list() == ["Quartzwords of carl"]


def test_verify_tells_what_it_could_not_look_into_and_what_is_spoilt(folder, key):
    seal_study(open_study(folder), key_file=key)
    locked = {one.file: one for one in verify(open_study(folder))}
    assert {one.state for one in locked.values()} == {OK}
    assert "not looked into" in locked["sessions/S1/transcript.txt.sealed"].message
    assert {(one.state, one.message) for one in verify(unlocked(folder, key))} == {(OK, "")}
    path = folder / "sessions/S1/transcript.txt.sealed"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    found = {one.file: one.state for one in verify(unlocked(folder, key))}
    assert found["sessions/S1/transcript.txt.sealed"] == DAMAGED


@pytest.mark.parametrize("with_key", [True, False])
def test_a_damaged_sort_is_rebuilt_with_its_notes_or_not_at_all(folder, key, with_key):
    seal_study(open_study(folder), key_file=key)
    before = read_sorts(unlocked(folder, key)).drop("submitted_at")
    path = folder / "sessions/S1/sorts/anna.2.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    study = unlocked(folder, key) if with_key else open_study(folder)
    found = {one.file: one.state for one in verify(study, repair=True)}
    assert found["sessions/S1/sorts/anna.2.parquet"] == (OK if with_key else DAMAGED)
    if with_key:
        assert read_sorts(unlocked(folder, key)).drop("submitted_at").equals(before)
        assert open_texts(folder) == []


def test_a_draft_is_mended_without_the_key_and_keeps_its_notes(folder, key):
    seal_study(open_study(folder), key_file=key)
    path = folder / "sessions/S1/sorts/ben.journal"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"\0" * 40 + b"\n", *lines[2:]]))
    verify(open_study(folder), repair=True)
    with open_desk(unlocked(folder, key), "S1", "ben") as desk:
        assert desk.draft.card(1).note == "Quartzwords of ben"
        assert desk.draft.card(1).pile is None


def test_what_was_set_aside_is_named(folder, key):
    (folder / "sessions/S1/sorts/ben.journal.old").write_bytes(b"Quartzwords")
    done = seal_study(open_study(folder), key_file=key)
    assert [path.name for path, _ in done.left] == ["ben.journal.old"]


def test_a_draft_in_use_is_named_and_sealed_by_the_next_run(folder, key):
    with open_desk(open_study(folder), "S1", "ben"):
        done = seal_study(open_study(folder), key_file=key)
    assert [path.name for path, _ in done.left] == ["ben.journal"]
    assert open_texts(folder) == ["ben.journal"]
    assert seal_study(unlocked(folder, key)).left == []
    assert open_texts(folder) == []


def test_new_transcripts_are_sealed_by_the_next_run(folder, key):
    seal_study(open_study(folder), key_file=key)
    (folder / "sessions/S2/transcript.csv").write_text("speaker,text\nP,words of turn 1\n")
    done = seal_study(unlocked(folder, key))
    assert (done.changed, done.left) == (1, [])
    assert open_texts(folder) == []
    assert len(session_transcript(unlocked(folder, key), "S2")) == 1
    assert seal_study(unlocked(folder, key)).changed == 0


def test_a_run_that_is_cut_off_anywhere_can_be_read_and_finished(tmp_path, key):
    total = 10**6
    at = 0
    while at < total:
        folder = make_small_study(tmp_path / str(at))
        study = open_study(folder)
        with open_desk(study, "S1", "anna") as desk:
            fill(desk)
            desk.note(3, "Quartzwords")
            desk.submit()
        before = read_sorts(study)
        with stepping(Steps(at, lasting=True)) as steps, contextlib.suppress(PqsError):
            seal_study(study, key_file=key)
        total = len(steps.done) if len(steps.done) <= at else total
        again = open_study(folder)
        if again.vault is not None:
            again.vault.unlock(key_file=key)
        assert read_sorts(again).equals(before), at
        assert session_transcript(again, "S1") is not None
        done = seal_study(again, key_file=None if again.vault else key)
        assert done.left == []
        assert open_texts(folder) == []
        at += 3
    assert at > 20


def test_unsealing_brings_everything_back(folder, key):
    before = read_sorts(open_study(folder), all_revisions=True, drafts=True)
    journals = {p: d for p, d in on_disk(folder).items() if "journal" in p.name}
    words = session_transcript(open_study(folder), "S1")
    seal_study(open_study(folder), key_file=key)
    with pytest.raises(StudyError, match="sealed"):
        unseal_study(open_study(folder))
    assert unseal_study(unlocked(folder, key)).left == []
    study = open_study(folder)
    assert study.vault is None
    assert read_sorts(study, all_revisions=True, drafts=True).equals(before)
    assert session_transcript(study, "S1") == words
    for path, data in journals.items():
        assert path.read_bytes() == data
    assert {(one.state, one.message) for one in verify(study)} == {(OK, "")}


def test_only_a_lead_seals_and_with_one_key(folder, key):
    with pytest.raises(UsageError):
        seal_study(open_study(folder, "anna"), key_file=key)
    with pytest.raises(UsageError, match="one of the two"):
        seal_study(open_study(folder))
    with pytest.raises(UsageError, match="not sealed"):
        unseal_study(open_study(folder))


def test_a_note_that_looks_sealed_is_a_note(folder, key):
    with open_desk(open_study(folder), "S1", "ben") as desk:
        desk.note(2, "sealed:AAAA")
    seal_study(open_study(folder), key_file=key)
    with open_desk(unlocked(folder, key), "S1", "ben") as desk:
        assert desk.draft.card(2).note == "sealed:AAAA"


def test_study_toml_keeps_its_comments(folder, key):
    path = folder / "study.toml"
    path.write_text("# ours\n" + path.read_text())
    seal_study(open_study(folder), key_file=key)
    assert path.read_text().startswith("# ours\n")
    assert files.exists(path)
