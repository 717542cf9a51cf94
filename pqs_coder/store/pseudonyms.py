"""Replace names in transcripts, the same name by the same stand-in throughout a study.

Which words are names is for the user to say; `suggest_names` shows what looks like one. The key
(which name became which stand-in) is a CSV table outside the study, so that whoever gets the study
does not get the names.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pqs_coder.errors import DataError, UsageError
from pqs_coder.model.transcript import Transcript
from pqs_coder.store import files
from pqs_coder.store.item_sets import decode_text
from pqs_coder.store.tables import parse_table
from pqs_coder.store.transcripts import Columns, read_transcript

STAND_IN = "Name"
_TEXT_IN_PLACE = frozenset({".txt", ".text", ".md", ".vtt", ".srt", ".cha", ".csv", ".tsv", ".tab"})
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_JOINED = re.compile("['’-]")
_SHORT_FORMS = re.compile(r"[^\W\d_a-z]{2,}s")  # GPs, TVs
_TITLES = ("Dr", "Prof", "Mr", "Mrs", "Ms", "St", "Hr", "Fr")
_TITLE = re.compile(rf"\b(?:{'|'.join(_TITLES)})\.\s*$")  # its full stop ends no sentence
_SENTENCE_END = re.compile(r"(?:^|[.!?…:\"“”\[\]()]|\s-)\s*$")


@dataclass(frozen=True)
class Pseudonyms:
    """Names and their stand-ins, by the name without case."""

    key: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def with_names(self, names: Iterable[str]) -> Pseudonyms:
        """The same with further names, each given the next free stand-in; known ones stay."""
        key = dict(self.key)
        for name in names:
            tidy = _tidy(name)
            if _fold(tidy) not in key:
                key[_fold(tidy)] = (tidy, f"{STAND_IN}{_letters(len(key))}")
        return Pseudonyms(key)

    def replace(self, text: str) -> tuple[str, Counter[str]]:
        """The text with every whole word that is a name replaced, and how often each was.

        Names are found without regard to case, longer ones first; ``ANNA`` gives ``NAMEA``.
        """
        counts: Counter[str] = Counter()
        if not self.key:
            return text, counts
        longest_first = sorted(self.key.values(), key=lambda pair: len(pair[0]), reverse=True)
        pattern = "|".join(f"({_spellings(name)})" for name, _ in longest_first)

        def stand_in(match: re.Match[str]) -> str:
            name, other = longest_first[(match.lastindex or 1) - 1]
            counts[name] += 1
            return other.upper() if match[0].isupper() and len(match[0]) > 1 else other

        return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", stand_in, text, flags=re.IGNORECASE), counts


def _spellings(name: str) -> str:
    """A pattern for a name composed or decomposed, with any blanks between its words."""
    forms = dict.fromkeys((name, unicodedata.normalize("NFD", name)))
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms)


def _tidy(name: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy or not any(letter.isalpha() for letter in tidy):
        raise UsageError(f"{name!r} is no name.", "Give names of at least one letter.")
    return tidy


def _fold(name: str) -> str:
    return name.casefold()


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# -- the key ---------------------------------------------------------------------------------------


def key_path(study_folder: Path, named: Path | None = None) -> Path:
    """Where the key of a study lies: where the user says, else among the user's own data.

    `UsageError` where that is inside the study.
    """
    folder = study_folder.resolve()
    if named is None:
        import platformdirs

        place = Path(platformdirs.user_data_path("pqs_coder")) / "pseudonyms"
        mark = files.digest(str(folder).encode("utf-8", "surrogateescape"))[:8]
        named = place / f"{folder.name}-{mark}.csv"
    if named.resolve().is_relative_to(folder):
        raise UsageError(
            f"{named} lies in the study.",
            "Keep the key elsewhere: whoever gets the study must not get the names.",
        )
    return named


def read_key(path: Path) -> Pseudonyms:
    """The key in a file (columns name, stand_in); an empty one where there is no file."""
    data = files.read_if_there(path)
    if data is None:
        return Pseudonyms()
    _, lines = parse_table(decode_text(data, path), str(path), ["name", "stand_in"])
    key: dict[str, tuple[str, str]] = {}
    for line, cells in lines:
        name, other = _tidy(cells["name"]), cells["stand_in"].strip()
        taken = {one for _, one in key.values()}
        if not other or other in taken or _fold(name) in key:
            raise DataError(
                f"{path}, line {line}: the name or its stand-in is missing or stands there twice.",
                "Give every name one stand-in of its own.",
            )
        key[_fold(name)] = (name, other)
    return Pseudonyms(key)


def write_key(path: Path, pseudonyms: Pseudonyms) -> None:
    """Write the key, readable by its owner only."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "stand_in"])
    writer.writerows(pseudonyms.key.values())
    files.make_folder(path.parent)
    files.write_whole(path, out.getvalue().encode("utf-8"))


# -- transcripts -----------------------------------------------------------------------------------


def pseudonymise(
    path: Path, pseudonyms: Pseudonyms, columns: Columns | None = None
) -> tuple[str, bytes, Counter[str]]:
    """A transcript without the names: suffix and content of the new file, and how often each was.

    Text and table formats stay as they are but for the names; of packed formats (Word, ELAN) a
    table of speaker, text and time is made.
    """
    suffix = path.suffix.lower()
    if suffix in _TEXT_IN_PLACE:
        text, counts = pseudonyms.replace(decode_text(files.read_bytes(path), path))
        return suffix, text.encode("utf-8"), counts
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["speaker", "text", "time"])
    for turn in read_transcript(path, columns).turns:
        writer.writerow([turn.speaker, turn.text, turn.time])
    text, counts = pseudonyms.replace(out.getvalue())
    return ".csv", text.encode("utf-8"), counts


def suggest_names(transcript: Transcript, known: Pseudonyms | None = None) -> list[tuple[str, int]]:
    """Words that look like names and are none of the known ones, with how often they occur.

    A word with a capital inside a sentence that never occurs without it, and the speakers. It
    misses names that open a sentence only, and finds words that are none (days, towns): a help for
    the eye, no promise.
    """
    seen: Counter[str] = Counter()
    small: set[str] = set()
    for turn in transcript.turns:
        for match in _WORD.finditer(turn.text):
            word = match[0]
            if word[0].islower():
                small.add(word.casefold())
            elif _may_be_name(word) and _inside(turn.text[: match.start()]):
                seen[re.sub(r"['’]s$", "", word)] += 1
    key = known.key if known is not None else {}
    return [
        (word, count)
        for word, count in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))
        if not small.issuperset(_JOINED.split(word.casefold()))
        and word.casefold() not in small
        and _fold(word) not in key
    ]


def _may_be_name(word: str) -> bool:
    """No title, no ``I`` with what hangs on it (I'm, I-I), no plural of capitals."""
    plain = len(word) > 1 and word not in _TITLES
    return plain and _JOINED.split(word)[0] != "I" and not _SHORT_FORMS.fullmatch(word)


def _inside(before: str) -> bool:
    """Whether a word with this before it does not begin a sentence."""
    return bool(_TITLE.search(before)) or not _SENTENCE_END.search(before)
