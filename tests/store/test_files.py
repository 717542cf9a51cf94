"""The file layer: whole or not at all, never over another, and every failure in words."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys

import pytest

from pqs_coder.errors import StudyError, WriteError
from pqs_coder.store import files
from pqs_coder.store.appender import Appender
from tests.store.faulty import ERRORS, Steps, cut_in_child, os_error, stepping


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


# -- whole files -----------------------------------------------------------------------------------


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path):
    path = tmp_path / "x"
    files.write_whole(path, b"one")
    files.write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == ["x"]


def test_the_order_of_steps_is_what_durability_needs(tmp_path):
    with stepping(Steps()) as steps:
        files.write_whole(tmp_path / "x", b"one")
    assert steps.operations == ["create", "write", "fsync", "rename", "sync-folder"]
    with stepping(Steps()) as steps:
        files.write_whole(tmp_path / "y", b"one", replace=False)
    assert steps.operations == ["create", "write", "fsync", "link", "sync-folder"]


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("at", range(5))
def test_a_write_that_fails_leaves_the_old_file_or_the_new_one(tmp_path, at, number):
    path = tmp_path / "x"
    files.write_whole(path, b"old")
    with stepping(Steps(at, os_error(number))), pytest.raises(WriteError) as caught:
        files.write_whole(path, b"new")
    assert path.read_bytes() == (b"new" if at == 4 else b"old")
    assert names_in(tmp_path) == ["x"]
    assert caught.value.cure
    assert os.strerror(number) in caught.value.message


@pytest.mark.parametrize("at", range(5))
def test_a_power_cut_leaves_the_old_file_or_the_new_one(tmp_path, at):
    path = tmp_path / "x"
    files.write_whole(path, b"old")
    assert cut_in_child(lambda: files.write_whole(path, b"new"), at)
    assert path.read_bytes() == (b"new" if at == 4 else b"old")
    left = [name for name in names_in(tmp_path) if name != "x"]
    assert all(name.startswith(".x.") and name.endswith(".tmp") for name in left)


def test_what_must_not_be_overwritten_is_not(tmp_path):
    path = tmp_path / "x"
    files.write_whole(path, b"old", replace=False)
    with pytest.raises(WriteError, match="exists already"):
        files.write_whole(path, b"new", replace=False)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["x"]


def test_a_share_without_hard_links_is_written_to_as_well(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "x"
    files.write_whole(path, b"old", replace=False)
    with pytest.raises(WriteError, match="exists already"):
        files.write_whole(path, b"new", replace=False)
    assert path.read_bytes() == b"old"


def test_short_writes_are_gone_on_with(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data[:3])))
    files.write_whole(tmp_path / "x", b"0123456789")
    appender = Appender(tmp_path / "y")
    appender.append(b"0123456789\n")
    appender.close()
    assert (tmp_path / "x").read_bytes() == b"0123456789"
    assert (tmp_path / "y").read_bytes() == b"0123456789\n"


def test_a_replaced_file_keeps_its_mode_whatever_the_umask(tmp_path):
    path = tmp_path / "x"
    old = os.umask(0o077)
    try:
        files.write_whole(path, b"one", mode=0o640)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        files.write_whole(path, b"two")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(old)


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(WriteError, match="No such file") as caught:
        files.write_whole(tmp_path / "gone" / "x", b"one")
    assert "gone" in caught.value.cure


# -- reading and folders ---------------------------------------------------------------------------


def test_reading_what_is_not_there(tmp_path):
    assert files.read_if_there(tmp_path / "x") is None
    assert files.read_if_there(tmp_path / "x" / "y") is None
    assert files.list_folder(tmp_path / "x") == []
    assert not files.exists(tmp_path / "x")
    assert not files.exists(tmp_path / "a\0b")
    with pytest.raises(StudyError, match="no such file"):
        files.read_bytes(tmp_path / "x")


def test_a_folder_and_a_pipe_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(StudyError, match="no file"):
            files.read_bytes(path)


@pytest.mark.parametrize("read", [files.read_bytes, files.read_if_there, files.list_folder])
def test_a_fault_on_reading_is_told(tmp_path, read):
    with stepping(Steps(0, os_error(errno.EIO))), pytest.raises(StudyError) as caught:
        read(tmp_path)
    assert "disk or share" in caught.value.cure


def test_a_share_that_is_gone_does_not_look_like_an_empty_one(tmp_path, monkeypatch):
    def stale(*_, **__):
        raise OSError(errno.ESTALE, "Stale file handle")

    path = tmp_path / "x"
    monkeypatch.setattr(type(path), "stat", stale)
    with pytest.raises(StudyError, match="Stale") as caught:
        files.exists(path)
    assert "share" in caught.value.cure


def test_folders_are_made_for_their_owner_only(tmp_path):
    files.make_folder(tmp_path / "a" / "b")
    files.make_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_a_folder_gets_the_mode_asked_for_whatever_the_umask(tmp_path):
    files.make_folder(tmp_path / "sorts", 0o3777)
    assert stat.S_IMODE((tmp_path / "sorts").stat().st_mode) == 0o3777


@pytest.mark.parametrize("at", range(40))
def test_a_folder_is_made_with_all_its_files_or_not_at_all(tmp_path, at):
    content = {"a": b"1", "b": b"2"}
    with stepping(Steps(at)) as steps:
        try:
            files.make_folder_whole(tmp_path / "new", content)
        except WriteError:
            pass
        else:
            assert len(steps.done) <= at
    made = tmp_path / "new"
    assert not made.exists() or {p.name: p.read_bytes() for p in made.iterdir()} == content
    assert {p.name for p in tmp_path.iterdir()} <= {"new"}


def test_renaming_refuses_to_overwrite(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with pytest.raises(WriteError, match="exists already"):
        files.rename(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"b"


def test_setting_aside_finds_a_free_name(tmp_path):
    for content in (b"1", b"2", b"3"):
        (tmp_path / "x").write_bytes(content)
        files.set_aside(tmp_path / "x", ".old")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "x.old": b"1",
        "x.old-2": b"2",
        "x.old-3": b"3",
    }


def test_removing_what_is_gone_is_fine(tmp_path):
    (tmp_path / "x").write_bytes(b"1")
    files.remove(tmp_path / "x")
    files.remove(tmp_path / "x")
    assert names_in(tmp_path) == []


def test_the_digest_is_that_of_b2sum(tmp_path):
    (tmp_path / "x").write_bytes(b"a sort")
    try:
        said = subprocess.run(
            ["b2sum", str(tmp_path / "x")], capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("b2sum is not on this machine")
    assert said.split()[0] == files.digest(b"a sort")


# -- appending -------------------------------------------------------------------------------------


def test_a_line_is_synced_before_append_returns(tmp_path):
    with stepping(Steps()) as steps:
        appender = Appender(tmp_path / "j")
        assert steps.operations == []
        appender.append(b"one\n")
        assert steps.operations == ["open", "sync-folder", "write", "fsync"]
        appender.append(b"two\n")
        assert steps.operations[4:] == ["write", "fsync"]
        appender.close()
    assert (tmp_path / "j").read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE((tmp_path / "j").stat().st_mode) == 0o600


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("at", range(2))
def test_a_failed_append_leaves_nothing_and_the_next_goes_on(tmp_path, at, number):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    with stepping(Steps(at, os_error(number))), pytest.raises(WriteError):
        appender.append(b"two\n")
    assert path.read_bytes() == b"one\n"
    appender.append(b"three\n")
    appender.close()
    assert path.read_bytes() == b"one\nthree\n"


@pytest.mark.parametrize("at", range(4))
def test_the_first_append_may_fail_anywhere(tmp_path, at):
    path = tmp_path / "j"
    appender = Appender(path)
    with stepping(Steps(at)), pytest.raises(WriteError):
        appender.append(b"one\n")
    assert not path.exists() or path.read_bytes() == b""
    with stepping(Steps()) as steps:
        appender.append(b"one\n")
    assert "sync-folder" in steps.operations
    appender.close()
    assert path.read_bytes() == b"one\n"


def test_a_half_written_line_is_taken_back(tmp_path, monkeypatch):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    write = os.write

    def full(descriptor, data):
        if len(data) < 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, bytes(data[:2]))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(WriteError, match="No space"):
        appender.append(b"two\n")
    monkeypatch.undo()
    assert path.read_bytes() == b"one\n"
    appender.append(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    appender.close()


def test_what_could_not_be_taken_back_is_mended_by_the_next_append(tmp_path):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    with stepping(Steps(1, os_error(errno.EIO), lasting=True)), pytest.raises(WriteError):
        appender.append(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    appender.append(b"three\n")
    appender.close()
    assert path.read_bytes() == b"one\nthree\n"


def test_a_torn_tail_is_set_aside_by_the_first_append(tmp_path):
    path = tmp_path / "j"
    path.write_bytes(b"one\ntw")
    appender = Appender(path, keep=4, torn=2)
    assert path.read_bytes() == b"one\ntw"
    appender.append(b"two\n")
    appender.close()
    assert path.read_bytes() == b"one\ntwo\n"
    assert (tmp_path / "j.torn").read_bytes() == b"tw"


@pytest.mark.parametrize("at", range(12))
def test_a_torn_tail_is_never_lost_on_the_way(tmp_path, at):
    path = tmp_path / "j"
    path.write_bytes(b"one\ntw")

    def append():
        appender = Appender(path, keep=4, torn=2)
        appender.append(b"two\n")
        appender.close()

    cut_in_child(append, at)
    kept = [p.read_bytes() for p in tmp_path.glob("j.torn*")]
    assert path.read_bytes().startswith(b"one\n")
    assert path.read_bytes().startswith(b"one\ntw") or b"tw" in kept


def test_a_file_that_somebody_else_wrote_to_is_left_alone(tmp_path):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    with path.open("ab") as other:
        other.write(b"theirs\n")
    with pytest.raises(WriteError, match="changed by somebody else"):
        appender.append(b"two\n")
    assert path.read_bytes() == b"one\ntheirs\n"
    appender.close()


def test_a_file_that_was_cut_short_is_left_alone(tmp_path):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    os.truncate(path, 2)
    with pytest.raises(WriteError, match="changed by somebody else"):
        appender.append(b"two\n")
    assert path.read_bytes() == b"on"


def test_a_file_that_appeared_meanwhile_is_left_alone(tmp_path):
    path = tmp_path / "j"
    appender = Appender(path)
    path.write_bytes(b"theirs\n")
    with pytest.raises(WriteError, match="changed by somebody else"):
        appender.append(b"one\n")
    assert path.read_bytes() == b"theirs\n"


def test_a_removed_file_is_told_and_not_made_anew(tmp_path):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    path.unlink()
    with pytest.raises(WriteError, match="No such file"):
        appender.append(b"two\n")
    assert not path.exists()


def test_a_file_that_comes_back_is_gone_on_with(tmp_path):
    path = tmp_path / "share" / "j"
    path.parent.mkdir()
    appender = Appender(path)
    appender.append(b"one\n")
    path.parent.rename(tmp_path / "away")
    with pytest.raises(WriteError, match="gone"):
        appender.append(b"two\n")
    (tmp_path / "away").rename(path.parent)
    appender.append(b"three\n")
    appender.close()
    assert path.read_bytes() == b"one\nthree\n"


def test_a_copy_in_its_place_is_gone_on_with_and_another_content_is_not(tmp_path):
    path = tmp_path / "j"
    appender = Appender(path)
    appender.append(b"one\n")
    files.write_whole(path, b"one\n")
    appender.append(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    files.write_whole(path, b"one\nTWO\n")
    with pytest.raises(WriteError, match="changed by somebody else"):
        appender.append(b"three\n")


def test_a_closed_appender_says_so(tmp_path):
    appender = Appender(tmp_path / "j")
    appender.append(b"one\n")
    appender.close()
    with pytest.raises(WriteError, match="closed"):
        appender.append(b"two\n")


# -- kernel locks ----------------------------------------------------------------------------------


def test_a_locked_file_lets_one_at_a_time(tmp_path):
    path = tmp_path / "count"
    path.write_text("0")
    code = (
        "import sys, pathlib\n"
        "from pqs_coder.store import files\n"
        f"path = pathlib.Path({str(path)!r})\n"
        "for _ in range(50):\n"
        "    with files.locked_file(path.with_name('.lock')):\n"
        "        files.write_whole(path, str(int(path.read_text()) + 1).encode())\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert path.read_text() == "150"
