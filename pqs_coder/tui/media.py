"""The session's audio or video, opened at a turn's time in the user's own player.

Nothing is started before `open_media` is called; the player runs by itself and outlives the room.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.store import files

VARIABLE = "PQS_PLAYER"
PLAYERS = (
    "mpv --force-window=yes --start={seconds} {file}",
    "vlc --start-time={seconds} {file}",
    "ffplay -loglevel quiet -ss {seconds} {file}",
)
"""Players that are looked for, in this order. All can start at a second."""
_CURE = f"Install mpv or vlc, or set {VARIABLE}, such as: mpv --start={{seconds}} {{file}}"

# Players that run: kept so that their end is collected when the next one is opened.
_running: list[subprocess.Popen[bytes]] = []


def media_file(media: str, session_folder: Path) -> Path:
    """The media file of a session: ``media`` of session.toml, relative to the session's folder.

    Raises `StudyError` where none is named or the file is not there.
    """
    if not media.strip():
        raise StudyError(
            "This session names no audio or video.",
            'Name it in session.toml: media = "PATH", or with pqs add --media PATH.',
        )
    path = (session_folder / Path(media).expanduser()).absolute()
    if not files.exists(path):
        raise StudyError(
            f"{path} is not there.", "Connect the disk, or change media in session.toml."
        )
    return path


def player_command(
    file: Path,
    seconds: float,
    player: str = "",
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """The command that plays ``file`` from ``seconds`` on: ``PQS_PLAYER``, else ``player`` (from
    the settings), else the first of `PLAYERS` that is installed.

    Raises `UsageError` where a template can't be read or its program is not installed.
    """
    template = environ.get(VARIABLE, "").strip() or player.strip()
    if not template:
        template = next((one for one in PLAYERS if which(one.split()[0])), "")
        if not template:
            raise UsageError("No player was found (mpv, vlc, ffplay).", _CURE)
    try:
        words = shlex.split(template)
    except ValueError as error:
        raise UsageError(f"The player '{template}' can't be read: {error}.", _CURE) from error
    if not any("{file}" in word for word in words):
        words.append("{file}")
    if which(words[0]) is None:
        raise UsageError(f"The player '{words[0]}' is not installed.", _CURE)
    start = f"{max(0.0, seconds):.3f}".rstrip("0").rstrip(".")
    return [word.replace("{seconds}", start).replace("{file}", str(file)) for word in words]


def open_media(
    media: str, session_folder: Path, seconds: float | None = None, player: str = ""
) -> str:
    """Open a session's media at a time (the beginning where there is none) in the user's player.

    Returns the player's name. The player is a process of its own, without a shell and without this
    terminal. Raises `StudyError` or `UsageError`, each with its cure.
    """
    command = player_command(media_file(media, session_folder), seconds or 0.0, player)
    _running[:] = [one for one in _running if one.poll() is None]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(
            f"{command[0]} did not start: {error.strerror or error}.", _CURE
        ) from error
    _running.append(process)
    return Path(command[0]).name
