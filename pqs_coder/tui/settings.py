"""The user's own settings: theme, spacing, player, keys. One TOML file outside any study."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError, PqsError
from pqs_coder.store import files

VARIABLE = "PQS_SETTINGS"
THEME_NAMES = ("dark", "light", "high-contrast")
SPACINGS = ("compact", "roomy")
UNREAD = "the settings file can't be read"


@dataclass(frozen=True)
class UiSettings:
    """What the settings file says. ``problems`` are told in the room and change
    nothing; ``path`` is where changes are written (None: nowhere, ``unkept`` says why)."""

    theme: str = THEME_NAMES[0]
    spacing: str = SPACINGS[0]
    player: str = ""
    tour_seen: bool = False
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    path: Path | None = None
    unkept: str = ""


def settings_file() -> Path:
    """Where the settings lie: ``PQS_SETTINGS``, else the system's place for them."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_config_path("pqs") / "settings.toml"


def read_settings(path: Path | None = None) -> UiSettings:
    """The settings; what can't be read or is not known is left out and told in ``problems``."""
    path = path or settings_file()
    try:
        if not files.exists(path):
            return UiSettings(path=path)
        table = tomllib.loads(files.read_bytes(path).decode("utf-8-sig"))
    except PqsError as error:
        return UiSettings(problems=(error.message,), unkept=UNREAD)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return UiSettings(problems=(f"{path} can't be read: {error}",), unkept=UNREAD)
    return _settings(table, path)


def _settings(table: Mapping[str, Any], path: Path) -> UiSettings:
    problems: list[str] = []

    def one_of(key: str, choices: tuple[str, ...]) -> str:
        value = table.get(key, choices[0])
        if value in choices:
            return str(value)
        problems.append(f"{path}: {key} is {value!r}, not one of {', '.join(choices)}")
        return choices[0]

    unknown = set(table) - {"theme", "spacing", "player", "tour_seen", "keys"}
    problems += [f"{path}: {key} is not known" for key in sorted(unknown)]
    player = table.get("player", "")
    keys = table.get("keys", {})
    if not isinstance(keys, Mapping):
        problems.append(f"{path}: keys is no table")
        keys = {}
    return UiSettings(
        theme=one_of("theme", THEME_NAMES),
        spacing=one_of("spacing", SPACINGS),
        player=player if isinstance(player, str) else "",
        tour_seen=table.get("tour_seen") is True,
        keys=_keys(keys, path, problems),
        problems=tuple(problems),
        path=path,
    )


def _keys(table: Mapping[str, Any], path: Path, problems: list[str]) -> dict[str, tuple[str, ...]]:
    from pqs_coder.tui.keymap import key_names, key_problem

    keys: dict[str, tuple[str, ...]] = {}
    for command_id, given in table.items():
        words = [given] if isinstance(given, str) else given
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            problems.append(f"{path}: the keys of {command_id} are no text")
            continue
        names = key_names(words)
        problem = key_problem(command_id, names)
        if problem:
            problems.append(f"{path}: {problem}")
        else:
            keys[command_id] = names
    return keys


def change_setting(key: str, value: str | bool, path: Path) -> None:
    """Write one setting and keep all else of the file, comments too.

    Raises `WriteError` where it can't be written, `DataError` for a file that its owner has still
    to mend; it is left alone.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    text = files.read_bytes(path).decode("utf-8-sig", "replace") if files.exists(path) else ""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise DataError(f"{path} can't be read: {error}", "Mend or remove it.") from None
    document[key] = value
    files.make_folder(path.parent)
    files.write_whole(path, tomlkit.dumps(document).encode())


def remember(key: str, value: str | bool, settings: UiSettings) -> str:
    """Keep a change for the next time; '', or in brackets why it holds for this time only."""
    why = settings.unkept
    if settings.path is not None:
        try:
            change_setting(key, value, settings.path)
        except PqsError as error:
            why = UNREAD if isinstance(error, DataError) else error.message
    return f" (for this time only: {why})" if why else ""
