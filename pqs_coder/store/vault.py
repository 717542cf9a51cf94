"""Encryption at rest, where a study asks for it: transcripts, notes and evidence.

Piles, heaps and times stay open, so that agreement and status need no key. The key is 32 bytes:
from a passphrase by scrypt, or from a key file. Texts and files are sealed with AES-256-GCM, each
with its own nonce, and tied to their purpose. study.toml holds the salt and a sealed word by which
a wrong key is told; it holds no key.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pqs_coder.errors import DataError, StudyError, UsageError
from pqs_coder.model.study import VaultSettings
from pqs_coder.store import files

SUFFIX = ".sealed"
PREFIX = "sealed:"
_MAGIC = b"pqs sealed 1\n"
_NONCE = 12
_CHECK_WORD = "pqs"
SHORTEST = 8
"""Letters that a passphrase has at least."""
_LOG2_N = 16  # scrypt: 64 MB and about a fifth of a second
OPEN_TEXT = "Holds text that is not sealed: run pqs seal."
KEY_FILE_VARIABLE = "PQS_KEY_FILE"
PASSPHRASE_VARIABLE = "PQS_PASSPHRASE"


class Vault:
    """The lock of one study; open it with `unlock`. A locked vault shows texts as absent."""

    def __init__(self, settings: VaultSettings, key: bytes | None = None) -> None:
        self.settings = settings
        self._key = key

    @property
    def locked(self) -> bool:
        """Whether there is no key in hand."""
        return self._key is None

    def check_unlocked(self) -> None:
        """`StudyError` where there is no key in hand."""
        self._need_key()

    def unlock(self, *, passphrase: str | None = None, key_file: Path | None = None) -> None:
        """Take the key; `StudyError` where it is not this study's."""
        key = make_key(self.settings, passphrase=passphrase, key_file=key_file)
        opened = Vault(self.settings, key)
        try:
            fits = opened.open_text(self.settings.check, "check") == _CHECK_WORD
        except DataError:
            fits = False
        if not fits:
            raise StudyError("That is not the key of this study.", "Give the right one.")
        self._key = key

    def unlock_from(self, environ: Mapping[str, str]) -> None:
        """The same with what PQS_KEY_FILE or PQS_PASSPHRASE say; nothing where they say nothing."""
        if environ.get(KEY_FILE_VARIABLE):
            self.unlock(key_file=Path(environ[KEY_FILE_VARIABLE]))
        elif environ.get(PASSPHRASE_VARIABLE):
            self.unlock(passphrase=environ[PASSPHRASE_VARIABLE])

    # -- texts and files -----------------------------------------------------------------------

    def seal_text(self, text: str, purpose: str) -> str:
        """The text as ``sealed:...``; `StudyError` where the vault is locked."""
        data = self._encrypt(text.encode("utf-8"), purpose)
        return PREFIX + base64.urlsafe_b64encode(data).decode("ascii")

    def open_text(self, sealed: str, purpose: str) -> str:
        """What `seal_text` sealed; `DataError` where it was sealed with another key or changed."""
        text = sealed.removeprefix(PREFIX)
        try:
            data = base64.urlsafe_b64decode(text.encode("ascii"))
        except (binascii.Error, ValueError):
            raise _spoilt("A sealed text") from None
        # base64 leaves bits of its last letter unused: a change there decodes to the same bytes.
        if base64.urlsafe_b64encode(data).decode("ascii") != text:
            raise _spoilt("A sealed text")
        return self._decrypt(data, purpose, "A sealed text").decode("utf-8")

    def has_sealed(self, text: str, purpose: str) -> bool:
        """Whether the text is one that this vault sealed."""
        try:
            return text.startswith(PREFIX) and bool(self.open_text(text, purpose))
        except DataError:
            return False

    def seal_bytes(self, data: bytes, purpose: str) -> bytes:
        """The content of a sealed file."""
        return _MAGIC + self._encrypt(data, purpose)

    def open_bytes(self, data: bytes, purpose: str, file: str) -> bytes:
        """What `seal_bytes` sealed; ``file`` is named where it can't be opened."""
        if not data.startswith(_MAGIC):
            raise _spoilt(file)
        return self._decrypt(data[len(_MAGIC) :], purpose, file)

    def _encrypt(self, data: bytes, purpose: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + bytes(_cipher(self._need_key()).encrypt(nonce, data, purpose.encode()))

    def _decrypt(self, data: bytes, purpose: str, what: str) -> bytes:
        from cryptography.exceptions import InvalidTag

        cipher = _cipher(self._need_key())
        try:
            return bytes(cipher.decrypt(data[:_NONCE], data[_NONCE:], purpose.encode()))
        except (InvalidTag, ValueError):
            raise _spoilt(what) from None

    def _need_key(self) -> bytes:
        if self._key is None:
            raise StudyError(
                "Transcripts, notes and evidence of this study are sealed.",
                f"Give the passphrase, or name the key file: {KEY_FILE_VARIABLE}=FILE.",
            )
        return self._key


def _spoilt(what: str) -> DataError:
    return DataError(
        f"{what} can't be unsealed: it was changed, or sealed with another key.",
        "Put the file back from a copy of the study.",
    )


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def make_key(
    settings: VaultSettings, *, passphrase: str | None = None, key_file: Path | None = None
) -> bytes:
    """The key from what the user gives; `StudyError` where it is not what the study asks for."""
    if settings.kind == "key file":
        if key_file is None:
            raise StudyError("This study is opened with a key file.", "Name the file.")
        return read_key_file(key_file)
    if not passphrase:
        raise StudyError("This study is opened with a passphrase.", "Give the passphrase.")
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    try:
        salt = base64.urlsafe_b64decode(settings.salt)
    except ValueError:
        raise _spoilt("The table vault in study.toml") from None
    kdf = Scrypt(salt=salt, length=32, n=2**_LOG2_N, r=8, p=1)
    # Composed, as all texts are: one keyboard sends an accent by itself, another with its letter.
    composed = unicodedata.normalize("NFC", passphrase)
    return bytes(kdf.derive(composed.encode("utf-8", "surrogatepass")))


def read_key_file(path: Path) -> bytes:
    """The key in a key file; `StudyError` where there is none."""
    try:
        key = base64.urlsafe_b64decode(files.read_bytes(path).strip())
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise StudyError(f"{path} is no key file.", "Name the file that was made for this study.")
    return key


def write_key_file(path: Path) -> None:
    """Make a new key file, readable by its owner only; never over another one."""
    files.write_whole(path, base64.urlsafe_b64encode(os.urandom(32)) + b"\n", replace=False)


def new_vault(*, passphrase: str | None = None, key_file: Path | None = None) -> Vault:
    """A vault that is open: with a passphrase, or with the key in a key file that is there."""
    if passphrase is not None and len(passphrase) < SHORTEST:
        raise UsageError(
            f"That passphrase has fewer than {SHORTEST} letters.", "Four or five words are better."
        )
    kind = "key file" if key_file is not None else "passphrase"
    salt = base64.urlsafe_b64encode(os.urandom(16)).decode("ascii") if kind == "passphrase" else ""
    key = make_key(VaultSettings(kind, "", salt), passphrase=passphrase, key_file=key_file)
    check = Vault(VaultSettings(kind, ""), key).seal_text(_CHECK_WORD, "check")
    return Vault(VaultSettings(kind, check, salt), key)


# -- lines of a journal ----------------------------------------------------------------------------

_SEALED_KEYS = {"note": "text", "evidence": "marks"}


def seal_line(line: dict[str, Any], vault: Vault | None) -> dict[str, Any]:
    """A line of a journal (or a card of its header) with note and evidence sealed."""
    if vault is None:
        return line
    sealed = dict(line)
    for purpose, key in _places(line):
        value = line[key]
        if value and not _is_sealed(value):
            text = value if purpose == "note" else " ".join(value)
            sealed[key] = {"sealed": vault.seal_text(text, purpose)}
    return sealed


def open_line(line: Mapping[str, Any], vault: Vault | None) -> dict[str, Any]:
    """The same unsealed; with no key in hand what is sealed is absent."""
    opened = dict(line)
    for purpose, key in _places(line):
        value = line[key]
        if not _is_sealed(value):
            continue
        if vault is None or vault.locked:
            text = ""
        else:
            text = vault.open_text(str(value["sealed"]), purpose)
        opened[key] = text if purpose == "note" else text.split()
    return opened


def has_open_text(line: Mapping[str, Any]) -> bool:
    """Whether a line (or a card of its header) holds a note or evidence that is not sealed."""
    return any(line[key] and not _is_sealed(line[key]) for _, key in _places(line))


def _places(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Purpose and key of what may be sealed in a line (`do` says which) or in a card."""
    if "do" not in line:
        return [(name, name) for name in ("note", "evidence") if name in line]
    key = _SEALED_KEYS.get(str(line["do"]))
    return [(str(line["do"]), key)] if key is not None and key in line else []


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}
