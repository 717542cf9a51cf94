"""The session's media in the user's own player: which command, from which second, what errors."""

import sys
from pathlib import Path

import pytest

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.tui import media
from pqs_coder.tui.media import media_file, open_media, player_command


def only(*names):
    return lambda name: f"/bin/{name}" if name in names else None


def test_first_installed_player_is_taken(tmp_path):
    file = tmp_path / "a b.mp4"
    assert player_command(file, 83.5, environ={}, which=only("vlc", "ffplay")) == [
        "vlc", "--start-time=83.5", str(file),
    ]  # fmt: skip
    assert player_command(file, 0, environ={}, which=only("mpv", "vlc"))[-2:] == [
        "--start=0", str(file),
    ]  # fmt: skip


def test_template_of_the_environment_goes_before_the_settings(tmp_path):
    file = tmp_path / "x.mp3"
    environ = {"PQS_PLAYER": "mine '--at {seconds}'"}
    assert player_command(file, 7, "other {file}", environ, only("mine", "other")) == [
        "mine", "--at 7", str(file),
    ]  # fmt: skip
    assert player_command(file, 7, "other {file} {seconds}", {}, only("other")) == [
        "other", str(file), "7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("template", "which", "message"),
    [
        ("", only(), "No player was found"),
        ("mine 'x", only("mine"), "can't be read"),
        ("mine", only(), "'mine' is not installed"),
    ],
)
def test_players_that_can_not_be_used_are_named_with_a_cure(tmp_path, template, which, message):
    with pytest.raises(UsageError, match=message) as caught:
        player_command(tmp_path / "x", 0, template, {}, which)
    assert "PQS_PLAYER" in caught.value.cure


def test_media_file_is_found_beside_the_session_or_by_its_own_path(tmp_path):
    file = tmp_path / "hour.mp4"
    file.touch()
    assert media_file("hour.mp4", tmp_path) == file
    assert media_file(str(file), tmp_path / "elsewhere") == file


def test_missing_media_is_said_with_a_cure(tmp_path):
    with pytest.raises(StudyError, match="names no audio or video") as caught:
        media_file(" ", tmp_path)
    assert "session.toml" in caught.value.cure
    with pytest.raises(StudyError, match=r"gone\.mp4 is not there"):
        media_file("gone.mp4", tmp_path)


def test_player_runs_by_itself_and_gets_file_and_second(tmp_path, monkeypatch):
    file = tmp_path / "; echo hour.mp4"
    file.touch()
    script = tmp_path / "player.py"
    script.write_text(
        "import os, sys\n"
        "print(sys.argv[1:], os.getsid(0) == os.getpid(), file=open(sys.argv[3], 'w'))\n"
    )
    out = tmp_path / "out.txt"
    monkeypatch.setenv("PQS_PLAYER", f"'{sys.executable}' '{script}' {{file}} {{seconds}} '{out}'")
    assert open_media(file.name, tmp_path, 12.25) == Path(sys.executable).name
    for process in media._running:
        assert process.wait(timeout=30) == 0
    assert out.read_text() == f"{[str(file), '12.25', str(out)]} True\n"


def test_player_that_can_not_start_is_said(tmp_path, monkeypatch):
    (tmp_path / "hour.mp4").touch()
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x00not a program")
    broken.chmod(0o755)
    monkeypatch.setenv("PQS_PLAYER", str(broken))
    with pytest.raises(UsageError, match="did not start"):
        open_media("hour.mp4", tmp_path)
