"""A sealed study looked at by somebody who wants to read it: what is open, what was left behind."""

from __future__ import annotations

import io
import shutil
import unicodedata

import polars as pl
import pytest

from pqs_coder.analysis.portraits import portraits_of
from pqs_coder.analysis.sorts import show_sort
from pqs_coder.desk.consensus import adjudication_of
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.exchange.archive import pack_study, unpack_study
from pqs_coder.exchange.merge import carry_out_merge, plan_merge
from pqs_coder.store.making import NewSession, add_sessions
from pqs_coder.store.ratings import all_ratings, form_of, open_sheet
from pqs_coder.store.sealing import seal_study, unseal_study
from pqs_coder.store.session_transcripts import session_transcript
from pqs_coder.store.study import open_study
from pqs_coder.store.transcripts import Columns
from pqs_coder.store.vault import Vault, new_vault, write_key_file
from pqs_coder.store.verify import FOREIGN, OK, verify
from tests.small_study import fill, make_small_study

SECRET = "Quartzwords"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "study.key"
    write_key_file(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """anna and ben submitted S1, anna rated it on a form; all with notes."""
    folder = make_small_study(tmp_path / "study")
    study = open_study(folder)
    for rater, seed in (("anna", 1), ("ben", 2)):
        with open_desk(study, "S1", rater) as desk:
            fill(desk, seed)
            desk.note(3, f"{SECRET} of {rater}")
            desk.evidence(3, ("2", "all"))
            desk.submit()
    rate(folder)
    return folder


def rate(folder, key=None, rater="anna"):
    study = opened(folder, key)
    with open_sheet(study, "S1", form_of(study, "wai-sr"), rater) as sheet:
        sheet.rate(2, 5)
        sheet.note(2, f"{SECRET} rated by {rater}")
        sheet.evidence(2, ("7",))


def opened(folder, key=None, viewer=None):
    study = open_study(folder, viewer)
    if study.vault is not None and key is not None:
        study.vault.unlock(key_file=key)
    return study


def readable(folder):
    """Names of files in which the secret can be read; Parquet is unpacked first."""
    found = []
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".parquet":
            data = str(pl.read_parquet(io.BytesIO(data)).to_dicts()).encode()
        if SECRET.encode() in data:
            found.append(path.name)
    return found


def notes_of(study):
    return {
        n: (one.value, one.note, one.evidence) for n, one in next(all_ratings(study)).given.items()
    }


# -- ratings on forms ------------------------------------------------------------------------------


def test_ratings_are_sealed_and_their_values_stay_open(folder, key):
    before = notes_of(opened(folder))
    assert len(readable(folder)) == 5
    assert seal_study(opened(folder), key_file=key).left == []
    assert readable(folder) == []
    assert notes_of(opened(folder)) == {2: (5, "", ())}
    assert notes_of(opened(folder, key)) == before
    rate(folder, key, "carl")
    assert readable(folder) == []
    with pytest.raises(StudyError, match="sealed"):
        rate(folder)
    assert unseal_study(opened(folder, key)).left == []
    assert notes_of(opened(folder)) == before


def test_ratings_in_use_and_damaged_ones_are_named_and_left(folder, key):
    study = opened(folder)
    with open_sheet(study, "S1", form_of(study, "wai-sr"), "anna"):
        done = seal_study(study, key_file=key)
    assert [path.name for path, _ in done.left] == ["anna.journal"]
    assert readable(folder) == ["anna.journal"]
    journal = folder / "sessions/S1/ratings/wai-sr/anna.journal"
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b'"do":"rate"', b'"do":"rat3"'))
    ((path, why),) = seal_study(opened(folder, key)).left
    assert (path, "damaged" in why) == (journal, True)
    journal.write_bytes(whole)
    assert seal_study(opened(folder, key)).left == []


def test_what_was_sealed_in_two_copies_is_the_same(folder, key, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    seal_study(opened(folder), key_file=key)
    (other / "study.toml").write_bytes((folder / "study.toml").read_bytes())
    seal_study(opened(other, key))
    for file in ("ratings/wai-sr/anna.journal", "sorts/anna.parquet", "transcript.txt.sealed"):
        ours, theirs = ((one / "sessions/S1" / file).read_bytes() for one in (folder, other))
        assert ours != theirs  # other nonces
    plan = plan_merge(opened(folder, key), other)
    assert {one.action for one in plan.changes} == {"same"}


# -- what is left behind ---------------------------------------------------------------------------


def test_leavings_with_text_are_named(folder, key):
    sorts, forms = folder / "sessions/S1/sorts", folder / "sessions/S1/ratings/wai-sr"
    left = {
        sorts / ".anna.parquet.0a1b2c3d.tmp",
        sorts / "anna.journal.old",
        sorts / "ben.journal-1.damaged-2",
        forms / "anna.journal.torn-2",
        folder / "sessions/S1/.transcript.txt.0a1b2c3d.tmp",
    }
    for path in left:
        path.write_text(SECRET)
    torn = forms / "anna.journal"
    torn.write_bytes(torn.read_bytes() + b'{"n":4,"do":"note","text":"' + SECRET.encode())
    done = seal_study(opened(folder), key_file=key)
    assert {path for path, _ in done.left} == left | {torn}
    assert sorted(readable(folder)) == sorted(path.name for path in left | {torn})


def test_unsealing_keeps_the_key_while_something_sealed_is_left(folder, key):
    seal_study(opened(folder), key_file=key)
    sorts = folder / "sessions/S1/sorts"
    (sorts / "zoe.journal.old").write_bytes((sorts / "anna.journal-1").read_bytes())
    (sorts / "zoe.journal.torn").write_bytes(b'{"n":1,')
    done = unseal_study(opened(folder, key))
    assert [path.name for path, _ in done.left] == ["zoe.journal.old"]
    assert opened(folder).vault is not None
    (sorts / "zoe.journal.old").unlink()
    assert unseal_study(opened(folder, key)).left == []
    assert opened(folder).vault is None


def test_verify_names_what_is_open_in_a_sealed_study(folder, key):
    stale = opened(folder)  # somebody's program, opened before the study was sealed
    seal_study(opened(folder), key_file=key)
    assert {one.message for one in verify(opened(folder, key))} == {""}
    with open_desk(stale, "S2", "carl") as desk:
        desk.note(1, SECRET)
    with open_desk(stale, "S2", "dan") as desk:
        fill(desk)
        desk.note(1, SECRET)
        desk.submit()
    with open_sheet(stale, "S2", form_of(stale, "wai-sr"), "dan") as sheet:
        sheet.note(2, SECRET)
    (folder / "sessions/S2/transcript.txt").write_text(SECRET)
    told = {
        one.file.removeprefix("sessions/S2/")
        for one in verify(opened(folder))
        if "run pqs seal" in one.message
    }
    assert told == {
        "sorts/carl.journal",
        "sorts/dan.journal-1",
        "sorts/dan.parquet",
        "ratings/wai-sr/dan.journal",
        "transcript.txt",
    }
    with open_desk(opened(folder, key), "S2", "carl") as desk:  # open and sealed lines in one
        assert desk.draft.card(1).note == SECRET
        desk.note(2, "more")
    with open_desk(opened(folder, key), "S2", "carl") as desk:
        assert [desk.draft.card(n).note for n in (1, 2)] == [SECRET, "more"]
    assert seal_study(opened(folder, key)).left == []
    assert readable(folder) == []
    assert {one.message for one in verify(opened(folder, key))} == {""}


def test_an_archive_of_a_sealed_study_is_sealed(folder, key, tmp_path):
    seal_study(opened(folder), key_file=key)
    (tmp_path / "a.zip").write_bytes(pack_study(opened(folder)))
    unpack_study(tmp_path / "a.zip", tmp_path / "copy")
    assert readable(tmp_path / "copy") == []
    assert key.read_bytes().strip() not in (tmp_path / "a.zip").read_bytes()
    assert notes_of(opened(tmp_path / "copy", key)) == notes_of(opened(folder, key))
    bare = pack_study(opened(folder), transcripts=False)
    (tmp_path / "b.zip").write_bytes(bare)
    unpack_study(tmp_path / "b.zip", tmp_path / "bare")
    assert not list((tmp_path / "bare").rglob("transcript*"))


def test_new_transcripts_are_sealed_before_they_are_written(folder, key, tmp_path):
    seal_study(opened(folder), key_file=key)
    source = tmp_path / "t.csv"
    source.write_text(f"who,words\nP,{SECRET}\n")
    with pytest.raises(StudyError, match="sealed"):
        add_sessions(opened(folder), [NewSession("S9", source)])
    assert not (folder / "sessions/S9").exists()
    study = opened(folder, key)
    add_sessions(study, [NewSession("S9", source, columns=Columns("who", "words"))])
    assert (folder / "sessions/S9/transcript.csv.sealed").exists()
    assert readable(folder) == []
    assert session_transcript(study, "S9").turns[0].text == SECRET


# -- merging ---------------------------------------------------------------------------------------


def test_a_copy_sealed_with_another_key_is_not_taken(folder, key, tmp_path):
    other = make_small_study(tmp_path / "other")
    strange = tmp_path / "strange.key"
    write_key_file(strange)
    seal_study(opened(other), key_file=strange)
    seal_study(opened(folder), key_file=key)
    with pytest.raises(StudyError, match="not with the key of this study"):
        plan_merge(opened(folder, key), other)
    with pytest.raises(StudyError, match="not with the key of this study"):
        plan_merge(open_study(make_small_study(tmp_path / "open")), other)


def test_an_open_copy_comes_into_a_sealed_study_with_its_key_only(folder, key, tmp_path):
    seal_study(opened(folder), key_file=key)
    other = make_small_study(tmp_path / "other")
    with open_desk(open_study(other), "S2", "eve") as desk:
        desk.note(1, SECRET)
    with pytest.raises(StudyError, match="sealed"):
        plan_merge(opened(folder), other)
    study = opened(folder, key)
    carry_out_merge(plan_merge(study, other))
    assert readable(folder) == ["eve.journal"]
    seal_study(study)
    assert readable(folder) == []


# -- keys ------------------------------------------------------------------------------------------


def test_the_key_never_lies_in_the_study(folder):
    inside = folder / "sessions" / "study.key"
    write_key_file(inside)
    with pytest.raises(UsageError, match="lies in the study"):
        seal_study(opened(folder), key_file=inside)
    assert opened(folder).vault is None


def test_a_passphrase_is_not_short_and_is_the_same_however_accents_are_typed():
    with pytest.raises(UsageError, match="fewer than 8"):
        new_vault(passphrase="seven77")
    made = new_vault(passphrase="schöne Wörter")
    again = Vault(made.settings)
    again.unlock(passphrase=unicodedata.normalize("NFD", "schöne Wörter"))
    assert not again.locked


@pytest.mark.parametrize("salt", ["é", "A", "=", "not base64!"])
def test_a_damaged_salt_is_told(tmp_path, salt):
    folder = make_small_study(
        tmp_path, f'[vault]\nkind = "passphrase"\ncheck = "sealed:AAAA"\nsalt = "{salt}"'
    )
    with pytest.raises((DataError, StudyError)) as caught:
        open_study(folder).vault.unlock(passphrase="eight letters")
    assert caught.value.cure


def test_a_rater_seals_own_work_and_gives_no_key(folder, key):
    with pytest.raises(UsageError):
        seal_study(opened(folder, viewer="anna"), key_file=key)
    stale = opened(folder)
    seal_study(opened(folder), key_file=key)
    for rater in ("anna", "ben"):
        with open_desk(stale, "S2", rater) as desk:
            desk.note(1, SECRET)
    done = seal_study(opened(folder, key, "anna"))
    assert (done.changed, done.left) == (1, [])
    assert readable(folder) == ["ben.journal"]
    with pytest.raises(UsageError):
        unseal_study(opened(folder, key, "anna"))


# -- what a locked study shows ---------------------------------------------------------------------


def test_nothing_shows_sealed_text_as_text(folder, key):
    seal_study(opened(folder), key_file=key)
    locked, study = opened(folder), opened(folder, key)
    for rater in ("anna", "ben"):
        shown = show_sort(locked, "S1", rater)
        assert shown["note"].null_count() == shown["evidence"].null_count() == shown.height
        assert show_sort(study, "S1", rater)["note"][2] == f"{SECRET} of {rater}"
    assert [cards[3].note for cards in adjudication_of(locked, "S1").sides.values()] == ["", ""]
    assert adjudication_of(study, "S1").sides["anna"][3].evidence == ("2", "all")


def test_habits_that_are_sealed_are_not_known_instead_of_none(folder, key):
    before = portraits_of(opened(folder)).frame
    seal_study(opened(folder), key_file=key)
    result = portraits_of(opened(folder))
    for name in ("notes", "evidence", "whole_hour"):
        assert before[name].to_list() == [1.0, 1.0]
        assert result.frame[name].null_count() == 2
    assert any("sealed" in note for note in result.notes)
    assert portraits_of(opened(folder, key)).frame.equals(before)
    same = [name for name in before.columns if name not in ("notes", "evidence", "whole_hour")]
    assert result.frame.select(same).equals(before.select(same))


# -- ratings and verify ----------------------------------------------------------------------------


def test_a_rater_checks_own_ratings_and_learns_of_no_other(folder):
    rate(folder, rater="ben")
    forms = folder / "sessions/S1/ratings/wai-sr"
    (forms / "anna.journal.torn-2").write_bytes(b"x")
    (forms / "ben.journal").write_bytes(b"broken\n")
    mine = {one.file.rpartition("/")[2]: one.state for one in verify(opened(folder, viewer="anna"))}
    assert mine["anna.journal"] == mine["anna.journal.torn-2"] == OK
    assert not [name for name in mine if "ben" in name]
    whole = {one.file.removeprefix("sessions/S1/"): one.state for one in verify(opened(folder))}
    assert whole["ratings/wai-sr/ben.journal"] == "damaged"
    (forms / "strange").write_bytes(b"x")
    assert FOREIGN in {one.state for one in verify(opened(folder)) if "strange" in one.file}
