"""A study as one file: a zip with a manifest that names every file, its size and its digest."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from pqs_coder._version import __version__
from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.store import files
from pqs_coder.store.study import STUDY_FILE, Study

MANIFEST = "manifest.json"
FORMAT = 1
_MUCH = 200_000_000
_AT_MOST_TIMES = 50  # transcripts pack to a third, sorts hardly
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, KeyError)


def pack_study(
    study: Study, *, transcripts: bool = True, facts: bool = True, made_at: datetime | None = None
) -> bytes:
    """The study as a zip; without transcripts or facts where they are not to leave.

    Locks, unfinished writes and names that begin with a dot stay behind. The same study at the same
    ``made_at`` gives the same bytes. Raises `UsageError` for anybody but a lead.
    """
    if not study.viewer.leads:
        raise UsageError("The study leaves as a whole by leads only.", "Ask the lead.")
    moment = made_at or datetime.now(UTC)
    content: dict[str, bytes] = {}
    for path in _files_of(study.folder):
        name = path.relative_to(study.folder).as_posix()
        left = (not transcripts and path.name.startswith("transcript.")) or (
            not facts and name == "facts.csv"
        )
        if not left:
            content[name] = files.read_bytes(path)
    manifest = {
        "format": FORMAT,
        "program": f"pqs_coder {__version__}",
        "title": study.settings.title,
        "item_set": study.item_set.id,
        "item_set_hash": study.item_set.hash,
        "made_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "transcripts": transcripts,
        "facts": facts,
        "files": [
            {"path": name, "size": len(data), "blake2b": files.digest(data)}
            for name, data in content.items()
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: text.encode("utf-8"), **content}.items():
            archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), data)
    return buffer.getvalue()


def _files_of(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in files.list_folder(folder):
        if path.name.startswith(".") or path.suffix == ".lock" or path.is_symlink():
            continue
        found += _files_of(path) if path.is_dir() else [path]
    return found


def unpack_study(path: Path, folder: Path) -> None:
    """Unpack an archive into a new folder; every file is checked against the manifest first.

    Raises `DataError` where one is missing, damaged or named so that it would leave the folder,
    `StudyError` where the folder exists.
    """
    if files.exists(folder):
        raise StudyError(f"{folder} exists already.", "Name a new folder.")
    content = read_archive(path)
    # study.toml last: only then is it a study.
    ordered = sorted(content, key=lambda name: (name == STUDY_FILE, name))
    for name in ordered:
        target = folder / name
        files.make_folder(target.parent)
        files.write_whole(target, content[name])


def read_archive(path: Path) -> dict[str, bytes]:
    """The files of an archive by name, each checked."""
    try:
        data = files.read_bytes(path)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_unpacked(archive, len(data), path)
            manifest = json.loads(archive.read(MANIFEST))
            return {one["path"]: _checked(archive, one, path) for one in _listed(manifest, path)}
    except _DAMAGED as error:
        raise DataError(
            f"{path}: no archive of a study, or damaged ({error}).", "Make it again."
        ) from error


def _check_unpacked(archive: zipfile.ZipFile, packed: int, path: Path) -> None:
    """`DataError` for a small file that would fill memory and disk."""
    unpacked = sum(one.file_size for one in archive.infolist())
    if unpacked > _MUCH and unpacked > _AT_MOST_TIMES * packed:
        raise DataError(
            f"{path}: it unpacks to {unpacked // 1_000_000} MB, which no study does.",
            "Don't open this archive.",
        )


def _listed(manifest: Any, path: Path) -> list[dict[str, Any]]:
    listed = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise DataError(f"{path}: the manifest lists no files.", "Make the archive again.")
    if manifest.get("format", FORMAT) != FORMAT:
        raise DataError(f"{path}: made by a later program.", "Update pqs.")
    return listed


def _checked(archive: zipfile.ZipFile, one: dict[str, Any], path: Path) -> bytes:
    name = str(one["path"])
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name or not pure.parts:
        raise DataError(f"{path}: the name {name!r} leads out of it.", "Don't open this archive.")
    if archive.getinfo(name).file_size != one["size"]:
        raise DataError(f"{path}: {name} has another size than it had.", "Make it again.")
    data = archive.read(name)
    if files.digest(data) != one["blake2b"]:
        raise DataError(f"{path}: {name} is damaged.", "Make the archive again.")
    return data


@contextlib.contextmanager
def opened_copy(path: Path) -> Iterator[Path]:
    """The folder of a copy of a study: the folder itself, or an archive unpacked for the while."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="pqs-") as place:
        folder = Path(place) / "study"
        unpack_study(path, folder)
        yield folder
